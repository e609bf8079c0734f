"""The files of kept boots: a folder for each, and one page that leads to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO, TypeAlias

from pxeclient.artifacts.kept import Kept
from pxeclient.capture import writing
from pxeclient.harmless import for_a_log, json_text
from pxeclient.report.as_json import as_json
from pxeclient.report.commented import commented
from pxeclient.report.heading import headed
from pxeclient.report.ladder import Format, render
from pxeclient.report.page import Link, Page
from pxeclient.report.page import render as page_of

Fill: TypeAlias = Callable[[BinaryIO], None]
"""Writes a file's whole content."""

INDEX = "index.html"
CAPTURE, LADDER, BOOT, LOG, AGAIN = (
    "boot.pcapng", "ladder.html", "boot.json", "server.log", "again.sh",
)  # fmt: skip
_WORDS = {
    CAPTURE: "capture",
    LADDER: "ladder",
    BOOT: "JSON",
    LOG: "servers' log",
    AGAIN: "boot it again",
}


def names(kept: Kept) -> list[str]:
    """The files that it has, in the order in which they are named to people."""
    there = {
        LADDER: kept.trace is not None,
        CAPTURE: kept.trace is not None,
        BOOT: kept.trace is not None and kept.exit_code is not None,
        LOG: bool(kept.log),
        AGAIN: bool(kept.again),
    }
    return [name for name, is_there in there.items() if is_there]


def links(kept: Kept) -> list[Link]:
    """To its files, for a page in the folder above."""
    return [Link(f"{kept.name}/{name}", _WORDS[name]) for name in names(kept)]


def files(every: Sequence[Kept], index: Page, now: float) -> Iterator[tuple[str, Fill]]:
    """All files by their paths, the page that leads to them last; `now` as of `files_of`."""
    for kept in every:
        yield from files_of(kept, now)
    yield INDEX, _text(page_of(index))


def files_of(kept: Kept, now: float) -> Iterator[tuple[str, Fill]]:
    """Those of one boot, by their paths; `now`, since 1970, is for one without a date."""
    for name in names(kept):
        yield f"{kept.name}/{name}", _content(kept, name, now)


def _content(kept: Kept, name: str, now: float) -> Fill:
    trace = kept.trace
    if name == AGAIN:
        return _text(kept.again)
    if name == LOG:
        return _text(for_a_log(kept.log))
    assert trace is not None, "the others are of a boot"
    if name == CAPTURE:
        started = kept.started
        return lambda file: writing.write(file, commented(trace, started))
    if name == LADDER:
        return lambda file: _write(file, render([trace], Format.HTML))
    code, beside = kept.exit_code or 0, kept.beside
    return lambda file: _write(file, _json(as_json(trace, code, beside), kept.started or now))


def _json(found: Mapping[str, Any], time: float) -> str:
    return json_text(headed(found, time), indent=2) + "\n"


def _text(text: str) -> Fill:
    return lambda file: _write(file, text)


def _write(file: BinaryIO, text: str) -> None:
    # A user's words may have halves of characters in them, where a file's name had other octets.
    file.write(text.encode("utf-8", "surrogateescape"))
