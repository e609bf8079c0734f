"""Frames read leniently: cut ones as far as they go, fragments put together, checksums ignored.

A capture made on a server has checksums that its network card was still to complete, so a
wrong one says nothing about what went over the wire.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

from pxeclient.replay.reading import Recorded
from pxeclient.wire import dhcp, ethernet, ipv4
from pxeclient.wire.addresses import Mac, mac
from pxeclient.wire.addresses import ipv4 as address
from pxeclient.wire.dhcp import Message
from pxeclient.wire.errors import WireError
from pxeclient.wire.fragments import Reassembler
from pxeclient.wire.ipv4 import Packet

_IP = ethernet.HEADER
_DHCP_PORTS = (dhcp.SERVER_PORT, dhcp.CLIENT_PORT, dhcp.PROXY_PORT)
_LEAST_OF_DHCP = 44
"""Octets of a DHCP message up to and with its hardware address."""
_TCP = 6
_MOST_WAITING = 64
"""Packets of which fragments are kept that are not whole yet."""

_Key = tuple[IPv4Address, IPv4Address, int, int]
"""Source, destination, protocol and identification: which packet a fragment is of."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One frame, as far as it can be read."""

    frame: Recorded
    """As recorded."""
    sender: Mac
    receiver: Mac
    ethertype: int
    packet: Packet | None = None
    """The IPv4 packet, whole if it came in fragments; without its payload if it was cut."""
    source_port: int = 0
    port: int = 0
    """The UDP destination port; of TCP as well."""
    payload: bytes = b""
    """Of the UDP datagram."""
    size: int = 0
    """Octets of that payload on the wire."""
    message: Message | None = None
    """The DHCP message; where the frame was cut, what is left of it."""
    before: tuple[Recorded, ...] = ()
    """The fragments that came before the one in `frame`, which completed the packet."""

    @property
    def frames(self) -> tuple[Recorded, ...]:
        """All that was recorded of it."""
        return (*self.before, self.frame)

    @property
    def number(self) -> int:
        """As Wireshark counts."""
        return self.frame.number

    @property
    def at(self) -> float:
        """Seconds since the first frame of the capture."""
        return self.frame.at

    @property
    def is_cut(self) -> bool:
        """Not all of the datagram was recorded."""
        return len(self.payload) < self.size

    @property
    def is_udp(self) -> bool:
        """It is a UDP datagram."""
        return self.packet is not None and self.packet.protocol == ipv4.UDP and self.port > 0

    @property
    def is_tcp(self) -> bool:
        """It is of a TCP connection."""
        return self.packet is not None and self.packet.protocol == _TCP

    @property
    def is_dhcp(self) -> bool:
        """It goes to or comes from a DHCP port."""
        return self.is_udp and (self.port in _DHCP_PORTS or self.source_port in _DHCP_PORTS)

    @property
    def source(self) -> IPv4Address:
        """The IPv4 source; only where there is a packet."""
        assert self.packet is not None
        return self.packet.source

    @property
    def destination(self) -> IPv4Address:
        """The IPv4 destination; only where there is a packet."""
        assert self.packet is not None
        return self.packet.destination


class Decoder:
    """Reads frames in the order of the capture; fragments wait for each other."""

    def __init__(self) -> None:
        self._fragments = Reassembler()
        self._waiting: dict[_Key, list[Recorded]] = {}

    def read(self, frame: Recorded) -> Seen:
        """One frame. Never raises: what cannot be read is left out."""
        data = frame.data
        if len(data) < _IP:
            data = data.ljust(_IP, b"\0")
        ethertype = int.from_bytes(data[12:14], "big")
        seen = Seen(frame, mac(data[6:12]), mac(data[:6]), ethertype)
        if ethertype != ethernet.IPV4:
            return seen
        packet = _packet(data)
        if packet is None:
            return seen
        before: tuple[Recorded, ...] = ()
        if packet.is_fragment:
            key = (packet.source, packet.destination, packet.protocol, packet.identification)
            packet = self._whole(packet, frame)
            if packet is None:
                self._waits(key, frame)
                return seen
            before = tuple(self._waiting.pop(key, ()))
        return _layered(seen, packet, before)

    def _waits(self, key: _Key, frame: Recorded) -> None:
        """Keep a fragment for the packet that it is of; of packets that never come, a few."""
        if len(self._waiting) >= _MOST_WAITING:
            self._waiting.pop(next(iter(self._waiting)))
        self._waiting.setdefault(key, []).append(frame)

    def _whole(self, packet: Packet, frame: Recorded) -> Packet | None:
        """The packet that this fragment completes."""
        if len(frame.data) < frame.length:
            return None
        try:
            return self._fragments.add(packet, frame.at)
        except WireError:
            return None


def _packet(data: bytes) -> Packet | None:
    """The packet or fragment; its payload ends where the frame was cut."""
    header = (data[_IP] & 15) * 4 if len(data) > _IP else 0
    if header < 20 or data[_IP] >> 4 != 4 or len(data) < _IP + header:
        return None
    total = int.from_bytes(data[_IP + 2 : _IP + 4], "big")
    fragment = int.from_bytes(data[_IP + 6 : _IP + 8], "big")
    # A card that sends large packets in parts leaves the total at 0 in a capture of its host.
    end = _IP + total if total >= header else len(data)
    return Packet(
        address(data[_IP + 12 : _IP + 16]),
        address(data[_IP + 16 : _IP + 20]),
        data[_IP + 9],
        data[_IP + header : end],
        data[_IP + 8],
        int.from_bytes(data[_IP + 4 : _IP + 6], "big"),
        bool(fragment & 0x4000),
        bool(fragment & 0x2000),
        (fragment & 0x1FFF) * 8,
    )


def _layered(bare: Seen, packet: Packet, before: tuple[Recorded, ...]) -> Seen:
    """With packet, ports and payload."""
    data = packet.payload
    source = port = size = 0
    payload, message = b"", None
    if packet.protocol in (ipv4.UDP, _TCP) and len(data) >= 4:
        source, port = int.from_bytes(data[:2], "big"), int.from_bytes(data[2:4], "big")
    if packet.protocol == ipv4.UDP and len(data) >= 8:
        size = max(int.from_bytes(data[4:6], "big") - 8, 0)
        payload = data[8 : 8 + size]
        if port in _DHCP_PORTS or source in _DHCP_PORTS:
            message = _message(payload, is_cut=len(payload) < size)
    # Made anew, not replaced: a capture has many frames that are of no interest.
    return Seen(
        bare.frame,
        bare.sender,
        bare.receiver,
        bare.ethertype,
        packet,
        source,
        port,
        payload,
        size,
        message,
        before,
    )


def _message(payload: bytes, is_cut: bool) -> Message | None:
    if len(payload) < (_LEAST_OF_DHCP if is_cut else dhcp.FIXED):
        return None
    message = dhcp.parse(payload.ljust(dhcp.FIXED, b"\0"))
    is_known = message.op in (dhcp.BOOTREQUEST, dhcp.BOOTREPLY)
    return message if is_known and (is_cut or message.cookie == dhcp.COOKIE) else None
