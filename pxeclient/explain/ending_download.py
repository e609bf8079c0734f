"""Where a download ends."""

from __future__ import annotations

from pxeclient.explain.stop import Ending, Stop, times, too_soon
from pxeclient.replay.patience import PATIENCE
from pxeclient.seen.attempts import Attempt
from pxeclient.seen.frame import Address, Complaint
from pxeclient.seen.transfers import Transfer
from pxeclient.wire import icmp, tftp
from pxeclient.wire.options import printable


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


def _blocks(count: int) -> str:
    return f"{count} block{'s' * (count != 1)}"


def _error(code: int, text: bytes) -> str:
    return f"{code} {printable(text)}".strip()


def _fetched(transfer: Transfer, after: tuple[Transfer, ...]) -> Ending:
    name = printable(transfer.request.filename)
    words = f"{name} was fetched whole from {transfer.server} (frame {transfer.last_number})"
    if transfer.size is not None:
        words += f": {transfer.size} octets"
    if transfer.missing:
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
    same = [one for one in followed if one.request == last.request and not one.heard]
    if not last.heard:
        first = same[0].asked[0]
        count = sum(len(one.asked) for one in same)
        waited = attempt.until - first.at
        if waited < PATIENCE:
            return too_soon(f"{ask} (frame {first.number})", waited, last)
        words = f"No answer of {last.server} to {ask} is in the capture: asked {times(count)}"
        words += f", {waited:.1f} s without a word (from frame {first.number})."
        return Ending(Stop.TFTP_SILENT, words, last)
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


def _complaint(attempt: Attempt, server: Address) -> Complaint | None:
    """Who says by ICMP that the server's port cannot be reached."""
    for told in attempt.complaints:
        is_it = told.type == icmp.UNREACHABLE and told.about == server
        if is_it and told.port == tftp.PORT:
            return told
    return None
