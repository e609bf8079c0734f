"""What the servers say in a playbook: frames that are made once the client is known.

Transaction id, hardware address and ports are copied from what the client sent last, so a
builder only says what is special about an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from ipaddress import IPv4Address
from typing import TypeAlias

from pxeclient.wire import arp, dhcp, ethernet, icmp, icmpv6, igmp, ipv4, pxe, tftp, udp
from pxeclient.wire.addresses import ANY, BROADCAST, BROADCAST_MAC, ZERO_MAC, Mac, multicast_mac
from pxeclient.wire.dhcp import Option

DHCP_SERVER, PROXY_SERVER, TFTP_SERVER = "10.77.0.1", "10.77.0.2", "10.77.0.3"
CLIENT_ADDRESS = "10.77.0.50"
"""The address that `offer` and `ack` hand out."""

_LEASE = {
    51: (3600).to_bytes(4, "big"),
    1: IPv4Address("255.255.255.0").packed,
    3: IPv4Address(DHCP_SERVER).packed,
}
"""What comes with an address unless `DhcpReply.options` says otherwise."""


@dataclass(slots=True)
class Client:
    """What servers know of the client, from what it has sent."""

    mac: Mac
    address: IPv4Address = ANY
    xid: int = 0
    """Of its latest DHCP message."""
    dhcp_port: int = dhcp.CLIENT_PORT
    """Where its latest DHCP message came from."""
    tftp_port: int = 0
    """Where its latest TFTP read request came from."""


ServerMessage: TypeAlias = Callable[[Client], bytes]
"""Makes the frame that a server sends to this client."""


def mac_of(address: str) -> Mac:
    """The hardware address of the playbook's host with that IPv4 address."""
    return Mac(b"\x52\x54\x00\xaa\x00" + IPv4Address(address).packed[3:])


@dataclass(frozen=True, kw_only=True)
class DhcpReply:
    """A message of a DHCP, ProxyDHCP or boot server."""

    type: int | None
    """Option 53; None for a BOOTP reply."""
    server: str = DHCP_SERVER
    """Its IP source."""
    server_id: str | None = ""
    """Option 54; empty is `server`, None leaves it out."""
    source_port: int = dhcp.SERVER_PORT
    yiaddr: str = "0.0.0.0"
    siaddr: str = "0.0.0.0"
    sname: str = ""
    file: str | bytes = ""
    """The header's field."""
    vendor_class: str | None = None
    """Option 60."""
    control: int | None = None
    """Discovery control, 43.6."""
    menu: bytes | None = None
    """The boot menu, 43.9; `boot_menu` makes one."""
    prompt: tuple[int, str] | None = None
    """The menu prompt, 43.10: its time-out and its text."""
    group: str | None = None
    """The multicast group of the boot servers, 43.7."""
    servers: Mapping[int, Sequence[str]] | None = None
    """The boot servers of each type, 43.8."""
    boot_item: int | None = None
    """The type of boot server that it answers for, 43.71."""
    layer: int = 0
    """The layer that 43.71 names."""
    suboptions: Mapping[int, bytes] = field(default_factory=dict)
    """More of option 43; an empty one holds END only if there is ``{255: b""}``."""
    instances: Sequence[bytes] = ()
    """More options 43, as they stand, one after the other; they come after all others."""
    options: Mapping[int, bytes] = field(default_factory=dict)
    """More options, or other values."""
    broadcast: bool = False
    """Sent to everybody rather than to the client's new address."""
    to_port: int | None = None
    """The destination port; None is the port of the client's latest DHCP message."""
    xid: int | None = None
    """None copies the client's."""
    mac: str | None = None
    """The hardware address field; None copies the client's."""
    op: int = dhcp.BOOTREPLY
    cookie: bytes = dhcp.COOKIE

    def __call__(self, client: Client) -> bytes:
        """The frame."""
        payload = dhcp.build(self.message(client))
        to = IPv4Address(self.yiaddr)
        to = client.address if to == ANY else to
        if self.broadcast or to == ANY:
            to = BROADCAST
        port = client.dhcp_port if self.to_port is None else self.to_port
        return UdpDatagram(payload, port, self.source_port, self.server, str(to))(client)

    def message(self, client: Client) -> dhcp.Message:
        """The DHCP message in it."""
        mac = client.mac if self.mac is None else Mac.from_text(self.mac)
        name = self.file.encode() if isinstance(self.file, str) else self.file
        return dhcp.Message(
            op=self.op,
            xid=client.xid if self.xid is None else self.xid,
            chaddr=dhcp.chaddr_of(mac),
            yiaddr=IPv4Address(self.yiaddr),
            siaddr=IPv4Address(self.siaddr),
            sname=self.sname.encode().ljust(64, b"\0"),
            file=name.ljust(128, b"\0"),
            options=(*self._options(), Option(dhcp.END)),
            cookie=self.cookie,
        )

    def _options(self) -> list[Option]:
        found: dict[int, bytes] = {}
        if self.type is not None:
            found[53] = bytes((self.type,))
        if self.server_id is not None:
            found[54] = IPv4Address(self.server_id or self.server).packed
        if IPv4Address(self.yiaddr) != ANY:
            found |= _LEASE
        if self.vendor_class is not None:
            found[60] = self.vendor_class.encode()
        vendor = self._vendor()
        if vendor:
            found[43] = pxe.build_suboptions(vendor)
        found |= self.options
        options = [Option(code, value) for code, value in found.items()]
        return options + [Option(43, data) for data in self.instances]

    def _vendor(self) -> list[Option]:
        found: dict[int, bytes] = {}
        if self.control is not None:
            found[pxe.DISCOVERY_CONTROL] = bytes((self.control,))
        if self.group is not None:
            found[pxe.MULTICAST_ADDRESS] = IPv4Address(self.group).packed
        if self.servers is not None:
            found[pxe.BOOT_SERVERS] = pxe.build_boot_servers(
                pxe.BootServers(kind, tuple(IPv4Address(address) for address in listed))
                for kind, listed in self.servers.items()
            )
        if self.menu is not None:
            found[pxe.BOOT_MENU] = self.menu
        if self.prompt is not None:
            found[pxe.MENU_PROMPT] = bytes((self.prompt[0],)) + self.prompt[1].encode()
        if self.boot_item is not None:
            found[pxe.BOOT_ITEM] = pxe.boot_item(self.boot_item, self.layer).data
        found |= self.suboptions
        return [Option(code, value) for code, value in found.items()]


