"""The script that repeats a boot: the words as they were, and no orders to anybody else."""

from __future__ import annotations

import re
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.artifacts.again import script

COMMAND = re.compile(r"^\s*::|##\[|##vso\[|##teamcity\[", re.MULTILINE)
SHOWN = st.characters(codec="utf-8", categories=["L", "N", "P", "S"]) | st.sampled_from(" \n\t:#'[")
WORDS = st.lists(st.text(SHOWN, max_size=20), max_size=5)
HARD = [
    ["a b", "it's", '"', "\\", "$(id)", "`id`", "*", "-x", ""],
    ["::error::x", "a\n::error::x", "a\n:::x", " ##[error]", "###[x", "##vso[x]", "a::b", "#"],
    ["a\n##teamcity[x", "\n", "\t::x", "'::'", "a\n'::x", ":" * 9, "#" * 9],
]


def read(text: str) -> list[str]:
    """The words that a shell makes of the script's command."""
    whole = f'pxeclient() {{ for word in "$@"; do printf "%s\\0" "$word"; done; }}\n{text}'
    done = subprocess.run(["sh", "-c", whole], capture_output=True, check=True, timeout=60)
    return done.stdout.decode().split("\0")[:-1]


@pytest.mark.parametrize("words", HARD)
def test_words_are_what_they_were(words: list[str]) -> None:
    """To a shell; to a CI service there is no order."""
    text = script(["pxeclient", *words], *words)
    assert not COMMAND.search(text)
    assert read(text) == words


@given(WORDS)
def test_all_words_are(words: list[str]) -> None:
    """Whatever is in them that can be seen."""
    text = script(["pxeclient", *words], *words)
    assert not COMMAND.search(text)
    assert read(text) == words


@pytest.mark.parametrize("word", ["\x1b[31m", "a\u202eb", "\x00", "\x85", "\udc80"])
def test_what_cannot_be_shown_is_not_written(word: str) -> None:
    """Whoever looks at the file is not misled, and the script does nothing."""
    text = script(["pxeclient", "boot", word], f"{word} boots")
    assert all(line.isprintable() for line in text.splitlines())
    assert not any(line.startswith("pxeclient") for line in text.splitlines())
    assert subprocess.run(["sh", "-c", text], check=False, timeout=60).returncode == 2
