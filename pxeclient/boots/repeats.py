"""Which frames of a boot are recorded, and which are only counted.

A record of everything would be as long as whoever is on the segment wishes: a server that sends
the same block for ever, a neighbour that asks a thousand times a second, a file without an end. So
what comes again and again to no other effect than the times before is counted from some time
on, and so is what comes to no effect that a person would look for, once there is too much of it.
Whatever a firmware decided on, or said on its screen, is always recorded.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from pxeclient.boot.actions import Action
from pxeclient.stack.acts import CancelTimer, Ignore, SendFrame, SetTimer
from pxeclient.wire import ethernet

MOST_ALIKE = 64
"""Frames that are recorded of those that differ in nothing that counts; as many are recorded before
any are compared."""
MOST_IDLE = 16384
"""Frames that are recorded though the machine did nothing on them; fragments apart."""
MOST_OCTETS = 64 * 1024 * 1024
"""Of the frames that are recorded, in both directions, each with `_EACH` for its record; beyond
that a download's blocks are counted. Read back, a block stays where it is (`seen.said.Block`), but
its values take about as much again. Loaders, and the kernels that firmware starts itself, are not
as long. Small messages, of which a single one may be
what matters, have as much room again."""

_EACH = 512
_STORIES = 4096
"""Frames that a frame is compared with."""
_IP = ethernet.HEADER
_HEADERS = _IP + 20
"""What comes before has a new identification, and so a new checksum, in each packet."""
_DATA, _IS_DATA = _HEADERS + 8, b"\0\3"
_FRAGMENTED = 0x3FFF
_SMALL = frozenset((Ignore, SetTimer, CancelTimer))
"""What is done without a trace, or again and again."""


class Repeats:
    """The memory of one boot's recording."""

    def __init__(self) -> None:
        self.repeated = 0
        """Frames that are only counted because others like them are recorded."""
        self.not_kept = 0
        """Frames that are only counted because too many are recorded."""
        self._alike: OrderedDict[int, int] = OrderedDict()
        self._came = self._idle = 0
        self._octets = 0

    def keeps(self, frame: bytes, did: Sequence[Action], wanted: bool = False) -> bool:
        """A frame that came is recorded, and with it what the machine `did` on it; else counted.

        One that may be `wanted`, though nothing was done on it yet, is not idle.
        """
        self._came += 1
        if self._came <= MOST_ALIKE:  # most boots have no more
            return True
        size = len(frame) + _EACH * (1 + len(did))
        sends = False
        for action in did:
            if type(action) is SendFrame:
                sends = True
                size += len(action.frame)
            elif type(action) not in _SMALL:
                self._octets += size
                return True
        story = hash((frame[12:14], frame[_HEADERS:]))
        times = self._alike.get(story, 0)
        self._alike[story] = times + 1
        if times:
            self._alike.move_to_end(story)
        elif len(self._alike) > _STORIES:
            self._alike.popitem(last=False)
        if times >= MOST_ALIKE:
            self.repeated += 1
            return False
        room = MOST_OCTETS if frame[_DATA : _DATA + 2] == _IS_DATA else 2 * MOST_OCTETS
        is_idle = not sends and not wanted and self._is_idle(frame)
        if is_idle or self._octets + size > room:
            self.not_kept += 1
            return False
        self._octets += size
        return True

    def _is_idle(self, frame: bytes) -> bool:
        """It is one too many of those on which nothing was done."""
        is_ip = frame[12:14] == b"\x08\x00"
        if is_ip and int.from_bytes(frame[_IP + 6 : _IP + 8], "big") & _FRAGMENTED:
            return False
        self._idle += 1
        return self._idle > MOST_IDLE