offer = partial(DhcpReply, type=dhcp.OFFER, yiaddr=CLIENT_ADDRESS, to_port=dhcp.CLIENT_PORT)
"""A DHCPOFFER of `CLIENT_ADDRESS`, from `DHCP_SERVER`."""
ack = partial(DhcpReply, type=dhcp.ACK, yiaddr=CLIENT_ADDRESS, to_port=dhcp.CLIENT_PORT)
"""The DHCPACK of `CLIENT_ADDRESS`, from `DHCP_SERVER`."""
nak = partial(DhcpReply, type=dhcp.NAK, broadcast=True, to_port=dhcp.CLIENT_PORT)
"""A DHCPNAK from `DHCP_SERVER`."""
proxy_offer = partial(
    DhcpReply, type=dhcp.OFFER, server=PROXY_SERVER, vendor_class="PXEClient", broadcast=True
)
"""An offer without an address that says PXEClient, from `PROXY_SERVER`."""
proxy_ack = partial(
    DhcpReply,
    type=dhcp.ACK,
    server=PROXY_SERVER,
    vendor_class="PXEClient",
    source_port=dhcp.PROXY_PORT,
)
"""The answer of `PROXY_SERVER` on port 4011, to the port that the request came from."""
boot_reply = partial(
    DhcpReply,
    type=dhcp.ACK,
    vendor_class="PXEClient",
    source_port=dhcp.PROXY_PORT,
    boot_item=1,
)
"""A boot server's answer for type 1, to the port that the request came from."""


def boot_menu(*items: tuple[int, str]) -> bytes:
    """The boot menu (43.9) with these types and texts."""
    return pxe.build_menu(pxe.MenuItem(kind, text.encode()) for kind, text in items)


@dataclass(frozen=True)
class UdpDatagram:
    """Any UDP datagram to the client."""

    payload: bytes
    port: int
    source_port: int = 50000
    server: str = TFTP_SERVER
    to: str = ""
    """Its IP destination; empty is the client's address."""
    to_group: bool = False
    """`to` is a multicast group, and the frame goes to its members."""

    def __call__(self, client: Client) -> bytes:
        """The frame."""
        source, to = IPv4Address(self.server), IPv4Address(self.to or str(client.address))
        data = udp.build(udp.Datagram(self.source_port, self.port, self.payload), source, to)
        mac = BROADCAST_MAC if to == BROADCAST else client.mac
        if self.to_group:
            mac = multicast_mac(to)
        return _frame(mac, self.server, ipv4.build(ipv4.Packet(source, to, ipv4.UDP, data)))


@dataclass(frozen=True)
class TftpPacket:
    """A packet of a TFTP server, to the port of the client's latest read request."""

    packet: tftp.Message
    server: str = TFTP_SERVER
    port: int = 50001
    """The server's port for this transfer."""

    def __call__(self, client: Client) -> bytes:
        """The frame."""
        payload = tftp.build(self.packet)
        return UdpDatagram(payload, client.tftp_port, self.port, self.server)(client)


def oack(
    *,
    server: str = TFTP_SERVER,
    port: int = 50001,
    rest: bytes = b"",
    **options: int | str,
) -> TftpPacket:
    """The options that the server agrees to, such as ``oack(tsize=512)``."""
    pairs = tuple((name.encode(), str(value).encode()) for name, value in options.items())
    return TftpPacket(tftp.OptionAck(pairs, rest), server, port)


