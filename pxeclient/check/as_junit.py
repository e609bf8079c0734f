"""JUnit's XML, as CI services read it: it keeps to the schema of Jenkins' xUnit plugin.

Times are of a clock on the wall, as everywhere in CI. The machines' own clock, which
`within` and the waits of firmwares are about, is told beside them as `machine-seconds`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from pxeclient.check.results import Point, Result, Run, Status, tally
from pxeclient.harmless import markup_text
from pxeclient.report.markdown import one_line

MACHINE = "machine-seconds"
"""What the machines' own clock is called."""


def as_junit(title: str, where: str, results: Sequence[Result], run: Run) -> bytes:
    """The document: a suite, and a test case for each result.

    Args:
        title: The suite's.
        where: The network, such as ``interface eth1``.
        results: What came of it. What cannot be told is ``skipped``.
        run: When and where that was.
    """
    counts = tally(results)
    numbers = {
        "name": one_line(title),
        "tests": str(len(results)),
        "failures": str(counts.not_met),
        "errors": "0",
        "time": _seconds(run.seconds),
    }
    root = Element("testsuites", numbers)
    more = {"skipped": str(counts.unknown), "timestamp": _date(run.began), "hostname": _host(run)}
    suite = SubElement(root, "testsuite", numbers | more)
    properties = SubElement(suite, "properties")
    _property(properties, "network", one_line(where))
    _property(properties, MACHINE, _seconds(sum(result.seconds for result in results)))
    for result in results:
        _case(suite, title, result)
    ElementTree.indent(root)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return markup_text(document.decode()).encode() + b"\n"


def _property(properties: Element, name: str, value: str) -> None:
    SubElement(properties, "property", name=name, value=value)


def _date(seconds: float) -> str:
    """In UTC, without a zone, as Ant has it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _host(run: Run) -> str:
    return one_line(run.host) or "localhost"


def _case(suite: Element, title: str, result: Result) -> None:
    case = SubElement(
        suite,
        "testcase",
        classname=one_line(title),
        name=one_line(result.name),
        time=_seconds(result.wall_seconds),
    )
    match result.status:
        case Status.NOT_MET:
            failed = [point for point in result.points if point.status is Status.NOT_MET]
            first = failed[0]
            message = one_line(f"expected: {first.expected}; {first.happened}")
            failure = SubElement(case, "failure", message=message, type="not met")
            failure.text = "\n".join(_lines(result, failed))
        case Status.UNKNOWN:
            happened = result.points[0].happened if result.points else "nothing was asked"
            SubElement(case, "skipped", message=one_line(f"cannot tell: {happened}"))
        case Status.MET:
            pass
    # A test case of this format has no properties.
    SubElement(case, "system-out").text = f"{MACHINE}: {_seconds(result.seconds)}"


def _lines(result: Result, failed: Sequence[Point]) -> Iterator[str]:
    if result.why:
        yield one_line(result.why)
    for point in failed:
        frame = "" if point.frame is None else f" (frame {point.frame})"
        source = f" [{point.source}]" if point.source else ""
        yield one_line(f"expected: {point.expected}")
        yield one_line(f"happened: {point.happened}{frame}{source}")
    for finding in result.findings:
        yield one_line(f"{finding.id}: {finding.title}")
        yield one_line(f"  {finding.seen}")
        best, *rest = finding.cures
        for server, lines in best.settings():
            yield from (f"  {server.value}: {line}" for line in lines)
        yield f"  other: {best.do}"
        yield from (f"  or: {cure.do}" for cure in rest)


def _seconds(value: float) -> str:
    return f"{value:.3f}"
