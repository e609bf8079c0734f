"""A TCP port that opens and says nothing, over IPv4 and IPv6; and DNS over IPv4.

``tcp``: ``{port: {"skip": n, "ack": true, "rst": true}}``: the first n SYNs are lost; data is
acknowledged, or answered with a reset, or neither.
"""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address

from pxeclient.practice.model import Scenario
from pxeclient.practice.schedule import Schedule
from pxeclient.wire import ethernet, ipv4
from pxeclient.wire.addresses import Mac
from pxeclient.wire.checksum import checksum
from pxeclient.wire.onestep import read_udp, udp_frame
from tools.record import dns, ipv6, layers, tcp
from tools.record.layers import Layers
from tools.record.scenario import Script, Table
from tools.record.servers import names
from tools.record.servers.part import Counts, Log

_START = 0x1000
_WINDOW = 64240
_MSS = b"\2\4\5\xb4"


class Few:
    """Hosts with a port or two that no other part has."""

    def __init__(self, script: Script, scenario: Scenario, log: Log) -> None:
        self._schedule = Schedule()
        self.next_at, self.poll = self._schedule.next_at, self._schedule.poll
        self._log, self._counts = log, Counts()
        self._hosts = [
            (raw, one.mac, _addresses(raw))
            for raw, one in zip(script.servers, scenario.servers, strict=True)
        ]

    def receive(self, frame: bytes, now: float) -> None:
        """A SYN, a segment, or a question for a name."""
        found = layers.read(0, now, frame)
        if found is None or found.protocol is None:
            return
        for raw, mac, addresses in self._hosts:
            if found.destination not in addresses:
                continue
            if found.protocol == layers.TCP and "tcp" in raw:
                self._segment(raw, mac, found, frame, now)
            elif found.port == dns.PORT and "dns" in raw and found.ethertype == ethernet.IPV4:
                self._question(raw, mac, frame, now)

    def _question(self, raw: Table, mac: Mac, frame: bytes, now: float) -> None:
        datagram, script = read_udp(frame), raw["dns"]
        question = dns.parse(datagram.payload) if datagram else None
        if datagram is None or question is None or not question.name:
            return
        self._log.write("dns", server=raw["name"], name=question.name, qtype=question.type)
        if self._counts.skipped((raw["name"], "dns"), script) or script.get("silent"):
            return
        reply = udp_frame(
            mac, dns.PORT, datagram.peer, 0, names.answer(script, question, datagram.payload)
        )
        if reply is not None:
            self._schedule.send(reply, now + script.get("delay", 0))

    def _segment(self, raw: Table, mac: Mac, heard: Layers, frame: bytes, now: float) -> None:
        segment = tcp.parse(heard.payload)
        script = raw["tcp"].get(str(segment.port)) if segment else None
        if segment is None or script is None:
            return
        is_open = segment.flags & tcp.SYN
        if is_open and self._counts.skipped((raw["name"], segment.port), script):
            return
        reply = answer(segment, script)
        if reply is not None:
            self._schedule.send(_framed(heard, frame[6:12], mac, reply), now)


def answer(segment: tcp.Segment, script: Table) -> tcp.Segment | None:
    """What the port says to a segment; None for nothing."""
    here, there = segment.port, segment.source_port
    follows = len(segment.data) + (segment.flags & tcp.FIN)
    if segment.flags & tcp.RST:
        return None
    if segment.flags & tcp.SYN:
        flags = tcp.SYN | tcp.ACK
        next_one = segment.sequence + 1
        return tcp.Segment(here, there, _START, next_one, flags, _WINDOW, _MSS, b"")
    if not follows:
        return None
    if script.get("rst"):
        return tcp.Segment(here, there, segment.acknowledged, 0, tcp.RST, 0, b"", b"")
    if script.get("ack"):
        got = segment.sequence + follows
        own = segment.acknowledged
        return tcp.Segment(here, there, own, got, tcp.ACK, _WINDOW, b"", b"")
    return None


def _addresses(raw: Table) -> set[IPv4Address | IPv6Address]:
    found: set[IPv4Address | IPv6Address] = {IPv4Address(raw["ip"])}
    found |= {IPv4Address(text) for text in raw.get("aliases", ())}
    return found | {IPv6Address(text) for text in raw.get("ip6", ())}


def _framed(heard: Layers, to: bytes, mac: Mac, segment: tcp.Segment) -> bytes:
    """The reply in its frame, with its checksum."""
    assert heard.source is not None
    assert heard.destination is not None
    data = tcp.build(segment)
    here, there = heard.destination.packed, heard.source.packed
    if isinstance(heard.source, IPv6Address) and isinstance(heard.destination, IPv6Address):
        check = ipv6.upper_checksum(here, there, ipv6.TCP, data)
        packet = ipv6.Packet(heard.destination, heard.source, ipv6.TCP, _with(data, check))
        return ipv6.frame(mac, to, packet)
    assert isinstance(heard.source, IPv4Address)
    assert isinstance(heard.destination, IPv4Address)
    pseudo = here + there + bytes((0, layers.TCP)) + len(data).to_bytes(2, "big")
    whole = _with(data, checksum(pseudo + data))
    old = ipv4.Packet(heard.destination, heard.source, layers.TCP, b"")
    return ethernet.join(to, mac, ethernet.IPV4, ipv4.build(replace(old, payload=whole)))


def _with(data: bytes, check: int) -> bytes:
    return data[:16] + check.to_bytes(2, "big") + data[18:]
