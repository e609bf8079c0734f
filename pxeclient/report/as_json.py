"""A boot as one JSON object; ``docs/reference/json.md`` documents it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Final, assert_never

from pxeclient.advice.as_json import known_as_json
from pxeclient.boot.actions import AwaitKey, BeginStage, Decide, Enter, Finish, Highlight, Print
from pxeclient.boot.events import FrameReceived, KeyPressed, PowerOn
from pxeclient.boot.policy import AckUse
from pxeclient.boot.screen.terminal import Terminal
from pxeclient.diagnose import Finding, diagnose, ranked
from pxeclient.endings import doubt, end_of, judge
from pxeclient.outcome import Booted, Failed
from pxeclient.report import findings, stages
from pxeclient.report.frames import words
from pxeclient.seen.dhcp import Dhcp
from pxeclient.seen.frame import Frame
from pxeclient.stack.acts import Ignore, SendFrame
from pxeclient.trace import Record, Trace
from pxeclient.wire import tftp
from pxeclient.wire.addresses import BROADCAST
from pxeclient.wire.options import printable

if TYPE_CHECKING:
    from pxeclient.schemas import boot as shapes

SCHEMA: Final = "pxeclient-boot/2"
"""Grows by new keys only; any other change makes it /3."""


PARTS = ("findings", "events")
"""What may take long to make of a long boot, the longest first."""


def as_json(
    trace: Trace,
    exit_code: int,
    beside: Sequence[Finding] = (),
    without: Sequence[str] = (),
) -> shapes.Boot:
    """The whole boot, or all but some of `PARTS`, which are empty and named in ``left_out``.

    `beside` is what was found of it beside others.
    """
    return {
        "schema": SCHEMA,
        "profile": trace.profile,
        "profile_version": trace.profile_version or None,
        "network": trace.where,
        **ended(trace, exit_code, beside, without),
        "stages": stages.as_json(trace),
        "asked_file": asked_file(trace),
        "requests_on_4011": list(requests_on_4011(trace)),
        "decisions": [
            decision_of(record, record.item)
            for record in trace.records
            if isinstance(record.item, Decide)
        ],
        "events": [] if "events" in without else list(_events(trace)),
    }


def ended(
    trace: Trace,
    exit_code: int,
    beside: Sequence[Finding] = (),
    without: Sequence[str] = (),
) -> shapes.Ended:
    """What came of the boot, without how it went; `without` is as of `as_json`."""
    found = [] if "findings" in without else ranked([*beside, *diagnose(trace)])
    return {
        **_result(trace),
        "exit_code": exit_code,
        "seconds": _time(trace.ended),
        "findings": findings.as_json(found),
        "left_out": list(without),
        "lease": lease_of(trace),
        "frames_lost": trace.lost,
        "frames_repeated": trace.repeated,
        "frames_not_kept": trace.not_kept,
    }


def _time(seconds: float) -> float:
    return round(seconds, 6)


def _result(trace: Trace) -> shapes.Result:
    """What came of it; the keys are always there."""
    result: shapes.Result = {
        "result": trace.stopped or "stopped",
        "failure": None,
        "code": None,
        "text": None,
        "because": None,
        "boot_file": None,
    }
    match trace.outcome:
        case Booted(boot_file) as booted:
            judged = judge(trace)
            assert judged is not None, "what was fetched is judged"
            result |= {
                "result": end_of(trace).value,
                "because": judged.why or None,
                "boot_file": {
                    "name": printable(boot_file.name),
                    "server": str(boot_file.whom),
                    "port": boot_file.port,
                    "named_by": boot_file.named_by,
                    "size": booted.size,
                    "sha256": booted.sha256,
                    "kind": judged.kind.kind,
                    "kind_words": judged.kind.words,
                    "pe_machine": judged.kind.machine,
                    "fit": judged.fit.value,
                },
            }
        case Failed(failure, code, text, because):
            result |= {
                "result": "failed",
                "failure": failure.value,
                "code": code or None,
                "text": text,
                "because": f"{because} {doubt(trace)}".strip(),
            }
        case None:
            pass
        case other:
            assert_never(other)
    return result


def decision_of(record: Record, item: Decide) -> shapes.Decision:
    """A decision."""
    decision = item.decision
    return {
        "at": _time(record.at),
        "frame": record.frame,
        "question": decision.question,
        "answer": decision.answer.name.lower().replace("_", "-"),
        "answer_words": decision.answer.value,
        "rule": decision.rule,
        "because": decision.because,
        "about": item.about,
        "known": known_as_json(decision.source),
        "passed_over": list(decision.passed_over),
    }


def _events(trace: Trace) -> Iterator[shapes.Event]:
    events = Events()
    for record, frame in trace.seen():
        yield from events.of(record, frame)
    yield from events.rest(trace)


class Events:
    """Makes events of records, one by one."""

    def __init__(self) -> None:
        self._screen = Terminal()

    def of(self, record: Record, frame: Frame | None = None) -> Iterator[shapes.Event]:
        """What happened; a line of the screen when it is complete.

        Args:
            record: What is told.
            frame: It as it was read already, if it is a frame and was.
        """
        if isinstance(record.item, Print):
            for line in self._screen.write(record.item):
                yield _screen_line(record, line)
        elif event := _event(record, frame or record.seen()):
            yield event

    def rest(self, trace: Trace) -> Iterator[shapes.Event]:
        """The last line of the screen as it stands."""
        if self._screen.line:
            yield _screen_line(trace.records[-1], self._screen.line)


def _screen_line(record: Record, line: str) -> shapes.ScreenEvent:
    return {"at": _time(record.at), "event": "screen", "line": line}


def _event(record: Record, frame: Frame | None) -> shapes.Event | None:
    at = _time(record.at)
    match record.item:
        case SendFrame(octets) | FrameReceived(octets):
            assert frame is not None
            summary = words(frame)
            return {
                "at": at,
                "event": "sent" if frame.ours else "received",
                "frame": record.frame,
                "kind": summary.kind,
                "from": summary.source,
                "to": summary.destination,
                "detail": summary.detail,
                "length": len(octets),
            }
        case Enter(state):
            return {"at": at, "event": "state", "state": state.value}
        case Ignore(what, because, rule):
            return {
                "at": at,
                "event": "ignored",
                "frame": record.frame,
                "what": what,
                "because": because,
                "rule": rule or None,
            }
        case KeyPressed(key):
            return {"at": at, "event": "key", "key": key}
        case AwaitKey(shows):
            return {"at": at, "event": "awaits-key", "shows": shows}
        case PowerOn():
            return {"at": at, "event": "power-on"}
        case BeginStage(name, kind, resumes):
            began = resumes or None
            return {"at": at, "event": "stage", "name": name, "kind": kind.value, "resumes": began}
        case Decide() | Finish() | Print() | Highlight():
            return None
        case other:
            assert_never(other)


def requests_on_4011(trace: Trace) -> Iterator[shapes.RequestOn4011]:
    """The DHCP messages that the firmware sent to port 4011."""
    for asked in trace.rom.talk().asked_4011:
        everybody = asked.destination == BROADCAST
        yield {
            "at": _time(asked.at),
            "frame": asked.number,
            "to": "broadcast" if everybody else str(asked.destination),
            "source_port": asked.source_port,
            "ciaddr": str(asked.message.ciaddr),
            "boot_server_type": asked.boot_item,
        }


def asked_file(trace: Trace) -> shapes.AskedFile | None:
    """The file of the firmware's last read request, and whom it went to; None if it had none."""
    for frame in reversed(trace.rom.talk().frames):
        asked = frame.said
        if frame.ours and frame.is_udp and isinstance(asked, tftp.Request) and not asked.write:
            return {"name": printable(asked.filename), "server": str(frame.destination_address)}
    return None


def lease_of(trace: Trace) -> shapes.Lease | None:
    """The firmware's address, as the DHCPACK says it: the frame on which ``accept-ack`` took it."""
    trace = trace.rom
    taken = next(
        (
            record.frame
            for record in trace.records
            if isinstance(record.item, Decide) and record.item.decision.answer is AckUse.TAKE_LEASE
        ),
        None,
    )
    if taken is None:
        return None
    ack = next(frame.dhcp for frame in trace.talk().frames if frame.number == taken)
    return None if ack is None else _given(ack)


def _given(ack: Dhcp) -> shapes.Lease:
    seconds = ack.options.get(51)
    return {
        "address": str(ack.message.yiaddr),
        "mask": _text(ack.address(1)),
        "router": _text(ack.address(3)),
        "server": _text(ack.server_id),
        "seconds": int.from_bytes(seconds, "big") if seconds else None,
    }


def _text(address: IPv4Address | None) -> str | None:
    return None if address is None else str(address)
