"""How checks name frames."""

from __future__ import annotations

import pytest

from pxeclient.diagnose.registry import frames


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((7,), "frame 7"),
        ((7, 9), "frames 7 and 9"),
        ((7, 8, 12), "frames 7, 8 and 12"),
        (tuple(range(1, 7)), "frames 1, 2, 3, 4, 5 and 6"),
        (tuple(range(1, 45)), "frames 1, 2, 3, 4 and 40 more"),
    ],
)
def test_frames(numbers: tuple[int, ...], words: str) -> None:
    """Few are named one by one."""
    assert frames(*numbers) == words
