"""Names to addresses by DNS over UDP (RFC 1035), as firmwares ask for them; no input or output.

A firmware asks one server at a time, keeps nothing, and heeds little of an answer: what it makes of
one differs more than what it asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address
from typing import TypeAlias

from msgspec import Struct

from pxeclient.stack.acts import Act, CancelTimer, Ignore, SetTimer, Timer
from pxeclient.stack.host import Arrived, Host
from pxeclient.stack.tcp.clock import Clock, Due
from pxeclient.wire import dns
from pxeclient.wire.dns import Dns, Question
from pxeclient.wire.errors import WireError
from pxeclient.wire.options import printable
from pxeclient.wire.udp import Datagram

_UNNAMED = 12 + 2 + 4
"""Octets of a message with one question, but for the labels of its name."""


class Follows(StrEnum):
    """How it reads an answer."""

    FIRST_ADDRESS = "first-address"
    """It takes the first address of a record whose name is a pointer, whatever that points to; an
    error only if there is something behind the question."""
    CHAIN = "chain"
    """From the name that was asked over `CNAME`s to an address; without one it asks for a `CNAME`,
    then with the next suffix. It never looks at the answer's code."""


@dataclass(frozen=True, slots=True)
class ResolverTraits:
    """How a firmware asks for names. Times are in seconds."""

    waits: tuple[float, ...]
    """After each query; after the last it gives up."""
    tick: float
    """Its waits end with ticks that are so far apart, so one may be that much shorter; 0: none."""
    follows: Follows
    most_aliases: int
    """`CNAME`s that it follows."""
    takes_turns: bool
    """Repeats go to the next server; else always to the first."""
    new_ids: bool
    """Each query has an id of its own, repeats too; else one for all of a name."""
    counted_ports: bool
    """Its port goes up by one for each query; else one is drawn for each name."""
    searches: bool
    """A name without a dot gets the suffixes that DHCP told of."""
    any_source: bool
    """It takes an answer from whoever sends it to its port."""


@dataclass(frozen=True, slots=True)
class NameService:
    """What DHCP told of names."""

    servers: tuple[IPv4Address, ...] = ()
    suffixes: tuple[bytes, ...] = ()
    """Without dots at their ends."""

    @classmethod
    def of_options(
        cls, servers: bytes | None, domain: bytes | None, search: bytes | None
    ) -> NameService:
        """What options 6, 15 and 119 say; option 119 counts before 15, if it can be read."""
        octets = servers or b""
        found = [octets[at : at + 4] for at in range(0, len(octets) - 3, 4)]
        try:
            suffixes = dns.parse_names(search or b"")
        except WireError:
            suffixes = ()
        own = (domain or b"").rstrip(b"\0").rstrip(b".")
        return cls(tuple(map(IPv4Address, found)), suffixes or ((own,) if own else ()))


class Why(StrEnum):
    """Why a name has no address."""

    SILENT = "silent"
    NO_SERVERS = "no-servers"
    NO_SUCH_NAME = "no-such-name"
    NO_ADDRESS = "no-address"
    TOO_MANY_ALIASES = "too-many-aliases"
    MALFORMED = "malformed"
    """The name itself: no query can have it."""


class Resolved(Struct, frozen=True):
    """The end: the address."""

    address: IPv4Address | IPv6Address


class NotResolved(Struct, frozen=True):
    """The end: none."""

    why: Why
    because: str


Step: TypeAlias = Act | Resolved | NotResolved


_NOTHING = Question(b"", 0)


@dataclass(slots=True)
class _Lookup:
    """One name that is asked for."""

    type: int
    """Of the first question."""
    port: int
    base: bytes
    suffixes: list[bytes] = field(default_factory=list)
    """Still to be tried; the first is being tried."""
    asked: Question = _NOTHING
    id: int = 0
    tries: int = 0
    aliases: int = 0

    @property
    def name(self) -> bytes:
        """With the suffix that is being tried."""
        return self.base + b"." + self.suffixes[0] if self.suffixes else self.base


