"""What is to be told of a network that is watched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from pxeclient.capture.values import Recorded
from pxeclient.explain.story import ExplainedAttempt, Story
from pxeclient.watch.stage import Doing
from pxeclient.wire.addresses import Mac


@dataclass(frozen=True, slots=True)
class Began:
    """A machine begins to boot, for the first time or again."""

    mac: Mac
    at: float
    attempt: int
    """Which of its attempts, from 1."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A boot has come further."""

    mac: Mac
    at: float
    attempt: int
    doing: Doing


@dataclass(frozen=True, slots=True)
class Ended:
    """A boot came to an end, or to where it is given up."""

    mac: Mac
    at: float
    """When it is told; the boot's own times are the story's."""
    story: Story
    """The machine, with those of its attempts that are still kept."""
    told: ExplainedAttempt
    """The one that ended."""
    remarks: tuple[str, ...] = ()
    is_more: bool = False
    """It was told before; now what runs next has met with something, too."""
    frames: tuple[Recorded, ...] = ()
    """What was kept of the one that ended, as it came, and what went between its frames."""
    loses: bool = False
    """Others of its frames may have been lost or left out here."""


Event: TypeAlias = Began | Moved | Ended
