"""The page of the documentation about error codes."""

from __future__ import annotations

import re
from pathlib import Path

from pxeclient.errors.docs import page
from pxeclient.errors.meanings import meanings

WRITTEN = Path(__file__).parents[2] / "docs" / "errors.md"


def test_the_documentation_is_that_of_today() -> None:
    """The page is what its command prints."""
    assert page() == WRITTEN.read_text(encoding="utf-8"), (
        "run: python -m pxeclient.errors.docs > docs/errors.md"
    )


def test_every_code_is_in_it() -> None:
    """And every link leads to a heading."""
    text = page()
    assert all(f"`{each.code}`" in text for each in meanings() if each.code)
    headings = {
        re.sub(r"[^a-z0-9 -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in text.splitlines()
        if line.startswith("#")
    }
    assert set(re.findall(r"\]\(#([^)]*)\)", text)) <= headings
