"""The IPv4 host under the firmware: what it takes, what it answers, where it sends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

import pytest

from pxeclient.boot.actions import Action
from pxeclient.playbook import (
    Client,
    UdpDatagram,
    arp_query,
    arp_reply,
    mac_of,
    ping,
    router_advertisement,
    sight,
)
from pxeclient.stack.acts import CancelTimer, Ignore, Owner, SendFrame, SetTimer, Timer
from pxeclient.stack.host import (
    Arrived,
    Host,
    IcmpError,
    RouterAdvertised,
    SegmentArrived,
    Unreachable,
    classful_mask,
)
from pxeclient.stack.traits import IpId, IpTraits
from pxeclient.wire import arp, ethernet, icmp, ipv4, udp
from pxeclient.wire.addresses import ANY, BROADCAST, BROADCAST_MAC, ZERO_MAC, Mac
from pxeclient.wire.ipv4 import fragments
from pxeclient.wire.udp import Datagram

MAC = Mac.from_text("52:54:00:12:34:56")
OWN = IPv4Address("10.77.0.50")
NEAR, ROUTER = IPv4Address("10.77.0.3"), IPv4Address("10.77.0.1")
FAR = IPv4Address("192.0.2.3")
DEFAULT = (IPv4Network("0.0.0.0/0"), ROUTER)
TRAITS = IpTraits(ttl=64, id=IpId.COUNTER, arp_waits=(0.5, 1.0), gratuitous_arp=True)
HELLO = Datagram(2070, 69, b"hello")
CLIENT = Client(MAC, OWN)

Happened = Action | Arrived | RouterAdvertised | IcmpError | SegmentArrived | Unreachable
ARP = Timer(Owner.ARP, "10.77.0.3")


def configured(traits: IpTraits = TRAITS, *routes: tuple[IPv4Network, IPv4Address]) -> Host:
    """A host with the address 10.77.0.50/24."""
    host = Host(MAC, traits)
    host.configure(OWN, 24, routes or (DEFAULT,))
    return host


def sent(happened: Iterable[Happened]) -> list[bytes]:
    """The frames sent."""
    return [action.frame for action in happened if isinstance(action, SendFrame)]


def why(happened: Iterable[Happened]) -> list[str]:
    """The reasons for what was ignored."""
    return [action.because for action in happened if isinstance(action, Ignore)]


def asked(happened: Iterable[Happened]) -> list[str]:
    """The addresses that ARP asks for."""
    return [sight(frame).to for frame in sent(happened) if frame[12:14] == b"\x08\x06"]


def frame(packet: ipv4.Packet, to: Mac = MAC) -> bytes:
    """A packet from a neighbour."""
    return ethernet.build(
        ethernet.Frame(to, mac_of("10.77.0.3"), ethernet.IPV4, ipv4.build(packet))
    )


# --- ARP ----------------------------------------------------------------------------------
def test_it_answers_arp_for_its_own_address() -> None:
    """The reply goes to the asker alone."""
    (reply,) = sent(configured().receive(arp_query("10.77.0.50")(CLIENT), 0.0))
    parsed = ethernet.parse(reply)
    message = arp.parse(parsed.payload)
    assert parsed.destination == mac_of("10.77.0.1")
    assert message == arp.Arp(arp.REPLY, MAC, OWN, mac_of("10.77.0.1"), ROUTER)


def test_it_answers_arp_for_no_other_address() -> None:
    """Not for a neighbour's, and not for 0.0.0.0 while it has none."""
    assert sent(configured().receive(arp_query("10.77.0.51")(CLIENT), 0.0)) == []
    assert sent(Host(MAC, TRAITS).receive(arp_query("0.0.0.0")(CLIENT), 0.0)) == []


def test_it_does_not_answer_a_group() -> None:
    """An ARP request whose sender is a group address is no neighbour's."""
    question = arp.Arp(arp.REQUEST, BROADCAST_MAC, NEAR, ZERO_MAC, OWN)
    data = ethernet.build(
        ethernet.Frame(BROADCAST_MAC, mac_of("10.77.0.3"), ethernet.ARP, arp.build(question))
    )
    assert sent(configured().receive(data, 0.0)) == []


