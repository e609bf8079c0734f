"""Many machines on one segment: each its own boot, and no more work than theirs."""

from __future__ import annotations

from collections import Counter as Counted
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address
from itertools import pairwise
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.boot.events import FrameReceived
from pxeclient.boots.boot import Wire, boot
from pxeclient.boots.booting import Booting
from pxeclient.boots.crowd import Crowd
from pxeclient.boots.loop import Party, attend
from pxeclient.boots.many import ALONE, Arrival, boot_all, boot_in_turn
from pxeclient.link.base import Link, LinkError
from pxeclient.link.whose import client_of
from pxeclient.link.wrapped import WrappedLink
from pxeclient.outcome import Booted, Failed
from pxeclient.profile import names
from pxeclient.stack.acts import SendFrame
from pxeclient.trace import Item, Recorder, Trace
from pxeclient.wire import arp, dhcp, ethernet, ipv4, udp
from pxeclient.wire.addresses import ANY, BROADCAST, BROADCAST_MAC, ZERO_MAC, Mac
from pxeclient.wire.onestep import read_udp
from tests.boots import link_to, machine, profile

FIRMWARES = tuple(names())
MANY = 200


def mac(number: int) -> Mac:
    """A machine's address."""
    return Mac(bytes.fromhex("52540070") + number.to_bytes(2, "big"))


def arrivals(
    count: int, every: float = 0.01, firmwares: Iterable[str] = FIRMWARES
) -> list[Arrival]:
    """So many machines, one after another, with these firmwares in turn."""
    known = [profile(name) for name in firmwares]
    found = []
    for number in range(count):
        one = known[number % len(known)]
        own = replace(one.machine, mac=mac(number), seed=number)
        found.append(Arrival(one, own, number * every))
    return found


class Traces:
    """Keeps all of each boot."""

    def __init__(self) -> None:
        self.of: dict[bytes, Trace] = {}

    def __call__(self, arrival: Arrival) -> Trace:
        """The trace of a machine that is about to come."""
        trace = Trace(arrival.profile.name, arrival.profile.title, "together")
        self.of[arrival.machine.mac] = trace
        return trace


def together(who: Iterable[Arrival], link: Link) -> dict[bytes, Trace]:
    """The traces of their boots, by MAC address."""
    traces = Traces()
    boot_all(who, link, traces)
    return traces.of


def alone(arrival: Arrival, link: Link) -> Trace:
    """The same machine with nobody else there."""
    return boot(
        arrival.profile,
        arrival.machine,
        Wire(link, "together"),
        deadline=arrival.deadline,
        keys=arrival.keys,
    )


def heard(trace: Trace) -> int:
    """How many frames came."""
    return sum(isinstance(record.item, FrameReceived) for record in trace.records)


def told(trace: Trace) -> list[object]:
    """All that happened, but for what a server numbers for all its clients: packets and ports."""
    return [
        (type(item), datagram.payload)
        if isinstance(item := record.item, FrameReceived | SendFrame)
        and (datagram := read_udp(item.frame))
        else item
        for record in trace.records
    ]


# --- two hundred --------------------------------------------------------------------------
@pytest.mark.parametrize("network", ["plain-dhcp", "proxy-60-file-4011-dead", "tftp-missing"])
def test_each_boots_as_if_it_were_alone(network: str) -> None:
    """All firmwares at once: the same frames, decisions and end, at the same times of its own."""
    who = arrivals(MANY)
    traces = together(who, link_to(network))
    assert len(traces) == MANY
    for one in who:
        mine, own = traces[one.machine.mac], alone(one, link_to(network))
        assert told(mine) == told(own)
        ours, theirs = ([record.at for record in trace.records] for trace in (mine, own))
        assert ours == pytest.approx(theirs, abs=1e-6)
        assert (mine.stopped, mine.outcome) == (own.stopped, own.outcome)
        assert mine.ended == pytest.approx(own.ended, abs=1e-6)
    assert {type(trace.outcome) for trace in traces.values()} <= {Booted, Failed}


