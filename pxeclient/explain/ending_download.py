"""Where a download ends."""

from __future__ import annotations

from itertools import pairwise

from pxeclient.explain.stop import Ending, Stop, times, too_soon
from pxeclient.replay.patience import PATIENCE
from pxeclient.seen.aspects import Aspect
from pxeclient.seen.attempts import Attempt
from pxeclient.seen.frame import Address, Complaint, Frame
from pxeclient.seen.transfers import Transfer
from pxeclient.wire import tftp
from pxeclient.wire.options import printable

_SHOWN = 4
"""Frame numbers of repeats in a sentence."""


def download_ending(attempt: Attempt, followed: tuple[Transfer, ...]) -> Ending | None:
    """Where the attempt's downloads end; None where it has none."""
    if not followed:
        return None
    for at, transfer in enumerate(followed):
        if transfer.is_whole:
            return _fetched(transfer, followed[at + 1 :])
    last = followed[-1]
    name, server = printable(last.request.filename), last.server
    if last.is_request_cut and b"\0" not in last.asked[0].payload[2:]:
        name = f"{name}… (cut)"
    if last.refused is not None and last.refusal is not None:
        error = f"ERROR {_error(last.refused.code, last.refused.message)}"
        words = f"{server} refuses {name} with {error} (frame {last.refusal.number})."
        if last.seen.count:
            words = (
                f"{server} ends the transfer of {name} with {error} (frame {last.refusal.number}),"
                f" after {_blocks(last.seen.count)}."
            )
        return Ending(Stop.TFTP_ERROR, words, last)
    if last.ended_by_client is not None and last.ending is not None:
        code, text = last.ended_by_client.code, last.ended_by_client.message
        words = f"The client ends the transfer of {name} itself, with ERROR {_error(code, text)}"
        words += f" (frame {last.ending.number}), and asks for nothing more."
        return Ending(Stop.TFTP_ENDED_BY_CLIENT, words, last)
    return _unfinished(attempt, followed, name)


def _asked_in_vain(followed: tuple[Transfer, ...]) -> list[Frame]:
    """The read requests for the last file since nothing answers any more, with whatever options."""
    found: list[Frame] = []
    for one in reversed(followed):
        if one.heard or one.untold or one.request.filename != followed[-1].request.filename:
            break
        found = [*one.asked, *found]
    return found


def _waits(asked: list[Frame]) -> str:
    """The seconds between requests, which tell one firmware from another."""
    waits = [f"{round(after.at - before.at, 1):g}" for before, after in pairwise(asked)]
    return f"; asked again after {', '.join(waits)} s" if waits else ""


def _blocks(count: int) -> str:
    return f"{count} block{'s' * (count != 1)}"


def _error(code: int, text: bytes) -> str:
    return f"{code} {printable(text)}".strip()


def _fetched(transfer: Transfer, after: tuple[Transfer, ...]) -> Ending:
    name = printable(transfer.request.filename)
    words = f"{name} was fetched whole from {transfer.server} (frame {transfer.last_number})"
    if transfer.size is not None:
        words += f": {transfer.size} octets"
    if any(Aspect.CONTENT in one.untold for one in transfer.packets):
        words += ", as the text has it, which does not have its blocks"
    elif transfer.missing:
        words += f"; {transfer.missing} of its blocks are not in the capture"
    return Ending(Stop.FETCHED, f"{words}.", transfer, after)


def _unfinished(attempt: Attempt, followed: tuple[Transfer, ...], name: str) -> Ending:
    last = followed[-1]
    ask = f"the read request for {name}"
    complaint = _complaint(attempt, last.server)
    if complaint is not None and not last.heard:
        says = complaint.words
        words = (
            f"{says[0].upper()}{says[1:]}: the answer to {ask} (ICMP, frame {complaint.number})."
        )
        return Ending(Stop.UNREACHABLE, words, last)
    if last.untold:
        begun, until = last.untold[0].number, last.untold[-1].number
        where = f"frame {begun}" if begun == until else f"frames {begun} to {until}"
        words = (
            f"The transfer of {name} with {last.server} goes on ({where}), and what its packets say"
            " was not recorded: what came of it cannot be told."
        )
        return Ending(Stop.CANNOT_TELL, words, last)
    if not last.heard:
        asked = _asked_in_vain(followed)
        first, count = asked[0], len(asked)
        waited = attempt.until - first.at
        if waited < PATIENCE:
            return too_soon(f"{ask} (frame {first.number})", waited, last)
        words = f"No answer of {last.server} to {ask} is in the capture: asked {times(count)}"
        words += f", {waited:.1f} s without a word (from frame {first.number}{_waits(asked)})."
        return Ending(Stop.TFTP_SILENT, words, last)
    if is_refused_by_client(last):
        return Ending(Stop.TFTP_STOPPED, _not_acknowledged(last, name), last)
    if last.final is not None:
        words = f"All of {name} came, but the capture has no acknowledgement of its last block."
        return Ending(Stop.TFTP_STOPPED, words, last)
    waited = attempt.until - last.last
    got = last.newest
    if waited < PATIENCE:
        return too_soon(f"block {got} of {name} (frame {last.last_number})", waited, last)
    words = f"The transfer of {name} from {last.server} stops after block {got}"
    words += f" (frame {last.last_number}); nothing more comes of it in {waited:.1f} s."
    return Ending(Stop.TFTP_STOPPED, words, last)


def is_refused_by_client(transfer: Transfer) -> bool:
    """The server repeats a block that the client never acknowledges: the client does not take it.

    Of a client whose packets were not recorded at all nothing is said.
    """
    if not any(one.ours for one in transfer.packets) and transfer.options is not None:
        return False
    return not transfer.is_whole and transfer.ending is None and len(_again(transfer)) > 1


def _again(transfer: Transfer) -> list[Frame]:
    """The frames with the first block that the client leaves unacknowledged."""
    block = (transfer.acknowledged + 1) & 0xFFFF
    later = transfer.packets
    return [
        one
        for one in later
        if not one.ours and isinstance(one.said, tftp.Data) and one.said.block == block
    ]


def _not_acknowledged(transfer: Transfer, name: str) -> str:
    """What a client does not take, and in which shape it came."""
    again = _again(transfer)
    numbers = ", ".join(str(one.number) for one in again[:_SHOWN])
    more = f" and {len(again) - _SHOWN} more" if len(again) > _SHOWN else ""
    block = transfer.acknowledged + 1
    words = f"Block {block} of {name} came {times(len(again))} (frames {numbers}{more})"
    parts = min(len(one.frames) for one in again)
    if parts > 1:
        words += f", each time in {parts} IP fragments"
    words += ", and the client acknowledged none"
    if parts > 1:
        return (
            f"{words}: it does not put fragments together, or they do not reach it. A blksize that"
            " fits the way's MTU (the MTU less 32) needs no fragments."
        )
    return f"{words}: it does not take them, or they do not reach it."


def _complaint(attempt: Attempt, server: Address) -> Complaint | None:
    """Who says by ICMP that the server's port cannot be reached."""
    for told in attempt.complaints:
        is_it = told.is_unreachable and told.about == server
        if is_it and told.port == tftp.PORT:
            return told
    return None
