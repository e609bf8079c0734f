"""What every part of a machine can do: send a frame, run a timer, drop what came."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias, final

from msgspec import Struct

from pxeclient.decisions import Known


class Owner(StrEnum):
    """Whose a timer is: who is told when it has run out."""

    FIRMWARE = "firmware"
    """The state that the ROM is in."""
    SCREEN = "screen"
    BACKGROUND = "background"
    """What the firmware sends beside the boot."""
    FETCH = "fetch"
    """A file on its way."""
    PROGRAM = "program"
    """What was booted."""
    ARP = "arp"
    IGMP = "igmp"


@final
class Timer(Struct, frozen=True, cache_hash=True):
    """One timer of a machine."""

    owner: Owner
    name: str = ""
    """Which of its owner's: for ARP and IGMP the address that it is about."""


class SendFrame(Struct, frozen=True):
    """Put an Ethernet frame on the wire."""

    frame: bytes


@final
class SetTimer(Struct, frozen=True):
    """(Re)start `timer`; it fires at `deadline`, in seconds since power-on."""

    timer: Timer
    deadline: float


@final
class CancelTimer(Struct, frozen=True):
    """Stop `timer`; harmless if it does not run."""

    timer: Timer


class Ignore(Struct, frozen=True):
    """Something that arrived was dropped, and why: the silence that needs explaining most."""

    what: str
    because: str
    rule: str = ""
    source: Known | None = None


Act: TypeAlias = SendFrame | SetTimer | CancelTimer | Ignore
"""What a stack does, in order."""
