"""What is kept of the boots of tests: registered where ``--pxe-artifacts`` is given.

Each test writes its own boots, while its servers are there; under pytest-xdist that is in the
process that runs it. What leads to them goes with the test's report to who writes the page.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any, BinaryIO

import msgspec
import pytest

from pxeclient.artifacts import folder
from pxeclient.artifacts.again import EXACT, boot_command, script
from pxeclient.artifacts.kept import Kept, log_of
from pxeclient.artifacts.naming import hashed
from pxeclient.cli.exit_codes import exit_code
from pxeclient.cli.placing import place_in
from pxeclient.endings import End, end_of
from pxeclient.pytest_plugin.boots import Made, PxeBoot
from pxeclient.report.page import Line, Link, Look, Page, Story, Told, render
from pxeclient.report.transcript import ending

_ROWS = "pxeclient_rows"
"""The attribute of a test's report that has its boots, as JSON would: it goes between processes."""
_COLUMNS = ("test", "profile", "result", "how the boot ended")


class Keeping:
    """A plugin of one run."""

    def __init__(self, config: pytest.Config, where: str) -> None:
        """Take the folder, relative to where pytest was called.

        Raises:
            UsageError: It is none.
        """
        self._folder = config.invocation_params.dir / where
        if self._folder.exists() and not self._folder.is_dir():
            raise pytest.UsageError(f"--pxe-artifacts {where}: it is no folder")
        self._every = bool(config.getoption("--pxe-artifacts-all"))
        self._is_worker = hasattr(config, "workerinput")
        self._rows: list[dict[str, Any]] = []
        self._trouble = ""

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, Any, None]:
        """Write the test's boots, if they are wanted."""
        outcome = yield
        report = outcome.get_result()
        booting = getattr(item, "funcargs", {}).get("pxe_boot")
        if report.when != "call" or not isinstance(booting, PxeBoot):
            return
        if not (report.failed or self._every):
            return
        lab = item.funcargs.get("pxe_network")  # type: ignore[attr-defined]
        log = "" if lab is None else log_of(lab.logs())
        try:
            rows = [
                {**self._write(item.nodeid, at, made, log, report.outcome), "why": _why(call)}
                for at, made in enumerate(booting.made, 1)
            ]
        except OSError as error:
            report.sections.append(("pxeclient", f"The boots are not kept: {error}"))
            return
        setattr(report, _ROWS, rows)

    def _write(self, test: str, at: int, made: Made, log: str, result: str) -> dict[str, Any]:
        trace = made.trace
        name = hashed(f"{test} {made.profile} {at}")
        kept = Kept(name, _again(test, made), trace, made.started, exit_code(trace), log=log)
        for path, fill in folder.files_of(kept):
            place_in(self._folder, path, fill)
        return {
            "test": test,
            "profile": made.profile,
            "result": result,
            "look": _look(made).value,
            "ending": ending(trace)[0].removeprefix("■ "),
            "told": msgspec.to_builtins(Told.of(trace)),
            "links": [[link.path, link.words] for link in folder.links(kept)],
        }

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Hear what was written; of other processes' tests, too."""
        self._rows += getattr(report, _ROWS, [])

    def pytest_sessionfinish(self) -> None:
        """Write the page, where all the reports are."""
        page = render(_page(self._rows)).encode("utf-8", "replace")

        def fill(file: BinaryIO) -> None:
            file.write(page)

        if not self._is_worker:
            try:
                place_in(self._folder, folder.INDEX, fill)
            except OSError as error:
                self._trouble = str(error)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say where they are."""
        if self._trouble:
            terminalreporter.write_line(f"The page of kept boots is not written: {self._trouble}")
        elif self._rows:
            where = self._folder / folder.INDEX
            terminalreporter.write_sep("-", f"{len(self._rows)} boots are kept: {where}")


def _why(call: pytest.CallInfo[None]) -> str:
    """The first line of what the test failed with; empty if it did not."""
    text = "" if call.excinfo is None else str(call.excinfo.value)
    return next(iter(text.splitlines()), "")


def _again(test: str, made: Made) -> str:
    if made.network is None or made.arch is not None:
        why = (
            "Its servers are the test's."
            if made.network is None
            else "No command but the test claims another architecture than the firmware's."
        )
        return script(["python", "-m", "pytest", test], test, why)
    place = "--network", made.network
    command = boot_command(
        made.profile,
        made.machine,
        place,
        own=made.own,
        keys=made.keys,
        deadline=made.deadline,
    )
    return script(command, test, EXACT)


def _look(made: Made) -> Look:
    looks = {End.BOOTED: Look.GOOD, End.FAILED: Look.BAD, End.WRONG_FILE: Look.BAD}
    return looks.get(end_of(made.trace), Look.OPEN)


def _page(rows: list[dict[str, Any]]) -> Page:
    failed = len({row["test"] for row in rows if row["result"] == "failed"})
    return Page(
        "Boots of tests",
        "",
        f"{len(rows)} boots are kept; {failed} tests with boots failed",
        Look.BAD if failed else Look.GOOD,
        _COLUMNS,
        tuple(_lines(rows)),
    )


def _lines(rows: list[dict[str, Any]]) -> Iterator[Line]:
    for row in rows:
        look = Look(row["look"])
        links = tuple(Link(path, words) for path, words in row["links"])
        title = f"{row['test']}: {row['profile']}"
        facts = (("failed", row["why"]),) if row["why"] else ()
        story = Story(title, look, facts, msgspec.convert(row["told"], Told), links=links)
        yield Line(look, (row["test"], row["profile"], row["result"], row["ending"]), story)
