"""What a client's own frames show beats what its profile would have done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pxeclient.capture.reading import read as read_any
from pxeclient.capture.values import Recorded
from pxeclient.explain.fingerprint import Likeness
from pxeclient.explain.stop import Stop
from pxeclient.explain.story import ExplainedAttempt, explain
from pxeclient.explain.words import lines
from pxeclient.seen.frame import Frame
from pxeclient.seen.reading import read as read_frame
from pxeclient.wire import dhcp, tftp
from tests.cli.runner import run
from tests.compare.recordings import CLIENT, frames, write
from tests.explain.captures import CAPTURES, PROFILES, changed

FILES = Path(__file__).parent / "files"
DEAF = FILES / "deaf-to-fragments.pcapng"
NOT_JOINED = FILES / "two-offers-not-joined.pcap"


def last(path: Path) -> ExplainedAttempt:
    """The last attempt of a capture's only client."""
    (story,) = explain(path, PROFILES).stories
    return story.attempts[-1]


def of(path: Path) -> list[Recorded]:
    """A capture's frames."""
    return list(read_any(path).frames)


def ids(told: ExplainedAttempt) -> list[str]:
    """The findings."""
    return [one.id for one in told.findings]


def text_of(path: Path) -> str:
    """What is printed, without where lines end."""
    return " ".join(" ".join(lines(explain(path, PROFILES))).split())


def read(octets: bytes) -> Frame:
    """A frame, read."""
    return read_frame(1, 0.0, octets)


# --- a client that acknowledges nothing ---------------------------------------------------
def test_a_client_that_takes_no_fragments() -> None:
    """It is said that it acknowledged nothing, and why; not that it waits for block 2."""
    told = last(DEAF)
    assert told.ending.stop is Stop.TFTP_STOPPED
    assert "Block 1 of pxelinux.0 came 5 times" in told.ending.sentence
    assert "each time in 2 IP fragments, and the client acknowledged none" in told.ending.sentence
    assert "T-MTU" in ids(told)
    text = text_of(DEAF)
    assert "block 2 is next" not in text
    assert "how it went on cannot be told" not in text


def test_the_frames_beat_the_likeness() -> None:
    """Whoever would have acknowledged the block is not what was recorded."""
    told = last(DEAF)
    if told.reasons is not None and told.reasons.parts_at:
        assert told.fingerprint.likeness is Likeness.CLOSE
        assert "would acknowledge block 1" in told.fingerprint.departs
        assert "but it does otherwise" in text_of(DEAF)


def unacknowledged(path: Path, folder: Path, times: int) -> Path:
    """A recording in which the first block comes so often, and nothing answers it."""
    found: list[Recorded] = []
    for one in frames(path):
        found.append(one)
        if isinstance(read(one.data).said, tftp.Data):
            again = (replace(one, at=one.at + 3.0 * at) for at in range(1, times))
            return write(folder / "x.pcap", [*found, *again])
    raise AssertionError("a recording with a download")


@pytest.mark.parametrize("firmware", ["ipxe-e1000e", "ovmf-virtio", "ipxe-head-e1000e"])
def test_whole_blocks_that_nobody_acknowledges(firmware: str, tmp_path: Path) -> None:
    """Other firmwares, without fragments: the same is said, without a guess about the way."""
    recorded = CAPTURES / firmware / "plain-dhcp-bootfile" / "capture.pcap"
    told = last(unacknowledged(recorded, tmp_path, 4))
    assert told.ending.stop is Stop.TFTP_STOPPED
    assert "came 4 times" in told.ending.sentence
    assert "the client acknowledged none" in told.ending.sentence
    assert "fragments" not in told.ending.sentence
    assert told.reasons is not None
    assert "would acknowledge block" in told.reasons.parts_at
    assert "T-MTU" not in ids(told)


def test_a_block_that_came_once_says_nothing(tmp_path: Path) -> None:
    """The capture just ends there."""
    recorded = CAPTURES / "ipxe-e1000e" / "plain-dhcp-bootfile" / "capture.pcap"
    told = last(unacknowledged(recorded, tmp_path, 1))
    assert "acknowledged none" not in told.ending.sentence
    assert told.reasons is not None
    assert not told.reasons.parts_at
    assert told.fingerprint.likeness is Likeness.SAME


