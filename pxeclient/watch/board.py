"""All machines at a glance: a row for each, the newest trouble on top."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from pxeclient.advice import Server
from pxeclient.endings import End, end_of
from pxeclient.explain.makers import maker_of
from pxeclient.explain.stop import Stop
from pxeclient.explain.story import ExplainedAttempt
from pxeclient.explain.summary import ended, finding
from pxeclient.explain.words import end_lines
from pxeclient.outcome import Failed
from pxeclient.watch.events import Began, Ended, Event, Moved
from pxeclient.watch.stage import BEGINS, Doing
from pxeclient.wire.addresses import Mac

MOST_ROWS = 4096
"""Machines that are remembered when their boot is over; those that have booted go first."""


class Standing(IntEnum):
    """How it stands, in the order in which it is shown."""

    TROUBLE = 0
    BOOTING = 1
    UNKNOWN = 2
    BOOTED = 3


@dataclass(slots=True)
class Line:
    """What is known of one machine."""

    mac: Mac
    attempt: int
    since: float
    """When it began what it does, or when it ended."""
    doing: Doing = BEGINS
    firmware: str = "?"
    standing: Standing = Standing.BOOTING
    verdict: str = ""
    finding: str = ""

    @property
    def maker(self) -> str:
        """Who made its card, if that is known."""
        found = maker_of(self.mac)
        return "" if found is None else found.name


class Board:
    """What is shown of all machines; events go in."""

    def __init__(self) -> None:
        self._lines: dict[Mac, Line] = {}
        self.forgotten = 0
        """Machines that have no row any more."""

    def take(self, event: Event) -> None:
        """Something happened."""
        match event:
            case Began(mac, at, attempt):
                before = self._lines.pop(mac, None)
                firmware = "?" if before is None else before.firmware
                self._lines[mac] = Line(mac, attempt, at, firmware=firmware)
                self._make_room()
            case Moved(mac, at, _, doing):
                line = self._lines.get(mac)
                if line is not None and line.standing is Standing.BOOTING:
                    line.doing, line.since = doing, at
            case Ended(mac, at, _, told):
                line = self._lines.pop(mac, None) or Line(mac, told.number, at)
                self._lines[mac] = line
                _end(line, told, at)

    def lines(self) -> list[Line]:
        """A row for each machine, in the order in which they are shown."""
        return sorted(self._lines.values(), key=lambda one: (one.standing, -one.since))

    def count(self, standing: Standing) -> int:
        """How many stand so."""
        return sum(one.standing is standing for one in self._lines.values())

    def _make_room(self) -> None:
        while len(self._lines) > MOST_ROWS:
            over = (one for one in self._lines.values() if one.standing is Standing.BOOTED)
            gone = next(over, None) or next(iter(self._lines.values()))
            del self._lines[gone.mac]
            self.forgotten += 1


def standing(told: ExplainedAttempt) -> Standing:
    """How a machine stands whose boot ended so."""
    match end_of(told.trace):
        case End.BOOTED | End.NOT_JUDGED:
            return Standing.BOOTED
        case End.FAILED | End.WRONG_FILE:
            return Standing.TROUBLE
        case End.STOPPED:
            if told.ending.stop is Stop.FETCHED:
                return Standing.BOOTED
            return Standing.UNKNOWN if told.ending.stop in _VAGUE else Standing.TROUBLE


_VAGUE = (Stop.CANNOT_TELL, Stop.OTHER_PROTOCOL, Stop.LEASE)


def _end(line: Line, told: ExplainedAttempt, at: float) -> None:
    best, found = told.fingerprint.best, finding(told)
    line.attempt, line.since = told.number, at
    line.standing, line.verdict = standing(told), ended(told)
    line.firmware = best.profile.name if best is not None else line.firmware
    line.finding = found.id if found is not None else ""


# --- in words -----------------------------------------------------------------------------
HEAD = ("machine", "maker", "firmware", "stage", "since", "")
_WIDTHS = (17, 12, 17, 13, 6)


def table(board: Board, now: float, rows: int, width: int) -> Iterator[str]:
    """The board as at most `rows` lines of at most `width` columns."""
    lines = board.lines()
    counts = (
        (Standing.TROUBLE, "in trouble"),
        (Standing.BOOTING, "booting"),
        (Standing.BOOTED, "booted"),
        (Standing.UNKNOWN, "not known"),
    )
    told = [f"{board.count(one)} {words}" for one, words in counts if board.count(one)]
    gone = f"; {board.forgotten} more are not shown" if board.forgotten else ""
    yield f"{len(lines)} machine{'s' * (len(lines) != 1)}: {', '.join(told) or 'none yet'}{gone}"
    if not lines or rows < 3:
        return
    yield _row(HEAD, width)
    shown = lines if len(lines) <= rows - 2 else lines[: rows - 3]
    for line in shown:
        yield _row(_cells(line, now), width)
    if len(shown) < len(lines):
        yield f"… and {len(lines) - len(shown)} more"


def _cells(line: Line, now: float) -> tuple[str, ...]:
    is_over = line.standing is not Standing.BOOTING
    stage = line.verdict if is_over else str(line.doing.stage)
    detail = line.finding if is_over else line.doing.waits
    return str(line.mac), line.maker, line.firmware, stage, duration(now - line.since), detail


def _row(cells: tuple[str, ...], width: int) -> str:
    fixed = [_fit(cell, size) for cell, size in zip(cells, _WIDTHS, strict=False)]
    room = width - sum(_WIDTHS) - len(_WIDTHS)
    return " ".join([*fixed, cells[-1][: max(room, 0)]]).rstrip()


def _fit(text: str, size: int) -> str:
    return f"{text:{size}}" if len(text) <= size else f"{text[: size - 1]}…"


def duration(seconds: float) -> str:
    """Such as ``4 s``, ``12 min``, ``3 h``, ``2 d``."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return f"{max(int(seconds), 0)} s"


def told_lines(
    event: Event,
    when: Callable[[float], str],
    verbose: bool = False,
    kept: str = "",
    kind: Server | None = None,
) -> Iterator[str]:
    """An event for a pipe or a log: a line, and for an end its verdict.

    Args:
        event: What happened.
        when: A time in words.
        verbose: Every stage, too.
        kept: Where the boot that ended was kept.
        kind: The server that cures are shown for.
    """
    match event:
        case Began(mac, at, attempt):
            again = f" again (attempt {attempt})" if attempt > 1 else ""
            yield f"{when(at)} {mac} begins{again}"
        case Moved(mac, at, _, doing):
            if verbose:
                yield f"{when(at)} {mac} {doing}"
        case Ended(mac, at, _, told, remarks, is_more):
            best = told.fingerprint.best
            firmware = f" {best.profile.name}" if best is not None else ""
            what = "what runs next meets with trouble" if is_more else ended(told)
            yield f"{when(at)} {mac}{firmware}: {what}"
            yield from end_lines(told, verbose, kind)
            yield from (f"  {remark}" for remark in remarks)
            if kept:
                yield f"  Kept in {kept}"


def is_trouble(told: ExplainedAttempt) -> bool:
    """The boot failed, or what it fetched will fail."""
    outcome = told.trace.outcome
    return isinstance(outcome, Failed) or standing(told) is Standing.TROUBLE
