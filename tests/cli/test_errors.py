"""`pxeclient errors`: the list, a page, JSON, and codes that are unknown."""

from __future__ import annotations

import json

import pytest

from pxeclient.errors.catalogue import catalogue
from pxeclient.errors.lookup import pages
from pxeclient.errors.meanings import meanings
from tests.cli.runner import CONTROL, complaint, run

COPIED = ("dnsmasq ", "dhcpd ", "Kea ", "See it: ")
"""How lines begin that are to be copied, and stand on one line however long they are."""


def test_the_list_has_every_code_and_text() -> None:
    """A line each, at 100 columns, with family headings and what no network causes."""
    shown = run("errors").stdout
    lines = [line.strip() for line in shown.splitlines()]
    for meaning in meanings():
        if meaning.name in catalogue().lines:
            continue  # such as PXE-M0F, whose words are each firmware's own
        text = meaning.text.removeprefix(f"{meaning.name}: ")
        name = meaning.code or "-"
        assert any(line.startswith(name) and text in line for line in lines), meaning.name
    causeless = shown[shown.index("Not caused by the network") :]
    assert all(page.name in causeless for page in pages().values() if page.others)
    assert max(map(len, shown.splitlines())) <= 100
    assert CONTROL.search(shown) is None


def test_a_page() -> None:
    """Text, firmware, meaning, causes, cures with their settings, network, source."""
    shown = run("errors", "E55").stdout
    for part in (
        "PXE-E55: ProxyDHCP service did not reply to request on port 4011\n",
        "Intel PXE 2.1, BIOS (vmware-e1000e",
        "1. An offer has option 60 without option 43.",
        "dnsmasq      dhcp-option=vendor:PXEClient,6,8\n",
        "option vendor-encapsulated-options 06:01:08:ff;\n",
        "See it: pxeclient boot -p vmware-e1000e --network proxy-60-file-4011-dead\n",
        "On other firmware: PXE-E16 (EDK II, UEFI)\n",
        "[observed: ",
    ):
        assert part in shown


@pytest.mark.parametrize("name", pages())
def test_every_page_can_be_read_at_100_columns(name: str) -> None:
    """But for lines that are to be copied; and the same page comes as JSON."""
    shown = run("errors", name).stdout
    for line in shown.splitlines():
        is_setting = line.startswith(" " * 16) or line.strip().startswith(COPIED)
        assert len(line) <= 100 or is_setting, line
    assert CONTROL.search(shown) is None
    found = json.loads(run("errors", "--json", name).stdout)
    assert (found["name"], found["texts"]) == (name, list(pages()[name].texts))
    for meaning in found["meanings"]:
        assert meaning["never"] or (meaning["causes"] and meaning["see"])
        assert set(meaning["known"]) == {"level", "where"}


def test_a_command_that_a_page_names_can_be_typed() -> None:
    """It ends with that code."""
    found = json.loads(run("errors", "--json", "PXE-EA0").stdout)
    [command] = [
        see for meaning in found["meanings"] for see in meaning["see"] if "vmware-e1000e" in see
    ]
    result = run(*command.split()[1:])
    assert "■ PXE-EA0: Network boot canceled by keystroke" in result.stdout


def test_the_whole_list_as_json() -> None:
    """Every page in one object."""
    found = json.loads(run("errors", "--json").stdout)
    assert [page["name"] for page in found["codes"]] == list(pages())


def test_words_need_no_quotes() -> None:
    """A line of the screen can be typed as it is."""
    typed = run("errors", "PXE-E55:", "ProxyDHCP", "service", "did", "not", "reply")
    assert typed.stdout == run("errors", "PXE-E55").stdout


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("PXE-E5A", "nothing is known of 'PXE-E5A'; the closest are PXE-E51, PXE-E52, PXE-E53"),
        ("2d03e13a", "the closest are 2d03e13b"),
        ("", "nothing is known of ''"),
        ("\x1b[2J", r"nothing is known of '\x1b[2J'"),
    ],
)
def test_unknown_code(query: str, words: str) -> None:
    """Status 2, one sentence, the closest codes."""
    assert words in complaint(run("errors", query), 2)
