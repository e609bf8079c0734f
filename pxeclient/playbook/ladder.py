"""A trace as a ladder: the client on the left, one line for everything that happened."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from pxeclient.boot.actions import AwaitKey, BeginStage, Decide, Enter, Finish, Highlight, Print
from pxeclient.boot.events import FrameReceived, KeyPressed, PowerOn
from pxeclient.outcome import Booted
from pxeclient.playbook.sight import sight
from pxeclient.stack.acts import Ignore, SendFrame
from pxeclient.trace import Item, Record
from pxeclient.wire.options import printable


def ladder(records: Iterable[Record]) -> str:
    """The records, one line each."""
    return "\n".join(f"{record.at:9.3f}  {_line(record.item)}" for record in records)


def _line(item: Item) -> str:
    match item:
        case SendFrame(frame):
            seen = sight(frame)
            return f"client ──▶ {seen.to:21}  {seen.words}"
        case FrameReceived(frame):
            seen = sight(frame)
            return f"client ◀── {seen.source:21}  {seen.words}"
        case Decide(decision, about):
            what = f" ({about})" if about else ""
            return (
                f"  ◆ {decision.question}/{decision.rule}: {decision.answer}{what}"
                f" — {decision.because}"
            )
        case Ignore(what, because):
            return f"  ✗ ignored {what}: {because}"
        case Print(line):
            return f"  ▪ {line!r}" if "\b" in line or "\r" in line else f"  ▪ {line}"
        case Highlight(line, _, on):
            return f"  ▪ {'highlights' if on else 'shows as before'}: {line}"
        case Enter(state):
            return f"  ● {state}"
        case AwaitKey(shows):
            return f"  ● waits for a key at {shows}"
        case BeginStage(name, kind, resumes):
            return f"  ● stage: {name} ({kind}){' goes on' if resumes else ''}"
        case PowerOn():
            return "  ● power on"
        case KeyPressed(key):
            return f"  ● the key {key}"
        case Finish(outcome):
            if isinstance(outcome, Booted):
                return f"  ■ {printable(outcome.boot_file.name)}, {outcome.size} octets"
            return f"  ■ {outcome.text} — {outcome.because}"
        case _:
            assert_never(item)
