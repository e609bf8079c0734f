"""Where attempts begin and end, in all recordings and in made ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from pxeclient.replay.client_of import choose
from pxeclient.replay.frames import frames_of
from pxeclient.replay.play import play_of
from pxeclient.seen.attempts import OVER_IPV6, Attempt, Kind, attempts
from pxeclient.seen.stages import NEXT_STAGE, first_stage
from pxeclient.seen.stations import stations
from pxeclient.seen.talk import talk_of
from pxeclient.wire import dhcp, ethernet
from pxeclient.wire.dhcp import Option
from tests.seen.frames import (
    CAPTURES,
    CLIENT,
    PXE,
    answers,
    asks,
    download,
    frames,
    message,
    recorded,
    recordings,
    reply,
    seen,
)

SOLICIT = ethernet.join(bytes.fromhex("333300010002"), CLIENT, ethernet.IPV6, b"\x60" + bytes(39))


def of(path: Path) -> list[Attempt]:
    """The attempts of a recording's only client."""
    everything = seen(path)
    (station,) = stations(everything)
    return attempts(talk_of(station.frames, station.mac), everything[-1].at)


def told(octets: list[tuple[bytes, bool]], step: float = 2.0) -> list[tuple[int, Kind, str]]:
    """How many frames each attempt of these frames has, its kind, and why it is over."""
    talk = talk_of(frames(octets, step))
    found = attempts(talk, talk.frames[-1].at)
    return [(len(one.frames), one.kind, one.why_over) for one in found]


def discover(xid: int = 7, secs: int = 0, *more: Option) -> tuple[bytes, bool]:
    """A PXE client's DHCPDISCOVER."""
    return asks(message(dhcp.DISCOVER, *(more or (PXE,)), xid=xid, secs=secs)), True


ACK = answers(reply(dhcp.ACK)), False


def test_the_recordings_of_a_firmware_that_boots_over_ipv6_next() -> None:
    """EDK II's goes on over IPv6 where IPv4 comes to nothing, and nowhere else is one cut so."""
    found = {
        "/".join(path.parts[-3:-1]): [(one.kind, one.why_over) for one in of(path)]
        for path in recordings()
    }
    cut = {name for name, each in found.items() if (Kind.PXE, OVER_IPV6) in each}
    assert {name.partition("/")[0] for name in cut} == {"ovmf-virtio"}
    assert len(cut) == 49
    for name in cut:
        assert found[name] == [(Kind.PXE, OVER_IPV6), (Kind.IPV6, "")]


def test_the_comparison_cuts_at_the_same_frame() -> None:
    """The last frame of the client's in its first attempt, in every recording."""
    others = []
    for path in recordings():
        raw = frames_of(recorded(path))
        theirs = play_of(raw, choose(raw))
        first = first_stage(next(one for one in of(path) if one.kind is Kind.PXE))
        ours = [frame.number for frame in first.frames if frame.ours][-1]
        if ours != theirs.said[-1].number:
            others.append((path, ours, theirs.said[-1].number, theirs.ended))
    assert others == []


def test_what_runs_next_is_no_part_of_the_first_stage() -> None:
    """It asks for a file of its own, or for anybody; the last ACK again is still the firmware's."""
    *_, ack = download(b"f", [b"x"])
    again = [discover(), ACK, *download(b"f", [b"x"]), ack]
    (whole,) = attempts(talk_of(frames(again)), 1.0)
    assert first_stage(whole) is whole
    for more in (download(b"g", [b"y"], port=2071), [discover(9, 0)]):
        first = first_stage(attempts(talk_of(frames([*again, *more])), 1.0)[0])
        assert len(first.frames) == len(again)
        assert first.until == pytest.approx(0.01 * (len(again) + 1))
        assert first.why_over == NEXT_STAGE


def test_the_capture_ends() -> None:
    """One attempt; nothing says that it is over."""
    assert told([discover(), discover(secs=4)]) == [(2, Kind.PXE, "")]


def test_another_firmware() -> None:
    """A DISCOVER of another identity."""
    other = Option(77, b"iPXE")
    why = "another firmware begins"
    assert told([discover(), ACK, discover(8, 0, PXE, other)]) == [
        (2, Kind.PXE, why),
        (1, Kind.PXE, ""),
    ]


def test_an_operating_system() -> None:
    """A DISCOVER that says nothing of PXE."""
    plain = Option(60, b"dhcpcd")
    assert told([discover(), ACK, discover(8, 0, plain)]) == [
        (2, Kind.PXE, "another DHCP client begins"),
        (1, Kind.PLAIN, ""),
    ]


@pytest.mark.parametrize(
    "again",
    [
        [ACK, discover(7, 0)],
        [discover(7, 4), discover(9, 0)],
        [*download(b"f", [b"x"]), discover(9, 8)],
    ],
)
def test_another_attempt(again: list[tuple[bytes, bool]]) -> None:
    """From the beginning: after a lease, with secs set back, after a read request."""
    found = told([discover(), *again])
    assert [why for _, _, why in found] == ["another attempt begins", ""]


def test_ipv6_and_then_ipv4_again() -> None:
    """The boot over IPv6 is an attempt between two."""
    found = told([discover(), discover(7, 4), (SOLICIT, True), (SOLICIT, True), discover(9, 0)])
    assert found == [
        (2, Kind.PXE, OVER_IPV6),
        (2, Kind.IPV6, "another attempt begins"),
        (1, Kind.PXE, ""),
    ]


def test_ipv6_beside_ipv4() -> None:
    """Where IPv4 goes on in the same attempt, nothing has ended."""
    assert told([discover(), (SOLICIT, True), discover(7, 4)]) == [(3, Kind.PXE, "")]


def test_what_the_boot_file_started_may_talk_ipv6() -> None:
    """That is no boot over IPv6."""
    found = told([discover(), ACK, *download(b"f", [b"x"]), (SOLICIT, True)])
    assert found == [(6, Kind.PXE, "")]


def test_what_goes_out_beside_the_next() -> None:
    """An EAPOL-Start just before a firmware's first message is its own."""
    start = ethernet.join(b"\1\x80\xc2\0\0\3", CLIENT, ethernet.EAPOL, b"\1\1\0\0")
    found = told([discover(), ACK, (start, True), discover(9, 0)], step=0.5)
    assert [count for count, _, _ in found] == [2, 2]


def test_a_plain_recording() -> None:
    """A boot that comes to its end."""
    (only,) = of(CAPTURES / "ipxe-head-e1000e" / "plain-dhcp-bootfile" / "capture.pcap")
    assert only.kind is Kind.PXE
    assert only.last_read is not None
    assert only.last_read.is_whole
