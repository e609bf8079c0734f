"""The page of many boots: whose words stand on it, and that they stay words."""

from __future__ import annotations

import re

import msgspec
import pytest

from pxeclient.diagnose import diagnose
from pxeclient.report.ladder.model import Problem, Remedy, Setting
from pxeclient.report.page import Line, Link, Look, Page, Story, Told, render
from tests.ladder.boots import FIRMWARES, HOSTILES, dead, hostile
from tests.ladder.test_html import shapes


def page(words: str) -> str:
    """A page on which every text is this one."""
    setting = Setting(words, (words, words), False)
    remedy = Remedy(words, (setting, Setting(words, (words,), True), setting))
    problem = Problem(words, words, words, True, (words,), words, (remedy,), words)
    facts = ((words, words), (words, words))
    trace = hostile()
    stories = (
        Story(words, Look.BAD, facts, Told(words, words, "Why", problem, (words,)), trace),
        Story(words, Look.OPEN, facts, Told(words, words), trace, (Link("a/b.html", words),)),
    )
    lines = tuple(Line(Look.BAD, (words, words), story) for story in stories)
    columns = (words, words)
    return render(Page(words, words, words, Look.BAD, columns, lines, (words, words)))


@pytest.mark.parametrize("words", HOSTILES)
def test_no_text_becomes_markup(words: str) -> None:
    """Of suites, of servers, of firmwares."""
    drawn = page(words)
    assert shapes(drawn) == shapes(page("harmless"))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u202e]", drawn)


@pytest.mark.parametrize("name", FIRMWARES)
def test_a_verdict_goes_between_processes(name: str) -> None:
    """As plain values, and comes back the same."""
    told = Told.of(dead(name))
    assert msgspec.convert(msgspec.to_builtins(told), Told) == told


def test_what_a_verdict_says() -> None:
    """As the command's last lines: the code, what was seen, the cure; of a boot only the boot."""
    failed, booted = Told.of(dead("vmware-e1000e")), Told.of(dead("ipxe"))
    assert failed.words.startswith("■ PXE-E55: ")
    assert failed.problem is not None
    assert (failed.cause, failed.problem.id) == ("Why", "D43-VMW")
    assert booted.words.startswith("■ Booted boot.0 from ")
    assert (booted.reason, booted.problem) == ("", None)
    [found, *_] = diagnose(dead("vmware-e1000e"))
    alone = Told.of_finding(found)
    assert alone.words.startswith("▲ D43-VMW: ")
    assert alone.problem == failed.problem
