"""An attempt as a `Trace`: the recorded frames, and the decisions as far as they are known.

Whatever is a function of a trace (transcripts, captures, findings) can so be had of a recording.
"""

from __future__ import annotations

from ipaddress import IPv6Address

from pxeclient.boot.actions import Finish
from pxeclient.boot.events import FrameReceived, PowerOn
from pxeclient.explain.facts import Offer, named_by
from pxeclient.explain.reasons import Reasons
from pxeclient.explain.stop import Ending, Stop
from pxeclient.outcome import Booted, BootFile, Outcome
from pxeclient.replay.mending import mended
from pxeclient.seen.attempts import Attempt
from pxeclient.seen.frame import Address
from pxeclient.stack.acts import SendFrame
from pxeclient.trace import Trace
from pxeclient.wire.addresses import ANY

STOPPED = "end-of-capture"
"""`Trace.stopped` where the capture does not show how the boot ended."""


def as_trace(
    attempt: Attempt, where: str, found: Reasons | None, ended: Ending, replies: list[Offer]
) -> Trace:
    """The attempt's trace: times count from its first frame, frames as the capture counts them.

    `Finish` is there only if the end is known: a file of which every octet was recorded, or the
    failure that a profile comes to which did all that was recorded. Checksums are put right: they
    may have been left to the card of the host that recorded them, and nobody is to judge them.
    """
    name = found.profile.name if found else "unknown"
    title = found.profile.title if found else "an unknown firmware"
    trace = Trace(name, title, where)
    trace.add(0.0, PowerOn())
    chosen = list(found.chosen) if found else []
    for frame in attempt.frames:
        for part in frame.frames:
            at = max(part.at - attempt.began, 0.0)
            data = mended(part.octets)
            said = SendFrame(data) if frame.ours else FrameReceived(data)
            trace.add(at, said, part.number)
        while chosen and chosen[0].frame <= frame.number:
            trace.add(at, chosen.pop(0).item)
    trace.ended = attempt.until - attempt.began
    outcome = _outcome(found, ended, replies)
    if outcome is None:
        trace.stopped = STOPPED
    else:
        trace.add(trace.ended, Finish(outcome))
    return trace


def _outcome(found: Reasons | None, ended: Ending, replies: list[Offer]) -> Outcome | None:
    if ended.stop is not Stop.FETCHED:
        outcome = found.outcome if found else None
        return None if isinstance(outcome, Booted) else outcome
    came = _came(ended)
    if came is None or ended.content is None:
        return None
    name, server, port = came
    naming = named_by(replies, name, server)
    words = f"the {naming.kind} from {naming.server}" if naming else "no reply in the capture"
    if isinstance(server, IPv6Address):
        return Booted(BootFile(name, ANY, words, port, server6=server), ended.content)
    return Booted(BootFile(name, server, words, port), ended.content)


def _came(ended: Ending) -> tuple[bytes, Address, int] | None:
    """The name of the file that came, as servers name it, and who sent it."""
    if ended.transfer is not None:
        transfer = ended.transfer
        return transfer.request.filename, transfer.server, transfer.server_port
    one = ended.request
    return None if one is None else (one.url.encode(), one.server, one.port)
