"""Links between files, as links between pages.

A page that is a file links to other files of the repository, so that it can be read where the files
are. Where it is a page, a finding has a page of its own, and files that are no pages are not there.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]+)\)")
_FENCE = "```"


def turned(text: str, source: str, path: str, places: Mapping[str, str]) -> str:
    """The text with its links turned.

    Args:
        text: Markdown, whose links are relative to `source`.
        source: The file in the repository.
        path: The page that it becomes.
        places: Page by file, or by ``FILE#fragment`` for a part that is a page of its own.
    """

    def turn(match: re.Match[str]) -> str:
        words, link = match.groups()
        if "://" in link or link.startswith(("#", "mailto:")):
            return match[0]
        to = target(link, source, places)
        return words if to is None else f"[{words}]({relative(to, path)})"

    return "\n".join(_LINK.sub(turn, line) if is_prose else line for is_prose, line in lines(text))


def target(link: str, source: str, places: Mapping[str, str]) -> str | None:
    """The page, with its fragment, that a link in a file leads to; None if it is no page."""
    file, fragment = file_of(link, source)
    hash = "#" if fragment else ""
    if (whole := places.get(f"{file}#{fragment}")) is not None:
        return whole
    found = places.get(file)
    return None if found is None else f"{found}{hash}{fragment}"


def file_of(link: str, source: str) -> tuple[str, str]:
    """The file that a link in another leads to, and the fragment in it, if any."""
    file, _, fragment = link.partition("#")
    if not file:
        return source, fragment
    return posixpath.normpath(posixpath.join(posixpath.dirname(source), file)), fragment


def of(text: str) -> Iterator[str]:
    """Every link of a page to another, or to a part of itself."""
    for is_prose, line in lines(text):
        for _, link in _LINK.findall(line) if is_prose else ():
            if "://" not in link and not link.startswith("mailto:"):
                yield link


def relative(to: str, path: str) -> str:
    """A page, seen from another."""
    file, hash, fragment = to.partition("#")
    seen = posixpath.relpath(file, posixpath.dirname(path) or ".")
    return f"{seen}{hash}{fragment}"


def lines(text: str) -> Iterator[tuple[bool, str]]:
    """Every line, and whether it is none of a fence's."""
    is_prose = True
    for line in text.split("\n"):
        is_fence = line.lstrip().startswith(_FENCE)
        if is_fence:
            is_prose = not is_prose
        yield is_prose and not is_fence, line
