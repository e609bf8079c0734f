"""The page as HTML that needs nothing else: no script, no font, no other file.

It forbids itself everything but its own style, which the policy in its head names by its hash.
All that is not ours is text, and escaped.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from pxeclient.report import web
from pxeclient.report.ladder.building import build
from pxeclient.report.ladder.model import Remedy
from pxeclient.report.ladder.pieces import asset
from pxeclient.report.ladder.svg import part
from pxeclient.report.page.values import Line, Page, Story, Told

_text = web.words
_SIGNS = {"good": "✓", "bad": "✗", "open": "?"}


def render(page: Page) -> str:
    """The whole page."""
    return "\n".join(_page(page)) + "\n"


def _page(page: Page) -> Iterator[str]:
    style = asset("drawing.css") + files(__package__).joinpath("page.css").read_text("utf-8")
    title = _text(page.title)
    yield from web.head(page.title, style)
    yield "<body>"
    yield "<header>"
    yield f"<h1>{title}</h1>"
    yield f"<p>on {_text(page.where)}</p>" if page.where else ""
    yield f'<p class="verdict {page.look}">■ {_text(page.verdict)}</p>'
    yield "</header>"
    yield "<main>"
    stories = [line.story for line in page.lines if line.story is not None]
    numbers = {id(story): at for at, story in enumerate(stories, 1)}
    if page.lines:
        yield from _table(page, numbers)
    for note in page.notes:
        yield f'<p class="note">{_text(note)}</p>'
    drawn: dict[int, Story] = {}
    for story in stories:
        yield from _story(story, numbers, drawn)
    yield "</main>"
    yield "</body>"
    yield "</html>"


def _table(page: Page, numbers: dict[int, int]) -> Iterator[str]:
    yield '<table id="top">'
    heads = "".join(f'<th scope="col">{_text(name)}</th>' for name in page.columns)
    yield f"<thead><tr>{heads}</tr></thead>"
    yield "<tbody>"
    for line in page.lines:
        yield f'<tr class="{line.look}">{"".join(_cells(page, line, numbers))}</tr>'
    yield "</tbody>"
    yield "</table>"


def _cells(page: Page, line: Line, numbers: dict[int, int]) -> Iterator[str]:
    for at, (name, words) in enumerate(zip(page.columns, line.cells, strict=True)):
        shown = _text(words)
        if at == 0:
            sign = f'<span class="sign" aria-hidden="true">{_SIGNS[line.look]}</span> '
            if line.story is not None:
                shown = f'<a href="#story-{numbers[id(line.story)]}">{shown}</a>'
            yield f'<th scope="row">{sign}{shown}</th>'
        else:
            # Where there is no room for a table, the column's name stands before the words.
            yield f'<td data-name="{_text(name)}">{shown}</td>'


def _story(story: Story, numbers: dict[int, int], drawn: dict[int, Story]) -> Iterator[str]:
    number = numbers[id(story)]
    yield f'<section id="story-{number}" class="{story.look}" aria-labelledby="title-{number}">'
    sign = f'<span class="sign" aria-hidden="true">{_SIGNS[story.look]}</span>'
    yield f'<h2 id="title-{number}">{sign} {_text(story.title)}</h2>'
    if story.facts:
        told = (f"<dt>{_text(word)}</dt><dd>{_text(what)}</dd>" for word, what in story.facts)
        yield f"<dl>{''.join(told)}</dl>"
    if story.told is not None:
        yield from _told(story.told)
    if story.links:
        links = (f'<a href="{_text(one.path)}">{_text(one.words)}</a>' for one in story.links)
        yield f'<p class="links">{" ".join(links)}</p>'
    if story.trace is not None:
        first = drawn.setdefault(id(story.trace), story)
        if first is story:
            yield from _ladder(story)
        else:
            where = f'<a href="#story-{numbers[id(first)]}">{_text(first.title)}</a>'
            yield f'<p class="note">The same boot is drawn with {where}.</p>'
    yield '<p class="back"><a href="#top">Back to the table</a></p>'
    yield "</section>"


def _told(told: Told) -> Iterator[str]:
    yield f'<div class="told"><p class="end">{_text(told.words)}</p>'
    yield from (f"<p>{_text(line)}</p>" for line in told.came)
    if told.reason and told.problem is None:
        yield f"<p>{_text(told.reason)}</p>"
    if told.problem is not None:
        seen = _text(" ".join(told.problem.seen))
        yield f'<p><b>{told.cause}</b> {seen} <span class="id">{_text(told.problem.id)}</span></p>'
        yield from _cure(told.problem.remedies[0])
    yield "</div>"


def _cure(remedy: Remedy) -> Iterator[str]:
    yield f"<p><b>Cure</b> {_text(remedy.do)}</p>"
    *settings, _ = remedy.settings or (None,)
    if not settings:
        return
    names = ", ".join(one.server for one in settings)
    yield f"<details><summary>Lines for {_text(names)}</summary>"
    for one in settings:
        yield f"<h3>{_text(one.server)}</h3>"
        lines = _text("\n".join(one.lines))
        yield f"<p>{lines}</p>" if one.is_told_in_words else f"<pre>{lines}</pre>"
    yield "</details>"


def _ladder(story: Story) -> Iterator[str]:
    assert story.trace is not None
    drawn = part(build(story.trace), f"The boot of {story.title}")
    yield "<details><summary>Who sent what to whom, and why</summary>"
    words = f"The ladder of {_text(story.title)}"
    yield f'<div class="ladder-box" tabindex="0" role="region" aria-label="{words}">{drawn}</div>'
    yield "</details>"
