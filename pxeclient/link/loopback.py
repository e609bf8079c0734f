"""A segment played on the loopback interface, where no other can be had: it takes no rights.

The machine's frames end here. What it sends to port 67 goes to the servers as a relay agent would
send it (RFC 2131 §4.1), the rest as datagrams from its own address; all of 127.0.0.0/8 is ours to
use on Linux. What comes back becomes frames. The servers' ports are others than 67, 69 and 4011,
which an ordinary user may not open; in the frames they have their right numbers.

It is no wire: there is no multicast, and whether the broadcast flag is honoured, or a reply would
have reached a machine without an address, cannot be seen here.
"""

from __future__ import annotations

import contextlib
import errno
import select
import socket
import struct
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import NamedTuple

from pxeclient.link.base import Link, LinkError
from pxeclient.link.station import check_mac
from pxeclient.link.waiting import next_frame
from pxeclient.wire import arp, dhcp, ethernet, icmp, ipv4, tftp, udp
from pxeclient.wire.addresses import ANY, BROADCAST, BROADCAST_MAC, Mac
from pxeclient.wire.errors import WireError
from pxeclient.wire.onestep import MTU, Datagram, Peer, read_udp, udp_frame, udp_packet

_FIRST_UNPRIVILEGED = 1024
_LONGEST = 65536

# linux/in.h and linux/errqueue.h, which the socket module does not name.
_IP_RECVERR = 11
_EXTENDED_ERROR = struct.Struct("=IBBBxII")
_FROM_ICMP = 2

# RFC 2131 §2: where the fields of a message are.
_FLAGS, _CIADDR, _YIADDR, _GIADDR, _CHADDR = 10, 12, 16, 24, 28
_SHORTEST_MESSAGE = 236


class Ports(NamedTuple):
    """Where a boot server listens."""

    dhcp: int
    tftp: int
    proxy: int

    def on_wire(self, port: int) -> int:
        """The number that one of them stands for; any other port stands for itself."""
        return dict(zip(self, WELL_KNOWN, strict=True)).get(port, port)

    def real(self, port: int) -> int:
        """Where that port of a server really is."""
        return dict(zip(WELL_KNOWN, self, strict=True)).get(port, port)


WELL_KNOWN = Ports(dhcp.SERVER_PORT, tftp.PORT, dhcp.PROXY_PORT)
"""Where one listens that may."""


@dataclass(frozen=True, slots=True)
class Segment:
    """What is on a segment that is played."""

    network: IPv4Network
    """In 127.0.0.0/8; leases must be from it."""
    servers: Sequence[IPv4Address]
    """The hosts that a machine can reach; nobody else answers ARP."""
    relay: IPv4Address
    """Where servers send replies to a machine that has no address yet."""
    ports: Ports


class _Station(NamedTuple):
    """One of the machine's sockets."""

    socket: socket.socket
    address: IPv4Address
    """The machine's."""
    port: int
    """The machine's, in its frames."""


