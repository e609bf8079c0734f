"""The last lines of a boot: how it ended, why, what to change, and where more is.

They are all that a person need read, and fit a terminal of 24 rows with its prompt. So a cure is
one: for the server at hand where that is known, else in words; and one that is longer than
`LONGEST` lines is told in words, since a part of a configuration would be none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pxeclient.advice import Cure, Server
from pxeclient.diagnose import AtHand, Finding, Severity
from pxeclient.endings import End, doubt, end_of
from pxeclient.outcome import Failed
from pxeclient.prose import Verbatim, width, wrapped
from pxeclient.report import findings as whole
from pxeclient.report.transcript import ending
from pxeclient.trace import Trace

LONGEST = 6
"""Lines of a cure, and of a reason, that are shown as they are."""

_GLUE = "\N{NO-BREAK SPACE}"


def closing(
    trace: Trace, findings: Sequence[Finding], kind: Server | None = None, verbose: bool = False
) -> Iterator[str]:
    """The verdict of a boot.

    Args:
        trace: The boot.
        findings: What `diagnose` found, in its order.
        kind: The server program, as the user says.
        verbose: Everything else was told before: nothing is to be said of where.
    """
    outcome = trace.outcome
    failed = isinstance(outcome, Failed)
    uncertain = doubt(trace)
    # What follows from silence would be told of servers that may have spoken.
    found = None if uncertain else main(findings, end_of(trace))
    first, *more = ending(trace)
    yield from wrapped(first, rest="  ")
    yield from [] if failed else more
    reason = uncertain or (outcome.because if isinstance(outcome, Failed) else "")
    if reason and reason in first:
        reason = ""
    code = outcome.code if isinstance(outcome, Failed) else ""
    if trace.lost and not uncertain:
        words = f"Our own receive buffer lost {trace.lost} frames; the servers did not."
        yield from wrapped(words, "  ")
    yield from advice(found, reason, code or "", kind, verbose, also=_again(found, findings))


def _again(found: Finding | None, findings: Sequence[Finding]) -> tuple[str, ...]:
    """The same thing, seen of other servers."""
    if found is None:
        return ()
    same = (found.id, found.severity)
    return tuple(one.seen for one in findings if (one.id, one.severity) == same)[1:]


def main(findings: Sequence[Finding], end: End) -> Finding | None:
    """The finding that a boot's verdict is about: what stopped it, or what stops its next stage;
    where the file came and nothing does, what says why the boot may be another than was meant."""
    what = (Severity.STOPS,) if end is End.FAILED else (Severity.STOPS, Severity.NEXT)
    alone = [one for one in findings if one.cause is None]
    found = next((one for one in alone if one.severity in what), None)
    if found is None and end is not End.FAILED:
        found = next((one for one in alone if one.is_telling), None)
    return found


def advice(
    found: Finding | None,
    reason: str,
    code: str = "",
    kind: Server | None = None,
    verbose: bool = False,
    indent: str = "",
    also: Sequence[str] = (),
) -> Iterator[str]:
    """Why, what to change, and where more is.

    Args:
        found: What stopped the boot, or stops its next stage, or else tells of it, if anything
            was found.
        reason: Why it ended so, where nothing was; a sentence, or nothing.
        code: The firmware's code, if it has one.
        kind: The server program, as the user says.
        verbose: Nothing is to be said of where more is.
        indent: Of all lines.
        also: The same, seen of other servers: told where there is room.
    """
    if found is None:
        yield from wrapped(reason, f"{indent}  Why   ") if reason else []
        if code and not verbose:
            yield f"{indent}  More  what {code} means: pxeclient errors {code}"
        return
    yield from _why(found, also, f"{indent}  {label(found)}  ")
    at_hand = AtHand(kind, "") if kind is not None else found.at_hand
    yield from _cure(found.cures[0], at_hand, indent)
    if not verbose:
        yield from _more(found, code, at_hand, kind, indent)


def label(found: Finding) -> str:
    """What the verdict puts before a finding: why it failed, what stops it next, or a note."""
    if found.severity is Severity.NEXT:
        return "Next"
    return "Note" if found.is_telling and found.severity is not Severity.STOPS else "Why "


def _why(found: Finding, also: Sequence[str], head: str) -> Iterator[str]:
    """What was seen, in a sentence, and the finding's name at its end."""
    told = (" ".join((found.seen, *also)), found.seen, found.title)
    shapes = [wrapped(whole.sentence(text), head) for text in told]
    lines = next((lines for lines in shapes if len(lines) <= LONGEST), shapes[-1])
    free = width() - len(found.id)
    if len(lines[-1]) + 2 > free:
        lines.append("")
    lines[-1] = f"{lines[-1]:{free}}{found.id}"
    yield from lines


