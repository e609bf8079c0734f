"""What a capture file holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

from pxeclient.seen.aspects import Aspect
from pxeclient.seen.frame import Frame
from pxeclient.seen.mending import Reader
from pxeclient.seen.reading import read

ETHERNET = 1
"""The link type of captures with Ethernet headers (tcpdump.org/linktypes.html)."""
NANO = 1_000_000_000


class CaptureError(ValueError):
    """A capture cannot be used; the text is one sentence that says why."""


class TooLong(CaptureError):
    """There is more in a file than is read."""


class NoCapture(Exception):
    """A file is not of this format; the text says why."""


class Broken(Exception):
    """A file breaks off or is damaged: behind the frames that were read, or within the next."""

    def __init__(self, within: bool = False) -> None:
        super().__init__()
        self.within = within


class Content(Protocol):
    """Where a file's octets come from."""

    def read(self, size: int, /) -> bytes:
        """So many octets; fewer only at the end."""
        ...


class Raw(NamedTuple):
    """One frame as the file has it, but for a frame check sequence of which the file tells."""

    number: int
    """From 1, as Wireshark counts."""
    linktype: int
    data: bytes
    wire: int
    """Octets on the wire."""
    ticks: int
    resolution: int
    """Ticks per second."""
    is_timed: bool = True
    """It has a time stamp; otherwise it has that of the frame before it, or the first one's."""
    interface: tuple[int, int] = (0, 0)
    """Which section of the file, and which of its interfaces."""

    @property
    def nanoseconds(self) -> int:
        """Since the epoch. Interfaces of one file may count differently."""
        return self.ticks * NANO // max(self.resolution, 1)


class End(NamedTuple):
    """What a file says of the end of its recording on an interface."""

    nanoseconds: int
    """When that was, since the epoch."""
    frames: int
    """How many were written by then; -1 if it does not say."""
    dropped: int
    """How many were not, for want of room or time."""


@dataclass(slots=True)
class Told:
    """What a file says besides its frames, as far as it was read."""

    ends: list[End] = field(default_factory=list)
    """Of its recording, on each interface."""
    strays: int = 0
    """Frames of interfaces that it does not describe: nothing can be made of them."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One frame of a capture, with an Ethernet header and without VLAN tags."""

    number: int
    """From 1, as Wireshark counts."""
    at: float
    """Seconds since the first frame."""
    data: bytes
    length: int
    """Octets on the wire: more than `data` has if the frame was cut when it was recorded."""
    untold: frozenset[Aspect] = frozenset()
    """What of it is unknown, because it was read from text."""

    def read(self) -> Frame:
        """The frame, read by itself."""
        found = read(self.number, self.at, self.data, length=self.length)
        return found._replace(untold=self.untold) if self.untold else found


@dataclass(frozen=True, slots=True)
class Capture:
    """A file's frames."""

    path: Path
    frames: tuple[Recorded, ...]
    """In the order of time."""
    remarks: tuple[str, ...]
    """What is to be said of the file itself, as sentences."""
    until: float = 0.0
    """When the recording ended, if that is known to be later than its last frame."""
    loses: bool = False
    """The file says that frames were dropped when it was recorded, or has some of no interface."""

    def read(self) -> Iterator[Frame]:
        """The frames, read in order; packets that came in parts are put together."""
        reader = Reader()
        for one in self.frames:
            yield reader.mend(one.read())

    def whole(self) -> Capture:
        """The same, if all of each frame is known: who goes by every octet asks for it.

        Raises:
            CaptureError: It was read from text that does not have all.
        """
        untold = {aspect for one in self.frames for aspect in one.untold} - {Aspect.CHECKSUMS}
        if not untold:
            return self
        names = ", ".join(aspect.value for aspect in Aspect if aspect in untold)
        raise CaptureError(
            f"{self.path} is text, and for this every octet is needed: it does not have {names}."
            " Take a capture file, or its frames with octets and times (tcpdump -XX)"
        )

    @property
    def seconds(self) -> float:
        """From the first frame to the last, or to the end of the recording if that is known."""
        return max(self.frames[-1].at, self.until) if self.frames else self.until