def test_two_hundred_that_are_answered_by_broadcast_take_two_hundred_times_one() -> None:
    """EDK II asks for broadcasts: each hears its own replies, not two hundred times all."""
    who = arrivals(MANY, every=0.0, firmwares=["edk2"])
    traces = together(who, link_to("plain-dhcp", "edk2"))
    broadcasts = Counted(frame[:6] for _, frame, ours in traces[mac(0)].frames() if not ours)
    assert broadcasts[bytes(BROADCAST_MAC)] == 2
    each = heard(alone(who[0], link_to("plain-dhcp", "edk2")))
    assert sum(map(heard, traces.values())) == MANY * each
    assert all(isinstance(trace.outcome, Booted) for trace in traces.values())


class Counting(WrappedLink):
    """A link that counts how often it is asked."""

    asked = 0

    def receive(self, until: float) -> bytes | None:
        """As the link inside."""
        self.asked += 1
        return super().receive(until)


def test_the_loop_turns_as_often_as_something_happens() -> None:
    """Timers put off, block by block, cost no turn: what one asks for, N ask N times."""
    turns = []
    for count in (1, MANY):
        link = Counting(link_to("plain-dhcp"))
        together(arrivals(count, firmwares=["ipxe"]), link)
        turns.append(link.asked)
    assert turns[1] <= turns[0] * MANY


class Count:
    """A recorder that keeps numbers only."""

    def __init__(self, totals: Totals) -> None:
        self._totals = totals

    def add(self, at: float, item: Item) -> None:
        """Count it."""
        self._totals.items[type(item).__name__] += 1

    def count(self, repeated: int, not_kept: int) -> None:
        """Nothing is kept at all."""

    def end(self, at: float, stopped: str, lost: int, trouble: str) -> None:
        """Count that."""
        self._totals.ends.append(stopped)


@dataclass
class Totals:
    """What many boots came to."""

    items: Counted[str] = field(default_factory=Counted)
    ends: list[str] = field(default_factory=list)


def test_nothing_need_be_kept() -> None:
    """A counter for all of them, told of each end; arrivals are taken as they come."""
    totals = Totals()
    seen: list[int] = []

    def coming() -> Iterator[Arrival]:
        for one in arrivals(50, every=10.0):
            seen.append(len(totals.ends))
            yield one

    boot_all(coming(), link_to("plain-dhcp"), lambda _: Count(totals))
    assert totals.items["PowerOn"] == totals.items["Finish"] == 50
    assert totals.ends == [""] * 50
    assert seen[-1] > 40


def test_an_address_can_come_again() -> None:
    """When its machine is through; a second one while it is there is refused."""
    one = arrivals(1)[0]
    again = replace(one, at=100.0)
    ends: list[str] = []

    def record(arrival: Arrival) -> Recorder:
        totals = Totals()
        totals.ends = ends
        return Count(totals)

    boot_all([one, again], link_to("plain-dhcp"), record)
    assert ends == ["", ""]
    with pytest.raises(ValueError, match="two stations"):
        boot_all([one, one], link_to("plain-dhcp"), record)


def test_each_has_its_own_keys_and_deadline() -> None:
    """One chooses, one waits for a key that nobody presses, one is stopped."""
    chooses, waits, late = arrivals(3, firmwares=["vmware-e1000e"])
    chooses = replace(chooses, keys=("F8", "Enter"))
    waits = replace(waits, keys=("F8",))
    late = replace(late, deadline=0.5)
    traces = together([chooses, waits, late], link_to("menu"))
    assert [traces[mac(number)].stopped for number in range(3)] == ["", "waiting", "deadline"]
    assert traces[mac(2)].ended == pytest.approx(0.5)
    assert isinstance(traces[mac(0)].outcome, Booted)


class Breaking(WrappedLink):
    """A link that is gone at some time."""

    def __init__(self, link: Link, at: float, error: BaseException) -> None:
        super().__init__(link)
        self._at, self._error = at, error

    def receive(self, until: float) -> bytes | None:
        """As the link inside, until then."""
        if until > self._at:
            raise self._error
        return super().receive(until)


