"""The words of lessons as HTML: code, stress, paragraphs, and RFCs as links."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pxeclient.report.web import words
from pxeclient.teach.sheet import paragraphs

_CODE = re.compile(r"(`[^`]*`)")
_STRESS = re.compile(r"\*([^*]+)\*")
_RFC = re.compile(r"\bRFC (?P<number>[1-9][0-9]{0,4})\b(?: §(?P<section>[0-9]+(?:\.[0-9]+)*))?")
_WHERE = "https://www.rfc-editor.org/rfc/rfc"


def inline(text: str) -> str:
    """Text with what stands in backquotes as code, and between asterisks as stressed."""
    coded = _CODE.split(" ".join(text.split()))
    made = (_code(part) if at % 2 else linked(part) for at, part in enumerate(coded))
    # Stress may go across code.
    return _STRESS.sub(r"<em>\1</em>", "".join(made))


def _code(quoted: str) -> str:
    return f"<code>{words(quoted[1:-1])}</code>"


def linked(text: str) -> str:
    """Text in which each RFC, with its section if it has one, leads to the RFC Editor's."""
    pieces, done = [], 0
    for found in _RFC.finditer(text):
        section = f"#section-{found['section']}" if found["section"] else ""
        link = f"{_WHERE}{found['number']}{section}"
        pieces.append(words(text[done : found.start()]))
        pieces.append(f'<a href="{link}" rel="noreferrer">{words(found[0])}</a>')
        done = found.end()
    return "".join([*pieces, words(text[done:])])


def blocks(text: str) -> Iterator[str]:
    """Its paragraphs."""
    for paragraph in paragraphs(text):
        yield f"<p>{inline(paragraph)}</p>"
