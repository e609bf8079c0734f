"""State *ProxyDHCP*: ask the PXE server on port 4011 for the boot file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from pxeclient.boot.actions import Action, StateName
from pxeclient.boot.dhcp.exchange import hear, ignored, is_spent, keep, transmit, wait_on
from pxeclient.boot.dhcp.lease import add_proxy_settings, turn_to_proxy
from pxeclient.boot.dhcp.reply import Reply
from pxeclient.boot.ipv6 import configured
from pxeclient.boot.policy import ProxyCandidate, ProxySilent, ProxyUse, Silence
from pxeclient.boot.session import Session, State, decided
from pxeclient.outcome import Failure
from pxeclient.stack.acts import Ignore
from pxeclient.stack.host import Arrived
from pxeclient.wire.dhcp import PROXY_PORT
from pxeclient.wire.pxe import Purpose


def _on_enter(session: Session, now: float) -> Iterator[Action]:
    session.ask_anew()
    session.waiting_replies = []
    yield from _ask(session, now)


def _ask(session: Session, now: float) -> Iterator[Action]:
    yield from transmit(session, Purpose.PROXY_REQUEST, now, session.proxy_server, PROXY_PORT)


def _on_datagram(session: Session, arrived: Arrived, now: float) -> Iterator[Action]:
    waits_out = session.traits.dhcp.messages[Purpose.PROXY_REQUEST].waits_out
    for heard in hear(session, arrived, Purpose.PROXY_REQUEST, now):
        if isinstance(heard, Ignore):
            yield heard
        elif waits_out:
            yield from keep(session.waiting_replies, heard)
        else:
            yield from _on_reply(session, heard, now)


def _on_reply(session: Session, reply: Reply, now: float) -> Iterator[Action]:
    decision = session.policy.accept_proxy_reply.decide(ProxyCandidate(reply, session.proxy_server))
    match decision.answer:
        case ProxyUse.ADD:
            yield decided(decision, reply.describe())
            add_proxy_settings(session, reply)
            yield from configured(session, now)
        case ProxyUse.USE:
            yield decided(decision, reply.describe())
            session.sources = (reply,)
            yield from configured(session, now)
        case ProxyUse.REFUSE:
            yield decided(decision, reply.describe())
            yield from _unanswered(session, now)
        case ProxyUse.IGNORE:
            yield ignored(reply.describe(), decision)
        case _:
            assert_never(decision.answer)


def _on_timer(session: Session, now: float) -> Iterator[Action]:
    waiting, session.waiting_replies = session.waiting_replies, []
    asked = session.proxy_server
    for reply in waiting:
        yield from _on_reply(session, reply, now)
        if session.finished or session.state is not StateName.PROXYDHCP:
            return
        if session.proxy_server != asked or session.entered_at == now:
            return
    if is_spent(session, Purpose.PROXY_REQUEST):
        yield from _unanswered(session, now)
    else:
        yield from _ask(session, now)


def _unanswered(session: Session, now: float) -> Iterator[Action]:
    """The server asked is of no use."""
    silence = Silence(session.proxy_server, len(session.proxies_left))
    decision = session.policy.proxy_silent.decide(silence)
    yield decided(decision, str(session.proxy_server))
    match decision.answer:
        case ProxySilent.CARRY_ON:
            yield from configured(session, now)
        case ProxySilent.ASK_NEXT:
            session.proxy_offer = session.proxies_left.pop(0)
            yield from turn_to_proxy(session, session.proxy_offer, now)
        case ProxySilent.FAIL:
            yield from session.fail(
                Failure.NO_PROXY_REPLY,
                f"{session.proxy_server}:4011 gave no usable answer to {session.tries} requests"
                f" in {now - session.entered_at:.1f} s. It was asked because: {session.why_proxy}",
                now,
            )
        case _:
            assert_never(decision.answer)


PROXYDHCP = State(_on_enter, _on_datagram, _on_timer, wait_on)
