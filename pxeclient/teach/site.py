"""All lessons as a folder of web pages that lead to each other, and to nothing else but RFCs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from pxeclient.report import web
from pxeclient.report.web import words
from pxeclient.teach.lesson import Lesson
from pxeclient.teach.markup import inline
from pxeclient.teach.page import page, style
from pxeclient.teach.taught import take

INDEX = "index.html"


def site(lessons: Sequence[Lesson]) -> Iterator[tuple[str, str]]:
    """The pages with their names: each lesson as ``NAME.html``, and the index last.

    Raises:
        LessonError: A step of one of them points at nothing.
    """
    for lesson in lessons:
        yield f"{lesson.name}.html", page(take(lesson), lessons, linked_up=True)
    yield INDEX, "\n".join(_index(lessons)) + "\n"


def _index(lessons: Sequence[Lesson]) -> Iterator[str]:
    yield from web.head("How a machine boots from a network", style())
    yield "<body>"
    yield "<main>"
    yield "<header>"
    yield "<h1>How a machine boots from a network</h1>"
    yield (
        '<p class="aim">Each lesson boots a firmware and goes through what happened: what was sent,'
        " octet by octet, who decided what, and why.</p>"
    )
    yield "</header>"
    yield '<div class="groups">'
    number = 0
    for group, members in groupby(lessons, lambda one: one.group):
        yield f'<section class="group"><h2>{words(group)}</h2>'
        yield f'<ol start="{number + 1}">'
        for lesson in members:
            number += 1
            yield (
                f'<li><a href="{words(lesson.name)}.html">{words(lesson.title)}</a>'
                f"<div>{inline(lesson.aim)}</div></li>"
            )
        yield "</ol></section>"
    yield "</div></main></body></html>"
