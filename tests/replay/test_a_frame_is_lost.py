"""Captures lose frames, and end too soon: what they leave open is no failure of a machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from pxeclient.capture.values import Recorded as Frame
from pxeclient.replay.verdict import FETCHES, Fate
from tests.compare.recordings import CLIENT, frames, lacking_one, stopped_early, write
from tests.replay.recorded import REAL, Recorded, put

FIRMWARES = ("ipxe", "vmware-e1000e", "edk2")


def none_fails(whole: Path, parts: Iterable[tuple[str, Path]]) -> None:
    """Who boots by the whole capture does so by the others, or nobody can tell."""
    booting = [name for name in FIRMWARES if put(whole, name).verdict.result in FETCHES]
    assert booting
    for what, part in parts:
        for name in booting:
            verdict = put(part, name).verdict
            assert verdict.result in {*FETCHES, Fate.CANNOT_TELL}, (what, name, verdict)


@pytest.mark.parametrize(
    ("recorded", "scenario"),
    [
        ("ipxe-82540em", "plain-dhcp-bootfile"),
        ("ipxe-82540em", "proxy-60-file"),
        ("ipxe-head-e1000e", "proxy-60-43-menu"),
        ("ipxe-e1000e", "samehost-60-only"),
        ("ovmf-virtio", "plain-dhcp-bootfile"),
        ("ovmf-virtio", "proxy-two"),
        ("ovmf-virtio", "proxy-60-43-menu-mcast"),
    ],
)
def test_who_boots_never_fails_for_want_of_a_frame(
    tmp_path: Path, recorded: str, scenario: str
) -> None:
    """Whichever frame of the servers is missing."""
    path = Recorded(recorded, scenario).capture
    none_fails(path, lacking_one(path, tmp_path))


@pytest.mark.parametrize(
    ("recorded", "scenario"),
    [
        # A server that pings an address for three seconds before it offers it.
        ("ipxe-82540em", "dnsmasq-full"),
        ("ipxe-82540em", "proxy-60-43-menu"),
        ("ipxe-head-e1000e", "two-dhcp"),
        ("ovmf-virtio", "proxy-60-only"),
    ],
)
def test_who_boots_never_fails_where_the_capture_ends(
    tmp_path: Path, recorded: str, scenario: str
) -> None:
    """Whenever it is stopped."""
    path = Recorded(recorded, scenario).capture
    none_fails(path, stopped_early(path, tmp_path))


def parts(whole: list[Frame]) -> Iterator[list[Frame]]:
    """A recording as others would have it: of one direction, filtered, begun late."""
    keeps = (
        lambda data: data[6:12] == CLIENT,
        lambda data: bool(data[0] & 1) or data[6:12] == CLIENT,
        lambda data: data[12:14] == b"\x08\x00",
        lambda data: data[36:38] in (b"\0\x43", b"\0\x44"),
        lambda data: data[34:36] != b"\0\x43",
        lambda data: data[36:38] != b"\0\x45",
    )
    for keep in keeps:
        yield [frame for frame in whole if keep(frame.data)]
    for count in range(1, min(len(whole), 12), 3):
        yield whole[count:]


@pytest.mark.parametrize(
    "scenario",
    [
        "plain-dhcp-bootfile",
        "proxy-60-file",
        "proxy-60-only-4011-dead",
        "samehost-60-43-menu",
        "tftp-notfound",
        "tftp-error-midway",
        "proxy-late-5",
    ],
)
def test_a_part_foretells_nothing_else(tmp_path: Path, scenario: str) -> None:
    """A capture that has less may tell less, but nothing that did not happen."""
    firmwares = {"ipxe": "ipxe-head-e1000e", "edk2": "ovmf-virtio"}
    for profile, really in firmwares.items():
        truth = Recorded(really, scenario).truth
        for recorded in firmwares.values():
            whole = frames(Recorded(recorded, scenario).capture)
            for number, part in enumerate(parts(whole)):
                verdict = of_part(write(tmp_path / "part.pcap", part), profile)
                if verdict is not Fate.CANNOT_TELL:
                    assert REAL[verdict] == truth.result, (recorded, profile, number)


def of_part(path: Path, profile: str) -> Fate:
    """What is foretold, if the part has a client to be replaced at all."""
    try:
        return put(path, profile).verdict.result
    except ValueError:
        return Fate.CANNOT_TELL
