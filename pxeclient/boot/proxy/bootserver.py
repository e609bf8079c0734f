"""State *boot-server discovery*: who serves this type? (DHCPREQUEST with option 43.71)

The ways to ask are tried one after another, as ``discover-by`` says; each address gets the
transmissions of the profile.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from pxeclient.boot.actions import Action, StateName
from pxeclient.boot.bootfrom import download_from
from pxeclient.boot.dhcp.exchange import hear, ignored, is_spent, keep, transmit, wait_on
from pxeclient.boot.dhcp.reply import Reply
from pxeclient.boot.menu.policy import (
    BootReplyCandidate,
    BootReplyUse,
    DiscoverBy,
    DiscoveryStep,
)
from pxeclient.boot.menu.screen import Search
from pxeclient.boot.session import Session, State, decided
from pxeclient.outcome import Failure
from pxeclient.stack.acts import Ignore
from pxeclient.stack.host import Arrived
from pxeclient.wire.addresses import BROADCAST
from pxeclient.wire.dhcp import PROXY_PORT, SERVER_PORT
from pxeclient.wire.pxe import Purpose

_NOWHERE = {
    DiscoverBy.NO_WAY: Failure.NO_BOOT_SERVER,
    DiscoverBy.NOT_LISTED: Failure.TYPE_NOT_LISTED,
}


def _on_enter(session: Session, now: float) -> Iterator[Action]:
    yield from _next(session, now)


def _next(session: Session, now: float) -> Iterator[Action]:
    """Ask in the next way, or give up."""
    search = _search(session)
    step = DiscoveryStep(search.settings, search.type, tuple(search.tried), len(search.left))
    decision = session.policy.discover_by.decide(step)
    how = decision.answer
    match how:
        case DiscoverBy.MULTICAST:
            assert search.settings.group is not None
            search.asked, search.port = search.settings.group, PROXY_PORT
        case DiscoverBy.BROADCAST:
            search.asked, search.port = BROADCAST, SERVER_PORT
        case DiscoverBy.UNICAST:
            search.asked, search.port = search.left.pop(0), PROXY_PORT
            session.asked_boot_server = search.asked
        case DiscoverBy.NOBODY:
            yield decided(decision, f"type {search.type}")
            yield from _exhausted(session, search, now)
            return
        case DiscoverBy.NO_WAY | DiscoverBy.NOT_LISTED:
            yield decided(decision, f"type {search.type}")
            yield from _fail(session, _NOWHERE[how], decision.because, now)
            return
        case _:
            assert_never(how)
    yield decided(decision, f"{search.asked}:{search.port}, type {search.type}")
    if not search.tried:
        discovering = session.traits.screen.discovering
        yield from session.screen.grow(discovering, now, type=_shown(session))
    search.tried.append(how)
    session.ask_anew()
    yield from _transmit(session, now)


def _exhausted(session: Session, search: Search, now: float) -> Iterator[Action]:
    """Everybody was asked, and the last of them is silent."""
    because = (
        f"No boot server of type {search.type} answered: {session.sent_in_state} requests"
        f" in {now - session.entered_at:.1f} s."
    )
    yield from _fail(session, Failure.NO_DISCOVERY_REPLY, because, now)


def _transmit(session: Session, now: float) -> Iterator[Action]:
    search = _search(session)
    purpose = Purpose.BOOT_SERVER_REQUEST
    yield from transmit(session, purpose, now, search.asked, search.port)


def _on_datagram(session: Session, arrived: Arrived, now: float) -> Iterator[Action]:
    waits_out = session.traits.dhcp.messages[Purpose.BOOT_SERVER_REQUEST].waits_out
    for heard in hear(session, arrived, Purpose.BOOT_SERVER_REQUEST, now):
        if isinstance(heard, Ignore):
            yield heard
        elif waits_out:
            yield from keep(_search(session).waiting, heard)
        else:
            yield from _on_reply(session, heard, now)


def _on_reply(session: Session, reply: Reply, now: float) -> Iterator[Action]:
    search = _search(session)
    decision = session.policy.accept_boot_reply.decide(
        BootReplyCandidate(reply, search.type, search.settings, len(search.left))
    )
    match decision.answer:
        case BootReplyUse.TAKE:
            yield decided(decision, reply.describe())
            yield from _boot(session, reply, now)
        case BootReplyUse.TAKE_AND_ASK_ON:
            yield decided(decision, reply.describe())
            yield from _next(session, now)
        case BootReplyUse.IGNORE:
            yield ignored(reply.describe(), decision)
        case _:
            assert_never(decision.answer)


def _boot(session: Session, reply: Reply, now: float) -> Iterator[Action]:
    yield from session.show(session.traits.screen.discovered, now, type=_shown(session))
    session.sources = (reply,)
    if not reply.names_file:
        because = f"{reply.begin()} names no boot file."
        yield from session.fail(Failure.DISCOVERY_NO_FILE, because, now, type=_shown(session))
        return
    yield from download_from(session, (reply,), now)


def _on_timer(session: Session, now: float) -> Iterator[Action]:
    search = _search(session)
    waiting, search.waiting = search.waiting, []
    asked = len(search.tried)
    for reply in waiting:
        yield from _on_reply(session, reply, now)
        if session.finished or session.state is not StateName.PXEBS or len(search.tried) > asked:
            return
    if waiting and search.left and search.tried[-1] is DiscoverBy.UNICAST:
        yield from _next(session, now)
    elif waiting:
        because = f"Boot servers of type {search.type} answered, but none that may be taken."
        yield from _fail(session, Failure.DISCOVERY_REFUSED, because, now)
    elif is_spent(session, Purpose.BOOT_SERVER_REQUEST):
        session.expiries_in_state += 1  # and what is sent next counts as another one
        yield from _next(session, now)
    else:
        yield from _transmit(session, now)


def _fail(session: Session, failure: Failure, because: str, now: float) -> Iterator[Action]:
    yield from session.fail(failure, because, now, type=_shown(session))


def _shown(session: Session) -> int:
    """The type as iPXE shows it: read as a little-endian number (``dhcp.c:1489``)."""
    return int.from_bytes(_search(session).type.to_bytes(2, "big"), "little")


def _search(session: Session) -> Search:
    assert session.search is not None
    return session.search


PXEBS = State(_on_enter, _on_datagram, _on_timer, wait_on)
