"""The stages of a boot, for who tells of it: which they were, and what each came to.

A boot of one stage is told as if there were none: its end is the boot's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, assert_never

from pxeclient.outcome import Booted, Ending, Exited, Failed, StageKind
from pxeclient.trace import Stage, Trace
from pxeclient.wire.options import printable

if TYPE_CHECKING:
    from pxeclient.schemas import boot as shapes

KINDS = {
    StageKind.ROM: "the firmware",
    StageKind.FIRMWARE: "a firmware that was fetched",
    StageKind.PROGRAM: "a boot program",
}


def begins(name: str, kind: StageKind, resumes: int) -> str:
    """The words of the bar where a stage begins."""
    return f"{name} goes on" if resumes else f"{name} runs: {KINDS[kind]}"


def came_to(ending: Ending | None, stopped: str = "") -> str:
    """How a stage ended, in a few words.

    Args:
        ending: Its outcome.
        stopped: Why it has none.
    """
    match ending:
        case Booted(file):
            words = f"started {printable(file.name)} from {file.whom}, {ending.size} octets"
            names = ", ".join(printable(one.name) for one in ending.beside)
            return f"{words}, with {names}" if names else words
        case Failed(_, _, text, _):
            return f"failed: {text}"
        case Exited(status, _, text, because):
            how = f"ended with status {status}" if status else "ended"
            return f"{how}: {text or because}"
        case None:
            return f"did not end: {stopped or 'stopped'}"
        case _:
            assert_never(ending)


def lines(trace: Trace) -> Iterator[str]:
    """A line for each stage, such as ``2 lister: ended with status 1: no such file``."""
    for stage in trace.stages:
        yield f"{stage.number} {stage.name}: {came_to(stage.outcome, trace.stopped)}"


def afterwards(trace: Trace) -> str:
    """What came after the firmware's own stage, to be put behind what that came to; or nothing."""
    later = trace.stages[1:] if trace.has_stages else ()
    return "".join(f"; then {one.name} {came_to(one.outcome, trace.stopped)}" for one in later)


def as_json(trace: Trace) -> list[shapes.Stage]:
    """The stages as JSON; the words are those of `report.words`."""
    return [_stage(stage, trace) for stage in trace.stages]


def _stage(stage: Stage, trace: Trace) -> shapes.Stage:
    last = stage.number == len(trace.stages)
    return {
        "number": stage.number,
        "name": stage.name,
        "kind": stage.kind.value,
        "resumes": stage.resumes or None,
        "at": round(stage.began, 6),
        "seconds": round((trace.ended if last else stage.ended) - stage.began, 6),
        **_end(stage.outcome, trace.stopped),
    }


def _end(ending: Ending | None, stopped: str) -> shapes.StageEnd:
    match ending:
        case Booted(file):
            words = f"{printable(file.name)} from {file.whom}, {ending.size} octets"
            return {"result": "started", "code": None, "text": None, "because": words}
        case Failed(_, code, text, because):
            return {"result": "failed", "code": code or None, "text": text, "because": because}
        case Exited(status, code, text, because):
            result = "failed" if status else "ended"
            said = text or None
            return {"result": result, "code": code or None, "text": said, "because": because}
        case None:
            return {"result": stopped or "stopped", "code": None, "text": None, "because": None}
        case _:
            assert_never(ending)
