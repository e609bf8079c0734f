"""Captures as people make them: behind relays, with tags, cut, one-sided, with others between."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pxeclient.capture.values import CaptureError, Recorded
from pxeclient.explain.fingerprint import Likeness
from pxeclient.explain.stop import Stop
from pxeclient.explain.story import explain
from pxeclient.explain.words import lines
from pxeclient.outcome import Booted
from pxeclient.seen.attempts import Kind
from pxeclient.wire import ethernet, ipv4
from pxeclient.wire.addresses import Mac
from tests.explain.captures import (
    CAPTURES,
    CLIENT,
    PLAIN,
    PROFILES,
    PROXY,
    SERVER,
    behind_relay,
    changed,
    cooked,
    frames,
    later,
    told,
    whole,
    write,
)

EDK2 = CAPTURES / "ovmf-virtio" / "plain-dhcp-bootfile" / "capture.pcap"
OTHER = bytes.fromhex("525400999999")


def test_the_servers_side_of_a_relay(tmp_path: Path) -> None:
    """The firmware shows in the relay's copies, without TTL and ports; the file in the download."""
    path = write(tmp_path / "x.pcap", changed(frames(PLAIN), behind_relay))

    [one] = told(path)

    assert one.attempt.mac == CLIENT
    assert one.attempt.is_rebuilt
    assert one.fingerprint.likeness is Likeness.SAME
    assert [match.profile.name for match in one.fingerprint.equals] == ["ipxe"]
    names = {mark.name for mark in one.fingerprint.matches[0].marks}
    assert not names & {"TTL", "length of DHCPDISCOVER", "source port of DHCPDISCOVER"}
    assert one.ending.stop is Stop.FETCHED
    assert one.reasons is not None
    assert one.reasons.agrees
    assert "Only what the relay 10.5.0.1 passed on was recorded" in "\n".join(lines(whole(path)))


def test_both_sides_of_a_relay_are_one_story(tmp_path: Path) -> None:
    """The copies are left out, and are no repeats of the client's."""
    copies = later(changed(frames(PLAIN), behind_relay), 0.001)
    path = write(tmp_path / "x.pcap", sorted(frames(PLAIN) + copies, key=lambda one: one.at))

    [one] = told(path)

    assert not one.attempt.is_rebuilt
    alone = told(PLAIN)[0]
    assert [step.kind for step in one.steps] == [step.kind for step in alone.steps]
    assert [step.times for step in one.steps] == [step.times for step in alone.steps]
    assert "copies of the relay 10.5.0.1 are left out" in "\n".join(lines(whole(path)))


def test_tags_of_a_mirror_port(tmp_path: Path) -> None:
    """Two of them, even."""
    tagged = changed(frames(), lambda data: data[:12] + b"\x88\xa8\0\x05\x81\0\0\x0a" + data[12:])
    [one] = told(write(tmp_path / "x.pcap", tagged))
    assert one.ending.stop is Stop.FETCHED
    assert one.ending.transfer is not None
    assert one.ending.transfer.sha256 == told(PROXY)[0].ending.transfer.sha256  # type: ignore[union-attr]


def test_two_clients_at_once(tmp_path: Path) -> None:
    """Frames of two machines, interleaved, are two stories; each alone can be asked for."""
    second = changed(
        frames(CAPTURES / "ovmf-virtio" / "proxy-60-only-4011-dead" / "capture.pcap"),
        lambda data: data.replace(CLIENT, OTHER).replace(
            bytes((10, 77, 0, 50)), bytes((10, 77, 0, 51))
        ),
    )
    mixed = sorted(frames() + later(second, 0.5), key=lambda one: one.at)
    path = write(tmp_path / "x.pcap", mixed)

    found = whole(path)

    assert [story.station.mac for story in found.stories] == [CLIENT, OTHER]
    best = [story.attempts[0].fingerprint.matches[0].profile.name for story in found.stories]
    assert best == ["ipxe-20190125", "edk2"]
    assert [story.attempts[0].ending.stop for story in found.stories] == [
        Stop.FETCHED,
        Stop.PORT_4011_SILENT,
    ]


def test_frames_cut_after_96_octets(tmp_path: Path) -> None:
    """Addresses, file name and sizes are there; options and content are not, and are not told."""
    cut = [replace(frame, data=frame.data[:96]) for frame in frames()]
    path = write(tmp_path / "x.pcap", cut)

    [one] = told(path)

    assert one.fingerprint.likeness is Likeness.UNKNOWN
    assert "cut when they were recorded" in one.fingerprint.why or one.attempt.kind is Kind.UNKNOWN
    assert one.ending.stop is Stop.FETCHED
    assert one.ending.transfer is not None
    assert one.ending.transfer.size == 512
    assert one.ending.transfer.sha256 is None
    assert one.trace.outcome is None
    text = "\n".join(lines(whole(path)))
    assert "were cut when recorded (tcpdump -s 0" in text
    assert "no boot file" not in text