# --- offers that nobody takes -------------------------------------------------------------
def moved(data: bytes) -> bytes:
    """The same on another network, with another server's name."""
    return data.replace(bytes((10, 77, 0)), bytes((10, 9, 8))).replace(b"bootimus", b"syslinux")


def swapped(found: list[Recorded]) -> list[Recorded]:
    """The proxy offer before the lease's, as often as they come."""
    turned = list(found)
    for at in range(len(turned) - 1):
        ours, theirs = turned[at], turned[at + 1]
        if {ours.number % 3, theirs.number % 3} == {2, 0} and ours.number % 3 == 2:
            turned[at] = replace(theirs, at=ours.at)
            turned[at + 1] = replace(ours, at=theirs.at)
    return turned


@pytest.mark.parametrize(
    "change",
    [lambda found: found, lambda found: changed(found, moved), swapped],
    ids=["as recorded", "another network", "proxy first"],
)
def test_two_offers_that_a_firmware_does_not_join(
    change: Callable[[list[Recorded]], list[Recorded]], tmp_path: Path
) -> None:
    """It is not what its options look like, and one complete offer is what it would take."""
    told = last(write(tmp_path / "x.pcap", change(of(NOT_JOINED))))
    assert told.ending.stop is Stop.NOT_TAKEN
    assert told.fingerprint.likeness is Likeness.CLOSE
    assert "would request the address" in told.fingerprint.departs
    assert "None of them is complete" in told.ending.sentence
    assert "one DHCP server offer address, next server and boot file" in told.ending.sentence


@pytest.mark.parametrize("name", ["offer-port-6767", "ipxe-offer-port-6767"])
def test_offers_from_another_port(name: str) -> None:
    """The port is what is wrong, not the transaction id."""
    told = last(FILES / f"{name}.pcap")
    assert "They come from UDP port 6767 and not 67" in told.ending.sentence
    assert "N-PORT" in ids(told)
    assert "transaction id is not" not in text_of(FILES / f"{name}.pcap")
    assert told.fingerprint.likeness is Likeness.SAME


# --- no decision beyond the capture -------------------------------------------------------
def one_discover(path: Path, folder: Path) -> Path:
    """A recording's first DHCPDISCOVER alone."""
    for one in frames(path):
        message = read(one.data).dhcp
        if message is not None and message.type == dhcp.DISCOVER:
            return write(folder / "x.pcap", [one])
    raise AssertionError("a recording with a DHCPDISCOVER")


@pytest.mark.parametrize("firmware", ["", "ipxe-e1000e", "ovmf-virtio"])
def test_one_discover_is_no_giving_up(firmware: str, tmp_path: Path) -> None:
    """After it nothing is known, so nothing was decided."""
    path = FILES / "one-discover-intel.pcap"
    if firmware:
        path = one_discover(CAPTURES / firmware / "no-server" / "capture.pcap", tmp_path)
    told = last(path)
    assert told.ending.stop is Stop.CANNOT_TELL
    assert told.reasons is None or not told.reasons.chosen
    assert "give up" not in text_of(path)


# --- what a capture can have seen ---------------------------------------------------------
def test_a_capture_at_any_port_shows_what_goes_to_everybody() -> None:
    """A client that asks for broadcasts, and would look for its server by ARP: nothing is open."""
    path = FILES / "ack-without-file.pcap"
    told = last(path)
    assert told.ending.stop is Stop.NOTHING_FOLLOWS
    assert not told.ending.is_doubtful
    assert ids(told)[0] == "D-MISMATCH"


def test_without_anybodys_arp_more_may_have_been_filtered(tmp_path: Path) -> None:
    """The near miss: then it may have gone on. What the replies say is told all the same."""
    kept = [one for one in of(FILES / "ack-without-file.pcap") if one.data[12:14] != b"\x08\x06"]
    later = replace(kept[0], at=40.0, data=b"\xff" * 6 + b"\2" * 6 + b"\x88\xb5" + bytes(46))
    told = last(write(tmp_path / "x.pcap", [*kept, replace(later, length=len(later.data))]))
    assert told.ending.is_doubtful
    assert ids(told)[0] == "D-MISMATCH"
    assert "N-ACK" not in ids(told)


