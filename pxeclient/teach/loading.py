"""Reading lessons, and checking all that can be checked before a boot."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from pxeclient import profile as profiles
from pxeclient.boot.actions import StateName
from pxeclient.documents import DocumentError, toml
from pxeclient.endings import End
from pxeclient.harmless import clean_tree, complaint
from pxeclient.outcome import Failure
from pxeclient.practice import scenario
from pxeclient.practice.complaint import sentence
from pxeclient.practice.scenario import ScenarioError
from pxeclient.profile import Profile, ProfileError
from pxeclient.spelling import close, close_or_all
from pxeclient.teach import fields
from pxeclient.teach.lesson import Lesson, LessonError, Step

_FOLDER = Path(__file__).with_name("lessons")


def names() -> list[str]:
    """The lessons, in the order in which they are to be taken."""
    return sorted((path.stem for path in _FOLDER.glob("*.toml")), key=lambda name: load(name).order)


@cache
def load(name: str) -> Lesson:
    """A lesson by its name.

    Raises:
        LessonError: There is none of that name, or its file is wrong.
    """
    known = sorted(path.stem for path in _FOLDER.glob("*.toml"))
    if name not in known:
        raise LessonError(f"no lesson is called {name!r}: {close_or_all(name, known)}")
    return load_file(_FOLDER / f"{name}.toml")


def load_file(path: Path) -> Lesson:
    """The lesson in a file.

    Raises:
        LessonError: The file cannot be read, or something in it is not right.
    """
    try:
        lesson = msgspec.convert(clean_tree({"name": path.stem, **toml(path)}), Lesson)
    except DocumentError as error:
        raise LessonError(complaint(f"{path}: {error.bare}")) from None
    except msgspec.ValidationError as error:
        what = sentence(str(error), "lesson", Lesson, "table")
        raise LessonError(complaint(f"{path}: {what}")) from None
    try:
        _check(lesson)
    except LessonError as error:
        raise LessonError(complaint(f"{path}: {error}")) from None
    return lesson


def _check(lesson: Lesson) -> None:
    try:
        scenario.by_name(lesson.network)
    except ScenarioError as error:
        raise LessonError(f"network: {error}") from None
    if not lesson.expects:
        raise LessonError("expects: name at least one profile, and what it comes to")
    known = {name: _profile(name) for name in lesson.profiles}
    for name, expected in lesson.expects.items():
        if expected.ends not in (End.BOOTED, End.WRONG_FILE, "waiting", *Failure):
            raise LessonError(f"expects.{name}.ends: {expected.ends!r} is no end of a boot")
    if not any(step.match is not None for step in lesson.steps):
        raise LessonError("steps: no step points at a moment of the boot")
    for number, step in enumerate(lesson.steps, 1):
        try:
            _check_step(step, known)
        except LessonError as error:
            raise LessonError(f"step {number} ({step.title}): {error}") from None


def _profile(name: str) -> Profile:
    try:
        return profiles.load(name)
    except ProfileError as error:
        raise LessonError(f"expects: {error}") from None


def _check_step(step: Step, known: dict[str, Profile]) -> None:
    strangers = sorted(set(step.profiles) - set(known))
    if strangers:
        raise LessonError(f"profiles: {strangers[0]!r} is none of the lesson's")
    policy = next(iter(known.values())).policy
    questions = {name.replace("_", "-") for name in policy.__dataclass_fields__} - {"name"}
    match = step.match
    wanted = [*step.think, *([match.decision] if match and match.decision else [])]
    for question in wanted:
        if question not in questions:
            hint = close(question, questions)
            raise LessonError(
                f"{question!r} is no question that a firmware answers{hint and f'; {hint}'}"
            )
    if match is not None and match.state is not None and match.state not in tuple(StateName):
        raise LessonError(f"match.state: {match.state!r} is not one of {', '.join(StateName)}")
    if match is not None and match.decision and match.rule:
        _check_rule(match.decision, match.rule, step.profiles or tuple(known), known)
    for name in (*step.show, *step.claims):
        if not fields.is_field(name):
            raise LessonError(f"{name!r} is no field; `pxeclient help teach` lists them")


def _check_rule(
    question: str, rule: str, wanted: tuple[str, ...], known: dict[str, Profile]
) -> None:
    for name in wanted:
        table = getattr(known[name].policy, question.replace("-", "_"))
        rules = [one.id for one in table.rules]
        if rule not in rules:
            there_are = f"it has {', '.join(rules)}"
            raise LessonError(f"match.rule: {name} has no {question} rule {rule!r}: {there_are}")
