"""What a program wants and shows, as the trace has it: texts of anybody's, fit to be shown."""

from __future__ import annotations

from collections.abc import Iterator

from pxeclient.boot.actions import Decide, Print
from pxeclient.decisions import Decision
from pxeclient.machine.bounds import MOST_NAME, MOST_TEXT
from pxeclient.machine.wants import (
    NEXT,
    SHOWS,
    Dhcp,
    Exit,
    Fetch,
    Key,
    Next,
    Show,
    Start,
    Wait,
    Want,
)
from pxeclient.outcome import BootFile
from pxeclient.wire.options import printable

_KINDS: dict[type[Want], Next] = {
    Fetch: Next.FETCH,
    Show: Next.SHOW,
    Key: Next.KEY,
    Wait: Next.WAIT,
    Dhcp: Next.DHCP,
    Start: Next.START,
    Exit: Next.EXIT,
}


def decided(want: Want) -> Decide:
    """A want as the trace has it: a decision of the program's."""
    kind = _KINDS[type(want)]
    question = SHOWS if kind in (Next.SHOW, Next.WAIT) else NEXT
    why = want.why
    decision = Decision(question, kind, why.rule, line(why.because), why.source, ())
    return Decide(decision, _about(want))


def _about(want: Want) -> str:
    match want:
        case Fetch(BootFile() as file):
            return f"{printable(file.name[:MOST_NAME])} from {file.whom}"
        case Fetch(str(uri)):
            return line(uri[:MOST_NAME])
        case Start(file):
            return printable(file.boot_file.name)
        case Key(shows, _, timeout):
            limit = "" if timeout is None else f", for {timeout:g} s"
            return f"{line(shows)}{limit}"
        case Wait(seconds):
            return f"{seconds:g} s"
        case Exit(status):
            return f"status {status}"
        case _:
            return ""


def line(text: str) -> str:
    """A text of anybody's on one line, in signs that every screen shows."""
    return printable(" ".join(text[:MOST_TEXT].split()).encode(errors="replace"))


def shown(text: str, ends: bool) -> Iterator[Print]:
    *lines, last = text[:MOST_TEXT].replace("\t", " ").split("\n")
    for line in lines:
        yield Print(printable(line.encode(errors="replace")))
    yield Print(printable(last.encode(errors="replace")), ends)
