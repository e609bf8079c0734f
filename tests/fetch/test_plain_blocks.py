"""Blocks in the middle of a file are taken at once: the same boots as with every one looked at."""

from __future__ import annotations

from ipaddress import IPv4Address
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pxeclient import profile
from pxeclient.boots.boot import Wire, boot
from pxeclient.fetch.tftp.job import TftpJob
from pxeclient.link.simulated import SimulatedLink
from pxeclient.practice.model import Scenario, Server
from pxeclient.practice.network import PracticeNetwork
from pxeclient.practice.scenario import load
from pxeclient.stack.host import Arrived, Host
from pxeclient.stack.lane import Lane
from pxeclient.trace import Trace
from pxeclient.wire import arp, ethernet, onestep
from pxeclient.wire.addresses import Mac
from pxeclient.wire.udp import Datagram

ONE_FILE = Path(__file__).parents[2] / "benchmarks" / "one-block.toml"
SIZES = (0, 511, 1432, 3 * 1432, 40_000, 90_112)
"""Among them whole numbers of blocks, of the usual lengths."""
FAULTS: tuple[dict[str, object], ...] = (
    {},
    {"drop_blocks": (3, 4, 9)},
    {"dup": True},
    {"options": ()},
    {"max_blksize": 700},
    {"stall_at_block": 7},
    {"error_at_block": 5},
    {"excess": 3},
    {"oack": {"tsize": "17"}},
    {"oack": {"tsize": "9000000"}},
)


def with_file(size: int, faults: dict[str, object]) -> Scenario:
    """A network whose one file has that size, and whose server has those faults."""

    def changed(server: Server) -> Server:
        if server.tftp is None:
            return server
        files = {name: replace(spec, size=size) for name, spec in server.tftp.files.items()}
        return replace(server, tftp=replace(server.tftp, files=files, **faults))

    network = load(ONE_FILE)
    return replace(network, servers=tuple(map(changed, network.servers)))


def booted(name: str, network: Scenario) -> Trace:
    """One boot of it."""
    firmware = profile.load(name)
    wire = Wire(SimulatedLink(PracticeNetwork(network)), "here")
    return boot(firmware, firmware.machine, wire, deadline=120.0)


@pytest.mark.parametrize("faults", FAULTS, ids=lambda faults: "-".join(faults) or "none")
@pytest.mark.parametrize("name", profile.names())
def test_every_boot_is_the_same(
    name: str, faults: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Frame by frame and wait by wait, whatever the server does wrong."""
    taken = 0

    def counted(lane: Lane) -> None:
        nonlocal taken
        taken += 1
        take(lane)

    take = Lane.take
    monkeypatch.setattr(Lane, "take", counted)
    networks = [with_file(size, faults) for size in SIZES]
    quick = [booted(name, network) for network in networks]
    some = taken
    with monkeypatch.context() as slow:
        slow.setattr(TftpJob, "frame", lambda job, frame, now: None)
        every = [booted(name, network) for network in networks]
    assert [trace.records for trace in quick] == [trace.records for trace in every]
    assert taken == some
    if not faults:
        assert some > 5


FRAMES = [
    frame
    for _, frame, is_ours in booted("ipxe", with_file(9000, {})).frames()
    if not is_ours and len(frame) > 1400
]
FIRST = onestep.read_udp(FRAMES[0])


def talking() -> tuple[Host, Lane]:
    """A host in the middle of that download, and its lane."""
    assert FIRST is not None
    firmware = profile.load("ipxe")
    host = Host(firmware.machine.mac, firmware.traits.ip)
    host.configure(IPv4Address(FIRST.peer.local), 24, ())
    server = IPv4Address(FIRST.peer.address)
    list(host.send(Datagram(FIRST.port, 69, b""), server, 0.0))
    here = arp.Arp(arp.REPLY, Mac(FIRST.peer.mac), server, host.mac, host.address)
    list(host.receive(ethernet.join(host.mac, here.sender_mac, ethernet.ARP, arp.build(here)), 0.0))
    assert list(host.receive(FRAMES[0], 0.0))
    lane = host.lane()
    assert lane is not None
    return host, lane


@given(
    st.sampled_from(FRAMES[1:5]),
    st.lists(st.tuples(st.integers(0, 1473), st.integers(0, 255)), max_size=2),
    st.integers(-40, 8),
)
def test_a_frame_is_taken_as_the_host_takes_it(
    frame: bytes, changes: list[tuple[int, int]], longer: int
) -> None:
    """What differs anywhere is the host's to look at, or the host takes the same of it."""
    octets = bytearray(frame)
    for at, value in changes:
        octets[at % len(octets)] = value
    damaged = bytes(octets[:longer]) if longer < 0 else bytes(octets) + bytes(longer)
    host, lane = talking()
    payload = lane.payload(damaged)
    if payload is not None:
        arrived = [one for one in host.receive(damaged, 0.0) if isinstance(one, Arrived)]
        assert [one.datagram.payload for one in arrived] == [payload]
    assert payload is not None or damaged != frame


def test_an_answer_is_what_the_host_would_send() -> None:
    """Octet for octet, with the next identification; and no more once the neighbour has moved."""
    host, lane = talking()
    other, _ = talking()
    assert FIRST is not None
    answer = Datagram(FIRST.port, FIRST.peer.port, b"\0\4\0\1")
    for frame in FRAMES[1:4]:
        assert lane.payload(frame)
        lane.take()
        list(other.receive(frame, 0.0))
        sent = other.send(answer, IPv4Address(FIRST.peer.address), 0.0)
        assert list(sent) == [lane.answer(answer.payload)]
    moved = Mac.of_station("52:54:00:99:99:99")
    server = IPv4Address(FIRST.peer.address)
    here = arp.Arp(arp.REPLY, moved, server, host.mac, host.address)
    list(host.receive(ethernet.join(host.mac, moved, ethernet.ARP, arp.build(here)), 0.0))
    assert lane.payload(FRAMES[1]) is None
