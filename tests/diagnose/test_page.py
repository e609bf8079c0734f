"""The documentation of the findings is what the data says."""

from __future__ import annotations

from pathlib import Path

from pxeclient.diagnose.page import page

DOCS = Path(__file__).parents[2] / "docs"


def test_the_documentation_has_the_findings_of_today() -> None:
    """The page is what its command prints."""
    written = (DOCS / "findings.md").read_text(encoding="utf-8")
    assert page() == written, "run: python -m pxeclient.diagnose.page > docs/findings.md"
