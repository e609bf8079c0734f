"""State *request*: ask for the chosen offer's address, wait for the DHCPACK."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from pxeclient.boot.actions import Action, StateName
from pxeclient.boot.dhcp.dialogue import Choice, Dialogue
from pxeclient.boot.dhcp.exchange import hear, ignored, is_spent, transmit
from pxeclient.boot.dhcp.lease import take_lease
from pxeclient.boot.dhcp.numbering import Exchange
from pxeclient.boot.dhcp.options import REQUESTED_ADDRESS, SERVER_ID
from pxeclient.boot.dhcp.reply import Reply
from pxeclient.boot.goals import Discover
from pxeclient.boot.ipv6 import unconfigured
from pxeclient.boot.policy import AckCandidate, AckUse
from pxeclient.boot.session import Session, State, decided
from pxeclient.outcome import Failure
from pxeclient.stack.acts import Ignore
from pxeclient.stack.host import Arrived
from pxeclient.wire import dhcp
from pxeclient.wire.addresses import dotted
from pxeclient.wire.pxe import Purpose


class Request(State):
    """DHCPREQUESTs and what they bring."""

    name = StateName.REQUEST

    def __init__(self, choice: Choice, dialogue: Dialogue) -> None:
        self._choice = choice
        self._dialogue = dialogue
        self._exchange = Exchange(
            Purpose.REQUEST,
            {
                REQUESTED_ADDRESS: choice.offer.yiaddr.packed,
                SERVER_ID: choice.offer.server_id.packed,
            },
        )

    def on_enter(self, session: Session, now: float) -> Iterator[Action]:
        """Send the first DHCPREQUEST."""
        yield from transmit(session, self._exchange, now)

    def on_datagram(self, session: Session, arrived: Arrived, now: float) -> Iterator[Action]:
        """It may be the DHCPACK."""
        for heard in hear(session, self._exchange, arrived, now):
            if isinstance(heard, Ignore):
                yield heard
            else:
                yield from self._on_reply(session, heard, now)

    def _on_reply(self, session: Session, reply: Reply, now: float) -> Iterator[Action]:
        offer, dialogue = self._choice.offer, self._dialogue
        if reply.type == dhcp.NAK and reply.server_id == offer.server_id:
            dialogue.refusals += 1
        decision = session.policy.accept_ack.decide(AckCandidate(reply, offer))
        match decision.answer:
            case AckUse.TAKE_LEASE:
                yield decided(decision, dotted(reply.yiaddr))
                yield from take_lease(session, self._choice, reply, now)
            case AckUse.RESTART if dialogue.naks < session.traits.dhcp.most_naks:
                dialogue.naks += 1
                yield decided(decision, reply.describe())
                yield from session.enter(Discover(dialogue), now)
            case AckUse.RESTART:
                yield Ignore(reply.describe(), f"discovery has begun again {dialogue.naks} times")
            case AckUse.FAIL:
                yield decided(decision, reply.describe())
                yield from unconfigured(session, Failure.REFUSED, decision.because, now)
            case AckUse.IGNORE:
                yield ignored(reply.describe(), decision)
            case _:
                assert_never(decision.answer)

    def on_timer(self, session: Session, now: float) -> Iterator[Action]:
        """Ask again, or give up."""
        if not is_spent(session, self._exchange):
            yield from transmit(session, self._exchange, now)
            return
        offer = self._choice.offer
        yield from unconfigured(
            session,
            Failure.NO_ACK,
            f"No DHCPACK came for {offer.yiaddr} from the server of {offer.describe()}:"
            f" {self._exchange.tries} DHCPREQUESTs in {now - self.entered_at:.1f} s."
            f"{self._refusals()}",
            now,
        )

    def _refusals(self) -> str:
        """What a server's owner should look at first, since the firmware's own words hide it."""
        match self._dialogue.refusals:
            case 0:
                return ""
            case 1:
                return " A DHCPNAK came: the server refuses the address it offered."
            case count:
                return f" {count} DHCPNAKs came: the server refuses the address it offered."
