"""An attempt frame by frame, without what belongs to no boot: one line for what repeats itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from ipaddress import IPv6Address

from pxeclient.explain.ending_web import endpoint
from pxeclient.explain.facts import dhcp_of
from pxeclient.httpboot import ENDS, status_words
from pxeclient.report.frames import dhcp_kind, message_detail
from pxeclient.report.frames6 import dhcp6_detail, neighbour_words
from pxeclient.seen.aspects import Aspect
from pxeclient.seen.attempts import Attempt
from pxeclient.seen.dhcp6 import Dhcp6
from pxeclient.seen.exchanges import Ask
from pxeclient.seen.frame import Complaint, Frame, complaint
from pxeclient.seen.names import Lookup
from pxeclient.seen.streams import Connection
from pxeclient.seen.transfers import Transfer
from pxeclient.seen.web import BodyEnd, WebRequest
from pxeclient.wire import dhcp, dns, ipv4, ndp
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
    named = {id(one.asked[0]): one for one in attempt.lookups}
    web = {one.number: one for one in attempt.web}
    connections = {one.number: one for one in attempt.connections if _is_told(one)}
    unanswered = _unanswered(attempt)
    # Firmware that boots over IPv4 may ask for routers all the same.
    is_over6 = bool(attempt.dhcp6) or bool(attempt.routers)
    for frame in attempt.frames:
        if id(frame) in begun:
            _add(found, _download(attempt, frame, begun[id(frame)]))
        elif frame.message is not None:
            _add(found, _message(attempt, frame))
        elif id(frame) in named:
            _add(found, _lookup(attempt, named[id(frame)]))
        elif frame.is_tcp and frame.number in web:
            _add(found, _request(attempt, web[frame.number]))
        elif frame.is_tcp and frame.number in connections:
            _add(found, _connection(attempt, connections[frame.number]))
        elif frame.dhcp6 is not None:
            _add(found, _message6(attempt, frame, frame.dhcp6))
        elif is_over6 and (said := _neighbour(frame, unanswered)) is not None:
            at = frame.at - attempt.began
            _add(found, Event(frame.number, at, frame.ours, said[0], said[1], said[2]))
        elif (error := _unreachable(frame)) is not None:
            at = frame.at - attempt.began
            _add(found, Event(frame.number, at, False, error[0], "ICMP unreachable", error[1]))
    return found


_EACH, _REQUESTS = ("RRQ", "DNS"), ("GET", "HEAD")
"""What is told one by one, and what is if it differs."""


def _add(found: list[Event], step: Event) -> None:
    is_again = bool(found) and found[-1].key == step.key and step.kind not in _EACH
    if step.kind in _REQUESTS:
        # A request that is answered alike again and again is one line.
        is_again = bool(found) and (found[-1].key, found[-1].detail) == (step.key, step.detail)
    if is_again:
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


def _lookup(attempt: Attempt, lookup: Lookup) -> Event:
    frame = lookup.asked[0]
    asked = f" (asked {len(lookup.asked)} times)" if len(lookup.asked) > 1 else ""
    detail = f"{lookup.type} {lookup.name}{asked}: {lookup.came_to}"
    peer = endpoint(lookup.server, dns.PORT)
    return Event(frame.number, frame.at - attempt.began, True, peer, "DNS", detail)


def _request(attempt: Attempt, one: WebRequest) -> Event:
    peer = endpoint(one.server, one.port)
    words = web_words(one)
    ours = one.request is not None
    kind = one.method or "HTTP answer"
    return Event(one.number, one.at - attempt.began, ours, peer, kind, words)


def web_words(one: WebRequest) -> str:
    """A web request and what it came to, in a few words; safe to print."""
    parts = [f"{one.url}: {status_words(one) if one.response is not None else 'no answer'}"]
    if one.content_type is not None:
        parts.append(one.content_type)
    if one.location is not None:
        parts.append(f"to {one.location}")
    if one.is_head or one.status is None:
        parts += [f"{one.length} octets"] if one.length is not None else []
    elif one.end in (BodyEnd.COMPLETE, BodyEnd.CLOSED):
        parts.append(f"{one.size} octets")
        if one.answer.missing:
            parts.append(f"{one.answer.missing} of them not in the capture")
    else:
        of = "" if one.length is None else f" of {one.length}"
        parts.append(f"{one.size}{of} octets, {ENDS[one.end]}")
    return ", ".join([*parts, *filter(None, (one.oddity, one.answer.oddity))])


def _is_told(one: Connection) -> bool:
    """It has no request that tells of it."""
    return not one.is_incoming and not one.requests


def _connection(attempt: Attempt, one: Connection) -> Event:
    peer = endpoint(one.server, one.port)
    again = f" (SYN sent {len(one.opened)} times)" if len(one.opened) > 1 else ""
    if one.is_unanswered:
        detail = f"no answer in the capture{again}"
    elif one.is_refused:
        detail = "refused (RST)"
    elif one.tls is not None:
        alert = one.tls.alert
        detail = "TLS: what is asked does not show"
        detail = f"TLS: alert {alert.name}" if alert is not None else detail
    else:
        detail = "no request in the capture"
    return Event(one.number, one.began - attempt.began, True, peer, "TCP", detail)


def end_words(address: object, port: int | None) -> str:
    """Address and port, IPv6 in brackets."""
    return f"[{address}]:{port}" if isinstance(address, IPv6Address) else f"{address}:{port}"


def _message6(attempt: Attempt, frame: Frame, said: Dhcp6) -> Event:
    end, port = (said.destination, said.port) if frame.ours else (said.source, said.source_port)
    peer = f"all servers:{port}" if end.is_multicast else end_words(end, port)
    detail = dhcp6_detail(said)
    if attempt.boot6 and said.number not in attempt.boot6_numbers:
        detail += ": of the machine's IPv6 stack, not of the boot"
    if frame.is_cut:
        detail += ", the rest was not recorded"
    return Event(frame.number, frame.at - attempt.began, frame.ours, peer, said.kind_words, detail)


def _unanswered(attempt: Attempt) -> frozenset[object]:
    """The IPv6 addresses that it looked for in vain."""
    asked = {
        one.question.to: bool(one.answers)
        for one in attempt.exchanges
        if one.question.kind is Ask.NEIGHBOUR
    }
    return frozenset(to for to, is_answered in asked.items() if not is_answered)


def _neighbour(frame: Frame, unanswered: frozenset[object]) -> tuple[str, str, str] | None:
    """What is told of routers and neighbours: peer, kind and detail. Told are routers that answer,
    neighbours that do not, and addresses that somebody else has."""
    said = frame.neighbour
    source = frame.source_address
    match said:
        case ndp.RouterSolicitation() if frame.ours:
            return "all routers", "RS", ""
        case ndp.RouterAdvertisement() if not frame.ours:
            words = neighbour_words(said).removeprefix("router advertisement, ")
            return str(source), "RA", words
        case ndp.NeighbourSolicitation(target) if frame.ours and target in unanswered:
            if source is not None and not source.is_unspecified:
                return "all neighbours", "NS", f"who has {target}?"
        case ndp.NeighbourAdvertisement(target, False) if not frame.ours:
            return str(frame.sender), "NA", f"{target} is mine"
        case _:
            return None
    return None


def connection_words(one: Connection) -> str:
    """How its segments came, such as ``10.77.0.7:80: 2 segments came again``; safe to print."""
    sides = (one.ours, one.theirs)
    counted = (
        (sum(side.retransmitted for side in sides), "segments came again"),
        (sum(side.out_of_order for side in sides), "segments came out of their order"),
        (sum(side.overlapping for side in sides), "segments overlap others"),
        (one.lost, "octets went over the wire that the capture lacks"),
        (sum(side.cut for side in sides), "octets were cut when they were recorded"),
    )
    told = [f"{count} {words}" for count, words in counted if count]
    told += ["it began before the capture"] if one.is_joined else []
    told += ["the capture has one direction of it only"] if one.is_one_sided else []
    return f"{endpoint(one.server, one.port)} (from frame {one.number}): {'; '.join(told)}" * bool(
        told
    )


def _download(attempt: Attempt, frame: Frame, transfer: Transfer) -> Event:
    options = "".join(
        f", {printable(key)} {printable(value)}" for key, value in transfer.request.options
    )
    asked = f" (asked {len(transfer.asked)} times)" if len(transfer.asked) > 1 else ""
    came = came_to(transfer, attempt.complaints)
    detail = f"{printable(transfer.request.filename)}{options}{asked}: {came}"
    peer = end_words(transfer.server, transfer.server_port)
    return Event(frame.number, frame.at - attempt.began, True, peer, "RRQ", detail)


def came_to(transfer: Transfer, complaints: Iterable[Complaint] = ()) -> str:
    """What a read request came to, in a few words; `complaints`: the ICMP errors that came."""
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
        asked = transfer.server, transfer.server_port
        told = next((one for one in complaints if (one.about, one.port) == asked), None)
        return "no answer in the capture" if told is None else f"{told.words} (ICMP)"
    count = transfer.seen.count
    return f"not finished in the capture, {count} block{'s' * (count != 1)}"


def _unreachable(frame: Frame) -> tuple[str, str] | None:
    """Who says that what cannot be reached."""
    told = None if frame.ours else complaint(frame)
    if told is None or not told.is_unreachable or told.protocol != ipv4.UDP:
        return None
    if told.port in (None, dhcp.CLIENT_PORT):
        return None
    return str(told.source), told.words
