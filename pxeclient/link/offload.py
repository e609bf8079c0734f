"""What a network card would have done to a frame before the wire, done late.

Between two interfaces of one machine the kernel leaves work to a card that does not exist: the
UDP or TCP checksum covers the pseudo-header only, and a VLAN tag travels beside the frame. A
station at the other end of a real cable would have seen the finished frame, so we finish it.
"""

from __future__ import annotations

import struct

TP_STATUS_CSUMNOTREADY = 0x08
TP_STATUS_VLAN_VALID = 0x10
TP_STATUS_VLAN_TPID_VALID = 0x40

AUXDATA = struct.Struct("=IIIHHHH")
"""`struct tpacket_auxdata`: status, len, snaplen, mac, net, vlan_tci, vlan_tpid."""

_TYPE_IPV4 = 0x0800
_TYPES_VLAN = (0x8100, 0x88A8)
_TCP = 6
_UDP = 17
_CHECKSUM_AT = {_TCP: 16, _UDP: 6}
"""Offset of the checksum in the header, by protocol number."""


def as_on_wire(frame: bytes, auxdata: bytes) -> bytes:
    """The frame as it would have arrived over a cable.

    `auxdata` is what PACKET_AUXDATA said about it; short or empty means nothing to do.
    """
    if len(auxdata) < AUXDATA.size:
        return frame
    status, _, _, _, _, tci, tpid = AUXDATA.unpack_from(auxdata)
    if status & TP_STATUS_CSUMNOTREADY:
        frame = complete_checksum(frame)
    if status & TP_STATUS_VLAN_VALID:
        # Kernels before 3.14 strip 802.1Q tags only and do not say so.
        known = status & TP_STATUS_VLAN_TPID_VALID
        frame = restore_tag(frame, tpid if known else _TYPES_VLAN[0], tci)
    return frame


def restore_tag(frame: bytes, tpid: int, tci: int) -> bytes:
    """Put a stripped VLAN tag back behind the two addresses."""
    return frame[:12] + struct.pack("!HH", tpid, tci) + frame[12:]


def complete_checksum(frame: bytes) -> bytes:
    """Fill in the UDP or TCP checksum of an IPv4 frame; any other frame comes back as it is.

    Padding behind the IP datagram is left alone. Fragments come back as they are: the kernel
    completes the checksum before it cuts.

    Source: RFC 768, RFC 9293 §3.1 (pseudo-header), RFC 1071 (the sum).
    """
    found = _find_segment(frame)
    if found is None:
        return frame
    start, end, protocol, addresses = found
    at = start + _CHECKSUM_AT[protocol]
    if at + 2 > end:
        return frame
    segment = frame[start:at] + b"\0\0" + frame[at + 2 : end]
    pseudo = addresses + struct.pack("!HH", protocol, end - start)
    checksum = internet_checksum(pseudo + segment)
    if checksum == 0 and protocol == _UDP:
        checksum = 0xFFFF  # "an all zero value means that no checksum was generated", RFC 768
    return frame[:at] + checksum.to_bytes(2, "big") + frame[at + 2 :]


def internet_checksum(data: bytes) -> int:
    """The complement of the one's complement sum over 16 bit words, padded with zero."""
    if len(data) % 2:
        data += b"\0"
    # The one's complement sum is the remainder by 65535, with 0 standing for 65535 unless all
    # octets are zero; as one big number Python does this in C.
    number = int.from_bytes(data, "big")
    total = number % 0xFFFF
    if total == 0 and number:
        total = 0xFFFF
    return 0xFFFF - total


def _find_segment(frame: bytes) -> tuple[int, int, int, bytes] | None:
    """Start, end, protocol and addresses of a whole UDP or TCP segment; None if there is none."""
    at = 12
    while int.from_bytes(frame[at : at + 2], "big") in _TYPES_VLAN:
        at += 4
    if frame[at : at + 2] != _TYPE_IPV4.to_bytes(2, "big"):
        return None
    at += 2
    if len(frame) < at + 20 or frame[at] >> 4 != 4:
        return None
    length, fragment = struct.unpack_from("!2xH2xH", frame, at)
    header = (frame[at] & 0x0F) * 4
    protocol = frame[at + 9]
    more_or_offset = fragment & 0x3FFF
    if header < 20 or more_or_offset or protocol not in _CHECKSUM_AT:
        return None
    if not header <= length <= len(frame) - at:
        return None
    return at + header, at + length, protocol, frame[at + 12 : at + 20]