class Resolver:
    """A machine's resolver: one name at a time.

    Whoever runs it tells it of the datagrams that come to its port (`listens_on`) and of its timer,
    and does what it says; `Resolved` or `NotResolved` ends each `ask`.
    """

    def __init__(
        self, host: Host, traits: ResolverTraits, service: NameService, timer: Timer
    ) -> None:
        """Nothing is asked yet.

        Args:
            host: What it sends by, and whose chance it takes.
            traits: Whose ways it goes.
            service: What DHCP told.
            timer: The only one that it runs, of its owner's.
        """
        self._host, self._traits = host, traits
        self._service, self._timer = service, timer
        tick = traits.tick
        self._clock = Clock(tick, host.dice.next() % 1000 / 1000 * tick if tick else 0.0)
        self._port = host.dice.port()
        self._lookup: _Lookup | None = None

    @property
    def listens_on(self) -> int | None:
        """Its port while it waits for an answer."""
        return None if self._lookup is None else self._lookup.port

    @property
    def due(self) -> float:
        """When its timer runs out; never (infinity) if it does not run."""
        return self._clock.next_at

    def ask(self, name: bytes, now: float, type_: int = dns.A) -> list[Step]:
        """Begin to ask for the address of a name; `type_` is `dns.A` or `dns.AAAA`."""
        if not self._service.servers:
            return [NotResolved(Why.NO_SERVERS, "DHCP named no DNS server (option 6)")]
        base = name[:-1] if name.endswith(b".") else name
        searches = self._traits.searches and b"." not in name
        suffixes = list(self._service.suffixes) if searches else []
        if self._traits.counted_ports:
            self._port = self._port + 1 if self._port < 0xFFFF else 1025
        else:
            self._port = self._host.dice.port()
        lookup = self._lookup = _Lookup(type_, self._port, base, suffixes, id=self._id())
        return list(self._query(lookup, lookup.name, type_, now))

    def stop(self) -> list[Step]:
        """Nobody wants to know any more."""
        if self._lookup is None:
            return []
        return [self._end()]

    def datagram(self, arrived: Arrived, now: float) -> list[Step]:
        """A UDP datagram came; not necessarily for this."""
        datagram, lookup = arrived.datagram, self._lookup
        what = f"a datagram from {arrived.source}, port {datagram.source_port}"
        if lookup is None or datagram.destination_port != lookup.port:
            return [Ignore(what, "no DNS answer is waited for on that port")]
        if not self._is_asked(arrived):
            return [Ignore(what, "it does not come from the DNS server that was asked")]
        try:
            message = dns.parse(datagram.payload)
        except WireError as error:
            return [Ignore(what, str(error))]
        why = self._unfit(lookup, message)
        if why:
            return [Ignore(f"a DNS message from {arrived.source}", why)]
        if self._traits.follows is Follows.CHAIN:
            return list(self._follow(lookup, message, now))
        return list(self._take_first(lookup, message, len(datagram.payload)))

    def timer_fired(self, now: float) -> list[Step]:
        """Its timer has run out."""
        lookup = self._lookup
        if lookup is None or not self._clock.expired(now):
            return []
        lookup.tries += 1
        if lookup.tries >= len(self._traits.waits):
            silent = f"no DNS server has answered for {printable(lookup.asked.name)}"
            return self._fail(Why.SILENT, silent)
        if self._traits.new_ids:
            lookup.id = self._id()
        return list(self._send(lookup, now))

    # --- asking ----------------------------------------------------------------------------
    def _id(self) -> int:
        return self._host.dice.next() & 0xFFFF

    def _server(self, lookup: _Lookup) -> IPv4Address:
        servers = self._service.servers
        return servers[lookup.tries % len(servers) if self._traits.takes_turns else 0]

    def _query(self, lookup: _Lookup, name: bytes, type_: int, now: float) -> Iterator[Step]:
        """Another question; its repeats are counted anew."""
        if self._traits.new_ids and lookup.asked.name:
            lookup.id = self._id()
        lookup.asked, lookup.tries = Question(name, type_), 0
        yield from self._send(lookup, now)

    def _send(self, lookup: _Lookup, now: float) -> Iterator[Step]:
        try:
            octets = dns.build(Dns(lookup.id, (lookup.asked,)))
        except WireError as error:
            yield from self._fail(Why.MALFORMED, f"{printable(lookup.asked.name)}: {error}")
            return
        server = self._server(lookup)
        yield from self._host.send(Datagram(lookup.port, dns.PORT, octets), server, now)
        self._clock.set(Due.REPEAT, now, self._traits.waits[lookup.tries])
        yield SetTimer(self._timer, self._clock.next_at)

    # --- answers ---------------------------------------------------------------------------
    def _is_asked(self, arrived: Arrived) -> bool:
        if self._traits.any_source:
            return True
        return arrived.source in self._service.servers and arrived.datagram.source_port == dns.PORT

    def _unfit(self, lookup: _Lookup, message: Dns) -> str:
        """Why it cannot be the answer; nothing if it can."""
        if message.id != lookup.id:
            return f"its id is 0x{message.id:04x}, and 0x{lookup.id:04x} was asked"
        if not message.is_response:
            return "it is a query"
        if len(message.questions) != 1:
            return f"it repeats {len(message.questions)} questions, and one was asked"
        looks = self._traits.follows is Follows.FIRST_ADDRESS
        if looks and message.questions[0].type != lookup.asked.type:
            return "it answers a question of another type"
        return ""

    def _take_first(self, lookup: _Lookup, message: Dns, size: int) -> Iterator[Step]:
        """EDK II's DnsImpl.c (IsValidDnsResponse, ParseDnsResponse)."""
        what = f"a DNS answer ({dns.CODES.get(message.code, message.code)})"
        if size <= _UNNAMED + len(message.questions[0].name):
            yield Ignore(what, "nothing stands behind its question, and this firmware waits on")
            return
        if message.code == dns.NO_SUCH_NAME:
            name = printable(lookup.asked.name)
            yield from self._fail(Why.NO_SUCH_NAME, f"the DNS server says that {name} is no name")
            return
        if message.code != dns.NO_ERROR or not message.answers:
            yield from self._fail(Why.NO_ADDRESS, f"{what} without an address")
            return
        for record in message.answers:
            address = record.address if record.is_pointed else None
            if address is not None and record.type == lookup.asked.type:
                yield self._end()
                yield Resolved(address)
                return
        yield Ignore(what, "no address in it is of a record whose name is a pointer")

    def _follow(self, lookup: _Lookup, message: Dns, now: float) -> Iterator[Step]:
        """IPXE's net/udp/dns.c (dns_xfer_deliver)."""
        name = lookup.asked.name
        aliased = True
        while aliased:
            aliased = False
            for record in message.answers:
                if record.name.lower() != name.lower():
                    continue
                if record.address is not None:
                    yield self._end()
                    yield Resolved(record.address)
                    return
                if record.type == dns.CNAME:
                    lookup.aliases += 1
                    if lookup.aliases > self._traits.most_aliases:
                        many = f"more than {self._traits.most_aliases} aliases, one of another"
                        yield from self._fail(Why.TOO_MANY_ALIASES, many)
                        return
                    name, lookup.base, lookup.suffixes = record.target, record.target, []
                    aliased = True
                    break
        yield from self._ask_on(lookup, name, now)

    def _ask_on(self, lookup: _Lookup, name: bytes, now: float) -> Iterator[Step]:
        """There was no address.

        As read in the source, the name that a `CNAME` was asked for is not asked for an address.
        """
        if lookup.asked.type == dns.AAAA:
            yield from self._query(lookup, name, dns.A, now)
        elif lookup.asked.type == dns.A:
            yield from self._query(lookup, name, dns.CNAME, now)
        elif lookup.suffixes:
            del lookup.suffixes[0]
            yield from self._query(lookup, lookup.name, lookup.type, now)
        else:
            none = f"no DNS record of {printable(name)} has an address"
            yield from self._fail(Why.NO_ADDRESS, none)

    # --- the end ---------------------------------------------------------------------------
    def _end(self) -> CancelTimer:
        self._lookup = None
        self._clock.stop_all()
        return CancelTimer(self._timer)

    def _fail(self, why: Why, because: str) -> list[Step]:
        return [self._end(), NotResolved(why, because)]
