"""What each of a client's frames is: which conversation it belongs to, and what it says there.

Two clients' frames are counterparts when they have the same label and are equally many-th of
it, whatever ports and transaction ids the two have drawn.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from pxeclient.replay.frames import is_malformed
from pxeclient.report.frames import dhcp_kind
from pxeclient.seen.dhcp import Dhcp
from pxeclient.seen.frame import Endpoint, Frame
from pxeclient.seen.said import Eapol, Fragment, Udp, Unread
from pxeclient.wire import arp, dhcp, ethernet, icmp, icmpv6, igmp, pxe, tftp

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

    def label(self, frame: Frame) -> Label:
        """The label of the next frame."""
        stream, kind, name = self._read(frame)
        count = self._seen[stream, kind]
        self._seen[stream, kind] += 1
        return Label(stream, kind, name, count)

    def _read(self, frame: Frame) -> tuple[str, str, str]:
        if is_malformed(frame) or isinstance(frame.said, Unread):
            return "malformed", "malformed", "malformed frame"
        if frame.source is not None and frame.ethertype == ethernet.IPV4:
            return self._packet(frame, frame.source, frame.destination)
        match frame.said:
            case arp.Arp() as message:
                return _arp(message)
            case Eapol():
                return "EAPOL", "EAPOL", "EAPOL-Start"
            case _ if frame.ethertype == ethernet.IPV6:
                return _ipv6(frame)
            case _:
                name = f"frame of type 0x{frame.ethertype:04x}"
                return f"{name} to {frame.receiver}", name, name

    def _packet(
        self, frame: Frame, source: Endpoint, target: Endpoint | None
    ) -> tuple[str, str, str]:
        assert target is not None, "what comes from somewhere goes somewhere"
        match frame.said:
            case Fragment():
                return "fragments", "IPv4 fragment", "IPv4 fragment"
            case icmp.Icmp(type=type_):
                name = f"ICMP type {type_}"
                return f"{name} to {target.address}", name, name
            case igmp.Igmp() as told:
                name = f"IGMP message of type 0x{told.type:02x}"
                return f"IGMP for {told.group}", name, name
            case Dhcp() as asked if asked.port in DHCP_PORTS:
                name = dhcp_kind(asked.message)
                where = f"{asked.destination}:{asked.port}"
                return DHCP_STREAM, f"{name} to {where}{_item(asked)}", name
            case Udp():
                return "malformed", "malformed", "malformed frame"
            case tftp.Request() | tftp.Data() | tftp.Ack() | tftp.Error() | tftp.OptionAck() as one:
                return self._transfer(one, source.port or 0)
            case _:
                packet = frame.packet
                name = f"packet of IP protocol {0 if packet is None else packet.protocol}"
                return f"{name} to {target.address}", name, name

    def _transfer(self, message: tftp.Message, port: int) -> tuple[str, str, str]:
        if isinstance(message, tftp.Request):
            self._transfers.setdefault(port, f"TFTP transfer {len(self._transfers) + 1}")
        kind, name = _tftp(message)
        return self._transfers.get(port, "stray TFTP"), kind, name


def _item(message: Dhcp) -> str:
    """A boot server is asked for by the same message as an address, and to the same port."""
    item = message.sub(pxe.BOOT_ITEM)
    return f" for boot item {item.hex()}" if item else ""


def _arp(message: arp.Arp) -> tuple[str, str, str]:
    if message.operation != arp.REQUEST:
        return "ARP replies", f"ARP reply to {message.target}", "ARP reply"
    if message.sender == message.target:
        return "ARP announcements", "ARP announcement", "ARP announcement"
    name = f"ARP request for {message.target}"
    return name, name, name


def _ipv6(frame: Frame) -> tuple[str, str, str]:
    is_solicitation = frame.receiver == icmpv6.ALL_ROUTERS_MAC
    name = "router solicitation" if is_solicitation else f"IPv6 frame to {frame.receiver}"
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
