"""What ``pxeclient lab run`` keeps of its boots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from pxeclient.cli.artifacts import Wanted
from pxeclient.diagnose import Finding
from pxeclient.endings import End, end_of
from pxeclient.trace import Trace
from pxeclient.wire.addresses import Mac

if TYPE_CHECKING:
    from pxeclient.artifacts.kept import Kept
    from pxeclient.report.page import Line, Look, Page, Story

_COLUMNS = ("profile", "result", "seconds", "how it ended")


class Made(NamedTuple):
    """A boot of the run."""

    name: str
    """The profile as the user gave it."""
    seed: int
    mac: Mac | None
    """Where the user chose the addresses."""
    trace: Trace
    started: float
    exit_code: int
    beside: Sequence[Finding]


@dataclass(slots=True)
class Keeping:
    """Takes the boots as they end, and writes what is wanted of them."""

    wanted: Wanted
    words: Sequence[str]
    """The options that say what the lab is like."""
    command: Sequence[str]
    """The server."""
    boots: list[Made] = field(default_factory=list)

    def page(self, where: str, title: str) -> str:
        """The boots as a web page; the arguments are as of `write`."""
        from pxeclient.report.page import render

        return render(self._index(where, title, [(one, None) for one in self.boots], True))

    def write(self, where: str, title: str, logs: Sequence[tuple[str, str]]) -> None:
        """Write them.

        Args:
            where: The network.
            title: What was tried.
            logs: A title and the log of every program that was started.

        Raises:
            EnvironmentProblem: Something cannot be written.
        """
        if self.wanted.folder is None:
            return
        from pxeclient.artifacts.kept import log_of
        from pxeclient.artifacts.naming import apart

        log = log_of(logs)
        names = apart(one.name for one in self.boots)
        pairs = [
            (one, self._kept(name, one, log)) for name, one in zip(names, self.boots, strict=True)
        ]
        index = self._index(where, title, pairs)
        self.wanted.write([kept for _, kept in pairs if kept is not None], index)

    def _index(
        self,
        where: str,
        title: str,
        pairs: Sequence[tuple[Made, Kept | None]],
        every: bool = False,
    ) -> Page:
        """With the stories of those that are kept, or of all."""
        from pxeclient.report.page import Look, Page

        booted = sum(one.exit_code == 0 for one in self.boots)
        return Page(
            title,
            where,
            f"{booted} of {len(self.boots)} booted",
            Look.GOOD if booted == len(self.boots) else Look.BAD,
            _COLUMNS,
            tuple(_line(one, kept, every or kept is not None) for one, kept in pairs),
        )

    def _kept(self, name: str, one: Made, log: str) -> Kept | None:
        from pxeclient.artifacts.again import EXACT, script
        from pxeclient.artifacts.kept import Kept

        if one.exit_code == 0 and not self.wanted.every:
            return None
        words = ["pxeclient", "lab", "run", "--profile", one.name, "--seed", str(one.seed)]
        words += [] if one.mac is None else ["--mac", str(one.mac)]
        again = script([*words, *self.words, "--", *self.command], one.name, EXACT, _OTHERS)
        return Kept(name, again, one.trace, one.started, one.exit_code, tuple(one.beside), log)


_OTHERS = "The servers are started anew, and remember nothing of the boots before this one."


def _line(one: Made, kept: Kept | None, is_told: bool) -> Line:
    from pxeclient.report.page import Line, Look
    from pxeclient.report.transcript import ending

    trace, end = one.trace, end_of(one.trace)
    looks = {End.BOOTED: Look.GOOD, End.FAILED: Look.BAD, End.WRONG_FILE: Look.BAD}
    look = looks.get(end, Look.OPEN)
    first = ending(trace)[0].removeprefix("■ ")
    result = "booted" if one.exit_code == 0 else f"status {one.exit_code}"
    cells = (trace.profile, result, f"{trace.ended:.2f}", first)
    return Line(look, cells, _story(one, look, kept) if is_told else None)


def _story(one: Made, look: Look, kept: Kept | None) -> Story:
    """How it ended and why; its ladder is a file of the folder, or else on the page."""
    from pxeclient.artifacts import folder
    from pxeclient.report.page import Story, Told

    trace = one.trace
    told = Told.of(trace, beside=tuple(one.beside))
    if kept is not None:
        return Story(trace.profile, look, (), told, links=tuple(folder.links(kept)))
    return Story(trace.profile, look, (), told, trace)
