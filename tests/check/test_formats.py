"""Every format, read back by somebody else: an XML parser, TAP's grammar, JSON, Markdown."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.check.as_json import as_json
from pxeclient.check.as_junit import as_junit
from pxeclient.check.as_markdown import as_markdown
from pxeclient.check.as_tap import as_tap
from pxeclient.check.as_text import case_lines
from pxeclient.check.results import Point, Result, Run, Status, Tally, tally, worst
from tests.check.networks import tried

MET = Point(Status.MET, "boots", "booted boot.0 from 10.77.0.3")
FAILED = Point(Status.NOT_MET, "boots x", "booted boot.0", 7, "RFC 1350 §4")
UNKNOWN = Point(Status.UNKNOWN, "no finding D60", "no server answered")

RESULTS = [
    Result("good", "", "ipxe", (MET,), seconds=1.25, wall_seconds=0.125),
    Result("bad", "because", "edk2", (MET, FAILED, FAILED)),
    Result("dark", "", "probe relay", (UNKNOWN,)),
]

RUN = Run(1_000_000_000.75, 12.5, "builder")
JENKINS = xmlschema.XMLSchema(Path(__file__).parent / "junit-10.xsd")
"""What Jenkins' xUnit plugin validates files by before it reads them
(jenkinsci/xunit-plugin, src/main/resources/.../model/xsd/junit-10.xsd; MIT licence, see there)."""

POINTS = st.builds(
    Point,
    st.sampled_from(Status),
    st.text(max_size=12),
    st.text(max_size=12),
    st.none() | st.integers(1, 99),
    st.text(max_size=6),
)
ANY_RESULTS = st.lists(
    st.builds(
        Result,
        st.text(max_size=9),
        st.text(max_size=9),
        st.text(max_size=9),
        st.lists(POINTS, max_size=3).map(tuple),
        st.just(()),
        st.floats(0, 1e7),
        st.floats(0, 1e7),
    ),
    max_size=4,
)

TAP_LINE = re.compile(r"(ok|not ok) (\d+) - ((?:[^#\\]|\\.|\\)*?)( # SKIP.*)?")


def test_several_points_make_a_status() -> None:
    """Not met counts first, and unknown only where there is nothing else."""
    assert [result.status for result in RESULTS] == [Status.MET, Status.NOT_MET, Status.UNKNOWN]
    assert worst([Status.UNKNOWN, Status.MET]) is Status.MET
    assert worst([]) is Status.UNKNOWN


def test_a_suite_that_nobody_answered_has_failed() -> None:
    """Nothing met is as bad as something not met."""
    assert tally(RESULTS) == Tally(1, 1, 1)
    assert tally(RESULTS[:1] + RESULTS[2:]).all_met
    assert not tally(RESULTS[2:]).all_met
    assert not tally(RESULTS).all_met


def junit(title: str, where: str, results: list[Result], run: Run = RUN) -> ElementTree.Element:
    """The document, which Jenkins takes."""
    document = as_junit(title, where, results, run)
    JENKINS.validate(document.decode())
    return ElementTree.fromstring(document)


def test_junit_has_a_case_for_each_result() -> None:
    """Failures with message and text, what cannot be told as skipped."""
    root = junit("Mine", "interface eth1", RESULTS)
    assert root.tag == "testsuites"
    suite = root.find("testsuite")
    assert suite is not None
    counts = {key: suite.get(key) for key in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "3", "failures": "1", "errors": "0", "skipped": "1"}
    good, bad, dark = suite.findall("testcase")
    assert (good.get("classname"), good.get("name")) == ("Mine", "good [ipxe]")
    assert [part.tag for part in good] == ["system-out"]
    failure = bad.find("failure")
    assert failure is not None
    assert failure.get("message") == "expected: boots x; booted boot.0"
    assert "happened: booted boot.0 (frame 7) [RFC 1350 §4]" in (failure.text or "")
    skipped = dark.find("skipped")
    assert skipped is not None
    assert skipped.get("message") == "cannot tell: no server answered"


def test_junit_has_the_time_of_a_clock_on_the_wall() -> None:
    """Of the run and of each case; the machines' own clock stands under another name."""
    root = junit("Mine", "interface eth1", RESULTS)
    suite = root.find("testsuite")
    assert suite is not None
    assert (root.get("time"), suite.get("time")) == ("12.500", "12.500")
    assert suite.get("timestamp") == "2001-09-09T01:46:40"
    properties = {one.get("name"): one.get("value") for one in suite.iter("property")}
    assert properties == {"network": "interface eth1", "machine-seconds": "1.250"}
    good = suite.find("testcase")
    assert good is not None
    assert (good.get("time"), good.findtext("system-out")) == ("0.125", "machine-seconds: 1.250")


@pytest.mark.parametrize(
    ("host", "told"), [("builder", "builder"), ("", "localhost"), ("a\nb", "a b")]
)
def test_junit_names_the_machine_that_it_ran_on(host: str, told: str) -> None:
    """And not the network, which is a property."""
    suite = junit("Mine", "a private network (x, y)", RESULTS, Run(0, 0, host)).find("testsuite")
    assert suite is not None
    assert suite.get("hostname") == told


@given(st.text(max_size=9), ANY_RESULTS)
def test_junit_is_xml_whatever_the_words(title: str, results: list[Result]) -> None:
    """Control characters, quotes and brackets do not break it."""
    root = junit(title, title, results, Run(0, 1e9, title))
    assert len(root.findall("testsuite/testcase")) == len(results)


