"""Neighbour discovery and multicast listeners: what these ICMPv6 messages say, and building them.

RFC 4861 (routers and neighbours), RFC 8106 (DNS servers in router advertisements), RFC 2710 and
RFC 3810 (listeners).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import NamedTuple, TypeAlias

from pxeclient.wire.addresses import Mac
from pxeclient.wire.errors import WireError
from pxeclient.wire.icmpv6 import Icmpv6

LISTENER_QUERY, LISTENER_REPORT, LISTENER_DONE, LISTENER_REPORT_2 = 130, 131, 132, 143
ROUTER_SOLICITATION, ROUTER_ADVERTISEMENT = 133, 134
NEIGHBOUR_SOLICITATION, NEIGHBOUR_ADVERTISEMENT = 135, 136

_SOURCE, _TARGET, _PREFIX, _MTU, _RDNSS = 1, 2, 3, 5, 25
"""Options (RFC 4861 §4.6, RFC 8106 §5.1)."""
_MANAGED, _OTHER = 0x80, 0x40
_ON_LINK, _AUTONOMOUS = 0x80, 0x40
_SOLICITED = 0x40


class Prefix(NamedTuple):
    """A prefix that a router announces (RFC 4861 §4.6.2)."""

    address: IPv6Address
    length: int
    on_link: bool
    autonomous: bool
    """Stations make themselves addresses of it (the A flag, SLAAC)."""
    valid: int
    """Seconds; 0xffffffff is for ever."""
    preferred: int


@dataclass(frozen=True, slots=True)
class RouterSolicitation:
    """Who is a router here?"""

    mac: Mac | None = None
    """The source's link-layer address, if it says it."""


@dataclass(frozen=True, slots=True)
class RouterAdvertisement:
    """What a router says of itself and of the link."""

    managed: bool
    """M: addresses are had by DHCPv6."""
    other: bool
    """O: other settings are had by DHCPv6."""
    lifetime: int
    """Seconds for which it is a default router; 0: it is none."""
    hop_limit: int = 0
    mac: Mac | None = None
    mtu: int | None = None
    prefixes: tuple[Prefix, ...] = ()
    dns: tuple[IPv6Address, ...] = ()


@dataclass(frozen=True, slots=True)
class NeighbourSolicitation:
    """Who has that address?"""

    target: IPv6Address
    mac: Mac | None = None


@dataclass(frozen=True, slots=True)
class NeighbourAdvertisement:
    """That address is mine."""

    target: IPv6Address
    solicited: bool = False
    """It answers a solicitation, and not one that checks for duplicates."""
    mac: Mac | None = None


@dataclass(frozen=True, slots=True)
class Listener:
    """A station joins a group, leaves it, or is asked."""

    type: int
    group: IPv6Address | None
    """None in version 2, whose records are not read."""


Said6: TypeAlias = (
    RouterSolicitation
    | RouterAdvertisement
    | NeighbourSolicitation
    | NeighbourAdvertisement
    | Listener
)


def parse(message: Icmpv6) -> Said6 | None:
    """What a message says; None if it is of another kind.

    Raises:
        WireError: Too short, or options whose lengths do not fit.
    """
    body = message.body
    match message.type:
        case n if n == ROUTER_SOLICITATION:
            _least(body, 4, "a router solicitation")
            return RouterSolicitation(_mac(_options(body, 4), _SOURCE))
        case n if n == ROUTER_ADVERTISEMENT:
            _least(body, 12, "a router advertisement")
            return _advertisement(body)
        case n if n == NEIGHBOUR_SOLICITATION:
            _least(body, 20, "a neighbour solicitation")
            mac = _mac(_options(body, 20), _SOURCE)
            return NeighbourSolicitation(IPv6Address(body[4:20]), mac)
        case n if n == NEIGHBOUR_ADVERTISEMENT:
            _least(body, 20, "a neighbour advertisement")
            mac = _mac(_options(body, 20), _TARGET)
            target = IPv6Address(body[4:20])
            return NeighbourAdvertisement(target, bool(body[0] & _SOLICITED), mac)
        case n if n in (LISTENER_QUERY, LISTENER_REPORT, LISTENER_DONE):
            _least(body, 20, "a listener message")
            return Listener(n, IPv6Address(body[4:20]))
        case n if n == LISTENER_REPORT_2:
            return Listener(n, None)
        case _:
            return None


