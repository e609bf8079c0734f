"""Probes in a flood: what is recorded and heard has an end, and nobody is blamed for the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import IPv4Address

import pytest

from pxeclient.boots import repeats
from pxeclient.boots.repeats import MOST_ALIKE
from pxeclient.check.asking import MOST_ASKED, Asker, discover
from pxeclient.check.probing import Probing
from pxeclient.check.results import Result, Status
from pxeclient.check.running import Running
from pxeclient.check.suite import Case, Suite
from pxeclient.check.talking import (
    Conversation,
    Correspondent,
    Heard,
    Reaction,
    Script,
    Send,
    Turn,
    station,
)
from pxeclient.check.wires import Wires
from pxeclient.link.base import Link
from pxeclient.link.simulated import SimulatedLink
from pxeclient.practice.network import PracticeNetwork
from pxeclient.practice.scenario import by_name
from pxeclient.trace import Trace
from pxeclient.wire import dhcp, ethernet, ipv4, onestep, tftp, udp
from pxeclient.wire.addresses import BROADCAST, BROADCAST_MAC, Mac
from pxeclient.wire.ipv4 import Packet
from pxeclient.wire.udp import Datagram
from tests.check.networks import wires

MAC = Mac.from_text("02:70:78:65:63:6b")
STRANGER, WHERE = Mac.from_text("52:54:00:99:99:99"), IPv4Address("10.77.0.66")

Flood = Callable[[int], bytes]
"""Makes the frame of that number."""


def broadcast(payload: bytes, port: int = 68) -> bytes:
    """What everybody on the segment hears."""
    sent = udp.build(Datagram(4096, port, payload), WHERE, BROADCAST)
    packet = ipv4.build(Packet(WHERE, BROADCAST, ipv4.UDP, sent))
    return ethernet.build(ethernet.Frame(BROADCAST_MAC, STRANGER, ethernet.IPV4, packet))


def same(number: int) -> bytes:
    """Always the same."""
    return broadcast(b"junk" * 50)


def other(number: int) -> bytes:
    """Never the same, and for nobody who is there."""
    return broadcast(b"%08d" % number, 5000 + number % 20000)


def aimed(number: int) -> bytes:
    """Never the same, and where DHCP replies are waited for."""
    return broadcast(b"%08d" % number)


def block(number: int) -> bytes:
    """Blocks of a file that nobody asked for."""
    return broadcast(tftp.build(tftp.Data(number & 0xFFFF, b"x" * 1400)))


class Flooded:
    """A network where a stranger sends so many frames whenever somebody says something."""

    def __init__(self, flood: Flood, frames: int, network: str = "plain-dhcp") -> None:
        self._network = PracticeNetwork(by_name(network))
        self._flood = flood
        self._frames = frames
        self._due: list[bytes] = []
        self.sent = 0
        self.next_at = self._network.next_at

    def receive(self, frame: bytes, now: float) -> None:
        """The stranger is quicker than the servers."""
        for _ in range(self._frames):
            self._due.append(self._flood(self.sent))
            self.sent += 1
        self._network.receive(frame, now)

    def poll(self, now: float) -> list[bytes]:
        """Everybody's."""
        due, self._due = self._due, []
        return [*due, *self._network.poll(now)]


def talk(flooded: Flooded) -> tuple[Conversation, Correspondent]:
    """A station in the flood."""
    asking = station(MAC, 4.0)
    return Conversation(asking.host, SimulatedLink(flooded), Trace("t", "t", "t")), asking


def test_what_comes_again_and_again_is_counted() -> None:
    """And the answer behind it is heard."""
    flooded = Flooded(same, 3000)
    one, asking = talk(flooded)
    asker = Asker(asking.xid())
    found = one.run(discover(asking, [asker]))
    assert len(found[asker.xid]) == 1
    kept = sum(not ours for _, _, ours in one.trace.frames()) - 1
    assert kept <= 2 * MOST_ALIKE
    assert one.trace.repeated == flooded.sent - kept
    assert one.trace.not_kept == 0


def test_there_is_an_end_of_what_has_no_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    """However it differs: it is neither recorded nor heard any more. The answer behind it is."""
    monkeypatch.setattr(repeats, "MOST_IDLE", 100)
    flooded = Flooded(other, 1000)
    one, asking = talk(flooded)
    asker = Asker(asking.xid())
    found = one.run(discover(asking, [asker]))
    assert len(found[asker.xid]) == 1
    kept = sum(not ours for _, _, ours in one.trace.frames()) - 1
    assert kept <= 100 + MOST_ALIKE
    assert one.trace.not_kept == flooded.sent - kept


def test_there_is_an_end_of_what_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is much room for it, of octets."""
    monkeypatch.setattr(repeats, "MOST_IDLE", 0)
    monkeypatch.setattr(repeats, "MOST_OCTETS", 100_000)
    flooded = Flooded(aimed, 1000)
    one, _ = talk(flooded)

    def listen() -> Script[list[Reaction]]:
        return (yield Turn((Send(Datagram(68, 67, b""), BROADCAST),), 1.0))

    heard = one.run(listen())
    assert 300 < len(heard) == sum(not ours for _, _, ours in one.trace.frames()) < 600
    assert one.trace.not_kept == flooded.sent - len(heard)


def test_there_is_an_end_of_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of their octets."""
    monkeypatch.setattr(repeats, "MOST_OCTETS", 400_000)
    one, asking = talk(Flooded(block, 1000))
    one.run(discover(asking, [Asker(asking.xid())]))
    assert sum(len(frame) for _, frame, _ in one.trace.frames()) < 600_000
    assert one.trace.not_kept > 500


