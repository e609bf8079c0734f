"""The few orders to the kernel that a segment takes: cables, a switch, addresses (rtnetlink).

All act in the network namespace of the calling thread. They spare us the program `ip`, which
minimal machines lack.

Source: linux/rtnetlink.h, linux/if_link.h, linux/veth.h; rtnetlink(7).
"""

from __future__ import annotations

import os
import socket
import struct
from ipaddress import IPv4Interface

_NETLINK_ROUTE = 0
_NLMSG_ERROR = 2
_RTM_NEWLINK, _RTM_DELLINK, _RTM_NEWADDR = 16, 17, 20
_REQUEST, _ACK, _EXCL, _CREATE = 0x1, 0x4, 0x200, 0x400

_HEADER = struct.Struct("=IHHII")
_LINK = struct.Struct("=BxHiII")
_ADDRESS = struct.Struct("=BBBBI")

_IFLA_IFNAME, _IFLA_MASTER, _IFLA_LINKINFO, _IFLA_NET_NS_FD = 3, 10, 18, 28
_INFO_KIND, _INFO_DATA = 1, 2
_VETH_PEER = 1
_BRIDGE_FORWARD_DELAY, _BRIDGE_SNOOPING = 1, 23
_IFA_ADDRESS, _IFA_LOCAL, _IFA_BROADCAST = 1, 2, 4
_IFF_UP = 1


def add_bridge(name: str) -> None:
    """A switch that forwards at once, and floods groups: nobody has to ask for one.

    Raises:
        OSError: The kernel refused, as all functions here.
    """
    data = _attribute(_BRIDGE_FORWARD_DELAY, struct.pack("=I", 0))
    data += _attribute(_BRIDGE_SNOOPING, b"\0")
    _add_link(name, "bridge", data)


def add_cable(name: str, other: str, namespace: int | None = None) -> None:
    """A veth pair; the end `other` lies in the namespace of that descriptor, if one is given."""
    peer = _LINK.pack(0, 0, 0, 0, 0) + _text(_IFLA_IFNAME, other)
    if namespace is not None:
        peer += _attribute(_IFLA_NET_NS_FD, struct.pack("=I", namespace))
    _add_link(name, "veth", _attribute(_VETH_PEER, peer))


def delete_link(name: str) -> None:
    """Take an interface away, and the other end of a cable with it."""
    _order(_RTM_DELLINK, 0, _LINK.pack(0, 0, socket.if_nametoindex(name), 0, 0))


def bring_up(name: str) -> None:
    """Set an interface up."""
    index = socket.if_nametoindex(name)
    _order(_RTM_NEWLINK, 0, _LINK.pack(0, 0, index, _IFF_UP, _IFF_UP))


def plug_in(name: str, bridge: str) -> None:
    """Make an interface a port of a switch, and set it up."""
    master = _attribute(_IFLA_MASTER, struct.pack("=I", socket.if_nametoindex(bridge)))
    index = socket.if_nametoindex(name)
    _order(_RTM_NEWLINK, 0, _LINK.pack(0, 0, index, _IFF_UP, _IFF_UP) + master)


def add_address(name: str, address: IPv4Interface) -> None:
    """Give an interface an address with its broadcast address."""
    index = socket.if_nametoindex(name)
    body = _ADDRESS.pack(socket.AF_INET, address.network.prefixlen, 0, 0, index)
    body += _attribute(_IFA_LOCAL, address.ip.packed) + _attribute(_IFA_ADDRESS, address.ip.packed)
    body += _attribute(_IFA_BROADCAST, address.network.broadcast_address.packed)
    _order(_RTM_NEWADDR, _CREATE | _EXCL, body)


def _add_link(name: str, kind: str, data: bytes) -> None:
    info = _text(_INFO_KIND, kind) + _attribute(_INFO_DATA, data)
    body = _LINK.pack(0, 0, 0, 0, 0) + _text(_IFLA_IFNAME, name)
    _order(_RTM_NEWLINK, _CREATE | _EXCL, body + _attribute(_IFLA_LINKINFO, info))


def _attribute(kind: int, value: bytes) -> bytes:
    length = 4 + len(value)
    return struct.pack("=HH", length, kind) + value + bytes(-length % 4)


def _text(kind: int, value: str) -> bytes:
    return _attribute(kind, value.encode() + b"\0")


def _order(kind: int, flags: int, body: bytes) -> None:
    """Send one order and wait for the kernel's word on it."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_ROUTE) as kernel:
        header = _HEADER.pack(_HEADER.size + len(body), kind, flags | _REQUEST | _ACK, 1, 0)
        kernel.sendto(header + body, (0, 0))
        answer = kernel.recv(65536)
    _, answered, _, _, _ = _HEADER.unpack_from(answer)
    (code,) = struct.unpack_from("=i", answer, _HEADER.size)
    if answered != _NLMSG_ERROR or code:
        raise OSError(-code, os.strerror(-code))
