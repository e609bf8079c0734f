"""What a frame's layers come to: made of what has been read of them, strictly or leniently."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple

from pxeclient.seen.contents import message_of, tftp_of
from pxeclient.seen.dhcp import Dhcp
from pxeclient.seen.dhcp6 import Dhcp6
from pxeclient.seen.frame import Endpoint, Fault, Frame, What
from pxeclient.seen.said import Block, Said, Tcp, Udp, Unread
from pxeclient.wire import dhcp, dhcp6, dns, ethernet, tftp
from pxeclient.wire.addresses import mac
from pxeclient.wire.errors import ChecksumError, WireError
from pxeclient.wire.tcp import Flags

_IPV6, _UDP, _OF_DATA = 40, 8, 4
"""Octets of the headers of IPv6, of UDP, and of a TFTP DATA packet."""


class Whose(NamedTuple):
    """What every reading of a frame says of it."""

    number: int
    at: float
    octets: bytes
    length: int
    ours: bool

    @property
    def lost(self) -> int:
        """Octets that were on the wire and not recorded."""
        return max(self.length - len(self.octets), 0)

    def fault(self, error: WireError) -> Fault:
        """What a strict reading says, with what it is a fault of."""
        if self.lost:
            return Fault(What.CUT, str(error))
        what = What.CHECKSUM if isinstance(error, ChecksumError) else What.MALFORMED
        return Fault(what, str(error))


def made(
    whose: Whose,
    source: Endpoint | None,
    target: Endpoint | None,
    carried: bytes | int,
    size: int,
    said: Said,
    fault: Fault | None,
) -> Frame:
    """The frame that says this; what it carries is given, or where in its octets it begins."""
    number, at, octets, length, ours = whose
    return Frame(
        number,
        at,
        octets,
        length,
        ours,
        mac(octets[6:12]) if len(octets) >= 12 else None,
        mac(octets[:6]) if len(octets) >= 6 else None,
        int.from_bytes(octets[12:14], "big") if len(octets) >= ethernet.HEADER else None,
        source,
        target,
        carried,
        size,
        said,
        fault,
    )


def plain(whose: Whose, said: Said, fault: Fault | None = None) -> Frame:
    """A frame without an IP packet."""
    payload = whose.octets[ethernet.HEADER :]
    return made(whose, None, None, payload, len(payload) + whose.lost, said, fault)


def unread(whose: Whose, error: WireError, fault: Fault | None = None) -> Frame:
    """A frame of which nothing can be made, for that error or a fault before it."""
    return plain(whose, Unread(str(error)), fault or whose.fault(error))


def tcp_in(
    whose: Whose, source: Endpoint, target: Endpoint, data: bytes, size: int, fault: Fault | None
) -> Frame:
    """A segment. Its checksum is not looked at: nothing that is told depends on it."""
    if len(data) < 4:
        short = WireError(f"TCP: {len(data)} octets, the header alone has 20")
        fault = fault or whose.fault(short)
        return made(whose, source, target, data, size, Unread(str(short)), fault)
    header = (data[12] >> 4) * 4 if len(data) > 12 else 20
    ends = _ports(source, target, data)
    said: Said = Tcp(0)
    if len(data) > 13:
        flags, sequence = data[13], int.from_bytes(data[4:8], "big")
        acknowledgement = int.from_bytes(data[8:12], "big") if flags & Flags.ACK else 0
        said = Tcp(flags, sequence, acknowledgement)
    return made(whose, *ends, data[header:], max(size - header, 0), said, fault)


def udp_in(
    whose: Whose, source: Endpoint, target: Endpoint, data: bytes, fault: Fault | None
) -> Frame:
    """A datagram as far as it is there."""
    if len(data) < 8:
        short = WireError(f"UDP: {len(data)} octets, the header alone has 8")
        ends = _ports(source, target, data) if len(data) >= 4 else (source, target)
        return made(whose, *ends, b"", 0, Unread(str(short)), fault or whose.fault(short))
    size = max(int.from_bytes(data[4:6], "big") - 8, 0)
    return datagram_in(whose, *_ports(source, target, data), data[8 : 8 + size], size, fault)


def _ports(source: Endpoint, target: Endpoint, data: bytes) -> tuple[Endpoint, Endpoint]:
    """Both ends with the ports at the beginning of a UDP or TCP header."""
    return (
        Endpoint(source.address, int.from_bytes(data[:2], "big")),
        Endpoint(target.address, int.from_bytes(data[2:4], "big")),
    )


def datagram_in(
    whose: Whose,
    source: Endpoint,
    target: Endpoint,
    payload: bytes,
    size: int,
    fault: Fault | None,
) -> Frame:
    """A UDP datagram: DHCP and DNS by their ports, TFTP by its form, or none of these."""
    is_cut = len(payload) < size
    said: Said
    if is_dhcp6(source, target):
        try:
            said = _dhcp6(whose, source, target, payload, size)
        except WireError as error:
            said, fault = Unread(str(error)), fault or whose.fault(error)
    elif source.port in dhcp.DHCP_PORTS or target.port in dhcp.DHCP_PORTS:
        try:
            said = _dhcp(whose, source, target, payload, size)
        except WireError as error:
            said, fault = Unread(str(error)), fault or whose.fault(error)
    elif dns.PORT in (source.port, target.port):
        try:
            said = dns.parse(payload)
        except WireError as error:
            said = Unread(str(error))
    else:
        try:
            said = tftp_of(payload, is_cut)
        except WireError as error:
            said = Udp(str(error))
        if isinstance(said, tftp.Data):
            return _block(whose, source, target, payload, size, said, fault)
    return made(whose, source, target, payload, size, said, fault)


def _block(
    whose: Whose,
    source: Endpoint,
    target: Endpoint,
    payload: bytes,
    size: int,
    said: tftp.Data,
    fault: Fault | None,
) -> Frame:
    """A block of a file, which stays in the frame's octets, if it is there in one piece."""
    octets = whose.octets
    header = _IPV6 if octets[ethernet.HEADER] >> 4 == 6 else (octets[ethernet.HEADER] & 15) * 4
    at = ethernet.HEADER + header + _UDP
    if not octets.startswith(payload, at):
        return made(whose, source, target, payload, size, said, fault)
    held = Block(said.block, octets, at + _OF_DATA, at + len(payload))
    return made(whose, source, target, at, size, held, fault)


