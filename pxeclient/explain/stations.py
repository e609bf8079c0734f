"""Whose frames they are: each DHCP or TFTP client of a capture with all that it said and heard.

A client is known by the hardware address in its DHCP messages. Where the capture has only what
a relay passed on, its messages are put back into the frames that the client must have sent;
what a relay's copy cannot show (TTL, ports, padding) is then not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address

from pxeclient.explain.decode import Decoder, Seen
from pxeclient.replay.reading import Recorded
from pxeclient.wire import dhcp, ethernet, ipv4, udp
from pxeclient.wire.addresses import ANY, BROADCAST, BROADCAST_MAC, Mac
from pxeclient.wire.dhcp import Message
from pxeclient.wire.ethernet import Frame
from pxeclient.wire.ipv4 import Packet
from pxeclient.wire.udp import Datagram

RELAY_INFORMATION = 82
_TFTP_PORT = 69


@dataclass(frozen=True, slots=True)
class Turn:
    """A frame of a client's story."""

    seen: Seen
    ours: bool
    """The client sent it."""
    is_rebuilt: bool = False
    """Put together from a relay's copy, or from behind a router."""

    @property
    def at(self) -> float:
        """Seconds since the first frame of the capture."""
        return self.seen.at

    @property
    def number(self) -> int:
        """As Wireshark counts."""
        return self.seen.number


@dataclass(slots=True)
class Station:
    """A client."""

    mac: Mac
    turns: list[Turn] = field(default_factory=list)
    relays: dict[IPv4Address, None] = field(default_factory=dict)
    """The relays that passed its messages on, by giaddr."""
    is_direct: bool = False
    """The capture has DHCP messages as the client itself sent them."""
    has_dhcp: bool = False


def stations(frames: Iterable[Recorded]) -> list[Station]:
    """The clients, in the order in which they appear."""
    decoder = Decoder()
    seen = [decoder.read(frame) for frame in frames]
    found = _clients(seen)
    leases = _Leases(found, seen)
    for one in seen:
        leases.hear(one)
        for station, turn in _shares(one, found, leases):
            station.turns.append(turn)
    return [station for station in found.values() if station.turns]


def hardware(message: Message) -> Mac | None:
    """The Ethernet address in a DHCP message."""
    if message.htype != 1 or message.hlen != 6 or not any(message.hardware):
        return None
    return Mac(message.hardware)


def _clients(seen: list[Seen]) -> dict[Mac, Station]:
    """The stations of all DHCP messages; and those that ask for a file without any."""
    found: dict[Mac, Station] = {}
    for one in seen:
        if one.message is not None and (mac := hardware(one.message)) is not None:
            station = found.setdefault(mac, Station(mac))
            station.has_dhcp = True
            if one.message.op == dhcp.BOOTREQUEST and not _is_copy(one):
                station.is_direct = True
    known = {_leased(one) for one in seen}
    for one in seen:
        is_request = one.is_udp and one.port == _TFTP_PORT and one.payload[:2] == b"\0\1"
        if is_request and one.source not in known:
            found.setdefault(one.sender, Station(one.sender))
    return found


def _is_copy(seen: Seen) -> bool:
    """A client's message as a relay passes it on."""
    assert seen.message is not None
    return seen.message.giaddr != ANY


def _leased(seen: Seen) -> IPv4Address | None:
    message = seen.message
    if message is None or message.op != dhcp.BOOTREPLY or message.yiaddr == ANY:
        return None
    return message.yiaddr


class _Leases:
    """Which address is whose at the moment."""

    def __init__(self, found: dict[Mac, Station], seen: list[Seen]) -> None:
        self._found = found
        self._direct = {
            _packet_key(one) for one in seen if one.sender in found or one.receiver in found
        }
        self._owner: dict[IPv4Address, Station] = {}

    def hear(self, seen: Seen) -> None:
        """Learn from a DHCP message."""
        message = seen.message
        mac = hardware(message) if message is not None else None
        if message is None or mac is None:
            return
        if message.op == dhcp.BOOTREPLY and message.type in (None, dhcp.OFFER, dhcp.ACK):
            if message.yiaddr != ANY:
                self._owner[message.yiaddr] = self._found[mac]
        elif message.ciaddr != ANY:
            self._owner[message.ciaddr] = self._found[mac]

    def owner(self, seen: Seen, address: IPv4Address) -> Station | None:
        """Who has an address; nobody if the packet was recorded on the client's own side too."""
        station = self._owner.get(address)
        return None if station is None or _packet_key(seen) in self._direct else station


