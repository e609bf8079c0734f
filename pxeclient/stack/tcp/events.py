"""What becomes of a connection, for who uses it."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from pxeclient.stack.acts import Act


class Connected(Struct, frozen=True):
    """The other side has granted it: octets may be sent."""


class Received(Struct, frozen=True):
    """The next octets have come, in their order and once."""

    octets: bytes


class PeerClosed(Struct, frozen=True):
    """The other side sends no more."""


class Closed(Struct, frozen=True):
    """Over: both sides have closed it, or we have broken it off."""


class Refused(Struct, frozen=True):
    """Over: a RST answered the SYN."""


class Reset(Struct, frozen=True):
    """Over: the other side broke it off, or made that necessary."""

    because: str


class TimedOut(Struct, frozen=True):
    """Over: no answer to something that was sent again and again."""

    to_syn: bool
    """It was the SYN."""


TcpEvent: TypeAlias = Connected | Received | PeerClosed | Closed | Refused | Reset | TimedOut
Step: TypeAlias = Act | TcpEvent

OVER = (Closed, Refused, Reset, TimedOut)
"""After one of these, none follows."""
