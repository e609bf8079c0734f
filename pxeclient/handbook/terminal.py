"""A page as text for a terminal: prose at its width, tables in columns, code as it is."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Generator, Iterator, Sequence
from itertools import takewhile

from pxeclient.prose import Verbatim, width, wrapped

_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]+)\)")
_STRONG = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=\S)([^*]+?)(?<=\S)\*(?![\w*])")
_CODE = re.compile(r"(`+)(.+?)\1")
_ITEM = re.compile(r"( *)([*-]|\d+\.) +(.*)")
_ROW = re.compile(r" *\|.*\| *$")
_RULE = re.compile(r" *\|(?: *:?-+:? *\|)+ *$")
_ALT = re.compile(r'<img [^>]*alt="([^"]*)"')
_FENCE = "```"
_GAP = "  "
_NARROWEST = 16
"""Columns that a cell of a table needs; where there are fewer, cells stand below each other."""


class Heading(str):
    """A line that is one."""

    __slots__ = ()


def lines(text: str, columns: int | None = None) -> Iterator[str]:
    """The page, line by line: headings as `Heading`, what is to be copied as `Verbatim`."""
    room = width() if columns is None else columns
    was_empty = True
    for line in _blocks(text.split("\n"), room):
        if line.strip() or not was_empty:
            yield line
        was_empty = not line.strip()


def plain(text: str) -> str:
    """Words without Markdown's signs; a link is its words, a web address stays."""
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        inner = match[2].replace("\\|", "|")
        kept.append(f"`{inner}`")
        return f"\0{len(kept) - 1}\0"

    text = _CODE.sub(keep, text)
    text = _LINK.sub(_linked, text.replace("<br>", " "))
    text = _EMPHASIS.sub(r"\1", _STRONG.sub(r"\1", text))
    text = re.sub(r"\\([\\`*_\[\]<>|~#!&])", r"\1", html.unescape(text))
    return re.sub(r"\0(\d+)\0", lambda match: kept[int(match[1])], text)


def _linked(match: re.Match[str]) -> str:
    words, link = match.groups()
    return f"{words} <{link}>" if "://" in link and link not in words else words


def _blocks(page: list[str], room: int) -> Iterator[str]:
    at = 0
    while at < len(page):
        line = page[at]
        if line.lstrip().startswith(_FENCE):
            body = list(takewhile(lambda one: not one.lstrip().startswith(_FENCE), page[at + 1 :]))
            indent = " " * (len(line) - len(line.lstrip()))
            yield from (Verbatim(f"    {one.removeprefix(indent)}".rstrip()) for one in body)
            at += len(body) + 2
        elif line.startswith("<"):
            raw = list(takewhile(str.strip, page[at:]))
            raw = raw[: 1 if line.startswith("<!--") else None]
            for alt in _ALT.findall(" ".join(raw)):
                yield from wrapped(f"[Picture: {html.unescape(alt)}]", columns=room)
            at += len(raw)
        elif line.startswith("#"):
            yield ""
            yield from (Heading(one) for one in _heading(line, room))
            yield ""
            at += 1
        elif _ROW.match(line) and at + 1 < len(page) and _RULE.match(page[at + 1]):
            rows = list(takewhile(_ROW.match, page[at:]))
            yield from _table([rows[0], *rows[2:]], room)
            at += len(rows)
        elif line.startswith("    "):
            body = list(takewhile(lambda one: one.startswith("    "), page[at:]))
            yield from map(Verbatim, body)
            at += len(body)
        elif item := _ITEM.match(line):
            count = yield from _item(page[at:], item, room)
            at += count
        elif not line.strip():
            yield ""
            at += 1
        else:
            body = [line, *takewhile(_goes_on, page[at + 1 :])]
            yield from wrapped(plain(" ".join(map(str.strip, body))), columns=room)
            at += len(body)


def _goes_on(line: str) -> bool:
    """It is a further line of a paragraph."""
    is_other = line.startswith(("#", _FENCE, "<!--")) or _ITEM.match(line) or _ROW.match(line)
    return bool(line.strip()) and not is_other


def _heading(line: str, room: int) -> Iterator[str]:
    level = len(line) - len(line.lstrip("#"))
    words = plain(line.lstrip("#").strip())
    if level == 1:
        yield from wrapped(words, columns=room)
        yield "=" * min(room, len(words))
    else:
        yield from wrapped(words, columns=room)
        if level == 2:
            yield "-" * min(room, len(words))


def _item(page: list[str], item: re.Match[str], room: int) -> Generator[str, None, int]:
    """One item of a list, with what belongs to it; the number of lines that it takes."""
    indent, mark, first = item.groups()
    inner = len(indent) + len(mark) + 1
    body = [first]
    for at, line in enumerate(page[1:], 1):
        nxt = next((one for one in page[at:] if one.strip()), "")
        is_deeper = len(line) - len(line.lstrip()) >= inner
        if line.strip() and not is_deeper and (_ITEM.match(line) or not _goes_on(line)):
            break
        if not line.strip() and len(nxt) - len(nxt.lstrip()) < inner:
            break
        body.append(line[inner:] if is_deeper else line.strip())
    shown = list(lines("\n".join(body), max(20, room - inner)))
    lead = f"{indent}{mark} "
    for at, line in enumerate(shown):
        kind = type(line) if isinstance(line, Verbatim) else str
        yield kind(f"{' ' * inner if at else lead}{line}") if line else ""
    return len(body)


def _table(rows: Sequence[str], room: int) -> Iterator[str]:
    cells = [[plain(one.strip()) for one in _cells(row)] for row in rows]
    head, *body = cells
    if not any(head):
        cells = body
    count = max(map(len, cells))
    cells = [[*row, *[""] * (count - len(row))] for row in cells]
    widest = [max(len(row[at]) for row in cells) for at in range(count)]
    columns = _shared(widest, room - len(_GAP) * (count - 1))
    if columns is None:
        yield from _below(cells if any(head) else [[""] * count, *cells], room)
        return
    for number, row in enumerate(cells):
        yield from _row(row, columns)
        if number == 0 and any(head):
            yield _GAP.join("-" * one for one in columns)


def _cells(row: str) -> list[str]:
    """The cells of a row; a bar with a backslash before it is none between two."""
    inner = row.strip()[1:-1]
    return [one.replace("\0", "\\|") for one in inner.replace("\\|", "\0").split("|")]


def _shared(widest: list[int], room: int) -> list[int] | None:
    """The columns' widths: as wide as they want to be, if need be the widest give way."""
    columns = list(widest)
    while sum(columns) > room:
        most = max(columns)
        if most <= _NARROWEST:
            return None
        columns[columns.index(most)] -= 1
    return columns


def _row(row: Sequence[str], columns: Sequence[int]) -> Iterator[str]:
    wrapped_cells = [
        textwrap.wrap(cell, size, break_on_hyphens=False) or [""] if size else [""]
        for cell, size in zip(row, columns, strict=True)
    ]
    for at in range(max(map(len, wrapped_cells))):
        parts = [one[at] if at < len(one) else "" for one in wrapped_cells]
        yield _GAP.join(
            f"{part:{size}}" for part, size in zip(parts, columns, strict=True)
        ).rstrip()


def _below(cells: Sequence[Sequence[str]], room: int) -> Iterator[str]:
    """Cells under each other, for a table that is wider than the terminal."""
    head, *body = cells
    for row in body:
        first, *rest = row
        yield from wrapped(first, columns=room)
        for name, cell in zip(head[1:], rest, strict=True):
            if cell:
                yield from wrapped(f"{name}: {cell}" if name else cell, "    ", columns=room)
        yield ""
