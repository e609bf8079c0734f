"""The page in a real browser: clicks, keys, both colour schemes, paper, and no complaint."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pxeclient.report.ladder import Format, render
from tests.browser.chromium import Browser
from tests.browser.looks import SCHEMES, WIDTHS, sticks_out, unreadable
from tests.ladder.boots import FIRMWARES, HOSTILE, dead, hostile

pytestmark = pytest.mark.browser


def opened(browser: Browser, folder: Path, *names: str) -> None:
    """Load the page of one boot or two."""
    path = folder / "boot.html"
    path.write_text(render([dead(name) for name in names], Format.HTML), encoding="utf-8")
    browser.open(path)


def option(browser: Browser, words: str) -> str:
    """The selector of the first event whose label has these words."""
    found = browser.script(
        "[...document.querySelectorAll('[role=option]')]"
        f".find(e => e.ariaLabel.includes({words!r})).id"
    )
    return f"#{found}"


def text(browser: Browser, selector: str) -> str:
    """The text of an element."""
    found = browser.script(f"document.querySelector({selector!r}).textContent")
    assert isinstance(found, str)
    return found


def chosen(browser: Browser) -> list[str]:
    """The labels of the selected events."""
    found = browser.script(
        "[...document.querySelectorAll('[role=option][aria-selected=true]')].map(e => e.ariaLabel)"
    )
    assert isinstance(found, list)
    return found


def focus(browser: Browser) -> Any:
    """The label or the words of what has the focus."""
    return browser.script("document.activeElement.ariaLabel || document.activeElement.innerText")


def marked(browser: Browser, style: str) -> str:
    """The octets of the dump that are marked, in hexadecimal."""
    found = browser.script(
        f"[...document.querySelectorAll('.octets span:not(.signs) > .{style}')]"
        ".map(e => e.textContent).join('')"
    )
    assert isinstance(found, str)
    return found


def test_a_click_shows_octets_and_fields(browser: Browser, tmp_path: Path) -> None:
    """Each octet of the frame once, and what each field is called."""
    opened(browser, tmp_path, "vmware-e1000e")
    browser.click(option(browser, "DHCPDISCOVER"))
    assert "#1 DHCPDISCOVER" in text(browser, "#details h3")
    [(_, frame, _)] = [found for found in dead("vmware-e1000e").frames() if found[0].frame == 1]
    octets = browser.script(
        "[...document.querySelectorAll('.octets span:not(.signs) > span')]"
        ".map(e => e.textContent).join('')"
    )
    assert octets == frame.hex()
    table = text(browser, "#details table")
    for words in ("Ethernet", "IPv4", "UDP", "transaction id (xid)", "53 message type"):
        assert words in table


def test_field_and_octets_find_each_other(browser: Browser, tmp_path: Path) -> None:
    """Under the mouse, and when one is clicked."""
    opened(browser, tmp_path, "vmware-e1000e")
    browser.click(option(browser, "DHCPDISCOVER"))
    browser.hover('[data-field="1"]')
    assert marked(browser, "over") == "005056123456"
    browser.click('.octets [data-octet="13"]')
    assert marked(browser, "hit") == "0800"
    assert text(browser, "tr.hit").startswith("12-13EtherType0x0800")
    browser.click('[data-field="0"]')
    assert marked(browser, "hit") == "ffffffffffff"


def test_a_decision_tells_its_reason(browser: Browser, tmp_path: Path) -> None:
    """And leads to the message that it followed, and back."""
    opened(browser, tmp_path, "vmware-e1000e")
    browser.click(option(browser, "after-ack"))
    shown = text(browser, "#details")
    for words in ("◆ after-ack", "proxy-binl", "observed", "E1000e", "without discovery options"):
        assert words in shown
    browser.click("#details .links button")
    assert "DHCPACK" in text(browser, "#details h3")
    browser.click("#details .links button:last-child")
    assert text(browser, "#details h3").startswith("◆ ")


def test_keys(browser: Browser, tmp_path: Path) -> None:
    """Everything that the mouse can do."""
    opened(browser, tmp_path, "vmware-e1000e")
    [end] = chosen(browser)
    assert "the end: PXE-E55" in end
    browser.press("Tab")
    assert focus(browser) == "Dark theme"
    browser.press("Tab", "Tab")
    assert focus(browser) == end
    browser.press("Home")
    first = browser.script("document.querySelector('[role=option]').ariaLabel")
    assert chosen(browser) == [first]
    browser.press("j", "ArrowDown")
    [third] = chosen(browser)
    assert "DHCPDISCOVER" in third
    browser.press("k", "ArrowUp")
    assert chosen(browser) == [first]
    browser.press("End")
    assert chosen(browser) == [end]
    browser.press("Home", "ArrowDown", "ArrowDown", "Enter")
    assert focus(browser).startswith("0-5")
    browser.press("ArrowDown", "j")
    assert focus(browser).startswith("12-13")
    assert marked(browser, "hit") == "0800"
    browser.press("Escape")
    assert focus(browser) == third
    browser.press("Escape")
    assert chosen(browser) == []
    assert "Choose a message" in text(browser, "#details")
    browser.press("j")
    assert chosen(browser) == [third]


def stops(browser: Browser) -> list[str]:
    """The elements that the Tab key stops at, of those in a list or a row of tabs."""
    found = browser.script(
        "[...document.querySelectorAll('[role=option], [role=tab]')].filter(e => e.tabIndex === 0)"
        ".map(e => e.getAttribute('role'))"
    )
    assert isinstance(found, list)
    return found


def test_the_verdict_and_its_cure_come_first(browser: Browser, tmp_path: Path) -> None:
    """In the head, in sight, with the end chosen and its lines one key away."""
    browser.resize(1280, 800)
    opened(browser, tmp_path, "vmware-e1000e")
    verdict = text(browser, ".verdict.bad")
    for words in ("■ PXE-E55: ", "Why", "D43-VMW", "Cure", "discovery control (43.6) = 8"):
        assert words in verdict
    assert browser.script("document.querySelector('.verdict').getBoundingClientRect().bottom") < 300
    end = "document.querySelector('[role=option][aria-selected=true]').getBoundingClientRect()"
    assert 200 < browser.script(f"{end}.top") < browser.script(f"{end}.bottom") <= 800
    assert "PXE-E55" in text(browser, "#details h3")
    lines = "document.querySelector('.panel:not([hidden]) pre').getBoundingClientRect()"
    assert browser.script(f"{lines}.bottom") < 800
    browser.click(".verdict button")
    assert focus(browser) == "dnsmasq"


def test_of_two_the_end_of_the_one_that_failed(browser: Browser, tmp_path: Path) -> None:
    """Both verdicts stand in the head, whichever comes first."""
    opened(browser, tmp_path, "ipxe", "vmware-e1000e")
    assert "the end: PXE-E55" in chosen(browser)[0]
    assert "ipxe■ Booted boot.0" in text(browser, ".verdict.good")
    assert "vmware-e1000e■ PXE-E55" in text(browser, ".verdict.bad")
    browser.requests.clear()
    opened(browser, tmp_path, "ipxe")
    assert "the end: Booted boot.0" in chosen(browser)[0]


def test_cures_have_a_tab_for_each_server(browser: Browser, tmp_path: Path) -> None:
    """Chosen by keys; who has chosen a server once means it in all cures, and later."""
    opened(browser, tmp_path, "vmware-e1000e")
    first = "document.querySelector('[role=tablist]')"
    names = browser.script(f"[...{first}.children].map(e => e.textContent)")
    assert names == ["dnsmasq", "ISC dhcpd", "Kea", "Windows DHCP", "others"]
    panel = ".panel:not([hidden])"
    assert "dhcp-option=vendor:PXEClient,6,8" in text(browser, panel)
    lists = browser.script("document.querySelectorAll('[role=tablist]').length")
    assert lists > 1
    browser.click(".verdict button")
    assert stops(browser) == ["option", *["tab"] * lists]
    browser.press("ArrowRight", "ArrowRight")
    assert focus(browser) == "Kea"
    assert '"code": 43' in text(browser, panel) or "option-data" in text(browser, panel)
    assert stops(browser) == ["option", *["tab"] * lists]
    browser.press("ArrowRight", "ArrowRight", "ArrowRight")
    assert focus(browser) == "dnsmasq"
    browser.press("ArrowLeft")
    assert focus(browser) == "others"
    browser.press("Home")
    assert focus(browser) == "dnsmasq"
    browser.press("End", "ArrowLeft")
    chosen_tabs = "[...document.querySelectorAll('[role=tab][aria-selected=true]')]"
    told = browser.script(f"{chosen_tabs}.map(e => e.textContent)")
    assert told[:2] == ["Windows DHCP", "Windows DHCP"]
    ties = browser.script(
        f"{chosen_tabs}.every(e => {{ const p = document.getElementById("
        "e.getAttribute('aria-controls'));"
        " return !p.hidden && p.getAttribute('aria-labelledby') === e.id })"
    )
    assert ties
    browser.press("Escape", "Home", "End")
    assert text(browser, "[role=tab][aria-selected=true]") == "Windows DHCP"


def test_a_cure_is_copied_line_by_line(browser: Browser, tmp_path: Path) -> None:
    """As the configuration has it, whatever the width that it is shown in; and it is said."""
    browser.allow("clipboardReadWrite", "clipboardSanitizedWrite")
    browser.resize(400, 800)
    opened(browser, tmp_path, "vmware-e1000e")
    browser.script("document.querySelector('[data-server=Kea]').click()")
    browser.click(".panel:not([hidden]) .copy")
    shown = text(browser, ".panel:not([hidden]) pre")
    assert shown.count("\n") > 2
    assert browser.script("navigator.clipboard.readText()") == shown
    assert text(browser, ".panel:not([hidden]) .copy") == "Copied"
    assert text(browser, "[role=status]") == "What Kea needs has been copied."


def test_without_the_right_to_copy_it_is_copied(browser: Browser, tmp_path: Path) -> None:
    """The old way, and the focus stays."""
    opened(browser, tmp_path, "vmware-e1000e")
    browser.script(
        "Object.defineProperty(navigator, 'clipboard', {value: undefined});"
        "document.addEventListener('copy', () => { window.copied = getSelection().toString()"
        " || document.activeElement.value })"
    )
    browser.click(".panel:not([hidden]) .copy")
    assert browser.script("window.copied") == text(browser, ".panel:not([hidden]) pre")
    assert focus(browser) == "Copy what dnsmasq needs"


@pytest.mark.parametrize("names", [("vmware-e1000e",), FIRMWARES])
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_phone_and_a_desk(
    browser: Browser, tmp_path: Path, names: tuple[str, ...], width: int, scheme: str
) -> None:
    """Nothing sticks out or is cut, and everything can be read, whatever is chosen."""
    browser.look(scheme=scheme)
    browser.resize(width, 800)
    opened(browser, tmp_path, *names)
    words = "header *, aside h3, aside p, aside pre, aside button, .lane svg.slim text"
    for wanted in ("the end", "DHCPOFFER", "decision select-offer", "stage request"):
        browser.script(f"document.querySelector({option(browser, wanted)!r}).click()")
        browser.script("document.querySelectorAll('details').forEach(e => e.open = true)")
        assert sticks_out(browser, words) == []
        assert unreadable(browser) == []
    cut = browser.script(
        "[...document.querySelectorAll('header button, aside pre, aside p, header p, header h2')]"
        ".filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent)"
    )
    assert cut == []


@pytest.mark.parametrize("names", [("vmware-e1000e",), FIRMWARES])
def test_the_focus_can_be_seen(browser: Browser, tmp_path: Path, names: tuple[str, ...]) -> None:
    """An outline, where the keyboard put it; and the row is not behind the stations' names."""
    opened(browser, tmp_path, *names)
    browser.script("document.querySelector('[aria-selected=true]').focus()")
    browser.press("End", *["k"] * 12)
    style = browser.script("getComputedStyle(document.activeElement).outlineStyle")
    assert style == "solid"
    assert browser.script(
        "document.activeElement.getBoundingClientRect().top >="
        " document.querySelector('.names').getBoundingClientRect().bottom"
    )
    assert 0 < browser.script("document.querySelector('.names').getBoundingClientRect().top") < 400


