"""DHCPv6 messages read: facts, whose they are, which client of a machine's, and what answers."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.seen.attempts import Attempt, Kind, attempts
from pxeclient.seen.exchanges import Ask
from pxeclient.seen.follow import Follower
from pxeclient.seen.frame import Complaint
from pxeclient.seen.mending import Reader
from pxeclient.seen.reading import read
from pxeclient.seen.stations import stations
from pxeclient.seen.talk import talk_of
from pxeclient.wire import dhcp6, ethernet, icmpv6, ipv6, ndp
from pxeclient.wire.dhcp6 import Message, Option
from pxeclient.wire.dhcp6_options import Association, Status, build_association
from pxeclient.wire.icmpv6 import Icmpv6
from pxeclient.wire.ipv6 import Packet6
from tests.seen.ipv6 import (
    ADDRESS,
    BOOT,
    CLIENT,
    HTTP,
    MAC,
    NODES_MAC,
    ROUTER,
    ROUTER_MAC,
    SERVER,
    SERVER_MAC,
    STACK,
    URL,
    answered,
    asked,
    boot_options,
    lease,
    neighbour,
    relayed,
    release,
    reply,
    request,
    router,
    solicit,
    stack_solicit,
    stateless,
    wish,
)
from tests.seen.test_attempts import discover

ADVERTISE = answered(reply(dhcp6.ADVERTISE, 1))
REPLY = answered(reply(dhcp6.REPLY, 2))
WHOLE = [solicit(), ADVERTISE, request(), REPLY]


def told(octets: Sequence[bytes], step: float = 0.5) -> list[Attempt]:
    """The attempts of the one client."""
    reader = Reader()
    read_all = [reader.read(at, step * at, data) for at, data in enumerate(octets, 1)]
    (station,) = stations(read_all)
    assert station.mac == MAC
    return attempts(talk_of(station.frames, station.mac), step * len(octets))


def test_a_solicit() -> None:
    """Who asks, and for what."""
    found = read(1, 0.0, solicit(), ours=True).dhcp6
    assert found is not None
    assert (found.kind_words, found.xid, found.elapsed) == ("SOLICIT", 1, 0)
    assert found.class_words == "343 PXEClient:Arch:00007:UNDI:003000"
    assert (found.is_pxe, found.is_http, found.is_ipxe, found.is_boot) == (True, False, False, True)
    assert (found.architectures, found.requested) == ((7,), (59, 60, 23, 16))
    assert found.iaids == {BOOT}
    assert found.addresses == ()
    assert found.hardware == MAC


def test_a_reply() -> None:
    """What it gives."""
    more = (Option(23, ADDRESS.packed), Option(7, b"\xff"), Option(60, b"\0\x012\0\1x"))
    found = read(1, 0.0, answered(reply(dhcp6.REPLY, 2, *more))).dhcp6
    assert found is not None
    assert (found.addresses, found.url, found.dns) == ((ADDRESS,), URL, (ADDRESS,))
    assert (found.preference, found.parameters) == (255, (b"2", b"x"))
    assert found.who_words == "fe80::1 (DUID-LL 52:54:00:aa:00:01)"
    assert found.status is None
    assert not found.is_boot


@pytest.mark.parametrize("inside", [True, False])
def test_a_status(inside: bool) -> None:
    """In the message, or in an IA_NA."""
    none = Status(2, b"none left")
    if inside:
        ia = Option(3, build_association(Association(BOOT, 0, 0, (), none)))
        message = reply(dhcp6.ADVERTISE, 1, ia=ia)
    else:
        message = reply(dhcp6.ADVERTISE, 1, Option(13, b"\0\2none left"))
    found = read(1, 0.0, answered(message)).dhcp6
    assert found is not None
    assert found.status == none
    assert found.status.name == "NoAddrsAvail"


def test_what_does_not_fit_its_form() -> None:
    """It is named, and as if it were not there."""
    message = reply(dhcp6.REPLY, 2, Option(60, b"resume"), Option(16, b"PXEClient"))
    found = read(1, 0.0, answered(message)).dhcp6
    assert found is not None
    assert (found.parameters, found.vendor_class) == ((), None)
    assert list(found.malformed) == [60, 16]


def test_ipxes_user_class() -> None:
    """It sends no lengths in option 15 (`dhcpv6.c`); others do."""
    for data in (b"iPXE", b"\0\4iPXE"):
        found = read(1, 0.0, asked(Message(1, 1, (Option(15, data),)))).dhcp6
        assert found is not None
        assert found.is_ipxe


@given(st.binary(max_size=60), st.sampled_from([546, 547, 4011]), st.integers(1, 13))
def test_any_content(content: bytes, port: int, type: int) -> None:
    """A message, or said to be none; its facts never raise."""
    for data in (content, bytes((type, 0, 0, 1)) + content):
        packet = ipv6.datagram(CLIENT, SERVER, (port, port), data)
        frame = read(1, 0.0, ethernet.join(SERVER_MAC, MAC, ethernet.IPV6, packet))
        found = frame.dhcp6
        if found is not None:
            facts = [getattr(found, name) for name in dir(found) if not name.startswith("__")]
            assert facts
        stations([frame])


# --- whose ----------------------------------------------------------------------------------
def test_both_clients_of_a_machine() -> None:
    """The stack's messages are the machine's, and not the boot's; RELEASEs are told by the IAID."""
    stack = [
        stack_solicit(100),
        answered(reply(dhcp6.ADVERTISE, 100, ia=lease(STACK))),
        release(101, STACK),
        answered(reply(dhcp6.REPLY, 101, ia=lease(STACK))),
    ]
    boot = [*WHOLE, release(3, BOOT)]
    (attempt,) = told([stack[0], stack[1], *boot[:3], *stack[2:], *boot[3:]])
    assert len(attempt.dhcp6) == 9
    assert [one.xid for one in attempt.boot6] == [1, 1, 2, 2, 3]
    assert attempt.kind is Kind.IPV6


