"""One machine, as long as it boots: what it does, and what is kept of it until it is told."""

from __future__ import annotations

from dataclasses import dataclass, field

from pxeclient.capture.values import Recorded
from pxeclient.seen.attempts import Attempt, Watch
from pxeclient.seen.dhcp import Dhcp
from pxeclient.seen.dhcp6 import Dhcp6
from pxeclient.seen.frame import Frame
from pxeclient.seen.transfers import Transfers
from pxeclient.watch.keeping import Kept
from pxeclient.watch.stage import BEGINS, Doing, Stage, doing
from pxeclient.wire import dhcp, tftp
from pxeclient.wire.addresses import Mac

MOST_ATTEMPTS = 4
"""Attempts of one machine that are kept: what only shows beside other attempts shows beside the
one before."""
MOST_OTHER = 64
"""Frames that are kept of a machine of which nothing says that it boots."""
SILENCES = (3.0, 12.0, 45.0, 130.0, 200.0)
"""Seconds of silence after which it is looked at whether a boot has ended; at the last one it is
given up. The longest wait of a firmware is 180 s, for the first block of a file (Intel's ROMs:
`profiles/*.toml`, tftp waits)."""
SETTLES = 2.0
"""Seconds from the last block of the boot file until the boot is told of: what is wrong with the
end of a transfer (a block that is sent again, say) shows in that time."""


@dataclass(slots=True, eq=False)
class Machine:
    """A machine that is watched."""

    mac: Mac
    kept: list[Kept]
    """Its attempts, the current one last."""
    dropped: int = 0
    """Attempts that are no longer kept."""
    watch: Watch = field(default_factory=Watch)
    transfers: Transfers = field(default_factory=lambda: Transfers(keeps=False))
    doing: Doing = BEGINS
    since: float = 0.0
    """When it began to do that."""
    last: float = 0.0
    """When its last frame went, either way."""
    looked: int = 0
    """How often it was looked at since then."""
    boots: bool = False
    """Something says that it is a network boot."""
    has_booted: bool = False
    """So it was before: what it asks over IPv6 then may be the next thing that its firmware tries,
    without a word of who asks."""
    fetched_at: float | None = None
    told: dict[int, frozenset[str]] = field(default_factory=dict)
    """The findings that were told of each attempt, by the number of its first frame."""
    loses: bool = False
    """Frames of the network were lost since the current attempt began."""

    @property
    def attempt(self) -> int:
        """The number of its current attempt, from 1."""
        return self.dropped + sum(one.attempts for one in self.kept)

    @property
    def frames(self) -> int:
        """How many frames are kept of it."""
        return sum(len(one.frames) for one in self.kept)

    def frames_of(self, attempt: Attempt) -> tuple[Recorded, ...]:
        """What is kept of one of its attempts, fragments too."""
        first = min(part.number for part in attempt.frames[0].frames)
        last = attempt.frames[-1].number
        return tuple(
            frame for one in self.kept for frame in one.frames if first <= frame.number <= last
        )

    @property
    def is_told(self) -> bool:
        """Something of the current attempt was told."""
        return any(number >= self.kept[-1].first for number in self.told)

    @property
    def is_fetching(self) -> bool:
        """Its boot file has just come, and was not told of yet."""
        return self.fetched_at is not None and not self.is_told

    def due(self) -> float:
        """When it is to be looked at next."""
        if self.fetched_at is not None and self.is_fetching:
            return self.fetched_at + SETTLES
        return self.last + SILENCES[min(self.looked, len(SILENCES) - 1)]

    @property
    def is_given_up(self) -> bool:
        """It was silent for so long that nothing of this boot follows."""
        return self.looked >= len(SILENCES)

    def begins_anew(self, at: float) -> None:
        """The next frame is of another attempt."""
        self.kept.append(Kept(self.mac))
        while len(self.kept) > MOST_ATTEMPTS:
            self.dropped += self.kept.pop(0).attempts
            self.told = {n: ids for n, ids in self.told.items() if n >= self.kept[0].first}
        self.watch, self.transfers = Watch(), Transfers(keeps=False)
        self.doing, self.since = BEGINS, at
        self.has_booted = self.has_booted or self.boots
        self.boots, self.fetched_at = False, None
        self.loses = False

    def add(self, frame: Frame, raw: Recorded) -> bool:
        """Take the next frame of the current attempt; True if it does something else now."""
        current = self.kept[-1]
        self.boots = self.boots or says_boot(frame, self.has_booted)
        if self.boots or len(current.frames) < MOST_OTHER:
            # Fragments that went to everybody are nobody's before the packet is whole.
            for part in frame.parts:
                if not current.has(part.number):
                    current.add(Recorded(part.number, part.at, part.octets, part.length))
            current.add(raw)
        self.last, self.looked = frame.at, 0
        transfer = self.transfers.add(frame)
        now = doing(self.doing, frame, transfer)
        if now.stage is Stage.FETCHED and self.fetched_at is None:
            self.fetched_at = frame.at
        is_new = now.stage is not self.doing.stage
        if is_new:
            self.since = frame.at
        self.doing = now
        return is_new


def says_boot(frame: Frame, has_booted: bool = False) -> bool:
    """A frame that makes it worth while to look: whether it is a boot, `explain` decides."""
    said = frame.said
    if isinstance(said, Dhcp6):
        return has_booted or said.is_pxe or said.is_http or said.is_4011
    if isinstance(said, Dhcp):
        return said.is_pxe or said.is_http or said.is_uboot or said.source_port == dhcp.PROXY_PORT
    return frame.is_udp and frame.port == tftp.PORT and isinstance(said, tftp.Request)