class LoopbackLink(Link):
    """A machine's cable to a `Segment`.

    Raises:
        LinkError: The relay's address cannot be used.
        ValueError: `mac` is no station's address.
    """

    def __init__(self, mac: bytes, segment: Segment) -> None:
        self.mac = Mac(check_mac(mac))
        self._segment = segment
        self._frames: deque[bytes] = deque()
        self._poll = select.epoll()
        self._stations: dict[int, _Station] = {}
        self._identification = 0
        try:
            self._relay = self._open(segment.relay, dhcp.CLIENT_PORT, segment.ports.dhcp)
        except LinkError:
            self.close()
            raise

    def now(self) -> float:
        """Seconds of the monotonic clock."""
        return time.monotonic()

    def send(self, frame: bytes) -> None:
        """Have the hosts of the segment get what is in a frame.

        Raises:
            LinkError: The machine has an address that is none of the segment's.
        """
        if (datagram := read_udp(frame)) is not None:
            self._forward(datagram)
            return
        with contextlib.suppress(WireError):
            outer = ethernet.parse(frame)
            if outer.ethertype == ethernet.ARP:
                self._answer(arp.parse(outer.payload))

    def receive(self, until: float) -> bytes | None:
        """The next frame for the machine; None at `until`.

        Raises:
            LinkError: A server gives the machine an address that is none of the segment's.
        """
        return next_frame(self._poll.fileno(), until, self._take)

    def close(self) -> None:
        """Close all sockets. Harmless when repeated."""
        for station in self._stations.values():
            station.socket.close()
        self._stations.clear()
        self._poll.close()

    # --- from the machine -----------------------------------------------------------------
    def _answer(self, message: arp.Arp) -> None:
        target = message.target
        if message.operation != arp.REQUEST or target not in self._segment.servers:
            return
        mac = _mac_of(target)
        reply = arp.Arp(arp.REPLY, mac, target, message.sender_mac, message.sender)
        self._queue(mac, message.sender_mac, ethernet.ARP, arp.build(reply))

    def _forward(self, datagram: Datagram) -> None:
        destination = IPv4Address(datagram.peer.local)
        payload, port = datagram.payload, self._segment.ports.real(datagram.port)
        if datagram.port == dhcp.SERVER_PORT:
            station, payload = self._relay, self._with_relay(payload, ANY, self._segment.relay)
        elif (source := IPv4Address(datagram.peer.address)) != ANY:
            station = self._station(source, datagram.peer.port)
        else:
            return  # nobody could answer
        for server in self._segment.servers:
            if destination in (server, BROADCAST, self._segment.network.broadcast_address):
                _send(station.socket, payload, (str(server), port))

    def _station(self, address: IPv4Address, port: int) -> _Station:
        for known in self._stations.values():
            if known is not self._relay and (known.address, known.port) == (address, port):
                return known
        self._check(address)
        return self._open(address, port, port)

    def _check(self, lease: IPv4Address) -> None:
        if lease not in self._segment.network:
            raise LinkError(
                f"The machine was given the address {lease}: on loopback a lease must be from"
                f" {self._segment.network}."
            )

    def _open(self, address: IPv4Address, port: int, real: int) -> _Station:
        """A socket with that port; with any other if it is privileged or taken."""
        opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        try:
            opened.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, 1)
            try:
                opened.bind((str(address), real if real >= _FIRST_UNPRIVILEGED else 0))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
                opened.bind((str(address), 0))
        except OSError as error:
            opened.close()
            raise LinkError(
                f"{address} cannot be used ({error.strerror}): is the loopback interface up?"
            ) from error
        station = _Station(opened, address, port)
        self._stations[opened.fileno()] = station
        self._poll.register(opened.fileno(), select.EPOLLIN)
        return station

    @staticmethod
    def _with_relay(payload: bytes, before: IPv4Address, after: IPv4Address) -> bytes:
        """A message whose giaddr is `after` if it was `before`."""
        if len(payload) < _SHORTEST_MESSAGE or payload[_GIADDR:_CHADDR] != before.packed:
            return payload
        return payload[:_GIADDR] + after.packed + payload[_CHADDR:]

    # --- to the machine -------------------------------------------------------------------
    def _take(self) -> bytes:
        if not self._frames:
            for descriptor, event in self._poll.poll(0):
                self._read(self._stations[descriptor], bool(event & select.EPOLLERR))
        if not self._frames:
            raise BlockingIOError
        return self._frames.popleft()

    def _read(self, station: _Station, is_error: bool) -> None:
        if is_error:
            self._refused(station)
            return
        payload, (host, port) = station.socket.recvfrom(_LONGEST)
        sender = IPv4Address(host)
        if sender not in self._segment.servers:  # any process may send here
            return
        if station is self._relay:
            self._relayed(sender, payload)
            return
        to = Peer(self.mac, station.address.packed, station.port, sender.packed)
        self._deliver(to, self._segment.ports.on_wire(port), payload)

    def _relayed(self, sender: IPv4Address, payload: bytes) -> None:
        """A DHCP server's reply, to a machine that may have no address."""
        if len(payload) < _SHORTEST_MESSAGE or payload[_CHADDR : _CHADDR + 6] != self.mac:
            return
        if lease := _field(payload, _YIADDR):
            self._check(IPv4Address(lease))
        payload = self._with_relay(payload, self._segment.relay, ANY)
        address = lease or _field(payload, _CIADDR)
        if payload[_FLAGS] & 0x80 or not address:
            to = Peer(BROADCAST_MAC, BROADCAST.packed, dhcp.CLIENT_PORT, sender.packed)
        else:
            to = Peer(self.mac, address, dhcp.CLIENT_PORT, sender.packed)
        self._deliver(to, dhcp.SERVER_PORT, payload)

    def _refused(self, station: _Station) -> None:
        """An ICMP error, as the host would have sent it to the machine."""
        payload, ancillary, _, asked = station.socket.recvmsg(
            _LONGEST, 512, socket.MSG_ERRQUEUE | socket.MSG_DONTWAIT
        )
        if station is self._relay or not ancillary:
            return
        _, origin, type, code, *_ = _EXTENDED_ERROR.unpack_from(ancillary[0][2])
        if origin != _FROM_ICMP:
            return
        server, port = IPv4Address(asked[0]), self._segment.ports.on_wire(asked[1])
        about = udp_packet(
            station.address.packed, station.port, server.packed, port, payload, 0
        )  # the IP identification is not known here
        data = icmp.build(icmp.Icmp(type, code, bytes(4) + about[:28]))
        self._send_packet(self.mac, ipv4.Packet(server, station.address, ipv4.ICMP, data))

    def _deliver(self, to: Peer, source_port: int, payload: bytes) -> None:
        source = IPv4Address(to.local)
        self._identification = (self._identification + 1) & 0xFFFF
        frame = udp_frame(_mac_of(source), source_port, to, self._identification, payload)
        if frame is not None:
            self._frames.append(frame)
            return
        destination = IPv4Address(to.address)
        data = udp.build(udp.Datagram(source_port, to.port, payload), source, destination)
        packet = ipv4.Packet(
            source, destination, ipv4.UDP, data, identification=self._identification
        )
        self._send_packet(to.mac, packet)

    def _send_packet(self, mac: bytes, packet: ipv4.Packet) -> None:
        for part in ipv4.fragments(packet, MTU):
            self._queue(_mac_of(packet.source), mac, ethernet.IPV4, ipv4.build(part))

    def _queue(self, source: bytes, to: bytes, ethertype: int, payload: bytes) -> None:
        self._frames.append(ethernet.join(to, source, ethertype, payload, ethernet.MINIMUM))


