"""Whose frames they are: each DHCP or TFTP client with all that it said and heard.

A client is known by the hardware address in its DHCP messages. Where there is only what a relay
passed on, its messages are put back into the frames that the client must have sent; what a
relay's copy cannot show (TTL, ports, padding) is then not to be looked at.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address
from typing import TypeVar

from pxeclient.seen.dhcp import RELAY_INFORMATION, Dhcp
from pxeclient.seen.dhcp6 import Dhcp6
from pxeclient.seen.frame import Address, Frame
from pxeclient.seen.reading import read
from pxeclient.seen.relayed6 import rebuilt6
from pxeclient.wire import dhcp, dhcp6, ethernet, ipv4, ndp, tftp, udp
from pxeclient.wire.addresses import ANY, BROADCAST, BROADCAST_MAC, Mac
from pxeclient.wire.arp import Arp
from pxeclient.wire.ipv4 import Packet
from pxeclient.wire.udp import Datagram

MOST = 4096
"""Clients that a live follower knows at once: as many as a segment has addresses in a /20. The
one that was silent longest goes first."""
SIDES = 8192
"""Packets that are remembered as seen on a client's own side, by which a copy behind a router is
told: what a gigabit of full frames brings in a tenth of a second, and routers are faster."""
ROUTER_HEARD = 60.0
"""Seconds since a client last spoke IPv6 within which what a router or neighbour says to all is
given to it. EDK II is silent longest within a boot, 31 s between two SOLICITs."""
MOST_ADDRESSES = 16
"""Addresses, and relays, that are remembered of one client."""

_T = TypeVar("_T")


@dataclass(slots=True, eq=False)
class Station:
    """A client."""

    mac: Mac
    frames: list[Frame] = field(default_factory=list)
    """What it said (`Frame.ours`) and heard, in order; only `stations` fills it."""
    relays: dict[Address, None] = field(default_factory=dict)
    """The relays that passed its messages on, by giaddr, or by their own IPv6 address."""
    is_direct: bool = False
    """There are DHCP messages as the client itself sent them."""
    has_dhcp: bool = False
    addresses: dict[Address, None] = field(default_factory=dict)
    """Those that it was given or claims, the latest last."""
    last: float = 0.0
    """When something of it was seen."""
    spoke6: float | None = None
    """When it last spoke IPv6."""


def stations(frames: Iterable[Frame]) -> list[Station]:
    """The clients of a whole recording, in the order in which they appear.

    All of it is looked at before the first frame is given to anybody: whether a relay's copy is
    needed is known only when the client's own message has not come.
    """
    seen = list(frames)
    sharing = Sharing(most=None)
    for frame in seen:
        sharing.meet(frame)
    sharing.meet_downloads(seen)
    sharing.meet_sides(seen)
    for frame in seen:
        for station, turn in sharing.share(frame):
            station.frames.append(turn)
    return [station for station in sharing.stations if station.frames]


class Sharing:
    """Gives frames to the clients that sent or heard them.

    A live follower calls `add` alone, and knows of a client what came before: until its own
    message was seen, a relay's copy is taken for it. Memory is bounded by `most` clients and
    `SIDES` packets.
    """

    def __init__(self, most: int | None = MOST) -> None:
        """Begin with nobody; `most` is None where all is in memory anyway."""
        self._most = most
        self._found: OrderedDict[Mac, Station] = OrderedDict()
        self._owner: dict[Address, Station] = {}
        self._leased: set[Address] = set()
        self._sides: OrderedDict[object, None] = OrderedDict()

    @property
    def stations(self) -> list[Station]:
        """The clients that are known, in the order in which they appeared."""
        return list(self._found.values())

    @property
    def remembered(self) -> int:
        """Addresses and packets that are remembered."""
        return len(self._owner) + len(self._sides) + len(self._leased)

    def add(self, frame: Frame) -> list[tuple[Station, Frame]]:
        """Live: who sent a frame and who heard it, each with the frame as that one's."""
        self.meet(frame)
        self.meet_downloads((frame,))
        shares = list(self.share(frame))
        for station, _ in shares:
            station.last = frame.at
            if self._most is not None:
                # The order is that of the latest frame.
                self._found.move_to_end(station.mac)
        self.meet_sides((frame,))
        self._make_room()
        return shares

    def meet(self, frame: Frame) -> None:
        """Learn who is there from a DHCP message, of either family."""
        if frame.dhcp6 is not None:
            self._meet6(frame, frame.dhcp6)
        message = frame.message
        mac = message.hardware if message is not None else None
        if message is None or mac is None:
            return
        station = self._found.setdefault(mac, Station(mac))
        station.has_dhcp = True
        if not message.is_reply and message.giaddr is None:
            station.is_direct = True
        if self._most is None and message.is_reply and message.yiaddr is not None:
            self._leased.add(message.yiaddr)

    def _meet6(self, frame: Frame, message: Dhcp6) -> None:
        mac = self._client6(frame, message)
        if mac is None:
            return
        station = self._found.setdefault(mac, Station(mac))
        station.has_dhcp = True
        if not message.is_reply and not message.is_relayed:
            station.is_direct = True
        if self._most is None and message.type == dhcp6.REPLY:
            self._leased.update(message.addresses)

    def _client6(self, frame: Frame, message: Dhcp6) -> Mac | None:
        """The client that a DHCPv6 message is of; None of a reply to nobody that is known."""
        told = message.hardware
        if message.is_relayed:
            return told
        if message.is_reply:
            return frame.receiver if frame.receiver in self._found else told
        owner = self._owner.get(message.source)
        if owner is not None:
            return owner.mac
        # From behind a router only what the message itself says counts.
        return frame.sender if message.source.is_link_local else told or frame.sender

    def meet_downloads(self, frames: Iterable[Frame]) -> None:
        """Learn who asks for a file without any DHCP message."""
        for frame in frames:
            source = frame.source
            if frame.port != tftp.PORT or source is None or frame.sender is None:
                continue
            is_known = source.address in self._leased or source.address in self._owner
            if frame.payload[:2] == b"\0\1" and frame.is_udp and not is_known:
                self._found.setdefault(frame.sender, Station(frame.sender))

    def meet_sides(self, frames: Iterable[Frame]) -> None:
        """Learn which packets went on a client's own side."""
        for frame in frames:
            if frame.sender in self._found or frame.receiver in self._found:
                self._sides[_side(frame)] = None

    def share(self, frame: Frame) -> Iterator[tuple[Station, Frame]]:
        """Who sent a frame, and who heard it, of those that are known."""
        if frame.ethertype == ethernet.IPV6:
            yield from self._share6(frame)
            return
        self._lease(frame)
        message = frame.message
        mac = message.hardware if message is not None else None
        if message is not None and mac is not None:
            station = self._found[mac]
            if message.giaddr is not None:
                _remember(station.relays, message.giaddr)
            turn = _of_message(frame, message, station)
            if turn is not None:
                yield station, turn
            return
        yield from self._share_plain(frame)

    def _share_plain(self, frame: Frame) -> Iterator[tuple[Station, Frame]]:
        sender = self._at(frame.sender) or self._routed(frame, of_sender=True)
        if sender is not None:
            yield sender, _unicast(frame, sender, ours=True)
        receiver = self._at(frame.receiver) or self._routed(frame, of_sender=False)
        if receiver is not None and receiver is not sender:
            yield receiver, _unicast(frame, receiver, ours=False)
        if isinstance(frame.said, Arp) and frame.is_to_all:
            yield from self._claimed(frame, frame.said)

    def _claimed(self, frame: Frame, message: Arp) -> Iterator[tuple[Station, Frame]]:
        """A broadcast in which another card says that a client's address is its own.

        The client heard it if it is on that segment, as it is if its own frames are there. Of a
        card that a server has given the address, too, it is no claim but the server's doing.
        """
        owner = self._owner.get(message.sender)
        if owner is None or not owner.is_direct:
            return
        other = self._found.get(message.sender_mac)
        if other is not None and message.sender in other.addresses:
            return
        if owner.mac not in (message.sender_mac, frame.sender):
            yield owner, frame.of_client(False)

    def _share6(self, frame: Frame) -> Iterator[tuple[Station, Frame]]:
        message = frame.dhcp6
        if message is not None:
            mac = self._client6(frame, message)
            station = self._at(mac)
            if station is not None:
                self._lease6(station, message)
            if station is not None and message.is_relayed:
                relay = frame.source_address if not message.is_reply else frame.destination_address
                if relay is not None:
                    _remember(station.relays, relay)
                if not station.is_direct:
                    yield station, rebuilt6(frame, message, station.mac)
                return
        told = frame.neighbour if frame.is_to_all else None
        if isinstance(told, ndp.RouterAdvertisement | ndp.NeighbourAdvertisement):
            yield from self._told_to_all(frame)
            return
        for station, turn in self._share_plain(frame):
            if turn.ours:
                station.spoke6 = frame.at
            yield station, turn

    def _told_to_all(self, frame: Frame) -> Iterator[tuple[Station, Frame]]:
        """What a router or a neighbour says to all, as the clients' that speak IPv6 now."""
        for station in self._found.values():
            if station.mac == frame.sender:
                station.spoke6 = frame.at
                yield station, frame.of_client(True)
            elif station.spoke6 is not None and frame.at - station.spoke6 <= ROUTER_HEARD:
                yield station, frame.of_client(False)

    def _lease6(self, station: Station, message: Dhcp6) -> None:
        """Learn whose the addresses of a REPLY are."""
        for address in message.addresses if message.type == dhcp6.REPLY else ():
            self._owner[address] = station
            for forgotten in _remember(station.addresses, address):
                self._disown(forgotten, station)

    def _at(self, mac: Mac | None) -> Station | None:
        return self._found.get(mac) if mac is not None else None

    def _lease(self, frame: Frame) -> None:
        """Learn from a DHCP message which address is whose at the moment."""
        message = frame.message
        mac = message.hardware if message is not None else None
        if message is None or mac is None:
            return
        address: IPv4Address | None = None
        if not message.is_reply:
            address = message.ciaddr
        elif message.type in (None, dhcp.OFFER, dhcp.ACK):
            address = message.yiaddr
        if address is not None:
            self._owner[address] = self._found[mac]
            for forgotten in _remember(self._found[mac].addresses, address):
                self._disown(forgotten, self._found[mac])

    def _routed(self, frame: Frame, of_sender: bool) -> Station | None:
        """The client behind a router that a packet comes from or goes to.

        Nobody, if the packet was seen on the client's own side too.
        """
        end = frame.source if of_sender else frame.destination
        station = self._owner.get(end.address) if end is not None else None
        return None if station is None or _side(frame) in self._sides else station

    def _make_room(self) -> None:
        while self._most is not None and len(self._found) > self._most:
            _, gone = self._found.popitem(last=False)
            for address in gone.addresses:
                self._disown(address, gone)
        while self._most is not None and len(self._sides) > SIDES:
            self._sides.popitem(last=False)

    def _disown(self, address: Address, station: Station) -> None:
        if self._owner.get(address) is station:
            del self._owner[address]


