"""Conditions of the firmwares that collect offers and rank them: Intel's ROMs and EDK II.

The two have one ancestor, and read offers, and what follows from them, alike. The docstring of
each condition is what a reader of the table sees.
"""

from __future__ import annotations

from pxeclient.boot.policy import (
    Candidate,
    Discovery,
    Lease,
    Naming,
    OfferClass,
    Overheard,
    Select,
    Sources,
)
from pxeclient.wire import dhcp
from pxeclient.wire.addresses import ANY


def is_no_reply(heard: Overheard) -> bool:
    """its op is not 2 (BOOTREPLY)"""
    return heard.message.op != dhcp.BOOTREPLY


def is_no_offer(candidate: Candidate) -> bool:
    """its message type is not DHCPOFFER"""
    return candidate.reply.type != dhcp.OFFER


def has_no_server_id(candidate: Candidate) -> bool:
    """it has no server identifier (option 54)"""
    return candidate.reply.server_id == ANY


def is_own_binl(candidate: Candidate) -> bool:
    """it has an address and says PXEClient"""
    return candidate.reply.offers_address and candidate.reply.is_pxe


def is_own(candidate: Candidate) -> bool:
    """it has an address"""
    return candidate.reply.offers_address


def is_proxy_binl(candidate: Candidate) -> bool:
    """it has no address and says PXEClient"""
    return candidate.reply.is_pxe


def window_runs(found: Discovery) -> bool:
    """the waiting time of the latest DISCOVER has not run out"""
    return not found.window_over


def plain_with_file(found: Discovery) -> bool:
    """a plain offer names a boot file"""
    return any(reply.names_file for reply in found.of(OfferClass.PLAIN))


def has_pxe10(found: Discovery) -> bool:
    """an offer with PXE discovery options came"""
    return found.has(OfferClass.PXE10)


def has_proxy_pxe10(found: Discovery) -> bool:
    """a plain offer and a proxy offer with PXE discovery options came"""
    return found.has(OfferClass.PLAIN) and found.has(OfferClass.PROXY_PXE10)


def has_binl(found: Discovery) -> bool:
    """an offer that says PXEClient, without PXE discovery options, came"""
    return found.has(OfferClass.BINL)


def has_proxy_binl(found: Discovery) -> bool:
    """a plain offer and a proxy offer without PXE discovery options came"""
    return found.has(OfferClass.PLAIN) and found.has(OfferClass.PROXY_BINL)


def has_bootp(found: Discovery) -> bool:
    """a BOOTP reply with a boot file came"""
    return found.has(OfferClass.BOOTP)


def chose_binl(lease: Lease) -> bool:
    """the chosen offer says PXEClient without PXE discovery options"""
    return lease.selected is Select.FIRST_BINL


def chose_proxy_binl(lease: Lease) -> bool:
    """a proxy offer without PXE discovery options was chosen"""
    return lease.selected is Select.PROXY_BINL


def has_no_server(sources: Sources) -> bool:
    """it has neither siaddr nor server identifier"""
    reply = sources.replies[0]
    return reply.next_server == ANY and reply.server_id == ANY


def names_next_server(naming: Naming) -> bool:
    """its siaddr is not zero"""
    return naming.reply.next_server != ANY