def _cure(cure: Cure, at_hand: AtHand | None, indent: str) -> Iterator[str]:
    head = f"{indent}  Cure  "
    lines = () if at_hand is None else cure.lines(at_hand.server)
    if at_hand is None or not 0 < len(lines) <= LONGEST:
        yield from wrapped(cure.do, head)
    elif at_hand.server.is_told_in_words:
        yield from wrapped(f"{at_hand.server.called}: {lines[0]}", head)
    elif len(lines) == 1 and lines[0].startswith("# "):  # a comment: something to take out
        yield from wrapped(f"{at_hand.server.called}: {lines[0][2:]}", head)
    elif len(lines) == 1:
        yield Verbatim(f"{head}{at_hand.server.called}: {lines[0]}")
    else:
        yield f"{head}{at_hand.server.called}:"
        yield from (Verbatim(f"{' ' * len(head)}  {line}") for line in lines)


def _more(
    found: Finding, code: str, at_hand: AtHand | None, kind: Server | None, indent: str
) -> Iterator[str]:
    """Where the rest is: on what the server was recognised, its lines, other cures, the code."""
    told = [server for server, _ in found.cures[0].settings()]
    lines = [] if at_hand is None else found.cures[0].lines(at_hand.server)
    page = f"pxeclient findings {found.id}"
    if at_hand is not None and 0 < len(lines) <= LONGEST:
        basis = f"{at_hand.basis}; " if at_hand.basis else ""
        texts = [f"{basis}other servers: {page}"]
    elif at_hand is not None and lines:
        texts = [f"the lines for {at_hand.server.called}: -v, or {page}"]
    elif told and kind is None:
        names = [server.called for server in told]
        listed = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
        texts = [f"the lines for {listed}: {page}"]
    else:
        texts = [page]
    if code:
        texts.append(f"what {code} means: pxeclient errors {code}")
    head = f"{indent}  More  "
    for text in texts:
        # A command stays on one line: it is to be copied.
        before, command, name = text.partition("pxeclient ")
        glued = before + (command + name).replace(" ", _GLUE)
        yield from (line.replace(_GLUE, " ") for line in wrapped(glued, head))
        head = " " * len(head)


_AFTER = "C-"
"""How ids of findings about what runs after the boot file begin (`diagnose/texts/after.toml`)."""


def beside(
    findings: Sequence[Finding],
    told: Finding | None,
    end: End,
    verbose: bool = False,
    kind: Server | None = None,
) -> Iterator[str]:
    """What else was found, a line each, for before the verdict.

    Notes where the boot has failed, or of what runs next: whose boot file came looks for these.
    Everything, the verdict's own finding too, if `verbose`.
    """
    failed = end in (End.FAILED, End.WRONG_FILE)
    if verbose:
        known = told.at_hand.server if told is not None and told.at_hand is not None else None
        yield from whole.lines(findings, failed, True, at_hand=kind or known)
        return
    brief = False
    named: set[str] = set() if told is None else {told.id}
    for one in findings:
        is_wanted = failed or one.severity is not Severity.NOTE or one.id.startswith(_AFTER)
        if one.id not in named and is_wanted:
            named.add(one.id)
            follows = f"follows from {one.cause}" if one.cause is not None else one.severity
            yield f"▲ {one.id} ({follows}): {one.title}"
            brief = True
    if brief:
        yield f"  More of it, and what to change: {whole.MORE}"
