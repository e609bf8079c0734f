"""What every part of a machine can do: send a frame, run a timer, drop what came."""

from __future__ import annotations

from typing import TypeAlias, final

from msgspec import Struct

from pxeclient.decisions import Known


class SendFrame(Struct, frozen=True):
    """Put an Ethernet frame on the wire."""

    frame: bytes


@final
class SetTimer(Struct, frozen=True):
    """(Re)start `timer`; it fires at `deadline`, in seconds since power-on."""

    timer: str
    deadline: float


@final
class CancelTimer(Struct, frozen=True):
    """Stop `timer`; harmless if it does not run."""

    timer: str


class Ignore(Struct, frozen=True):
    """Something that arrived was dropped, and why: the silence that needs explaining most."""

    what: str
    because: str
    rule: str = ""
    source: Known | None = None


Act: TypeAlias = SendFrame | SetTimer | CancelTimer | Ignore
"""What a stack does, in order."""