@pytest.mark.parametrize(
    ("error", "stopped", "trouble"),
    [
        (LinkError("the cable is out"), "link-error", "the cable is out"),
        (KeyboardInterrupt(), "interrupted", ""),
    ],
)
def test_what_ends_it_for_all_is_told_to_each(
    error: BaseException, stopped: str, trouble: str
) -> None:
    """Those that were through stay so; who has not come has no trace."""
    who, traces = arrivals(10, every=4.0, firmwares=["ipxe"]), Traces()
    with pytest.raises(type(error)):
        boot_all(who, Breaking(link_to("plain-dhcp"), 10.0, error), traces)
    ends = [(trace.stopped, trace.trouble) for trace in traces.of.values()]
    assert ends[0] == ("", "")
    assert ends[-1] == (stopped, trouble)
    assert len(ends) < 10


# --- whom a frame reaches -----------------------------------------------------------------
@dataclass
class Ears:
    """A station that only listens, for so many frames."""

    frames: int = 99
    minded: tuple[str, ...] = ()
    heard: list[bytes] = field(default_factory=list)
    woken: list[float] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        """It has heard enough."""
        return len(self.heard) >= self.frames

    def next_at(self) -> float:
        """Never."""
        return inf

    def hear(self, frame: bytes, at: float) -> None:
        """Keep it."""
        self.heard.append(frame)

    def wake(self, at: float) -> None:
        """Keep that."""
        self.woken.append(at)

    def minds(self, message: arp.Arp) -> bool:
        """Who asks for one of these addresses."""
        return str(message.target) in self.minded


def reaches(frame: bytes, *ears: Ears) -> list[int]:
    """Which of them hear it."""
    crowd: Crowd[Ears] = Crowd()
    for number, one in enumerate(ears):
        crowd.join(mac(number), one)
    crowd.hear(frame, 0.0)
    return [number for number, one in enumerate(ears) if one.heard]


def reply(chaddr: Mac, op: int = dhcp.BOOTREPLY, port: int = 67, more: bool = False) -> bytes:
    """A DHCP message by broadcast."""
    message = dhcp.Message(
        op, xid=7, chaddr=chaddr.ljust(16, b"\0"), options=(dhcp.Option(53, b"\2"),)
    )
    server = IPv4Address("10.77.0.1")
    datagram = udp.Datagram(port, 68, dhcp.build(message))
    packet = ipv4.Packet(
        server, BROADCAST, ipv4.UDP, udp.build(datagram, server, BROADCAST), more_fragments=more
    )
    return ethernet.build(
        ethernet.Frame(BROADCAST_MAC, Mac(b"\2\0\0\0\0\1"), ethernet.IPV4, ipv4.build(packet))
    )


def asks(address: str) -> bytes:
    """Who has that address?"""
    server = Mac(b"\2\0\0\0\0\1")
    message = arp.Arp(arp.REQUEST, server, IPv4Address("10.77.0.1"), ZERO_MAC, IPv4Address(address))
    return ethernet.build(ethernet.Frame(BROADCAST_MAC, server, ethernet.ARP, arp.build(message)))


STRANGER = Mac(b"\2\0\0\0\0\x99")


@pytest.mark.parametrize(
    ("frame", "wanted"),
    [
        pytest.param(mac(1) + bytes(60), [1], id="to one"),
        pytest.param(STRANGER + bytes(60), [], id="to a stranger"),
        pytest.param(b"\x01\x00\x5e\x00\x00\x01" + bytes(60), [0, 1, 2], id="to a group"),
        pytest.param(b"\xff" * 6 + bytes(60), [0, 1, 2], id="to all"),
        pytest.param(reply(mac(2)), [2], id="a DHCP reply"),
        pytest.param(reply(mac(2), port=4011), [2], id="a proxy's reply"),
        pytest.param(reply(STRANGER), [0, 1, 2], id="a DHCP reply to a stranger"),
        pytest.param(reply(mac(2), op=dhcp.BOOTREQUEST), [0, 1, 2], id="a DHCP request"),
        pytest.param(reply(mac(2), port=53), [0, 1, 2], id="what is no DHCP"),
        pytest.param(reply(mac(2), more=True), [0, 1, 2], id="a fragment"),
        pytest.param(reply(mac(2))[:72], [0, 1, 2], id="a short frame"),
        pytest.param(asks("10.77.0.50"), [1], id="ARP for one"),
        pytest.param(asks("10.77.0.99"), [], id="ARP for nobody"),
        pytest.param(asks("10.77.0.50")[:20], [0, 1, 2], id="broken ARP"),
        pytest.param(b"", [], id="nothing"),
        pytest.param(b"\xff", [0, 1, 2], id="an octet"),
    ],
)
def test_whom_a_frame_reaches(frame: bytes, wanted: list[int]) -> None:
    """A card's own; of broadcasts those whose they are, and all where that does not show."""
    assert reaches(frame, Ears(), Ears(minded=("10.77.0.50",)), Ears()) == wanted


