"""A lesson as lines for a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pxeclient import prose
from pxeclient.teach.taught import Moment, Taught

WIDTH = 78
"""Columns of prose, where the terminal has as many."""
_MARKS = re.compile(r"`([^`]*)`|\*([^*]+)\*")


def cover(taught: Taught) -> Iterator[str]:
    """What the lesson is about, before its first step."""
    lesson = taught.lesson
    yield from _heading(lesson.title)
    yield from _prose(lesson.aim)
    yield ""
    yield f"{taught.profile.name}: {taught.profile.title}"
    yield f"on the practice network {lesson.network}"
    yield ""
    yield from _prose(lesson.intro)


def step(taught: Taught, number: int) -> Iterator[str]:
    """One step, counted from 0, without the answer to its question."""
    moment = taught.moments[number]
    count = len(taught.moments)
    yield from _heading(f"{number + 1} of {count} · {moment.step.title}")
    yield from _moment(moment)
    yield from _prose(moment.step.text)
    if moment.step.look_up:
        yield ""
        yield from _wrapped(f"Look it up: {'; '.join(moment.step.look_up)}", "")
    if moment.step.question:
        yield ""
        yield from _wrapped(moment.step.question, "? ")


def answer(moment: Moment) -> Iterator[str]:
    """The answer to the step's question."""
    yield from _wrapped(moment.step.answer, "→ ")


def end(taught: Taught) -> Iterator[str]:
    """How the boot ended, and what to take along."""
    yield from _heading("How it ended")
    yield from taught.rest
    yield from taught.ending
    yield ""
    for sentence in taught.lesson.learnt:
        yield from _wrapped(sentence, "• ")
    yield ""
    yield "See it all:  " + command(taught)


def command(taught: Taught) -> str:
    """What shows the same boot without a lesson."""
    keys = "".join(f" --key {key}" for key in taught.lesson.keys)
    return f"pxeclient boot -p {taught.profile.name} --network {taught.lesson.network}{keys} -v"


def _heading(text: str) -> Iterator[str]:
    yield ""
    yield f"━━ {text} ".ljust(prose.width(), "━")
    yield ""


def _moment(moment: Moment) -> Iterator[str]:
    if not moment.lines:
        return
    yield from moment.lines
    yield ""
    if moment.fields:
        names = max(len(field.name) for field in moment.fields)
        meanings = max(len(field.meaning) for field in moment.fields)
        for field in moment.fields:
            yield f"    {field.name:{names}}  {field.meaning:{meanings}}  {field.value}"
        yield ""


def _prose(text: str) -> Iterator[str]:
    for number, paragraph in enumerate(paragraphs(text)):
        if number:
            yield ""
        yield from _wrapped(paragraph, "")


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, each on one line."""
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


def _wrapped(text: str, sign: str) -> list[str]:
    plain = _MARKS.sub(r"\1\2", " ".join(text.split()))
    return prose.wrapped(plain, sign, columns=prose.width(WIDTH))
