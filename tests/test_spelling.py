"""Which name is meant by one that there is not."""

from __future__ import annotations

import pytest

from pxeclient.spelling import close, close_or_all

NAMES = ("Ctrl-C", "ESC", "Enter", "Escape")


@pytest.mark.parametrize(
    ("name", "most", "told"),
    [
        ("ctrl-c", 1, "did you mean 'Ctrl-C'?"),
        ("Entr", 1, "did you mean 'Enter'?"),
        ("esca", 2, "did you mean 'ESC' or 'Escape'?"),
        ("esca", 1, "did you mean 'ESC'?"),
        ("F13", 3, ""),
        ("", 1, ""),
    ],
)
def test_close(name: str, most: int, told: str) -> None:
    """The likeliest first, as it is written, whatever the case."""
    assert close(name, NAMES, most) == told


def test_all_where_none_is_close() -> None:
    """So that the reader can choose."""
    assert close_or_all("ESX", NAMES) == "did you mean 'ESC'?"
    assert close_or_all("F13", NAMES) == "there are Ctrl-C, ESC, Enter, Escape"
