"""Every lesson that comes with pxeclient is true of every firmware that it is written for."""

from __future__ import annotations

import re

import pytest

from pxeclient.prose import WIDEST
from pxeclient.teach import loading, sheet
from pxeclient.teach.lesson import Lesson
from pxeclient.teach.taught import broken_claims, steps_of, take

LESSONS = loading.names()
TAKEN = [(name, profile) for name in LESSONS for profile in loading.load(name).profiles]

REFERENCE = re.compile(
    r"RFC \d+( §[\d.]+.*)?( and appendix.*)?( \(.*\))?(, .*)?"
    r"|PXE 2\.1, .+|draft-henry-remote-boot-protocol-00"
)
"""A standard with its place in it: numbers of RFCs, words of PXE 2.1."""


@pytest.mark.parametrize(("name", "profile"), TAKEN)
def test_a_lesson_is_true(name: str, profile: str) -> None:
    """Each step finds its moment in order; how it ends and what its fields say is as claimed."""
    taught = take(loading.load(name), profile)
    assert len(taught.moments) == len(steps_of(taught.lesson, profile)) >= 3
    assert broken_claims(taught) == []


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_teaches(name: str) -> None:
    """It has an aim, a conclusion, something to show, and references that can be looked up."""
    lesson = loading.load(name)
    assert lesson.aim.startswith("You ")
    assert lesson.learnt
    assert any(step.show for step in lesson.steps)
    for text in texts(lesson):
        assert text.strip().endswith((".", "?", ":", "`")), text
    for step in lesson.steps:
        for reference in step.look_up:
            assert REFERENCE.fullmatch(reference), reference


def texts(lesson: Lesson) -> list[str]:
    """All that people read as sentences."""
    found = [lesson.aim, lesson.intro, *lesson.learnt]
    for step in lesson.steps:
        found += [text for text in (step.text, step.question, step.answer) if text]
    return found


@pytest.mark.parametrize("name", LESSONS)
def test_lessons_that_are_spoken_of_exist(name: str) -> None:
    """Where a text says "the lesson `x`", there is one."""
    for text in texts(loading.load(name)):
        for other in re.findall(r"lesson\s+`([^`]+)`", text):
            assert other in LESSONS


def test_the_order_is_one() -> None:
    """No two lessons claim one place, and a group stands together."""
    lessons = [loading.load(name) for name in LESSONS]
    assert len({lesson.order for lesson in lessons}) == len(lessons)
    groups = [lesson.group for lesson in lessons]
    assert sorted(groups, key=groups.index) == groups


def test_networks_broken_and_whole() -> None:
    """Both kinds are taught, of each group."""
    for group in {loading.load(name).group for name in LESSONS}:
        ends = {
            expected.ends == "booted"
            for name in LESSONS
            if loading.load(name).group == group
            for expected in loading.load(name).expects.values()
        }
        assert ends == {True, False}, group


@pytest.mark.parametrize(("name", "profile"), TAKEN)
def test_a_lesson_fits_the_terminal(name: str, profile: str) -> None:
    """No line is longer than a page, and none has a control character."""
    taught = take(loading.load(name), profile)
    lines = [*sheet.cover(taught), *sheet.end(taught)]
    for number, moment in enumerate(taught.moments):
        lines += [*sheet.step(taught, number), *sheet.answer(moment)]
    for line in lines:
        assert len(line) <= WIDEST
        assert line.isprintable()
