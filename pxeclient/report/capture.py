"""A boot as a pcapng file: every frame, with decisions and findings as its comments.

Wireshark shows the comments; filter for them with ``frame.comment``. scapy writes the file; it
takes a fifth of a second to import, so only who wants a capture imports this module.
"""

from __future__ import annotations

from pathlib import Path

from scapy.packet import Raw
from scapy.utils import PcapNgWriter

from pxeclient.boot.actions import Decide, Finish, Ignore
from pxeclient.boot.outcome import Booted, Failed
from pxeclient.diagnose import diagnose
from pxeclient.endings import judge
from pxeclient.trace import Record, Trace
from pxeclient.wire.options import printable

INBOUND, OUTBOUND = 1, 2
ETHERNET = 1


def write_capture(trace: Trace, path: Path, started: float = 0.0) -> None:
    """Write the frames of a trace.

    Args:
        trace: The boot.
        path: The file; it is replaced.
        started: The time of power-on, in seconds since 1970.

    Raises:
        OSError: The file cannot be written.
    """
    comments = _comments(trace)
    writer = PcapNgWriter(str(path))
    writer.linktype = ETHERNET
    try:
        writer.write_header(None)
        for record, frame, ours in trace.frames():
            packet = Raw(load=frame)
            packet.time = started + record.at
            packet.direction = OUTBOUND if ours else INBOUND
            packet.comments = [text.encode() for text in comments.get(record.frame, [])]
            writer.write_packet(packet)
    finally:
        writer.close()


def _comments(trace: Trace) -> dict[int, list[str]]:
    """What is to be said at each frame, by its number."""
    found: dict[int, list[str]] = {}
    judged = judge(trace)
    cannot = judged.cannot if judged is not None else ""
    for record in trace.records:
        text = _comment(record, cannot)
        if text and record.frame:
            found.setdefault(record.frame, []).append(text)
    for finding in diagnose(trace):
        at = finding.frames[0] if finding.frames else max(found, default=1)
        told = f"{finding.id} ({finding.severity}): {finding.title}. {finding.seen}"
        found.setdefault(at, []).insert(0, told)
    return found


def _comment(record: Record, cannot: str) -> str:
    match record.item:
        case Decide(decision, about):
            chosen = f" ({about})" if about else ""
            return (
                f"{decision.question}: {decision.answer}{chosen}. {decision.because}"
                f" [{decision.rule}; {decision.source}]"
            )
        case Ignore(what, because):
            return f"ignored {what}: {because}"
        case Finish(Booted(boot_file)):
            word = "fetched" if cannot else "booted"
            return f"{word} {printable(boot_file.name)} from {boot_file.server}{cannot}"
        case Finish(Failed(_, _, text, because)):
            return f"{text} - {because}"
        case _:
            return ""
