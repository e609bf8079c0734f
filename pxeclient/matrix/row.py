"""One row: what a boot came to, read from its trace."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from pxeclient.architectures import Fit
from pxeclient.endings import Judged, doubt, end_of, judge
from pxeclient.matrix.entries import Entry
from pxeclient.outcome import BEYOND, Booted, Failed
from pxeclient.replay.verdict import Fate, Verdict
from pxeclient.report.as_json import asked_file
from pxeclient.report.frames import summarise
from pxeclient.report.stages import afterwards, as_json
from pxeclient.trace import Trace
from pxeclient.wire import dhcp, pxe
from pxeclient.wire.dhcp import Message

if TYPE_CHECKING:
    from pxeclient.schemas import boot as shapes


class Cell(StrEnum):
    """What came of a boot."""

    BOOTED = "booted"
    WRONG_FILE = "wrong-file"
    """The file was fetched, and is none that the machine can run."""
    NOT_JUDGED = "not-judged"
    """So it was, by recorded servers that named it to a machine of another architecture."""
    FAILED = "failed"
    STOPPED = "stopped"
    """We stopped it; `Row.failure` says why."""
    CANNOT_TELL = "cannot-tell"
    """It asks something that the capture has no answer to."""
    NOT_RUN = "not-run"
    """The table was over before its turn."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """The boot file that came."""

    size: int
    sha256: str
    kind: str
    """As `nbp.NbpKind`."""
    kind_words: str
    pe_machine: int | None
    fit: Fit
    named_by: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A station that was asked on port 4011."""

    address: str
    """``broadcast`` where everybody was."""
    boot_server_type: int | None
    """The type in 43.71 of a boot-server request; None in a ProxyDHCP request."""
    times: int


@dataclass(frozen=True, slots=True)
class Row:
    """What one boot came to."""

    profile: str
    title: str
    architecture: int | None
    claimed: bool
    mac: str
    result: Cell
    file: str | None = None
    """The boot file asked for last, printable."""
    server: str | None = None
    """Its TFTP server."""
    fetched: Fetched | None = None
    asked: tuple[Asked, ...] = ()
    failure: str | None = None
    """A value of `Failure`, or why the boot was stopped."""
    code: str | None = None
    """The firmware's own code."""
    text: str | None = None
    """The firmware's own words."""
    because: str | None = None
    seconds: float | None = None
    """When it ended, by the firmware's clock; None if it did not begin."""
    remark: str | None = None
    """What is to be known of the row itself: why nobody can tell, or what it takes for granted."""
    then: str = ""
    """What became of the programs that ran after the firmware, to be put behind its end."""
    stages: tuple[shapes.Stage, ...] = ()
    """All stages, as JSON has them."""
    profile_version: str = ""


def not_run(entry: Entry, because: str) -> Row:
    """The row of a boot that never began."""
    return replace(_blank(entry), because=because)


def row(entry: Entry, trace: Trace, verdict: Verdict | None = None) -> Row:
    """The row of a boot.

    Args:
        entry: Who booted.
        trace: What happened.
        verdict: Of recorded servers: what that boot is worth; None where the servers are there.
    """
    wanted = asked_file(trace)
    base = replace(
        _blank(entry),
        asked=_asked(trace.rom),
        seconds=trace.ended,
        file=wanted and wanted["name"],
        server=wanted and wanted["server"],
        then=afterwards(trace),
        stages=tuple(as_json(trace)),
    )
    found = _ended(base, trace)
    if verdict is not None and _is_open(verdict, found):
        return replace(found, result=Cell.CANNOT_TELL, remark=verdict.why)
    if why := doubt(trace):
        return replace(found, result=Cell.CANNOT_TELL, remark=why.rstrip("."))
    if trace.lost and found.remark is None:
        return replace(found, remark=f"Our own receive buffer lost {trace.lost} frames of a boot")
    return replace(found, remark=_OTHER) if trace.foreign and found.remark is None else found


def _is_open(verdict: Verdict, found: Row) -> bool:
    """What came of it on recorded servers nobody can tell, whatever the boot on them came to."""
    is_untold = verdict.result is Fate.CANNOT_TELL and found.result is Cell.FAILED
    return verdict.question is not None or is_untold


def _ended(base: Row, trace: Trace) -> Row:
    match trace.outcome:
        case Booted() as booted:
            judged = judge(trace)
            assert judged is not None, "what was fetched is judged"
            fetched = _fetched(judged, booted)
            result, why = Cell(end_of(trace).value), judged.why or None
            return replace(base, result=result, fetched=fetched, because=why)
        case Failed(failure, code, text, because):
            return replace(
                base,
                result=Cell.CANNOT_TELL if failure in BEYOND else Cell.FAILED,
                failure=failure.value,
                code=code or None,
                text=text,
                because=because,
                remark=because.rstrip(".") if failure in BEYOND else None,
            )
        case None:
            why = trace.stopped or "stopped"
            return replace(base, result=Cell.STOPPED, failure=why, because=_STOPS.get(why, why))


_OTHER = (
    "The recorded machine was of another architecture than some of these: servers that look at"
    " option 93 may answer them otherwise, so a file that they cannot run is not judged"
)

_STOPS = {
    "deadline": "the deadline passed",
    "interrupted": "interrupted",
    "waiting": "it waits at the boot menu for a key that nobody presses",
    "link-error": "the wire broke",
}


def _blank(entry: Entry) -> Row:
    return Row(
        entry.profile.name,
        entry.profile.title,
        entry.architecture,
        entry.is_claimed,
        str(entry.machine.mac),
        Cell.NOT_RUN,
        profile_version=entry.profile.version,
    )


def _fetched(judged: Judged, booted: Booted) -> Fetched:
    kind = judged.kind
    return Fetched(
        booted.size,
        booted.sha256,
        kind.kind,
        kind.words,
        kind.machine,
        judged.fit,
        booted.boot_file.named_by,
    )


def _asked(trace: Trace) -> tuple[Asked, ...]:
    """Whom it asked on port 4011, in order of the first request."""
    found: Counter[tuple[str, int | None]] = Counter()
    for _, frame, ours in trace.frames():
        summary = summarise(frame) if ours and frame[36:38] == _PORT_4011 else None
        if summary is not None and summary.message is not None:
            address = summary.destination.removesuffix(":4011")
            found[address, _boot_item(summary.message)] += 1
    return tuple(Asked(address, item, count) for (address, item), count in found.items())


_PORT_4011 = dhcp.PROXY_PORT.to_bytes(2, "big")


def _boot_item(message: Message) -> int | None:
    vendor = dhcp.first(message.options, 43)
    item = dhcp.first(pxe.parse_suboptions(vendor), pxe.BOOT_ITEM) if vendor else None
    return int.from_bytes(item[:2], "big") if item else None
