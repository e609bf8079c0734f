"""iPXE while it discovers: which replies count, when to go on, which to choose."""

from __future__ import annotations

from pxeclient.boot.policy import (
    Barren,
    Candidate,
    Discovery,
    Hear,
    Leave,
    OfferClass,
    Overheard,
    Select,
    Verdict,
)
from pxeclient.decisions import Rule, Table, always
from pxeclient.firmware.facts import other_chaddr, other_xid
from pxeclient.firmware.ipxe.sources import read, seen
from pxeclient.wire import dhcp
from pxeclient.wire.addresses import ANY

PROXY_WAIT = 2.0
"""Seconds for which iPXE waits for a proxy offer (``config/dhcp.h:40``)."""


HEAR: Table[Overheard, Hear] = Table(
    "hear",
    "Is a message that came to the DHCP port for this client?",
    (
        Rule(
            "other-xid",
            other_xid,
            Hear.DROP,
            "The transaction id is not the one of this boot.",
            seen("net/udp/dhcp.c:1256", "wrong-xid"),
        ),
        Rule(
            "other-client",
            other_chaddr,
            Hear.DROP,
            "The hardware address is another client's.",
            read("net/udp/dhcp.c:1266"),
        ),
        Rule(
            "ours",
            always,
            Hear.READ,
            "Transaction id and hardware address are ours; iPXE checks nothing else.",
            read("net/udp/dhcp.c:1197-1287"),
        ),
    ),
)


def _counts_as_offer(candidate: Candidate) -> bool:
    reply = candidate.reply
    return (
        reply.offers_address
        and reply.source_port == dhcp.SERVER_PORT
        and reply.type in (None, dhcp.OFFER)
        and reply.priority >= candidate.offer_priority
    )


def _counts_as_proxy(candidate: Candidate) -> bool:
    reply = candidate.reply
    return reply.is_pxe and reply.pseudo_id != ANY and reply.priority >= candidate.proxy_priority


def is_both(candidate: Candidate) -> bool:
    """it is an OFFER or BOOTP reply with an address, from port 67, and says PXEClient"""
    return _counts_as_offer(candidate) and _counts_as_proxy(candidate)


def is_offer(candidate: Candidate) -> bool:
    """it is an OFFER or BOOTP reply with an address, from port 67, of no lower priority"""
    return _counts_as_offer(candidate)


def is_proxy_offer(candidate: Candidate) -> bool:
    """it says PXEClient, whatever its type, port and address, and has no lower priority"""
    return _counts_as_proxy(candidate)


def is_outranked(candidate: Candidate) -> bool:
    """its priority (175.1) is lower than that of the reply in hand, or negative"""
    reply = candidate.reply
    own = reply.offers_address and reply.priority < candidate.offer_priority
    return own or (reply.is_pxe and reply.priority < candidate.proxy_priority)


CLASSIFY_OFFER: Table[Candidate, OfferClass] = Table(
    "classify-offer",
    "What is a reply worth while discovering?",
    (
        Rule(
            "offer-and-proxy-in-one",
            is_both,
            OfferClass.PXE_BOTH,
            "It offers an address and says PXEClient, so it counts as DHCP offer and as proxy"
            " offer.",
            seen("net/udp/dhcp.c:385-424", "samehost-60-*"),
        ),
        Rule(
            "offer",
            is_offer,
            OfferClass.PLAIN,
            "It offers an address; it replaces an earlier offer of the same priority.",
            seen("net/udp/dhcp.c:408-415", "plain-dhcp-*, two-dhcp-*"),
        ),
        Rule(
            "proxy-offer",
            is_proxy_offer,
            OfferClass.PROXY,
            "It says PXEClient, which is all that iPXE asks of a proxy offer.",
            seen("net/udp/dhcp.c:418-424", "proxy-60-*"),
        ),
        Rule(
            "outranked",
            is_outranked,
            OfferClass.UNUSABLE,
            "A reply of higher priority (option 175.1) is in hand, or its own is negative.",
            read("net/udp/dhcp.c:408-424"),
        ),
        Rule(
            "neither",
            always,
            OfferClass.UNUSABLE,
            "It is no OFFER with an address from port 67, and it does not say PXEClient.",
            read("net/udp/dhcp.c:408-424"),
        ),
    ),
)


def no_offer(found: Discovery) -> bool:
    """no offer of an address is in hand"""
    return found.offer is None


def proxy_forbidden(found: Discovery) -> bool:
    """the offer says no-pxedhcp (175.176)"""
    return found.offer is not None and found.offer.forbids_proxy


def proxy_in_hand(found: Discovery) -> bool:
    """a proxy offer is in hand too"""
    return found.proxy_offer is not None


def waited_for_proxy(found: Discovery) -> bool:
    """more than 2 s have passed in discovery"""
    return found.elapsed > PROXY_WAIT


LEAVE_DISCOVERY: Table[Discovery, Leave] = Table(
    "leave-discovery",
    "Go on to the request now?",
    (
        Rule(
            "no-offer",
            no_offer,
            Leave.STAY,
            "Without an offer of an address there is nothing to request.",
            seen("net/udp/dhcp.c:434-445", "no-server, proxy-only"),
        ),
        Rule(
            "proxy-forbidden",
            proxy_forbidden,
            Leave.REQUEST,
            "The offer forbids ProxyDHCP (option 175.176), so there is no need to wait for it.",
            read("net/udp/dhcp.c:434-445"),
        ),
        Rule(
            "offer-and-proxy",
            proxy_in_hand,
            Leave.REQUEST,
            "An offer and a proxy offer are in hand: nothing is left to wait for.",
            seen("net/udp/dhcp.c:434-445", "samehost-60-*, proxy-60-*"),
        ),
        Rule(
            "waited-for-proxy",
            waited_for_proxy,
            Leave.REQUEST,
            "Two seconds have passed without a proxy offer: iPXE goes on without one.",
            seen("net/udp/dhcp.c:434-445,473-481", "plain-dhcp-*, dhcp-slow"),
        ),
        Rule(
            "wait-for-proxy",
            always,
            Leave.STAY,
            "A proxy offer may still come: iPXE gives it two seconds.",
            seen("net/udp/dhcp.c:434-445", "proxy-late-*"),
        ),
    ),
)

SELECT_OFFER: Table[Discovery, Select] = Table(
    "select-offer",
    "Which of the replies does the boot go on with?",
    (
        Rule(
            "latest",
            always,
            Select.LATEST,
            "Of equals the later replaces the earlier, for offers and for proxy offers alike.",
            seen("net/udp/dhcp.c:408-424", "two-dhcp-*"),
        ),
    ),
)

NO_LEASE: Table[Barren, Verdict] = Table(
    "no-lease",
    "Discovery led nowhere: what is said?",
    (
        Rule(
            "nothing-configured",
            always,
            Verdict.NO_OFFER,
            "No server offered an address; iPXE says the same whether proxy offers came or not.",
            seen("net/udp/dhcp.c:1304-1312", "no-server, proxy-only"),
        ),
    ),
)
