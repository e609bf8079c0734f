"""From octets to a `Frame`: the one function that reads frames, for whatever octets there are.

Each layer is read strictly first. Where that fails, the fault is noted and the layer is read
leniently, so that a wrong checksum or a cut end takes away only what is not there.
"""

from __future__ import annotations

from pxeclient.seen.contents import icmp_of, icmpv6_of, igmp_of
from pxeclient.seen.frame import Endpoint, Fault, Frame, packet_of
from pxeclient.seen.layers import Whose, datagram_in, made, plain, tcp_in, udp_in, unread
from pxeclient.seen.said import Eapol, Fragment, Other, Said, Tagged
from pxeclient.wire import arp, ethernet, ipv4, ipv6, udp
from pxeclient.wire.addresses import ipv4 as address
from pxeclient.wire.errors import WireError
from pxeclient.wire.ipv4 import Packet
from pxeclient.wire.ipv6 import Packet6
from pxeclient.wire.onestep import read_udp


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
    whose = Whose(number, at, octets, len(octets) if length is None else length, ours)
    quick = read_udp(octets)
    if quick is not None:
        # Nearly all frames of a long download: whole and good.
        peer = quick.peer
        source = Endpoint(address(peer.address), peer.port)
        target = Endpoint(address(peer.local), quick.port)
        return datagram_in(whose, source, target, quick.payload, len(quick.payload), None)
    content = octets[ethernet.HEADER :]
    match int.from_bytes(octets[12:14], "big"):
        case _ if len(octets) < ethernet.HEADER:
            why = f"Ethernet: {len(octets)} octets, the header alone has {ethernet.HEADER}"
            return unread(whose, WireError(why))
        case ethernet.IPV4:
            return _packet(whose)
        case ethernet.IPV6:
            return _packet6(whose)
        case ethernet.ARP:
            try:
                return plain(whose, arp.parse(content))
            except WireError as error:
                return unread(whose, error)
        case ethernet.VLAN | ethernet.PROVIDER_VLAN:
            try:
                vlan, inner = ethernet.untag(ethernet.parse(octets))
                return plain(whose, Tagged(vlan, inner.ethertype))
            except WireError as error:
                return unread(whose, error)
        case ethernet.EAPOL:
            return plain(whose, Eapol(content[1] if len(content) > 1 else None))
        case _:
            return plain(whose, Other(None))


# --- IPv4 ---------------------------------------------------------------------------------
def _packet(whose: Whose) -> Frame:
    fault = None
    packet: Packet | None
    try:
        packet = ipv4.parse(whose.octets[ethernet.HEADER :])
    except WireError as error:
        fault = whose.fault(error)
        packet = packet_of(whose.octets)
        if packet is None:
            return unread(whose, error, fault)
    return _carried(whose, packet, fault)


def mended(frame: Frame, packet: Packet | Packet6, parts: tuple[Frame, ...]) -> Frame:
    """The frame that completed a packet, with the whole packet's reading."""
    whose = Whose(frame.number, frame.at, frame.octets, frame.length, frame.ours)
    fault = next((one.fault for one in (*parts, frame) if one.fault is not None), None)
    if isinstance(packet, Packet6):
        try:
            read_whole = _carried6(whose, ipv6.inside(packet), fault)
        except WireError as error:
            return frame._replace(fault=fault or whose.fault(error))
    else:
        read_whole = _carried(whose, packet, fault)
    return read_whole._replace(whole=packet, parts=parts)


def _carried(whose: Whose, packet: Packet, fault: Fault | None) -> Frame:
    """The frame with what an IPv4 packet carries, which need not be the one in its octets."""
    source, target = Endpoint(packet.source, None), Endpoint(packet.destination, None)
    data = packet.payload
    size = len(data) + whose.lost
    said: Said
    wrong: WireError | None = None
    if packet.is_fragment:
        said = Fragment(packet.fragment_offset, len(data), packet.more_fragments)
        return made(whose, source, target, data, size, said, fault)
    match packet.protocol:
        case ipv4.UDP:
            if fault is None:
                try:
                    udp.parse(data, packet.source, packet.destination)
                except WireError as error:
                    fault = whose.fault(error)
            return udp_in(whose, source, target, data, fault)
        case ipv6.TCP:
            return tcp_in(whose, source, target, data, size, fault)
        case ipv4.ICMP:
            said, wrong = icmp_of(data)
        case ipv4.IGMP:
            said, wrong = igmp_of(data)
        case protocol:
            said = Other(protocol)
    if wrong is not None:
        fault = fault or whose.fault(wrong)
    return made(whose, source, target, data, size, said, fault)


# --- IPv6 ---------------------------------------------------------------------------------
def _packet6(whose: Whose) -> Frame:
    fault = None
    octets = whose.octets[ethernet.HEADER :]
    try:
        packet = ipv6.parse(octets)
    except WireError as error:
        fault = whose.fault(error)
        try:
            packet = ipv6.parse(octets, is_cut=True)
        except WireError as worse:
            return unread(whose, worse, fault)
    return _carried6(whose, packet, fault)


def _carried6(whose: Whose, packet: Packet6, fault: Fault | None) -> Frame:
    """The frame with what an IPv6 packet carries, which need not be the one in its octets."""
    source, target = Endpoint(packet.source, None), Endpoint(packet.destination, None)
    data, size = packet.payload, packet.size
    said: Said
    wrong: WireError | None = None
    if packet.is_fragment:
        said = Fragment(packet.fragment_offset, len(data), packet.more_fragments)
        return made(whose, source, target, data, size, said, fault)
    match packet.protocol:
        case ipv6.UDP:
            if fault is None:
                try:
                    ipv6.check(packet, "UDP")
                except WireError as error:
                    fault = whose.fault(error)
            return udp_in(whose, source, target, data, fault)
        case ipv6.TCP:
            return tcp_in(whose, source, target, data, size, fault)
        case ipv6.ICMPV6:
            said, wrong = icmpv6_of(packet)
        case protocol:
            said = Other(protocol)
    if wrong is not None:
        fault = fault or whose.fault(wrong)
    return made(whose, source, target, data, size, said, fault)
