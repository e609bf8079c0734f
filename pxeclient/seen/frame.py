"""A frame that was read: who sent what to whom, and what is wrong with it.

One reading for two questions. *What is there* is read leniently: a frame that was cut when it was
recorded as far as it goes, and whatever its checksums are. *What would a host drop* is `fault`,
the first thing that a strict reading stumbles over. It stands beside the lenient reading and takes
nothing away from it.
"""

from __future__ import annotations

from enum import Enum, auto
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple, TypeAlias

from pxeclient.seen.aspects import Aspect
from pxeclient.seen.dhcp import Dhcp
from pxeclient.seen.dhcp6 import Dhcp6
from pxeclient.seen.said import Fragment, Said, Tcp, Tftp
from pxeclient.wire import ethernet, icmp, icmpv6, ndp, tftp
from pxeclient.wire.addresses import BROADCAST, Mac
from pxeclient.wire.addresses import ipv4 as ipv4_address
from pxeclient.wire.errors import WireError
from pxeclient.wire.icmp import Icmp
from pxeclient.wire.icmpv6 import Icmpv6
from pxeclient.wire.ipv4 import Packet
from pxeclient.wire.ipv6 import Packet6

Address: TypeAlias = IPv4Address | IPv6Address

_TFTP = (tftp.Request, tftp.Data, tftp.Ack, tftp.Error, tftp.OptionAck)


class Endpoint(NamedTuple):
    """One end of an IP packet's way."""

    address: Address
    port: int | None
    """The UDP or TCP port; None in a packet that has none, as in ICMP and in fragments."""

    @property
    def is_everybody(self) -> bool:
        """A broadcast or a multicast group."""
        return self.address == BROADCAST or self.address.is_multicast


class What(Enum):
    """What is wrong with a frame."""

    MALFORMED = auto()
    """Its octets contradict each other: no host takes it."""
    CHECKSUM = auto()
    """A checksum is wrong. On the wire no host takes it; in a capture made on the sending machine
    it is what the network card was still to fill in."""
    CUT = auto()
    """It ends too soon because only its beginning was recorded: a fault of the capture."""


class Fault(NamedTuple):
    """What a strict reading stumbles over first."""

    what: What
    why: str
    """As the codec says it, such as ``UDP: wrong checksum at octet 6``."""


class Frame(NamedTuple):
    """One frame, as far as it can be read. A tuple, because a download makes thousands.

    For a packet that came in fragments, the frame that completed it has the whole packet's
    reading, and the frames of the other parts in `parts`.
    """

    number: int
    """From 1, as its trace or capture counts."""
    at: float
    """Seconds by the clock of its trace or capture."""
    octets: bytes
    """As recorded, from the Ethernet header on."""
    length: int
    """Octets on the wire: more than there are in `octets` if the frame was cut."""
    ours: bool
    """The client sent it whose story is told."""
    sender: Mac | None
    """None, as all that follows, where the frame ends before."""
    receiver: Mac | None
    ethertype: int | None
    source: Endpoint | None
    """None where there is no IP packet that can be read."""
    destination: Endpoint | None
    carried: bytes | int
    """The payload; a number if it lies in `octets`, from there on, and is kept nowhere else."""
    size: int
    """Octets of that content on the wire: more than `payload` has if the frame was cut."""
    said: Said
    fault: Fault | None = None
    whole: Packet | Packet6 | None = None
    """The packet that this frame's fragment completed."""
    parts: tuple[Frame, ...] = ()
    """The fragments that came before the one in `octets`."""
    untold: frozenset[Aspect] = frozenset()
    """What of it is unknown, because it was read from text: what stands there, nobody saw."""
    is_rebuilt: bool = False
    """Put together from a relay's copy, or from behind a router (`stations`)."""

    # --- the layers ------------------------------------------------------------------------
    @property
    def payload(self) -> bytes:
        """What the innermost header that was read carries: a UDP datagram's content, for
        example."""
        carried = self.carried
        return carried if isinstance(carried, bytes) else self.octets[carried : carried + self.size]

    @property
    def packet(self) -> Packet | None:
        """The IPv4 packet, whole if it came in fragments; without its end if it was cut."""
        if isinstance(self.whole, Packet):
            return self.whole
        if self.ethertype != ethernet.IPV4:
            return None
        return packet_of(self.octets)

    @property
    def fragment(self) -> Fragment | None:
        """The part of a packet that is in this very frame, even if it completed the packet."""
        if isinstance(self.said, Fragment):
            return self.said
        if self.whole is None:
            return None
        part = packet_of(self.octets)
        if part is None:
            return None
        return Fragment(part.fragment_offset, len(part.payload), part.more_fragments)

    @property
    def frames(self) -> tuple[Frame, ...]:
        """All frames that brought it, itself last."""
        return (*self.parts, self)

    @property
    def is_cut(self) -> bool:
        """Not all of the innermost content was recorded."""
        return len(self.payload) < self.size

    @property
    def is_to_all(self) -> bool:
        """It goes to an Ethernet group, or to everybody."""
        return self.receiver is not None and self.receiver.is_group

    @property
    def is_udp(self) -> bool:
        """It carries a UDP datagram, readable or not."""
        return self.port is not None and not isinstance(self.said, Tcp)

    @property
    def is_tcp(self) -> bool:
        """It is of a TCP connection."""
        return isinstance(self.said, Tcp)

    @property
    def source_address(self) -> Address | None:
        """Where it comes from, if it is an IP packet."""
        return self.source.address if self.source is not None else None

    @property
    def destination_address(self) -> Address | None:
        """Where it goes to, if it is an IP packet."""
        return self.destination.address if self.destination is not None else None

    @property
    def source_port(self) -> int | None:
        """The port that it comes from, if it has ports."""
        return self.source.port if self.source is not None else None

    @property
    def port(self) -> int | None:
        """The port that it goes to, if it has ports."""
        return self.destination.port if self.destination is not None else None

    # --- what it says ----------------------------------------------------------------------
    @property
    def dhcp(self) -> Dhcp | None:
        """The DHCP message, if it is one."""
        return self.said if isinstance(self.said, Dhcp) else None

    @property
    def message(self) -> Dhcp | None:
        """The DHCP message, if it is one that a DHCP client or server can have sent."""
        found = self.dhcp
        return found if found is not None and found.is_genuine else None

    @property
    def dhcp6(self) -> Dhcp6 | None:
        """The DHCPv6 message, if it is one of a type that there is."""
        said = self.said
        return said if isinstance(said, Dhcp6) and said.is_genuine else None

    @property
    def neighbour(self) -> ndp.Said6 | None:
        """What it says of routers, neighbours and groups of IPv6, if it does and that fits."""
        if not isinstance(self.said, Icmpv6):
            return None
        try:
            return ndp.parse(self.said)
        except WireError:
            return None

    @property
    def tftp(self) -> Tftp | None:
        """The TFTP packet, if it reads as one."""
        return self.said if isinstance(self.said, _TFTP) else None

    def of_client(self, ours: bool) -> Frame:
        """The same frame as one that the client sent, or got."""
        if self.ours is ours:
            return self
        said = self.said.of_client(ours) if isinstance(self.said, Dhcp | Dhcp6) else self.said
        return self._replace(ours=ours, said=said)


