"""Frames for the tests, built by our codecs, and those of the recordings."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from ipaddress import IPv4Address
from pathlib import Path

from pxeclient.capture.reading import read
from pxeclient.capture.values import Recorded
from pxeclient.seen.frame import Frame
from pxeclient.seen.mending import Reader
from pxeclient.seen.reading import read as read_frame
from pxeclient.wire import dhcp, ethernet, ipv4, tftp, udp
from pxeclient.wire.addresses import ANY, BROADCAST, BROADCAST_MAC, Mac
from pxeclient.wire.dhcp import Option
from pxeclient.wire.ipv4 import Packet
from pxeclient.wire.udp import Datagram

CAPTURES = Path(__file__).parent.parent / "captures"

CLIENT, SERVER = Mac.from_text("52:54:00:12:34:56"), Mac.from_text("52:54:00:00:00:01")
OURS, THEIRS = IPv4Address("10.77.0.50"), IPv4Address("10.77.0.1")
OTHER = IPv4Address("10.77.0.9")
PXE = Option(60, b"PXEClient:Arch:00000:UNDI:002001")


@cache
def recordings() -> tuple[Path, ...]:
    """All recordings."""
    return tuple(sorted(CAPTURES.glob("*/*/capture.pcap")))


@cache
def recorded(path: Path) -> tuple[Recorded, ...]:
    """A recording's frames."""
    return tuple(read(path).frames)


def seen(path: Path) -> tuple[Frame, ...]:
    """A recording's frames, read."""
    reader = Reader()
    return tuple(
        reader.read(one.number, one.at, one.data, length=one.length) for one in recorded(path)
    )


def packet(
    payload: bytes,
    source: tuple[IPv4Address, int] = (OURS, 2070),
    to: tuple[IPv4Address, int] = (THEIRS, 69),
    identification: int = 0,
) -> Packet:
    """A UDP datagram's packet."""
    sent = udp.build(Datagram(source[1], to[1], payload), source[0], to[0])
    return Packet(source[0], to[0], ipv4.UDP, sent, identification=identification)


def framed(one: Packet, ours: bool = True, to_all: bool = False) -> bytes:
    """The frame that carries a packet from the client to the server, or back."""
    sender, receiver = (CLIENT, SERVER) if ours else (SERVER, CLIENT)
    target = BROADCAST_MAC if to_all else receiver
    return ethernet.build(ethernet.Frame(target, sender, ethernet.IPV4, ipv4.build(one)))


def message(
    type: int,
    *options: Option,
    op: int = dhcp.BOOTREQUEST,
    xid: int = 7,
    mac: Mac = CLIENT,
    yiaddr: IPv4Address = ANY,
    secs: int = 0,
    giaddr: IPv4Address = ANY,
) -> bytes:
    """A DHCP message."""
    area = (Option(53, bytes((type,))), *options, Option(dhcp.END))
    chaddr = dhcp.chaddr_of(mac)
    found = dhcp.Message(op, xid, chaddr, secs=secs, yiaddr=yiaddr, giaddr=giaddr, options=area)
    return dhcp.build(found)


def asks(payload: bytes, port: int = 67, to: IPv4Address = BROADCAST) -> bytes:
    """The client's frame with a DHCP message."""
    return framed(packet(payload, (ANY, 68), (to, port)), to_all=to == BROADCAST)


def answers(payload: bytes, port: int = 67, source: IPv4Address = THEIRS) -> bytes:
    """A server's frame with a DHCP message, to everybody."""
    return framed(packet(payload, (source, port), (BROADCAST, 68)), ours=False, to_all=True)


def reply(
    type: int, *options: Option, yiaddr: IPv4Address = OURS, xid: int = 7, mac: Mac = CLIENT
) -> bytes:
    """A server's DHCP message."""
    return message(type, *options, op=dhcp.BOOTREPLY, xid=xid, yiaddr=yiaddr, mac=mac)


def download(
    name: bytes, blocks: list[bytes], server: IPv4Address = THEIRS, port: int = 2070
) -> Iterator[tuple[bytes, bool]]:
    """The frames of a lock-step transfer without options, each with whether it is the client's."""
    mine, theirs = (OURS, port), (server, 4096)
    yield framed(packet(tftp.build(tftp.Request(name)), mine, (server, 69))), True
    for at, content in enumerate(blocks, 1):
        block = at & 0xFFFF
        yield framed(packet(tftp.build(tftp.Data(block, content)), theirs, mine), False), False
        yield framed(packet(tftp.build(tftp.Ack(block)), mine, theirs)), True


def frames(octets: list[tuple[bytes, bool]], step: float = 0.01) -> list[Frame]:
    """These frames, read, one after the other."""
    return [read_frame(at, at * step, data, ours) for at, (data, ours) in enumerate(octets, 1)]
