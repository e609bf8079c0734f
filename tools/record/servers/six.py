"""The hosts of IPv6: neighbours, routers, and what is asked of their ports.

A server's ``ip6`` are its addresses, a link-local one among them. ``ra``: ``flags`` ("M", "O"),
``prefixes`` ``[[prefix, length, "LA", valid, preferred]]``, ``lifetime``, ``hop_limit``,
``reachable``, ``retrans``, ``mtu``, ``rdnss``, ``dnssl``, ``no_slla``; it is sent when asked (after
``delay``, not to the first ``skip``, ``to`` "unicast", ``silent``: never) and, with ``every``, from
``first`` on. ``dad_conflict``: addresses that it claims when somebody probes them.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from pxeclient.practice.boot_files import Kind
from pxeclient.practice.model import Scenario
from pxeclient.practice.schedule import Schedule
from pxeclient.practice.tftp_server import TftpServer
from pxeclient.wire import ethernet, tftp, udp
from pxeclient.wire.addresses import Mac, mac
from pxeclient.wire.errors import WireError
from pxeclient.wire.onestep import Peer
from tools.record import dns, ipv6
from tools.record.scenario import Script, Table
from tools.record.servers import dhcp6_server, names
from tools.record.servers.part import Counts, Log, sendings

_ANY = IPv6Address("::")
_IPV4_ANY = IPv4Address(0)
_ROUTER, _SOLICITED, _OVERRIDE = 0x80, 0x40, 0x20
_PORT_UNREACHABLE = 4


@dataclass(frozen=True, slots=True)
class Heard:
    """A packet that came in."""

    mac: Mac
    """Of its sender."""
    packet: ipv6.Packet


class Six:
    """All hosts with IPv6 addresses."""

    def __init__(self, script: Script, scenario: Scenario, log: Log, now: float) -> None:
        self._schedule = Schedule()
        self.next_at, self.poll = self._schedule.next_at, self._schedule.poll
        pairs = zip(script.servers, scenario.servers, strict=True)
        self._hosts = [
            _Host(raw, one.mac, self._schedule, log, one.tftp) for raw, one in pairs if "ip6" in raw
        ]
        for host in self._hosts:
            host.started(now)

    def receive(self, frame: bytes, now: float) -> None:
        """A frame reaches all of them."""
        try:
            outer = ethernet.parse(frame)
        except WireError:
            return
        if outer.ethertype != ethernet.IPV6:
            return
        packet = ipv6.parse(outer.payload)
        if packet is not None and not packet.is_fragment:
            for host in self._hosts:
                host.received(Heard(outer.source, packet), now)


class _Advertising:
    """A router that speaks unasked."""

    def __init__(self, host: _Host, every: float, first: float) -> None:
        self.wake_at: float | None = first
        self._host, self._every = host, every

    def wake(self, now: float) -> None:
        """Advertise, and wait again."""
        self._host.advertise(None, now)
        self.wake_at = now + self._every


class _Host:
    """One host."""

    def __init__(
        self, raw: Table, own_mac: Mac, schedule: Schedule, log: Log, library: Any
    ) -> None:
        self._raw, self._mac, self._schedule, self._log = raw, own_mac, schedule, log
        self._addresses = [IPv6Address(text) for text in raw["ip6"]]
        self._counts = Counts()
        self._dhcp = dhcp6_server.Dhcp6Server(raw, self._counts) if "dhcp6" in raw else None
        self._tftp = TftpServer(library, Kind.BIOS, schedule, self._send_block) if library else None

    @property
    def link_local(self) -> IPv6Address:
        """The address that routers and DHCP servers speak from."""
        return next(one for one in self._addresses if one.is_link_local)

    def started(self, now: float) -> None:
        """A router that speaks unasked begins to."""
        script = self._raw.get("ra", {})
        if every := script.get("every"):
            self._schedule.watch(_Advertising(self, every, now + script.get("first", every)))

    def received(self, heard: Heard, now: float) -> None:
        """A packet, for us or not."""
        packet = heard.packet
        if packet.protocol == ipv6.ICMPV6 and len(packet.payload) >= 8:
            self._icmp(heard, now)
        elif packet.protocol == ipv6.UDP:
            # Without its checksum, which only the pseudo header of IPv4 would fit.
            bare = packet.payload[:6] + b"\0\0" + packet.payload[8:]
            try:
                datagram = udp.parse(bare, _IPV4_ANY, _IPV4_ANY)
            except WireError:
                return
            self._datagram(heard, datagram, now)

    def _icmp(self, heard: Heard, now: float) -> None:
        packet, data = heard.packet, heard.packet.payload
        match data[0]:
            case ipv6.NEIGHBOUR_SOLICITATION if len(data) >= 24:
                self._solicited(heard, IPv6Address(data[8:24]), now)
            case ipv6.ROUTER_SOLICITATION if "ra" in self._raw:
                script = self._raw["ra"]
                skipped = self._counts.skipped("ra", script)
                if not script.get("silent") and not skipped:
                    self.advertise(heard, now + script.get("delay", 0))
            case ipv6.ECHO_REQUEST if packet.destination in self._addresses:
                ends = packet.destination, packet.source
                self._send(heard.mac, ipv6.icmp(*ends, ipv6.ECHO_REPLY, 0, data[4:], 64), now)
            case _:
                pass

    def _solicited(self, heard: Heard, target: IPv6Address, now: float) -> None:
        probed = heard.packet.source == _ANY
        if target in self._addresses and not self._raw.get("no_arp"):
            self._claim(target, None if probed else heard, "ra" in self._raw, now)
        if probed and str(target) in self._raw.get("dad_conflict", ()):
            self._claim(target, None, False, now)

    def _claim(self, target: IPv6Address, to: Heard | None, router: bool, now: float) -> None:
        """A neighbour advertisement (RFC 4861 §4.4); to all, if the asker has no address."""
        flags = (_ROUTER if router else 0) | (_SOLICITED if to else 0) | _OVERRIDE
        body = bytes((flags, 0, 0, 0)) + target.packed + b"\x02\x01" + self._mac
        address = to.packet.source if to else ipv6.ALL_NODES
        to_mac = to.mac if to else ipv6.group_mac(ipv6.ALL_NODES)
        packet = ipv6.icmp(target, address, ipv6.NEIGHBOUR_ADVERTISEMENT, 0, body)
        self._send(to_mac, packet, now)

    def advertise(self, asked: Heard | None, at: float) -> None:
        """A router advertisement (RFC 4861 §4.2)."""
        script = self._raw["ra"]
        to, to_mac = ipv6.ALL_NODES, ipv6.group_mac(ipv6.ALL_NODES)
        if asked and script.get("to") == "unicast" and asked.packet.source != _ANY:
            to, to_mac = asked.packet.source, asked.mac
        body = _advertisement(script, self._mac)
        packet = ipv6.icmp(self.link_local, to, ipv6.ROUTER_ADVERTISEMENT, 0, body)
        self._send(to_mac, packet, at)

    def _datagram(self, heard: Heard, datagram: udp.Datagram, now: float) -> None:
        packet, mine = heard.packet, heard.packet.destination in self._addresses
        port, payload = datagram.destination_port, datagram.payload
        if self._dhcp is not None and self._dhcp.listens(port):
            if mine or packet.destination == ipv6.ALL_DHCP_SERVERS:
                self._asked_for_addresses(heard, datagram, now)
            return
        if not mine:
            return
        to = packet.source.packed, datagram.source_port, packet.destination.packed
        peer = Peer(heard.mac, *to)
        if port == dns.PORT and "dns" in self._raw:
            self._asked_for_name(peer, payload, now)
        elif port == tftp.PORT and self._tftp is not None:
            self._tftp.requested(peer, payload, now)
        elif self._tftp is not None and self._tftp.continued(peer, port, payload, now):
            return
        elif self._raw.get("icmp_unreach"):
            quoted = bytes(4) + ipv6.build(packet)[:1232]
            ends = packet.destination, packet.source
            self._send(heard.mac, ipv6.icmp(*ends, 1, _PORT_UNREACHABLE, quoted, 64), now)

    def _asked_for_addresses(self, heard: Heard, datagram: udp.Datagram, now: float) -> None:
        assert self._dhcp is not None
        found = self._dhcp.replies(datagram.destination_port, datagram.payload)
        for reply, octets in found:
            source = IPv6Address(reply["src"]) if "src" in reply else self.link_local
            port = reply.get("src_port", datagram.destination_port)
            to = heard.packet.source, datagram.source_port
            packet = ipv6.udp(source, port, *to, octets)
            for delay in sendings(reply):
                self._send(heard.mac, packet, now + delay)

    def _asked_for_name(self, peer: Peer, payload: bytes, now: float) -> None:
        script = self._raw["dns"]
        question = dns.parse(payload)
        if question is None or not question.name:
            return
        self._log.write("dns", server=self._raw["name"], name=question.name, qtype=question.type)
        if not self._counts.skipped("dns", script) and not script.get("silent"):
            reply = names.answer(script, question, payload)
            self._send_block(peer, dns.PORT, reply, now + script.get("delay", 0))

    def _send_block(
        self, to: Peer, source_port: int, payload: bytes, at: float, summed: int | None = None
    ) -> None:
        ends = IPv6Address(to.local), source_port, IPv6Address(to.address), to.port
        self._send(mac(to.mac), ipv6.udp(*ends, payload), at)

    def _send(self, to: Mac, packet: ipv6.Packet, at: float) -> None:
        self._schedule.send(ipv6.frame(self._mac, to, packet), at)


def _advertisement(script: Table, own_mac: Mac) -> bytes:
    flags = sum(bit for letter, bit in (("M", 0x80), ("O", 0x40)) if letter in script["flags"])
    body = struct.pack(
        "!BBHII",
        script.get("hop_limit", 64),
        flags,
        script.get("lifetime", 1800),
        script.get("reachable", 0),
        script.get("retrans", 0),
    )
    if not script.get("no_slla"):
        body += b"\x01\x01" + own_mac
    if "mtu" in script:
        body += struct.pack("!BBHI", 5, 1, 0, script["mtu"])
    for prefix, length, letters, valid, preferred in script.get("prefixes", ()):
        bits = sum(bit for letter, bit in (("L", 0x80), ("A", 0x40)) if letter in letters)
        body += struct.pack("!BBBBIII", 3, 4, length, bits, valid, preferred, 0)
        body += IPv6Address(prefix).packed
    if servers := [IPv6Address(text).packed for text in script.get("rdnss", ())]:
        body += struct.pack("!BBHI", 25, 1 + 2 * len(servers), 0, 1800) + b"".join(servers)
    if "dnssl" in script:
        domain = dns.name(script["dnssl"])
        domain += bytes(-len(domain) % 8)
        body += struct.pack("!BBHI", 31, 1 + len(domain) // 8, 0, 1800) + domain
    return body
