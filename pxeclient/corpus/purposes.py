"""What the messages of a client are for, and when two of them have the same form."""

from __future__ import annotations

from collections.abc import Hashable
from enum import StrEnum
from typing import NamedTuple

from pxeclient.boot.actions import StateName
from pxeclient.corpus.layers import Layers
from pxeclient.profile import Profile
from pxeclient.report.frames import Summary
from pxeclient.wire import dhcp, ethernet, tftp
from pxeclient.wire.addresses import ANY, BROADCAST
from pxeclient.wire.dhcp import Message
from pxeclient.wire.pxe import Purpose


class MessagePurpose(StrEnum):
    """Why a client sends a message; the names of the files begin with it."""

    DISCOVER = "dhcp-discover"
    """Who offers an address?"""
    REQUEST = "dhcp-request"
    """The DHCP server is asked for the address that it offered."""
    PROXY_REQUEST = "proxydhcp-request"
    """A PXE server is asked on port 4011 for a boot file."""
    BOOT_SERVER_REQUEST = "boot-server-request"
    """Boot servers of one type (43.71) are asked: one by one, by multicast or by broadcast."""
    TFTP_READ_REQUEST = "tftp-read-request"
    """A TFTP server is asked for the boot file, or for its size."""
    TFTP_ACK = "tftp-ack"
    """A block, or an OACK, has arrived."""
    TFTP_ERROR = "tftp-error"
    """The client breaks a transfer off."""
    MTFTP_OPEN = "mtftp-open"
    """A multicast TFTP server is asked for the boot file."""
    MTFTP_ACK = "mtftp-ack"
    """The client that a multicast waits for acknowledges a block."""
    MTFTP_ERROR = "mtftp-error"
    """The client that a multicast waits for gives up."""
    ARP_REQUEST = "arp-request"
    """Who has this address?"""
    ARP_REPLY = "arp-reply"
    """The client has the address that a neighbour asked for."""
    ARP_ANNOUNCEMENT = "arp-announcement"
    """The client says unasked which address it has (gratuitous ARP)."""
    IGMP_REPORT = "igmp-report"
    """The client is in a multicast group."""
    IGMP_LEAVE = "igmp-leave"
    """The client leaves a multicast group."""
    ICMP_ECHO_REPLY = "icmp-echo-reply"
    """The client answers a ping."""
    EAPOL_START = "eapol-start"
    """The client looks for an 802.1X switch."""
    IPV6 = "ipv6"
    """What an IPv6 build sends beside the boot: solicitations and group reports."""
    OTHER = "other"
    """None of these."""


_PURPOSES: dict[tuple[str, StateName] | str, MessagePurpose] = {
    ("DHCPREQUEST", StateName.REQUEST): MessagePurpose.REQUEST,
    ("DHCPREQUEST", StateName.PROXYDHCP): MessagePurpose.PROXY_REQUEST,
    ("DHCPREQUEST", StateName.PXEBS): MessagePurpose.BOOT_SERVER_REQUEST,
    ("RRQ", StateName.DOWNLOAD): MessagePurpose.TFTP_READ_REQUEST,
    ("ACK", StateName.DOWNLOAD): MessagePurpose.TFTP_ACK,
    ("ERROR", StateName.DOWNLOAD): MessagePurpose.TFTP_ERROR,
    ("RRQ", StateName.MTFTP): MessagePurpose.MTFTP_OPEN,
    ("ACK", StateName.MTFTP): MessagePurpose.MTFTP_ACK,
    ("ERROR", StateName.MTFTP): MessagePurpose.MTFTP_ERROR,
    "DHCPDISCOVER": MessagePurpose.DISCOVER,
    "ARP request": MessagePurpose.ARP_REQUEST,
    "ARP reply": MessagePurpose.ARP_REPLY,
    "ARP announcement": MessagePurpose.ARP_ANNOUNCEMENT,
    "IGMP report": MessagePurpose.IGMP_REPORT,
    "IGMP leave": MessagePurpose.IGMP_LEAVE,
    "ICMP echo reply": MessagePurpose.ICMP_ECHO_REPLY,
    "802.1X": MessagePurpose.EAPOL_START,
    "IPv6": MessagePurpose.IPV6,
}
"""By the kind of frame (`Summary.kind`), and the stage of the boot where that matters."""