def test_jenkins_would_not_take_anything_else() -> None:
    """The schema that it is held against is one that can fail."""
    document = as_junit("Mine", "here", RESULTS, RUN).decode()
    for wrong in (
        document.replace(' errors="0"', "", 1).replace(' errors="0"', ""),
        document.replace('time="12.500"', 'time="12.5 s"'),
        document.replace("system-out", "system-said"),
        document.replace("<testsuites ", '<testsuites skipped="1" '),
    ):
        assert not JENKINS.is_valid(wrong)


def tap(results: list[Result]) -> list[tuple[bool, int, str, bool]]:
    """What TAP 13's grammar reads: ok, number, description, skipped."""
    version, plan, *lines = as_tap(results)
    assert version == "TAP version 13"
    assert plan == f"1..{len(results)}"
    found: list[tuple[bool, int, str, bool]] = []
    in_block = False
    for line in lines:
        if line == "  ---":
            assert not in_block
            assert found
            assert not found[-1][0]
            in_block = True
        elif in_block:
            assert line.startswith("  ")
            in_block = line != "  ..."
        else:
            read = TAP_LINE.fullmatch(line)
            assert read, line
            found.append((read[1] == "ok", int(read[2]), read[3], bool(read[4])))
    assert not in_block
    return found


def test_tap_has_a_line_for_each_result() -> None:
    """What cannot be told is a skip, what is not met has its points in YAML."""
    assert tap(RESULTS) == [
        (True, 1, "good [ipxe]", False),
        (False, 2, "bad [edk2]", False),
        (True, 3, "dark [probe relay]", True),
    ]
    lines = list(as_tap(RESULTS))
    assert '  message: "expected: boots x; booted boot.0"' in lines
    assert "      frame: 7" in lines
    assert lines[-1] == "ok 3 - dark [probe relay] # SKIP no server answered"


@given(ANY_RESULTS)
def test_tap_keeps_to_its_grammar_whatever_the_words(results: list[Result]) -> None:
    """No name is taken for a directive, no text for a line."""
    found = tap(results)
    assert [ok for ok, _, _, _ in found] == [one.status is not Status.NOT_MET for one in results]
    assert [skip for *_, skip in found] == [one.status is Status.UNKNOWN for one in results]


def test_json_has_everything() -> None:
    """All points, met or not, with frames and sources; findings as in `boot --json`."""
    failed = tried("proxy-60-file-4011-dead", boots=True, profiles=["vmware-e1000e"])
    found = as_json("Mine", "interface eth1", [*RESULTS, failed], 1)
    assert json.loads(json.dumps(found)) == found
    assert found["schema"] == "pxeclient-check/2"
    assert found["counts"] == {"met": 1, "not-met": 2, "cannot-tell": 1}
    bad = found["results"][1]
    assert [point["status"] for point in bad["points"]] == ["met", "not-met", "not-met"]
    assert bad["points"][1] == {
        "status": "not-met",
        "expected": "boots x",
        "happened": "booted boot.0",
        "frame": 7,
        "source": "RFC 1350 §4",
    }
    assert found["results"][3]["findings"][0]["id"] == "D43-VMW"


def cells(line: str) -> list[str]:
    """A Markdown row's cells, as GitHub splits it."""
    return [part.strip() for part in re.split(r"(?<!\\)(?:\\\\)*\|", line)[1:-1]]


def test_markdown_has_a_row_for_each_result() -> None:
    """With the first thing that is not as it should be."""
    lines = list(as_markdown("Mine", "interface eth1", RESULTS))
    assert lines[0] == "### Mine"
    assert "1 met, 1 not met, 1 cannot be told." in lines[2]
    rows = [cells(line) for line in lines if line.startswith("|")][2:]
    assert rows[0] == ["✓", "good", "ipxe", "", "", ""]
    assert rows[1] == ["✗", "bad", "edk2", "boots x", "booted boot.0", ""]
    assert rows[2] == ["?", "dark", "probe relay", "no finding D60", "no server answered", ""]


@given(ANY_RESULTS)
def test_markdown_rows_have_six_cells_whatever_the_words(results: list[Result]) -> None:
    """A stroke or a backslash in a name is no end of a cell."""
    rows = [line for line in as_markdown("x", "y", results) if line.startswith("|")][2:]
    assert [len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) for row in rows] == [7] * len(results)


def test_text_tells_who_failed_and_what_to_read() -> None:
    """A line where all is well; expected, happened and the finding where not."""
    assert list(case_lines(RESULTS[:1], 6)) == ["✓ good    ipxe"]
    assert list(case_lines(RESULTS[2:], 4)) == [
        "? dark  probe relay",
        "    cannot tell: no server answered",
    ]
    failed = tried("proxy-60-file-4011-dead", boots=True, profiles=["vmware-e1000e"])
    good = tried("proxy-60-file-4011-dead", boots=True)
    text = "\n".join(case_lines([failed, good], 4))
    assert text.startswith("✗ test  vmware-e1000e, ipxe\n  vmware-e1000e\n    expected  boots\n")
    assert "happened  failed: PXE-E55: ProxyDHCP service did not reply" in text
    assert "▲ D43-VMW: An offer says PXEClient" in text
    assert "What to change: pxeclient findings D43-VMW" in text


@given(ANY_RESULTS.filter(bool))
def test_text_is_printable_whatever_the_words(results: list[Result]) -> None:
    """Nothing in a suite moves a terminal's cursor."""
    assert all(line.isprintable() for line in case_lines(results, 5))


@pytest.mark.parametrize("count", [6, 7])
def test_text_leaves_out_what_repeats(count: int) -> None:
    """Six points of a result are told, then a number."""
    lines = list(case_lines([Result("bad", "", "edk2", (FAILED,) * count)], 3))
    assert sum("expected" in line for line in lines) == 6
    assert (lines[-1] == "    … and 1 more: --json has all") is (count == 7)
