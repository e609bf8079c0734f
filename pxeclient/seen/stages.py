"""What the firmware itself did in an attempt, without what it started."""

from __future__ import annotations

from dataclasses import replace

from pxeclient.seen.attempts import Attempt
from pxeclient.seen.transfers import Transfers

NEXT_STAGE = "the boot file is complete, what runs next begins"


def first_stage(attempt: Attempt) -> Attempt:
    """An attempt up to where a file has arrived and its client goes on with something else.

    That may be the program that was fetched, or the firmware that runs it: the wire does not
    tell the two apart.
    """
    transfers = Transfers(keeps=False)
    complete: int | None = None
    for at, frame in enumerate(attempt.frames):
        if complete is not None and frame.ours and frame.source_port != complete:
            frames = attempt.frames[:at]
            return replace(attempt, frames=frames, why_over=NEXT_STAGE, until=frame.at)
        transfer = transfers.add(frame)
        if transfer is not None and transfer.is_whole:
            complete = transfer.local_port
    is_next = complete is not None and attempt.why_over
    return replace(attempt, why_over=NEXT_STAGE) if is_next else attempt
