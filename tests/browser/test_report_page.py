"""The page of many boots in a real browser: keys, both colour schemes, narrow and wide, paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from pxeclient.report.ladder.model import Problem, Remedy, Setting
from pxeclient.report.page import Line, Link, Look, Page, Story, Told, render
from tests.browser.chromium import Browser
from tests.browser.looks import WIDTHS, sticks_out, unreadable
from tests.cli.runner import run
from tests.ladder.boots import DEAD, HOSTILE, dead, hostile

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """As the commands write them: a suite's, a matrix's, and the one of a folder of kept boots."""
    folder = tmp_path_factory.mktemp("pages")
    suite, matrix = folder / "suite.html", folder / "matrix.html"
    run("check", "--starter", "--network", DEAD, "--report", f"html={suite}")
    kept = ("--artifacts", str(folder / "kept"))
    run("matrix", "--network", DEAD, "--report", f"html={matrix}", *kept)
    return {"suite": suite, "matrix": matrix, "kept": folder / "kept" / "index.html"}


def fits(browser: Browser, width: int) -> None:
    """Nothing is wider than the window but what can be scrolled by itself."""
    assert browser.script("document.documentElement.scrollWidth") <= width
    assert browser.script(
        "[...document.querySelectorAll('h1, h2, p, table, dl, section')]"
        f".every(e => e.getBoundingClientRect().right <= {width})"
    )


@pytest.mark.parametrize("name", ["suite", "matrix", "kept"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits(
    browser: Browser, pages: dict[str, Path], name: str, width: int, scheme: str
) -> None:
    """A phone and a desk, day and night; also with a ladder open."""
    browser.look(scheme=scheme)
    browser.resize(width, 900)
    browser.open(pages[name])
    fits(browser, width)
    browser.script("document.querySelectorAll('details').forEach(e => e.open = true)")
    fits(browser, width)
    paper = browser.script("getComputedStyle(document.body).backgroundColor")
    assert paper == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(20, 23, 28)")
    assert unreadable(browser) == []
    assert sticks_out(browser, ".ladder-box, .ladder-box text") == []


def test_keys_lead_through_it(browser: Browser, pages: dict[str, Path]) -> None:
    """From a row to its story, to the ladder, which opens and can be scrolled, and back."""
    browser.resize(400, 900)
    browser.open(pages["suite"])
    browser.press("Tab")
    assert browser.script("document.activeElement.getAttribute('href')") == "#story-1"
    assert browser.script("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    browser.press("Enter")
    assert browser.script("document.querySelector(':target').id") == "story-1"
    seen = "document.querySelector(':target h2').getBoundingClientRect().top"
    assert 0 <= browser.script(seen) < 100
    for _ in range(6):
        browser.press("Tab")
        if browser.script("document.activeElement.tagName") == "SUMMARY":
            break
    browser.press("Enter")
    assert browser.script("document.activeElement.parentElement.open")
    browser.press("Tab")
    assert browser.script("document.activeElement.className") == "ladder-box"
    assert browser.script("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    browser.press("Tab")
    assert browser.script("document.activeElement.getAttribute('href')") == "#top"


def test_every_row_leads_somewhere(browser: Browser, pages: dict[str, Path]) -> None:
    """To a story that is there, whose title begins as the row does."""
    browser.open(pages["matrix"])
    assert browser.script(
        "[...document.querySelectorAll('tbody th a')].every(a =>"
        " document.querySelector(a.getAttribute('href') + ' h2').textContent"
        ".includes(a.textContent))"
    )
    assert browser.script("document.querySelectorAll('tbody th a').length") >= 12


def test_cures_are_whole(browser: Browser, pages: dict[str, Path]) -> None:
    """A finding's cure in words, and behind a door the lines for each server, none of them cut."""
    browser.resize(400, 900)
    browser.open(pages["matrix"])
    browser.script("document.querySelectorAll('details').forEach(e => e.open = true)")
    told = browser.script("document.querySelector('.bad .told').innerText")
    for words in ("■ ", "Why", "Cure", "Lines for dnsmasq, ISC dhcpd, Kea", "dhcp-option=vendor"):
        assert words in told
    assert browser.script(
        "[...document.querySelectorAll('.told pre')].every(e => e.scrollWidth <= e.clientWidth)"
    )


def test_paper(browser: Browser, pages: dict[str, Path]) -> None:
    """Dark on light, whatever the screen's colours are."""
    browser.look("print", "dark")
    browser.open(pages["suite"])
    assert browser.script("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert browser.pdf().startswith(b"%PDF")


def test_words_of_strangers_stay_text(browser: Browser, tmp_path: Path) -> None:
    """Wherever on the page they stand; and none of them are wider than it."""
    long = "x" * 400
    setting = Setting(HOSTILE, (HOSTILE, long), False)
    remedy = Remedy(f"{HOSTILE} {long}", (setting, Setting(long, (long,), True), setting))
    problem = Problem(HOSTILE, long, HOSTILE, True, (HOSTILE, long), HOSTILE, (remedy,))
    told = Told(f"{HOSTILE} {long}", HOSTILE, "Why", problem)
    story = Story(
        HOSTILE, Look.BAD, ((HOSTILE, HOSTILE), ("long", long)), told, hostile(),
        (Link("a/b.html", HOSTILE),),
    )  # fmt: skip
    lines = (
        Line(Look.BAD, (HOSTILE, HOSTILE, HOSTILE), story),
        Line(Look.OPEN, (long, long, long)),
        Line(Look.GOOD, ("fine", "booted", "x"), Story("fine", Look.GOOD, trace=dead("ipxe"))),
    )
    names = (HOSTILE, "result", "what happened")
    path = tmp_path / "page.html"
    page = Page(HOSTILE, HOSTILE, HOSTILE, Look.BAD, names, lines, (HOSTILE, long))
    path.write_text(render(page), encoding="utf-8")
    for width in WIDTHS:
        browser.resize(width, 900)
        browser.open(path)
        fits(browser, width)
        assert browser.script("document.querySelectorAll('script, img, iframe').length") == 0
        assert browser.script("[...document.querySelectorAll('b')].map(e => e.textContent)") == [
            "Why", "Cure",
        ]  # fmt: skip
        assert browser.script("document.querySelectorAll('section').length") == 2
        assert "</script>" in browser.script("document.querySelector('h1').textContent")
        assert "\u202e" not in browser.script("document.documentElement.textContent")
        browser.requests.clear()