def _packet_key(seen: Seen) -> object:
    """What a router leaves as it is."""
    packet = seen.packet
    if packet is None:
        return None
    return packet.source, packet.destination, packet.identification, packet.payload[:64]


def _shares(
    seen: Seen, found: dict[Mac, Station], leases: _Leases
) -> Iterator[tuple[Station, Turn]]:
    """Who sent a frame, and who heard it."""
    message = seen.message
    mac = hardware(message) if message is not None else None
    if message is not None and mac is not None:
        station = found[mac]
        if message.giaddr != ANY:
            station.relays[message.giaddr] = None
        turn = _message_turn(seen, message, station)
        if turn is not None:
            yield station, turn
        return
    sender = found.get(seen.sender) or _routed(seen, leases, of_sender=True)
    if sender is not None:
        yield sender, _unicast(seen, sender, ours=True)
    receiver = found.get(seen.receiver) or _routed(seen, leases, of_sender=False)
    if receiver is not None and receiver is not sender:
        yield receiver, _unicast(seen, receiver, ours=False)


def _routed(seen: Seen, leases: _Leases, of_sender: bool) -> Station | None:
    """The client behind a router that an IPv4 packet comes from or goes to."""
    if seen.packet is None:
        return None
    return leases.owner(seen, seen.source if of_sender else seen.destination)


def _unicast(seen: Seen, station: Station, ours: bool) -> Turn:
    if (seen.sender if ours else seen.receiver) == station.mac:
        return Turn(seen, ours)
    data = seen.frame.data
    data = data[:6] + station.mac + data[12:] if ours else station.mac + data[6:]
    frame = replace(seen.frame, data=data)
    return Turn(replace(seen, frame=frame), ours, is_rebuilt=True)


def _message_turn(seen: Seen, message: Message, station: Station) -> Turn | None:
    """A DHCP message of a client's, or to it; a relay's copy only where nothing better is."""
    ours = message.op == dhcp.BOOTREQUEST
    is_copy = message.giaddr != ANY and (ours or seen.port == dhcp.SERVER_PORT)
    if not is_copy:
        is_addressed = seen.sender == station.mac if ours else seen.receiver.is_group
        return Turn(seen, ours) if is_addressed else _unicast(seen, station, ours)
    if station.is_direct:
        return None
    return Turn(_rebuilt(seen, message, station.mac), ours, is_rebuilt=True)


def _rebuilt(seen: Seen, message: Message, mac: Mac) -> Seen:
    """A message between relay and server, as it went between client and relay."""
    options = tuple(one for one in message.options if one.code != RELAY_INFORMATION)
    is_request = message.op == dhcp.BOOTREQUEST
    changed = replace(
        message, options=options, giaddr=ANY if is_request else message.giaddr, hops=0
    )
    if seen.is_cut:
        return replace(seen, message=changed)
    source, port = (ANY, dhcp.CLIENT_PORT) if is_request else (seen.source, dhcp.SERVER_PORT)
    to = dhcp.SERVER_PORT if is_request else dhcp.CLIENT_PORT
    payload = dhcp.build(changed)
    datagram = udp.build(Datagram(port, to, payload), source, BROADCAST)
    packet = Packet(source, BROADCAST, ipv4.UDP, datagram)
    sender = mac if is_request else seen.sender
    data = ethernet.build(Frame(BROADCAST_MAC, sender, ethernet.IPV4, ipv4.build(packet)))
    frame = Recorded(seen.number, seen.at, data, len(data))
    return Seen(
        frame,
        sender,
        BROADCAST_MAC,
        ethernet.IPV4,
        packet,
        port,
        to,
        payload,
        len(payload),
        changed,
    )
