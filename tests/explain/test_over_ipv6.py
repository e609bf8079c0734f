"""Boots over IPv6 of real firmware: what is told of them is what their screens and wires say.

Each recording of `tests/captures6` has an outcome: what the machine printed, and what it sent. Who
was asked agrees with it in every one; how it ended agrees, or is said not to be told.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pxeclient.explain.stop import Stop
from pxeclient.explain.story import ExplainedAttempt, Explanation, explain
from pxeclient.explain.words import lines
from pxeclient.seen.attempts import Kind
from pxeclient.wire import dhcp6
from tests.cli.runner import run

FOLDER = Path(__file__).parents[1] / "captures6"
RECORDINGS = tuple(sorted(path.parent for path in FOLDER.glob("*/*/capture.pcap")))
OVER_6 = tuple(path for path in RECORDINGS if not path.name.startswith("p4-"))

IN_IPV4 = {"h6-plain-first"}
"""HTTP boot failed before its first message; what the recording has is the next option's."""
UNSEEN = {"p6-dad-conflict-ll"}
"""It asked no server: its link-local address is another's."""
NOT_TOLD = {
    "p6-no-url": "0.0 s after the first ADVERTISE",
    "p6-ra-only-slaac": "0.0 s after the first ADVERTISE",
    "p6-url-reply-only": "0.0 s after the first ADVERTISE",
    "h6-plain-first": "0.9 s after the first DHCPDISCOVER",
}
"""Why it cannot be told: the recordings end with the last packet."""


@cache
def told(path: Path) -> Explanation:
    """The recording, explained."""
    return explain(path / "capture.pcap", [])


def outcome(path: Path) -> dict[str, Any]:
    """What the machine did."""
    found: dict[str, Any] = json.loads((path / "outcome.json").read_text(encoding="utf-8"))
    return found


def only(path: Path) -> ExplainedAttempt:
    """The one attempt of the one machine."""
    (story,) = told(path).stories
    (attempt,) = story.attempts
    return attempt


def name(path: Path) -> str:
    """Firmware and scenario."""
    return f"{path.parent.name}/{path.name}"


SEEN = [path for path in OVER_6 if path.name not in UNSEEN]


@pytest.mark.parametrize("path", SEEN, ids=name)
def test_who_was_asked(path: Path) -> None:
    """Every DHCPv6 message of the machine's is counted, the boot's and the stack's; every file."""
    attempt, was = only(path), outcome(path)
    types = Counter(one.type for one in attempt.attempt.dhcp6 if one.ours)
    wanted = {
        dhcp6.SOLICIT: "solicit",
        dhcp6.REQUEST: "request",
        dhcp6.INFORMATION_REQUEST: "inforequest",
        dhcp6.RELEASE: "release",
    }
    for type, key in wanted.items():
        assert types[type] == len(was["dhcp6"][key]), key
    reads = [
        (printed, str(one.server), one.local_port)
        for one in attempt.attempt.transfers
        for printed in [one.name] * len(one.asked)
    ]
    assert reads == [(one["file"], one["server"], one["sport"]) for one in was["rrqs"]]
    discovers = [frame for frame in attempt.attempt.frames if frame.ours and frame.dhcp is not None]
    if path.name not in IN_IPV4:
        asked4 = was["dhcp4"]["discover"] + was["dhcp4"]["request"]
        assert len(discovers) == len(asked4)


@pytest.mark.parametrize("path", SEEN, ids=name)
def test_how_it_ended(path: Path) -> None:
    """As the machine's screen says, or not told, with the reason."""
    ended, was = only(path).ending, outcome(path)
    if path.name in NOT_TOLD or ended.stop is Stop.CANNOT_TELL:
        assert ended.stop is Stop.CANNOT_TELL
        is_short = "The capture ends" in ended.sentence and "cannot be told" in ended.sentence
        assert is_short or "TLS" in ended.sentence
        return
    printed = was["error_text"] or ""
    if ended.screen:
        # Nothing is said to be on the screen that was not.
        assert ended.screen.removeprefix("Error: ") in printed
    for shown in ended.verdict.shows if ended.verdict is not None else ():
        assert shown.strip().removeprefix("Error: ") in printed
    match was["result"], ended.stop:
        case "booted", Stop.FETCHED:
            assert not printed
        case "timeout", Stop.STATELESS | Stop.NEIGHBOUR_SILENT:
            assert not ended.screen
            assert "hang" in ended.sentence
        case "failed", stop:
            assert stop is not Stop.FETCHED
            if printed.startswith("PXE-"):
                assert ended.screen == printed
        case other:
            pytest.fail(f"{other}: {ended.sentence}")


