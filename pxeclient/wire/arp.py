"""ARP for IPv4 over Ethernet (RFC 826)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from ipaddress import IPv4Address

from pxeclient.wire.addresses import Mac, ipv4, mac
from pxeclient.wire.errors import WireError

REQUEST = 1
REPLY = 2

_LAYOUT = struct.Struct("!HHBBH6s4s6s4s")
SIZE = _LAYOUT.size
"""Octets of a message."""
_KIND = (1, 0x0800, 6, 4)  # Ethernet, IPv4, address lengths


@dataclass(frozen=True, slots=True)
class Arp:
    """One ARP message."""

    operation: int
    """1 asks, 2 answers."""
    sender_mac: Mac
    sender: IPv4Address
    target_mac: Mac
    target: IPv4Address


def parse(data: bytes) -> Arp:
    """Read an ARP message; octets after the 28th are Ethernet padding.

    Raises:
        WireError: Too short, or not for IPv4 over Ethernet.
    """
    if len(data) < _LAYOUT.size:
        raise WireError(f"ARP: {len(data)} octets, a message has {_LAYOUT.size}")
    *kind, operation, sender_mac, sender, target_mac, target = _LAYOUT.unpack_from(data)
    if tuple(kind) != _KIND:
        raise WireError("ARP: not for IPv4 over Ethernet (octets 0-5)")
    return Arp(operation, mac(sender_mac), ipv4(sender), mac(target_mac), ipv4(target))


def build(arp: Arp) -> bytes:
    """The message's 28 octets."""
    return _LAYOUT.pack(
        *_KIND,
        arp.operation,
        arp.sender_mac,
        arp.sender.packed,
        arp.target_mac,
        arp.target.packed,
    )
