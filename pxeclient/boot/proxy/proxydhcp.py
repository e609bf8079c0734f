"""State *ProxyDHCP*: ask the PXE server on port 4011 for the boot file."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import assert_never

from pxeclient.boot.actions import Action, StateName
from pxeclient.boot.dhcp.exchange import hear, ignored, is_spent, keep, transmit
from pxeclient.boot.dhcp.lease import add_proxy_settings, turn_to_proxy
from pxeclient.boot.dhcp.numbering import Exchange
from pxeclient.boot.dhcp.options import REQUESTED_ADDRESS, SERVER_ID
from pxeclient.boot.dhcp.reply import Reply
from pxeclient.boot.ipv6 import configured
from pxeclient.boot.policy import ProxyCandidate, ProxySilent, ProxyUse, Silence
from pxeclient.boot.session import Session, State, decided
from pxeclient.outcome import Failure
from pxeclient.stack.acts import Ignore
from pxeclient.stack.host import Arrived
from pxeclient.wire.dhcp import PROXY_PORT
from pxeclient.wire.pxe import Purpose


class ProxyDhcp(State):
    """Requests to port 4011 of one server, and what they bring."""

    name = StateName.PROXYDHCP

    def __init__(
        self, server: IPv4Address, offered: IPv4Address, because: str, others: tuple[Reply, ...]
    ) -> None:
        self._server = server
        self._because = because
        self._others = others
        self._exchange = Exchange(
            Purpose.PROXY_REQUEST, {REQUESTED_ADDRESS: offered.packed, SERVER_ID: server.packed}
        )
        self._waiting: list[Reply] = []
        """Replies that are looked at when the waiting time is over."""

    def on_enter(self, session: Session, now: float) -> Iterator[Action]:
        """Send the first request."""
        self._exchange.ask_anew(session.dice.next())
        yield from self._ask(session, now)

    def _ask(self, session: Session, now: float) -> Iterator[Action]:
        yield from transmit(session, self._exchange, now, self._server, PROXY_PORT)

    def on_datagram(self, session: Session, arrived: Arrived, now: float) -> Iterator[Action]:
        """It may be the answer."""
        waits_out = session.traits.dhcp.messages[Purpose.PROXY_REQUEST].waits_out
        for heard in hear(session, self._exchange, arrived, now):
            if isinstance(heard, Ignore):
                yield heard
            elif waits_out:
                yield from keep(self._waiting, heard)
            else:
                yield from self._on_reply(session, heard, now)

    def _on_reply(self, session: Session, reply: Reply, now: float) -> Iterator[Action]:
        decision = session.policy.accept_proxy_reply.decide(ProxyCandidate(reply, self._server))
        match decision.answer:
            case ProxyUse.ADD:
                yield decided(decision, reply.describe())
                session.cached.proxy = reply
                add_proxy_settings(session, reply)
                yield from configured(session, now)
            case ProxyUse.USE:
                yield decided(decision, reply.describe())
                session.cached.proxy = reply
                session.sources = (reply,)
                yield from configured(session, now)
            case ProxyUse.REFUSE:
                yield decided(decision, reply.describe())
                yield from self._unanswered(session, now)
            case ProxyUse.IGNORE:
                yield ignored(reply.describe(), decision)
            case _:
                assert_never(decision.answer)

    def on_timer(self, session: Session, now: float) -> Iterator[Action]:
        """Look at what waits; then ask again, or give this server up."""
        waiting, self._waiting = self._waiting, []
        for reply in waiting:
            yield from self._on_reply(session, reply, now)
            if session.finished or session.state is not self:
                return
        if is_spent(session, self._exchange):
            yield from self._unanswered(session, now)
        else:
            yield from self._ask(session, now)

    def _unanswered(self, session: Session, now: float) -> Iterator[Action]:
        """The server asked is of no use."""
        silence = Silence(self._server, len(self._others))
        decision = session.policy.proxy_silent.decide(silence)
        yield decided(decision, str(self._server))
        match decision.answer:
            case ProxySilent.CARRY_ON:
                yield from configured(session, now)
            case ProxySilent.ASK_NEXT:
                offer, *others = self._others
                yield from turn_to_proxy(session, offer, self._because, tuple(others), now)
            case ProxySilent.FAIL:
                yield from session.fail(
                    Failure.NO_PROXY_REPLY,
                    f"{self._server}:4011 gave no usable answer to {self._exchange.tries} requests"
                    f" in {now - self.entered_at:.1f} s. It was asked because: {self._because}",
                    now,
                )
            case _:
                assert_never(decision.answer)
