"""The trace: everything that happened in one boot, in order.

Transcript, JSON, captures and test failures are functions of a trace and of nothing else,
so they say the same of a live boot, a practice run and a test.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from msgspec import Struct

from pxeclient.boot.actions import Finish, Recorded
from pxeclient.boot.events import FrameReceived, KeyPressed, PowerOn
from pxeclient.outcome import Outcome
from pxeclient.seen.frame import Frame
from pxeclient.seen.mending import Reader
from pxeclient.seen.reading import read
from pxeclient.seen.talk import Talk, talk_of
from pxeclient.stack.acts import SendFrame

Item: TypeAlias = PowerOn | FrameReceived | KeyPressed | Recorded
"""What a trace records."""


_FRAMES = frozenset((SendFrame, FrameReceived))


class Record(Struct, frozen=True):
    """One thing that happened."""

    at: float
    """Seconds since power-on, by the firmware's clock."""
    item: Item
    frame: int = 0
    """The frame's number, from 1, if `item` is one; that of the latest frame otherwise."""

    def seen(self) -> Frame | None:
        """The frame, read by itself; None if `item` is none. `Trace.talk` reads them in order."""
        match self.item:
            case SendFrame(octets):
                return read(self.frame, self.at, octets, True)
            case FrameReceived(octets):
                return read(self.frame, self.at, octets, False)
            case _:
                return None


class Recorder(Protocol):
    """Who is told of a boot: what a loop needs of a trace.

    A load run of thousands counts, where a single boot keeps everything.
    """

    def add(self, at: float, item: Item) -> object:
        """That happened, `at` seconds after power-on."""
        ...

    def count(self, repeated: int, not_kept: int) -> None:
        """So many frames came besides those that were added. As in `Trace`; told before the end."""
        ...

    def end(self, at: float, stopped: str, lost: int, trouble: str) -> None:
        """It is over. `stopped`, `lost` and `trouble` are as in `Trace`."""
        ...


@dataclass(slots=True)
class _Read:
    """A trace's frames, as far as they have been read."""

    until: int = 0
    """So many records were looked at."""
    frames: list[Frame] = field(default_factory=list)
    """Each by itself; a fragment stays one."""
    whole: list[Frame] = field(default_factory=list)
    """With fragments put together."""
    reader: Reader = field(default_factory=Reader)
    last: Talk | None = None

    def go_on(self, records: list[Record]) -> None:
        """Read what has come since."""
        for record in records[self.until :]:
            frame = record.seen()
            if frame is not None:
                self.frames.append(frame)
                self.whole.append(self.reader.mend(frame))
                self.last = None
        self.until = len(records)

    def talk(self) -> Talk:
        """The talk of all frames."""
        if self.last is None:
            self.last = talk_of(self.whole)
        return self.last


@dataclass(slots=True)
class Trace:
    """One boot."""

    profile: str
    title: str
    """The profile's title."""
    where: str
    """The network, such as ``practice network plain-dhcp`` or ``interface veth0``."""
    records: list[Record] = field(default_factory=list)
    stopped: str = ""
    """Why it ended before the firmware did: ``deadline``, ``interrupted``, ``waiting`` (for a
    key that nobody presses), ``link-error``, or empty."""
    lost: int = 0
    """Frames that our own receive buffer had no room for."""
    repeated: int = 0
    """Frames that came, and are not here because they repeat what is here many times, to no other
    effect (`boots.repeats`); the answers to them are not here either."""
    not_kept: int = 0
    """The same of frames for which there was no room any more: of a very long download, or of what
    others sent to no effect."""
    ended: float = 0.0
    """Seconds since power-on at the end."""
    pace: float = 1.0
    """Seconds that one second of the firmware's clock took; 0.1 is ten times as fast."""
    trouble: str = ""
    """What broke the link, in a sentence, if it was stopped by that."""
    runs: tuple[str, ...] | None = None
    """The kinds of boot file that the firmware starts (`Profile.runs`); None if nobody knows
    which firmware it is."""
    borrowed: bool = False
    """It went out on a card under another MAC address than the card's."""
    foreign: bool = False
    """The servers are recorded ones, and were recorded answering a machine of another
    architecture: to this one they may name another file."""
    _frames: int = 0
    _read: _Read | None = field(default=None, init=False, repr=False, compare=False)

    def add(self, at: float, item: Item, number: int = 0) -> Record:
        """Record what happened at `at`.

        A frame gets the next number, or `number`: the one that it has in somebody's capture.
        """
        if type(item) in _FRAMES:
            self._frames = number or self._frames + 1
        record = Record(at, item, self._frames)
        self.records.append(record)
        return record

    def count(self, repeated: int, not_kept: int) -> None:
        """So many frames are not here."""
        self.repeated, self.not_kept = repeated, not_kept

    def end(self, at: float, stopped: str = "", lost: int = 0, trouble: str = "") -> None:
        """Record that it was over at `at`, and why if the firmware did not end it."""
        self.ended, self.stopped, self.lost, self.trouble = at, stopped, lost, trouble

    @property
    def outcome(self) -> Outcome | None:
        """How it ended; None if it was stopped."""
        last = self.records[-1].item if self.records else None
        return last.outcome if isinstance(last, Finish) else None

    def frames(self) -> Iterator[tuple[Record, bytes, bool]]:
        """The frames in order, each with whether the client sent it."""
        for record in self.records:
            match record.item:
                case SendFrame(frame):
                    yield record, frame, True
                case FrameReceived(frame):
                    yield record, frame, False
                case _:
                    pass

    def talk(self) -> Talk:
        """All that the client said and heard, read back; each frame is read once.

        Times are the firmware's, numbers those of the records.
        """
        return self._reading().talk()

    def seen(self) -> Iterator[tuple[Record, Frame | None]]:
        """The records in order, each with its frame, read by itself; None if it is none."""
        frames = iter(self._reading().frames)
        for record in self.records:
            yield record, next(frames) if type(record.item) in _FRAMES else None

    def _reading(self) -> _Read:
        reading, self._read = self._read, None
        if reading is None or reading.until > len(self.records):
            reading = _Read()
        reading.go_on(self.records)
        # One that was cut short, because somebody lost patience, is begun anew.
        self._read = reading
        return reading
