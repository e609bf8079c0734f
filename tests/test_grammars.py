"""Each format that a command writes, read by a parser that is not ours, whatever strangers say.

Profiles, scenarios and suites are made of hostile words: what tells a parser where a thing ends,
what moves a terminal's cursor, and what a CI service would obey.
"""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pxeclient.practice import scenario
from pxeclient.profile import folder
from pxeclient.report.markdown import code, plain, row
from tests.artifacts.pages import OURS, Read
from tests.cli.runner import run
from tests.examples import examples
from tests.test_harmless import orders
from tools.fuzz.values import NASTY

WORDS = tuple(word for word in NASTY if len(word) < 200)
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
SEVERAL = settings(
    max_examples=examples(0.07), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
NAMES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)


def quoted(text: str) -> str:
    """A text as TOML."""
    inner = "".join(c if c.isascii() and c.isalnum() else f"\\U{ord(c):08x}" for c in text)
    return f'"{inner}"'


def a_profile(path: Path, words: str) -> Path:
    """iPXE, but for what it calls itself."""
    text = (folder() / "ipxe.toml").read_text(encoding="utf-8")
    plainly = words.replace("{", "(").replace("}", ")")
    lines = {key: f"{key} = {quoted(words)}" for key in ("name", "title", "summary")}
    lines["booted"] = f"booted = [{quoted(plainly)}]"
    for key, line in lines.items():
        escaped = line.replace("\\", "\\\\")
        end = r"\[.*?\]" if key == "booted" else "[^\n]*"
        text, count = re.subn(f"(?ms)^{key} = {end}", escaped, text, count=1)
        assert count == 1
    path.write_text(text, encoding="utf-8")
    return path


def a_network(path: Path, words: str) -> Path:
    """A network whose TFTP server says so."""
    text = (Path(scenario.__file__).parent / "networks" / "plain-dhcp.toml").read_text("utf-8")
    said = words.encode("latin-1", "replace").decode("latin-1").replace("\0", "")
    text = text.replace(
        'files."*" = { size = 4000 }', f"error = [1, {quoted('A' * 90 + ' ' + said)}]"
    )
    text = re.sub(r"^title = .*$", lambda _: f"title = {quoted(words)}", text, flags=re.M)
    path.write_text(text, encoding="utf-8")
    return path


def fit(text: str) -> None:
    """It is fit for a terminal, a pipe and a log."""
    assert not UNSEEN.search(text)
    assert orders(text) == []


