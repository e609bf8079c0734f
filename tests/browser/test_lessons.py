"""Lessons in a real browser: the site by keys, narrow and wide, light and dark, on paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from pxeclient.teach import loading
from tests.browser.chromium import Browser
from tests.browser.looks import SCHEMES, WIDTHS, sticks_out, unreadable
from tests.cli.runner import run

pytestmark = pytest.mark.browser

WORDS = "h1, h2, p, li, td, th, summary, caption, svg, svg text, svg rect, table, nav"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As the command writes it."""
    folder = tmp_path_factory.mktemp("site")
    assert run("teach", "--html", str(folder)).exit_code == 0
    return folder


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_page_fits_and_can_be_read(
    browser: Browser, site: Path, width: int, scheme: str
) -> None:
    """Each lesson and the index, with all doors open; without a complaint or a request."""
    browser.look(scheme=scheme)
    browser.resize(width, 900)
    for name in (*loading.names(), "index"):
        browser.requests.clear()
        browser.open(site / f"{name}.html")
        assert sticks_out(browser, WORDS) == [], name
        browser.script("document.querySelectorAll('details').forEach(e => e.open = true)")
        assert sticks_out(browser, WORDS) == [], name
        assert unreadable(browser) == [], name
        assert len(browser.requests) == 1
    shade = browser.script("getComputedStyle(document.body).backgroundColor")
    assert shade == ("rgb(20, 23, 28)" if scheme == "dark" else "rgb(255, 255, 255)")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_step_has_its_ladder_beside_or_below_its_words(
    browser: Browser, site: Path, width: int
) -> None:
    """One of the two drawings is seen, and it is as large as what is written in it needs."""
    browser.resize(width, 900)
    browser.open(site / "bit-3.html")
    seen = browser.script(
        "[...document.querySelectorAll('#step-1 svg')].map(e => e.getBoundingClientRect())"
        ".filter(r => r.width).map(r => [r.left, r.top, r.width])"
    )
    [[left, top, wide]] = seen
    prose = browser.script(
        "document.querySelector('#step-1 .prose').getBoundingClientRect().bottom"
    )
    if width == 400:
        assert top >= prose
        assert 300 < wide < 400
    else:
        assert left > 400
        assert top < prose
    letters = (
        "document.querySelector('#step-1 svg{} .marked text.small, #step-1 svg{} .marked text')"
    )
    kind = ".slim" if width == 400 else ".wide"
    high = browser.script(f"{letters.format(kind, kind)}.getBoundingClientRect().height")
    assert high > 10


def test_keys_lead_from_lesson_to_lesson(browser: Browser, site: Path) -> None:
    """Index, first lesson, its question and frame, and the next lesson."""
    browser.open(site / "index.html")
    browser.press("Tab")
    assert browser.script("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    first, second = loading.names()[:2]
    assert browser.script("document.activeElement.getAttribute('href')") == f"{first}.html"
    browser.press("Enter")
    browser.until(
        f"location.pathname.endsWith('/{first}.html') && document.readyState === 'complete'"
    )
    browser.press("Tab", "Tab")
    assert browser.script("document.activeElement.getAttribute('href')") == f"{second}.html"
    for _ in range(20):
        browser.press("Tab")
        if browser.script("document.activeElement.tagName") == "SUMMARY":
            break
    browser.press("Enter")
    assert browser.script("document.activeElement.parentElement.open")
    assert browser.script("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    browser.requests.clear()


def test_paper(browser: Browser, site: Path) -> None:
    """Dark on light, as wide as the paper, the answers told, no way to click shown."""
    browser.look("print", "dark")
    browser.resize(700, 1000)
    browser.open(site / "bit-3.html")
    assert browser.script("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert browser.script("document.documentElement.scrollWidth") <= 700
    assert browser.script("getComputedStyle(document.querySelector('nav')).display") == "none"
    answer = "document.querySelector('.prose details p').getBoundingClientRect().height"
    assert browser.script(answer) > 10
    assert browser.script("document.querySelector('svg.wide').getBoundingClientRect().width") > 500
    browser.look()
    assert browser.pdf().startswith(b"%PDF")
