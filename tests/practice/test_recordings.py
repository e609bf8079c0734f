"""Recordings of real firmwares: our servers answer as the recorded ones did, to the octet."""

from __future__ import annotations

from pathlib import Path

import pytest
from scapy.utils import RawPcapReader

from pxeclient.practice.network import PracticeNetwork
from pxeclient.practice.scenario import load
from pxeclient.wire import ethernet, ipv4
from pxeclient.wire.errors import WireError
from tests.practice.client import CLIENT_MAC, parse_udp
from tests.practice.recordings import RECORDINGS
from tools.record.stored import scenario_of


def frames(recording: Path) -> list[tuple[float, bytes]]:
    """The recorded frames, with seconds since the first."""
    with RawPcapReader(str(recording / "capture.pcap")) as reader:
        stamped = [(meta.sec + meta.usec / 1e6, bytes(data)) for data, meta in reader]
    return [(at - stamped[0][0], frame) for at, frame in stamped]


def dhcp_answer(frame: bytes) -> tuple[object, ...] | None:
    """What a DHCP or ProxyDHCP server sent, without the IP identification; None if not one."""
    outer = ethernet.parse(frame)
    try:
        packet, datagram = parse_udp(frame)
    except WireError:
        return None
    if outer.source == CLIENT_MAC or datagram.source_port not in (67, 4011):
        return None
    return outer.source, outer.destination, packet.source, packet.destination, datagram


def dhcp_answers(sent: list[bytes]) -> list[tuple[object, ...]]:
    """All that DHCP and ProxyDHCP servers sent."""
    return [answer for frame in sent if (answer := dhcp_answer(frame))]


def replay(recording: Path) -> tuple[list[bytes], list[bytes]]:
    """The servers' frames as recorded, and as our servers send them to the recorded client."""
    network = PracticeNetwork(load(scenario_of(recording)))
    recorded, ours = [], []
    for at, frame in frames(recording):
        while (due := network.next_at()) is not None and due <= at:
            ours += network.poll(due)
        if ethernet.parse(frame).source == CLIENT_MAC:
            network.receive(frame, at)
        else:
            recorded.append(frame)
    return recorded, ours


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.name)
def test_dhcp_replies_are_the_recorded_ones(recording: Path) -> None:
    """Given the recorded client's frames, the same replies go to the same addresses."""
    recorded, ours = replay(recording)
    expected, answers = dhcp_answers(recorded), dhcp_answers(ours)
    assert len(expected) >= 2
    assert expected == answers


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.name)
def test_all_answers_are_of_the_recorded_kinds(recording: Path) -> None:
    """ARP and TFTP too: as many packets of every kind as were recorded."""
    recorded, ours = replay(recording)
    assert sorted(map(kind, recorded)) == sorted(map(kind, ours))


def kind(frame: bytes) -> tuple[int, int, int]:
    """Ethernet type, source port, and TFTP operation; zeros where there is none."""
    outer = ethernet.parse(frame)
    if outer.ethertype != ethernet.IPV4 or ipv4.parse(outer.payload).protocol != ipv4.UDP:
        return outer.ethertype, 0, 0
    _, datagram = parse_udp(frame)
    operation = datagram.payload[1] if datagram.source_port > 50000 else 0
    return outer.ethertype, datagram.source_port, operation
