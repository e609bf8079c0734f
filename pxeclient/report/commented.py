"""A boot's frames for a capture file, with decisions and findings as their comments."""

from __future__ import annotations

from collections.abc import Iterator

from pxeclient.boot.actions import BeginStage, Decide, Finish
from pxeclient.capture.writing import Written
from pxeclient.diagnose import diagnose
from pxeclient.endings import judge
from pxeclient.outcome import Booted, Exited, Failed
from pxeclient.report.stages import begins
from pxeclient.stack.acts import Ignore
from pxeclient.trace import Record, Trace
from pxeclient.wire.options import printable


def commented(trace: Trace, started: float = 0.0) -> Iterator[Written]:
    """Every frame of a trace, as `capture.writing.write` takes them.

    Args:
        trace: The boot.
        started: The time of power-on, in seconds since 1970.
    """
    comments = _comments(trace)
    for record, frame, ours in trace.frames():
        yield Written(started + record.at, frame, ours, tuple(comments.get(record.frame, ())))


def _comments(trace: Trace) -> dict[int, list[str]]:
    """What is to be said at each frame, by its number."""
    found: dict[int, list[str]] = {}
    judged = judge(trace)
    cannot = judged.cannot if judged is not None else ""
    for record in trace.records:
        text = _comment(record, cannot)
        if text and record.frame:
            found.setdefault(record.frame, []).append(text)
    for finding in diagnose(trace):
        at = finding.frames[0] if finding.frames else max(found, default=1)
        told = f"{finding.id} ({finding.severity}): {finding.title}. {finding.seen}"
        found.setdefault(at, []).insert(0, told)
    return found


def _comment(record: Record, cannot: str) -> str:
    match record.item:
        case Decide(decision, about):
            chosen = f" ({about})" if about else ""
            return (
                f"{decision.question}: {decision.answer}{chosen}. {decision.because}"
                f" [{decision.rule}; {decision.source}]"
            )
        case Ignore(what, because):
            return f"ignored {what}: {because}"
        case Finish(Booted(boot_file)):
            word = "fetched" if cannot else "booted"
            return f"{word} {printable(boot_file.name)} from {boot_file.whom}{cannot}"
        case Finish(Failed(_, _, text, because) | Exited(_, _, text, because)):
            return f"{text} - {because}" if text else because
        case BeginStage(name, kind, resumes):
            return begins(name, kind, resumes)
        case _:
            return ""
