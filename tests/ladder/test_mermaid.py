"""Ladders as Mermaid: every line is one of the statements of a sequence diagram."""

from __future__ import annotations

import html
import re

import pytest

from pxeclient.report.ladder import Align, Format, render
from pxeclient.report.ladder.mermaid import draw, escaped
from tests.ladder.boots import FIRMWARES, HOSTILE, dead, hostile, ladders

WORDS = r"(?:[A-Za-z0-9 .,()/_=+'\[\]:-]|#\d+;|<br/>)+"
"""Text as we write it: nothing in it means anything to Mermaid but numbers and line breaks."""
STATEMENTS = {
    "title": rf"title {WORDS}",
    "box": rf"box transparent {WORDS}",
    "end": "end",
    "participant": rf"participant (?P<id>\w+) as {WORDS}",
    "message": rf"(?P<source>\w+)->>(?P<target>\w+): {WORDS}",
    "note": rf"Note (?:right of|over) (?P<left>\w+)(?:,(?P<right>\w+))?: {WORDS}",
}


def checked(diagram: str) -> list[str]:
    """The kinds of the diagram's statements; each is well-formed, and names known participants."""
    head, *lines = diagram.splitlines()
    assert head == "sequenceDiagram"
    known: set[str] = set()
    found = []
    for line in lines:
        assert line.startswith("    ")
        matches = {name: re.fullmatch(form, line.strip()) for name, form in STATEMENTS.items()}
        [(name, match)] = [(name, match) for name, match in matches.items() if match]
        parts = match.groupdict()
        if name == "participant":
            known.add(parts["id"])
        else:
            assert {part for part in parts.values() if part} <= known
        found.append(name)
    return found


def test_every_network() -> None:
    """One boot, with a title and all its messages."""
    for ladder in ladders():
        found = checked(draw([ladder], Align.STATE))
        assert found[0] == "title"
        assert found.count("message") > 0
        assert found[-1] == "note"


def test_two_boots_have_a_box_each() -> None:
    """And no participant in common."""
    found = checked(render([dead(name) for name in FIRMWARES], Format.MERMAID))
    assert (found.count("box"), found.count("end")) == (2, 2)


def test_decisions_are_notes() -> None:
    """With answer, reason, rule and evidence."""
    shown = render([dead("vmware-e1000e")], Format.MERMAID)
    [note] = [line for line in shown.splitlines() if "after-ack" in line]
    assert "Note right of client: #9670; after-ack: send a DHCPREQUEST" in note
    assert "[proxy-binl#59; observed]" in note


def test_hostile_words() -> None:
    """They are numbers to Mermaid, and themselves to the reader."""
    checked(render([hostile()], Format.MERMAID))
    back = re.sub(r"#(\d+);", lambda match: chr(int(match[1])), escaped(HOSTILE))
    assert back == HOSTILE


@pytest.mark.parametrize("sign", ';#%<>{}"`&\\|~^$*@!?\n')
def test_signs_with_a_meaning_are_numbers(sign: str) -> None:
    """Mermaid's, HTML's and Markdown's."""
    assert escaped(sign) == f"#{ord(sign)};"
    assert html.escape(escaped(sign)) == escaped(sign)
