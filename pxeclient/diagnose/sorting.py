"""From what a trace's client said and heard to the scene that the checks look at.

A firmware drops what a strict reading stumbles over, so that is what the findings go by:
a frame with a fault is broken, whatever else could be made of it.
"""

from __future__ import annotations

from ipaddress import IPv4Address
from itertools import islice

from pxeclient.diagnose.scene import Broken, Scene
from pxeclient.endings import judge
from pxeclient.seen.dhcp import Dhcp
from pxeclient.seen.frame import Frame, complaint
from pxeclient.seen.said import Udp
from pxeclient.seen.talk import Talk
from pxeclient.seen.transfers import Transfers
from pxeclient.trace import Trace
from pxeclient.wire import arp, ethernet, tftp
from pxeclient.wire.addresses import ANY
from pxeclient.wire.ndp import NeighbourAdvertisement, RouterSolicitation

MOST_SERVERS = 32
"""Servers whose replies findings are about, besides those that the client turned to.

No firmware keeps more than 16 offers. Whoever floods a segment makes up a server for each reply; a
finding for each of them is of no use to anybody, and each check compares servers with servers.
"""

_TOLD = (None, ethernet.IPV4, ethernet.ARP)
"""Of these a fault is told; who drops a frame of another kind does so unread."""


def scene(trace: Trace) -> Scene:
    """Sort what the firmware said and heard; programs that ran after it have needs of their own."""
    trace = trace.rom
    judged = None if trace.foreign else judge(trace)
    lost = trace.lost + trace.not_kept
    found = Scene(trace.outcome, lost, trace.pace, trace.borrowed, judged=judged)
    found.segment.mac = trace.talk().mac
    transfers = Transfers()
    for frame in trace.talk().frames:
        if frame.ethertype == ethernet.VLAN:
            found.tagged += [] if frame.ours else [frame.number]
        elif frame.fragment is not None:
            _sort_fragment(found, frame)
        elif frame.fault is not None:
            _sort_fault(found, frame, frame.fault.why)
            if frame.message is not None and frame.message.is_cut and not frame.ours:
                found.cut.append(frame.message)
        else:
            _sort(found, frame, transfers)
    _sort_ipv6(found, trace.talk())
    _split(found)
    heard = [one for one in trace.talk().frames if not one.ours and _is_answer(one)]
    if heard:
        found.last_answered, found.last_answer = heard[-1].at, heard[-1].number
    said = [frame.at for frame in trace.talk().frames if frame.ours and frame.port is not None]
    found.quiet = max(trace.ended - max(said, default=trace.ended), 0.0)
    talk = trace.talk()
    found.connections = [one for one in talk.connections if not one.is_incoming]
    found.web, found.lookups, found.until = talk.web, talk.lookups, trace.ended
    _leave_out(found)
    return found


def _sort_ipv6(found: Scene, talk: Talk) -> None:
    found.boot6 = talk.boot6
    found.routers = tuple((frame.number, said) for frame, said in talk.routers)
    ours = [one for one in talk.frames if one.ours and one.ethertype == ethernet.IPV6]
    found.solicited = tuple(
        one.number for one in ours if isinstance(one.neighbour, RouterSolicitation)
    )
    told = [(one.number, one.neighbour) for one in talk.frames if not one.ours]
    found.claimed = tuple(
        (number, said)
        for number, said in told
        if isinstance(said, NeighbourAdvertisement) and not said.solicited
    )
    found.goes_on6 = any(one.is_tcp for one in ours)


def _is_answer(frame: Frame) -> bool:
    """It can only be here because the way to the client is open."""
    return frame.message is not None or (frame.is_udp and not frame.is_to_all)


def _leave_out(found: Scene) -> None:
    """The replies of servers beyond the first, to whom the client did not turn."""
    servers = dict.fromkeys(seen.who for seen in found.dhcp if not seen.ours)
    if len(servers) <= MOST_SERVERS:
        return
    known = set(islice(servers, MOST_SERVERS)) | _asked(found)
    found.further = len(servers.keys() - known)
    found.dhcp = [seen for seen in found.dhcp if seen.ours or seen.who in known]


def _asked(found: Scene) -> set[IPv4Address]:
    """Whom the client named, or sent something."""
    named = {seen.server_id for seen in found.dhcp if seen.ours}
    sent = {seen.destination for seen in found.dhcp if seen.ours}
    return {*filter(None, named), *sent, *found.arp_asked}


def _split(found: Scene) -> None:
    """What the boot file asks for, once it runs, is not the firmware's download.

    A boot that failed has none that ran, though it may have fetched a file to the end.
    """
    if found.failure is not None:
        return
    name = found.booted.boot_file.name if found.booted is not None else None
    for at, transfer in enumerate(found.transfers, 1):
        if transfer.is_whole and name in (None, transfer.request.filename):
            found.transfers, found.next_stage = found.transfers[:at], found.transfers[at:]
            found.fetched = transfer
            return


def _sort_fault(found: Scene, frame: Frame, why: str) -> None:
    if not frame.ours and frame.ethertype in _TOLD:
        found.broken.append(Broken(frame.number, why))


def _sort_fragment(found: Scene, frame: Frame) -> None:
    """Whether the client puts it together is the firmware's own affair."""
    packet = frame.packet
    if not frame.ours and packet is not None:
        key = packet.source, packet.identification
        found.fragments.setdefault(key, []).append(frame.number)
        if isinstance(frame.said, tftp.Data):
            found.parted_blocks.append(frame)


def _sort(found: Scene, frame: Frame, transfers: Transfers) -> None:
    found.segment.add(frame)
    match frame.said:
        case arp.Arp() as message:
            _sort_arp(found, frame, message)
        case Dhcp() as message:
            found.dhcp.append(message)
        case _ if frame.is_udp:
            _sort_tftp(found, frame, transfers)
        case _ if not frame.ours:
            told = complaint(frame)
            found.complaints += [told] if told is not None else []
        case _:
            pass


def _sort_arp(found: Scene, frame: Frame, message: arp.Arp) -> None:
    if not frame.ours:
        found.arp_answered.add(message.sender)
    elif message.operation == arp.REQUEST and message.sender not in (ANY, message.target):
        found.arp_asked.setdefault(message.target, []).append(frame.number)


def _sort_tftp(found: Scene, frame: Frame, transfers: Transfers) -> None:
    transfer = transfers.add(frame)
    if transfer is None:
        return
    if isinstance(frame.said, Udp):
        _sort_fault(found, frame, frame.said.why)
    elif frame is transfer.asked[0]:
        found.transfers.append(transfer)
