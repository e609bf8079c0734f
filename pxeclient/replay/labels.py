"""What each of a client's frames is: which conversation it belongs to, and what it says there.

Two clients' frames are counterparts when they have the same label and are equally many-th of
it, whatever ports and transaction ids the two have drawn.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from pxeclient.replay.mending import mended
from pxeclient.report.frames import dhcp_kind
from pxeclient.wire import arp, dhcp, ethernet, icmp, icmpv6, igmp, ipv4, pxe, tftp, udp
from pxeclient.wire.dhcp import Message
from pxeclient.wire.errors import WireError
from pxeclient.wire.ethernet import Frame
from pxeclient.wire.ipv4 import Packet
from pxeclient.wire.udp import Datagram

DHCP_STREAM = "DHCP"
DHCP_PORTS = dhcp.DHCP_PORTS


@dataclass(frozen=True, slots=True)
class Label:
    """What a frame is."""

    stream: str
    """The conversation; within one, the order is strict."""
    kind: str
    """What it says there, such as ``ACK 3`` or ``DHCPREQUEST to 10.77.0.2:4011``."""
    name: str
    """For people."""
    count: int = 0
    """So many frames with the same stream and kind went before it."""


_BESIDE = ("EAPOL", "router solicitation", "IPv6 frame", "ARP reply", "ICMP type 0")


def is_beside(label: Label) -> bool:
    """It goes out beside the boot: by the clock, or because another station asks."""
    return label.kind.startswith(_BESIDE)


class Labeller:
    """Labels one client's frames, in the order in which they were sent."""

    def __init__(self) -> None:
        self._transfers: dict[int, str] = {}
        self._seen: Counter[tuple[str, str]] = Counter()

    def label(self, data: bytes) -> Label:
        """The label of the next frame."""
        stream, kind, name = self._read(data)
        count = self._seen[stream, kind]
        self._seen[stream, kind] += 1
        return Label(stream, kind, name, count)

    def _read(self, data: bytes) -> tuple[str, str, str]:
        try:
            frame = ethernet.parse(mended(data))
            match frame.ethertype:
                case ethernet.ARP:
                    return _arp(frame)
                case ethernet.IPV4:
                    return self._packet(ipv4.parse(frame.payload))
                case ethernet.IPV6:
                    return _ipv6(frame)
                case ethernet.EAPOL:
                    return "EAPOL", "EAPOL", "EAPOL-Start"
                case other:
                    name = f"frame of type 0x{other:04x}"
                    return f"{name} to {frame.destination}", name, name
        except WireError:
            return "malformed", "malformed", "malformed frame"

    def _packet(self, packet: Packet) -> tuple[str, str, str]:
        if packet.is_fragment:
            return "fragments", "IPv4 fragment", "IPv4 fragment"
        if packet.protocol == ipv4.UDP:
            datagram = udp.parse(packet.payload, packet.source, packet.destination)
            return self._datagram(packet, datagram)
        if packet.protocol == ipv4.ICMP:
            name = f"ICMP type {icmp.parse(packet.payload).type}"
            return f"{name} to {packet.destination}", name, name
        if packet.protocol == ipv4.IGMP:
            told = igmp.parse(packet.payload)
            name = f"IGMP message of type 0x{told.type:02x}"
            return f"IGMP for {told.group}", name, name
        name = f"packet of IP protocol {packet.protocol}"
        return f"{name} to {packet.destination}", name, name

    def _datagram(self, packet: Packet, datagram: Datagram) -> tuple[str, str, str]:
        if datagram.destination_port in DHCP_PORTS:
            asked = dhcp.parse(datagram.payload)
            name = dhcp_kind(asked)
            where = f"{packet.destination}:{datagram.destination_port}"
            return DHCP_STREAM, f"{name} to {where}{_item(asked)}", name
        port = datagram.source_port
        message = tftp.parse(datagram.payload)
        if isinstance(message, tftp.Request):
            self._transfers.setdefault(port, f"TFTP transfer {len(self._transfers) + 1}")
        stream = self._transfers.get(port, "stray TFTP")
        kind, name = _tftp(message)
        return stream, kind, name


def _item(message: Message) -> str:
    """A boot server is asked for by the same message as an address, and to the same port."""
    vendor = dhcp.first(message.options, 43)
    item = dhcp.first(pxe.parse_suboptions(vendor), pxe.BOOT_ITEM) if vendor else None
    return f" for boot item {item.hex()}" if item else ""


def _arp(frame: Frame) -> tuple[str, str, str]:
    message = arp.parse(frame.payload)
    if message.operation != arp.REQUEST:
        return "ARP replies", f"ARP reply to {message.target}", "ARP reply"
    if message.sender == message.target:
        return "ARP announcements", "ARP announcement", "ARP announcement"
    name = f"ARP request for {message.target}"
    return name, name, name


def _ipv6(frame: Frame) -> tuple[str, str, str]:
    is_solicitation = frame.destination == icmpv6.ALL_ROUTERS_MAC
    name = "router solicitation" if is_solicitation else f"IPv6 frame to {frame.destination}"
    return name, name, name


def _tftp(message: tftp.Message) -> tuple[str, str]:
    match message:
        case tftp.Request(write=write):
            name = "WRQ" if write else "RRQ"
            return name, name
        case tftp.Ack(block):
            return f"ACK {block}", f"ACK {block}"
        case tftp.Error():
            return "ERROR", "ERROR"
        case tftp.Data():
            return "DATA", "DATA"
        case tftp.OptionAck():
            return "OACK", "OACK"
