"""TCP connections for the tests, segment by segment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address

from pxeclient.seen.frame import Frame
from pxeclient.seen.reading import read
from pxeclient.seen.streams import Connection, connections
from pxeclient.wire import ethernet, ipv4, tcp
from pxeclient.wire.ipv4 import Packet
from pxeclient.wire.tcp import Flags, IpAddress, Segment
from tests.seen.frames import CLIENT, OURS, SERVER

WEB = IPv4Address("10.77.0.7")
OURS6, WEB6 = IPv6Address("fd77::50"), IPv6Address("fd77::7")
GET = b"GET /boot.efi HTTP/1.1\r\nHost: 10.77.0.7\r\nUser-Agent: UefiHttpBoot/1.0\r\n\r\n"
HEAD = GET.replace(b"GET", b"HEAD")
BODY = bytes(range(256)) * 24
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/efi\r\nContent-Length: %d\r\n\r\n" % len(BODY)


@dataclass
class Speaking:
    """Both sides of one connection: what they send becomes frames."""

    port: int = 1526
    server: IpAddress = WEB
    server_port: int = 80
    ours: int = 0xFFFFFF00
    """Their next sequence numbers: the client's wraps."""
    theirs: int = 7000
    frames: list[bytes] = field(default_factory=list)

    @property
    def client(self) -> IpAddress:
        return OURS if self.server.version == 4 else OURS6

    def send(self, ours: bool, payload: bytes, flags: Flags = Flags.ACK, ahead: int = 0) -> None:
        """A segment; `ahead`: how far from where its sender is."""
        sequence = (self.ours if ours else self.theirs) + ahead
        ack = (self.theirs if ours else self.ours) % (1 << 32)
        segment = Segment(
            self.port if ours else self.server_port,
            self.server_port if ours else self.port,
            sequence % (1 << 32),
            ack if flags & Flags.ACK else 0,
            flags,
            65535,
            payload,
        )
        self.frames.append(framed(segment, self.client, self.server, ours))
        if ahead == 0:
            taken = segment.length
            self.ours += taken if ours else 0
            self.theirs += 0 if ours else taken

    def opens(self) -> Speaking:
        """The three segments of a beginning."""
        self.send(True, b"", Flags.SYN)
        self.send(False, b"", Flags.SYN | Flags.ACK)
        self.send(True, b"")
        return self

    def says(self, ours: bool, octets: bytes, size: int = 1460) -> Speaking:
        """Octets in segments of `size`; then the other side acknowledges them."""
        for at in range(0, len(octets), size):
            self.send(ours, octets[at : at + size])
        self.send(not ours, b"")
        return self

    def fetched(self, head: bytes = OK, body: bytes = BODY, asked: bytes = GET) -> Speaking:
        """A request and its answer."""
        return self.says(True, asked).says(False, head + body)

    def finish(self, ours: bool) -> Speaking:
        """A FIN, and its acknowledgement."""
        self.send(ours, b"", Flags.FIN | Flags.ACK)
        self.send(not ours, b"")
        return self

    def reset(self, ours: bool) -> Speaking:
        """A RST."""
        self.send(ours, b"", Flags.RST)
        return self


def framed(segment: Segment, client: IpAddress, server: IpAddress, ours: bool) -> bytes:
    """The frame that carries a segment."""
    source, to = (client, server) if ours else (server, client)
    octets = tcp.build(segment, source, to)
    sender, receiver = (CLIENT, SERVER) if ours else (SERVER, CLIENT)
    if isinstance(source, IPv4Address) and isinstance(to, IPv4Address):
        packet = ipv4.build(Packet(source, to, tcp.PROTOCOL, octets))
        return ethernet.join(receiver, sender, ethernet.IPV4, packet)
    head = b"\x60\0\0\0" + len(octets).to_bytes(2, "big") + bytes((tcp.PROTOCOL, 64))
    packet = head + source.packed + to.packed + octets
    return ethernet.join(receiver, sender, ethernet.IPV6, packet)


def frames(octets: Iterable[bytes], most: int = 1 << 16) -> Iterator[Frame]:
    """Frames read, a hundredth of a second apart; of each at most so many octets were recorded."""
    for number, one in enumerate(octets, 1):
        ours = one[6:12] == CLIENT
        yield read(number, number / 100, one[:most], ours, len(one))


def followed(octets: Iterable[bytes], most: int = 1 << 16) -> tuple[Connection, ...]:
    """The connections in these frames."""
    return connections(frames(octets, most))
