"""The machine is configured: which boot file, from which server, or why none."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import assert_never

from pxeclient.boot.actions import Action
from pxeclient.boot.dhcp.exchange import address_of
from pxeclient.boot.dhcp.reply import Reply
from pxeclient.boot.fetching import fetch_boot_file, show_boot_file
from pxeclient.boot.goals import ShowMenu
from pxeclient.boot.menu.policy import PxeSettings
from pxeclient.boot.policy import AddressOf, BootFrom, Naming, Sources
from pxeclient.boot.session import Session, decided
from pxeclient.fetch.uri import tftp_uri
from pxeclient.outcome import BootFile, Failure
from pxeclient.wire import dhcp
from pxeclient.wire.addresses import ANY, dotted


def boot_from(session: Session, now: float) -> Iterator[Action]:
    """Ask ``boot-from`` and do as it says."""
    screen = session.traits.screen
    yield from session.screen.lease(now)
    facts = Sources(session.sources)
    decision = session.policy.boot_from.decide(facts)
    about = ""
    naming = facts.naming
    if naming is not None:
        yield _find(session, naming)
        about = f"{naming.file_text()} in {naming.describe()}"
    yield decided(decision, about)
    match decision.answer:
        case BootFrom.DOWNLOAD if naming is not None:
            yield from fetch_boot_file(session, naming, now)
        case BootFrom.BOOT_SERVER:
            yield from session.enter(ShowMenu(PxeSettings.of(session.sources)), now)
        case BootFrom.NO_MENU:
            yield from session.show(screen.menu_started, now)
            yield from session.fail(Failure.NO_MENU, decision.because, now)
        case BootFrom.DOWNLOAD | BootFrom.NO_BOOT_FILE:
            yield from session.fail(Failure.NO_BOOT_FILE, _nobody_named(session), now)
        case BootFrom.NO_NEXT_SERVER:
            yield from show_boot_file(session, now)
            because = f"{decision.because} ({about})"
            yield from session.fail(Failure.NO_NEXT_SERVER, because, now)
        case BootFrom.UNSUPPORTED_SCHEME:
            yield from show_boot_file(session, now)
            yield from session.fail(Failure.UNSUPPORTED_SCHEME, f"{about}: {decision.because}", now)
        case _:
            assert_never(decision.answer)


def download_from(
    session: Session, sources: tuple[Reply, ...], now: float, asked: IPv4Address | None = None
) -> Iterator[Action]:
    """Download the boot file that the first of these replies with a name names.

    `asked`: the address at which a boot server was asked last by unicast.
    """
    naming = Sources(sources).naming
    if naming is None or not naming.boot_file:
        yield from session.fail(Failure.NO_BOOT_FILE, _nobody_named(session), now)
        return
    yield _find(session, naming, asked)
    if session.boot_file.server == ANY:
        yield from show_boot_file(session, now)
        because = f"{naming.begin()} names a boot file, but no server."
        yield from session.fail(Failure.NO_NEXT_SERVER, because, now)
        return
    yield from fetch_boot_file(session, naming, now)


def _find(session: Session, naming: Reply, asked: IPv4Address | None = None) -> Action:
    """Note the boot file that `naming` names, and its server."""
    where = session.policy.boot_server.decide(Naming(naming, asked))
    session.naming = naming
    session.boot_file = _boot_file(naming, where.answer, asked)
    return decided(where, dotted(session.boot_file.server))


def _nobody_named(session: Session) -> str:
    where = " nor ".join(reply.describe() for reply in session.sources)
    silent = ""
    if session.proxy_server != ANY and len(session.sources) == 1:
        silent = f", and {session.proxy_server}:4011 gave no usable answer"
    neither = "Neither " if len(session.sources) > 1 else "Nothing names a boot file: not "
    verb = " names a boot file" if len(session.sources) > 1 else ""
    return f"{neither}{where}{verb}{silent}."


def _boot_file(naming: Reply, where: AddressOf, asked: IPv4Address | None) -> BootFile:
    name = naming.boot_file or b""
    match where:
        case AddressOf.URI if (uri := tftp_uri(name)) is not None:
            return BootFile(uri.file, uri.server, naming.describe(), uri.port)
        case AddressOf.ASKED if asked is not None:
            return BootFile(name, asked, naming.describe(), size=_size(naming))
        case _:
            server = address_of(naming, where)
            return BootFile(name, server, naming.describe(), size=_size(naming))


def _size(naming: Reply) -> int | None:
    data = dhcp.first(naming.message.options, dhcp.BOOT_FILE_SIZE)
    return None if data is None or len(data) != 2 else 512 * int.from_bytes(data, "big")
