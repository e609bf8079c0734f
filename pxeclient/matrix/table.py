"""The table for a terminal, row by row, and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pxeclient.architectures import Fit, architecture
from pxeclient.matrix.entries import Entry
from pxeclient.matrix.row import Asked, Cell, Row
from pxeclient.outcome import BEYOND
from pxeclient.prose import width
from pxeclient.prose import wrapped as _wrapped
from pxeclient.report.markdown import plain
from pxeclient.report.markdown import row as row_of

_LEAST = 30
"""Columns that the boot file needs beside the others; where there are fewer it stands below."""
_LONGEST_NAME, _LONGEST_ASKED, _LONGEST_RESULT = 30, 15, 11

HEAD = ("profile", "arch", "result", "on port 4011", "seconds", "boot file, or why not")


def what(row: Row) -> str:
    """The boot file and where it came from, or why there is none."""
    if row.failure in BEYOND:
        return f"{row.remark}"
    if row.result is Cell.CANNOT_TELL:
        return f"{row.remark}; if nothing more comes: {_came_to(row)}"
    return f"{_came_to(row)}{row.then}"


def _came_to(row: Row) -> str:
    file = f"{row.file} from {row.server}" if row.file is not None else ""
    if row.fetched is not None:
        wrong = f": {row.because}" if row.fetched.fit is Fit.WRONG else ""
        kind = "" if wrong else f", {row.fetched.kind_words.partition(',')[0]}"
        return f"{file}{kind}{wrong}"
    words = row.text if row.text is not None else row.because or ""
    words = words.removeprefix(f"{row.code}: ").rstrip(".")
    return f"{words} ({file})" if file else words


def result(row: Row) -> str:
    """One word: ``booted``, the firmware's code, or what else there is to say."""
    match row.result:
        case Cell.FAILED:
            return row.code or "failed"
        case Cell.WRONG_FILE:
            return "wrong file"
        case Cell.NOT_JUDGED:
            return "not judged"
        case Cell.CANNOT_TELL:
            return "cannot tell"
        case Cell.NOT_RUN:
            return "not run"
        case Cell.STOPPED:
            return row.failure or "stopped"
        case Cell.BOOTED:
            return "booted"


def arch(row: Row) -> str:
    """The code of option 93, with an asterisk where it is only claimed."""
    if row.architecture is None:
        return "none"
    return f"{row.architecture}{'*' if row.claimed else ''}"


def asked(row: Row) -> str:
    """Whom it asked on port 4011, and of what boot server type, if of one."""
    return ", ".join(map(_asked, row.asked)) or "-"


def cells(row: Row) -> tuple[str, ...]:
    """A cell for each column of `HEAD`."""
    return row.profile, arch(row), result(row), asked(row), _seconds(row), what(row)


def _asked(one: Asked) -> str:
    times = f" ×{one.times}" if one.times > 1 else ""
    kind = "" if one.boot_server_type is None else f" (type {one.boot_server_type})"
    return f"{one.address}{kind}{times}"


def _seconds(row: Row) -> str:
    return "" if row.seconds is None else f"{row.seconds:.2f}"


class Table:
    """Lines for a terminal; the widths are known before the first boot."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        names = [len(entry.profile.name) for entry in entries]
        name = max(len(HEAD[0]), min(_LONGEST_NAME, max(names, default=0)))
        self._widths = (name, 4, _LONGEST_RESULT, _LONGEST_ASKED, 7)
        self._rest = width() - sum(self._widths) - 2 * len(self._widths)

    @property
    def _is_narrow(self) -> bool:
        return self._rest < _LEAST

    def head(self) -> str:
        """The names of the columns."""
        return self._short(*HEAD[:3]) if self._is_narrow else self._line(HEAD)

    def lines(self, row: Row) -> Iterator[str]:
        """One row; what does not fit its column goes on in the next line."""
        texts = cells(row)
        if self._is_narrow:
            yield from self._below(*texts)
            return
        first, *rest = zip(texts, (*self._widths, self._rest), strict=True)
        columns = [_named(*first), *(_wrapped(text, columns=size) or [""] for text, size in rest)]
        for at in range(max(map(len, columns))):
            yield self._line([column[at] if at < len(column) else "" for column in columns])

    def _below(
        self, name: str, code: str, outcome: str, whom: str, seconds: str, words: str
    ) -> Iterator[str]:
        """A row of a narrow table: what needs room stands below the rest."""
        yield self._short(name, code, outcome)
        about = [f"port 4011: {whom}"] if whom != "-" else []
        about += [f"{seconds} s"] if seconds else []
        yield from _wrapped("; ".join((*about, words)), "    ")

    def _short(self, name: str, code: str, outcome: str) -> str:
        return f"{name:{self._widths[0]}}  {code:>{self._widths[1]}}  {outcome}".rstrip()

    def _line(self, cells: Sequence[str]) -> str:
        name, code, outcome, whom, seconds, words = cells
        widths = self._widths
        return (
            f"{name:{widths[0]}}  {code:>{widths[1]}}  {outcome:{widths[2]}}"
            f"  {whom:{widths[3]}}  {seconds:>{widths[4]}}  {words}"
        ).rstrip()


def _named(text: str, size: int) -> list[str]:
    """A profile with its variants; one that is too long breaks before a plus sign."""
    lines = [""]
    for part in text.replace("+", " +").split():
        if lines[-1] and len(lines[-1] + part) > size:
            lines.append("  ")
        lines[-1] += part
    return lines


def wrapped(text: str) -> list[str]:
    """A sentence in lines that fit the terminal's table."""
    return _wrapped(text)


def notes(rows: Sequence[Row]) -> list[str]:
    """What the codes in the table mean, and what a claim is worth."""
    codes = sorted({row.architecture for row in rows if row.architecture is not None})
    lines = []
    if codes:
        named = ", ".join(f"{code} {architecture(code).name}" for code in codes)
        lines.append(f"arch (option 93): {named}.")
    if any(row.claimed for row in rows):
        lines.append(
            "* claimed: this firmware says another code. What servers answer to the claim is seen;"
            " that such a machine would decide as this profile does is inferred."
        )
    remarks = dict.fromkeys(
        row.remark for row in rows if row.remark and row.result is not Cell.CANNOT_TELL
    )
    return [*lines, *(f"{remark}." for remark in remarks)]


def markdown(rows: Sequence[Row], title: str) -> Iterator[str]:
    """The whole table as Markdown."""
    yield f"### {plain(title)}"
    yield ""
    yield row_of(HEAD)
    yield "|---|---|---|---|---:|---|"
    for row in rows:
        shown = [plain(text) for text in cells(row)]
        if row.result is not Cell.BOOTED:
            shown[2] = f"**{shown[2]}**"
        yield row_of(shown)
    yield ""
    for line in notes(rows):
        yield plain(line)
        yield ""