def test_it_announces_its_address_if_its_firmware_does() -> None:
    """A gratuitous ARP: who has my address?"""
    (announced,) = sent(configured().announce())
    assert arp.parse(ethernet.parse(announced).payload) == arp.Arp(
        arp.REQUEST, MAC, OWN, ZERO_MAC, OWN
    )
    assert sent(configured(replace(TRAITS, gratuitous_arp=False)).announce()) == []


def test_it_asks_before_it_sends_and_remembers() -> None:
    """The packet follows the reply; the next one needs no question."""
    host = configured()
    happened = list(host.send(HELLO, NEAR, 1.0))
    assert asked(happened) == ["10.77.0.3"]
    assert SetTimer(ARP, 1.5) in happened
    answered = list(host.receive(arp_reply("10.77.0.3")(CLIENT), 1.2))
    assert CancelTimer(ARP) in answered
    assert [sight(data).to for data in sent(answered)] == ["10.77.0.3:69"]
    assert sent(answered)[0][:6] == mac_of("10.77.0.3")
    assert asked(host.send(HELLO, NEAR, 1.3)) == []


def test_a_search_ends_with_unreachable() -> None:
    """After the last wait the packets are dropped, and the next packet starts over."""
    host = configured()
    list(host.send(HELLO, NEAR, 0.0))
    assert asked(host.timer_fired(ARP, 0.5)) == ["10.77.0.3"]
    assert list(host.timer_fired(ARP, 1.5)) == [Unreachable(NEAR)]
    assert list(host.receive(arp_reply("10.77.0.3")(CLIENT), 1.6)) == []
    assert asked(host.send(HELLO, NEAR, 2.0)) == ["10.77.0.3"]


def test_packets_wait_in_order() -> None:
    """All that was sent during the search goes out when it ends, 64 packets at most."""
    host = configured()
    for number in range(70):
        assert len(asked(host.send(Datagram(number, 69, b""), NEAR, 0.0))) == (number == 0)
    ports = [
        sight(data).checks["source_port"]
        for data in sent(host.receive(arp_reply("10.77.0.3")(CLIENT), 0.1))
    ]
    assert ports == list(range(64))


def test_it_follows_a_neighbour_that_changes_its_card() -> None:
    """A known neighbour's ARP message updates its hardware address; a stranger's adds nothing."""
    host = configured()
    list(host.send(HELLO, NEAR, 0.0))
    list(host.receive(arp_reply("10.77.0.3")(CLIENT), 0.1))
    moved = arp.Arp(arp.REQUEST, mac_of("10.77.0.9"), NEAR, ZERO_MAC, ROUTER)
    data = ethernet.build(
        ethernet.Frame(BROADCAST_MAC, mac_of("10.77.0.9"), ethernet.ARP, arp.build(moved))
    )
    list(host.receive(data, 0.2))
    (out,) = sent(host.send(HELLO, NEAR, 0.3))
    assert out[:6] == mac_of("10.77.0.9")
    list(host.receive(arp_query("10.77.0.99", "10.77.0.7")(CLIENT), 0.4))
    assert asked(host.send(HELLO, IPv4Address("10.77.0.7"), 0.5)) == ["10.77.0.7"]


def test_a_timer_of_no_search_does_nothing() -> None:
    """It may have been answered in the meantime."""
    assert list(configured().timer_fired(ARP, 1.0)) == []


# --- routes -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("to", "hop"),
    [("10.77.0.3", "10.77.0.3"), ("192.0.2.3", "10.77.0.1"), ("10.77.1.3", "10.77.0.1")],
)
def test_what_is_elsewhere_goes_by_the_router(to: str, hop: str) -> None:
    """The netmask decides."""
    assert asked(configured().send(HELLO, IPv4Address(to), 0.0)) == [hop]


def test_without_a_router_there_is_no_way() -> None:
    """Nothing is sent, and the reason says so."""
    host = Host(MAC, TRAITS)
    host.configure(OWN, 24, ())
    happened = list(host.send(HELLO, FAR, 0.0))
    assert sent(happened) == []
    assert why(happened) == ["there is no route: not our network, no router"]


