"""A boot on recorded servers, with the capture's frame numbers in place of its own."""

from __future__ import annotations

from dataclasses import replace

from msgspec import structs

from pxeclient.boot.events import FrameReceived
from pxeclient.replay.played import Played
from pxeclient.stack.acts import SendFrame
from pxeclient.trace import Trace


def cited(trace: Trace, played: Played) -> Trace:
    """The same trace; what has no frame in the capture has the number of the nearest that counts.

    Such a number may stand more than once: a question that is repeated more often than it was
    recorded is cited as the recorded one, a file that is served anew as the recorded transfer.
    """
    numbers = iter(played.cited)
    records = []
    frame = 0
    for record in trace.records:
        if isinstance(record.item, SendFrame | FrameReceived):
            frame = next(numbers)
        records.append(structs.replace(record, frame=frame))
    return replace(trace, records=records)
