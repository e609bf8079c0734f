"""From octets to a `Frame`: the one function that reads frames, for whatever octets there are.

Each layer is read strictly first. Where that fails, the fault is noted and the layer is read
leniently, so that a wrong checksum or a cut end takes away only what is not there.
"""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import NamedTuple

from pxeclient.seen.contents import icmp_of, icmpv6_of, igmp_of, message_of, tftp_of
from pxeclient.seen.dhcp import Dhcp
from pxeclient.seen.frame import Endpoint, Fault, Frame, What, packet_of
from pxeclient.seen.said import Eapol, Fragment, Other, Said, Tagged, Tcp, Udp, Unread
from pxeclient.wire import arp, dhcp, ethernet, ipv4, ipv6, udp
from pxeclient.wire.addresses import ipv4 as address
from pxeclient.wire.addresses import mac
from pxeclient.wire.errors import ChecksumError, WireError
from pxeclient.wire.ipv4 import Packet
from pxeclient.wire.onestep import read_udp


class _Whose(NamedTuple):
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


def read(
    number: int, at: float, octets: bytes, ours: bool = False, length: int | None = None
) -> Frame:
    """Read one frame by itself; a fragment stays one (`mending.Reader` puts them together).

    Never raises, for any octets.

    Args:
        number: The frame's number in its trace or capture, from 1.
        at: When it went, in seconds.
        octets: The frame from its Ethernet header on, without checksum trailer.
        ours: The client sent it whose story is told.
        length: Octets that it had on the wire, if it was cut when it was recorded.
    """
    whose = _Whose(number, at, octets, len(octets) if length is None else length, ours)
    quick = read_udp(octets)
    if quick is not None:
        # Nearly all frames of a long download: whole and good.
        peer = quick.peer
        source = Endpoint(address(peer.address), peer.port)
        target = Endpoint(address(peer.local), quick.port)
        return _datagram(whose, source, target, quick.payload, len(quick.payload), None)
    content = octets[ethernet.HEADER :]
    match int.from_bytes(octets[12:14], "big"):
        case _ if len(octets) < ethernet.HEADER:
            why = f"Ethernet: {len(octets)} octets, the header alone has {ethernet.HEADER}"
            return _unread(whose, WireError(why))
        case ethernet.IPV4:
            return _packet(whose)
        case ethernet.IPV6:
            return _packet6(whose)
        case ethernet.ARP:
            try:
                return _plain(whose, arp.parse(content))
            except WireError as error:
                return _unread(whose, error)
        case ethernet.VLAN | ethernet.PROVIDER_VLAN:
            try:
                vlan, inner = ethernet.untag(ethernet.parse(octets))
                return _plain(whose, Tagged(vlan, inner.ethertype))
            except WireError as error:
                return _unread(whose, error)
        case ethernet.EAPOL:
            return _plain(whose, Eapol(content[1] if len(content) > 1 else None))
        case _:
            return _plain(whose, Other(None))


def _made(
    whose: _Whose,
    source: Endpoint | None,
    target: Endpoint | None,
    payload: bytes,
    size: int,
    said: Said,
    fault: Fault | None,
) -> Frame:
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
        payload,
        size,
        said,
        fault,
    )


def _plain(whose: _Whose, said: Said, fault: Fault | None = None) -> Frame:
    """A frame without an IP packet."""
    payload = whose.octets[ethernet.HEADER :]
    return _made(whose, None, None, payload, len(payload) + whose.lost, said, fault)


def _unread(whose: _Whose, error: WireError, fault: Fault | None = None) -> Frame:
    return _plain(whose, Unread(str(error)), fault or whose.fault(error))


# --- IPv4 ---------------------------------------------------------------------------------
def _packet(whose: _Whose) -> Frame:
    fault = None
    packet: Packet | None
    try:
        packet = ipv4.parse(whose.octets[ethernet.HEADER :])
    except WireError as error:
        fault = whose.fault(error)
        packet = packet_of(whose.octets)
        if packet is None:
            return _unread(whose, error, fault)
    return _carried(whose, packet, fault)


def mended(frame: Frame, packet: Packet, parts: tuple[Frame, ...]) -> Frame:
    """The frame that completed a packet, with the whole packet's reading."""
    whose = _Whose(frame.number, frame.at, frame.octets, frame.length, frame.ours)
    faults = (one.fault for one in (*parts, frame) if one.fault is not None)
    read_whole = _carried(whose, packet, next(faults, None))
    return read_whole._replace(whole=packet, parts=parts)