_DRAWN = {
    "svg", "title", "desc", "style", "g", "text", "tspan", "rect", "line", "path", "polygon",
    "defs", "marker", "circle", "polyline",
}  # fmt: skip
"""What a drawing is made of."""


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.handlers: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self.tags.append(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.handlers += [value for name, value in attrs if name in ("src", "href") and value]


@SEVERAL
@given(NAMES)
def test_what_boot_writes(tmp_path: Path, words: str) -> None:
    """Transcript, screen, JSON, JSON lines, and ladders in four formats."""
    who = str(a_profile(tmp_path / "p.toml", words))
    net = str(a_network(tmp_path / "n.toml", words))
    for network in ("plain-dhcp", net):
        for form in ((), ("-v",), ("--screen",), ("-q",)):
            fit(run("boot", "-p", who, "--network", network, *form).output)
        found = run("boot", "-p", who, "--network", network, "--json").stdout
        fit(found)
        json.loads(found)
        for line in run("boot", "-p", who, "--network", network, "--jsonl").stdout.splitlines():
            fit(line)
            json.loads(line)
    drawn = {}
    for kind in ("txt", "mmd", "svg", "html"):
        path = tmp_path / f"ladder.{kind}"
        run("boot", "-p", who, "--network", net, "-q", "--ladder", str(path))
        drawn[kind] = path.read_text(encoding="utf-8")
        fit(drawn[kind])
    drawing = ElementTree.fromstring(drawn["svg"])
    assert {element.tag.rpartition("}")[2] for element in drawing.iter()} <= _DRAWN
    page = Page(drawn["html"])
    assert page.handlers == []
    assert page.tags.count("script") == 2
    assert not {"img", "iframe", "a", "object", "base"} & set(page.tags)


SUITE = """
title = {words}
[network]
practice = "plain-dhcp"
[[cases]]
name = {words}
why = {words}
profiles = [{who}]
fails = true
[[cases]]
name = "good"
profiles = ["ipxe"]
boots = true
"""


def tap(text: str) -> list[tuple[bool, str]]:
    """TAP 13, strictly: version, plan, numbered lines, YAML blocks of JSON values."""
    lines = text.splitlines()
    assert lines[0] == "TAP version 13"
    plan = re.fullmatch(r"1\.\.(\d+)", lines[1])
    assert plan is not None
    found, is_yaml = [], False
    for line in lines[2:]:
        if is_yaml:
            is_yaml = line != "  ..."
            entry = re.fullmatch(r"  (?:  - |    )?([a-z_]+):(?: (.*))?", line)
            assert entry or not is_yaml, line
            if entry and entry[2] and entry[2][0] in '"[':
                json.loads(entry[2])
        elif line == "  ---":
            is_yaml = True
        else:
            test = re.fullmatch(r"(ok|not ok) (\d+) - ((?:[^#\\]|\\.|\\(?!#))*?)( # SKIP.*)?", line)
            assert test is not None, line
            found.append((test[1] == "ok", test[3]))
            assert int(test[2]) == len(found)
    assert not is_yaml
    assert len(found) == int(plan[1])
    return found


@SEVERAL
@given(NAMES)
def test_what_check_writes(tmp_path: Path, words: str) -> None:
    """Text, TAP, JSON, JUnit, and the summary of GitHub."""
    who = str(a_profile(tmp_path / "p.toml", words))
    suite = tmp_path / "suite.toml"
    suite.write_text(SUITE.format(words=quoted(words), who=quoted(who)), encoding="utf-8")
    junit, summary = tmp_path / "j.xml", tmp_path / "summary.md"
    summary.unlink(missing_ok=True)
    env = {"GITHUB_STEP_SUMMARY": str(summary)}
    page = tmp_path / "page.html"
    options = ("--report", f"junit={junit}", "--report", f"html={page}")
    fit(run("check", str(suite), *options, env=env).output)
    fit(page.read_text(encoding="utf-8"))
    assert Read(page.read_text(encoding="utf-8")).tags <= OURS
    told = run("check", str(suite), "--report", "tap=-").stdout
    fit(told)
    assert [is_ok for is_ok, _ in tap(told)] == [False, True]
    told = run("check", str(suite), "--json").stdout
    fit(told)
    assert [one["status"] for one in json.loads(told)["results"]] == ["not-met", "met"]
    document = junit.read_text(encoding="utf-8")
    fit(document)
    root = ElementTree.fromstring(document)
    assert [element.tag for element in root.iter()] == [
        "testsuites", "testsuite", "properties", "property", "property",
        "testcase", "failure", "system-out", "testcase", "system-out",
    ]  # fmt: skip
    markdown = summary.read_text(encoding="utf-8")
    fit(markdown)
    assert cells_of(markdown) == 3 * 6


def cells_of(text: str) -> int:
    """How many cells the one table of a page has, whose text is nothing but text and code."""
    reader = (
        pytest.importorskip("markdown_it")
        .MarkdownIt("commonmark")
        .enable(["table", "strikethrough"])
    )
    tokens: list[Any] = reader.parse(text)
    inside = [child.type for token in tokens for child in token.children or ()]
    assert set(inside) <= {"text", "code_inline", "text_special"}, text
    kinds = [token.type for token in tokens]
    assert kinds.count("table_open") <= 1
    assert not {
        "html_block",
        "fence",
        "code_block",
        "hr",
        "blockquote_open",
        "bullet_list_open",
    } & set(kinds)
    return kinds.count("th_open") + kinds.count("td_open")


@given(st.lists(st.text(max_size=8) | st.sampled_from(WORDS), min_size=1, max_size=4))
def test_markdown_is_text_whatever_the_words(words: list[str]) -> None:
    """A paragraph, a heading and a table of them are no more than that."""
    cells = [*map(plain, words), *map(code, words)]
    table = "\n".join([row(["a"] * len(cells)), row(["---"] * len(cells)), row(cells)])
    assert cells_of(f"### x {plain(words[0])}\n\nOn {plain(words[0])}.\n\n{table}\n") == 2 * len(
        cells
    )


@SEVERAL
@given(NAMES)
def test_what_other_commands_print(tmp_path: Path, words: str) -> None:
    """Profiles shown, tables, captures explained, and what is wrong with a file of such a name."""
    who = str(a_profile(tmp_path / "p.toml", words))
    net = str(a_network(tmp_path / "n.toml", words))
    fit(run("profiles", "show", who).output)
    for form in ((), ("--json",), ("--markdown",)):
        found = run("matrix", "-p", who, "-p", "ipxe", "--network", net, *form).output
        fit(found)
    name = re.sub(r"[/\0]", "", words)[:60]
    capture = tmp_path / f"{name}.pcap"
    run("boot", "-p", who, "--network", net, "-q", "-w", str(capture))
    for form in ((), ("-v",), ("--json",)):
        fit(run("explain", str(capture), *form, "--as", who).output)
    for command in (
        ["explain", f"{capture}x"],
        ["boot", "-p", f"{capture}.toml"],
        ["boot", "--network", f"{capture}.toml"],
        ["check", f"{capture}.toml"],
        ["errors", words],
        ["findings", words],
        ["teach", words],
        ["boot", words],
    ):
        result = run(*command)
        assert result.exit_code in (0, 2, 3)
        fit(result.output)
