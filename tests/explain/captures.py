"""Captures for the tests: recordings as other people would have made them."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from ipaddress import IPv4Address
from pathlib import Path

from pxeclient import profile as profiles
from pxeclient.capture.values import Recorded
from pxeclient.explain.story import ExplainedAttempt, Explanation, explain
from pxeclient.profile import Profile
from pxeclient.wire import dhcp, ethernet, ipv4, udp
from pxeclient.wire.addresses import Mac
from pxeclient.wire.dhcp import Message, Option
from tests.compare.recordings import CAPTURES, CLIENT, PROXY, frames, write

PROFILES = [profiles.load(name) for name in profiles.names()]
ROUTER = bytes.fromhex("02000000aa01")
SERVER = bytes.fromhex("02000000aa02")
RELAY = IPv4Address("10.5.0.1")
PLAIN = CAPTURES / "ipxe-head-e1000e" / "plain-dhcp-bootfile" / "capture.pcap"

__all__ = ["CAPTURES", "CLIENT", "PLAIN", "PROFILES", "PROXY", "frames", "write"]


def told(path: Path, instead: str | None = None) -> list[ExplainedAttempt]:
    """The attempts of a capture's only client."""
    found = whole(path, instead)
    assert len(found.stories) == 1
    return list(found.stories[0].attempts)


def whole(path: Path, instead: str | None = None) -> Explanation:
    """A capture, explained."""
    other: Profile | None = None if instead is None else profiles.load(instead)
    return explain(path, PROFILES, other)


@cache
def recording(path: Path) -> Explanation:
    """A capture of the folder, explained once for all tests: not to be changed."""
    return explain(path, PROFILES)


def changed(
    recorded: Iterable[Recorded], change: Callable[[bytes], bytes | None]
) -> list[Recorded]:
    """The frames with other octets; None leaves a frame out."""
    found = []
    for frame in recorded:
        data = change(frame.data)
        if data is not None:
            found.append(replace(frame, data=data, length=len(data)))
    return found


def later(recorded: Iterable[Recorded], seconds: float) -> list[Recorded]:
    """The same frames after some time."""
    return [replace(frame, at=frame.at + seconds) for frame in recorded]


def behind_relay(data: bytes) -> bytes | None:
    """A frame as the server's side of a relay and router sees it; None if it does not."""
    frame = ethernet.parse(data)
    if frame.ethertype != ethernet.IPV4:
        return None
    packet = ipv4.parse(frame.payload)
    if packet.protocol != ipv4.UDP:
        return None
    datagram = udp.parse(packet.payload, packet.source, packet.destination)
    ours = frame.source == CLIENT
    packet = replace(packet, ttl=packet.ttl - 1)
    if datagram.destination_port in (67, 68):
        message = relayed(dhcp.parse(datagram.payload))
        source, target = (RELAY, packet.source) if ours else (packet.source, RELAY)
        target = target if not ours else IPv4Address("10.77.0.1")
        datagram = udp.Datagram(67, 67, dhcp.build(message))
        packet = replace(packet, source=source, destination=target, ttl=64)
    packet = replace(packet, payload=udp.build(datagram, packet.source, packet.destination))
    hosts = (SERVER, ROUTER) if ours else (ROUTER, SERVER)
    outer = ethernet.Frame(Mac(hosts[0]), Mac(hosts[1]), ethernet.IPV4, ipv4.build(packet))
    return ethernet.build(outer)


def relayed(message: Message) -> Message:
    """With the relay's address and option 82, before END."""
    *options, end = message.options
    return replace(message, giaddr=RELAY, hops=1, options=(*options, Option(82, b"\1\4eth0"), end))


def cooked(
    path: Path, recorded: Iterable[Recorded], twice: bool = False, linktype: int = 113
) -> Path:
    """A capture of Linux's ``any``, made on a server, with each frame twice if `twice`."""
    with path.open("wb") as file:
        file.write(struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, linktype))
        for frame in recorded:
            data = frame.data
            is_broadcast = data[:6] == b"\xff" * 6
            kind = (1 if is_broadcast else 0) if data[6:12] == CLIENT else 4
            sll = struct.pack("!HHH", kind, 1, 6) + data[6:12] + b"\0\0" + data[12:]
            if linktype == 276:
                head = data[12:14] + struct.pack("!HIHBB", 0, 2, 1, kind, 6)
                sll = head + data[6:12] + b"\0\0" + data[14:]
            for copy in range(2 if twice else 1):
                micro = round(frame.at * 1_000_000) + 30 * copy
                file.write(
                    struct.pack("<IIII", micro // 1_000_000, micro % 1_000_000, len(sll), len(sll))
                )
                file.write(sll)
    return path
