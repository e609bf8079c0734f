"""iPXE and the DHCPACK: which one counts, and where the boot file is looked for then."""

from __future__ import annotations

from pxeclient.boot.dhcp.reply import Reply
from pxeclient.boot.policy import AckCandidate, AckUse, AfterAck, Lease
from pxeclient.decisions import Evidence, Known, Rule, Table, always
from pxeclient.firmware.facts import (
    ack_for_other_address,
    ack_from_other_port,
    ack_from_other_server,
    is_nak,
)
from pxeclient.firmware.ipxe.sources import read, seen
from pxeclient.wire import dhcp
from pxeclient.wire.addresses import ANY


def is_no_ack(candidate: AckCandidate) -> bool:
    """it is neither a DHCPACK nor a BOOTP reply"""
    return candidate.reply.type not in (None, dhcp.ACK)


_OTHER_PORT = Rule(
    "other-port",
    ack_from_other_port,
    AckUse.IGNORE,
    "It does not come from port 67.",
    read("net/udp/dhcp.c:573"),
)
_OTHER_SERVER = Rule(
    "other-server",
    ack_from_other_server,
    AckUse.IGNORE,
    "Its server identifier is not that of the chosen offer.",
    read("net/udp/dhcp.c:577"),
)
_NOT_AN_ACK = Rule(
    "not-an-ack",
    is_no_ack,
    AckUse.IGNORE,
    "It is neither a DHCPACK nor a BOOTP reply.",
    read("net/udp/dhcp.c:587"),
)
_OTHER_ADDRESS = Rule(
    "other-address",
    ack_for_other_address,
    AckUse.IGNORE,
    "It confirms another address than the one offered.",
    read("net/udp/dhcp.c:589"),
)
_CONFIRMED: Rule[AckCandidate, AckUse] = Rule(
    "confirmed",
    always,
    AckUse.TAKE_LEASE,
    "The chosen server confirms the offered address.",
    seen("net/udp/dhcp.c:509-659", "all that got an address"),
)

ACCEPT_ACK: Table[AckCandidate, AckUse] = Table(
    "accept-ack",
    "What does a reply to the DHCPREQUEST do?",
    (
        _OTHER_PORT,
        _OTHER_SERVER,
        Rule(
            "nak",
            is_nak,
            AckUse.RESTART,
            "The chosen server refuses: iPXE discovers again after a second, keeping its offers.",
            seen("net/udp/dhcp.c:453-466,581-584", "nak-then-ack"),
        ),
        _NOT_AN_ACK,
        _OTHER_ADDRESS,
        _CONFIRMED,
    ),
)

ACCEPT_ACK_2019: Table[AckCandidate, AckUse] = Table(
    "accept-ack",
    ACCEPT_ACK.asks,
    (
        _OTHER_PORT,
        _OTHER_SERVER,
        Rule(
            "nak-ignored",
            is_nak,
            AckUse.IGNORE,
            "iPXE of 2019 does not know DHCPNAK: the DHCPREQUEST is repeated until it times out.",
            Known(
                Evidence.OBSERVED, "recording nak-then-ack; ipxe@36a4c85 src/net/udp/dhcp.c (rx)"
            ),
        ),
        _NOT_AN_ACK,
        _OTHER_ADDRESS,
        _CONFIRMED,
    ),
)


def no_proxy_offer(lease: Lease) -> bool:
    """no proxy offer was kept"""
    return lease.proxy_offer is None


def lease_forbids_proxy(lease: Lease) -> bool:
    """the chosen offer says no-pxedhcp (175.176)"""
    return lease.offer.forbids_proxy


def proxy_offer_complete(lease: Lease) -> bool:
    """the proxy offer has siaddr and a boot file name (header or option 67), or a menu (43.9)"""
    return lease.proxy_offer is not None and has_pxe_options(lease.proxy_offer)


def has_pxe_options(reply: Reply) -> bool:
    """It says what to boot: siaddr and a boot file name, or a menu. 43.6 plays no part."""
    return (reply.message.siaddr != ANY and reply.names_file) or reply.has_menu


AFTER_ACK: Table[Lease, AfterAck] = Table(
    "after-ack",
    "The address is confirmed: where is the boot file looked for?",
    (
        Rule(
            "no-proxy-offer",
            no_proxy_offer,
            AfterAck.USE_ACK,
            "No reply said PXEClient while discovering, so there is nobody to ask on port 4011.",
            seen("net/udp/dhcp.c:613", "plain-dhcp-*, samehost-60-in-ack-only"),
        ),
        Rule(
            "proxy-forbidden",
            lease_forbids_proxy,
            AfterAck.USE_ACK,
            "The DHCP offer forbids ProxyDHCP (option 175.176).",
            read("net/udp/dhcp.c:613"),
        ),
        Rule(
            "proxy-offer-complete",
            proxy_offer_complete,
            AfterAck.ADD_PROXY_OFFER,
            "The PXEClient offer already names server and boot file (or has a menu): iPXE asks"
            " nobody on port 4011.",
            seen("net/udp/dhcp.c:307-319,615-627", "samehost-60-file, proxy-60-file"),
        ),
        Rule(
            "proxy-offer-bare",
            always,
            AfterAck.ASK_PORT_4011,
            "The PXEClient offer lacks a next server or a boot file, and has no menu.",
            seen("net/udp/dhcp.c:628-632", "samehost-60-only, proxy-60-only"),
        ),
    ),
)
