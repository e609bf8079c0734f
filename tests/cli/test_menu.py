"""`--key` and `--menu-item`: somebody sits at the machine that shows a boot menu."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.runner import CHECKOUT, IPXE, VMWARE, boot, complaint, report

RECORDED = CHECKOUT / "pxeclient" / "practice" / "recorded"

EDK2 = "edk2"
PROMPT, MENU = "the menu prompt", "the boot menu"


def network(name: str) -> tuple[str, str]:
    """The arguments that boot on a recorded network."""
    return "--network", str(RECORDED / f"{name}.json")


PROMPT_3 = network("samehost-60-43-menu-prompt3")
NO_PROMPT = network("samehost-60-43-menu-no10")


def keyboard(found: dict[str, Any]) -> list[tuple[str, str]]:
    """The events of the keyboard, in order."""
    return [
        (event["event"], event["shows" if event["event"] == "awaits-key" else "key"])
        for event in found["events"]
        if event["event"] in ("awaits-key", "key")
    ]


def pressed(*keys: str) -> list[str]:
    """The arguments that press these keys."""
    return [argument for key in keys for argument in ("--key", key)]


def choice(found: dict[str, Any]) -> str:
    """What the item chosen is, as its decision tells it."""
    about = [made["about"] for made in found["decisions"] if made["question"] == "menu-choice"]
    assert len(about) == 1
    return str(about[0])


# --- no key -------------------------------------------------------------------------------
@pytest.mark.parametrize("name", [IPXE, EDK2])
def test_a_countdown_needs_no_key(name: str) -> None:
    """The prompt runs out after three seconds, and the first item is booted."""
    found = report(*PROMPT_3, profile=name)
    assert (found["exit_code"], found["result"]) == (0, "booted")
    assert found["boot_file"]["name"] == "bs5.0"
    assert keyboard(found) == [("awaits-key", PROMPT)]
    assert found["seconds"] >= 3.0


def test_a_menu_without_countdown_waits_for_a_key() -> None:
    """The boot stops there with status 15, and says what would help."""
    found = report(*NO_PROMPT)
    assert (found["exit_code"], found["result"]) == (15, "waiting")
    assert (found["failure"], found["boot_file"]) == (None, None)
    assert keyboard(found) == [("awaits-key", MENU)]
    result = boot("-q", *NO_PROMPT)
    assert result.exit_code == 15
    assert result.stdout.startswith("■ The machine waits for a key (--key, --menu-item): stopped")


def test_a_machine_that_waits_may_reach_its_deadline_first() -> None:
    """--deadline goes before the waiting for a key."""
    assert report("--deadline", "1.5", *NO_PROMPT)["exit_code"] == 124


# --- keys ---------------------------------------------------------------------------------
def test_f8_opens_the_menu_and_is_not_enough() -> None:
    """The menu that it opens waits for ever."""
    found = report(*PROMPT_3, *pressed("F8"))
    assert (found["exit_code"], found["result"]) == (15, "waiting")
    assert keyboard(found) == [("awaits-key", PROMPT), ("key", "F8"), ("awaits-key", MENU)]


def test_enter_takes_the_highlighted_item() -> None:
    """F8 and Enter boot at once what the countdown would have booted."""
    found = report(*PROMPT_3, *pressed("F8", "Enter"))
    assert (found["exit_code"], found["boot_file"]["name"]) == (0, "bs5.0")
    assert keyboard(found) == [
        ("awaits-key", PROMPT),
        ("key", "F8"),
        ("awaits-key", MENU),
        ("key", "Enter"),
    ]
    assert found["seconds"] < 3.0


def test_each_key_waits_for_its_turn() -> None:
    """The menu watches the keyboard anew after every key."""
    found = report(*NO_PROMPT, *pressed("Down", "Up", "x", "Enter"))
    assert keyboard(found) == [
        ("awaits-key", MENU),
        ("key", "Down"),
        ("awaits-key", MENU),
        ("key", "Up"),
        ("awaits-key", MENU),
        ("key", "x"),
        ("awaits-key", MENU),
        ("key", "Enter"),
    ]
    assert found["result"] == "booted"


@pytest.mark.parametrize("key", ["ESC", "Ctrl-C"])
def test_cancelling_is_status_15(key: str) -> None:
    """iPXE then has no other way to boot."""
    found = report(*PROMPT_3, *pressed(key))
    assert (found["exit_code"], found["result"]) == (15, "failed")
    assert found["failure"] == "cancelled"


def test_a_key_that_nobody_reads_is_not_pressed() -> None:
    """Without a menu the machine never watches its keyboard."""
    found = report(*pressed("F8"))
    assert found["result"] == "booted"
    assert keyboard(found) == []


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("f8", "did you mean 'F8'?"),
        ("Esc", "did you mean 'ESC'?"),
        ("ctrl-c", "did you mean 'Ctrl-C'?"),
        ("q8q", "F8, ESC, Enter, Down or a character"),
        ("", "F8, ESC, Enter, Down or a character"),
    ],
)
def test_a_key_that_no_keyboard_has(key: str, hint: str) -> None:
    """It would be pressed, and do nothing: the boot would not be the one that was meant."""
    said = complaint(boot(*PROMPT_3, *pressed(key)), 2)
    assert said.endswith(f"no key is called {key!r}: {hint}")


def test_the_transcript_shows_keys() -> None:
    """What the machine watches for, and what was pressed."""
    shown = boot(*PROMPT_3, *pressed("F8", "Enter")).stdout
    assert f"⌨ {PROMPT}" in shown
    assert "key F8" in shown
    assert f"⌨ {MENU}" in shown
    assert "key Enter" in shown


# --- menu items ---------------------------------------------------------------------------
@pytest.mark.parametrize("name", [IPXE, EDK2])
def test_menu_item_1_is_f8_and_enter(name: str) -> None:
    """The same object comes out, but for the time of day."""
    found = report(*PROMPT_3, "--menu-item", "1", profile=name)
    pressed_by_hand = report(*PROMPT_3, *pressed("F8", "Enter"), profile=name)
    assert found | {"time": ""} == pressed_by_hand | {"time": ""}
    assert found["boot_file"]["name"] == "bs5.0"


def test_menu_item_2_goes_down_once() -> None:
    """The highlight stays on the only item there is."""
    found = report(*PROMPT_3, "--menu-item", "2")
    keys = [key for event, key in keyboard(found) if event == "key"]
    assert keys == ["F8", "Down", "Enter"]


def test_another_key_may_open_the_menu() -> None:
    """--key goes before the keys of --menu-item, in the place of F8."""
    found = report(*PROMPT_3, *pressed("Ctrl-M"), "--menu-item", "1", profile=EDK2)
    keys = [key for event, key in keyboard(found) if event == "key"]
    assert keys == ["Ctrl-M", "Enter"]
    assert found["result"] == "booted"


def test_menu_item_where_the_menu_needs_no_opening() -> None:
    """F8 means nothing to an open menu, and does no harm."""
    found = report(*NO_PROMPT, "--menu-item", "1")
    assert (found["exit_code"], found["boot_file"]["name"]) == (0, "bs5.0")


@pytest.mark.parametrize("name", [IPXE, VMWARE, EDK2])
def test_menu_item_is_told_as_a_choice(name: str) -> None:
    """Whatever the firmware, the decision names the item."""
    assert choice(report(*PROMPT_3, "--menu-item", "1", profile=name)) == "type 1 Boot item one"


@pytest.mark.parametrize("number", ["0", "-1", "one"])
def test_menu_item_that_is_no_number_of_an_item(number: str) -> None:
    """It is a wrong usage."""
    assert "--menu-item" in complaint(boot(*PROMPT_3, "--menu-item", number), 2)