def test_the_bound_is_that_of_the_whole_probe(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not of each of its conversations."""
    monkeypatch.setattr(repeats, "MOST_IDLE", 100)
    trace = Trace("t", "t", "t")
    case = Case(name="c", probe="replies", patience=1.0)
    probing = Probing(case, in_flood(other, 400), MAC, trace)
    for _ in range(5):
        probing.talk(lambda asking: discover(asking, [Asker(asking.xid())]))
    assert sum(not ours for _, _, ours in trace.frames()) <= 100 + MOST_ALIKE + 5
    assert trace.not_kept > 1000


def test_each_reaction_is_weighed_once() -> None:
    """Whether it is enough is asked after each frame: all that came before is not looked at
    again."""
    one, _ = talk(Flooded(aimed, 2000))
    weighed: list[Reaction] = []

    def enough(fresh: Sequence[Reaction]) -> bool:
        weighed.extend(fresh)
        return False

    def listen() -> Script[list[Reaction]]:
        return (yield Turn((Send(Datagram(68, 67, b""), BROADCAST),), 1.0, enough))

    heard = one.run(listen())
    assert len(heard) == 2000
    assert all(isinstance(each, Heard) for each in heard)
    assert weighed == heard


@pytest.mark.parametrize(
    ("flood", "frames", "status"),
    [(other, 0, Status.NOT_MET), (other, 400, Status.UNKNOWN), (aimed, 1000, Status.UNKNOWN)],
    ids=["calm", "junk", "aimed"],
)
def test_nobody_is_blamed_for_what_was_not_heard(
    monkeypatch: pytest.MonkeyPatch, flood: Flood, frames: int, status: Status
) -> None:
    """A probe that misses an answer cannot tell, where not all that came was heard."""
    monkeypatch.setattr(repeats, "MOST_IDLE", 100)
    monkeypatch.setattr(repeats, "MOST_OCTETS", 400_000)
    found = probed(in_flood(flood, frames, "tftp-silent"), "tftp-source")
    assert found.status is status
    if flood is other and frames:
        happened = {point.happened for point in found.points if point.status is Status.UNKNOWN}
        assert "more came than can be kept: what is missing may have been among it" in happened


def in_flood(flood: Flood, frames: int, network: str = "plain-dhcp") -> Wires:
    """That network with a stranger on it."""

    @contextmanager
    def open_link(mac: Mac, arch: int | None) -> Iterator[Link]:
        yield SimulatedLink(Flooded(flood, frames, network))

    return replace(wires(network), open=open_link)


def probed(network: Wires, probe: str) -> Result:
    """What the probe comes to."""
    suite = Suite(cases=(Case(name="c", probe=probe, patience=1.0),))
    (found,) = Running(suite, network).results()
    return found


class Crowded:
    """A network with a hundred DHCP servers more: they offer, and are not there otherwise."""

    def __init__(self) -> None:
        self._network = PracticeNetwork(by_name("proxy-60-file-4011-dead"))
        self._due: list[bytes] = []
        self.looked_for: set[int] = set()
        """Those whose address somebody has asked for."""
        self.next_at = self._network.next_at

    def receive(self, frame: bytes, now: float) -> None:
        """Each answers a DHCPDISCOVER that goes to all."""
        self._network.receive(frame, now)
        if frame[12:14] == b"\x08\x06" and frame[41] >= 100:
            self.looked_for.add(frame[41])
        found = onestep.read_udp(frame)
        if found is None or found.port != dhcp.SERVER_PORT or found.peer.local != BROADCAST.packed:
            return
        asked = dhcp.parse(found.payload)
        kind = dhcp.first(asked.options, 53)
        for number in range(100, 200) if kind == bytes((dhcp.DISCOVER,)) else ():
            server = bytes((10, 77, 0, number))
            said = ((53, b"\2"), (54, server), (60, b"PXEClient"), (dhcp.END, b""))
            options = tuple(dhcp.Option(code, data) for code, data in said)
            self._due.append(broadcast(dhcp.build(replace(asked, op=2, options=options, rest=b""))))

    def poll(self, now: float) -> list[bytes]:
        """Those who are there first."""
        due, self._due = self._due, []
        return [*self._network.poll(now), *due]


@pytest.mark.parametrize("probe", ["relay", "port-4011"])
def test_a_probe_asks_some_of_many_servers(probe: str) -> None:
    """However many say that they are there; how many were left out is told."""
    crowded = Crowded()

    @contextmanager
    def open_link(mac: Mac, arch: int | None) -> Iterator[Link]:
        yield SimulatedLink(crowded)

    found = probed(replace(wires("proxy-60-file-4011-dead"), open=open_link), probe)
    assert 0 < len(crowded.looked_for) <= MOST_ASKED
    assert any("more servers" in point.happened for point in found.points)
