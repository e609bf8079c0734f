"""One file through every command that reads captures, and what is wrong with what they do."""

from __future__ import annotations

import json
import re
import signal
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from click.testing import CliRunner, Result

from pxeclient.cli.main import cli

MOST_SECONDS = 20.0
"""Of processor time that a command may take for one file."""
_CONTROL = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"
)
_ORDER = re.compile(r"^\s*::|##\[|##vso\[|##teamcity\[", re.MULTILINE)
"""What a CI service takes for an order in a log; `pxeclient.harmless` says which does."""
_EXPLAIN_JSON = ("explain", "--json", "--as", "vmware-e1000e")
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("explain", "-v"),
    _EXPLAIN_JSON,
    ("matrix", "-p", "ipxe", "-p", "edk2", "-p", "vmware-e1000e", "--capture"),
    ("compare", "-p", "ipxe-20190125"),
    ("profiles", "learn", "-p", "ipxe-20190125"),
)
_GOOD = {"explain": (0, 3), "profiles": (0, 3)}
_OTHERWISE = (0, 1, 3)
"""Exit statuses: done, not met, and no use of the file. 2 would be wrong usage."""


class TooSlowError(BaseException):
    """A command took too long."""


@dataclass
class Tally:
    """What happened so far."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    slowest: float = 0.0
    slowest_of: str = ""
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Told:
    """What `explain` said of a file."""

    boots: frozenset[str]
    """The clients that boot from the network, by MAC address."""
    fetched: bool
    """A file arrived whole."""


NOBODY = Told(frozenset(), False)


def attempt(path: Path, what: str, tally: Tally) -> Told:
    """Run all commands on a file; their faults go to the tally, each with `what` the file is."""
    told = NOBODY
    for command in COMMANDS:
        before = time.process_time()
        result = run([*command, str(path)])
        took = time.process_time() - before
        if took > tally.slowest:
            tally.slowest, tally.slowest_of = took, f"{command[0]} of {what}"
        tally.statuses[command[0], result.exit_code] += 1
        tally.faults += [f"{what}: {' '.join(command)}: {why}" for why in _wrong(command, result)]
        if command == _EXPLAIN_JSON and result.exit_code == 0:
            told = _told(json.loads(result.stdout))
    return told


def run(arguments: list[str]) -> Result:
    """Run a command in this process, for `MOST_SECONDS` at most."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TooSlowError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, MOST_SECONDS)
    try:
        return CliRunner().invoke(cli, arguments, prog_name="pxeclient")
    except TooSlowError as error:
        return Result(CliRunner(), b"", b"", b"", None, 1, error, None)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _wrong(command: tuple[str, ...], result: Result) -> Iterator[str]:
    yield from wrong(result, _GOOD.get(command[0], _OTHERWISE))


def wrong(result: Result, good: Sequence[int]) -> Iterator[str]:
    """What no command may do, whatever it is given.

    Args:
        result: What it did.
        good: The exit statuses that are right; 2 and 3 come with one sentence.
    """
    error = result.exception
    if isinstance(error, TooSlowError):
        yield f"took more than {MOST_SECONDS:g} s of processor time"
    elif error is not None and not isinstance(error, SystemExit):
        where = traceback.extract_tb(error.__traceback__)[-1]
        yield f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
    elif result.exit_code not in good:
        yield f"exit status {result.exit_code}: {result.stderr.strip()}"
    if _CONTROL.search(result.output):
        yield "prints control characters"
    if _ORDER.search(result.output):
        yield "prints an order to a CI service"
    if result.exit_code in (2, 3) and len(result.stderr.splitlines()) > 4:
        yield "says more than a sentence"


def _told(found: dict[str, Any]) -> Told:
    booting = [client for client in found["clients"] if client["network_boot"]]
    fetched = any(
        one["ending"]["stop"] == "fetched" for client in booting for one in client["attempts"]
    )
    return Told(frozenset(client["mac"] for client in booting), fetched)
