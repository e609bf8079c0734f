"""A boot that ended, in values that are for programs: names of files, variables, labels, a line.

None of them but `line` has a word that came from the network; that is in the event as JSON.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from pxeclient.endings import End, end_of
from pxeclient.explain.summary import ended, finding
from pxeclient.harmless import clean
from pxeclient.watch.board import Standing, standing
from pxeclient.watch.events import Ended

RESULTS = ("booted", "fetched", "failed", "wrong-file", "cannot-tell")
"""What a boot can have come to."""
LONGEST_LINE = 900
"""Characters of a line for a system's log: what RFC 3164 4.1 lets through (1024 octets), less
what stands before it."""
_LATEST = 253402300799
"""The end of the year 9999: a capture can claim any time."""
_SAFE = re.compile("[^A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is said of it to programs."""

    mac: str
    event: str
    """``ended``, or ``next-stage`` if what runs after the boot file has met with trouble."""
    attempt: int
    began: float
    """When its first frame went, by the clock of what is watched."""
    at: float
    """When it is told."""
    seconds: float
    """From its first frame to its last."""
    result: str
    """One of `RESULTS`."""
    code: str
    """The firmware's code or, where none is known, where it stopped. Empty if it booted."""
    finding: str
    """What the verdict is about; empty if there is none."""
    firmware: str
    """The likest profile; empty if none is."""
    line: str
    """All of it in a line for people."""

    @property
    def is_trouble(self) -> bool:
        """It failed, what it fetched will fail, or what runs next has."""
        return self.result in ("failed", "wrong-file") or self.event == "next-stage"

    @property
    def stem(self) -> str:
        """What names of files of this boot begin with: its time (UTC) and the machine."""
        clock = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(min(max(self.began, 0), _LATEST)))
        return f"{clock}-{self.mac.replace(':', '')}-{self.attempt}"

    @property
    def file_name(self) -> str:
        """For a capture of this boot; `NAME` matches it."""
        return f"{self.stem}-{_SAFE.sub('-', self.code or self.result)[:40]}.pcapng"

    def variables(self, json: str, capture: str | None) -> dict[str, str]:
        """For the environment of a program.

        Args:
            json: The path of a file with the event as JSON.
            capture: That of a capture of the boot, if it was kept.
        """
        values = {
            "MAC": self.mac,
            "EVENT": self.event,
            "ATTEMPT": str(self.attempt),
            "BEGAN": f"{self.began:.6f}",
            "AT": f"{self.at:.6f}",
            "SECONDS": f"{self.seconds:.3f}",
            "RESULT": self.result,
            "CODE": self.code,
            "FINDING": self.finding,
            "FIRMWARE": self.firmware,
            "JSON": json,
            "CAPTURE": capture or "",
        }
        return {f"{PREFIX}{name}": value for name, value in values.items()}


PREFIX = "PXECLIENT_"
NAME = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{12}-\d+-[A-Za-z0-9.-]+\.pcapng")
"""Our captures, among whatever else is in a folder."""


def facts(event: Ended) -> Facts:
    """What is to be said of it."""
    told, frames = event.told, event.told.attempt.frames
    result, found, best = _result(event), finding(event.told), event.told.fingerprint.best
    code = "" if result in ("booted", "fetched") else ended(told).replace(" ", "-")
    firmware = "" if best is None else best.profile.name
    because = told.ending.sentence if found is None else f"{found.id}: {found.title}"
    what = "what runs next meets with trouble" if event.is_more else ended(told)
    line = f"{event.mac} {firmware or 'machine'}: {what}; {because}"
    return Facts(
        mac=str(event.mac),
        event="next-stage" if event.is_more else "ended",
        attempt=told.number,
        began=frames[0].at,
        at=event.at,
        seconds=frames[-1].at - frames[0].at,
        result=result,
        code=code,
        finding="" if found is None else found.id,
        firmware=firmware,
        line=" ".join(clean(line).split())[:LONGEST_LINE],
    )


def _result(event: Ended) -> str:
    end = end_of(event.told.trace)
    match standing(event.told):
        case Standing.TROUBLE:
            return "wrong-file" if end is End.WRONG_FILE else "failed"
        case Standing.BOOTED:
            return "booted" if end is End.BOOTED else "fetched"
        case _:
            return "cannot-tell"
