"""An attempt frame by frame, without what belongs to no boot: one line for what repeats itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pxeclient.explain.facts import dhcp_of
from pxeclient.report.frames import dhcp_kind, message_detail
from pxeclient.seen.aspects import Aspect
from pxeclient.seen.attempts import Attempt
from pxeclient.seen.frame import Frame, complaint
from pxeclient.seen.transfers import Transfer
from pxeclient.wire import dhcp, icmp, ipv4
from pxeclient.wire.addresses import BROADCAST
from pxeclient.wire.options import printable


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened."""

    number: int
    at: float
    """Seconds since the attempt began."""
    ours: bool
    peer: str
    kind: str
    """Such as ``DHCPOFFER`` or ``RRQ``."""
    detail: str
    times: int = 1
    last: float = 0.0
    """When it last happened."""

    @property
    def key(self) -> tuple[bool, str, str]:
        """What makes two steps the same."""
        return self.ours, self.peer, self.kind


def steps(attempt: Attempt) -> list[Event]:
    """What happened, in order."""
    found: list[Event] = []
    begun = {id(one.asked[0]): one for one in attempt.transfers}
    has_tcp = False
    for frame in attempt.frames:
        if id(frame) in begun:
            _add(found, _download(attempt, frame, begun[id(frame)]))
        elif frame.message is not None:
            _add(found, _message(attempt, frame))
        elif frame.is_tcp and frame.ours and not has_tcp:
            has_tcp = True
            peer = f"{frame.destination_address}:{frame.port}"
            _add(found, Event(frame.number, frame.at - attempt.began, True, peer, "TCP", "begins"))
        elif (error := _unreachable(frame)) is not None:
            at = frame.at - attempt.began
            _add(found, Event(frame.number, at, False, error[0], "ICMP unreachable", error[1]))
    return found


def _add(found: list[Event], step: Event) -> None:
    if found and found[-1].key == step.key and step.kind != "RRQ":
        found[-1] = replace(found[-1], times=found[-1].times + 1, last=step.at)
    else:
        found.append(step)


def _message(attempt: Attempt, frame: Frame) -> Event:
    said = dhcp_of(frame)
    message = said.message
    ends = (said.destination, said.port) if frame.ours else (said.source, said.source_port)
    peer = f"{'broadcast' if ends[0] == BROADCAST else ends[0]}:{ends[1]}"
    detail = message_detail(message)
    if Aspect.HEADER in frame.untold:
        parts = detail.split(", ")
        detail = ", ".join(part for part in parts if not part.startswith(("xid ", "secs ")))
    if frame.is_cut:
        rest = "the rest is not in the text" if frame.untold else "the rest was not recorded"
        detail = f"{detail}, {rest}" if detail else rest
    return Event(
        frame.number, frame.at - attempt.began, frame.ours, peer, dhcp_kind(message), detail
    )


def _download(attempt: Attempt, frame: Frame, transfer: Transfer) -> Event:
    options = "".join(
        f", {printable(key)} {printable(value)}" for key, value in transfer.request.options
    )
    asked = f" (asked {len(transfer.asked)} times)" if len(transfer.asked) > 1 else ""
    detail = f"{printable(transfer.request.filename)}{options}{asked}: {came_to(transfer)}"
    peer = f"{transfer.server}:{transfer.server_port}"
    return Event(frame.number, frame.at - attempt.began, True, peer, "RRQ", detail)


def came_to(transfer: Transfer) -> str:
    """What a read request came to, in a few words."""
    if transfer.is_whole:
        size = "" if transfer.size is None else f", {transfer.size} octets"
        return f"fetched whole{size}"
    if transfer.refused is not None:
        code, text = transfer.refused.code, printable(transfer.refused.message)
        count = transfer.seen.count
        what = (
            f"ended by the server after {count} block{'s' * (count != 1)}" if count else "refused"
        )
        return f"{what}, ERROR {code} {text}".rstrip()
    if transfer.is_probe:
        size = "" if transfer.announced is None else f" ({transfer.announced} octets)"
        return f"asked only for its options{size}"
    if transfer.ended_by_client is not None:
        code, text = transfer.ended_by_client.code, printable(transfer.ended_by_client.message)
        return f"ended by the client, ERROR {code} {text}".rstrip()
    if transfer.untold:
        return "goes on, and what its packets say was not recorded"
    if not transfer.heard and Aspect.OTHERS in transfer.asked[0].untold:
        return "what came of it is not in the text"
    if not transfer.heard:
        return "no answer in the capture"
    count = transfer.seen.count
    return f"not finished in the capture, {count} block{'s' * (count != 1)}"


def _unreachable(frame: Frame) -> tuple[str, str] | None:
    """Who says that what cannot be reached."""
    told = None if frame.ours else complaint(frame)
    if told is None or told.type != icmp.UNREACHABLE or told.protocol != ipv4.UDP:
        return None
    if told.port in (None, dhcp.CLIENT_PORT):
        return None
    return str(told.source), told.words
