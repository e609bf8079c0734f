"""Frames to be put in words."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Any

from pxeclient.wire import arp, dhcp, ethernet, ipv4, udp
from pxeclient.wire.addresses import BROADCAST, BROADCAST_MAC, Mac

CLIENT_MAC = Mac.from_text("52:54:00:12:34:56")
SERVER_MAC = Mac.from_text("52:54:00:aa:00:01")
CLIENT = IPv4Address("10.77.0.50")
SERVER = IPv4Address("10.77.0.1")


def ether(ethertype: int, payload: bytes, to: Mac = BROADCAST_MAC) -> bytes:
    """A frame from the client."""
    return ethernet.build(ethernet.Frame(to, CLIENT_MAC, ethertype, payload))


def arp_frame(operation: int, sender: IPv4Address, target: IPv4Address) -> bytes:
    """An ARP frame."""
    message = arp.Arp(operation, CLIENT_MAC, sender, Mac(bytes(6)), target)
    return ether(ethernet.ARP, arp.build(message))


def packet(
    protocol: int, payload: bytes, to: IPv4Address = SERVER, offset: int = 0, more: bool = False
) -> bytes:
    """A frame with an IPv4 packet from the client, or a fragment of one."""
    built = ipv4.Packet(CLIENT, to, protocol, payload, more_fragments=more, fragment_offset=offset)
    return ether(ethernet.IPV4, ipv4.build(built), SERVER_MAC)


def datagram(payload: bytes, port: int, source_port: int = 2000, to: IPv4Address = SERVER) -> bytes:
    """A frame with a UDP datagram from the client."""
    data = udp.build(udp.Datagram(source_port, port, payload), CLIENT, to)
    return packet(ipv4.UDP, data, to)


def dhcp_frame(message: dhcp.Message, port: int = 67, to: IPv4Address = BROADCAST) -> bytes:
    """A frame with a DHCP message."""
    return datagram(dhcp.build(message), port, 68, to)


def message(op: int, *options: tuple[int, bytes], **fields: Any) -> dhcp.Message:
    """A DHCP message with these options."""
    return dhcp.Message(
        op,
        0x12345678,
        dhcp.chaddr_of(CLIENT_MAC),
        options=(*(dhcp.Option(*option) for option in options), dhcp.Option(dhcp.END)),
        **fields,
    )
