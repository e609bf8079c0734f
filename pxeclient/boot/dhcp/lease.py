"""The address is confirmed: take it, and go where this firmware looks for its boot file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network
from typing import assert_never

from pxeclient.boot.actions import Action
from pxeclient.boot.dhcp.dialogue import Choice
from pxeclient.boot.dhcp.exchange import address_of
from pxeclient.boot.dhcp.reply import Reply
from pxeclient.boot.goals import AskProxy
from pxeclient.boot.ipv6 import configured
from pxeclient.boot.policy import AfterAck, Lease
from pxeclient.boot.session import Session, decided
from pxeclient.stack.host import classful_mask
from pxeclient.stack.state import Route
from pxeclient.wire import dhcp
from pxeclient.wire.addresses import ANY, dotted, ipv4
from pxeclient.wire.dhcp import Option
from pxeclient.wire.pxe import Purpose

_DEFAULT = IPv4Network("0.0.0.0/0")


def take_lease(session: Session, choice: Choice, ack: Reply, now: float) -> Iterator[Action]:
    """Use the address that `ack` confirms, then ask ``after-ack``."""
    session.ack, session.sources = ack, (ack,)
    session.offered = choice.offer.yiaddr
    session.cached.proxy = None if choice.proxy_offer is choice.offer else choice.proxy_offer
    configure(session, choice.offer if session.traits.dhcp.network_from_offer else ack, ack.yiaddr)
    yield from session.host.announce()
    lease = Lease(ack, choice.offer, choice.selected, choice.proxy_offer)
    decision = session.policy.after_ack.decide(lease)
    match decision.answer:
        case AfterAck.ASK_PORT_4011:
            yield decided(decision, lease.proxy.describe())
            yield from turn_to_proxy(session, lease.proxy, decision.because, choice.others, now)
        case AfterAck.ADD_PROXY_OFFER:
            yield decided(decision, lease.proxy.describe())
            add_proxy_settings(session, lease.proxy)
            yield from configured(session, now)
        case AfterAck.USE_PROXY_OFFER:
            yield decided(decision, lease.proxy.describe())
            session.sources = (lease.proxy,)
            yield from configured(session, now)
        case AfterAck.USE_OFFER:
            yield decided(decision, choice.offer.describe())
            session.sources = (choice.offer,)
            yield from configured(session, now)
        case AfterAck.USE_ACK:
            yield decided(decision)
            yield from configured(session, now)
        case _:
            assert_never(decision.answer)


def turn_to_proxy(
    session: Session, offer: Reply, because: str, others: tuple[Reply, ...], now: float
) -> Iterator[Action]:
    """Ask ``proxy-server`` which address of that offer it is, and go to its port 4011.

    `because` is why port 4011 is asked at all; of the `others` it may be asked next.
    """
    where = session.policy.proxy_server.decide(offer)
    session.proxy_server = address_of(offer, where.answer)
    yield decided(where, dotted(session.proxy_server))
    if Purpose.PROXY_REQUEST in session.traits.dhcp.messages:
        yield from session.enter(AskProxy(session.proxy_server, because, others), now)
    else:  # a plain DHCP client, which has nothing to say there
        yield from configured(session, now)


def configure(session: Session, told: Reply, address: IPv4Address) -> None:
    """Give the host its address, and the mask and routes that were told."""
    options = told.message.options
    mask = dhcp.first(options, 1)
    prefix = _prefix(mask) if mask is not None else None
    session.host.configure(
        address,
        classful_mask(address) if prefix is None else prefix,
        _routes(options, session.traits.ip.classless_routes),
    )


def add_proxy_settings(session: Session, reply: Reply) -> None:
    """Let a proxy's reply count after the DHCPACK, or before it if it ranks higher (175.1)."""
    session.sources = tuple(sorted((*session.sources, reply), key=lambda source: -source.priority))


@lru_cache(maxsize=256)
def _prefix(mask: bytes) -> int | None:
    """The length of a netmask's run of ones; None if it is no netmask."""
    bits = f"{int.from_bytes(mask, 'big'):032b}" if len(mask) == 4 else "01"
    ones = bits.rstrip("0")
    return None if "0" in ones else len(ones)


def _routes(options: tuple[Option, ...], classless: bool) -> tuple[Route, ...]:
    listed = dhcp.first(options, 121) if classless else None
    if listed is not None:
        return tuple(_classless(listed))
    router = dhcp.first(options, 3)
    if router is None or len(router) < 4 or ipv4(router[:4]) == ANY:
        return ()
    return ((_DEFAULT, ipv4(router[:4])),)


def _classless(data: bytes) -> Iterator[Route]:
    """Option 121 (RFC 3442): width, the network's significant octets, the router."""
    at = 0
    while at < len(data) and data[at] <= 32:
        size = (data[at] + 7) // 8
        network, router = data[at + 1 : at + 1 + size], data[at + 1 + size : at + 5 + size]
        if len(router) < 4:
            return
        padded = IPv4Address(network + bytes(4 - size))
        yield IPv4Network((padded, data[at]), strict=False), IPv4Address(router)
        at += 5 + size
