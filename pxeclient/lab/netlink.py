"""The few orders to the kernel that a segment takes: cables, switches, addresses, routes.

All are rtnetlink's, and act in the network namespace of the calling thread. They spare us the
program `ip`, which minimal machines lack.

Source: linux/rtnetlink.h, linux/if_link.h, linux/veth.h; rtnetlink(7).
"""

from __future__ import annotations

import os
import socket
import struct
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from pxeclient.link.rtnetlink import HEADER, LINK, ask

_NLMSG_ERROR = 2
_RTM_NEWLINK, _RTM_DELLINK, _RTM_NEWADDR, _RTM_NEWROUTE = 16, 17, 20, 24
_ACK, _EXCL, _CREATE = 0x4, 0x200, 0x400

_ADDRESS = struct.Struct("=BBBBI")
_ROUTE = struct.Struct("=BBBBBBBBI")

_IFLA_IFNAME, _IFLA_MTU, _IFLA_MASTER, _IFLA_LINKINFO, _IFLA_NET_NS_FD = 3, 4, 10, 18, 28
_INFO_KIND, _INFO_DATA = 1, 2
_VETH_PEER = 1
_BRIDGE_FORWARD_DELAY, _BRIDGE_SNOOPING = 1, 23
_IFA_ADDRESS, _IFA_LOCAL, _IFA_BROADCAST = 1, 2, 4
_RTA_DST, _RTA_GATEWAY = 1, 5
_RT_TABLE_MAIN, _RTPROT_STATIC, _RT_SCOPE_UNIVERSE, _RTN_UNICAST = 254, 4, 0, 1
_IFF_UP = 1


def add_bridge(name: str) -> None:
    """A switch that forwards at once, and floods groups: nobody has to ask for one.

    Raises:
        OSError: The kernel refused, as all functions here.
    """
    data = _attribute(_BRIDGE_FORWARD_DELAY, struct.pack("=I", 0))
    data += _attribute(_BRIDGE_SNOOPING, b"\0")
    _add_link(name, "bridge", data)


def add_cable(name: str, other: str, namespace: int | None = None, mtu: int | None = None) -> None:
    """A veth pair; the end `other` lies in the namespace of that descriptor, if one is given.

    `mtu`: of both ends, so that nothing that one of them may send is too long for the other.
    """
    both = b"" if mtu is None else _attribute(_IFLA_MTU, struct.pack("=I", mtu))
    peer = LINK.pack(0, 0, 0, 0, 0) + _text(_IFLA_IFNAME, other) + both
    if namespace is not None:
        peer += _attribute(_IFLA_NET_NS_FD, struct.pack("=I", namespace))
    _add_link(name, "veth", _attribute(_VETH_PEER, peer), both)


def delete_link(name: str) -> None:
    """Take an interface away, and the other end of a cable with it."""
    _order(_RTM_DELLINK, 0, LINK.pack(0, 0, socket.if_nametoindex(name), 0, 0))


def bring_up(name: str) -> None:
    """Set an interface up."""
    index = socket.if_nametoindex(name)
    _order(_RTM_NEWLINK, 0, LINK.pack(0, 0, index, _IFF_UP, _IFF_UP))


def set_mtu(name: str, mtu: int) -> None:
    """The longest datagram that an interface sends, in octets."""
    body = LINK.pack(0, 0, socket.if_nametoindex(name), 0, 0)
    _order(_RTM_NEWLINK, 0, body + _attribute(_IFLA_MTU, struct.pack("=I", mtu)))


def plug_in(name: str, bridge: str) -> None:
    """Make an interface a port of a switch, and set it up."""
    master = _attribute(_IFLA_MASTER, struct.pack("=I", socket.if_nametoindex(bridge)))
    index = socket.if_nametoindex(name)
    _order(_RTM_NEWLINK, 0, LINK.pack(0, 0, index, _IFF_UP, _IFF_UP) + master)


def add_address(name: str, address: IPv4Interface) -> None:
    """Give an interface an address with its broadcast address."""
    index = socket.if_nametoindex(name)
    body = _ADDRESS.pack(socket.AF_INET, address.network.prefixlen, 0, 0, index)
    body += _attribute(_IFA_LOCAL, address.ip.packed) + _attribute(_IFA_ADDRESS, address.ip.packed)
    body += _attribute(_IFA_BROADCAST, address.network.broadcast_address.packed)
    _order(_RTM_NEWADDR, _CREATE | _EXCL, body)


def add_route(network: IPv4Network, gateway: IPv4Address) -> None:
    """Have datagrams to a network go by a router, an address of which is on a network of ours."""
    kind = (_RT_TABLE_MAIN, _RTPROT_STATIC, _RT_SCOPE_UNIVERSE, _RTN_UNICAST)
    body = _ROUTE.pack(socket.AF_INET, network.prefixlen, 0, 0, *kind, 0)
    body += _attribute(_RTA_DST, network.network_address.packed)
    body += _attribute(_RTA_GATEWAY, gateway.packed)
    _order(_RTM_NEWROUTE, _CREATE | _EXCL, body)


def _add_link(name: str, kind: str, data: bytes, more: bytes = b"") -> None:
    info = _text(_INFO_KIND, kind) + _attribute(_INFO_DATA, data)
    body = LINK.pack(0, 0, 0, 0, 0) + _text(_IFLA_IFNAME, name) + more
    _order(_RTM_NEWLINK, _CREATE | _EXCL, body + _attribute(_IFLA_LINKINFO, info))


def _attribute(kind: int, value: bytes) -> bytes:
    length = 4 + len(value)
    return struct.pack("=HH", length, kind) + value + bytes(-length % 4)


def _text(kind: int, value: str) -> bytes:
    return _attribute(kind, value.encode() + b"\0")


def _order(kind: int, flags: int, body: bytes) -> None:
    """Send one order and wait for the kernel's word on it."""
    answer = ask(kind, flags | _ACK, body)
    _, answered, _, _, _ = HEADER.unpack_from(answer)
    (code,) = struct.unpack_from("=i", answer, HEADER.size)
    if answered != _NLMSG_ERROR or code:
        raise OSError(-code, os.strerror(-code))