def build(said: Said6) -> Icmpv6:
    """The message; its checksum is its packet's affair (`icmpv6.packet`).

    Raises:
        WireError: A listener report of version 2, which is not built.
    """
    match said:
        case RouterSolicitation(mac):
            return Icmpv6(ROUTER_SOLICITATION, 0, bytes(4) + _link(_SOURCE, mac))
        case RouterAdvertisement():
            return Icmpv6(ROUTER_ADVERTISEMENT, 0, _advertised(said))
        case NeighbourSolicitation(target, mac):
            body = bytes(4) + target.packed + _link(_SOURCE, mac)
            return Icmpv6(NEIGHBOUR_SOLICITATION, 0, body)
        case NeighbourAdvertisement(target, solicited, mac):
            flags = bytes((0x60 if solicited else 0x20, 0, 0, 0))
            body = flags + target.packed + _link(_TARGET, mac)
            return Icmpv6(NEIGHBOUR_ADVERTISEMENT, 0, body)
        case Listener(type, group):
            if group is None:
                raise WireError("ICMPv6: listener reports of version 2 are not built")
            return Icmpv6(type, 0, bytes(4) + group.packed)


def _least(body: bytes, least: int, what: str) -> None:
    if len(body) < least:
        raise WireError(f"ICMPv6: {what} of {len(body) + 4} octets, it has at least {least + 4}")


def _options(body: bytes, at: int) -> list[tuple[int, bytes]]:
    """The options from octet `at` on, each without its two first octets."""
    found = []
    while at < len(body):
        size = body[at + 1] * 8 if at + 1 < len(body) else 0
        if size == 0 or at + size > len(body):
            left = len(body) - at
            raise WireError(f"ICMPv6: the option at octet {at + 4} does not fit, {left} are left")
        found.append((body[at], body[at + 2 : at + size]))
        at += size
    return found


def _mac(options: list[tuple[int, bytes]], wanted: int) -> Mac | None:
    return next((Mac(data[:6]) for code, data in options if code == wanted), None)


def _link(code: int, mac: Mac | None) -> bytes:
    return b"" if mac is None else bytes((code, 1)) + mac


def _advertisement(body: bytes) -> RouterAdvertisement:
    options = _options(body, 12)
    mtu = next((d for code, d in options if code == _MTU and len(d) == 6), None)
    return RouterAdvertisement(
        bool(body[1] & _MANAGED),
        bool(body[1] & _OTHER),
        int.from_bytes(body[2:4], "big"),
        body[0],
        _mac(options, _SOURCE),
        None if mtu is None else int.from_bytes(mtu[2:], "big"),
        tuple(_prefixes(options)),
        tuple(_dns(options)),
    )


def _prefixes(options: list[tuple[int, bytes]]) -> Iterator[Prefix]:
    for code, data in options:
        if code == _PREFIX and len(data) == 30:
            valid, preferred = (int.from_bytes(data[at : at + 4], "big") for at in (2, 6))
            flags = bool(data[1] & _ON_LINK), bool(data[1] & _AUTONOMOUS)
            yield Prefix(IPv6Address(data[14:30]), data[0], *flags, valid, preferred)


def _dns(options: list[tuple[int, bytes]]) -> Iterator[IPv6Address]:
    for code, data in options:
        if code == _RDNSS:
            for at in range(6, len(data) - 15, 16):
                yield IPv6Address(data[at : at + 16])


def _advertised(said: RouterAdvertisement) -> bytes:
    flags = _MANAGED * said.managed | _OTHER * said.other
    body = bytes((said.hop_limit, flags)) + said.lifetime.to_bytes(2, "big") + bytes(8)
    body += _link(_SOURCE, said.mac)
    if said.mtu is not None:
        body += bytes((_MTU, 1, 0, 0)) + said.mtu.to_bytes(4, "big")
    for one in said.prefixes:
        bits = _ON_LINK * one.on_link | _AUTONOMOUS * one.autonomous
        body += bytes((_PREFIX, 4, one.length, bits)) + one.valid.to_bytes(4, "big")
        body += one.preferred.to_bytes(4, "big") + bytes(4) + one.address.packed
    if said.dns:
        body += bytes((_RDNSS, 1 + 2 * len(said.dns), 0, 0)) + (1800).to_bytes(4, "big")
        body += b"".join(one.packed for one in said.dns)
    return body
