"""The checks, by the id of their finding."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from pxeclient.diagnose.model import Seen
from pxeclient.diagnose.scene import Scene

Check: TypeAlias = Callable[[Scene], Iterator[Seen]]
"""Looks at a boot; yields what it finds, or nothing. Its docstring says when it speaks."""

CHECKS: dict[str, Check] = {}

_MOST_SHOWN = 6
"""Frame numbers in a sentence; a finding's `frames` has them all."""


FROM_FRAMES: set[str] = set()
"""The findings that rest on frames that are there, whatever firmware it was and whatever else was
not recorded: on no silence, and on no way in which the boot ended."""


def check(id: str, from_frames: bool = False) -> Callable[[Check], Check]:
    """Register a check for the finding `id`; `from_frames` is as in `FROM_FRAMES`."""

    def register(one: Check) -> Check:
        assert id not in CHECKS, f"two checks for {id}"
        CHECKS[id] = one
        if from_frames:
            FROM_FRAMES.add(id)
        return one

    return register


def frames(*numbers: int) -> str:
    """Such as ``frame 7``, ``frames 7, 8 and 12``, ``frames 7, 8, 9, 10 and 40 more``."""
    shown = [str(number) for number in dict.fromkeys(numbers)]
    if len(shown) == 1:
        return f"frame {shown[0]}"
    if len(shown) > _MOST_SHOWN:
        few = _MOST_SHOWN - 2
        shown = [*shown[:few], f"{len(shown) - few} more"]
    return f"frames {', '.join(shown[:-1])} and {shown[-1]}"
