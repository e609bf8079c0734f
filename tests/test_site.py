"""The web pages before they are made: Markdown in mkdocs' dialect, and the navigation."""

from __future__ import annotations

import re

import pytest

from tools.site import ROOT, for_mkdocs, handbook


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a\n* b\n* c", "a\n\n* b\n* c"),
        ("a\n| b |\n|---|", "a\n\n| b |\n|---|"),
        ("* a\n  b\n\n      code\n\nc", "* a\n    b\n\n        code\n\nc"),
        ("* a\n  * b\n    c\n* d", "* a\n    * b\n        c\n\n* d"),
        ("1. a\n\n   | b |\n   |---|\n\n   c", "1. a\n\n    | b |\n    |---|\n\n    c"),
        ("    code\n    * code", "    code\n    * code"),
        ("```\na\n* b\n```", "```\na\n* b\n```"),
        ("<!-- made: x -->\na", "a"),
    ],
)
def test_the_other_dialect(text: str, wanted: str) -> None:
    """Empty lines before lists and tables, four columns for what belongs to an item."""
    assert "\n".join(for_mkdocs(text)) == wanted


def test_the_navigation_has_every_page_once() -> None:
    """But for those of which there are many."""
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    listed = re.findall(r"^ +- (?:\w+: )?(\S+\.md)$", text.partition("\nnav:")[2], re.MULTILINE)
    pages = [page.path for page in handbook().pages.values() if not page.kind]
    assert sorted(listed) == sorted(pages)