def _carried(whose: _Whose, packet: Packet, fault: Fault | None) -> Frame:
    """The frame with what an IPv4 packet carries, which need not be the one in its octets."""
    source, target = Endpoint(packet.source, None), Endpoint(packet.destination, None)
    data = packet.payload
    size = len(data) + whose.lost
    said: Said
    wrong: WireError | None = None
    if packet.is_fragment:
        said = Fragment(packet.fragment_offset, len(data), packet.more_fragments)
        return _made(whose, source, target, data, size, said, fault)
    match packet.protocol:
        case ipv4.UDP:
            if fault is None:
                try:
                    udp.parse(data, packet.source, packet.destination)
                except WireError as error:
                    fault = whose.fault(error)
            return _udp(whose, source, target, data, fault)
        case ipv6.TCP:
            return _tcp(whose, source, target, data, size, fault)
        case ipv4.ICMP:
            said, wrong = icmp_of(data)
        case ipv4.IGMP:
            said, wrong = igmp_of(data)
        case protocol:
            said = Other(protocol)
    if wrong is not None:
        fault = fault or whose.fault(wrong)
    return _made(whose, source, target, data, size, said, fault)


# --- IPv6 ---------------------------------------------------------------------------------
def _packet6(whose: _Whose) -> Frame:
    fault = None
    octets = whose.octets[ethernet.HEADER :]
    try:
        packet = ipv6.parse(octets)
    except WireError as error:
        fault = whose.fault(error)
        try:
            packet = ipv6.parse(octets, is_cut=True)
        except WireError as worse:
            return _unread(whose, worse, fault)
    source, target = Endpoint(packet.source, None), Endpoint(packet.destination, None)
    data, size = packet.payload, packet.size
    said: Said
    wrong: WireError | None = None
    if packet.is_fragment:
        said = Fragment(packet.fragment_offset, len(data), packet.more_fragments)
        return _made(whose, source, target, data, size, said, fault)
    match packet.protocol:
        case ipv6.UDP:
            if fault is None:
                try:
                    ipv6.check(packet, "UDP")
                except WireError as error:
                    fault = whose.fault(error)
            return _udp(whose, source, target, data, fault)
        case ipv6.TCP:
            return _tcp(whose, source, target, data, size, fault)
        case ipv6.ICMPV6:
            said, wrong = icmpv6_of(packet)
        case protocol:
            said = Other(protocol)
    if wrong is not None:
        fault = fault or whose.fault(wrong)
    return _made(whose, source, target, data, size, said, fault)


# --- what both carry ----------------------------------------------------------------------
def _tcp(
    whose: _Whose, source: Endpoint, target: Endpoint, data: bytes, size: int, fault: Fault | None
) -> Frame:
    """A segment. Its checksum is not looked at: nothing that is told depends on it."""
    if len(data) < 4:
        short = WireError(f"TCP: {len(data)} octets, the header alone has 20")
        said = Unread(str(short))
        return _made(whose, source, target, data, size, said, fault or whose.fault(short))
    header = (data[12] >> 4) * 4 if len(data) > 12 else 20
    flags = data[13] if len(data) > 13 else 0
    ends = _ports(source, target, data)
    return _made(whose, *ends, data[header:], max(size - header, 0), Tcp(flags), fault)


def _udp(
    whose: _Whose, source: Endpoint, target: Endpoint, data: bytes, fault: Fault | None
) -> Frame:
    """A datagram as far as it is there."""
    if len(data) < 8:
        short = WireError(f"UDP: {len(data)} octets, the header alone has 8")
        ends = _ports(source, target, data) if len(data) >= 4 else (source, target)
        return _made(whose, *ends, b"", 0, Unread(str(short)), fault or whose.fault(short))
    size = max(int.from_bytes(data[4:6], "big") - 8, 0)
    return _datagram(whose, *_ports(source, target, data), data[8 : 8 + size], size, fault)


def _ports(source: Endpoint, target: Endpoint, data: bytes) -> tuple[Endpoint, Endpoint]:
    """Both ends with the ports at the beginning of a UDP or TCP header."""
    return (
        Endpoint(source.address, int.from_bytes(data[:2], "big")),
        Endpoint(target.address, int.from_bytes(data[2:4], "big")),
    )


def _datagram(
    whose: _Whose,
    source: Endpoint,
    target: Endpoint,
    payload: bytes,
    size: int,
    fault: Fault | None,
) -> Frame:
    """A UDP datagram: DHCP by its ports, TFTP by its form, or neither."""
    is_cut = len(payload) < size
    said: Said
    if source.port in dhcp.DHCP_PORTS or target.port in dhcp.DHCP_PORTS:
        try:
            said = _dhcp(whose, source, target, payload, size)
        except WireError as error:
            said, fault = Unread(str(error)), fault or whose.fault(error)
    else:
        try:
            said = tftp_of(payload, is_cut)
        except WireError as error:
            said = Udp(str(error))
    return _made(whose, source, target, payload, size, said, fault)


def _dhcp(
    whose: _Whose, source: Endpoint, target: Endpoint, payload: bytes, size: int
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
