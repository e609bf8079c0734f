"""The handshake as text: what is told, what is folded, and how it ends."""

from __future__ import annotations

import hashlib
import re
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.boot.actions import Decide, Enter, Finish, Print, StateName
from pxeclient.boot.events import FrameReceived, KeyPressed, PowerOn
from pxeclient.outcome import Booted, BootFile, Failed, Failure
from pxeclient.prose import WIDEST
from pxeclient.report.folding import SHOWN_BLOCKS
from pxeclient.report.transcript import TELLING, Transcript, ending, wrapped
from pxeclient.stack.acts import Ignore, SendFrame
from pxeclient.trace import Trace
from pxeclient.wire import tftp
from tests.boots import boot_on, booted
from tests.report.frames import datagram, dhcp_frame, message
from tests.report.traces import (
    BOTH,
    IPXE,
    SMALL,
    VMWARE,
    lines,
    of,
    plain,
    text,
    uri_network,
)

SERVER = IPv4Address("10.77.0.3")
SAFE = re.compile(r"[ -~▶◀─◆✗│■…→⌨]*")
"""Printable ASCII, and our own signs."""


def data(block: int) -> FrameReceived:
    """A DATA packet of a download."""
    return FrameReceived(datagram(tftp.build(tftp.Data(block, b"x" * 10)), 2070, 69))


def ack(block: int) -> SendFrame:
    """The ACK of a block."""
    return SendFrame(datagram(tftp.build(tftp.Ack(block)), 69, 2070))


def download(blocks: int) -> list[SendFrame | FrameReceived]:
    """DATA and ACK of so many blocks."""
    return [item for block in range(1, blocks + 1) for item in (data(block), ack(block))]


@pytest.mark.parametrize("network", SMALL)
@pytest.mark.parametrize("profile", BOTH)
def test_every_boot_reads_well(profile: str, network: str) -> None:
    """Of every built-in network there is a transcript of safe lines without loose ends."""
    for verbose in (False, True):
        for line in lines(booted(profile, network), verbose):
            assert SAFE.fullmatch(line), line
            assert line == line.rstrip()


@pytest.mark.parametrize("network", [name for name in SMALL if name != "nak"])
@pytest.mark.parametrize("profile", BOTH)
def test_usual_transcript_is_short(profile: str, network: str) -> None:
    """Without -v nobody has to read more than a screenful or two."""
    assert len(lines(booted(profile, network))) < 110


@pytest.mark.parametrize("profile", BOTH)
def test_every_frame_is_told(profile: str) -> None:
    """Verbosely, each frame has an arrow, with its time and in the order of the trace."""
    trace = booted(profile, "samehost-60-only")
    arrows = [line for line in lines(trace, verbose=True) if "──▶" in line or "◀──" in line]
    frames = list(trace.frames())
    assert len(arrows) == len(frames)
    for line, (record, _, ours) in zip(arrows, frames, strict=True):
        assert line.startswith(f"{record.at:9.3f} {'──▶' if ours else '◀──'} ")


def test_arrow() -> None:
    """An arrow names the other side, the kind, and what matters."""
    (line,) = lines(of(SendFrame(dhcp_frame(message(1, (53, b"\x01"), secs=4)))))
    assert line == "    0.000 ──▶ broadcast:67           DHCPDISCOVER     xid 12345678, secs 4"
    (line,) = lines(of(FrameReceived(datagram(b"hello", 2070, 69))))
    assert line == "    0.000 ◀── 10.77.0.50:69          UDP              5 octets"


def test_source_port_4011_is_told() -> None:
    """A request that comes from port 4011 says so; that is what tells ROMs from iPXE."""
    told = text(lines(booted(VMWARE, "samehost-60-only")))
    assert "──▶ 10.77.0.1:4011         DHCPREQUEST      from port 4011, " in told
    assert "from port 4011" not in text(lines(booted(IPXE, "samehost-60-only")))


def test_stages() -> None:
    """Each stage has a heading with its time."""
    assert lines(of(PowerOn(), Enter(StateName.DISCOVERY), Enter(StateName.PROXYDHCP))) == [
        "    0.500 ── discovery ──",
        "    1.000 ── ProxyDHCP ──",
    ]


def test_screen() -> None:
    """The machine's own screen stands behind a bar, empty lines too."""
    shown = lines(of(Print("Network boot"), Print(""), Print("  indented")))
    assert shown == ["          │ Network boot", "          │", "          │   indented"]


def test_key() -> None:
    """A key is told."""
    assert lines(of(KeyPressed("F8"))) == ["    0.000  key F8"]


