"""`--screen`: the machine's own screen, line for line."""

from __future__ import annotations

import contextlib
import os
import pty
import subprocess
from pathlib import Path

import pytest

from pxeclient.profile import names
from tests.cli.runner import CHECKOUT, CONTROL, IPXE, VMWARE, boot, command, complaint, process
from tests.processes import ended_in_time

SCREENS = Path(__file__).parent / "screens"
"""What each profile shows on two practice networks: it boots, and it does not."""

RECORDED = CHECKOUT / "pxeclient" / "practice" / "recorded"
PROMPT_3 = str(RECORDED / "samehost-60-43-menu-prompt3.json")


def screen(*arguments: str, profile: str) -> list[str]:
    """The lines that `--screen` prints."""
    return boot("--screen", *arguments, profile=profile).stdout.splitlines()


@pytest.mark.parametrize("network", ["plain-dhcp", "proxy-60-file-4011-dead", "tftp-missing"])
@pytest.mark.parametrize("profile", names())
def test_the_screen_of_every_profile(profile: str, network: str) -> None:
    """Nothing else goes to standard output, and the exit status is the boot's own."""
    result = boot("--screen", "--network", network, profile=profile)
    golden = (SCREENS / f"{profile}-{network}.txt").read_text(encoding="utf-8")
    assert result.stdout == golden
    assert result.stderr == ""
    assert result.exit_code == boot("-q", "--network", network, profile=profile).exit_code


def test_no_screen_is_left_over() -> None:
    """Every file belongs to a profile."""
    known = {profile for profile in names() for path in SCREENS.glob(f"{profile}-*.txt") if path}
    assert known == set(names())
    assert len(list(SCREENS.iterdir())) == 3 * len(known)


@pytest.mark.parametrize("option", ["--json", "--verbose", "--quiet"])
def test_other_outputs_are_excluded(option: str) -> None:
    """There is one thing to see."""
    sentence = complaint(boot("--screen", option), 2)
    assert sentence == f"--screen and {option} exclude each other"


def test_the_line_of_a_wide_message_goes_on_in_the_next() -> None:
    """A BIOS screen has 80 columns."""
    lines = screen("--network", "silence", profile=IPXE)
    at = next(number for number, line in enumerate(lines) if line.startswith("Configuring"))
    assert len(lines[at]) == 80
    assert lines[at + 1].endswith("(https://ipxe.org/040ee119)")


def test_every_discover_and_the_spinner_leave_dots_only() -> None:
    """Four transmissions, and the spinner is gone."""
    lines = screen("--network", "silence", profile=VMWARE)
    assert lines[5:7] == ["DHCP....", "PXE-E51: No DHCP or proxyDHCP offers were received"]


def test_the_screen_stands_as_it_is_where_a_key_is_awaited() -> None:
    """The open menu is the end, with status 15."""
    result = boot("--screen", "--network", PROMPT_3, "--key", "F8", profile=IPXE)
    assert result.exit_code == 15
    assert result.stdout.splitlines()[-3:] == ["Press F8 (3)", "", " A. Boot item one"]


def test_a_deadline_leaves_the_line_as_far_as_it_is() -> None:
    """Two dots after the first three."""
    lines = screen("--network", "silence", "--deadline", "2.5", profile=IPXE)
    assert lines[-1] == "Configuring (net0 52:54:00:12:34:56)....."


def test_a_pipe_gets_plain_lines() -> None:
    """No character moves a cursor."""
    result = process("boot", "-p", VMWARE, "--screen", "--network", "tftp-missing")
    assert not CONTROL.search(result.stdout)
    assert result.stdout == (SCREENS / f"{VMWARE}-tftp-missing.txt").read_text(encoding="utf-8")


def test_a_terminal_sees_lines_grow_and_the_highlight_move() -> None:
    """Dots come one by one; the chosen item is shown in reverse."""
    seen = on_a_terminal("--network", PROMPT_3, "--key", "F8", "--key", "Enter", profile=IPXE)
    assert "\x1b[1A\r\x1b[7m A. Boot item one\x1b[0m\x1b[1B" in seen
    assert seen.index("\r\x1b[KPress F8") < seen.index("\r\x1b[KPress F8 (3)")
    grown = on_a_terminal("--network", "silence", profile=IPXE)
    for dots in range(3, 18):
        assert f"\x1b[KConfiguring (net0 52:54:00:12:34:56){'.' * dots}\r" in grown.replace(
            "\n", ""
        )


def on_a_terminal(*arguments: str, profile: str) -> str:
    """What a terminal gets from `--screen`."""
    ours, theirs = pty.openpty()
    line = command("boot", "-p", profile, "--screen", *arguments)
    child = subprocess.Popen(line, stdout=theirs, stdin=subprocess.DEVNULL, cwd=CHECKOUT)
    os.close(theirs)
    got = b""
    with ended_in_time(child), contextlib.suppress(OSError):  # the other end is closed
        while piece := os.read(ours, 65536):
            got += piece
    os.close(ours)
    child.wait()
    return got.decode()
