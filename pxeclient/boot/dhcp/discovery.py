"""State *discovery*: broadcast DHCPDISCOVER, weigh the offers, choose.

Two shapes of firmware meet here. iPXE looks at every offer as it comes and leaves as soon
as it has what it needs; Intel's and EDK II's firmwares collect to the end of the window and
then rank. The difference stands in the tables ``leave-discovery`` and ``select-offer``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from pxeclient.boot.actions import Action, StateName
from pxeclient.boot.dhcp.exchange import hear, ignored, is_spent, transmit, wait_on
from pxeclient.boot.dhcp.lease import take_lease
from pxeclient.boot.dhcp.reply import Reply
from pxeclient.boot.ipv6 import unconfigured
from pxeclient.boot.policy import (
    Barren,
    Candidate,
    Discovery,
    Kept,
    Leave,
    OfferClass,
    Select,
)
from pxeclient.boot.session import Session, State, decided
from pxeclient.stack.acts import Ignore
from pxeclient.stack.host import Arrived
from pxeclient.wire.pxe import Purpose


def _on_enter(session: Session, now: float) -> Iterator[Action]:
    if session.naks:
        # The pause counts as the first wait: the DISCOVER after it is followed by the second.
        session.tries = 1
        yield session.wait(session.traits.dhcp.nak_delay, now)
        return
    yield from _discover(session, now)


def _discover(session: Session, now: float) -> Iterator[Action]:
    session.discovers += 1
    yield from transmit(session, Purpose.DISCOVER, now)


def _on_datagram(session: Session, arrived: Arrived, now: float) -> Iterator[Action]:
    for heard in hear(session, arrived, Purpose.DISCOVER, now):
        if isinstance(heard, Ignore):
            yield heard
            continue
        yield from _weigh(session, heard, now)
        yield from _leave(session, now, window_over=False)


def _weigh(session: Session, reply: Reply, now: float) -> Iterator[Action]:
    """Classify a reply and keep it, if it is of any use."""
    decision = session.policy.classify_offer.decide(_candidate(session, reply))
    if decision.answer is OfferClass.UNUSABLE:
        yield ignored(reply.describe(), decision)
        return
    if len(session.kept) >= session.traits.dhcp.most_offers:
        yield Ignore(reply.describe(), f"{len(session.kept)} replies are kept already")
        return
    yield decided(decision, reply.describe())
    session.kept.append(Kept(reply, decision.answer))
    if reply.offers_address:
        session.offers_seen += 1
    else:
        session.proxy_offers_seen += 1
    _remember(session, now)


def _candidate(session: Session, reply: Reply) -> Candidate:
    offer, proxy = session.offer, session.proxy_offer
    return Candidate(
        reply,
        offer.priority if offer else 0,
        proxy.priority if proxy else 0,
    )


def _remember(session: Session, now: float) -> None:
    """Update what is held in hand: `secs` and the next reply's rank depend on it."""
    facts = _facts(session, now, window_over=False)
    selection = session.policy.select_offer.decide(facts)
    session.offer, session.proxy_offer = _chosen(selection.answer, facts)


def _facts(session: Session, now: float, window_over: bool) -> Discovery:
    return Discovery(
        kept=tuple(session.kept),
        offer=session.offer,
        proxy_offer=session.proxy_offer,
        elapsed=now - session.entered_at,
        window_over=window_over,
        windows=session.discovers,
    )


def _leave(session: Session, now: float, window_over: bool) -> Iterator[Action]:
    """Ask whether to go on; if so, choose and request."""
    facts = _facts(session, now, window_over)
    leave = session.policy.leave_discovery.decide(facts)
    if leave.answer is Leave.STAY:
        return
    yield decided(leave)
    selection = session.policy.select_offer.decide(facts)
    session.selected = selection.answer
    session.offer, session.proxy_offer = _chosen(selection.answer, facts)
    if selection.answer is Select.PROXY_BINL:
        session.proxies_left = list(facts.of(OfferClass.PROXY_BINL)[1:])
    assert session.offer is not None, f"{leave.rule} left discovery without an offer"
    about = session.offer.describe()
    if session.proxy_offer not in (None, session.offer):
        about += f", {session.proxy_offer.describe()}"
    yield decided(selection, about)
    if window_over:
        session.expiries += 1
    if selection.answer is Select.FIRST_BOOTP:
        yield from take_lease(session, session.offer, now)
    else:
        yield from session.enter(StateName.REQUEST, now)


_PROXIES = {OfferClass.PXE_BOTH, OfferClass.PROXY}


def _chosen(selected: Select, found: Discovery) -> tuple[Reply | None, Reply | None]:
    """The offer and the proxy offer that an answer of ``select-offer`` points to."""
    match selected:
        case Select.LATEST:
            offer = proxy = None
            for reply, kind in found.kept:
                offer = reply if kind.is_own else offer
                proxy = reply if kind in _PROXIES else proxy
            return offer, proxy
        case Select.FIRST_PXE10:
            return found.of(OfferClass.PXE10)[0], None
        case Select.FIRST_MTFTP:
            return found.of(OfferClass.MTFTP)[0], None
        case Select.FIRST_BINL:
            return (reply := found.of(OfferClass.BINL)[0]), reply
        case Select.PROXY_PXE10:
            return found.of(OfferClass.PLAIN)[0], found.of(OfferClass.PROXY_PXE10)[0]
        case Select.PROXY_MTFTP:
            return found.of(OfferClass.PLAIN)[0], found.of(OfferClass.PROXY_MTFTP)[0]
        case Select.PROXY_BINL:
            return found.of(OfferClass.PLAIN)[0], found.of(OfferClass.PROXY_BINL)[0]
        case Select.FIRST_WITH_FILE:
            plain = found.of(OfferClass.PLAIN)
            return next(reply for reply in plain if reply.names_file), None
        case Select.FIRST_BOOTP:
            return found.of(OfferClass.BOOTP)[0], None
        case Select.NOTHING:
            return None, None
        case _:
            assert_never(selected)


def _on_timer(session: Session, now: float) -> Iterator[Action]:
    yield from _leave(session, now, window_over=True)
    if session.finished or session.state is not StateName.DISCOVERY:
        return
    if is_spent(session, Purpose.DISCOVER):
        yield from _give_up(session, now)
    else:
        yield from _discover(session, now)


def _give_up(session: Session, now: float) -> Iterator[Action]:
    verdict = session.policy.no_lease.decide(Barren(session.offers_seen, session.proxy_offers_seen))
    yield decided(verdict)
    yield from unconfigured(
        session,
        verdict.answer.failure,
        f"{verdict.because} ({session.discovers} DISCOVERs in {now:.1f} s)",
        now,
    )


DISCOVERY = State(_on_enter, _on_datagram, _on_timer, wait_on)
