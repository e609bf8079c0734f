"""``pxeclient teach``: lessons on the practice network."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from pxeclient import prose
from pxeclient.cli import coloring, completing, options
from pxeclient.cli.coloring import paint, wants_color
from pxeclient.cli.listing import print_list
from pxeclient.cli.output import check_folder, check_into, stderr_line, write_into, write_whole
from pxeclient.report.transcript import fitted
from pxeclient.teach import loading, sheet
from pxeclient.teach.lesson import Lesson, LessonError
from pxeclient.teach.page import page
from pxeclient.teach.site import INDEX, site
from pxeclient.teach.taught import Taught, take

if TYPE_CHECKING:
    from pxeclient.schemas import lists as shapes

_NEXT = frozenset({"\r", "\n", " ", "n", "\x1b[C", "\x1b[B", "\x1bOC", "\x1bOB", "\x1b[6~"})
_BACK = frozenset({"b", "p", "\x1b[D", "\x1b[A", "\x1bOD", "\x1bOA", "\x1b[5~", "\x7f", "\b"})
_QUIT = frozenset({"q", "Q", "\x1b", "\x04"})


@click.command(
    epilog=options.examples("pxeclient teach bit-3", "pxeclient teach bit-3 --html bit-3.html")
)
@click.argument("lesson", metavar="[NAME]", required=False, shell_complete=completing.lessons)
@options.profile(required=False, more="One that the lesson is written for.")
@click.option(
    "--html",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the lesson as one web page instead; without NAME, all lessons into this folder.",
)
@coloring.option
@click.option("--all", "at_once", is_flag=True, help="Print all steps at once.")
@options.as_json
def teach(
    lesson: str | None, name: str | None, html: Path | None, at_once: bool, as_json: bool
) -> None:
    """Lessons: how a machine boots from a network, step by step.

    Without NAME it lists them. Enter, n or an arrow key goes on, b goes back, q ends it. Where
    standard input or output is no terminal, all is printed.
    """
    try:
        if lesson is None:
            if name is not None:
                raise click.UsageError("--profile needs the name of a lesson")
            if html is None:
                _list(as_json)
            else:
                _write_all(html)
            return
        options.only_lists(as_json, lesson)
        columns = prose.width() if html is None else prose.WIDEST
        taught = take(loading.load(lesson), name, columns)
    except LessonError as error:
        raise click.UsageError(str(error)) from None
    if html is not None:
        _write_one(html, taught)
    elif at_once or not (sys.stdin.isatty() and sys.stdout.isatty()):
        _print_all(taught)
    else:
        Walk(taught, click.getchar).go()


def _write_one(path: Path, taught: Taught) -> None:
    if path.is_dir():
        raise click.UsageError(f"--html {path}: a lesson is one page; that is a folder")
    check_folder(path)
    text = page(taught, [loading.load(name) for name in loading.names()])
    write_whole(path, lambda file: _write(file, text))


def _write_all(folder: Path) -> None:
    """All lessons, and the page that leads to them last."""
    if folder.suffix.lower() in (".html", ".htm"):
        raise click.UsageError(
            f"--html {folder}: all lessons are a folder of pages; for one page name the lesson"
        )
    check_into(folder)
    lessons = [loading.load(name) for name in loading.names()]
    for name, text in site(lessons):
        write_into(folder, name, partial(_write, text=text))
    click.echo(f"{len(lessons)} lessons: {folder / INDEX}")


def _write(file: BinaryIO, text: str) -> None:
    file.write(text.encode())


def _whole(every: Sequence[Lesson]) -> shapes.Lessons:
    told: list[shapes.ListedLesson] = [
        {"name": one.name, "title": one.title, "group": one.group} for one in every
    ]
    return {"schema": "pxeclient-lessons/1", "lessons": told}


def _list(as_json: bool) -> None:
    lessons = [loading.load(name) for name in loading.names()]
    if as_json:
        print_list(_whole(lessons))
        return
    width = max(len(lesson.name) for lesson in lessons)
    for group, members in groupby(lessons, key=lambda lesson: lesson.group):
        click.echo(group)
        for lesson in members:
            click.echo(f"  {lesson.name:{width}}  {lesson.title}")
        click.echo("")
    click.echo(f"Take one: pxeclient teach {lessons[0].name}")


def _show(lines: Iterable[str]) -> None:
    color = wants_color(sys.stdout)
    room = prose.room()
    for line in (part for whole in lines for part in fitted(whole, room)):
        if line.startswith("━━"):
            shown = click.style(line, bold=True) if color else line
        elif line.startswith(("? ", "→ ")):
            shown = coloring.signed(line, coloring.YELLOW, True) if color else line
        else:
            shown = paint(line, color)
        click.echo(shown, color=color)


def _print_all(taught: Taught) -> None:
    _show(sheet.cover(taught))
    for number, moment in enumerate(taught.moments):
        _show(sheet.step(taught, number))
        if moment.step.question:
            _show(["", *sheet.answer(moment)])
    _show(sheet.end(taught))


class Walk:
    """A lesson, stepped through on a terminal."""

    def __init__(self, taught: Taught, read_key: Callable[[], str]) -> None:
        self._taught = taught
        self._read_key = read_key
        self._last = len(taught.moments)
        """The number of the page at the end; the cover is -1."""

    def go(self) -> None:
        """Go on, back, and on, until the end or a wish to stop."""
        at = -1
        while True:
            self._page(at)
            if at == self._last:
                return
            wish = self._wish(at, has_answer=self._has_question(at))
            if wish == "answer":
                _show(sheet.answer(self._taught.moments[at]))
                wish = self._wish(at, has_answer=False)
            if wish == "quit":
                return
            at = max(-1, at - 1) if wish == "back" else at + 1

    def _has_question(self, at: int) -> bool:
        return 0 <= at < self._last and bool(self._taught.moments[at].step.question)

    def _page(self, at: int) -> None:
        if at < 0:
            _show(sheet.cover(self._taught))
        elif at < self._last:
            _show(sheet.step(self._taught, at))
        else:
            _show(sheet.end(self._taught))

    def _wish(self, at: int, has_answer: bool) -> str:
        """What the next key that means something asks for."""
        on = "answer" if has_answer else "next"
        click.echo(f"\n[Enter] {on}  [b] back  [q] quit ", nl=False)
        while True:
            try:
                key = self._read_key()
            except KeyboardInterrupt:
                key = "q"
            except EOFError:
                click.echo("")
                stderr_line(
                    "Nobody is there to press a key: the lesson ends here (--all prints it)."
                )
                return "quit"
            if key in _NEXT | _BACK | _QUIT:
                click.echo("\r\x1b[K" if sys.stdout.isatty() else "", nl=False, color=True)
                break
        if key in _QUIT:
            click.echo("")
            return "quit"
        return "back" if key in _BACK else on