def test_what_one_attempt_heard_counts_for_the_next() -> None:
    """The ROM was sent frames of its own, so the port shows them, and iPXE got none."""
    path = FILES / "rom-then-ipxe.pcap"
    told = last(path)
    assert told.ending.stop is Stop.NO_OFFER
    assert "sent to it alone" not in text_of(path)


# --- errors -------------------------------------------------------------------------------
@pytest.mark.parametrize("firmware", ["ipxe-e1000e", "ovmf-virtio"])
def test_an_error_after_blocks(firmware: str, tmp_path: Path) -> None:
    """The server ends the transfer: its own frame is cited, and it is no refusal."""
    found: list[Recorded] = []
    for one in frames(CAPTURES / firmware / "plain-dhcp-bootfile" / "capture.pcap"):
        found.append(one)
        if isinstance(read(one.data).said, tftp.Data):
            break
    block = found[-1]
    at = len(block.data) - len(read(block.data).payload)
    error = block.data[:at] + b"\0\5\0\0disk error\0"
    error = error[:16] + (len(error) - 14).to_bytes(2, "big") + error[18:]
    size = (len(error) - 34).to_bytes(2, "big")
    error = error[:38] + size + b"\0\0" + error[42:]
    after = replace(block, at=block.at + 0.1, data=error, length=len(error))
    last_word = [one for one in found if one.data[6:12] == CLIENT][-1]
    path = write(tmp_path / "x.pcap", [*found, after, replace(last_word, at=block.at + 0.2)])
    told = last(path)
    assert told.ending.stop is Stop.TFTP_ERROR
    assert "ends the transfer of" in told.ending.sentence
    assert f"ERROR 0 disk error (frame {len(found) + 1}), after 1 block" in told.ending.sentence
    assert "refuses" not in told.ending.sentence


# --- several options 43 -------------------------------------------------------------------
@pytest.mark.parametrize("profile", ["vmware-e1000e", "edk2"])
def test_several_options_43_are_told(profile: str) -> None:
    """Each by itself, and no failure is claimed of the first alone."""
    path = FILES / "three-43.pcap"
    text = text_of(path)
    assert "(option 43, 1 of 3)" in text
    assert "43.8 boot servers: type 128: 10.88.0.2 (option 43, 2 of 3)" in text
    assert "Inferred" not in text
    result = run("matrix", "--capture", str(path), "-p", profile)
    assert "cannot tell" in result.stdout
    assert "several options 43" in " ".join(result.stdout.split())


# --- what is no part of the boot ----------------------------------------------------------
@pytest.mark.parametrize("days", [2, 25])
def test_a_gap_is_no_patience(days: int, tmp_path: Path) -> None:
    """Two recordings in one file: the client did not wait for weeks."""
    path = FILES / "two-offers-not-joined.pcap"
    found = of(path)[:9]
    stranger = replace(found[0], at=86400.0 * days, data=b"\xff" * 6 + b"\2" * 6 + bytes(48))
    joined = [*found, replace(stranger, length=len(stranger.data))]
    (told,) = explain(write(tmp_path / "x.pcap", joined), PROFILES).stories[0].attempts
    assert told.attempt.until < 60
    assert f"{86400.0 * days:.1f}" not in told.ending.sentence
    text = text_of(tmp_path / "x.pcap")
    assert "Nothing was recorded for" in text
    assert "after frame 9" in text


SOLICIT = bytes.fromhex("333300010002") + CLIENT + b"\x86\xdd\x60" + bytes(39)


@pytest.mark.parametrize("after", [2, 4, 8])
def test_dhcpv6_beside_the_boot_is_a_line(after: int, tmp_path: Path) -> None:
    """It is no end, no other client and no secret."""
    found = frames(CAPTURES / "ovmf-virtio" / "plain-dhcp-bootfile" / "capture.pcap")
    at = found[after].at
    solicit = replace(found[after], data=SOLICIT, length=len(SOLICIT), at=at + 0.001)
    path = write(tmp_path / "x.pcap", [*found[: after + 1], solicit, *found[after + 1 :]])
    told = last(path)
    assert told.ending.stop is Stop.FETCHED
    text = text_of(path)
    assert f"asks over IPv6 (DHCPv6, frame {after + 2})." in text