def test_the_longest_route_wins() -> None:
    """Whatever the order in which routes were given; a router of 0.0.0.0 means on this segment."""
    second = IPv4Address("10.77.0.2")
    host = configured(
        TRAITS,
        DEFAULT,
        (IPv4Network("192.0.2.0/24"), second),
        (IPv4Network("198.51.100.0/24"), ANY),
    )
    assert asked(host.send(HELLO, FAR, 0.0)) == ["10.77.0.2"]
    assert asked(host.send(HELLO, IPv4Address("203.0.113.1"), 0.0)) == ["10.77.0.1"]
    assert asked(host.send(HELLO, IPv4Address("198.51.100.7"), 0.0)) == ["198.51.100.7"]


@pytest.mark.parametrize(
    ("address", "mask"), [("10.0.0.1", 8), ("172.16.0.1", 16), ("192.0.2.1", 24)]
)
def test_without_a_mask_the_address_has_a_class(address: str, mask: int) -> None:
    """A, B or C."""
    assert classful_mask(IPv4Address(address)) == mask


# --- sending ------------------------------------------------------------------------------
def test_broadcast_and_multicast_need_no_neighbour() -> None:
    """Their hardware addresses are known."""
    host = Host(MAC, TRAITS)
    (everybody,) = sent(host.send(HELLO, BROADCAST, 0.0))
    assert everybody[:6] == BROADCAST_MAC
    assert ipv4.parse(everybody[14:]).source == ANY
    (group,) = sent(configured().send(HELLO, IPv4Address("239.129.1.2"), 0.0))
    assert group[:6] == bytes.fromhex("01005e010102")


def test_what_does_not_fit_a_frame_is_not_sent() -> None:
    """1472 octets do, 1473 do not."""
    assert len(sent(configured().send(Datagram(1, 2, bytes(1472)), BROADCAST, 0.0))[0]) == 1514
    happened = list(configured().send(Datagram(1, 2, bytes(1473)), BROADCAST, 0.0))
    assert sent(happened) == []
    assert "does not fit one Ethernet frame" in why(happened)[0]


def test_short_frames_are_padded_if_the_firmware_does() -> None:
    """To 60 octets."""
    host = configured(replace(TRAITS, pad_to=60))
    assert [len(data) for data in sent(host.announce())] == [60]
    assert [len(data) for data in sent(configured().announce())] == [42]


def test_the_header_is_the_firmwares() -> None:
    """Time to live and identification; don't-fragment is clear."""
    host = configured(replace(TRAITS, ttl=20, first_id=7))
    packets = [ipv4.parse(sent(host.send(HELLO, BROADCAST, 0.0))[0][14:]) for _ in range(2)]
    assert [(packet.ttl, packet.dont_fragment) for packet in packets] == [(20, False)] * 2
    assert [packet.identification for packet in packets] == [7, 8]


# --- receiving ----------------------------------------------------------------------------
def test_it_takes_udp_to_its_address() -> None:
    """The datagram arrives with both addresses."""
    (arrived,) = configured().receive(UdpDatagram(b"hi", 68, 67, "10.77.0.1")(CLIENT), 0.0)
    assert arrived == Arrived(Datagram(67, 68, b"hi"), ROUTER, OWN)


def test_a_foreign_address_is_not_taken() -> None:
    """Once it has an address of its own."""
    data = UdpDatagram(b"hi", 68, 67, "10.77.0.1", "10.77.0.51")(CLIENT)
    assert why(configured().receive(data, 0.0)) == ["it is for 10.77.0.51, not for 10.77.0.50"]
    assert isinstance(next(iter(Host(MAC, TRAITS).receive(data, 0.0))), Arrived)


def test_a_broadcast_is_taken_however_it_comes() -> None:
    """In a broadcast frame, or in one to our card."""
    data = UdpDatagram(b"hi", 68, 67, "10.77.0.1", "255.255.255.255")(CLIENT)
    for frame_ in (data, MAC + data[6:]):
        assert isinstance(next(iter(configured().receive(frame_, 0.0))), Arrived)


@pytest.mark.parametrize("destination", ["52:54:00:00:00:99", "01:00:5e:01:01:02"])
def test_frames_to_others_leave_no_trace(destination: str) -> None:
    """Another station's never; a group's only if the card listens to groups."""
    host = configured(replace(TRAITS, multicast_receive=False))
    data = Mac.from_text(destination) + UdpDatagram(b"hi", 68)(CLIENT)[6:]
    assert list(host.receive(data, 0.0)) == []