class Complaint(NamedTuple):
    """An ICMP error, of either family: some station could not deliver a packet."""

    number: int
    source: Address
    type: int
    code: int
    about: Address
    """The destination of the packet that it complains of."""
    protocol: int
    port: int | None
    """The UDP or TCP port of that packet; None if it cannot be told."""

    @property
    def is_credible(self) -> bool:
        """It comes from where such an error can come from: that a port is closed only the host
        itself knows (RFC 1122 §3.2.2.1); a router tells that the host cannot be reached."""
        return not self.is_port or self.source == self.about

    @property
    def is_unreachable(self) -> bool:
        """It cannot be reached, for whatever reason."""
        return self.type == (icmpv6.UNREACHABLE if self.is_ipv6 else icmp.UNREACHABLE)

    @property
    def is_port(self) -> bool:
        """It says that the port is closed."""
        code = icmpv6.PORT_UNREACHABLE if self.is_ipv6 else icmp.PORT_UNREACHABLE
        return self.is_unreachable and self.code == code

    @property
    def is_ipv6(self) -> bool:
        """It is of ICMPv6, whose types are others."""
        return isinstance(self.source, IPv6Address)

    @property
    def words(self) -> str:
        """What it says, such as ``port 4011 is closed on 10.77.0.1``."""
        if isinstance(self.source, IPv6Address) and isinstance(self.about, IPv6Address):
            return icmpv6.error_words(self.type, self.code, self.source, self.about, self.port)
        assert isinstance(self.source, IPv4Address)
        assert isinstance(self.about, IPv4Address)
        return icmp.error_words(
            self.type, self.code, self.source, self.about, self.protocol, self.port
        )


def complaint(frame: Frame) -> Complaint | None:
    """The complaint that a frame brings, if it brings one and quotes enough (RFC 792)."""
    source = frame.source
    if isinstance(frame.said, Icmpv6):
        return _complaint6(frame, frame.said)
    if not isinstance(frame.said, Icmp) or frame.said.type not in icmp.ERRORS or source is None:
        return None
    quoted = icmp.quoted(frame.said)
    if quoted is None or not isinstance(source.address, IPv4Address):
        return None
    return Complaint(
        frame.number,
        source.address,
        frame.said.type,
        frame.said.code,
        quoted.destination,
        quoted.protocol,
        quoted.destination_port or None,
    )


def _complaint6(frame: Frame, said: Icmpv6) -> Complaint | None:
    quoted, source = icmpv6.quoted(said), frame.source_address
    if quoted is None or source is None:
        return None
    return Complaint(
        frame.number,
        source,
        said.type,
        said.code,
        quoted.destination,
        quoted.protocol,
        quoted.destination_port or None,
    )


def packet_of(octets: bytes) -> Packet | None:
    """The IPv4 packet or fragment in a frame, checksums ignored; it ends where the frame does."""
    at = ethernet.HEADER
    header = (octets[at] & 15) * 4 if len(octets) > at else 0
    if header < 20 or octets[at] >> 4 != 4 or len(octets) < at + header:
        return None
    total = int.from_bytes(octets[at + 2 : at + 4], "big")
    fragment = int.from_bytes(octets[at + 6 : at + 8], "big")
    # A card that sends large packets in parts leaves the total at 0 in a capture of its host.
    end = at + total if total >= header else len(octets)
    return Packet(
        ipv4_address(octets[at + 12 : at + 16]),
        ipv4_address(octets[at + 16 : at + 20]),
        octets[at + 9],
        octets[at + header : end],
        octets[at + 8],
        int.from_bytes(octets[at + 4 : at + 6], "big"),
        bool(fragment & 0x4000),
        bool(fragment & 0x2000),
        (fragment & 0x1FFF) * 8,
        octets[at + 1],
        octets[at + 20 : at + header],
    )