def test_usual_decisions_only() -> None:
    """Without -v only the telling questions are shown, with -v all with rule and source."""
    trace = booted(IPXE, "proxy-60-only")
    asked = [r.item.decision for r in trace.records if isinstance(r.item, Decide)]
    usual, verbose = text(lines(trace)), text(lines(trace, verbose=True))
    for decision in asked:
        assert (f"◆ {decision.question}: " in usual) == (decision.question in TELLING)
        assert f"◆ {decision.question}: {decision.answer}" in verbose
        assert f"    rule {decision.rule}; {decision.source}" in verbose
    assert "    rule " not in usual


def test_reasons_fit_a_page() -> None:
    """Reasons are wrapped, with nothing lost."""
    shown = wrapped("word " * 60, "    ")
    assert all(len(line) <= WIDEST for line in shown)
    assert " ".join(text(shown).split()) == ("word " * 60).strip()
    assert wrapped("x" * 300, "  ") == ["  " + "x" * 300]


# --- folding ------------------------------------------------------------------------------


def test_long_download_is_folded() -> None:
    """The first blocks are shown, then only how many followed, and the last."""
    shown = lines(of(*download(500), Print("done")))
    assert len(shown) == 2 * SHOWN_BLOCKS + 2
    assert shown[-2] == "            … 996 more DATA and ACK, the last: ACK block 500"
    assert [line.split()[-1] for line in shown[1 : 2 * SHOWN_BLOCKS : 2]] == ["1", "2"]


def test_short_download_is_not_folded() -> None:
    """A download of the first blocks only is shown whole."""
    shown = lines(of(*download(SHOWN_BLOCKS), Print("done")))
    assert not any("more DATA" in line for line in shown)


def test_fold_ends_with_what_comes_between() -> None:
    """Whatever else happens is told where it happened."""
    for item in (
        Print("a line"),
        Enter(StateName.DOWNLOAD),
        Ignore("a frame", "it is not for us"),
        SendFrame(dhcp_frame(message(1, (53, b"\x01")))),
        FrameReceived(datagram(tftp.build(tftp.Error(0, b"no")), 2070, 69)),
    ):
        shown = lines(of(*download(10), item, *download(4)[-2:], Finish(failed())))
        assert "… 16 more DATA and ACK, the last: ACK block 10" in shown[4]
        assert shown[-1].endswith("… 2 more DATA and ACK, the last: ACK block 4")


def test_a_multicast_says_to_whom_it_goes() -> None:
    """The group, the report that the client is in it, and the first block of those that come."""
    shown = text(lines(booted(VMWARE, "mtftp-in-progress")))
    assert "IGMP report      a member of 239.77.0.1 (version 1)" in shown
    assert "DATA             block 4, 512 octets, to the group 239.77.0.1:1758" in shown
    assert "… 4 more DATA and ACK, the last: DATA block 8, 416 octets" in shown
    assert "DATA             block 1, 512 octets\n" in shown


def test_fold_of_wrapped_numbers() -> None:
    """Block numbers that begin again at 0 or 1 do not unfold the download."""
    numbers = [*range(1, 10), 0, 1, 2, 3]
    items = [item for number in numbers for item in (data(number), ack(number))]
    shown = lines(of(*items, Finish(failed())))
    assert len(shown) == 2 * SHOWN_BLOCKS + 1
    assert "the last: ACK block 3" in shown[-1]


def test_verbose_does_not_fold() -> None:
    """-v shows every block."""
    assert len(lines(of(*download(100)), verbose=True)) == 200


def test_key_ends_a_fold() -> None:
    """A key pressed during a download is told in its place."""
    shown = lines(of(*download(10), KeyPressed("F8")))
    assert "more DATA" in shown[-2]
    assert shown[-1].endswith("key F8")


def test_duplicates_stay_folded(tmp_path: Path) -> None:
    """A network that doubles every packet does not make the transcript grow with the file."""
    doubled = 'files."*" = { size = 300000 }\ndup = true'
    for profile in BOTH:
        trace = boot_on(profile, plain(tmp_path, doubled))
        assert isinstance(trace.outcome, Booted)
        assert len(lines(trace)) < 80, profile


@pytest.mark.parametrize("profile", BOTH)
def test_length_does_not_depend_on_the_file(tmp_path: Path, profile: str) -> None:
    """A file ten times as large has as long a transcript."""
    counts = {
        len(lines(boot_on(profile, plain(tmp_path, f'files."*" = {{ size = {size} }}'))))
        for size in (30_000, 300_000)
    }
    assert len(counts) == 1


# --- ignored packets ----------------------------------------------------------------------


