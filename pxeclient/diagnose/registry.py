"""The checks, by the id of their finding."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from pxeclient.diagnose.model import Seen
from pxeclient.diagnose.scene import Scene

Check: TypeAlias = Callable[[Scene], Iterator[Seen]]
"""Looks at a boot; yields what it finds, or nothing. Its docstring says when it speaks."""

CHECKS: dict[str, Check] = {}


def check(id: str) -> Callable[[Check], Check]:
    """Register a check for the finding `id`."""

    def register(one: Check) -> Check:
        assert id not in CHECKS, f"two checks for {id}"
        CHECKS[id] = one
        return one

    return register


def frames(*numbers: int) -> str:
    """Such as ``frame 7``, ``frames 7 and 9``, ``frames 7, 8 and 12``."""
    shown = [str(number) for number in numbers]
    if len(shown) == 1:
        return f"frame {shown[0]}"
    return f"frames {', '.join(shown[:-1])} and {shown[-1]}"