def test_linux_any_shows_frames_twice_and_without_destination(tmp_path: Path) -> None:
    """One story, as if it had been recorded on the interface itself."""
    plain = told(PLAIN)[0]
    for path in (
        cooked(tmp_path / "one.pcap", frames(PLAIN)),
        cooked(tmp_path / "two.pcap", frames(PLAIN), twice=True),
        cooked(tmp_path / "sll2.pcap", frames(PLAIN), twice=True, linktype=276),
    ):
        [one] = told(path)
        assert one.fingerprint.matches[0].profile.name == "ipxe"
        assert [step.times for step in one.steps] == [step.times for step in plain.steps]
        assert isinstance(one.trace.outcome, Booted)
        assert one.reasons is not None
        assert one.reasons.agrees


def test_only_what_the_client_sent(tmp_path: Path) -> None:
    """What was answered cannot be told, and is not."""
    ours = [frame for frame in frames() if frame.data[6:12] == CLIENT]
    [one] = told(write(tmp_path / "x.pcap", ours))
    assert one.fingerprint.best is not None
    assert one.ending.stop is Stop.CANNOT_TELL
    assert "only what the client sent" in one.ending.sentence
    assert not one.replies
    assert one.trace.outcome is None


def test_only_discovers_do_not_prove_silence(tmp_path: Path) -> None:
    """The capture may have been taken in one direction."""
    path = CAPTURES / "ipxe-82540em" / "no-server" / "capture.pcap"
    [one] = told(path)
    assert one.ending.stop is Stop.NO_OFFER
    assert "taken in one direction" in one.ending.sentence


def test_another_port_of_a_switch(tmp_path: Path) -> None:
    """Only broadcasts come there: that a download is missing proves nothing."""
    recorded = [frame for frame in frames(EDK2) if frame.data[:6] == b"\xff" * 6]
    path = write(tmp_path / "x.pcap", [*recorded, somebody_else(60.0)])
    [one] = told(path)
    assert one.ending.stop is Stop.CANNOT_TELL
    assert "No answer to its ARP requests for 10.77.0.3" in one.ending.sentence
    assert "no frame that was sent to it alone" in one.ending.sentence
    assert one.trace.outcome is None


def test_an_offer_that_must_have_come(tmp_path: Path) -> None:
    """A DHCPREQUEST takes one up, so there was one, whatever the capture has."""
    recorded = [frame for frame in frames(EDK2) if frame.number in (1, 5)]
    path = write(tmp_path / "x.pcap", [*recorded, somebody_else(60.0), to_client(61.0)])
    [one] = told(path)
    assert one.ending.stop is Stop.NO_ACK
    assert "Nor is the offer of 10.77.0.1 that it takes up, which must have come." in (
        one.ending.sentence
    )
    assert one.reasons is not None
    assert not one.reasons.agrees


def somebody_else(at: float) -> Recorded:
    """A frame between two others."""
    data = bytes(6) + SERVER + b"\x88\xb5" + bytes(46)
    return Recorded(1, at, data, len(data))


def to_client(at: float) -> Recorded:
    """A frame to the client that is none of the boot."""
    data = CLIENT + SERVER + b"\x88\xb5" + bytes(46)
    return Recorded(1, at, data, len(data))


def test_only_what_servers_sent(tmp_path: Path) -> None:
    """What the client did with it cannot be told."""
    theirs = [frame for frame in frames() if frame.data[6:12] != CLIENT]
    [one] = told(write(tmp_path / "x.pcap", theirs))
    assert one.attempt.kind is Kind.MIDDLE
    assert one.ending.stop is Stop.CANNOT_TELL
    assert "only what servers sent" in one.ending.sentence


def test_a_capture_that_begins_in_the_middle(tmp_path: Path) -> None:
    """The download is told; the firmware is not guessed at."""
    [one] = told(write(tmp_path / "x.pcap", frames(PROXY)[8:]))
    assert one.ending.stop is Stop.FETCHED
    assert one.fingerprint.likeness is Likeness.UNKNOWN
    assert one.reasons is None


def test_a_file_that_breaks_off_is_told_as_far_as_it_goes(tmp_path: Path) -> None:
    """And the remark says where."""
    path = tmp_path / "x.pcap"
    path.write_bytes(PROXY.read_bytes()[:-10])
    found = whole(path)
    assert found.capture.remarks == ("The file breaks off or is damaged after frame 18.",)
    assert found.stories[0].attempts[0].fingerprint.best is not None


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    """One sentence."""
    path = tmp_path / "x.pcap"
    path.write_bytes(b"hello, world, this is a text")
    with pytest.raises(CaptureError, match="no capture"):
        whole(path)
    with pytest.raises(CaptureError, match="link type 101"):
        whole(write(path, frames(), linktype=101))


