"""From a trace's frames to the scene that the checks look at."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import NamedTuple

from pxeclient.diagnose.dhcp_seen import DhcpSeen
from pxeclient.diagnose.scene import Broken, Complaint, Scene
from pxeclient.diagnose.tftp_seen import TftpSeen, Transfer
from pxeclient.trace import Record, Trace
from pxeclient.wire import arp, dhcp, ethernet, icmp, ipv4, tftp, udp
from pxeclient.wire.addresses import ANY
from pxeclient.wire.addresses import ipv4 as ipv4_address
from pxeclient.wire.errors import WireError
from pxeclient.wire.onestep import read_udp

_DHCP_PORTS = {dhcp.SERVER_PORT, dhcp.CLIENT_PORT, dhcp.PROXY_PORT}


class _Udp(NamedTuple):
    """A UDP datagram from the client's point of view."""

    local: int
    """The client's port."""
    peer: IPv4Address
    port: int
    """The other end's port."""
    payload: bytes


def scene(trace: Trace) -> Scene:
    """Sort the trace's frames."""
    found = Scene(trace.outcome, trace.lost, trace.pace)
    for record, data, ours in trace.frames():
        try:
            datagram = _in_one_step(data, ours)
            if datagram is not None:
                _sort_tftp(found, record, datagram, ours)
            else:
                _sort(found, record, ethernet.parse(data), ours)
        except WireError as error:
            if not ours:
                found.broken.append(Broken(record.frame, str(error)))
    return found


def _in_one_step(data: bytes, ours: bool) -> _Udp | None:
    """A whole and good datagram that is not DHCP: nearly all frames of a long download are."""
    read = read_udp(data)
    if read is None or read.port in _DHCP_PORTS or read.peer.port in _DHCP_PORTS:
        return None
    peer = read.peer
    if ours:
        return _Udp(peer.port, ipv4_address(peer.local), read.port, read.payload)
    return _Udp(read.port, ipv4_address(peer.address), peer.port, read.payload)


def _sort(found: Scene, record: Record, frame: ethernet.Frame, ours: bool) -> None:
    match frame.ethertype:
        case ethernet.VLAN if not ours:
            found.tagged.append(record.frame)
        case ethernet.ARP:
            _sort_arp(found, record.frame, arp.parse(frame.payload), ours)
        case ethernet.IPV4:
            _sort_packet(found, record, frame, ours)
        case _:
            pass


def _sort_arp(found: Scene, number: int, message: arp.Arp, ours: bool) -> None:
    if not ours:
        found.arp_answered.add(message.sender)
    elif message.operation == arp.REQUEST and message.sender not in (ANY, message.target):
        found.arp_asked.setdefault(message.target, []).append(number)


def _sort_packet(found: Scene, record: Record, frame: ethernet.Frame, ours: bool) -> None:
    packet = ipv4.parse(frame.payload)
    if packet.is_fragment:
        if not ours:
            key = (packet.source, packet.identification)
            found.fragments.setdefault(key, []).append(record.frame)
        return
    if packet.protocol == ipv4.ICMP and not ours:
        found.complaints += _complaint(record.frame, packet)
    elif packet.protocol == ipv4.UDP:
        datagram = udp.parse(packet.payload, packet.source, packet.destination)
        if _DHCP_PORTS & {datagram.source_port, datagram.destination_port}:
            found.dhcp.append(_dhcp(record, frame, packet, datagram, ours))
        else:
            ends = (datagram.source_port, packet.destination, datagram.destination_port)
            if not ours:
                ends = (datagram.destination_port, packet.source, datagram.source_port)
            _sort_tftp(found, record, _Udp(*ends, datagram.payload), ours)


def _dhcp(
    record: Record, frame: ethernet.Frame, packet: ipv4.Packet, datagram: udp.Datagram, ours: bool
) -> DhcpSeen:
    return DhcpSeen(
        record.frame,
        record.at,
        ours,
        dhcp.parse(datagram.payload),
        len(datagram.payload),
        packet.source,
        datagram.source_port,
        packet.destination,
        datagram.destination_port,
        frame.destination,
    )


def _complaint(number: int, packet: ipv4.Packet) -> Iterator[Complaint]:
    message = icmp.parse(packet.payload)
    quoted = message.body[4:]
    if message.type in icmp.ERRORS and len(quoted) >= 20:
        about, header = IPv4Address(quoted[16:20]), (quoted[0] & 15) * 4
        port = int.from_bytes(quoted[header + 2 : header + 4], "big")
        yield Complaint(number, packet.source, message.type, message.code, about, port)


def _sort_tftp(found: Scene, record: Record, of: _Udp, ours: bool) -> None:
    transfer = next((one for one in reversed(found.transfers) if one.local_port == of.local), None)
    if transfer is None and not (ours and of.payload[:2] == b"\0\1"):
        return
    message = tftp.parse(of.payload)
    if ours and isinstance(message, tftp.Request):
        if transfer is not None and transfer.request == message and not transfer.packets:
            transfer.asked.append(record.frame)
        else:
            found.transfers.append(Transfer(message, of.peer, of.local, [record.frame]))
        return
    assert transfer is not None
    seen = TftpSeen(record.frame, record.at, ours, message, of.peer, of.port)
    (transfer.packets if of.peer == transfer.server else transfer.strangers).append(seen)