def test_what_a_router_says_to_all() -> None:
    """It is heard by who speaks IPv6 then, and by nobody who fell silent long ago."""
    (attempt,) = told([solicit(), router()])
    assert [one.managed for _, one in attempt.routers] == [True]
    (attempt,) = told([solicit(), router()], step=100.0)
    assert attempt.routers == ()


def test_the_address_is_somebody_elses() -> None:
    """Who has it tells all nodes, the client too."""
    check = ndp.NeighbourSolicitation(ADDRESS)
    other = ndp.NeighbourAdvertisement(ADDRESS, False, SERVER_MAC)
    (attempt,) = told([*WHOLE, neighbour(check), neighbour(other, ADDRESS, SERVER_MAC)])
    assert attempt.frames[-1].neighbour == other
    assert not attempt.frames[-1].ours


@pytest.mark.parametrize("hops", [1, 2, 8])
def test_only_the_servers_side_of_a_relay(hops: int) -> None:
    """The client's messages are put back as they must have been."""
    (attempt,) = told([relayed(one, hops) for one in WHOLE])
    assert [one.kind_words for one in attempt.boot6] == ["SOLICIT", "ADVERTISE", "REQUEST", "REPLY"]
    assert [one.ours for one in attempt.boot6] == [True, False, True, False]
    assert all(frame.is_rebuilt for frame in attempt.frames)
    assert all(not one.relays for one in attempt.boot6)
    assert attempt.boot6[0].source == CLIENT


def test_both_sides_of_a_relay() -> None:
    """The copies between relay and server are left out."""
    both = [one for each in WHOLE for one in (each, relayed(each))]
    (attempt,) = told(both)
    assert [one.number for one in attempt.boot6] == [1, 3, 5, 7]
    (station,) = stations([read(at, 0.0, data) for at, data in enumerate(both, 1)])
    assert [str(relay) for relay in station.relays] == ["fd00::1"]


def test_a_relay_says_whose_it_is() -> None:
    """Option 79, where the client's address is made of no MAC."""
    message = Message(1, 1, (Option(1, b"\0\4" + bytes(16)), wish(BOOT), *boot_options()))
    around = dhcp6.Relay(12, 0, SERVER, IPv6Address("fe80::77"), (Option(79, b"\0\1" + MAC),))
    packet = ipv6.datagram(ROUTER, SERVER, (547, 547), dhcp6.build(message, (around,)))
    frame = read(1, 0.0, ethernet.join(SERVER_MAC, ROUTER_MAC, ethernet.IPV6, packet))
    (station,) = stations([frame])
    assert station.mac == MAC


# --- questions and answers ------------------------------------------------------------------
def test_exchanges() -> None:
    """Each question with what answers it; the neighbour that nobody is, and port 4011."""
    question = ndp.NeighbourSolicitation(ADDRESS, MAC)
    (attempt,) = told(
        [
            neighbour(ndp.RouterSolicitation()),
            router(),
            *WHOLE,
            request(1, port=4011),
            answered(reply(dhcp6.REPLY, 9), port=4011),
            neighbour(question),
        ]
    )
    found = [(one.question.kind, len(one.answers)) for one in attempt.exchanges]
    assert found == [
        (Ask.ROUTER, 1),
        (Ask.SOLICIT, 1),
        (Ask.REQUEST_6, 1),
        (Ask.PROXY_6, 1),
        (Ask.NEIGHBOUR, 0),
    ]
    assert attempt.exchanges[-1].question.words == "a neighbour solicitation for fd77::50"


def test_ipxe_has_one_transaction_id_for_both() -> None:
    """Its REPLY answers its REQUEST."""
    (attempt,) = told([solicit(1), ADVERTISE, request(1), answered(reply(dhcp6.REPLY, 1))])
    assert [len(one.answers) for one in attempt.exchanges] == [1, 1]


