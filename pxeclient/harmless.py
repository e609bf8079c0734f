"""Texts of strangers, made harmless: for terminals, pages, and the logs of CI services.

`printable` (`wire.options`) does it for octets that a server sent. What people wrote, in profiles,
suites, scenarios, lessons and names of files, is Unicode: `clean` takes out of it what no reader
sees, and `without_commands` keeps any line from being an order to the service that keeps the log.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

REPLACED = "\N{REPLACEMENT CHARACTER}"
MOST_SHOWN = 2000
"""Characters of a complaint: it may quote what somebody wrote, however long."""

_COMMAND = re.compile(
    r"(?:^|(?<=[\n\r]))[^\S\n\r]*(?P<colons>::)|(?P<signs>##)(?:\[|vso\[|teamcity\[)"
)
"""What begins an order to a CI service.

``::`` first in a line, after any white space, and ``##[`` anywhere in it (GitHub, actions/runner
src/Runner.Common/ActionCommand.cs, TryParseV2 and TryParse); ``##vso[`` anywhere (Azure Pipelines,
azure-pipelines-agent src/Microsoft.VisualStudio.Services.Agent/Command.cs, TryParse);
``##teamcity[`` anywhere, as TeamCity takes several in a line (its documentation, Service Messages;
where in a line is inferred).
"""


def clean(text: str) -> str:
    """The text with a sign for each character that is not seen, or that turns others around.

    Line ends and tabs stay; control characters, overrides of direction, zero-width characters and
    halves of surrogate pairs do not. White space other than blanks becomes a blank.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def _shown(sign: str) -> str:
    if sign in "\n\t" or sign.isprintable():
        return sign
    return " " if sign.isspace() and sign > "\x7f" and sign not in "\x85\u2028\u2029" else REPLACED


def cleaned(texts: Iterable[str]) -> tuple[str, ...]:
    """Several texts, each `clean`."""
    return tuple(map(clean, texts))


def clean_tree(value: Any) -> Any:
    """A document, as `documents` gives it, whose texts and keys are all `clean`."""
    match value:
        case str():
            return clean(value)
        case list():
            return [clean_tree(one) for one in value]
        case dict():
            return {clean(key): clean_tree(one) for key, one in value.items()}
        case _:
            return value


def complaint(text: str) -> str:
    """What is wrong with somebody's file, on one line that is not endless."""
    shown = " ".join(clean(text).split())
    return shown if len(shown) <= MOST_SHOWN else f"{shown[:MOST_SHOWN]}…"


def without_commands(text: str, before: str = "") -> str:
    """The text, in which no CI service finds an order.

    One sign of what would be one is shown as its octet, as `printable` shows those that are not
    fit to be seen: ``<3a>:error::x``, ``#<23>vso[``.

    Args:
        text: What is to be written.
        before: What the line that it goes on in has already.
    """
    whole, start = before + text, len(before)
    pieces, done = [], start
    for found in _COMMAND.finditer(whole):
        first = found.start("colons") if found["colons"] else found.start("signs") + 1
        sign = max(first, start)
        if found.end() > start:
            pieces += [whole[done:sign], f"<{ord(whole[sign]):02x}>"]
            done = sign + 1
    return "".join([*pieces, whole[done:]])


def json_text(value: Any, indent: int | None = None, ascii_only: bool = True) -> str:
    r"""The value as JSON, whose strings are the same and of which no line is an order.

    A sign that might do harm is written as ``\u0023``, which every reader of JSON takes back.
    """
    written = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    return _ODD.sub(_escaped, written.replace("##", "#\\u0023"))


_ODD = re.compile("[^\n -~]")


def _escaped(found: re.Match[str]) -> str:
    if found[0].isprintable():
        return found[0]
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def markup_text(written: str) -> str:
    """XML, or HTML without scripts, of which no line is an order; what it says is the same."""
    return _FIRST_COLONS.sub(r"\1&#58;:", written.replace("##", "#&#35;"))


_FIRST_COLONS = re.compile(r"^([^\S\n]*)::", re.MULTILINE)


def for_a_log(text: str, before: str = "") -> str:
    """What a command prints, as it may stand on a terminal and in a log.

    Our own colours and moves of the cursor stay; no other control character comes through, nor
    anything that `without_commands` takes out.

    Args:
        text: What is to be written.
        before: What the line that it goes on in has already.
    """
    if _NOT_OURS.search(text):
        text = _NOT_OURS.sub(REPLACED, text)
    return without_commands(text, before)


_NOT_OURS = re.compile(
    "[\\x00-\\x07\\x0b\\x0c\\x0e-\\x1a\\x1c-\\x1f\\x7f-\\x9f]"
    r"|\x1b(?!\[[0-9;]*[ABKm])"
    # Marks, embeddings and overrides of direction, and ends of lines that only some see.
    "|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"
)
