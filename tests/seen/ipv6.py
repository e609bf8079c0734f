"""Frames of IPv6 boots, for tests: what EDK II, iPXE, servers and routers send."""

from __future__ import annotations

from ipaddress import IPv6Address

from pxeclient.wire import dhcp6, ethernet, icmpv6, ipv6, ndp
from pxeclient.wire import dhcp6_options as options
from pxeclient.wire.addresses import Mac
from pxeclient.wire.dhcp6 import Message, Option, Relay
from pxeclient.wire.dhcp6_options import Association, Lease, VendorClass

MAC = Mac.from_text("52:54:00:12:34:56")
SERVER_MAC, ROUTER_MAC = Mac.from_text("52:54:00:aa:00:01"), Mac.from_text("52:54:00:aa:00:02")
CLIENT, SERVER = IPv6Address(icmpv6.link_local(MAC)), IPv6Address("fe80::1")
ROUTER, ALL_NODES = IPv6Address("fe80::2"), IPv6Address("ff02::1")
ADDRESS = IPv6Address("fd77::50")
DUID, SERVER_DUID = bytes(2) + b"\4client", bytes.fromhex("00030001525400aa0001")
DUID_UUID = bytes.fromhex("000433221100554477668899aabbccddeeff")
TO_ALL = Mac(bytes.fromhex("333300010002"))
NODES_MAC = Mac(bytes.fromhex("333300000001"))
URL = b"tftp://[fd77::3]/boot.efi"

PXE = VendorClass(343, (b"PXEClient:Arch:00007:UNDI:003000",))
HTTP = VendorClass(343, (b"HTTPClient:Arch:00016:UNDI:003000",))
BOOT, STACK = 0x9E77767F, 0x57A4FEFE
"""IAIDs of the boot client and of the machine's IPv6 stack."""

ENDLESS = 0xFFFFFFFF


def datagram(
    sender: Mac,
    receiver: Mac,
    source: IPv6Address,
    destination: IPv6Address,
    ports: tuple[int, int],
    payload: bytes,
) -> bytes:
    """A frame with a UDP datagram."""
    packet = ipv6.datagram(source, destination, ports, payload)
    return ethernet.join(receiver, sender, ethernet.IPV6, packet)


def asked(message: Message, to: IPv6Address = dhcp6.ALL_SERVERS, port: int = 547) -> bytes:
    """A client's message."""
    ports = (4011 if port == 4011 else 546, port)
    return datagram(MAC, TO_ALL, CLIENT, to, ports, dhcp6.build(message))


def answered(message: Message, port: int = 547, source: IPv6Address = SERVER) -> bytes:
    """A server's message to it."""
    ports = (port, 4011 if port == 4011 else 546)
    return datagram(SERVER_MAC, MAC, source, CLIENT, ports, dhcp6.build(message))


def boot_options(who: VendorClass = PXE, arch: int = 7) -> tuple[Option, ...]:
    """What EDK II's boot client says of itself."""
    return (
        Option(6, bytes.fromhex("003b003c00170010")),
        Option(62, bytes.fromhex("010300")),
        Option(61, arch.to_bytes(2, "big")),
        Option(16, options.build_vendor_class(who)),
    )


def solicit(
    xid: int = 1, elapsed: int = 0, who: VendorClass = PXE, arch: int = 7, type: int = dhcp6.SOLICIT
) -> bytes:
    """EDK II's."""
    head = (Option(1, DUID_UUID), Option(8, elapsed.to_bytes(2, "big")), wish(BOOT))
    return asked(Message(type, xid, (*head, *boot_options(who, arch))))


def wish(iaid: int) -> Option:
    """An IA_NA without an address."""
    return Option(3, options.build_association(Association(iaid, ENDLESS, ENDLESS)))


def lease(iaid: int = BOOT, address: IPv6Address = ADDRESS) -> Option:
    """An IA_NA with one."""
    given = Lease(address, 3600, 7200)
    return Option(3, options.build_association(Association(iaid, 1800, 2880, (given,))))


def stack_solicit(xid: int = 100) -> bytes:
    """That of the IPv6 stack of the same machine."""
    head = (Option(1, DUID_UUID), Option(8, bytes(2)), wish(STACK), Option(6, b"\0\x17"))
    return asked(Message(dhcp6.SOLICIT, xid, head))


def request(xid: int = 2, who: VendorClass = PXE, port: int = 547, arch: int = 7) -> bytes:
    """For the address that was offered; or to port 4011."""
    head = (Option(1, DUID_UUID), Option(8, bytes(2)), Option(2, SERVER_DUID), lease())
    message = Message(dhcp6.REQUEST, xid, (*head, *boot_options(who, arch)))
    return asked(message, SERVER if port == 4011 else dhcp6.ALL_SERVERS, port)


def release(xid: int, iaid: int) -> bytes:
    """Of a lease: it has no class."""
    head = (Option(1, DUID_UUID), Option(2, SERVER_DUID), Option(8, bytes(2)), lease(iaid))
    return asked(Message(dhcp6.RELEASE, xid, head))


def reply(
    type: int, xid: int, *more: Option, url: bytes | None = URL, ia: Option | None = None
) -> Message:
    """A server's message: an address, a URL, and what else."""
    head = [Option(1, DUID_UUID), Option(2, SERVER_DUID), ia or lease()]
    if url is not None:
        head.append(Option(59, url))
    return Message(type, xid, (*head, *more))


def stateless(type: int, xid: int, *more: Option, url: bytes | None = URL) -> Message:
    """The same without an IA_NA."""
    found = reply(type, xid, *more, url=url)
    return Message(type, xid, tuple(one for one in found.options if one.code != 3))


def relayed(frame: bytes, hops: int = 1, *more: Option) -> bytes:
    """A client's or server's message between relay and server, passed on `hops` times."""
    content = frame[ethernet.HEADER + ipv6.HEADER + 8 :]
    _, message = dhcp6.parse(content)
    is_reply = message.type in dhcp6.FROM_SERVERS
    type = dhcp6.RELAY_REPLY if is_reply else dhcp6.RELAY_FORWARD
    link = IPv6Address("fd77::1")
    around = (
        *(Relay(type, at, link, link) for at in range(hops - 1, 0, -1)),
        Relay(type, 0, link, CLIENT, more),
    )
    relay, server = IPv6Address("fd00::1"), IPv6Address("fd00::2")
    ends = (server, relay) if is_reply else (relay, server)
    macs = (SERVER_MAC, ROUTER_MAC) if is_reply else (ROUTER_MAC, SERVER_MAC)
    return datagram(*macs, *ends, (547, 547), dhcp6.build(message, around))


def router(managed: bool = True, other: bool = True, lifetime: int = 1800) -> bytes:
    """What a router tells all nodes."""
    prefix = ndp.Prefix(IPv6Address("fd77::"), 64, True, not managed, 86400, 14400)
    said = ndp.RouterAdvertisement(managed, other, lifetime, 64, ROUTER_MAC, None, (prefix,))
    return neighbour(said, ROUTER, ROUTER_MAC, ALL_NODES, NODES_MAC)


def neighbour(
    said: ndp.Said6,
    source: IPv6Address = CLIENT,
    sender: Mac = MAC,
    destination: IPv6Address = ALL_NODES,
    receiver: Mac = NODES_MAC,
) -> bytes:
    """An ICMPv6 message."""
    packet = icmpv6.packet(ndp.build(said), source, destination)
    return ethernet.join(receiver, sender, ethernet.IPV6, packet)
