"""How a boot ended, as the last event of its ladder: the verdict, the findings, what to change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from pxeclient.advice import Cure, Server
from pxeclient.diagnose import AtHand, Finding, Severity, diagnose, ranked
from pxeclient.endings import End, doubt, end_of
from pxeclient.outcome import Booted
from pxeclient.report import stages
from pxeclient.report.closing import label, main
from pxeclient.report.findings import sentence
from pxeclient.report.ladder.model import Ended, Problem, Remedy, Setting, clean
from pxeclient.report.transcript import last_words
from pxeclient.trace import Trace

_OTHERS = "others"


def ended(trace: Trace, kind: Server | None = None, beside: Sequence[Finding] = ()) -> Ended:
    """The end of a boot.

    Args:
        trace: The boot.
        kind: The server program, where the user has said it.
        beside: What shows of it only beside other boots.
    """
    head, *more = (clean(line).strip() for line in last_words(trace))
    came = tuple(clean(line) for line in stages.lines(trace)) if trace.has_stages else ()
    end = end_of(trace)
    doubts = doubt(trace)
    reason = clean(doubts) or " ".join(more)
    found = ranked([*beside, *diagnose(trace)]) if beside else diagnose(trace)
    # What follows from silence would be told of servers that may have spoken.
    cause = None if doubts else main(found, end)
    problems = list(_problems(found, kind))
    if cause is not None:
        at = next(at for at, (about, _) in enumerate(problems) if cause in about)
        problems.insert(0, problems.pop(at))
    return Ended(
        trace.ended,
        isinstance(trace.ended_as, Booted) if trace.has_stages else end is End.BOOTED,
        end in (End.FAILED, End.WRONG_FILE) and not doubts,
        (head.removeprefix("■ "), *([reason] if reason else []), *came, *_lines(found)),
        reason,
        tuple(problem for _, problem in problems),
        "" if cause is None else label(cause).strip(),
        came,
    )


def _lines(found: Sequence[Finding]) -> Iterator[str]:
    """A line for each finding; notes only stand in the full advice."""
    told = dict.fromkeys((one.id, one.title, one.severity) for one in found)
    for id, title, severity in told:
        if severity is not Severity.NOTE:
            mark = "" if severity is Severity.STOPS else f" ({severity})"
            yield clean(f"▲ {id}{mark}: {title}")


def _problems(
    found: Sequence[Finding], kind: Server | None
) -> Iterator[tuple[list[Finding], Problem]]:
    """Each finding once, in as many servers as there are; with what it was made of."""
    for _, several in groupby(found, lambda one: (one.id, one.severity, one.cause)):
        about = list(several)
        yield about, problem(about, kind)


def problem(about: Sequence[Finding], kind: Server | None = None) -> Problem:
    """A finding, in as many servers as there are; `kind` is the program, as the user says."""
    first = about[0]
    at_hand = first.at_hand if kind is None else AtHand(kind, "")
    remedies = dict.fromkeys(
        _remedy(cure, at_hand and at_hand.server) for one in about for cure in one.cures
    )
    return Problem(
        first.id,
        clean(first.title),
        first.severity if first.cause is None else f"follows from {first.cause}",
        first.cause is None and first.severity in (Severity.STOPS, Severity.NEXT),
        tuple(dict.fromkeys(clean(sentence(one.seen)) for one in about)),
        clean(first.fault.why),
        tuple(remedies),
        "" if at_hand is None else clean(at_hand.basis),
    )


def _remedy(cure: Cure, at_hand: Server | None) -> Remedy:
    settings = [
        Setting(server.called, tuple(map(clean, lines)), server.is_told_in_words)
        for server, lines in cure.settings(at_hand)
    ]
    do = clean(cure.do)
    return Remedy(do, (*settings, Setting(_OTHERS, (do,), True)) if settings else ())
