"""Where in its file each case of a suite stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from pxeclient.check.suite import Case
from pxeclient.documents import DocumentError, octets, toml_string
from pxeclient.harmless import clean

_TOKEN = re.compile(
    r"""
    ^[ \t]*\[\[[ \t]*(?P<cases>cases|"cases"|'cases')[ \t]*\]\]
    | \bname[ \t]*=[ \t]*(?P<name>"(?:\\.|[^"\\\n])*"(?!")|'[^'\n]*'(?!'))
    | \"{3}(?:\\.|[^\\])*?\"{3,5} | '{3}.*?'{3,5}
    | "(?:\\.|[^"\\\n])*" | '[^'\n]*' | \#[^\n]*
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
"""What in a TOML document may be the head of a case, or its name; and what may hold the same
signs without being it: strings and comments (TOML 1.0)."""


def lines(path: Path, cases: Sequence[Case]) -> dict[str, int]:
    """The line of each case by its name, from 1; those that cannot be told are left out.

    Args:
        path: The file.
        cases: All of them, in the file's order.
    """
    try:
        text = octets(path).decode()
    except (DocumentError, UnicodeDecodeError):
        return {}
    heads: list[int] = []
    named: dict[str, list[int]] = {}
    for found in _TOKEN.finditer(text):
        if found["cases"]:
            heads.append(_line(text, found.start("cases")))
        elif found["name"]:
            named.setdefault(_string(found["name"]), []).append(_line(text, found.start("name")))
    if len(heads) == len(cases):
        return {case.name: line for case, line in zip(cases, heads, strict=True)}
    # Written in another way, as `cases = [{ name = "…" }]`: where the name stands, if once.
    return {case.name: named[case.name][0] for case in cases if len(named.get(case.name, ())) == 1}


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _string(written: str) -> str:
    return clean(toml_string(written) or "")
