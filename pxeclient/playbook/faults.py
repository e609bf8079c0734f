"""What is wrong with a time or a frame, in words that go on from what was wanted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pxeclient.playbook.sight import Checks

EXACT = 0.0005
"""Seconds within which a time is as wanted."""


def time_faults(
    was: float,
    passed: float,
    at: float | None = None,
    after: float | None = None,
    within: tuple[float, float] | None = None,
) -> Iterator[str]:
    """Faults of something that happened at `was`, `passed` seconds from the step before."""
    if at is not None and abs(was - at) > EXACT:
        yield f"{at} s after power-on, not {was:.3f}"
    if after is not None and abs(passed - after) > EXACT:
        yield f"after {after} s, not {passed:.3f}"
    if within is not None and not within[0] - EXACT <= passed <= within[1] + EXACT:
        yield f"within {within[0]} to {within[1]} s, not {passed:.3f}"


def check_faults(found: Checks, checks: Checks) -> Iterator[str]:
    """Faults of a frame of which `found` is known; of options only those named are looked at."""
    for name, value in checks.items():
        has = found.get(name)
        if isinstance(value, Mapping) and isinstance(has, Mapping) and name == "options":
            has = {code: has.get(code) for code in value}
        if has != value:
            yield f"with {name} {value!r}, not {has!r}"
