"""The page of the documentation about error codes."""

from __future__ import annotations

import re

from pxeclient.errors.docs import page
from pxeclient.errors.meanings import meanings


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
