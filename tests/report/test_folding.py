"""What a transcript tells in one line: the noise of others, and what repeats itself."""

from __future__ import annotations

import pytest
from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import ICMPv6ND_RA, IPv6
from scapy.layers.l2 import ARP, Ether
from scapy.packet import Raw

from pxeclient.boot.events import FrameReceived
from pxeclient.report.frames import option_lines
from pxeclient.report.transcript import Transcript
from pxeclient.stack.acts import Ignore, SendFrame
from pxeclient.trace import Trace
from pxeclient.wire.dhcp import Message, Option
from tests.boots import booted

OTHER = "00:11:22:33:44:55"


def _udp(source: int, port: int, to: str = "255.255.255.255", group: str = "") -> Ether:
    mac = group or "ff:ff:ff:ff:ff:ff"
    return Ether(src=OTHER, dst=mac) / IP(src="10.77.0.200", dst=to) / UDP(sport=source, dport=port)


def _bootp(op: int) -> BOOTP:
    return BOOTP(op=op, xid=0x01020304, chaddr=bytes.fromhex(OTHER.replace(":", "")))


NOISE = {
    "arp": Ether(src=OTHER, dst="ff:ff:ff:ff:ff:ff")
    / ARP(hwsrc=OTHER, psrc="10.77.0.200", pdst="10.77.0.201"),
    "mdns": _udp(5353, 5353, "224.0.0.251", "01:00:5e:00:00:fb") / Raw(b"\0" * 40),
    "ssdp": _udp(40000, 1900, "239.255.255.250", "01:00:5e:7f:ff:fa") / Raw(b"M-SEARCH * HTTP/1.1"),
    "netbios": _udp(137, 137, "10.77.0.255") / Raw(b"\0" * 50),
    "discover": _udp(68, 67) / _bootp(1) / DHCP(options=[("message-type", 1), "end"]),
    "offer": _udp(67, 68)
    / BOOTP(op=2, xid=0x01020304, yiaddr="10.77.0.99", chaddr=bytes.fromhex("001122334455"))
    / DHCP(options=[("message-type", 2), "end"]),
    "ipv6": Ether(src=OTHER, dst="33:33:00:00:00:01") / IPv6(dst="ff02::1") / ICMPv6ND_RA(),
}


def told(trace: Trace, verbose: bool = False) -> list[str]:
    """All lines of the transcript."""
    transcript = Transcript(verbose)
    return [line for record in trace.records for line in transcript.lines(record)]


def among(trace: Trace, noise: bytes, times: int) -> Trace:
    """The same boot on a busier wire: so many frames after each that the machine sent."""
    busy = Trace(trace.profile, trace.title, trace.where)
    for record in trace.records:
        busy.add(record.at, record.item)
        if isinstance(record.item, SendFrame):
            for _ in range(times):
                busy.add(record.at, FrameReceived(noise))
                busy.add(record.at, Ignore("a frame", "Nobody listens.", "x", None))
    busy.end(trace.ended)
    return busy


@pytest.mark.parametrize("firmware", ["ipxe", "vmware-e1000e", "edk2"])
@pytest.mark.parametrize("kind", NOISE)
def test_noise_is_folded(firmware: str, kind: str) -> None:
    """Whatever others say takes a line where the machine was silent; all else stays as it is."""
    quiet = booted(firmware)
    busy = among(quiet, bytes(NOISE[kind]), 50)
    shown = told(busy)
    others = [line for line in shown if "of others" in line]
    assert others
    assert all(line.endswith("of others (-v shows them)") for line in others)
    rest = [line for line in shown if "of others" not in line]
    assert rest == told(quiet)
    assert len(told(busy, verbose=True)) > len(told(quiet, verbose=True)) + 50


@pytest.mark.parametrize("firmware", ["ipxe", "vmware-e1000e", "edk2"])
def test_what_is_about_the_machine_is_told(firmware: str) -> None:
    """ARP for its address, and whatever is sent to it alone or with its transaction id."""
    quiet = booted(firmware)
    first = next(record for record in quiet.records if isinstance(record.item, SendFrame))
    frame = first.seen()
    assert frame is not None
    mac, xid = str(frame.sender), frame.said.message.xid  # type: ignore[union-attr]
    ours = [
        Ether(src=OTHER, dst=mac) / IP(src="10.77.0.200", dst="10.77.0.50") / UDP(dport=9),
        _udp(67, 68) / BOOTP(op=2, xid=xid) / DHCP(options=[("message-type", 2), "end"]),
    ]
    for frame_ in ours:
        shown = told(among(quiet, bytes(frame_), 1))
        assert not any("of others" in line for line in shown)
        assert len(shown) > len(told(quiet))
    asks = Ether(src=OTHER, dst="ff:ff:ff:ff:ff:ff") / ARP(
        hwsrc=OTHER, psrc="10.77.0.1", pdst="10.77.0.50"
    )
    shown = told(among(quiet, bytes(asks), 1))
    assert any("who has 10.77.0.50?" in line for line in shown)


def test_an_oack_that_is_repeated_is_told_once() -> None:
    """A server that repeats itself fills no page."""
    quiet = booted("ipxe")
    busy = Trace(quiet.profile, quiet.title, quiet.where)
    for record in quiet.records:
        busy.add(record.at, record.item)
        frame = record.seen()
        if frame is not None and "OptionAck" in type(frame.said).__name__:
            for _ in range(20):
                busy.add(record.at, record.item)
    busy.end(quiet.ended)
    shown = told(busy)
    assert sum("OACK  " in line for line in shown) == 1
    assert any("… 20 more OACK, the last: OACK" in line for line in shown)


def test_the_port_of_a_read_request_is_told() -> None:
    """Answers come to it: a firewall's log has it."""
    [line] = [line for line in told(booted("vmware-e1000e")) if " RRQ " in line][:1]
    assert "RRQ              from port 2070, boot.0" in line


def test_octets_that_are_text_are_told_as_text() -> None:
    """Beside the octets, for options that nobody named."""
    message = Message(
        op=2,
        xid=1,
        chaddr=bytes(16),
        options=(
            Option(254, b"x254"),
            Option(253, b"\x01\x02\x03\x04"),
            Option(252, b"http://wpad/\0"),
            Option(251, b"\x1b[2J"),
        ),
    )
    lines = option_lines(message)
    assert lines[0].endswith('78 32 35 34 "x254"')
    assert lines[1].endswith("01 02 03 04")
    assert lines[3].endswith("1b 5b 32 4a")