def test_two_boots_beside_each_other(browser: Browser, tmp_path: Path) -> None:
    """The same step at the same height; left and right lead from one to the other."""
    opened(browser, tmp_path, *FIRMWARES)
    tops = browser.script(
        "[...document.querySelectorAll('[role=option]')]"
        ".filter(e => e.ariaLabel.includes('DHCPACK') && !e.ariaLabel.includes('decision'))"
        ".map(e => e.getBoundingClientRect().top)"
    )
    assert len(tops) == 2
    assert tops[0] == pytest.approx(tops[1], abs=0.5)
    lefts = browser.script(
        "[...document.querySelectorAll('.lane')].map(e => e.getBoundingClientRect().left)"
    )
    assert lefts[0] < 100 < 400 < lefts[1]
    browser.click(option(browser, "after-ack"))
    assert "port 4011" in chosen(browser)[0]
    browser.press("ArrowRight")
    [other] = chosen(browser)
    assert "after-ack: look for the boot file in the DHCPACK" in other
    browser.press("ArrowLeft")
    assert "port 4011" in chosen(browser)[0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_scheme_is_the_systems_until_the_button_says_otherwise(
    browser: Browser, tmp_path: Path, scheme: str
) -> None:
    """Page and drawing change together."""
    light, dark = "rgb(255, 255, 255)", "rgb(20, 23, 28)"
    browser.look(scheme=scheme)
    opened(browser, tmp_path, "ipxe")
    ground = "getComputedStyle(document.body).backgroundColor"
    behind = "getComputedStyle(document.querySelector('.backdrop')).fill"
    mine, other = (dark, light) if scheme == "dark" else (light, dark)
    assert (browser.script(ground), browser.script(behind)) == (mine, mine)
    browser.click("#theme")
    assert (browser.script(ground), browser.script(behind)) == (other, other)
    browser.click("#theme")
    assert browser.script(ground) == mine


@pytest.mark.parametrize("names", [("vmware-e1000e",), FIRMWARES])
def test_on_paper(browser: Browser, tmp_path: Path, names: tuple[str, ...]) -> None:
    """The whole ladder is printed, dark on light, as wide as the paper."""
    browser.look(scheme="dark")
    opened(browser, tmp_path, *names)
    browser.click(option(browser, "DHCPDISCOVER"))
    browser.look("print", "dark")
    browser.resize(1000, 900)
    assert browser.script("document.documentElement.scrollWidth") <= 1000
    assert browser.script("document.querySelector('.lanes').scrollHeight") > 900
    assert browser.script("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert browser.script("getComputedStyle(document.querySelector('#theme')).display") == "none"
    browser.click(option(browser, "the end: PXE-E55"))
    panels = "[...document.querySelectorAll('.panel')].map(e => e.getBoundingClientRect().height)"
    assert min(browser.script(panels)) > 10
    assert text(browser, ".panel .whose") == "dnsmasq"
    browser.look()
    assert browser.pdf().startswith(b"%PDF-")


@pytest.mark.parametrize("width", [900, 1100, 1440, 2400])
@pytest.mark.parametrize("names", [("vmware-e1000e",), FIRMWARES])
def test_the_page_fits_its_window(
    browser: Browser, tmp_path: Path, names: tuple[str, ...], width: int
) -> None:
    """Only its parts scroll, and both can be seen."""
    opened(browser, tmp_path, *names)
    browser.resize(width, 900)
    browser.click(option(browser, "DHCPACK"))
    assert browser.script("document.documentElement.scrollWidth") <= width
    assert browser.script("document.documentElement.scrollHeight") <= 900
    for part in (".lanes", "#details"):
        high = browser.script(f"document.querySelector({part!r}).getBoundingClientRect().height")
        assert high > 150


def test_hostile_words_stay_words(browser: Browser, tmp_path: Path) -> None:
    """A boot file named like a script is shown, not run."""
    path = tmp_path / "boot.html"
    path.write_text(render([hostile()], Format.HTML), encoding="utf-8")
    browser.open(path)
    assert browser.script("document.scripts.length") == 2
    for place in range(browser.script("document.querySelectorAll('[role=option]').length")):
        browser.script(f"document.querySelectorAll('[role=option]')[{place}].click()")
    browser.click(option(browser, "DHCPOFFER"))
    assert "<script>alert(1)</script>" in text(browser, "#details table")
    assert browser.script("document.querySelectorAll('#details script, #details b').length") == 0
    assert HOSTILE.split("\x1b")[0] in browser.script("document.title")


def test_the_picture_draws_without_complaint(browser: Browser, tmp_path: Path) -> None:
    """SVG by itself, in both schemes."""
    path = tmp_path / "boot.svg"
    path.write_text(render([dead(name) for name in FIRMWARES], Format.SVG), encoding="utf-8")
    browser.look(scheme="dark")
    browser.open(path)
    behind = "getComputedStyle(document.querySelector('.backdrop')).fill"
    assert browser.script(behind) == "rgb(20, 23, 28)"
    over = browser.script(
        "[...document.querySelectorAll('text')].filter(e => e.getBoundingClientRect().right >"
        " document.documentElement.getBoundingClientRect().right).length"
    )
    assert over == 0
