"""State *discovery*: broadcast DHCPDISCOVER, weigh the offers, choose.

Two shapes of firmware meet here. iPXE looks at every offer as it comes and leaves as soon
as it has what it needs; Intel's and EDK II's firmwares collect to the end of the window and
then rank. The difference stands in the tables ``leave-discovery`` and ``select-offer``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from pxeclient.boot.actions import Action, StateName
from pxeclient.boot.dhcp.dialogue import Choice, Dialogue
from pxeclient.boot.dhcp.exchange import hear, ignored, is_spent, transmit
from pxeclient.boot.dhcp.lease import take_lease
from pxeclient.boot.dhcp.numbering import Exchange
from pxeclient.boot.dhcp.reply import Reply
from pxeclient.boot.goals import Request
from pxeclient.boot.ipv6 import unconfigured
from pxeclient.boot.policy import (
    Barren,
    Candidate,
    Kept,
    Leave,
    OfferClass,
    Select,
)
from pxeclient.boot.policy import (
    Discovery as Found,
)
from pxeclient.boot.session import Session, State, decided
from pxeclient.stack.acts import Ignore
from pxeclient.stack.host import Arrived
from pxeclient.wire.pxe import Purpose


class Discovery(State):
    """DISCOVERs and what they bring."""

    name = StateName.DISCOVERY

    def __init__(self, dialogue: Dialogue) -> None:
        self._dialogue = dialogue
        self._exchange = Exchange(Purpose.DISCOVER)

    def on_enter(self, session: Session, now: float) -> Iterator[Action]:
        """Send the first DISCOVER, after a pause if a server has refused."""
        if self._dialogue.naks:
            # The pause counts as the first wait: the DISCOVER after it is followed by the second.
            self._exchange.tries = 1
            yield session.wait(session.traits.dhcp.nak_delay, now)
            return
        yield from self._discover(session, now)

    def _discover(self, session: Session, now: float) -> Iterator[Action]:
        session.numbers.discovers += 1
        yield from transmit(session, self._exchange, now)

    def on_datagram(self, session: Session, arrived: Arrived, now: float) -> Iterator[Action]:
        """It may be an offer."""
        for heard in hear(session, self._exchange, arrived, now):
            if isinstance(heard, Ignore):
                yield heard
                continue
            yield from self._weigh(session, heard, now)
            yield from self._leave(session, now, window_over=False)

    def _weigh(self, session: Session, reply: Reply, now: float) -> Iterator[Action]:
        """Classify a reply and keep it, if it is of any use."""
        dialogue = self._dialogue
        decision = session.policy.classify_offer.decide(self._candidate(reply))
        if decision.answer is OfferClass.UNUSABLE:
            yield ignored(reply.describe(), decision)
            return
        if len(dialogue.kept) >= session.traits.dhcp.most_offers:
            yield Ignore(reply.describe(), f"{len(dialogue.kept)} replies are kept already")
            return
        yield decided(decision, reply.describe())
        dialogue.kept.append(Kept(reply, decision.answer))
        if reply.offers_address:
            dialogue.offers += 1
        else:
            dialogue.proxy_offers += 1
        # What is in hand counts: `secs` and the next reply's rank depend on it.
        facts = self._facts(session, now, window_over=False)
        self._take_in_hand(session, session.policy.select_offer.decide(facts).answer, facts)

    def _candidate(self, reply: Reply) -> Candidate:
        offer, proxy = self._dialogue.offer, self._dialogue.proxy_offer
        return Candidate(
            reply,
            offer.priority if offer else 0,
            proxy.priority if proxy else 0,
        )

    def _take_in_hand(self, session: Session, selected: Select, facts: Found) -> None:
        offer, proxy = _chosen(selected, facts)
        self._dialogue.offer, self._dialogue.proxy_offer = offer, proxy
        session.numbers.has_offer = offer is not None
        session.numbers.has_proxy_offer = proxy is not None

    def _facts(self, session: Session, now: float, window_over: bool) -> Found:
        return Found(
            kept=tuple(self._dialogue.kept),
            offer=self._dialogue.offer,
            proxy_offer=self._dialogue.proxy_offer,
            elapsed=now - self.entered_at,
            window_over=window_over,
            windows=session.numbers.discovers,
        )

    def _leave(self, session: Session, now: float, window_over: bool) -> Iterator[Action]:
        """Ask whether to go on; if so, choose and request."""
        facts = self._facts(session, now, window_over)
        leave = session.policy.leave_discovery.decide(facts)
        if leave.answer is Leave.STAY:
            return
        yield decided(leave)
        selection = session.policy.select_offer.decide(facts)
        self._take_in_hand(session, selection.answer, facts)
        offer, proxy = self._dialogue.offer, self._dialogue.proxy_offer
        if offer is None:
            raise AssertionError(f"{leave.rule} left discovery without an offer")
        about = offer.describe()
        if proxy is not None and proxy != offer:
            about += f", {proxy.describe()}"
        yield decided(selection, about)
        if window_over:
            session.numbers.expiries += 1
        others: tuple[Reply, ...] = ()
        if selection.answer is Select.PROXY_BINL:
            others = facts.of(OfferClass.PROXY_BINL)[1:]
        choice = Choice(offer, proxy, selection.answer, others)
        if selection.answer is Select.FIRST_BOOTP:
            yield from take_lease(session, choice, offer, now)
        else:
            yield from session.enter(Request(choice, self._dialogue), now)

    def on_timer(self, session: Session, now: float) -> Iterator[Action]:
        """A window is over: go on, discover again, or give up."""
        yield from self._leave(session, now, window_over=True)
        if session.finished or session.state is not self:
            return
        if is_spent(session, self._exchange):
            yield from self._give_up(session, now)
        else:
            yield from self._discover(session, now)

    def _give_up(self, session: Session, now: float) -> Iterator[Action]:
        facts = Barren(self._dialogue.offers, self._dialogue.proxy_offers)
        verdict = session.policy.no_lease.decide(facts)
        yield decided(verdict)
        took = f"{session.numbers.discovers} DISCOVERs in {now - session.began:.1f} s"
        because = f"{verdict.because} ({took})"
        yield from unconfigured(session, verdict.answer.failure, because, now)


_PROXIES = {OfferClass.PXE_BOTH, OfferClass.PROXY}


def _chosen(selected: Select, found: Found) -> tuple[Reply | None, Reply | None]:
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