def test_its_own_frames_do_not_come_back() -> None:
    """A switch that echoes them is no server."""
    data = bytearray(UdpDatagram(b"hi", 68, 67, "10.77.0.1", "255.255.255.255")(CLIENT))
    data[6:12] = MAC
    assert list(configured().receive(bytes(data), 0.0)) == []


@pytest.mark.parametrize(
    ("data", "because"),
    [
        (b"short", "Ethernet: 5 octets"),
        (MAC + bytes(6) + b"\x08\x00" + b"\x45", "IPv4: 1 octets"),
        (MAC + bytes(6) + b"\x08\x06" + b"\x00", "ARP: 1 octets"),
        (MAC + bytes(6) + b"\x86\xdd" + bytes(40), "only ARP and IPv4"),
    ],
)
def test_what_it_cannot_read_it_says(data: bytes, because: str) -> None:
    """Malformed frames and other protocols are dropped with a reason."""
    (reason,) = why(configured().receive(data, 0.0))
    assert because in reason


def test_other_ip_protocols_are_dropped() -> None:
    """TCP, say."""
    packet = ipv4.Packet(NEAR, OWN, 6, bytes(20))
    assert why(configured().receive(frame(packet), 0.0)) == [
        "this host does not speak IP protocol 6"
    ]


def test_a_router_advertisement_is_noticed() -> None:
    """The only thing of IPv6 that it knows."""
    assert list(configured().receive(router_advertisement()(CLIENT), 0.0)) == [RouterAdvertised()]


# --- ping and fragments -------------------------------------------------------------------
def test_it_answers_a_ping() -> None:
    """With the same identifier, number and octets, by the usual route."""
    host = configured()
    assert asked(host.receive(ping(b"\0\1\0\2abc")(CLIENT), 0.0)) == ["10.77.0.1"]
    (out,) = sent(host.receive(arp_reply("10.77.0.1")(CLIENT), 0.1))
    packet = ipv4.parse(out[14:])
    assert (packet.source, packet.destination) == (OWN, ROUTER)
    assert icmp.parse(packet.payload) == icmp.Icmp(icmp.ECHO_REPLY, 0, b"\0\1\0\2abc")


@pytest.mark.parametrize(
    ("data", "because"),
    [
        (ping(to="255.255.255.255")(CLIENT), "it is not to our address"),
        (
            frame(ipv4.Packet(NEAR, OWN, ipv4.ICMP, icmp.build(icmp.Icmp(13, 0, bytes(16))))),
            "answers only echo requests",
        ),
    ],
)
def test_other_icmp_is_dropped(data: bytes, because: str) -> None:
    """A broadcast ping, a request for the time."""
    happened = list(configured().receive(data, 0.0))
    assert sent(happened) == []
    assert because in why(happened)[0]


@pytest.mark.parametrize("kind", [3, 4, 5, 11, 12])
def test_icmp_errors_are_for_the_firmware_to_judge(kind: int) -> None:
    """The host hands them over, whatever they quote."""
    message = icmp.Icmp(kind, 1, bytes(32))
    data = frame(ipv4.Packet(NEAR, OWN, ipv4.ICMP, icmp.build(message)))
    (error,) = configured().receive(data, 0.0)
    assert error == IcmpError(NEAR, message)


def test_it_puts_fragments_together() -> None:
    """In any order."""
    payload = udp.build(Datagram(67, 68, bytes(2000)), NEAR, OWN)
    packet = ipv4.Packet(NEAR, OWN, ipv4.UDP, payload, identification=5)
    last, first = reversed(fragments(packet, 1500))
    host = configured()
    assert list(host.receive(frame(last), 0.0)) == []
    (arrived,) = host.receive(frame(first), 0.1)
    assert arrived == Arrived(Datagram(67, 68, bytes(2000)), NEAR, OWN)


def test_a_ping_of_many_fragments_is_too_long() -> None:
    """Its answer would have to be cut, and this host cuts nothing."""
    echo = icmp.build(icmp.Icmp(icmp.ECHO_REQUEST, 0, bytes(1477)))
    host = configured()
    happened = [
        each
        for part in fragments(ipv4.Packet(NEAR, OWN, ipv4.ICMP, echo, identification=5), 1500)
        for each in host.receive(frame(part), 0.0)
    ]
    assert sent(happened) == []
    assert ["does not fit one Ethernet frame" in because for because in why(happened)] == [True]
