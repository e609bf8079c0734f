"""Ladders as text."""

from __future__ import annotations

from pathlib import Path

import pytest

from pxeclient.report.ladder import Format, Style, render
from pxeclient.report.ladder.building import build
from pxeclient.report.ladder.text import draw
from tests.cli.runner import CONTROL
from tests.ladder.boots import DEAD, FIRMWARES, dead, everywhere, hostile, ladders

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", FIRMWARES)
def test_the_same_network_two_firmwares(name: str) -> None:
    """One boots, the other asks port 4011; the goldens are what the command writes."""
    golden = GOLDEN / f"{name}.txt"
    again = f"pxeclient ladder -p {name} --network {DEAD} -o {golden}"
    assert golden.read_text(encoding="utf-8") == render([dead(name)], Format.TEXT), again


@pytest.mark.parametrize(
    ("width", "ascii_only"),
    [(40, False), (40, True), (60, False), (72, True), (100, False), (160, True)],
)
def test_no_line_is_too_long(width: int, ascii_only: bool) -> None:
    """Whatever the network; and ASCII is ASCII."""
    for ladder in ladders():
        shown = draw([ladder], width, ascii_only)
        assert all(len(line) <= width for line in shown.splitlines())
        assert shown.isascii() is ascii_only
        assert CONTROL.search(shown) is None


def test_the_style_says_how() -> None:
    """Columns and signs are those that were asked for."""
    for width, ascii_only in ((40, False), (72, True)):
        wanted = draw([build(dead("ipxe"))], width, ascii_only)
        style = Style(ascii=ascii_only, width=width)
        assert render([dead("ipxe")], Format.TEXT, style) == wanted


def test_lines_of_a_verbose_ladder_fit_too() -> None:
    """With every decision."""
    for trace in everywhere():
        shown = render([trace], Format.TEXT, Style(every=True))
        assert all(len(line) <= 100 for line in shown.splitlines())


def test_arrows_reach_their_stations() -> None:
    """From the client's line to that of who is meant, in both directions."""
    lines = render([dead("vmware-e1000e")], Format.TEXT).splitlines()
    client = next(line for line in lines if "DHCPDISCOVER" in line).index("├")
    discover = next(line for line in lines if "DHCPDISCOVER" in line)
    assert discover.endswith("▶│")
    offers = [line for line in lines if "DHCPOFFER ─" in line]
    assert all(line[client : client + 2] == "│◀" for line in offers)
    first, second = (line.index("┤") for line in offers)
    assert client < first < second < discover.rindex("│")
    asked = next(line for line in lines if "DHCPREQUEST" in line and "8 " in line[:16])
    assert second < asked.index("▶│") < discover.index("▶│")


def test_two_boots_follow_each_other() -> None:
    """Text is read from top to bottom."""
    both = render([dead("vmware-e1000e"), dead("ipxe")], Format.TEXT)
    alone = [render([dead(name)], Format.TEXT) for name in FIRMWARES]
    assert both == "\n".join(alone)


def test_hostile_words_stay_words() -> None:
    """Nothing from the network reaches the terminal raw."""
    shown = render([hostile()], Format.TEXT)
    assert CONTROL.search(shown) is None
    assert "\u202e" not in shown
    assert "<script>" in shown


def test_one_boot_or_two() -> None:
    """No more fit beside each other."""
    with pytest.raises(ValueError, match="not 0"):
        render([], Format.TEXT)
    with pytest.raises(ValueError, match="not 3"):
        render([dead("ipxe")] * 3, Format.SVG)