DHCP = {
    MessagePurpose.DISCOVER: Purpose.DISCOVER,
    MessagePurpose.REQUEST: Purpose.REQUEST,
    MessagePurpose.PROXY_REQUEST: Purpose.PROXY_REQUEST,
    MessagePurpose.BOOT_SERVER_REQUEST: Purpose.BOOT_SERVER_REQUEST,
}
"""What a profile calls the DHCP messages."""


class Sent(NamedTuple):
    """A message as it was sent."""

    purpose: MessagePurpose
    summary: Summary
    layers: Layers
    at: float
    """Seconds since power-on."""
    number: int
    """The frame's, from 1, received ones counted too."""


def purpose_of(summary: Summary, state: StateName) -> MessagePurpose:
    """What a message is for that was sent in this stage of a boot."""
    by_state = _PURPOSES.get((summary.kind, state))
    return by_state or _PURPOSES.get(summary.kind, MessagePurpose.OTHER)


def described(profile: Profile) -> set[MessagePurpose]:
    """What the profile's own values say that the firmware sends."""
    traits = profile.traits
    found = {purpose for purpose, name in DHCP.items() if name in traits.dhcp.messages}
    found |= {MessagePurpose.ARP_REQUEST, MessagePurpose.ARP_REPLY}
    if traits.tftp.requests:
        found |= {MessagePurpose.TFTP_READ_REQUEST, MessagePurpose.TFTP_ACK}
    if any(request.abort for request in traits.tftp.requests):
        found.add(MessagePurpose.TFTP_ERROR)
    if traits.ip.gratuitous_arp:
        found.add(MessagePurpose.ARP_ANNOUNCEMENT)
    if traits.ip.igmp.version:
        found.add(MessagePurpose.IGMP_REPORT)
    if any(key.startswith("mtftp.") for key in profile.values):
        found |= {MessagePurpose.MTFTP_OPEN, MessagePurpose.MTFTP_ACK}
    types = {item.ethertype for item in traits.background}
    if ethernet.EAPOL in types:
        found.add(MessagePurpose.EAPOL_START)
    if ethernet.IPV6 in types:
        found.add(MessagePurpose.IPV6)
    return found


def form_of(sent: Sent) -> Hashable:
    """What a message is apart from addresses, numbers and times.

    Two messages of one form teach a reader the same; those of the boot that shows a form first
    stand for all.
    """
    message = sent.summary.message
    if message is not None:
        return (sent.purpose, _cast(sent), sent.layers.ports, *_dhcp_form(message))
    match sent.summary.tftp:
        case tftp.Request(options=options):
            return (sent.purpose, options)
        case tftp.Error(code, text):
            return (sent.purpose, code, text)
        case _:
            return (sent.purpose, *_other_form(sent))


def _other_form(sent: Sent) -> tuple[Hashable, ...]:
    match sent.purpose:
        case MessagePurpose.IPV6 | MessagePurpose.OTHER:
            return (sent.layers.innermost,)
        case MessagePurpose.IGMP_REPORT | MessagePurpose.IGMP_LEAVE:
            return (sent.layers.innermost[:1],)
        case _:
            return ()


_OF_THE_SERVER = {50, 54}
"""Options whose value is an address that some server chose."""


def _dhcp_form(message: Message) -> tuple[Hashable, ...]:
    options = tuple(
        (option.code, b"" if option.code in _OF_THE_SERVER else option.data)
        for option in message.options
    )
    return (message.flags, message.ciaddr == ANY, len(dhcp.build(message)), options)


def _cast(sent: Sent) -> str:
    packet = sent.layers.packet
    if packet is None or packet.destination == BROADCAST:
        return "broadcast"
    return "multicast" if packet.destination.is_multicast else "unicast"
