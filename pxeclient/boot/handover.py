"""What a firmware leaves to the program that it starts: DHCP messages, its stack, its downloads.

What it is given is the firmware's choice, and so is data of its profile (`HandoverTraits`); what a
program makes of it is the program's affair.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from pxeclient.boot.dhcp.options import MESSAGE_TYPE, VENDOR
from pxeclient.boot.dhcp.reply import Reply
from pxeclient.boot.session import Session
from pxeclient.boot.traits import AckGiven
from pxeclient.fetch.fetcher import Fetcher
from pxeclient.stack.state import StackState
from pxeclient.stack.traits import IpTraits
from pxeclient.wire import dhcp, pxe
from pxeclient.wire.addresses import ANY
from pxeclient.wire.dhcp import Message, Option


@dataclass(frozen=True, slots=True)
class Packets:
    """The DHCP messages that a program can have; None where there is none."""

    discover: Message | None = None
    """The DHCPDISCOVER, as it was sent last."""
    ack: Message | None = None
    proxy_offer: Message | None = None
    """The proxy's word: its offer, or what it answered on port 4011."""
    reply: Message | None = None
    """A boot server's; where a proxy's word cannot be had by itself, that."""


@dataclass(frozen=True, slots=True)
class Inherited:
    """What a firmware has left behind."""

    firmware: str
    """The profile's name."""
    ip: IpTraits
    """Its stack, which programs without one of their own use."""
    stack: StackState
    """What that knew of its network."""
    fetcher: Fetcher
    """How it fetches, for programs that have it fetch; its ports go on where they were."""
    packets: Packets
    neighbours: bool
    """That stack still knows whom it knew."""


def inherited(session: Session) -> Inherited:
    """What a boot that has fetched its file leaves to that."""
    traits = session.traits
    return Inherited(
        traits.name,
        traits.ip,
        session.host.state(),
        session.fetcher,
        _packets(session),
        traits.handover.neighbours,
    )


def _packets(session: Session) -> Packets:
    ack, cached, given = session.ack, session.cached, session.traits.handover
    if ack is None:
        return Packets()
    proxy, server = cached.proxy, cached.server
    word = server or (None if given.proxy_offer else proxy)
    packets = Packets(
        discover=dhcp.parse(cached.discover) if cached.discover else None,
        ack=ack.message,
        proxy_offer=proxy.message if proxy is not None and given.proxy_offer else None,
        reply=word.message if word is not None else None,
    )
    if given.ack is not AckGiven.MERGED:
        return packets
    others = [one for one in (server, proxy) if one is not None]
    merged_ack = merged(ack, [ack, *others])
    said = replace(merged(others[0], others), ciaddr=ack.yiaddr) if others else merged_ack
    return replace(packets, ack=merged_ack, reply=said)


def merged(head: Reply, sources: Sequence[Reply]) -> Message:
    """One DHCPACK of several replies, each setting from the first that has it.

    So iPXE makes it (net/fakedhcp.c): of its settings, among which are the header's next server and
    file, and each of the options within 43 and 175.

    Args:
        head: Whose address and header it has.
        sources: The replies, whoever comes first counting more.
    """
    settings: dict[int, bytes] = {}
    nested: dict[int, dict[int, bytes]] = {VENDOR: {}, _IPXE: {}}
    for reply in sources:
        for code, data in dhcp.all_first(reply.message.options).items():
            if code in nested:
                for sub in pxe.parse_suboptions(data):
                    nested[code].setdefault(sub.code, sub.data)
            elif code not in (dhcp.PAD, dhcp.END):
                settings.setdefault(code, data)
    for code, subs in nested.items():
        if subs:
            settings[code] = pxe.build_suboptions(_options(subs))
    settings[MESSAGE_TYPE] = bytes((dhcp.ACK,))
    own = head.message
    file = next((one.boot_file for one in sources if one.boot_file), b"")
    if len(file) <= len(own.file):
        settings.pop(_FILE, None)  # which is the header's field
    field = file if len(file) <= len(own.file) else b""
    return Message(
        dhcp.BOOTREPLY,
        own.xid,
        own.chaddr,
        yiaddr=own.yiaddr,
        siaddr=_next_server(sources),
        file=field.ljust(len(own.file), b"\0"),
        options=(*_options(settings), Option(dhcp.END)),
    )


_FILE, _IPXE = 67, 175


def _next_server(sources: Sequence[Reply]) -> IPv4Address:
    servers = (one.message.siaddr for one in sources)
    return next((one for one in servers if one != ANY), ANY)


def _options(data: dict[int, bytes]) -> list[Option]:
    return [part for code in sorted(data) for part in dhcp.split_long(code, data[code])]
