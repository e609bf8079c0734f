"""The question that an ERROR packet asks (`tftp-error`), and the facts it is answered by.

It belongs to `boot.policy`, which puts all questions of a firmware together.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from pxeclient.outcome import Failure


class TftpErrorUse(StrEnum):
    """What an ERROR packet leads to."""

    NOT_FOUND = "give up: the file is not there"
    ACCESS_VIOLATION = "give up: the file may not be read"
    ILLEGAL_OPERATION = "give up: the server calls the request illegal"
    ERROR = "give up: the server sent an error"
    RETRY_PLAIN = "ask again without options"

    @property
    def failure(self) -> Failure:
        """The failure that it is, unless the download goes on."""
        return Failure[f"TFTP_{self.name}"]


class TftpRefusal(Struct, frozen=True):
    """An ERROR packet, and how far the download was."""

    code: int
    answers_options: bool
    """It came in answer to a read request that had options."""
