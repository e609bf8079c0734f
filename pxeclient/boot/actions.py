"""What a booting machine does: the outputs of `BootClient.handle`."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from pxeclient.decisions import Decision
from pxeclient.outcome import Ending, StageKind
from pxeclient.stack.acts import CancelTimer, Ignore, SendFrame, SetTimer


class StateName(StrEnum):
    """The stages of a boot, by the field's names."""

    DISCOVERY = "discovery"
    REQUEST = "request"
    PROXYDHCP = "ProxyDHCP"
    IPV6 = "IPv6 autoconfiguration"
    MENU = "boot menu"
    PXEBS = "boot-server discovery"
    MTFTP = "multicast download"
    DOWNLOAD = "download"


class Enter(Struct, frozen=True):
    """The boot has reached another stage."""

    state: StateName


class Decide(Struct, frozen=True):
    """A choice was made. Goes nowhere but the trace."""

    decision: Decision[StrEnum]
    about: str = ""
    """What was chosen, such as an address or a file name (printable)."""


class Print(Struct, frozen=True):
    """Text on the machine's own screen, from where its cursor is.

    CR and BS move the cursor as on any terminal (`screen.terminal`).
    """

    line: str
    ends: bool = True
    """The line ends with it; otherwise what comes next goes on in the same line."""


class Highlight(Struct, frozen=True):
    """A menu item takes on the colours of the chosen one, or loses them. No text changes."""

    line: str
    up: int
    """Lines above the cursor's."""
    on: bool


class AwaitKey(Struct, frozen=True):
    """The machine shows something and watches its keyboard."""

    shows: str


class Finish(Struct, frozen=True):
    """The stage is over. Nothing of it follows; of the boot, if anything, a `BeginStage`."""

    outcome: Ending


class BeginStage(Struct, frozen=True):
    """The machine is another's: of what the stage before has started, or of who started that.

    A boot's first stage begins with `PowerOn`.
    """

    name: str
    """Such as ``pxelinux``, or a profile's."""
    kind: StageKind
    resumes: int = 0
    """The number, from 1, of the stage that goes on because what it started has come back; 0 for
    a new one."""


Recorded: TypeAlias = (
    SendFrame | Enter | Decide | Ignore | Print | Highlight | AwaitKey | Finish | BeginStage
)
"""What a trace keeps: all but the timers, since what they lead to is there."""

Action: TypeAlias = Recorded | SetTimer | CancelTimer
