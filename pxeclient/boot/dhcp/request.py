"""State *request*: ask for the chosen offer's address, wait for the DHCPACK."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from pxeclient.boot.actions import Action, StateName
from pxeclient.boot.dhcp.exchange import hear, ignored, is_spent, transmit, wait_on
from pxeclient.boot.dhcp.lease import take_lease
from pxeclient.boot.dhcp.reply import Reply
from pxeclient.boot.ipv6 import unconfigured
from pxeclient.boot.policy import AckCandidate, AckUse
from pxeclient.boot.session import Session, State, decided
from pxeclient.outcome import Failure
from pxeclient.stack.acts import Ignore
from pxeclient.stack.host import Arrived
from pxeclient.wire import dhcp
from pxeclient.wire.addresses import dotted
from pxeclient.wire.pxe import Purpose


def _on_enter(session: Session, now: float) -> Iterator[Action]:
    yield from transmit(session, Purpose.REQUEST, now)


def _on_datagram(session: Session, arrived: Arrived, now: float) -> Iterator[Action]:
    for heard in hear(session, arrived, Purpose.REQUEST, now):
        if isinstance(heard, Ignore):
            yield heard
        else:
            yield from _on_reply(session, heard, now)


def _on_reply(session: Session, reply: Reply, now: float) -> Iterator[Action]:
    assert session.offer is not None
    if reply.type == dhcp.NAK and reply.server_id == session.offer.server_id:
        session.refusals += 1
    decision = session.policy.accept_ack.decide(AckCandidate(reply, session.offer))
    match decision.answer:
        case AckUse.TAKE_LEASE:
            yield decided(decision, dotted(reply.yiaddr))
            yield from take_lease(session, reply, now)
        case AckUse.RESTART if session.naks < session.traits.dhcp.most_naks:
            session.naks += 1
            yield decided(decision, reply.describe())
            yield from session.enter(StateName.DISCOVERY, now)
        case AckUse.RESTART:
            yield Ignore(reply.describe(), f"discovery has begun again {session.naks} times")
        case AckUse.FAIL:
            yield decided(decision, reply.describe())
            yield from unconfigured(session, Failure.REFUSED, decision.because, now)
        case AckUse.IGNORE:
            yield ignored(reply.describe(), decision)
        case _:
            assert_never(decision.answer)


def _on_timer(session: Session, now: float) -> Iterator[Action]:
    if not is_spent(session, Purpose.REQUEST):
        yield from transmit(session, Purpose.REQUEST, now)
        return
    assert session.offer is not None
    yield from unconfigured(
        session,
        Failure.NO_ACK,
        f"No DHCPACK came for {session.offer.yiaddr} from the server of"
        f" {session.offer.describe()}: {session.tries} DHCPREQUESTs in"
        f" {now - session.entered_at:.1f} s.{_refusals(session)}",
        now,
    )


def _refusals(session: Session) -> str:
    """What a server's owner should look at first, since the firmware's own words hide it."""
    match session.refusals:
        case 0:
            return ""
        case 1:
            return " A DHCPNAK came: the server refuses the address it offered."
        case count:
            return f" {count} DHCPNAKs came: the server refuses the address it offered."


REQUEST = State(_on_enter, _on_datagram, _on_timer, wait_on)
