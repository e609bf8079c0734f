"""The web pages of the documentation: made without a complaint, and read in a real browser."""

from __future__ import annotations

import importlib.util
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.chromium import PATIENCE, Browser
from tools.site import build

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        importlib.util.find_spec("material") is None, reason="mkdocs-material is missing: .[docs]"
    ),
]

OUTSIDE = re.compile(
    r"""<(?:script|link|img|iframe|source)[^>]*(?:src|href|srcset)=["']?(?:https?:)?//"""
)
PAGES = (
    "index.html", "how-to/esxi-pxe-e55.html", "explanation/choosing.html", "reference/testing.html",
    "reference/findings/D43-VMW.html", "reference/profiles/vmware-e1000e.html",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, of which mkdocs has nothing to say: no link that leads nowhere, for one."""
    folder = tmp_path_factory.mktemp("site")
    assert build(folder / "site", folder / "docs") == 0
    return folder / "site"


@pytest.fixture
def visitor(running: Browser) -> Iterator[Browser]:
    """A browser; the test fails if a page made it complain, or asked for anything elsewhere."""
    running.complaints.clear()
    running.requests.clear()
    running.look()
    yield running
    running.script("1")
    assert running.complaints == []
    assert [one for one in running.requests if not one.startswith(("file:", "data:"))] == []


def test_no_page_needs_anything_from_elsewhere(site: Path) -> None:
    """No script, style, font or picture."""
    pages = list(site.rglob("*.html"))
    assert len(pages) > 400
    for page in pages:
        assert not OUTSIDE.search(page.read_text(encoding="utf-8")), page


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", [400, 1280])
def test_it_fits(visitor: Browser, site: Path, page: str, width: int) -> None:
    """A phone and a desk; code and tables are scrolled by themselves."""
    visitor.resize(width, 900)
    visitor.open(site / page)
    assert visitor.script("document.documentElement.scrollWidth") <= width
    assert visitor.script(
        "[...document.querySelectorAll('article h1, article h2, article p, article li')]"
        f".every(e => e.getBoundingClientRect().right <= {width})"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_picture_is_of_the_scheme(visitor: Browser, site: Path, scheme: str) -> None:
    """And is there."""
    visitor.look(scheme=scheme)
    visitor.open(site / "index.html")
    shown = "document.querySelector('picture img')"
    assert visitor.script(f"{shown}.currentSrc").endswith(f"/boot-{scheme}.svg")
    assert visitor.script(f"{shown}.naturalWidth") > 600


def test_a_search_finds_a_code(visitor: Browser, site: Path) -> None:
    """By keyboard, in a page that was opened as a file."""
    visitor.resize(1280, 900)
    visitor.open(site / "index.html")
    visitor.press("/", "E", "5", "5")
    first = "document.querySelector('.md-search-result__item a')?.href"
    stop_at = time.monotonic() + PATIENCE
    while (found := visitor.script(first)) is None:
        assert time.monotonic() < stop_at, "nothing was found"
        time.sleep(0.05)
    assert "E55" in found.upper()
