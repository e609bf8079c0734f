"""A lesson as one web page that needs nothing else: no script, no network.

Beside the words of each step stand its part of the boot's ladder and, where it is about a frame,
the frame's octets with what each of them is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files
from itertools import groupby

from pxeclient.report import web
from pxeclient.report.fields import Field, dissect
from pxeclient.report.ladder.cutting import Part, parts
from pxeclient.report.ladder.details import label
from pxeclient.report.ladder.pieces import asset
from pxeclient.report.ladder.svg import part as picture
from pxeclient.report.web import words
from pxeclient.teach.fields import ABSENT, Shown
from pxeclient.teach.lesson import Lesson
from pxeclient.teach.markup import blocks, inline, linked
from pxeclient.teach.octets import places, spelled
from pxeclient.teach.sheet import command
from pxeclient.teach.taught import Moment, Taught


def style() -> str:
    """The style of lessons, and of their index."""
    return asset("drawing.css") + files(__package__).joinpath("lesson.css").read_text("utf-8")


def page(taught: Taught, lessons: Sequence[Lesson] = (), linked_up: bool = False) -> str:
    """The whole page; everything that comes from files or from the wire is escaped.

    Args:
        taught: The lesson.
        lessons: All there are, in order: the ones before and after it are named.
        linked_up: They lie beside this page, as ``NAME.html``, and there is an ``index.html``.
    """
    return "\n".join(_page(taught, _ways(taught.lesson, lessons, linked_up), linked_up)) + "\n"


def _ways(lesson: Lesson, lessons: Sequence[Lesson], linked_up: bool) -> list[str]:
    names = [one.name for one in lessons]
    at = names.index(lesson.name) if lesson.name in names else None
    if at is None:
        return []
    found = []
    for to, says, rel in ((at - 1, "Before", "prev"), (at + 1, "Next", "next")):
        if 0 <= to < len(lessons):
            other = lessons[to]
            title = words(other.title)
            way = f'<a href="{words(other.name)}.html" rel="{rel}">{title}</a>'
            typed = f"{title} <code>pxeclient teach {words(other.name)}</code>"
            found.append(f'<span class="{rel}">{says}: {way if linked_up else typed}</span>')
    return found


def _page(taught: Taught, ways: Sequence[str], linked_up: bool) -> Iterator[str]:
    lesson = taught.lesson
    yield from web.head(lesson.title, style())
    yield "<body>"
    if linked_up:
        yield '<nav class="top" aria-label="Lessons"><a href="index.html">All lessons</a>'
        yield f"{' '.join(ways)}</nav>"
    yield "<main>"
    yield "<header>"
    yield f'<p class="by">{words(lesson.group)}</p>'
    yield f"<h1>{words(lesson.title)}</h1>"
    yield f'<p class="aim">{inline(lesson.aim)}</p>'
    yield (
        f'<p class="by">{words(taught.profile.title)} (<code>{words(taught.profile.name)}</code>)'
        f" on the practice network <code>{words(lesson.network)}</code></p>"
    )
    yield from blocks(lesson.intro)
    yield "</header>"
    drawn = iter(
        parts(taught.trace, [one.cut for one in taught.moments if one.cut] + [taught.last])
    )
    for number, moment in enumerate(taught.moments, 1):
        yield from _step(number, moment, next(drawn) if moment.cut else None)
    yield from _end(taught, next(drawn))
    yield "</main>"
    yield f"<footer><p>The whole boot: <code>{words(command(taught))}</code></p>"
    if ways:
        yield f'<nav aria-label="Before and after">{" ".join(ways)}</nav>'
    yield "</footer></body></html>"


def _step(number: int, moment: Moment, drawn: Part | None) -> Iterator[str]:
    step = moment.step
    kind = "step" if drawn is not None else "step words"
    yield f'<section id="step-{number}" class="{kind}" aria-labelledby="title-{number}">'
    yield f'<h2 id="title-{number}"><span>{number}</span> {words(step.title)}</h2>'
    yield '<div class="prose">'
    yield from blocks(step.text)
    if step.look_up:
        yield f'<p class="look">Look it up: {"; ".join(map(linked, step.look_up))}</p>'
    if step.question:
        yield f"<details><summary>{inline(step.question)}</summary>"
        yield from blocks(step.answer)
        yield "</details>"
    yield "</div>"
    if drawn is not None:
        yield '<div class="seen">'
        yield from _figure(drawn, f"Step {number} as a ladder")
        if moment.frame:
            yield from _octets(moment)
        yield "</div>"
    yield "</section>"


def _end(taught: Taught, drawn: Part) -> Iterator[str]:
    kind = "step" if drawn.ladder.events else "step words"
    yield f'<section id="end" class="{kind}" aria-labelledby="title-end">'
    yield '<h2 id="title-end">How it ended</h2>'
    yield '<div class="prose">'
    first, *more = taught.ending
    yield f'<p class="verdict">{words(first)}</p>'
    yield f"<p>{words(' '.join(line.strip() for line in more))}</p>" if more else ""
    yield "<p>What to take along:</p><ul>"
    for sentence in taught.lesson.learnt:
        yield f"<li>{inline(sentence)}</li>"
    yield "</ul></div>"
    if drawn.ladder.events:
        yield '<div class="seen">'
        yield from _figure(drawn, "The rest as a ladder")
        yield "</div>"
    yield "</section>"


def _figure(drawn: Part, caption: str) -> Iterator[str]:
    """The picture, and the same in words for those who listen."""
    yield f"<figure>{picture(drawn.ladder, caption, drawn.marked)}"
    yield '<ol class="unseen">'
    for event in drawn.ladder.events:
        yield f"<li>{words(label(drawn.ladder, event))}</li>"
    yield "</ol></figure>"


def _octets(moment: Moment) -> Iterator[str]:
    fields = dissect(moment.frame)
    shown = {one.name: places(fields, one.name) for one in moment.fields}
    if moment.fields:
        yield '<table class="few"><caption>What matters here</caption>'
        yield f"<thead>{_heads('field', 'octets', 'what it is', 'here')}</thead><tbody>"
        for one in moment.fields:
            yield _few(one, [fields[at] for at in shown[one.name]], moment.frame)
        yield "</tbody></table>"
    count = len(moment.frame)
    yield f"<details><summary>The whole frame, field by field: {count} octets</summary>"
    yield from _whole(fields, moment.frame, {at for every in shown.values() for at in every})
    yield "</details>"


def _few(shown: Shown, fields: Sequence[Field], frame: bytes) -> str:
    kind = "absent" if shown.value == ABSENT else "wire"
    octets = " ".join(spelled(_of(one, frame)) for one in fields)
    return (
        f"<tr><th><code>{words(shown.name)}</code></th>"
        f'<td class="octets">{words(octets)}</td><td>{words(shown.meaning)}</td>'
        f'<td class="{kind}">{words(shown.value)}</td></tr>'
    )


def _whole(fields: Sequence[Field], frame: bytes, wanted: set[int]) -> Iterator[str]:
    yield f"<table><thead>{_heads('at', 'octets', 'field', 'says')}</thead>"
    for layer, members in groupby(enumerate(fields), lambda one: one[1].layer):
        yield f'<tbody><tr class="layer"><th colspan="4">{words(layer)}</th></tr>'
        for at, one in members:
            mark = ' class="hit"' if at in wanted else ""
            note = f" <small>{words(one.note)}</small>" if one.note else ""
            yield (
                f'<tr{mark}><td class="at">{one.offset}</td>'
                f'<td class="octets">{words(spelled(_of(one, frame)))}</td>'
                f"<td>{words(one.name)}</td><td>{words(one.value)}{note}</td></tr>"
            )
        yield "</tbody>"
    yield "</table>"


def _heads(*names: str) -> str:
    return f"<tr>{''.join(f'<th>{name}</th>' for name in names)}</tr>"


def _of(field: Field, frame: bytes) -> bytes:
    return frame[field.offset : field.offset + field.length]
