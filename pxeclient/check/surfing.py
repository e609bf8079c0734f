"""A web server asked over TCP, as UEFI's HTTP boot asks: the least of a TCP client that does.

It has one connection for each request, takes segments in their order alone, acknowledges each,
and asks again what is lost. It ends with a RST, as EDK II does (NetworkPkg/TcpDxe).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv4Address

from pxeclient.check.talking import (
    Absent,
    Correspondent,
    Heard,
    HeardSegment,
    Reaction,
    Refused,
    Script,
    Send,
    SendSegment,
    Turn,
)
from pxeclient.httpboot import PATIENCE
from pxeclient.seen.answers import Answer
from pxeclient.seen.reading import read
from pxeclient.wire import dns, http, tcp
from pxeclient.wire.errors import WireError
from pxeclient.wire.http import Request
from pxeclient.wire.tcp import Flags, Segment, TcpOption
from pxeclient.wire.udp import Datagram

MOST_BODY = 1 << 20
"""Octets of a body beyond which the rest is not waited for: what the file is shows long before."""
_AGAIN = 1.0
"""Seconds after which what is not acknowledged is sent again (RFC 6298 §2)."""
_TRIES = 4
_OPTIONS = (TcpOption(tcp.MSS, (1460).to_bytes(2, "big")),)
_AGENT = b"UefiHttpBoot/1.0"


@dataclass(slots=True)
class Asked:
    """What came of one request."""

    answer: Answer
    number: int | None = None
    """The frame of the first segment that came."""
    is_open: bool = False
    """The connection was granted."""
    refused: Refused | Absent | HeardSegment | None = None
    """Who refused it, by ICMP, by silence to ARP, or with a RST."""
    is_enough: bool = False
    """More of the body was not waited for."""


@dataclass(slots=True)
class _Client:
    """One connection."""

    server: IPv4Address
    port: int
    local: int
    say: bytes
    got: Asked
    next: int
    """Our next sequence number."""
    expected: int = 0
    """Theirs."""
    is_acknowledged: bool = False
    """They have the request."""
    is_over: bool = False

    def segment(self, flags: Flags, payload: bytes = b"") -> SendSegment:
        """A segment of ours."""
        options = _OPTIONS if flags & Flags.SYN else ()
        acknowledged = self.expected if flags & Flags.ACK else 0
        sent = Segment(
            self.local, self.port, self.next, acknowledged, flags, 65535, payload, options
        )
        return SendSegment(sent, self.server)

    def mine(self, heard: Sequence[Reaction]) -> Iterator[HeardSegment]:
        """The segments of this connection."""
        for one in heard:
            if (
                isinstance(one, HeardSegment)
                and one.source == self.server
                and (one.segment.source_port, one.segment.destination_port)
                == (self.port, self.local)
            ):
                yield one

    def is_answered(self, heard: Sequence[Reaction]) -> bool:
        """Something came for it, or nobody will answer."""
        is_refused = any(isinstance(one, Refused | Absent) for one in heard)
        return is_refused or next(self.mine(heard), None) is not None

    def note(self, heard: Sequence[Reaction]) -> None:
        """Who refuses it otherwise than with a RST."""
        for one in heard:
            if isinstance(one, Refused | Absent):
                self.got.refused, self.is_over = one, True

    def opened(self, heard: Sequence[Reaction]) -> None:
        """Take the answer to the SYN."""
        self.note(heard)
        for one in self.mine(heard):
            flags = one.segment.flags
            self.got.number = self.got.number or one.number
            if flags & Flags.RST:
                self.got.refused, self.is_over = one, True
            elif flags & Flags.SYN and flags & Flags.ACK and not self.got.is_open:
                self.got.is_open = True
                self.expected = (one.segment.sequence + 1) % (1 << 32)
                self.next = (self.next + 1) % (1 << 32)

    def take(self, heard: Sequence[Reaction]) -> bool:
        """Take what comes of the answer; whether there is anything to acknowledge."""
        self.note(heard)
        moved = False
        for one in self.mine(heard):
            segment = one.segment
            if segment.flags & Flags.RST:
                self.is_over = True
                continue
            if segment.flags & Flags.ACK and not self.is_acknowledged:
                after = (self.next + len(self.say)) % (1 << 32)
                if segment.acknowledgement == after:
                    self.is_acknowledged, self.next = True, after
            moved = moved or segment.length > 0
            if segment.sequence != self.expected or self.is_over:
                continue
            self.expected = (self.expected + segment.length) % (1 << 32)
            self.got.answer.feed(segment.payload, read(one.number, one.at, b""))
            if segment.flags & Flags.FIN:
                self.got.answer.close()
                self.is_over = True
        answer = self.got.answer
        if answer.is_over or answer.octets >= MOST_BODY:
            self.got.is_enough = not answer.is_over
            self.is_over = True
        return moved


def ask(station: Correspondent, server: IPv4Address, port: int, request: Request) -> Script[Asked]:
    """Connect, ask, and take the answer, or as much of it as tells what it is."""
    answer = Answer(request.method, MOST_BODY)
    begins = (station.xid() * 64013) % (1 << 32)
    client = _Client(server, port, station.port(), http.build(request), Asked(answer), begins)
    for _ in range(_TRIES):
        sends = (client.segment(Flags.SYN),)
        wait = max(station.patience / _TRIES, _AGAIN)
        client.opened((yield Turn(sends, wait, client.is_answered)))
        if client.is_over or client.got.is_open:
            break
    if client.got.is_open:
        yield from _exchange(client)
        yield Turn((client.segment(Flags.RST),), 0.02)
    return client.got


def _exchange(client: _Client) -> Script[None]:
    """Say it until it is acknowledged, and listen until the answer is over or nothing comes."""
    silent, moved = 0.0, False
    while not client.is_over and silent < PATIENCE:
        sends: tuple[SendSegment, ...] = ()
        if not client.is_acknowledged:
            sends = (client.segment(Flags.PSH | Flags.ACK, client.say),)
        elif moved:
            sends = (client.segment(Flags.ACK),)
        heard = yield Turn(sends, _AGAIN, client.is_answered)
        moved = client.take(heard)
        silent = 0.0 if moved else silent + _AGAIN


def get(
    station: Correspondent, server: IPv4Address, port: int, host: str, target: str, method: str
) -> Script[Asked]:
    """Ask as UEFI's HTTP boot does: with its headers, in its order."""
    headers = ((b"Host", host.encode()), (b"Accept", b"*/*"), (b"User-Agent", _AGENT))
    request = Request(method.encode(), target.encode(), headers)
    return (yield from ask(station, server, port, request))


def resolve(station: Correspondent, server: IPv4Address, name: bytes) -> Script[IPv4Address | None]:
    """The first address of a name, by that name server; None if there is none."""
    query = dns.Dns(station.xid() & 0xFFFF, (dns.Question(name, dns.A),))
    send = Send(Datagram(station.port(), dns.PORT, dns.build(query)), server)
    for _ in range(2):
        heard = yield Turn((send,), station.patience / 2, partial(_is_answer, query.id))
        for one in heard:
            found = _answer(query.id, one)
            if found is not None:
                first = next(iter(found.addresses), None)
                return first if isinstance(first, IPv4Address) else None
    return None


def _is_answer(id_: int, heard: Sequence[Reaction]) -> bool:
    return any(_answer(id_, one) or isinstance(one, Refused | Absent) for one in heard)


def _answer(id_: int, one: Reaction) -> dns.Dns | None:
    if not isinstance(one, Heard) or one.datagram.source_port != dns.PORT:
        return None
    try:
        found = dns.parse(one.datagram.payload)
    except WireError:
        return None
    return found if found.id == id_ and found.is_response else None
