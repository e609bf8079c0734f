"""The documentation as web pages: ``build/site``, which needs no server and nothing from outside.

    python -m tools.site [FOLDER]             build it                        (make site)

Every page of the handbook is written into ``build/docs``, in the dialect of Markdown that mkdocs
reads, and mkdocs makes the site of them (`mkdocs.yml`).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from pxeclient.cli import command_pages, lesson_pages
from pxeclient.cli.main import cli
from pxeclient.handbook import Handbook, Page, made, written
from pxeclient.teach import loading
from pxeclient.teach.site import site as teach_site

ROOT = Path(__file__).parent.parent
_ABOVE = {
    "finding": "Findings",
    "code": "Error codes",
    "network": "Practice networks",
    "profile": "Firmwares",
    "command": "Commands",
    "lesson": "Lessons",
}
_LESSONS = "lessons"
"""The folder of the lessons' own web pages."""
_BOOST = {"": 2, "network": 0.3}
"""What a search finds first, and last; 1 for the others."""
_ITEM = re.compile(r"( *)([*-]|\d+\.)( +)(?=\S)")
_MAKERS = re.compile(r"<!-- (?:part of|made|by hand): .* -->")
_FENCE = "```"
_DEPTH = 4
"""Columns that Python-Markdown wants of what belongs to an item of a list."""


def handbook() -> Handbook:
    """All pages, and the files beside them."""
    docs = ROOT / "docs"
    beside = (path.relative_to(docs).as_posix() for path in written.files(docs))
    others = (*lesson_pages.pages(), *made.pages(), *command_pages.pages(cli))
    return Handbook(written.pages(docs), others, beside)


def lessons() -> Iterator[tuple[str, str]]:
    """The web pages of all lessons, as `pxeclient teach --html` writes them."""
    return teach_site([loading.load(name) for name in loading.names()])


def write(folder: Path) -> None:
    """The sources of the site, in an empty folder."""
    book = handbook()
    for page in book.pages.values():
        path = folder / page.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(_site_lines(book, page)), encoding="utf-8")
    for name, text in lessons():
        path = folder / _LESSONS / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for file in written.files(ROOT / "docs"):
        path = folder / file.relative_to(ROOT / "docs")
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, path)


def _site_lines(book: Handbook, page: Page) -> Iterator[str]:
    """The page, with the way back to its list, and to the pages that speak of it."""
    yield "---"
    yield f"title: {json.dumps(page.title)}"
    yield f"search: {{ boost: {_BOOST.get(page.kind, 1)} }}"
    yield "---"
    if page.kind:
        above = page.path.rpartition("/")[0]
        yield f"[{_ABOVE[page.kind]}](../{above.rpartition('/')[2]}.md){_whole(page)}"
        yield ""
    yield from for_mkdocs(page.text())
    others = [one for one in book.speaks_of(page) if one.name != "index"] if page.kind else []
    if others:
        up = "../" * page.path.count("/")
        yield "## See also"
        yield ""
        yield from (f"* [{one.title}]({up}{one.path})" for one in others)
        yield ""


def _whole(page: Page) -> str:
    """The way to the lesson itself, on the page of one."""
    if page.kind != lesson_pages.LESSON:
        return ""
    return f" · [the whole lesson, with every message](../../{_LESSONS}/{page.stem}.html)"


def for_mkdocs(text: str) -> Iterator[str]:
    """Markdown as CommonMark has it, for Python-Markdown: it wants an empty line before a list or a
    table, and more columns before what belongs to an item."""
    before, is_code = "", False
    inside: list[int] = []
    """Of each list that is open, the column at which its item's text begins."""
    for line in text.split("\n"):
        if _MAKERS.fullmatch(line):
            continue
        indent = len(line) - len(line.lstrip())
        if line.strip() and not is_code:
            while inside and indent < inside[-1]:
                inside.pop()
        item = None if is_code or _is_indented(indent, inside) else _ITEM.match(line)
        begins = item or line.lstrip().startswith("|")
        if begins and not is_code and _is_paragraph(before):
            yield ""
        yield _moved(line, indent, inside)
        if item:
            inside.append(len(item[0]))
        if line.lstrip().startswith(_FENCE):
            is_code = not is_code
        before = line


def _is_indented(indent: int, inside: list[int]) -> bool:
    """It is a line of code."""
    return indent - (inside[-1] if inside else 0) >= _DEPTH


def _is_paragraph(line: str) -> bool:
    return bool(line.strip()) and not _ITEM.match(line) and not line.lstrip().startswith(("|", "#"))


def _moved(line: str, indent: int, inside: list[int]) -> str:
    if not inside or not line.strip():
        return line
    return " " * (_DEPTH * len(inside) + max(0, indent - inside[-1])) + line.lstrip()


def build(folder: Path, sources: Path = ROOT / "build" / "docs") -> int:
    """Make the site; the exit status of mkdocs, which names what is wrong.

    Args:
        folder: Where it goes.
        sources: Where its Markdown goes; what is there is gone.
    """
    shutil.rmtree(sources, ignore_errors=True)
    write(sources)
    settings = sources.with_name("mkdocs.yml")
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    settings.write_text(text.replace("docs_dir: build/docs", f"docs_dir: {sources.name}"))
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
    done = subprocess.run(
        [*command, "--config-file", str(settings), "--site-dir", str(folder.resolve())],
        check=False,
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )
    return done.returncode


def main(arguments: list[str]) -> int:
    """Build it, and say where it is."""
    folder = Path(arguments[0]) if arguments else ROOT / "build" / "site"
    status = build(folder)
    if status == 0:
        print(f"{folder / 'index.html'}")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
