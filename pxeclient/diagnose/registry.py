"""The checks, by the id of their finding."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from pxeclient.diagnose.model import Sighting
from pxeclient.diagnose.scene import Scene
from pxeclient.seen.aspects import Aspect
from pxeclient.seen.dhcp import Dhcp

Check: TypeAlias = Callable[[Scene], Iterator[Sighting]]
"""Looks at a boot; yields what it finds, or nothing. Its docstring says when it speaks."""

CHECKS: dict[str, Check] = {}


class Boots(NamedTuple):
    """Boots of one capture, or of one run of a command, side by side."""

    scenes: Sequence[Scene]
    began: Sequence[float | None]
    """When each began, by one clock; None where that is not known."""
    relayed: Sequence[Dhcp] = ()
    """What servers sent to relays, as far as it was recorded."""


About: TypeAlias = tuple[int, Sighting]
"""What was found, and which of the boots it is about, by its place."""
Comparison: TypeAlias = Callable[[Boots], Iterator[About]]
"""Looks at boots side by side. Its docstring says when it speaks."""

COMPARISONS: dict[str, Comparison] = {}


def compares(id: str, from_frames: bool = False) -> Callable[[Comparison], Comparison]:
    """Register a check of several boots for the finding `id`; `from_frames` as for `check`."""

    def register(one: Comparison) -> Comparison:
        assert id not in {**CHECKS, **COMPARISONS}, f"two checks for {id}"
        COMPARISONS[id] = one
        if from_frames:
            FROM_FRAMES.add(id)
        return one

    return register


def speaks_when(id: str) -> str:
    """When a finding's check speaks."""
    one = CHECKS.get(id) or COMPARISONS[id]
    return " ".join((one.__doc__ or "").split())


_MOST_SHOWN = 6
"""Frame numbers in a sentence; a finding's `frames` has them all."""


FROM_FRAMES: set[str] = set()
"""The findings that rest on frames that are there, whatever firmware it was and whatever else was
not recorded: on no silence, and on no way in which the boot ended."""


NEEDS: dict[str, Aspect] = {}
"""What a capture that was read from text must tell for a finding: without it, it is silent."""


def check(
    id: str, from_frames: bool = False, needs: Aspect | None = None
) -> Callable[[Check], Check]:
    """Register a check for the finding `id`; `from_frames` is as in `FROM_FRAMES`, `needs` as in
    `NEEDS`."""

    def register(one: Check) -> Check:
        assert id not in CHECKS, f"two checks for {id}"
        CHECKS[id] = one
        if needs is not None:
            NEEDS[id] = needs
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
