"""What passed between a client and recorded servers, as far as it tells what that is worth."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from pxeclient.replay.play import Heard
from pxeclient.seen.exchanges import Question


class Asked(NamedTuple):
    """A question of our client."""

    frame: int
    """Of the boot, from 1."""
    question: Question
    unknown: str = ""
    """Why nobody can know what answers it, in a clause; empty if the recording shows it."""
    again: str = ""
    """What the client does by it, such as ``repeats a DHCPDISCOVER``, where it goes on asking and
    the recorded client did not: then what is unknown matters only if nothing comes of it."""
    is_presumed: bool = False
    """An ARP request that was answered, though the recording does not show that anybody does."""


class Answered(NamedTuple):
    """A recorded answer that our client got."""

    frame: int
    """Of the boot, from 1."""
    question: Question
    heard: Heard


@dataclass(slots=True)
class Played:
    """What happened between a client and the recorded servers."""

    asked: list[Asked] = field(default_factory=list)
    answered: list[Answered] = field(default_factory=list)
    shown: list[tuple[int, float]] = field(default_factory=list)
    """The frame of the capture that each frame of the boot stands for, and its time in the
    recording; 0 for what no capture has."""
    cited: list[int] = field(default_factory=list)
    """The frame of the capture to be cited for each frame of the boot: where it stands for none,
    the nearest that shows the same."""
    reworded: bool = False
    """The latest file was asked for with other options than the recorded client's."""

    def note(self, number: int, at: float, cited: int = 0) -> int:
        """A frame of the boot passes; its number there."""
        before = self.cited[-1] if self.cited else 0
        self.shown.append((number, at))
        self.cited.append(number or cited or before)
        return len(self.shown)
