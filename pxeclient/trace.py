"""The trace: everything that happened in one boot, in order.

Transcript, JSON, captures and test failures are functions of a trace and of nothing else,
so they say the same of a live boot, a practice run and a test.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeAlias

from msgspec import Struct

from pxeclient.boot.actions import BeginStage, Finish, Recorded
from pxeclient.boot.events import FrameReceived, KeyPressed, PowerOn
from pxeclient.outcome import Ending, Exited, Outcome, StageKind
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


@dataclass(frozen=True, slots=True)
class Stage:
    """Who had the machine for a while: the ROM, the program that it fetched, the next."""

    number: int
    """From 1."""
    name: str
    kind: StageKind
    began: float
    """Seconds since power-on."""
    records: list[Record]
    """What happened meanwhile; of all but the first, the `BeginStage` is the first of them."""
    resumes: int = 0
    """The number of the stage that goes on here; 0 for one that begins."""

    @property
    def outcome(self) -> Ending | None:
        """How it ended; None if it was stopped."""
        last = self.records[-1].item if self.records else None
        return last.outcome if isinstance(last, Finish) else None

    @property
    def ended(self) -> float:
        """Seconds since power-on at its latest record."""
        return self.records[-1].at if self.records else self.began


@dataclass(slots=True)
class _Borders:
    """Where in the records stages begin, as far as these have been looked through."""

    until: int = 0
    at: list[int] = field(default_factory=list)
    rom: Trace | None = None
    """The first stage alone, once somebody has asked."""


@dataclass(slots=True)
class Trace:
    """One boot: one stage, or one after the other."""

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
    profile_version: str = ""
    """Which state of the profile (`Profile.version`); empty where there is none."""
    foreign: bool = False
    """The servers are recorded ones, and were recorded answering a machine of another
    architecture: to this one they may name another file."""
    _frames: int = 0
    _read: _Read | None = field(default=None, init=False, repr=False, compare=False)
    _borders: _Borders = field(default_factory=_Borders, init=False, repr=False, compare=False)

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
        """How the firmware's own attempt ended, the first stage's; None if it was stopped.

        It is the boot's as well, where no program was run after it (`ended_as`).
        """
        begun = self._begun()
        until = begun[0] if begun else len(self.records)
        last = self.records[until - 1].item if until else None
        if isinstance(last, Finish) and not isinstance(last.outcome, Exited):
            return last.outcome
        return None

    @property
    def ended_as(self) -> Ending | None:
        """How the boot ended, its last stage's end; None if it was stopped."""
        last = self.records[-1].item if self.records else None
        return last.outcome if isinstance(last, Finish) else None

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Who had the machine, one after the other: the firmware first."""
        begun = self._begun()
        borders = [0, *begun, len(self.records)]
        began = self.records[0].at if self.records else 0.0
        found = [Stage(1, self.profile, StageKind.ROM, began, self.records[: borders[1]])]
        for number, (start, stop) in enumerate(zip(begun, borders[2:], strict=True), 2):
            record = self.records[start]
            assert isinstance(record.item, BeginStage), "a border is where a stage begins"
            name, kind, resumes = record.item.name, record.item.kind, record.item.resumes
            records = self.records[start:stop]
            found.append(Stage(number, name, kind, record.at, records, resumes))
        return tuple(found)

    @property
    def has_stages(self) -> bool:
        """There is more than the firmware's own."""
        return bool(self._begun())

    @property
    def rom(self) -> Trace:
        """The firmware's own stage as a trace: what findings and verdicts on servers look at.

        Another stage has needs of its own: what it asks for and does not get is not what the
        firmware's boot came to.
        """
        begun = self._begun()
        if not begun:
            return self
        borders = self._borders
        if borders.rom is None:
            records = self.records[: begun[0]]
            borders.rom = replace(self, records=records, stopped="", ended=records[-1].at)
        return borders.rom

    def _begun(self) -> list[int]:
        """At which records later stages begin."""
        borders, count = self._borders, len(self.records)
        if borders.until > count:
            borders = self._borders = _Borders()
        if borders.until < count:
            new = enumerate(self.records[borders.until :], borders.until)
            borders.at += [at for at, record in new if type(record.item) is BeginStage]
            borders.until = count
        return borders.at

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