def _remember(latest: dict[_T, None], one: _T) -> list[_T]:
    """Put one last; return what was too much."""
    latest.pop(one, None)
    latest[one] = None
    gone = list(latest)[:-MOST_ADDRESSES]
    for old in gone:
        del latest[old]
    return gone


def _side(frame: Frame) -> object:
    """What a router leaves as it is."""
    octets, at = frame.octets, ethernet.HEADER
    if frame.ethertype == ethernet.IPV6 and len(octets) >= at + 40:
        # All but the hop limit.
        return octets[at : at + 7], octets[at + 8 : at + 104]
    if frame.ethertype != ethernet.IPV4 or len(octets) < at + 20:
        return None
    # Identification, addresses, and the beginning of what the packet carries.
    content = at + (octets[at] & 15) * 4
    return octets[at + 4 : at + 6], octets[at + 12 : at + 20], octets[content : content + 64]


def _unicast(frame: Frame, station: Station, ours: bool) -> Frame:
    """A frame as the client's; from behind a router with the client's MAC put in."""
    turn = frame.of_client(ours)
    if (frame.sender if ours else frame.receiver) == station.mac:
        return turn
    data = frame.octets
    if ours:
        octets = data[:6] + station.mac + data[12:]
        return turn._replace(octets=octets, sender=station.mac, is_rebuilt=True)
    said = turn.said
    if isinstance(said, Dhcp | Dhcp6):
        said = replace(said, to=station.mac)
    octets = station.mac + data[6:]
    return turn._replace(octets=octets, receiver=station.mac, said=said, is_rebuilt=True)


