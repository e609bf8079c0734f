"""DHCPv6 messages and their options (RFC 8415), and what network boots put in them (RFC 5970).

A relay's message holds another message in an option (§9); `parse` reads the layers up to
`MOST_RELAYS`. What options say is read by `dhcp6_options`.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import TypeAlias

from pxeclient.wire.errors import WireError

CLIENT_PORT, SERVER_PORT, PROXY_PORT = 546, 547, 4011
"""§7.2; 4011 is PXE's (UEFI 2.10 §24.3.7)."""
PORTS = frozenset({CLIENT_PORT, SERVER_PORT})
ALL_SERVERS = IPv6Address("ff02::1:2")
"""All relay agents and servers (§7.1)."""
MOST_RELAYS = 8
"""Relays that a message is passed on by at most: HOP_COUNT_LIMIT (§7.6)."""

SOLICIT, ADVERTISE, REQUEST, CONFIRM, RENEW, REBIND, REPLY = range(1, 8)
RELEASE, DECLINE, RECONFIGURE, INFORMATION_REQUEST, RELAY_FORWARD, RELAY_REPLY = range(8, 14)
NAMES = {
    SOLICIT: "SOLICIT",
    ADVERTISE: "ADVERTISE",
    REQUEST: "REQUEST",
    CONFIRM: "CONFIRM",
    RENEW: "RENEW",
    REBIND: "REBIND",
    REPLY: "REPLY",
    RELEASE: "RELEASE",
    DECLINE: "DECLINE",
    RECONFIGURE: "RECONFIGURE",
    INFORMATION_REQUEST: "INFORMATION-REQUEST",
    RELAY_FORWARD: "RELAY-FORW",
    RELAY_REPLY: "RELAY-REPL",
}
FROM_SERVERS = frozenset({ADVERTISE, REPLY, RECONFIGURE, RELAY_REPLY})
RELAYS = frozenset({RELAY_FORWARD, RELAY_REPLY})

CLIENT_ID, SERVER_ID, IA_NA, IA_TA, IA_ADDRESS, OPTION_REQUEST = 1, 2, 3, 4, 5, 6
PREFERENCE, ELAPSED, RELAY_MESSAGE, UNICAST, STATUS, RAPID_COMMIT = 7, 8, 9, 12, 13, 14
USER_CLASS, VENDOR_CLASS, VENDOR_OPTIONS, INTERFACE_ID = 15, 16, 17, 18
DNS_SERVERS, DOMAIN_LIST, CLIENT_FQDN = 23, 24, 39
BOOT_URL, BOOT_PARAMETERS, ARCHITECTURE, NII, LINK_LAYER = 59, 60, 61, 62, 79

HEADER = 4
"""Message type and transaction id."""
RELAY_HEADER = 34
"""Message type, hop count, link address, peer address."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option. Its data is as on the wire."""

    code: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """A message between a client and a server."""

    type: int
    xid: int
    """24 bits."""
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Relay:
    """What one relay agent put around a message."""

    type: int
    hops: int
    link: IPv6Address
    """An address of the client's link; unspecified where the relay names none."""
    peer: IPv6Address
    """Who sent the message to the relay, or is to get it: the client, for the inner one."""
    options: tuple[Option, ...] = ()
    """Without the message that it passes on."""


Relayed: TypeAlias = tuple[tuple[Relay, ...], Message]
"""A message and the relays around it, the outer first; none in what went on the client's link."""


def parse(data: bytes, is_cut: bool = False) -> Relayed:
    """Read a message, and the relays around it.

    Args:
        data: A UDP datagram's content.
        is_cut: The end may be missing: what is there is read.

    Raises:
        WireError: Too short, an option that does not fit, a relay's message without one inside, or
            more relays than may be.
    """
    relays: list[Relay] = []
    while data and data[0] in RELAYS:
        if len(relays) == MOST_RELAYS:
            raise WireError(f"DHCPv6: more than {MOST_RELAYS} relays around a message")
        _least(data, RELAY_HEADER)
        options = parse_options(data, RELAY_HEADER, is_cut)
        inner = next((one for one in options if one.code == RELAY_MESSAGE), None)
        around = tuple(one for one in options if one.code != RELAY_MESSAGE)
        link, peer = IPv6Address(data[2:18]), IPv6Address(data[18:34])
        relays.append(Relay(data[0], data[1], link, peer, around))
        if inner is None:
            name = NAMES[data[0]]
            raise WireError(f"DHCPv6: the {name} has no message in it (option 9)")
        data = inner.data
    _least(data, HEADER)
    options = parse_options(data, HEADER, is_cut)
    return tuple(relays), Message(data[0], int.from_bytes(data[1:4], "big"), tuple(options))


def _least(data: bytes, least: int) -> None:
    if len(data) < least:
        raise WireError(f"DHCPv6: {len(data)} octets, a message has at least {least}")


def parse_options(data: bytes, at: int = 0, is_cut: bool = False) -> tuple[Option, ...]:
    """The options from octet `at` of `data` to its end.

    Args:
        data: What holds them.
        at: Where the first begins.
        is_cut: The last may be cut off: what there is of it is left out.

    Raises:
        WireError: One does not fit.
    """
    found = []
    while at < len(data):
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        if at + 4 + size > len(data):
            if is_cut:
                break
            left = len(data) - at
            raise WireError(
                f"DHCPv6: an option of {4 + size} octets at octet {at}, {left} are left"
                if left >= 4
                else f"DHCPv6: an option at octet {at} that is cut off, {left} are left"
            )
        code = int.from_bytes(data[at : at + 2], "big")
        found.append(Option(code, data[at + 4 : at + 4 + size]))
        at += 4 + size
    return tuple(found)


def build(message: Message, relays: tuple[Relay, ...] = ()) -> bytes:
    """The message's octets, with the relays around it, the outer first.

    Raises:
        WireError: An option or number that does not fit into its field.
    """
    if not 0 <= message.xid < 1 << 24:
        raise WireError(f"DHCPv6: transaction id {message.xid} has more than 24 bits")
    data = bytes((message.type,)) + message.xid.to_bytes(3, "big") + build_options(message.options)
    for relay in reversed(relays):
        head = bytes((relay.type, relay.hops)) + relay.link.packed + relay.peer.packed
        data = head + build_options((*relay.options, Option(RELAY_MESSAGE, data)))
    return data


def build_options(options: tuple[Option, ...]) -> bytes:
    """The options' octets.

    Raises:
        WireError: One is too long.
    """
    for one in options:
        if len(one.data) > 0xFFFF:
            raise WireError(f"DHCPv6: option {one.code} of {len(one.data)} octets is too long")
    return b"".join(
        one.code.to_bytes(2, "big") + len(one.data).to_bytes(2, "big") + one.data for one in options
    )


def first(options: tuple[Option, ...], code: int) -> bytes | None:
    """The data of the first option of that code; None if there is none."""
    return next((one.data for one in options if one.code == code), None)
