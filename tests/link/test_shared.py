"""What is the host's is not the machine's, on a card whose address both have."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import ClassVar

import pytest

from pxeclient.link import interface, shared
from pxeclient.link.base import Link
from pxeclient.link.shared import SharedLink
from pxeclient.wire import ethernet, icmp, ipv4, udp

MAC, SERVER_MAC = bytes.fromhex("02aabbccddee"), bytes.fromhex("5254000000aa")
HOST, MACHINE, SERVER = map(IPv4Address, ("10.77.0.60", "10.77.0.100", "10.77.0.1"))
TCP = 6


class Card(Link):
    """Gives what was put there."""

    latest: ClassVar[Card]

    def __init__(self, name: str, mac: bytes) -> None:
        assert (name, mac) == ("c0", MAC)
        self.coming: list[bytes] = []
        self.sent: list[bytes] = []
        Card.latest = self

    def now(self) -> float:
        """No time passes."""
        return 0.0

    def send(self, frame: bytes) -> None:
        """Kept."""
        self.sent.append(frame)

    def receive(self, until: float) -> bytes | None:
        """The next."""
        return self.coming.pop(0) if self.coming else None

    def close(self) -> None:
        """Nothing."""


class Held:
    """A port that is held open."""

    def __init__(self) -> None:
        self.is_closed = False

    def close(self) -> None:
        """Given back."""
        self.is_closed = True


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> dict[int, Held]:
    """The ports that are held open."""
    found: dict[int, Held] = {}
    monkeypatch.setattr(shared, "PacketLink", Card)
    monkeypatch.setattr(interface, "address", lambda name: MAC)
    monkeypatch.setattr(shared, "_deaf", lambda name, port: found.setdefault(port, Held()))
    return found


def datagram(
    source: IPv4Address, to: IPv4Address, ports: tuple[int, int], mac: bytes = MAC
) -> bytes:
    """A frame with a UDP datagram."""
    payload = udp.build(udp.Datagram(*ports, b"words"), source, to)
    return packet(source, to, ipv4.UDP, payload, mac)


def packet(
    source: IPv4Address, to: IPv4Address, protocol: int, payload: bytes, mac: bytes = MAC
) -> bytes:
    """A frame with an IPv4 packet."""
    inside = ipv4.build(ipv4.Packet(source, to, protocol, payload))
    return mac + SERVER_MAC + ethernet.IPV4.to_bytes(2, "big") + inside


def given(link: SharedLink, *frames: bytes) -> list[bytes]:
    """What the machine gets of these."""
    Card.latest.coming[:] = frames
    return list(iter(lambda: link.receive(1.0), None))


ANY = IPv4Address("0.0.0.0")
EVERYBODY = IPv4Address("255.255.255.255")
DISCOVER = datagram(ANY, EVERYBODY, (68, 67), b"\xff" * 6)
READ = datagram(MACHINE, SERVER, (2070, 69), SERVER_MAC)
OFFER = datagram(SERVER, MACHINE, (67, 68))
DATA = datagram(SERVER, MACHINE, (40000, 2070))
FOR_HOST = (
    datagram(SERVER, HOST, (53, 45000)),
    packet(SERVER, HOST, TCP, bytes(20)),
    packet(SERVER, MACHINE, TCP, bytes(20)),
    packet(SERVER, HOST, ipv4.ICMP, icmp.build(icmp.Icmp(icmp.ECHO_REQUEST, 0, bytes(5)))),
    MAC + SERVER_MAC + b"\x86\xdd" + bytes(40),
    MAC + SERVER_MAC,
)


def test_answers_are_the_machines(held: dict[int, Held]) -> None:
    """To the ports from which it sent; and what goes to everybody."""
    link = SharedLink("c0")
    link.send(DISCOVER)
    assert given(link, DATA, OFFER, DISCOVER) == [OFFER, DISCOVER]
    link.send(READ)
    assert given(link, DATA, OFFER, *FOR_HOST) == [DATA, OFFER]


def test_arp_is_everybodys(held: dict[int, Held]) -> None:
    """The machine knows which is about it."""
    arp = MAC + SERVER_MAC + ethernet.ARP.to_bytes(2, "big") + bytes(28)
    assert given(SharedLink("c0"), arp) == [arp]


def test_icmp_errors_about_its_datagrams(held: dict[int, Held]) -> None:
    """And not those about the host's own."""
    link = SharedLink("c0")
    link.send(READ)
    hosts = datagram(HOST, SERVER, (45000, 53), SERVER_MAC)
    errors = [
        packet(SERVER, MACHINE, ipv4.ICMP, bytes((3, 3, 0, 0, 0, 0, 0, 0)) + about[14:42])
        for about in (READ, hosts)
    ]
    assert given(link, *errors) == errors[:1]


def test_a_ping_of_the_machine(held: dict[int, Held]) -> None:
    """Of its own address."""
    link = SharedLink("c0")
    link.send(READ)
    echo = icmp.build(icmp.Icmp(icmp.ECHO_REQUEST, 0, bytes(5)))
    ping = packet(SERVER, MACHINE, ipv4.ICMP, echo)
    assert given(link, ping) == [ping]


def test_ports_are_held_while_it_lasts(held: dict[int, Held]) -> None:
    """Each once, before the first datagram from it; all are given back."""
    link = SharedLink("c0")
    for frame in (DISCOVER, DISCOVER, READ):
        link.send(frame)
    assert set(held) == {68, 2070}
    assert not any(one.is_closed for one in held.values())
    link.close()
    assert all(one.is_closed for one in held.values())
