"""A lesson as one web page that needs nothing else: no script, no network."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from pxeclient.harmless import markup_text
from pxeclient.teach.fields import ABSENT, Shown
from pxeclient.teach.sheet import command, paragraphs
from pxeclient.teach.taught import Moment, Taught

_STYLE = """
:root { color-scheme: light dark; --ink: #1c1e21; --soft: #5b6470; --paper: #fbfaf7;
  --box: #f1eee7; --line: #d9d4c7; --accent: #0b5f8a; --mark: #fff3c4; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e2dc; --soft: #9aa3ad; --paper: #17191c;
  --box: #202327; --line: #3a3f45; --accent: #76bde8; --mark: #3d3618; } }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1.05rem/1.6 Georgia, "Liberation Serif", serif; }
article { max-width: 58rem; margin: 0 auto; padding: 2rem 1.2rem 4rem; }
header p, .prose, li { max-width: 42rem; }
h1 { font-size: 2rem; line-height: 1.2; margin: .5rem 0; }
h2 { font-size: 1.3rem; margin: 0 0 .8rem; }
h2 span { color: var(--soft); font-weight: normal; margin-right: .6rem; }
section { border-top: 1px solid var(--line); padding-top: 1.6rem; margin-top: 2rem; }
pre, code, .wire { font-family: ui-monospace, "DejaVu Sans Mono", Consolas, monospace; }
pre { background: var(--box); border-radius: 6px; padding: .8rem 1rem; overflow-x: auto;
  font-size: .8rem; line-height: 1.45; }
pre mark { background: var(--mark); color: inherit; display: inline-block; min-width: 100%; }
code { font-size: .9em; background: var(--box); padding: 0 .25em; border-radius: 3px;
  white-space: nowrap; }
table { border-collapse: collapse; margin: 1rem 0; font-size: .92rem; }
th, td { text-align: left; padding: .25rem 1.2rem .25rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; }
th, .wire { font-size: .85rem; }
.absent, .by, footer { color: var(--soft); }
details { border-left: 4px solid var(--accent); padding: .2rem 0 .2rem 1rem; margin: 1.2rem 0;
  max-width: 41rem; }
summary { cursor: pointer; font-weight: bold; }
.look { font-size: .9rem; color: var(--soft); }
.aim { font-style: italic; font-size: 1.15rem; }
li code, footer code { white-space: normal; overflow-wrap: anywhere; }
"""


def page(taught: Taught) -> str:
    """The whole page; everything that comes from files or from the wire is escaped."""
    return "\n".join(_page(taught)) + "\n"


def _page(taught: Taught) -> Iterator[str]:
    lesson = taught.lesson
    yield "<!DOCTYPE html>"
    yield '<html lang="en">'
    yield '<head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(lesson.title)}</title>"
    yield f"<style>{_STYLE}</style></head>"
    yield "<body><article>"
    yield "<header>"
    yield f'<p class="by">{escape(lesson.group)}</p>'
    yield f"<h1>{escape(lesson.title)}</h1>"
    yield f'<p class="aim">{inline(lesson.aim)}</p>'
    yield (
        f'<p class="by">{escape(taught.profile.title)} (<code>{escape(taught.profile.name)}</code>)'
        f" on the practice network <code>{escape(lesson.network)}</code></p>"
    )
    yield from _paragraphs(lesson.intro)
    yield "</header>"
    for number, moment in enumerate(taught.moments, 1):
        yield from _section(number, moment)
    yield from _end(taught)
    yield "</article></body></html>"


def _section(number: int, moment: Moment) -> Iterator[str]:
    step = moment.step
    yield f'<section id="step-{number}">'
    yield f"<h2><span>{number}</span>{escape(step.title)}</h2>"
    if moment.lines:
        yield _transcript(moment.lines, moment.mark)
    if moment.fields:
        yield from _table(moment.fields)
    yield '<div class="prose">'
    yield from _paragraphs(step.text)
    yield "</div>"
    if step.look_up:
        yield f'<p class="look">Look it up: {escape("; ".join(step.look_up))}</p>'
    if step.question:
        yield f"<details><summary>{inline(step.question)}</summary>"
        yield from _paragraphs(step.answer)
        yield "</details>"
    yield "</section>"


def _end(taught: Taught) -> Iterator[str]:
    yield '<section id="end"><h2>How it ended</h2>'
    yield _transcript((*taught.rest, *taught.ending), range(0))
    yield "<ul>"
    for sentence in taught.lesson.learnt:
        yield f"<li>{inline(sentence)}</li>"
    yield "</ul></section>"
    yield f"<footer><p>The whole boot: <code>{escape(command(taught))}</code></p></footer>"


def _transcript(lines: Iterable[str], mark: range) -> str:
    """The lines; those that the step is about are marked."""
    shown = [markup_text(escape(line)) for line in lines]
    for at in mark:
        shown[at] = f"<mark>{shown[at]}</mark>"
    return f"<pre>{chr(10).join(shown)}</pre>"


def _table(fields: Iterable[Shown]) -> Iterator[str]:
    yield "<table><thead><tr><th>field</th><th>what it is</th><th>here</th></tr></thead><tbody>"
    for field in fields:
        kind = "wire absent" if field.value == ABSENT else "wire"
        yield (
            f"<tr><td><code>{escape(field.name)}</code></td><td>{escape(field.meaning)}</td>"
            f'<td class="{kind}">{escape(field.value)}</td></tr>'
        )
    yield "</tbody></table>"


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in paragraphs(text):
        yield f"<p>{inline(paragraph)}</p>"


def inline(text: str) -> str:
    """Text with what stands in backquotes as code, and between asterisks as stressed."""
    coded = re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(" ".join(text.split())))
    return re.sub(r"\*([^*]+)\*", r"<em>\1</em>", coded)