def data(
    block: int,
    content: bytes = b"the boot file",
    *,
    server: str = TFTP_SERVER,
    port: int = 50001,
) -> TftpPacket:
    """A block of the file; a short one is the last."""
    return TftpPacket(tftp.Data(block, content), server, port)


def tftp_error(
    code: int, text: str = "", *, server: str = TFTP_SERVER, port: int = 50001
) -> TftpPacket:
    """An ERROR."""
    return TftpPacket(tftp.Error(code, text.encode()), server, port)


def arp_query(target: str, sender: str = DHCP_SERVER) -> ServerMessage:
    """Who has `target`? An ARP request of the host with the address `sender`."""
    question = arp.Arp(
        arp.REQUEST, mac_of(sender), IPv4Address(sender), ZERO_MAC, IPv4Address(target)
    )
    frame = ethernet.Frame(BROADCAST_MAC, mac_of(sender), ethernet.ARP, arp.build(question))
    return lambda client: ethernet.build(frame)


def arp_reply(address: str, mac: Mac | None = None) -> ServerMessage:
    """The host with that address makes itself known to the client, or another as if it had it."""
    mac = mac or mac_of(address)

    def frame(client: Client) -> bytes:
        answer = arp.Arp(arp.REPLY, mac, IPv4Address(address), client.mac, client.address)
        return ethernet.build(ethernet.Frame(client.mac, mac, ethernet.ARP, arp.build(answer)))

    return frame


def ping(body: bytes = bytes(60), sender: str = DHCP_SERVER, to: str = "") -> ServerMessage:
    """An ICMP echo request, to the client's address or to `to`."""

    def frame(client: Client) -> bytes:
        source, target = IPv4Address(sender), IPv4Address(to or str(client.address))
        message = icmp.build(icmp.Icmp(icmp.ECHO_REQUEST, 0, body))
        packet = ipv4.build(ipv4.Packet(source, target, ipv4.ICMP, message))
        return _frame(client.mac, sender, packet)

    return frame


def igmp_message(
    type: int, group: str = "0.0.0.0", max_response: int = 0, *, sender: str = DHCP_SERVER
) -> ServerMessage:
    """What a router asks about a group, or another host tells; a query for all is to 224.0.0.1.

    Args:
        type: As in `pxeclient.wire.igmp`.
        group: 0.0.0.0 for all.
        max_response: Tenths of a second; 0 makes a query one of version 1.
        sender: Its IP source.
    """
    about = IPv4Address(group)
    to = igmp.ALL_SYSTEMS if about == ANY else about
    told = igmp.build(igmp.Igmp(type, about, max_response))
    packet = ipv4.Packet(IPv4Address(sender), to, ipv4.IGMP, told, ttl=1, options=ipv4.ROUTER_ALERT)
    return lambda client: _frame(multicast_mac(to), sender, ipv4.build(packet))


def icmp_error(
    type: int = icmp.UNREACHABLE,
    code: int = icmp.PORT_UNREACHABLE,
    sender: str = TFTP_SERVER,
    *,
    source: str | None = None,
    port: int | None = None,
    to: str = TFTP_SERVER,
    to_port: int = 69,
    protocol: int = ipv4.UDP,
    octets: int = 28,
) -> ServerMessage:
    """An ICMP error, of default about the client's latest TFTP read request.

    Args:
        type: As in `pxeclient.wire.icmp`.
        code: Its code.
        sender: Its IP source.
        source: The source of the packet that it quotes; None is the client.
        port: The source port of that packet; None is that of the client's latest request.
        to: Its destination.
        to_port: Its destination port.
        protocol: Its IP protocol.
        octets: How many of its octets are quoted.
    """

    def frame(client: Client) -> bytes:
        host = IPv4Address(sender)
        ends = IPv4Address(source) if source else client.address, IPv4Address(to)
        local = client.tftp_port if port is None else port
        request = udp.build(udp.Datagram(local, to_port, b""), *ends)
        refused = ipv4.build(ipv4.Packet(*ends, protocol, request))
        message = icmp.build(icmp.Icmp(type, code, bytes(4) + refused[:octets]))
        packet = ipv4.build(ipv4.Packet(host, client.address, ipv4.ICMP, message))
        return _frame(client.mac, sender, packet)

    return frame


def router_advertisement(router: str = DHCP_SERVER) -> ServerMessage:
    """An IPv6 router makes itself known, which ends a firmware's wait for one."""
    body = bytes((icmpv6.ROUTER_ADVERTISEMENT, 0)) + bytes(14)
    source, everybody = icmpv6.link_local(mac_of(router)), bytes.fromhex("ff02" + "00" * 13 + "01")
    packet = b"\x60\0\0\0" + len(body).to_bytes(2, "big") + b"\x3a\xff" + source + everybody + body
    frame = ethernet.Frame(Mac(b"\x33\x33\0\0\0\1"), mac_of(router), ethernet.IPV6, packet)
    return lambda client: ethernet.build(frame)


def _frame(to: Mac, server: str, packet: bytes) -> bytes:
    return ethernet.build(ethernet.Frame(to, mac_of(server), ethernet.IPV4, packet))