def _of_message(frame: Frame, message: Dhcp, station: Station) -> Frame | None:
    """A DHCP message of a client's, or to it; a relay's copy only where nothing better is."""
    ours = not message.is_reply
    is_copy = message.giaddr is not None and (ours or message.port == dhcp.SERVER_PORT)
    if not is_copy:
        is_addressed = frame.sender == station.mac if ours else frame.is_to_all
        return frame.of_client(ours) if is_addressed else _unicast(frame, station, ours)
    return None if station.is_direct else _rebuilt(frame, message, station.mac)


def _rebuilt(frame: Frame, copy: Dhcp, mac: Mac) -> Frame:
    """A message between relay and server, as it went between client and relay."""
    message, ours = copy.message, not copy.is_reply
    options = tuple(one for one in message.options if one.code != RELAY_INFORMATION)
    changed = replace(message, options=options, giaddr=ANY if ours else message.giaddr, hops=0)
    if frame.is_cut:
        said = replace(copy, message=changed, ours=ours)
        return frame._replace(said=said, ours=ours, is_rebuilt=True)
    source, port = (ANY, dhcp.CLIENT_PORT) if ours else (copy.source, dhcp.SERVER_PORT)
    to = dhcp.SERVER_PORT if ours else dhcp.CLIENT_PORT
    datagram = udp.build(Datagram(port, to, dhcp.build(changed)), source, BROADCAST)
    packet = ipv4.build(Packet(source, BROADCAST, ipv4.UDP, datagram))
    sender = mac if ours else (frame.sender or mac)
    octets = ethernet.join(BROADCAST_MAC, sender, ethernet.IPV4, packet)
    return read(frame.number, frame.at, octets, ours)._replace(is_rebuilt=True)