@given(st.binary(max_size=400))
def test_any_frame_can_come(data: bytes) -> None:
    """None breaks the routing."""
    reaches(b"\xff" * 6 + data, Ears())
    client_of(data)


def test_a_machine_minds_what_asks_for_it() -> None:
    """And what tells the address that it looks for; not the rest."""
    server = Mac(b"\2\0\0\0\0\1")
    address = IPv4Address("10.77.0.50")
    link = link_to("plain-dhcp")
    booting = Booting(machine("ipxe"), link, Trace("", "", ""))
    for_it = arp.Arp(arp.REQUEST, server, IPv4Address("10.77.0.1"), ZERO_MAC, address)
    other = replace(for_it, target=IPv4Address("10.77.0.51"))
    moved = replace(other, sender=IPv4Address("10.77.0.3"))
    assert not booting.minds(for_it)
    attend(booting, link)
    assert booting.minds(for_it)
    assert not booting.minds(other)
    assert booting.minds(moved)  # the TFTP server at another MAC address
    assert not booting.minds(replace(for_it, target=ANY))


# --- whose turn it is ---------------------------------------------------------------------
@dataclass
class Clockwork:
    """A station that wakes at these times; what it hears puts the next one off or forward."""

    times: list[float]
    moves: list[float] = field(default_factory=list)
    woken: list[float] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        """All have been."""
        return not self.times

    def next_at(self) -> float:
        """The next."""
        return self.times[0] if self.times else inf

    def hear(self, frame: bytes, at: float) -> None:
        """Another time in place of the next."""
        if self.moves and self.times:
            self.times[0] = at + self.moves.pop(0)

    def wake(self, at: float) -> None:
        """Once for each time."""
        if self.times and at >= self.times[0]:
            assert at == max(self.times[0], at)
            self.woken.append(self.times.pop(0))
            self.times = [max(time, at) for time in self.times]

    def minds(self, message: arp.Arp) -> bool:
        """There is none."""
        return False


class Ticking(Link):
    """A link with broadcasts at these times, and nobody else."""

    def __init__(self, frames: list[float]) -> None:
        self._frames, self._now = sorted(frames), 0.0

    def now(self) -> float:
        """By a clock that jumps."""
        return self._now

    def send(self, frame: bytes) -> None:
        """Nobody sends."""

    def receive(self, until: float) -> bytes | None:
        """The next one."""
        if self._frames and self._frames[0] <= until:
            self._now = max(self._now, self._frames.pop(0))
            return b"\xff" * 20
        self._now = max(self._now, until)
        return None

    def close(self) -> None:
        """Nothing."""


TIMES = st.lists(st.integers(0, 20).map(lambda at: 2.0 * at), max_size=5).map(sorted)
ODD = st.lists(st.integers(0, 20).map(lambda at: 2.0 * at + 1.0), max_size=8)
"""Frames come at odd times and move timers to even ones: what comes first is never in doubt."""


@given(st.lists(st.tuples(TIMES, ODD), max_size=6), ODD)
def test_everybody_is_woken_at_their_times(
    plans: list[tuple[list[float], list[float]]], frames: list[float]
) -> None:
    """As each would be alone with the same frames, whatever is put off or brought forward."""
    crowd: Crowd[Clockwork] = Crowd()
    many = [Clockwork([*at], [*moves]) for at, moves in plans]
    for number, one in enumerate(many):
        crowd.join(mac(number), one)
    attend(crowd, Ticking(frames), in_turn=True)
    assert crowd.is_over
    assert crowd.next_at() == inf
    for one, (at, moves) in zip(many, plans, strict=True):
        single: Crowd[Clockwork] = Crowd()
        mine = Clockwork([*at], [*moves])
        single.join(mac(0), mine)
        attend(single, Ticking(frames), in_turn=True)
        assert one.woken == mine.woken