def test_attempts(tmp_path: Path) -> None:
    """A ROM, then iPXE that it loaded, then an operating system: three, in order."""
    rom = frames(EDK2)
    ipxe = later(frames(PLAIN), 40.0)
    system = changed(
        later([frame for frame in frames(PLAIN) if frame.number == 1], 90.0), as_windows
    )
    path = write(tmp_path / "x.pcap", [*rom, *ipxe, *system])

    found = told(path)

    assert [one.attempt.kind for one in found] == [Kind.PXE, Kind.PXE, Kind.PLAIN]
    assert [match.profile.name for one in found[:2] if (match := one.fingerprint.best)] == [
        "edk2",
        "ipxe",
    ]
    assert [one.ending.stop for one in found[:2]] == [Stop.FETCHED, Stop.FETCHED]
    assert found[0].attempt.why_over == "another firmware begins"
    assert found[1].attempt.why_over == "another DHCP client begins"


def as_windows(data: bytes) -> bytes:
    """The message of an operating system instead: another vendor class, no user class."""
    return data.replace(b"PXEClient:Arch:00000:UNDI:002001", b"MSFT 5.0".ljust(32, b"."))


def test_a_plain_dhcp_client_is_no_network_boot(tmp_path: Path) -> None:
    """It is named by what it says of itself, and held against no profile."""
    path = write(tmp_path / "x.pcap", changed(frames(PLAIN)[:6], as_windows))
    found = whole(path)
    assert not found.stories[0].is_network_boot
    assert found.stories[0].attempts[0].fingerprint.likeness is Likeness.UNKNOWN
    text = "\n".join(lines(found))
    assert "no network boot client" in text
    assert "MSFT 5.0" in text


def test_a_firmware_that_nobody_knows(tmp_path: Path) -> None:
    """A PXE client with other options in another order is none of our profiles."""
    path = write(tmp_path / "x.pcap", changed(frames(PLAIN), as_stranger))
    [one] = told(path)
    assert one.fingerprint.likeness is Likeness.NONE
    assert one.reasons is None
    text = "\n".join(lines(whole(path)))
    assert "none of our profiles" in text
    assert "PXEClient:Arch:00019" in text


def as_stranger(data: bytes) -> bytes:
    """A DHCPDISCOVER of a board that no profile describes."""
    at = data.find(b"\x63\x82\x53\x63")
    if data[6:12] != CLIENT or at < 0 or data[at + 4 : at + 7] != b"\x35\1\1":
        return data
    options = b"\x35\1\1\x3c\x14PXEClient:Arch:00019\x37\3\1\3\x43\xff"
    payload = data[42 : at + 4] + options
    length = 8 + len(payload)
    head = data[14:34]
    head = head[:2] + (20 + length).to_bytes(2, "big") + head[4:8] + b"\xff" + head[9:]
    return data[:14] + head + data[34:38] + length.to_bytes(2, "big") + b"\0\0" + payload


def test_fragments_are_put_together(tmp_path: Path) -> None:
    """A server whose blocks do not fit the wire."""
    parts = []
    for frame in frames(EDK2):
        parts += [replace(frame, data=data, length=len(data)) for data in fragmented(frame.data)]
    whole_one = told(EDK2)[0]
    [one] = told(write(tmp_path / "x.pcap", parts))
    assert one.ending.transfer is not None
    assert whole_one.ending.transfer is not None
    assert one.ending.transfer.sha256 == whole_one.ending.transfer.sha256


def fragmented(data: bytes) -> list[bytes]:
    """A server's large packet in parts of 256 octets."""
    if data[12:14] != b"\x08\x00" or data[6:12] == CLIENT or len(data) < 400:
        return [data]
    packet = ipv4.parse(data[ethernet.HEADER :])
    head = data[: ethernet.HEADER]
    found = []
    for at in range(0, len(packet.payload), 256):
        part = packet.payload[at : at + 256]
        more = at + 256 < len(packet.payload)
        fragment = replace(packet, payload=part, fragment_offset=at, more_fragments=more)
        found.append(head + ipv4.build(replace(fragment, identification=77)))
    return found


def test_a_client_can_be_chosen(tmp_path: Path) -> None:
    """One that is not there is told, with those that are."""
    with pytest.raises(CaptureError, match=r"no client 02:00:00:00:00:01: it has 52:54:00:12"):
        explain(PROXY, PROFILES, None, Mac.from_text("02:00:00:00:00:01"))


def test_a_boot_over_ipv6_is_an_attempt_of_its_own() -> None:
    """What the firmware does over IPv4 is over there, and of the rest nothing is claimed."""
    first, second = told(CAPTURES / "ovmf-virtio" / "no-server" / "capture.pcap")
    assert first.attempt.why_over == "a boot over IPv6 begins"
    assert first.ending.stop is Stop.NO_OFFER
    assert second.attempt.kind is Kind.IPV6
    assert second.ending.stop is Stop.CANNOT_TELL
    assert "IPv6" in second.fingerprint.why