def test_a_closed_port() -> None:
    """ICMPv6 quotes what it is about."""
    ask = read_request()
    body = bytes(4) + ask[ethernet.HEADER :]
    packet = icmpv6.packet(Icmpv6(1, 4, body), ADDRESS, CLIENT)
    (attempt,) = told([*WHOLE, ask, ethernet.join(MAC, SERVER_MAC, ethernet.IPV6, packet)])
    (complaint,) = attempt.complaints
    assert isinstance(complaint, Complaint)
    assert complaint.is_port
    assert complaint.is_credible
    assert complaint.words == "port 69 is closed on fd77::50"
    assert len(attempt.exchanges[-1].complaints) == 1


def read_request() -> bytes:
    """A read request over IPv6."""
    packet = ipv6.datagram(CLIENT, ADDRESS, (1849, 69), b"\0\1boot.efi\0octet\0")
    return ethernet.join(SERVER_MAC, MAC, ethernet.IPV6, packet)


# --- attempts -------------------------------------------------------------------------------
def discover4(secs: int = 0) -> bytes:
    """Its DHCPDISCOVER."""
    return discover(7, secs)[0]


def kinds(octets: Sequence[bytes]) -> list[tuple[Kind, int, str]]:
    """Kind, frames, and why it ends, of each attempt; and that a follower sees as many."""
    found = told(octets)
    follower = Follower()
    heard = [one for at, data in enumerate(octets, 1) for one in follower.add(at, at / 2, data)]
    assert heard[-1].attempt == len(found)
    return [(one.kind, len(one.frames), one.why_over) for one in found]


def test_http_boot_after_pxe() -> None:
    """Another class is another firmware's boot, or the same one's other option."""
    assert kinds([*WHOLE, solicit(5, who=HTTP)]) == [
        (Kind.IPV6, 4, "another firmware begins"),
        (Kind.IPV6, 1, ""),
    ]


def test_again() -> None:
    """Repeats keep their transaction id and count on; a new boot does not."""
    repeats = [solicit(1), solicit(1, 400), solicit(1, 1300)]
    assert kinds(repeats) == [(Kind.IPV6, 3, "")]
    assert kinds([*repeats, solicit(2)]) == [
        (Kind.IPV6, 3, "another attempt begins"),
        (Kind.IPV6, 1, ""),
    ]


def test_before_and_after_ipv4() -> None:
    """Firmware tries one family after the other; what the stack asked first goes with IPv6."""
    before = [discover4(), discover4(secs=4)]
    assert kinds([*before, stack_solicit(), solicit()]) == [
        (Kind.PXE, 2, "a boot over IPv6 begins"),
        (Kind.IPV6, 2, ""),
    ]
    assert kinds([*WHOLE, *before]) == [
        (Kind.IPV6, 4, "a boot over IPv4 begins"),
        (Kind.PXE, 2, ""),
    ]


def test_ipxe_asks_over_both_at_once() -> None:
    """That is one attempt."""
    ipxe = Message(1, 1, (Option(1, b"\0\4" + bytes(16)), wish(BOOT), Option(15, b"iPXE")))
    for order in ([discover4(), asked(ipxe)], [asked(ipxe), discover4()]):
        assert [one[1] for one in kinds([*order, discover4(secs=4)])] == [3]


def test_an_operating_system_is_no_boot() -> None:
    """Its DHCPv6 names no class."""
    (attempt,) = told([stack_solicit(), answered(stateless(dhcp6.ADVERTISE, 100))])
    assert attempt.boot6 == ()


# --- bounds ---------------------------------------------------------------------------------
def test_a_fragmented_reply() -> None:
    """It is read when its last part is there."""
    message = reply(dhcp6.ADVERTISE, 1, Option(59, b"tftp://[fd77::3]/" + b"x" * 2000), url=None)
    whole = ipv6.parse(answered(message)[ethernet.HEADER :])
    parts = [
        ethernet.join(MAC, SERVER_MAC, ethernet.IPV6, ipv6.build(one))
        for at in range(0, len(whole.payload), 1024)
        for one in (_part(whole, at),)
    ]
    reader = Reader()
    found = [reader.read(at, 0.0, data) for at, data in enumerate(reversed(parts), 1)]
    assert [one.dhcp6 is not None for one in found] == [False] * (len(parts) - 1) + [True]
    assert found[-1].fault is None
    assert reader.waiting == 0


def _part(whole: Packet6, at: int) -> Packet6:
    payload = whole.payload[at : at + 1024]
    more = at + 1024 < len(whole.payload)
    return Packet6(whole.source, whole.destination, 17, payload, 64, 0, more, at, 9)


def test_a_follower_forgets() -> None:
    """However many clients ask."""
    follower = Follower(most=8)
    for at in range(200):
        mac = bytes.fromhex("525400") + at.to_bytes(3, "big")
        octets = solicit()
        source = icmpv6.link_local(type(MAC)(mac))
        packet = ipv6.datagram(IPv6Address(source), dhcp6.ALL_SERVERS, (546, 547), octets[62:])
        follower.add(at, at / 10, ethernet.join(octets[:6], mac, ethernet.IPV6, packet))
    assert follower.clients == 8
    assert follower.add(999, 20.0, ethernet.join(NODES_MAC, ROUTER_MAC, 0x86DD, router()[14:]))
