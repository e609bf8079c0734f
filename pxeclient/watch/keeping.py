"""The frames of one attempt, kept until it can be told of, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pxeclient.capture.values import Recorded
from pxeclient.wire.addresses import Mac

MOST_WHOLE = 4 * 1024 * 1024
"""Octets of one attempt that are kept as they came. Boot files are smaller (undionly.kpxe 70 KiB,
ipxe.efi 1 MiB, grubnetx64.efi 2.6 MiB); what such a program fetches then need only be counted."""
HEAD = 68
"""Octets that are kept of each frame beyond that: the block number of a TFTP packet over IPv6 ends
at 14 + 40 + 8 + 4."""
MOST_FRAMES = 20_000
"""Frames that are kept of one attempt: ten thousand blocks with their acknowledgements."""

_LATEST = 256
"""Frames among which those of one packet in fragments are looked for."""


@dataclass(slots=True)
class Kept:
    """Frames of one machine, in order."""

    mac: Mac
    frames: list[Recorded] = field(default_factory=list)
    octets: int = 0
    cut: int = 0
    """How many are kept without their end."""
    left_out: int = 0
    """How many are not kept."""
    attempts: int = 1
    """As how many attempts they are told: a boot over IPv6 after one over IPv4 is another."""

    @property
    def first(self) -> int:
        """The number of its first frame; 0 before it came."""
        return self.frames[0].number if self.frames else 0

    def has(self, number: int) -> bool:
        """The frame of that number, one of the latest, is kept."""
        return any(frame.number == number for frame in self.frames[-_LATEST:])

    def add(self, frame: Recorded) -> None:
        """Keep one, as far as there is room."""
        if len(self.frames) >= MOST_FRAMES:
            self.left_out += 1
            return
        if self.octets + len(frame.data) > MOST_WHOLE and len(frame.data) > HEAD:
            frame = Recorded(frame.number, frame.at, frame.data[:HEAD], frame.length)
            self.cut += 1
        self.octets += len(frame.data)
        self.frames.append(frame)

    def remarks(self) -> Iterator[str]:
        """What is to be said of it."""
        if self.left_out:
            yield (
                f"Only the first {MOST_FRAMES:,} frames of this boot were kept, and {self.left_out}"
                " more came: how it went on is not told."
            )
        elif self.cut:
            yield (
                f"Of {self.cut} of its frames only the beginning was kept, for they are of large"
                " files: what was in the rest cannot be told."
            )
