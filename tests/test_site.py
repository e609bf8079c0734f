"""The web pages: Markdown in mkdocs' dialect, and the site itself where mkdocs is installed."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from tools.site import ROOT, build, for_mkdocs, handbook

NEEDS_MKDOCS = pytest.mark.skipif(
    importlib.util.find_spec("material") is None,
    reason="mkdocs-material is not installed (.[docs])",
)


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


@NEEDS_MKDOCS
def test_the_site(tmp_path: Path) -> None:
    """mkdocs has nothing to say of it, and no page needs anything from elsewhere."""
    assert build(tmp_path / "site", tmp_path / "docs") == 0
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > 400
    outside = re.compile(
        r"""<(?:script|link|img|iframe|source)[^>]*(?:src|href|srcset)=["']?(?:https?:)?//"""
    )
    for page in pages:
        assert not outside.search(page.read_text(encoding="utf-8")), page
    style = (tmp_path / "site" / "assets" / "site.css").read_text(encoding="utf-8")
    assert "url(" not in style