def segment_of(interface: IPv4Interface, servers: Sequence[IPv4Address], ports: Ports) -> Segment:
    """The segment around a server's address; the relay is the last of its lower half.

    Raises:
        ValueError: It is none of loopback, or leaves no room.
    """
    network = interface.network
    if not network.subnet_of(IPv4Network("127.0.0.0/8")):
        raise ValueError(f"{interface} is no address of the loopback interface (127.0.0.0/8)")
    relay = network.network_address + network.num_addresses // 2 - 1
    if relay in servers:
        raise ValueError(f"{relay} is needed for the relay agent: give the host another address")
    return Segment(network, servers, relay, ports)


def _send(opened: socket.socket, payload: bytes, to: tuple[str, int]) -> None:
    for _ in range(2):
        try:
            opened.sendto(payload, to)
        except ConnectionError:
            continue  # tells of an earlier datagram, which `_refused` sees to
        except OSError as error:
            raise LinkError(f"Nothing can be sent to {to[0]}: {error.strerror}.") from error
        return


def _field(payload: bytes, at: int) -> bytes:
    """Four octets of an address; nothing for 0.0.0.0."""
    address = payload[at : at + 4]
    return address if any(address) else b""


def _mac_of(address: IPv4Address) -> Mac:
    """A host's made-up hardware address, locally administered."""
    return Mac(b"\x02\0" + address.packed)
