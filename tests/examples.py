"""How many examples a property test looks at."""

from __future__ import annotations

from hypothesis import settings


def examples(share: float) -> int:
    """So many times the number of the profile that was chosen: 100, in "thorough" 1000."""
    return round(settings().max_examples * share)
