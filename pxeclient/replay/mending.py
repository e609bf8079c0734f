"""Frames with their checksums put right, whatever the recording has in their place.

A capture made on a server shows what its kernel left for the network card to complete. And
where a port or a transaction id is changed in a recorded frame, its checksum must follow.
"""

from __future__ import annotations

from pxeclient.wire import ethernet, ipv4
from pxeclient.wire.checksum import checksum, udp_checksum

_IP = ethernet.HEADER
_PROTOCOL, _SOURCE, _TARGET = 9, slice(12, 16), slice(16, 20)


def mended(data: bytes) -> bytes:
    """The frame with the checksums that its octets call for; not IPv4: as it is."""
    header = (data[_IP] & 15) * 4 if len(data) > _IP else 0
    total = int.from_bytes(data[_IP + 2 : _IP + 4], "big")
    if data[12:14] != b"\x08\x00" or header < 20 or not header <= total <= len(data) - _IP:
        return data
    packet = bytearray(data[_IP : _IP + total])
    packet[10:12] = b"\0\0"
    packet[10:12] = checksum(bytes(packet[:header])).to_bytes(2, "big")
    fragment = int.from_bytes(packet[6:8], "big") & 0x3FFF
    _mend_payload(packet, header, is_first=fragment == 0x2000, is_whole=fragment == 0)
    return data[:_IP] + bytes(packet) + data[_IP + total :]


def is_unfinished(data: bytes) -> bool:
    """A checksum in it is not the one that its octets call for. Fragments are not judged."""
    is_fragment = int.from_bytes(data[_IP + 6 : _IP + 8], "big") & 0x3FFF != 0
    return not is_fragment and mended(data) != data


def _mend_payload(packet: bytearray, header: int, is_first: bool, is_whole: bool) -> None:
    if packet[_PROTOCOL] == ipv4.UDP and len(packet) >= header + 8:
        at = slice(header + 6, header + 8)
        if is_first:
            # The rest of the datagram is in other fragments: "no checksum" is always right.
            packet[at] = b"\0\0"
        elif is_whole and packet[at] != b"\0\0":
            packet[at] = b"\0\0"
            source, target = bytes(packet[_SOURCE]), bytes(packet[_TARGET])
            length = int.from_bytes(packet[header + 4 : header + 6], "big")
            datagram = bytes(packet[header : header + length])
            packet[at] = udp_checksum(source, target, datagram).to_bytes(2, "big")
    elif packet[_PROTOCOL] == ipv4.ICMP and is_whole and len(packet) >= header + 8:
        packet[header + 2 : header + 4] = b"\0\0"
        packet[header + 2 : header + 4] = checksum(bytes(packet[header:])).to_bytes(2, "big")
