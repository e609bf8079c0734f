"""State *boot-server discovery*: who serves this type? (DHCPREQUEST with option 43.71)

The ways to ask are tried one after another, as ``discover-by`` says; each address gets the
transmissions of the profile.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import assert_never

from pxeclient.boot.actions import Action, StateName
from pxeclient.boot.bootfrom import download_from
from pxeclient.boot.dhcp.exchange import hear, ignored, is_spent, keep, transmit
from pxeclient.boot.dhcp.numbering import Exchange
from pxeclient.boot.dhcp.options import REQUESTED_ADDRESS, SERVER_ID, VENDOR
from pxeclient.boot.dhcp.reply import Reply
from pxeclient.boot.menu.policy import (
    BootReplyCandidate,
    BootReplyUse,
    DiscoverBy,
    DiscoveryStep,
    PxeSettings,
)
from pxeclient.boot.session import Session, State, decided
from pxeclient.outcome import Failure
from pxeclient.stack.acts import Ignore
from pxeclient.stack.host import Arrived
from pxeclient.wire import pxe
from pxeclient.wire.addresses import ANY, BROADCAST
from pxeclient.wire.dhcp import PROXY_PORT, SERVER_PORT
from pxeclient.wire.pxe import Purpose

_NOWHERE = {
    DiscoverBy.NO_WAY: Failure.NO_BOOT_SERVER,
    DiscoverBy.NOT_LISTED: Failure.TYPE_NOT_LISTED,
}


class BootServerSearch(State):
    """The search for a boot server of one type."""

    name = StateName.PXEBS

    def __init__(
        self, settings: PxeSettings, type: int, offered: IPv4Address, server: IPv4Address
    ) -> None:
        """Search for a server of `type`.

        Args:
            settings: What the replies that count say of boot servers.
            type: The type, as in option 43.8.
            offered: The address that this machine was offered (option 50).
            server: Who was asked last on port 4011 (option 54).
        """
        self._settings = settings
        self._type = type
        self._left = list(settings.of_type(type))
        """Listed servers that were not asked yet."""
        self._tried: list[DiscoverBy] = []
        self._asked, self._port = ANY, 0
        self._by_unicast: IPv4Address | None = None
        """The last address that was asked by unicast."""
        self._waiting: list[Reply] = []
        """Replies to the latest request that are looked at when its time is over."""
        values = {
            VENDOR: pxe.build_suboptions([pxe.boot_item(type)]),
            REQUESTED_ADDRESS: offered.packed,
            SERVER_ID: server.packed,
        }
        self._exchange = Exchange(Purpose.BOOT_SERVER_REQUEST, values)

    def on_enter(self, session: Session, now: float) -> Iterator[Action]:
        """Ask in the first way."""
        yield from self._next(session, now)

    def _next(self, session: Session, now: float) -> Iterator[Action]:
        """Ask in the next way, or give up."""
        step = DiscoveryStep(self._settings, self._type, tuple(self._tried), len(self._left))
        decision = session.policy.discover_by.decide(step)
        how = decision.answer
        match how:
            case DiscoverBy.MULTICAST if self._settings.group is not None:
                self._asked, self._port = self._settings.group, PROXY_PORT
            case DiscoverBy.BROADCAST:
                self._asked, self._port = BROADCAST, SERVER_PORT
            case DiscoverBy.UNICAST:
                self._by_unicast = self._asked = self._left.pop(0)
                self._port = PROXY_PORT
            case DiscoverBy.NOBODY:
                yield decided(decision, f"type {self._type}")
                yield from self._exhausted(session, now)
                return
            case DiscoverBy.MULTICAST | DiscoverBy.NO_WAY | DiscoverBy.NOT_LISTED:
                yield decided(decision, f"type {self._type}")
                failure = _NOWHERE.get(how, Failure.NO_BOOT_SERVER)
                yield from self._fail(session, failure, decision.because, now)
                return
            case _:
                assert_never(how)
        yield decided(decision, f"{self._asked}:{self._port}, type {self._type}")
        if not self._tried:
            discovering = session.traits.screen.discovering
            yield from session.screen.grow(discovering, now, type=self._shown())
        self._tried.append(how)
        self._exchange.ask_anew(session.dice.next())
        yield from self._transmit(session, now)

    def _exhausted(self, session: Session, now: float) -> Iterator[Action]:
        """Everybody was asked, and the last of them is silent."""
        because = (
            f"No boot server of type {self._type} answered: {self._exchange.sent} requests"
            f" in {now - self.entered_at:.1f} s."
        )
        yield from self._fail(session, Failure.NO_DISCOVERY_REPLY, because, now)

    def _transmit(self, session: Session, now: float) -> Iterator[Action]:
        yield from transmit(session, self._exchange, now, self._asked, self._port)

    def on_datagram(self, session: Session, arrived: Arrived, now: float) -> Iterator[Action]:
        """It may be a boot server's answer."""
        waits_out = session.traits.dhcp.messages[Purpose.BOOT_SERVER_REQUEST].waits_out
        for heard in hear(session, self._exchange, arrived, now):
            if isinstance(heard, Ignore):
                yield heard
            elif waits_out:
                yield from keep(self._waiting, heard)
            else:
                yield from self._on_reply(session, heard, now)

    def _on_reply(self, session: Session, reply: Reply, now: float) -> Iterator[Action]:
        decision = session.policy.accept_boot_reply.decide(
            BootReplyCandidate(reply, self._type, self._settings, len(self._left))
        )
        match decision.answer:
            case BootReplyUse.TAKE:
                yield decided(decision, reply.describe())
                yield from self._boot(session, reply, now)
            case BootReplyUse.TAKE_AND_ASK_ON:
                yield decided(decision, reply.describe())
                yield from self._next(session, now)
            case BootReplyUse.IGNORE:
                yield ignored(reply.describe(), decision)
            case _:
                assert_never(decision.answer)

    def _boot(self, session: Session, reply: Reply, now: float) -> Iterator[Action]:
        yield from session.show(session.traits.screen.discovered, now, type=self._shown())
        session.sources = (reply,)
        session.cached.server = reply
        if not reply.names_file:
            because = f"{reply.begin()} names no boot file."
            yield from self._fail(session, Failure.DISCOVERY_NO_FILE, because, now)
            return
        yield from download_from(session, (reply,), now, self._by_unicast)

    def on_timer(self, session: Session, now: float) -> Iterator[Action]:
        """Look at what waits; then ask again, ask in the next way, or give up."""
        waiting, self._waiting = self._waiting, []
        asked = len(self._tried)
        for reply in waiting:
            yield from self._on_reply(session, reply, now)
            if session.finished or session.state is not self or len(self._tried) > asked:
                return
        if waiting and self._left and self._tried[-1] is DiscoverBy.UNICAST:
            yield from self._next(session, now)
        elif waiting:
            because = f"Boot servers of type {self._type} answered, but none that may be taken."
            yield from self._fail(session, Failure.DISCOVERY_REFUSED, because, now)
        elif is_spent(session, self._exchange):
            self._exchange.expiries += 1  # and what is sent next counts as another one
            yield from self._next(session, now)
        else:
            yield from self._transmit(session, now)

    def _fail(
        self, session: Session, failure: Failure, because: str, now: float
    ) -> Iterator[Action]:
        yield from session.fail(failure, because, now, type=self._shown())

    def _shown(self) -> int:
        """The type as iPXE shows it: read as a little-endian number (``dhcp.c:1489``)."""
        return int.from_bytes(self._type.to_bytes(2, "big"), "little")
