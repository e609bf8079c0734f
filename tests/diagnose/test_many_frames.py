"""What is told of a boot grows as what was heard grows. Calls are counted, not time."""

from __future__ import annotations

from collections.abc import Callable
from cProfile import Profile
from functools import cache

import pytest

from pxeclient.diagnose import diagnose
from pxeclient.diagnose.diagnosis import MOST_OF_ONE
from pxeclient.diagnose.sorting import MOST_SERVERS
from pxeclient.playbook import (
    CLIENT_ADDRESS,
    DHCPDISCOVER,
    DHCPREQUEST,
    RRQ,
    TFTP_SERVER,
    ServerMessage,
    ack,
    arp_query,
    arp_reply,
    data,
    icmp_error,
    mac_of,
    nak,
    offer,
    tftp_error,
)
from pxeclient.report.as_json import as_json
from pxeclient.report.ladder import Format, render
from pxeclient.report.ladder.building import build
from pxeclient.report.ladder.stations import MOST
from pxeclient.report.transcript import Transcript
from pxeclient.trace import Trace
from tests.stories.firmwares import EDK2, IPXE, book

FEW, MANY = 100, 400


def server(number: int) -> str:
    """One of many servers' addresses."""
    return f"10.78.{number // 250}.{1 + number % 250}"


def an_offer(number: int) -> ServerMessage:
    """Of a server that nobody else is."""
    name = server(number)
    return offer(vendor_class="PXEClient", server=name, server_id=name, siaddr=name, file="x")


def a_next_server(number: int) -> ServerMessage:
    """Of one server, which names another next server each time."""
    return offer(vendor_class="PXEClient", siaddr=f"127.0.{number // 250}.{1 + number % 250}")


def a_nak(_number: int) -> ServerMessage:
    """From a server that was not asked."""
    return nak(server="10.77.0.9", server_id="10.77.0.9")


def a_question(number: int) -> ServerMessage:
    """Who has our address?"""
    return arp_query(CLIENT_ADDRESS, server(number))


def a_repeat(_number: int) -> ServerMessage:
    """The same block again."""
    return data(1, bytes(512))


def a_claim(number: int) -> ServerMessage:
    """Another card has our server's address, and one more of somebody's."""
    return arp_reply(TFTP_SERVER if number % 2 else server(number), mac=mac_of(server(number)))


def a_second_answer(number: int) -> ServerMessage:
    """From a port that nobody asked."""
    return data(1, bytes(512), port=2000 + number)


def a_foreign_error(number: int) -> ServerMessage:
    """Of a host that nobody asked."""
    return tftp_error(1, "no", server=server(number), port=2000 + number)


def an_icmp_lie(number: int) -> ServerMessage:
    """Of a host that cannot know; each second time as if of the server itself."""
    return icmp_error(sender=server(number) if number % 2 else TFTP_SERVER)


FLOODS = {
    "offers": (EDK2, an_offer),
    "next servers": (EDK2, a_next_server),
    "refusals": (IPXE, a_nak),
    "questions": (IPXE, a_question),
    "repeats": (IPXE, a_repeat),
    "claims": (IPXE, a_claim),
    "second answers": (IPXE, a_second_answer),
    "foreign errors": (IPXE, a_foreign_error),
    "ICMP lies": (IPXE, an_icmp_lie),
}
BEFORE_A_FILE = (an_offer, a_next_server, a_nak)


@cache
def flooded(kind: str, count: int) -> Trace:
    """A boot that many frames of one kind come to."""
    firmware, made = FLOODS[kind]
    book_ = book(firmware).sends(DHCPDISCOVER)
    if made not in BEFORE_A_FILE:
        book_.gets(offer(vendor_class="PXEClient", siaddr=TFTP_SERVER, file="boot.0"))
        book_.sends(DHCPREQUEST).gets(ack(siaddr=TFTP_SERVER, file="boot.0")).sends(RRQ)
        book_.gets(data(1, bytes(512)))
    for number in range(count):
        book_.gets(made(number))
    book_.trace.talk()
    return book_.trace


def calls(work: Callable[[], object]) -> int:
    """How many functions are called, C's among them."""
    profiler = Profile()
    profiler.runcall(work)
    return sum(entry.callcount for entry in profiler.getstats())


def transcript(trace: Trace) -> list[str]:
    """All lines."""
    told = Transcript()
    return [line for record in trace.records for line in told.lines(record)]


TELLERS: dict[str, Callable[[Trace], object]] = {
    "findings": diagnose,
    "JSON": lambda trace: as_json(trace, 0),
    "transcript": transcript,
    "ladder": lambda trace: render([trace], Format.TEXT),
    "page": lambda trace: render([trace], Format.HTML),
}


@pytest.mark.parametrize("kind", FLOODS)
@pytest.mark.parametrize("teller", TELLERS)
def test_four_times_the_frames_are_about_four_times_the_work(kind: str, teller: str) -> None:
    """The square would be sixteen times."""
    tell, less, more = TELLERS[teller], flooded(kind, FEW), flooded(kind, MANY)
    tell(less)  # what is only made once
    few, many = calls(lambda: tell(less)), calls(lambda: tell(more))
    assert many < 6 * few


@pytest.mark.parametrize(
    ("kind", "id"),
    [
        ("claims", "R-ARP"),
        ("second answers", "T-TWO"),
        ("foreign errors", "T-THIRD"),
        ("ICMP lies", "P-ICMP"),
    ],
)
def test_who_speaks_up_a_thousand_times_is_told_in_a_line(kind: str, id: str) -> None:
    """Or in as many findings as one id may have; each of a length that can be read."""
    found = [one for one in diagnose(flooded(kind, MANY)) if one.id == id]
    assert 0 < len(found) <= MOST_OF_ONE
    assert all(len(one.seen) < 500 for one in found)


def test_findings_are_about_the_first_servers_and_about_whom_the_client_turned_to() -> None:
    """Of the others it is told how many there were."""
    found = diagnose(flooded("offers", MANY))
    per_id = {one.id: [other for other in found if other.id == one.id] for one in found}
    assert max(map(len, per_id.values())) <= MOST_SERVERS
    assert f"; and {MANY - MOST_SERVERS} more servers." in per_id["R-TWO"][0].seen


def test_one_server_that_says_a_thousand_things_makes_few_findings() -> None:
    """Of one id."""
    found = diagnose(flooded("next servers", MANY))
    assert sum(one.id == "B-NIC" for one in found) == MOST_OF_ONE


def test_a_ladder_has_a_line_for_the_client_s_own_servers_among_hundreds() -> None:
    """The rest share one."""
    stations = build(flooded("questions", MANY)).stations
    assert len(stations) <= MOST + 4
    assert TFTP_SERVER in [station.address for station in stations]
