"""Pages about lessons: what each is about, and how it is taken."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import groupby

from pxeclient.handbook import Page
from pxeclient.teach import loading
from pxeclient.teach.lesson import Lesson

LESSON = "lesson"


def pages() -> Iterator[Page]:
    """One for each lesson, and the list that leads to them."""
    lessons = [loading.load(name) for name in loading.names()]
    yield Page("tutorials/lessons.md", "Lessons", partial(_listing, lessons))
    for lesson in lessons:
        path = f"tutorials/lessons/{lesson.name}.md"
        yield Page(path, f"Lesson: {lesson.title}", partial(one, lesson), kind=LESSON)


def _listing(lessons: list[Lesson]) -> str:
    return "\n".join(_listed(lessons)) + "\n"


def _listed(lessons: list[Lesson]) -> Iterator[str]:
    yield "# Lessons"
    yield ""
    yield "Each boots a firmware and goes through what happened: what was sent, who decided what,"
    yield "and why. `pxeclient teach NAME` takes one in the terminal."
    for group, members in groupby(lessons, lambda one: one.group):
        yield ""
        yield f"## {group}"
        yield ""
        for lesson in members:
            link = f"[{lesson.title}](lessons/{lesson.name}.md)"
            yield f"* {link} (`{lesson.name}`): {_line(lesson.aim)}"


def one(lesson: Lesson) -> str:
    """The page of a lesson."""
    return "\n".join(_told(lesson)) + "\n"


def _told(lesson: Lesson) -> Iterator[str]:
    yield f"# Lesson: {lesson.title}"
    yield ""
    yield f"*{_line(lesson.aim)}*"
    yield ""
    yield lesson.intro.strip()
    yield ""
    yield f"    pxeclient teach {lesson.name}"
    yield ""
    yield "takes it step by step; `--html FILE` makes a web page of it, every message included."
    yield "The steps:"
    yield ""
    yield from (f"{number}. {step.title}" for number, step in enumerate(lesson.steps, 1))
    yield ""
    yield "## What is learnt"
    yield ""
    yield from (f"* {_line(sentence)}" for sentence in lesson.learnt)


def _line(text: str) -> str:
    return " ".join(text.split())
