"""How a multicast download ends, and what all its parts do alike."""

from __future__ import annotations

from collections.abc import Iterator

from pxeclient.boot.actions import Action
from pxeclient.boot.fetching import fetch
from pxeclient.boot.multicast import Multicast
from pxeclient.boot.refusing import most, refuse_empty, refuse_too_big
from pxeclient.boot.session import Session
from pxeclient.boot.tftp_traits import EmptyFile
from pxeclient.outcome import Failure
from pxeclient.wire import tftp


def current(session: Session) -> Multicast:
    """The multicast download under way."""
    assert session.multicast is not None
    return session.multicast


def wait(session: Session, seconds: int, now: float) -> Action:
    """Wait for the next block."""
    return session.wait(seconds + session.traits.mtftp.slack, now)


def send(session: Session, message: tftp.Message, now: float) -> Iterator[Action]:
    """Send to the server's MTFTP port, from the port of all clients."""
    assert session.boot_file is not None
    parameters = current(session).parameters
    yield from session.send(
        parameters.client_port,
        session.boot_file.server,
        parameters.server_port,
        tftp.build(message),
        now,
    )


def refuse(session: Session, now: float) -> Iterator[Action]:
    """Tell the server that its master gives up."""
    traits = session.traits.mtftp
    yield from send(session, tftp.Error(traits.error_code, traits.error_text.encode()), now)


def give_up(session: Session, because: str, now: float) -> Iterator[Action]:
    """It will not work by multicast; perhaps without."""
    naming = current(session).naming
    yield from _leave(session, now)
    session.multicast = None
    yield from fetch(session, naming, now, because)


def succeed(session: Session, content: bytes, now: float) -> Iterator[Action]:
    """The file is whole."""
    assert session.boot_file is not None
    yield from _leave(session, now)
    if not content and session.traits.tftp.empty_file is not EmptyFile.BOOTS:
        yield from refuse_empty(session, now)
        return
    yield from session.succeed(session.boot_file, content, now)


def too_long(session: Session, data: tftp.Data, now: float) -> Iterator[Action]:
    """A block is longer than the firmware has room for."""
    yield from _leave(session, now)
    because = f"Block {data.block} has {len(data.content)} octets, more than fit."
    yield from session.fail(Failure.TFTP_BLOCK_TOO_LONG, because, now)


def is_too_big(session: Session) -> bool:
    """More has come than the machine can hold."""
    return current(session).held > most(session)


def too_big(session: Session, now: float) -> Iterator[Action]:
    """The file does not fit."""
    held = current(session).held
    yield from _leave(session, now)
    yield from refuse_too_big(session, held, most(session), now)


def _leave(session: Session, now: float) -> Iterator[Action]:
    yield from session.host.leave(current(session).parameters.group, now)
