"""What each family of scripted servers is: frames in, frames out, time as an argument."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any, Protocol, TextIO


class Part(Protocol):
    """Some of the hosts on the segment. `PracticeNetwork` is one."""

    def receive(self, frame: bytes, now: float) -> None:
        """A frame reaches all of them."""
        ...

    def next_at(self) -> float | None:
        """When one of them next has something to do."""
        ...

    def poll(self, now: float) -> list[bytes]:
        """Do what is due; the frames that they send."""
        ...


class Log:
    """What servers heard, a JSON object a line."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, kind: str, **values: Any) -> None:
        """Note something, with the time."""
        line = {"t": round(time.time(), 4), "kind": kind, **values}
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()


class Counts:
    """How often a rule has matched, for its ``skip`` and ``times``."""

    def __init__(self) -> None:
        self._counts: dict[object, int] = {}

    def skipped(self, key: object, script: Mapping[str, Any]) -> bool:
        """Count a match; whether it is one of those that go unanswered."""
        self._counts[key] = self._counts.get(key, 0) + 1
        return self._counts[key] <= int(script.get("skip", 0))

    def spent(self, key: object, script: Mapping[str, Any]) -> bool:
        """The rule has answered as often as it may."""
        most = script.get("times")
        return most is not None and self._counts.get(key, 0) >= script.get("skip", 0) + most


def sendings(reply: Mapping[str, Any]) -> Iterator[float]:
    """The delays with which a reply is sent, once for each repeat."""
    for number in range(reply.get("repeat", 1)):
        yield float(reply.get("delay", 0)) + number * float(reply.get("gap", 0.005))
