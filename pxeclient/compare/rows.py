"""What a profile does in every row of a decision table, and by which rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pxeclient.boot.actions import Decide
from pxeclient.boots.boot import Wire, boot
from pxeclient.decisions import Known
from pxeclient.link.simulated import SimulatedLink
from pxeclient.outcome import Booted, Failed, Failure
from pxeclient.practice.network import PracticeNetwork
from pxeclient.practice.rows import Row, rows
from pxeclient.profile import Profile
from pxeclient.report.frames import summarise
from pxeclient.report.markdown import code, plain
from pxeclient.report.markdown import row as row_of
from pxeclient.trace import Trace
from pxeclient.wire.options import printable

TELLING = (
    "select-offer",
    "no-lease",
    "after-ack",
    "proxy-silent",
    "boot-from",
    "boot-server",
    "fetch-by",
    "menu-prompt",
    "prompt-key",
    "menu-choice",
    "discover-by",
    "tftp-error",
)
"""The questions whose answers make a row; where one of them is asked twice, the last counts."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the profile did in one row."""

    row: Row
    ends: str
    """In the form of `Row.ends`."""
    asked: tuple[str, ...]
    """Whom it asked on port 4011, each once, in order."""
    rules: tuple[tuple[str, Known], ...]
    """The rules that led there, as ``question/rule``, each with how well it is known."""

    @property
    def agrees(self) -> bool:
        """It is what the evidence says."""
        return self.ends == self.row.ends and self.asked == self.row.asks


def answers(profile: Profile, table: str) -> list[Answer]:
    """The profile's answer to every row of the table.

    Raises:
        KeyError: There is no such table.
    """
    return [_answer(profile, row) for row in rows(table)]


def _answer(profile: Profile, row: Row) -> Answer:
    wire = Wire(SimulatedLink(PracticeNetwork(row.scenario)), row.row)
    trace = boot(profile, profile.machine, wire, keys=row.keys)
    return Answer(row, _ends(trace), _asked(trace), tuple(_rules(trace)))


def _ends(trace: Trace) -> str:
    match trace.outcome:
        case Booted(boot_file):
            return f"{printable(boot_file.name)} from {boot_file.server}"
        case Failed(Failure.LOCAL_BOOT):
            return "local boot"
        case Failed(failure, code):
            return code or failure.value
        case None:
            return trace.stopped


def _asked(trace: Trace) -> tuple[str, ...]:
    found: list[str] = []
    for _, frame, ours in trace.frames():
        summary = summarise(frame)
        if ours and summary.message is not None and summary.destination.endswith(":4011"):
            found.append(summary.destination.removesuffix(":4011"))
    return tuple(dict.fromkeys(found))


def _rules(trace: Trace) -> Iterator[tuple[str, Known]]:
    last: dict[str, tuple[str, Known]] = {}
    for record in trace.records:
        if isinstance(record.item, Decide) and record.item.decision.question in TELLING:
            decision = record.item.decision
            last.pop(decision.question, None)
            last[decision.question] = (f"{decision.question}/{decision.rule}", decision.source)
    yield from last.values()


_HEAD = """\
# The rows of the decision table, and what `{name}` does

Made by `make docs`, as `pxeclient profiles rows {name} --markdown` prints it.

Every row of the table in [vmware-e1000e.md](vmware-e1000e.md) is a small network
(`pxeclient/practice/rows`); the profile was booted in each of them, in virtual time. *What the
evidence says* and *known* are the table's own words; *what the profile does* and the rules are
what came of the boot, each rule with how well it is known. `pxeclient profiles rows NAME` shows
the same for any profile or variant.
"""


def page(profile: Profile, table: str) -> str:
    """The whole table as Markdown."""
    return "\n".join(_lines(profile, answers(profile, table))) + "\n"


def _lines(profile: Profile, found: list[Answer]) -> Iterator[str]:
    yield _HEAD.format(name=profile.name)
    yield (
        "| row | situation | what the evidence says | known | what the profile does"
        " | the rules that led there |"
    )
    yield "|---|---|---|---|---|---|"
    for answer in found:
        row = answer.row
        rules = "<br>".join(f"{code(rule)} ({source.level})" for rule, source in answer.rules)
        texts = (row.row, row.situation, row.action, row.known, what(answer))
        *cells, does = map(plain, texts)
        yield row_of([*cells, does if answer.agrees else f"{does} **≠**", rules])
    yield ""
    differing = [answer for answer in found if not answer.agrees]
    yield f"{len(found)} cases; {len(found) - len(differing)} come to what the evidence says."


def what(answer: Answer) -> str:
    """What the profile did, in a few words."""
    asked = f"; asks {' and '.join(answer.asked)} on port 4011" if answer.asked else ""
    return f"{answer.ends}{asked}"
