"""Boot files that a firmware refuses, whichever way they were fetched."""

from __future__ import annotations

from collections.abc import Iterator

from pxeclient.boot.actions import Action
from pxeclient.boot.session import Session
from pxeclient.outcome import Failure


def most(session: Session) -> int:
    """Octets that the boot file may have: what the firmware takes, and memory holds."""
    memory = session.machine.memory
    return min(memory, session.traits.tftp.most_file or memory)


def refuse_too_big(session: Session, size: int, most: int, now: float) -> Iterator[Action]:
    """The file does not fit."""
    because = f"The boot file has {size} octets or more; this firmware holds at most {most}."
    yield from session.fail(Failure.FILE_TOO_BIG, because, now)


def refuse_empty(session: Session, now: float) -> Iterator[Action]:
    """The file holds nothing."""
    yield from session.fail(Failure.EMPTY_FILE, "The boot file has no octets.", now)
