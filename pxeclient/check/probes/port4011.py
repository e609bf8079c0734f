"""Port 4011, asked on purpose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address
from itertools import islice
from typing import NamedTuple

from pxeclient.check.asking import MOST_ASKED, Asker, Question, ask_4011, lease, release, replies
from pxeclient.check.naming import question
from pxeclient.check.probing import Probing, point, unknown
from pxeclient.check.results import Point, Status
from pxeclient.check.talking import Absent, Correspondent, Reaction, Refused, Script
from pxeclient.seen.dhcp import Dhcp
from pxeclient.wire import dhcp

_SOURCE = "PXE 2.1 §2.2.3"
_EXPECTED = "port 4011 answers where an offer says PXEClient"


class _Asked(NamedTuple):
    """A server that says PXEClient, and what its port 4011 did."""

    offer: Dhcp
    server: IPv4Address
    """Who was asked."""
    heard: list[Reaction]
    answers: list[Dhcp]


def port_4011(probing: Probing) -> Iterator[Point]:
    """Whoever says PXEClient answers on port 4011, whether a firmware would ask there or not."""
    found, further = probing.talk(_ask_all)
    if found is None:
        yield from unknown((_EXPECTED,), "no server gave us an address to ask from")
    elif not found:
        yield from unknown((_EXPECTED,), "no offer says PXEClient: nobody promises port 4011")
    else:
        for one in found:
            yield from _judge(one)
        if further:
            yield from unknown((_EXPECTED,), f"{further} more servers say so, and were not asked")
        if any(one.answers for one in found):
            yield from probing.not_found("D4011-REPLY", "D4011-NEXT")


def _ask_all(asking: Correspondent) -> Script[tuple[list[_Asked] | None, int]]:
    """What they did, the first `MOST_ASKED` of them, and how many more there are."""
    asker = Asker(asking.xid())
    leased = yield from lease(asking, asker)
    if leased.ack is None:
        return None, 0
    found = []
    servers = {one.who: one for one in leased.offers if one.is_pxe}.values()
    for offer in islice(servers, MOST_ASKED):
        # An answer is told from others by its transaction id.
        other = Asker(asking.xid())
        one = question(offer, other) or Question(other, offer.who)
        heard = yield from ask_4011(asking, [one])
        found.append(_Asked(offer, one.server, heard, list(replies(heard, other))))
    yield from release(asking, asker, leased.ack)
    return found, len(servers) - len(found)


def _judge(one: _Asked) -> Iterator[Point]:
    server = one.server
    if not one.answers:
        yield _unanswered(one, f"{server}:4011 {_silence(one.heard)}")
        return
    answer = one.answers[0]
    is_ack = answer.type == dhcp.ACK
    happened = f"{answer.words}" if is_ack else f"{answer.words} is no DHCPACK"
    yield point(is_ack, _EXPECTED, happened, answer.number, _SOURCE)
    expected = "the answer comes from the address and port that were asked"
    came = f"it came from {answer.source}, port {answer.source_port}"
    same = (answer.source, answer.source_port) == (server, dhcp.PROXY_PORT)
    yield point(same, expected, came, answer.number, _SOURCE)


def _unanswered(one: _Asked, happened: str) -> Point:
    """Discovery options send nobody to port 4011 for a file: bit 3 forbids it, a menu asks for
    boot servers by their type."""
    offer, number = one.offer, one.offer.number
    if offer.is_bare:
        return Point(Status.NOT_MET, _EXPECTED, happened, number, _SOURCE)
    if offer.disables_discovery and offer.file:
        happened += ", and need not: its offer names a file and has 43.6 bit 3"
        return Point(Status.MET, _EXPECTED, happened, number, _SOURCE)
    happened += "; its offer has discovery options, which ask it for boot servers only"
    return Point(Status.UNKNOWN, _EXPECTED, happened, number, _SOURCE)


def _silence(heard: Sequence[Reaction]) -> str:
    for one in heard:
        match one:
            case Refused(number, source):
                return f"is closed: an ICMP error from {source} (frame {number})"
            case Absent():
                return "could not be asked: nobody answers ARP"
            case _:
                return "answered with something else"
    return "did not answer: a closed port, a firewall and a deaf service look the same"
