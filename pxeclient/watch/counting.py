"""Boots counted for Prometheus, as its node exporter reads them from a file.

Source: prometheus.io/docs/instrumenting/exposition_formats (text format 0.0.4), and the README of
github.com/prometheus/node_exporter, Textfile Collector: no time stamps, the file replaced at once.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping

from pxeclient.watch.board import Board, Standing
from pxeclient.watch.facts import RESULTS, Facts

BOUNDS = (1, 2, 5, 10, 20, 30, 60, 90, 120, 180, 300, 600)
"""Seconds up to which a boot counts in each bucket: a plain one takes 3 to 10, a firmware's waits
(DHCP 60, port 4011 11, a file 180) end most of the others."""
PREFIX = "pxeclient_watch_"

_STANDINGS = {
    Standing.TROUBLE: "trouble",
    Standing.BOOTING: "booting",
    Standing.BOOTED: "booted",
    Standing.UNKNOWN: "cannot-tell",
}


class Counts:
    """What happened since the watching began. Labels have words of ours alone, and so are few."""

    def __init__(self) -> None:
        self._boots = Counter[str]()
        self._failures = Counter[tuple[str, str]]()
        self._later = Counter[str]()
        self._buckets = {result: [0] * (len(BOUNDS) + 1) for result in RESULTS}
        self._sums = dict.fromkeys(RESULTS, 0.0)

    def take(self, told: Facts) -> None:
        """A boot ended, or went on into trouble."""
        if told.event == "next-stage":
            self._later[told.finding] += 1
            return
        self._boots[told.result] += 1
        self._buckets[told.result][bisect_left(BOUNDS, told.seconds)] += 1
        self._sums[told.result] += told.seconds
        if told.is_trouble:
            self._failures[told.code, told.finding] += 1

    def text(self, board: Board, frames: int, lost: int) -> str:
        """All of it in Prometheus' text format.

        Args:
            board: The machines.
            frames: How many frames were looked at.
            lost: How many the kernel dropped for want of room.
        """
        return "".join(f"{line}\n" for line in self._lines(board, frames, lost))

    def _lines(self, board: Board, frames: int, lost: int) -> Iterator[str]:
        yield from _head("boots_total", "counter", "Boots that ended, by what they came to.")
        for result in RESULTS:
            yield _sample("boots_total", {"result": result}, self._boots[result])
        words = "Boots that failed, by the firmware's code and the finding."
        yield from _head("failures_total", "counter", words)
        for (code, finding), count in sorted(self._failures.items()):
            yield _sample("failures_total", {"code": code, "finding": finding}, count)
        words = "Boot files that came, and whose programs met with trouble, by finding."
        yield from _head("next_stage_failures_total", "counter", words)
        for finding, count in sorted(self._later.items()):
            yield _sample("next_stage_failures_total", {"finding": finding}, count)
        words = "Seconds from the first frame of a boot to its last."
        yield from _head("boot_seconds", "histogram", words)
        for result in RESULTS:
            yield from self._histogram(result)
        yield from _head("machines", "gauge", "Machines, by how they stand.")
        for one, name in _STANDINGS.items():
            yield _sample("machines", {"standing": name}, board.count(one))
        yield from _head("frames_total", "counter", "Frames that were looked at.")
        yield _sample("frames_total", {}, frames)
        words = "Frames that the kernel dropped for want of room."
        yield from _head("frames_lost_total", "counter", words)
        yield _sample("frames_lost_total", {}, lost)

    def _histogram(self, result: str) -> Iterator[str]:
        count = 0
        bounds = (*map(str, BOUNDS), "+Inf")
        for bound, inside in zip(bounds, self._buckets[result], strict=True):
            count += inside
            yield _sample("boot_seconds_bucket", {"result": result, "le": bound}, count)
        yield _sample("boot_seconds_sum", {"result": result}, round(self._sums[result], 6))
        yield _sample("boot_seconds_count", {"result": result}, count)


def _head(name: str, kind: str, words: str) -> Iterator[str]:
    yield f"# HELP {PREFIX}{name} {words}"
    yield f"# TYPE {PREFIX}{name} {kind}"


def _sample(name: str, labels: Mapping[str, str], value: float) -> str:
    inner = ",".join(f'{key}="{_escaped(value)}"' for key, value in labels.items())
    return f"{PREFIX}{name}{{{inner}}} {value}" if inner else f"{PREFIX}{name} {value}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