class Busy(Link):
    """A link on which a frame always waits, and each turn takes a second."""

    def __init__(self) -> None:
        self._now = 0.0

    def now(self) -> float:
        """It goes on by itself."""
        return self._now

    def send(self, frame: bytes) -> None:
        """Nobody sends."""

    def receive(self, until: float) -> bytes | None:
        """There is one."""
        self._now += 1.0
        return b"\xff" * 20

    def close(self) -> None:
        """Nothing."""


def test_too_much_to_do_lets_nobody_starve() -> None:
    """Timers that are all late, and frames that never end, take turns."""
    crowd: Crowd[Clockwork | Ears] = Crowd()
    late, ears = Clockwork([0.0] * 10), Ears(frames=10)
    crowd.join(mac(0), late)
    crowd.join(mac(1), ears)
    attend(crowd, Busy(), in_turn=True)
    assert len(late.woken) == len(ears.heard) == 10


def test_stations_are_checked() -> None:
    """A group's address is nobody's."""
    crowd: Crowd[Ears] = Crowd()
    with pytest.raises(ValueError, match="group"):
        crowd.join(b"\xff" * 6, Ears())
    listener: Party = Ears()
    crowd.attend_to(listener)
    assert not crowd.is_over
    assert crowd.members() == []


# --- one at a time --------------------------------------------------------------------------
def in_turn(who: list[Arrival], link: Link) -> dict[bytes, Trace]:
    """The traces of their boots, by MAC address."""
    traces = Traces()
    boot_in_turn(who, link, traces)
    return traces.of


class Sending(WrappedLink):
    """Notes who sends first when."""

    def __init__(self, link: Link) -> None:
        super().__init__(link)
        self.began: dict[bytes, float] = {}
        self.leased: dict[bytes, float] = {}

    def send(self, frame: bytes) -> None:
        """The first frame of each; the first that has an address of its own."""
        who = frame[6:12]
        self.began.setdefault(who, self.now())
        if frame[12:14] == b"\x08\x00" and frame[26:30] != bytes(4):
            self.leased.setdefault(who, self.now())
        super().send(frame)


def test_each_comes_when_the_one_before_has_its_address() -> None:
    """And then they go on side by side: all of them take little longer than the slowest."""
    who = arrivals(len(FIRMWARES))
    link = Sending(link_to("plain-dhcp"))
    traces = in_turn(who, link)
    assert all(isinstance(trace.outcome, Booted) for trace in traces.values())
    for one, following in pairwise(one.machine.mac for one in who):
        assert link.began[following] <= link.leased[one]
        assert link.began[following] - link.began[one] >= 0.4  # not all at once
    every = [alone(one, link_to("plain-dhcp")).ended for one in who]
    assert link.now() < sum(every)


def test_who_is_not_answered_keeps_nobody_waiting() -> None:
    """Five seconds, however long it tries; and it ends as it does alone."""
    who = arrivals(4)
    link = Sending(link_to("silence"))
    traces = in_turn(who, link)
    began = [link.began[one.machine.mac] for one in who]
    assert [later - before for before, later in pairwise(began)] == pytest.approx(
        [ALONE] * 3, abs=0.7
    )
    for one in who:
        assert traces[one.machine.mac].ended == pytest.approx(alone(one, link_to("silence")).ended)


def test_a_quick_clock_does_not_make_the_pause_shorter() -> None:
    """A server's ping takes its three seconds whatever our clock does."""
    link = Sending(link_to("silence"))
    link.pace = 0.1
    who = arrivals(2, firmwares=["edk2"])
    in_turn(who, link)
    assert link.began[who[1].machine.mac] == pytest.approx(ALONE / 0.1)


def test_nobody_is_nothing() -> None:
    """No machine, no boot."""
    assert in_turn([], link_to("plain-dhcp")) == {}


def test_the_last_is_waited_for() -> None:
    """Who comes last may be let in by the one before, and not by the clock."""
    who = arrivals(2, firmwares=["ipxe"])
    assert all(trace.outcome for trace in in_turn(who, link_to("plain-dhcp")).values())