def test_ignored_packets_are_told_three_times() -> None:
    """What keeps coming and is dropped for the same reason is told three times."""
    shown = lines(of(*[Ignore("a frame", "it is not for us")] * 9))
    usual = "          ✗ ignored a frame: it is not for us"
    assert shown == [usual, usual, f"{usual} (not told again)"]


def test_other_reasons_are_told() -> None:
    """Another reason or another packet counts for itself."""
    same = [Ignore("a frame", "it is not for us")] * 5
    shown = lines(of(*same, Ignore("a frame", "it is malformed"), *same))
    assert len(shown) == 4
    assert shown[-1].endswith("it is malformed")


def test_verbose_tells_all_ignored() -> None:
    """-v tells each, without ending the telling."""
    shown = lines(of(*[Ignore("a frame", "it is not for us")] * 9), verbose=True)
    assert shown == ["          ✗ ignored a frame: it is not for us"] * 9


def test_verbose_tells_rules_of_the_ignored() -> None:
    """-v tells by which rule a DHCP reply was dropped."""
    shown = text(lines(booted(VMWARE, "nak"), verbose=True))
    assert re.search(
        r"✗ ignored the DHCPNAK from 10\.77\.0\.1: .*\n +rule accept-ack/[a-z0-9-]+; ", shown
    )


# --- the end ------------------------------------------------------------------------------


def failed(because: str = "Nobody answered.") -> Failed:
    """A boot that failed."""
    return Failed(Failure.NO_OFFER, "PXE-E51", "PXE-E51: No offers", because)


def test_verdict_of_a_boot() -> None:
    """What was booted, from where, by whose word, its size, kind and SHA-256."""
    file = BootFile(b"boot\x1b.0", SERVER, "the DHCPACK from 10.77.0.1")
    content = b"#!ipxe\n"
    digest = hashlib.sha256(content).hexdigest()
    assert ending(of(Finish(Booted(file, content)))) == [
        "■ Booted boot<1b>.0 from 10.77.0.3, named by the DHCPACK from 10.77.0.1",
        f"  7 octets, iPXE script, SHA-256 {digest}",
    ]


def test_verdict_of_a_failure() -> None:
    """The firmware's own words, then the reason on lines that fit a page."""
    shown = ending(of(Finish(failed("Nobody answered. " * 12))))
    assert shown[0] == "■ PXE-E51: No offers"
    assert len(shown) > 2
    assert all(line.startswith("  ") and len(line) <= WIDEST for line in shown[1:])


@pytest.mark.parametrize("network", [name for name in SMALL if name != "plain-dhcp"])
@pytest.mark.parametrize("profile", BOTH)
def test_verdicts_explain(profile: str, network: str) -> None:
    """A failure is told in a sentence that adds to the firmware's words."""
    trace = booted(profile, network)
    outcome = trace.outcome
    if outcome is None:
        assert trace.stopped == "waiting"
        return
    head, *more = ending(trace)
    assert head.startswith("■ ")
    assert more
    if isinstance(outcome, Failed):
        assert outcome.because != outcome.text
        assert outcome.because[0].isupper() or outcome.because[0].isdigit()


def test_what_is_not_emulated_is_said_once(tmp_path: Path) -> None:
    """The reply that is beyond pxeclient is explained once, not twice in the same words."""
    trace = boot_on(IPXE, uri_network(tmp_path))
    assert isinstance(trace.outcome, Failed)
    assert trace.outcome.failure is Failure.UNSUPPORTED_SCHEME
    head, *more = ending(trace)
    words = text(more).split()
    assert not words or " ".join(words) not in head


@given(st.lists(st.binary(max_size=120), max_size=6), st.booleans())
def test_any_frames(frames: list[bytes], verbose: bool) -> None:
    """Whatever frames a trace has, its transcript is safe to print."""
    for line in lines(of(*(FrameReceived(frame) for frame in frames)), verbose):
        assert SAFE.fullmatch(line), line


@given(st.binary(max_size=128), st.binary(max_size=64))
def test_any_boot_file(name: bytes, content: bytes) -> None:
    """Whatever the name and content of a boot file, the verdict is safe to print."""
    file = BootFile(name, SERVER, "the DHCPACK from 10.77.0.1")
    for line in ending(of(Finish(Booted(file, content)))):
        assert SAFE.fullmatch(line), line


def test_transcripts_do_not_share() -> None:
    """Two transcripts count for themselves."""
    record = of(Ignore("a frame", "it is not for us")).records[0]
    for transcript in (Transcript(), Transcript()):
        for _ in range(3):
            shown = list(transcript.lines(record))
        assert shown[0].endswith("(not told again)")


def test_empty_trace() -> None:
    """A trace without records has no lines."""
    assert lines(Trace("test", "a test", "nowhere")) == []