def _dhcp(
    whose: Whose, source: Endpoint, target: Endpoint, payload: bytes, size: int
) -> Dhcp | Udp:
    is_cut = len(payload) < size
    # DHCPv4 is carried by IPv4 alone; DHCPv6 has ports of its own (RFC 8415 §7.2).
    if not isinstance(source.address, IPv4Address) or not isinstance(target.address, IPv4Address):
        return Udp("DHCP: not carried by IPv4")
    return Dhcp(
        message_of(payload, is_cut),
        size,
        source.address,
        source.port or 0,
        target.address,
        target.port or 0,
        mac(whose.octets[:6]),
        whose.number,
        whose.at,
        whose.ours,
        is_cut,
    )


def is_dhcp6(source: Endpoint, target: Endpoint) -> bool:
    """DHCPv6 by its ports (RFC 8415 §7.2), and PXE's over IPv6."""
    is_ipv6 = isinstance(source.address, IPv6Address)
    ports = {source.port, target.port}
    return is_ipv6 and not ports.isdisjoint({*dhcp6.PORTS, dhcp6.PROXY_PORT})


def _dhcp6(
    whose: Whose, source: Endpoint, target: Endpoint, payload: bytes, size: int
) -> Dhcp6 | Udp:
    is_cut = len(payload) < size
    ends = source.address, target.address
    if not isinstance(ends[0], IPv6Address) or not isinstance(ends[1], IPv6Address):
        return Udp("DHCPv6: not carried by IPv6")
    relays, message = dhcp6.parse(payload, is_cut)
    return Dhcp6(
        message,
        size,
        ends[0],
        source.port or 0,
        ends[1],
        target.port or 0,
        relays,
        mac(whose.octets[:6]),
        whose.number,
        whose.at,
        whose.ours,
        is_cut,
    )
