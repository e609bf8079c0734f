"""The boot file and its server are known: by TFTP, or by multicast?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from pxeclient.boot.actions import Action
from pxeclient.boot.dhcp.reply import Reply
from pxeclient.boot.goals import Download, DownloadByMulticast
from pxeclient.boot.policy import FetchBy, Fetching
from pxeclient.boot.session import Session, decided
from pxeclient.outcome import Failure
from pxeclient.wire import pxe
from pxeclient.wire.addresses import ANY, dotted


def fetch_boot_file(
    session: Session, naming: Reply, now: float, failed: str = ""
) -> Iterator[Action]:
    """Begin the download of the session's boot file, which `naming` names.

    Args:
        session: The boot; it has the boot file and its server.
        naming: The reply that names it.
        now: Seconds since power-on.
        failed: Why the multicast download came to nothing, if one was tried.
    """
    by = FetchBy.TFTP
    if naming.has_mtftp_tags:
        decision = session.policy.fetch_by.decide(Fetching(naming, bool(failed)))
        yield decided(decision, failed or _about(naming.mtftp))
        by = decision.answer
    if not failed:
        yield from _show_server(session, now)
    match by:
        case FetchBy.TFTP:
            if not failed:
                yield from _show_file(session, session.traits.screen.boot_file, now)
            yield from session.enter(Download(session.boot_file), now)
        case FetchBy.MTFTP if (parameters := naming.mtftp) is not None:
            yield from _show_file(session, session.traits.screen.multicast, now)
            goal = DownloadByMulticast(session.boot_file, parameters, naming)
            yield from session.enter(goal, now)
        case FetchBy.MTFTP | FetchBy.NOT:
            because = (
                f"{naming.begin()} calls for a multicast download, but its"
                " parameters (43.1 to 43.5) are zero or malformed."
            )
            yield from session.fail(Failure.BAD_MTFTP, because, now)
        case _:
            assert_never(by)


def show_boot_file(session: Session, now: float) -> Iterator[Action]:
    """The lines that name the boot file and its server, as far as they are known."""
    yield from _show_server(session, now)
    yield from _show_file(session, session.traits.screen.boot_file, now)


def _about(mtftp: pxe.Mtftp | None) -> str:
    if mtftp is None:
        return ""
    return f"group {dotted(mtftp.group)}:{mtftp.client_port}, server port {mtftp.server_port}"


def _show_server(session: Session, now: float) -> Iterator[Action]:
    if session.boot_file.server != ANY:
        yield from session.show(session.traits.screen.boot_server, now)


def _show_file(session: Session, lines: tuple[str, ...], now: float) -> Iterator[Action]:
    if session.boot_file.name:
        yield from session.show(lines, now)