def test_how_many_ends_are_not_told() -> None:
    """No more than are listed."""
    silent = {path.name for path in SEEN if only(path).ending.stop is Stop.CANNOT_TELL}
    assert silent >= set(NOT_TOLD)
    assert len(silent) <= len(NOT_TOLD) + 8


@pytest.mark.parametrize("path", SEEN, ids=name)
def test_it_is_told(path: Path) -> None:
    """All of it in words; a network boot, with a firmware's name."""
    text = "\n".join(lines(told(path)))
    assert "1 network boot client" in text
    if only(path).attempt.kind is Kind.IPV6:
        assert "EDK II" in text
    assert "not read here" not in text


def test_a_conflict_before_the_first_message() -> None:
    """No DHCPv6, and so no boot to be seen."""
    (path,) = (path for path in OVER_6 if path.name in UNSEEN)
    assert told(path).stories == ()


def test_ipv4_is_told_as_ever() -> None:
    """The same firmware over IPv4."""
    for path in RECORDINGS:
        if path.name.startswith("p4-"):
            (story,) = told(path).stories
            assert story.attempts[0].ending.stop is Stop.FETCHED


# --- cases ----------------------------------------------------------------------------------
FILES = Path(__file__).parent / "files"


def ran(*arguments: str) -> tuple[int, str]:
    """Status and output of a command, lines joined."""
    done = run(*arguments)
    return done.exit_code, " ".join((done.stdout + done.stderr).split())


@pytest.mark.parametrize("name", ["ovmf-virtio/p6-plain", "ipxe-e1000e/i6-tftp"])
def test_what_only_explain_reads(name: str) -> None:
    """Whoever plays a recording's servers says that it does not play these."""
    capture = str(FOLDER / name / "capture.pcap")
    for command in (("matrix", "-p", "ipxe", "--capture"), ("compare", "-p", "ipxe")):
        status, text = ran(*command, capture)
        assert status != 0
        assert "a boot over IPv6; only explain reads it so far" in text
    status, text = ran("explain", "--as", "edk2", capture)
    assert status == 0
    assert "not told: it is a boot over IPv6; only explain reads it so far." in text


def test_ipv4_beside_it_is_read_as_ever() -> None:
    """iPXE that gets its file over IPv4."""
    capture = str(FOLDER / "ipxe-e1000e/i6-dual/capture.pcap")
    _, text = ran("matrix", "-p", "ipxe-20190125", "--capture", capture)
    assert "only explain" not in text


def test_a_boot_of_another_firmware() -> None:
    """Fetched whole; whose firmware it is is not claimed."""
    found = explain(FILES / "dhcpv6-pxe.pcap", [])
    ((attempt,),) = (story.attempts for story in found.stories)
    assert attempt.ending.stop is Stop.FETCHED
    assert attempt.ending.sentence == (
        "boot.efi was fetched whole from fd88::1 (frame 14): 511 octets."
    )
    assert [offer.words() for offer in attempt.replies] == [
        "fd88::50, option 59 tftp://[fd88::1]/boot.efi",
    ] * 2
    text = "\n".join(lines(found))
    assert "it is neither" in text
    assert "7 (x64 UEFI)" in text
    assert "PE image for x64" in text


def test_a_server_that_matches_dhcpv4s_option() -> None:
    """No URL for architecture 7: PXE-E21, then HTTP boot over IPv4."""
    found = explain(FILES / "dnsmasq-v4-option-name.pcap", [])
    ((first, second),) = (story.attempts for story in found.stories)
    assert first.ending.code == "PXE-E21"
    assert "for architecture 7" in first.ending.sentence
    assert second.attempt.kind is Kind.HTTP
