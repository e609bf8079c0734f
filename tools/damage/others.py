"""Captures of everything that is no network boot, made with scapy.

A kind is a function from chance to the frames of one talk. Each makes several files, with names,
addresses and orders of its own; some come mixed, some on link types that tell no machines apart.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.dhcp6 import (
    DUID_LL,
    DHCP6_InfoRequest,
    DHCP6_Reply,
    DHCP6_Request,
    DHCP6_Solicit,
    DHCP6OptClientId,
    DHCP6OptDNSServers,
    DHCP6OptOptReq,
)
from scapy.layers.dns import DNS, DNSQR, DNSRR
from scapy.layers.dot11 import Dot11, Dot11Beacon, Dot11Elt, RadioTap
from scapy.layers.eap import EAP, EAPOL
from scapy.layers.hsrp import HSRP
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import (
    ICMPv6EchoRequest,
    ICMPv6ND_NA,
    ICMPv6ND_NS,
    ICMPv6ND_RA,
    ICMPv6ND_RS,
    IPv6,
)
from scapy.layers.l2 import ARP, GRE, LLC, STP, CookedLinux, Dot1Q, Dot3, Ether, Loopback
from scapy.layers.netbios import NBNSHeader, NBNSQueryRequest
from scapy.layers.ntp import NTP
from scapy.layers.ppp import PPP, PPP_LCP, PPPoE, PPPoED
from scapy.layers.rip import RIP, RIPEntry
from scapy.layers.snmp import SNMP, SNMPget, SNMPvarbind
from scapy.layers.tftp import TFTP, TFTP_ACK, TFTP_DATA, TFTP_ERROR, TFTP_RRQ, TFTP_WRQ
from scapy.layers.vxlan import VXLAN
from scapy.packet import Raw
from scapy.utils import PcapNgWriter, PcapWriter

Frames = list[Any]
Kind = Callable[[Random], Frames]

EACH = 8
"""Files of each kind."""
MIXED = 40
_TEXT = b"hostname switch-3\ninterface GigabitEthernet0/1\n description uplink\n!\nend\n"


# --- who speaks ---------------------------------------------------------------------------
def _mac(chance: Random) -> str:
    maker = chance.choice(("00:1b:54", "00:50:56", "52:54:00", "3c:07:54", "b8:27:eb", "02:42:0a"))
    return maker + "".join(f":{chance.randrange(256):02x}" for _ in range(3))


def _ip(chance: Random) -> str:
    return f"10.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(1, 255)}"


def _ether(chance: Random) -> Any:
    return Ether(src=_mac(chance), dst=_mac(chance))


def _udp(chance: Random, port: int, payload: Any) -> Any:
    ports = UDP(sport=chance.randrange(1025, 65535), dport=port)
    return _ether(chance) / IP(src=_ip(chance), dst=_ip(chance)) / ports / payload


# --- DHCP that boots nothing --------------------------------------------------------------
_CLASSES = (
    b"MSFT 5.0", b"Cisco Systems, Inc. IP Phone CP-7940G", b"dhcpcd-9.4.1:Linux",
    b"android-dhcp-13", b"udhcp 1.36.1", b"Hewlett-Packard JetDirect", b"docsis3.0",
    b"ubnt", b"yealink", b"AAPLBSDPC",
)  # fmt: skip


class _Machine:
    """A machine with a DHCP client, and its server."""

    def __init__(self, chance: Random) -> None:
        self.mac, self.server_mac = _mac(chance), _mac(chance)
        self.ip, self.server = _ip(chance), _ip(chance)
        self.relay = "0.0.0.0"
        self.xid = chance.randrange(1 << 32)
        self.name = chance.choice(_CLASSES)
        self.chaddr = bytes.fromhex(self.mac.replace(":", ""))

    def asks(self, kind: object, *options: object, ciaddr: str = "0.0.0.0") -> Any:
        is_known = ciaddr != "0.0.0.0"
        end = "ff:ff:ff:ff:ff:ff" if not is_known else self.server_mac
        way = IP(src=ciaddr, dst=self.server if is_known else "255.255.255.255")
        source, port = self.mac, 68
        if self.relay != "0.0.0.0":
            source, end, port = "00:00:5e:00:01:01", self.server_mac, 67
            way = IP(src=self.relay, dst=self.server)
        message = BOOTP(chaddr=self.chaddr, xid=self.xid, ciaddr=ciaddr, giaddr=self.relay)
        listed = [("message-type", kind), ("vendor_class_id", self.name), *options, "end"]
        return (
            Ether(src=source, dst=end)
            / way
            / UDP(sport=port, dport=67)
            / message
            / DHCP(options=listed)
        )

    def hears(self, kind: object, *options: object, yiaddr: str = "", **fields: Any) -> Any:
        address = yiaddr or self.ip
        message = BOOTP(
            op=2, chaddr=self.chaddr, xid=self.xid, yiaddr=address, giaddr=self.relay, **fields
        )
        listed = [("message-type", kind), ("server_id", self.server), *options, "end"]
        way = Ether(src=self.server_mac, dst=self.mac) / IP(src=self.server, dst=address)
        return way / UDP(sport=67, dport=68) / message / DHCP(options=listed)


def dhcp_of_a_machine(chance: Random) -> Frames:
    """An operating system, a phone, a printer gets its address, and asks for a time again."""
    one = _Machine(chance)
    wish = ("requested_addr", one.ip)
    frames = [
        one.asks("discover"),
        one.hears("offer", ("lease_time", 3600)),
        one.asks("request", wish, ("server_id", one.server)),
        one.hears("ack", ("lease_time", 3600), ("router", one.server)),
        one.asks("request", ciaddr=one.ip),
        one.hears("ack"),
    ]
    return frames[chance.choice((0, 0, 1, 3, 5)) :]


def dhcp_of_a_phone(chance: Random) -> Frames:
    """A phone is told of a TFTP server (66, 150), and reads its settings there."""
    one = _Machine(chance)
    one.name = b"Cisco Systems, Inc. IP Phone CP-7940G"
    host = bytes(map(int, one.server.split(".")))
    ack = one.hears(
        "ack", ("tftp_server_name", one.server.encode()), (150, host), siaddr=one.server
    )
    name = chance.choice((b"SEP001B54AABBCC.cnf.xml", b"OS79XX.TXT", b"CTLSEP001B54AABBCC.tlv"))
    ask = one.asks("request", ("requested_addr", one.ip))
    return [one.asks("discover"), one.hears("offer"), ask, ack, *_tftp(one, name, _TEXT)]


def dhcp_ack_alone(chance: Random) -> Frames:
    """A DHCPACK that names a boot file to whom did not ask for any."""
    one = _Machine(chance)
    return [one.hears("ack", siaddr=one.server, file=b"pxelinux.0")]


def dhcp_inform(chance: Random) -> Frames:
    """A machine that has an address asks for more."""
    one = _Machine(chance)
    return [one.asks("inform", ciaddr=one.ip), one.hears("ack", (252, b"http://wpad/wpad.dat"))]


def dhcp_decline(chance: Random) -> Frames:
    """The address is somebody else's; or it is given back, or refused."""
    one = _Machine(chance)
    end = chance.choice(("decline", "release"))
    last = one.asks(end, ("requested_addr", one.ip), ("server_id", one.server))
    nak = one.hears("nak", yiaddr="0.0.0.0")
    return [one.asks("discover"), one.hears("offer"), one.asks("request"), nak, last]


def dhcp_lease_query(chance: Random) -> Frames:
    """A relay asks whose an address is (RFC 4388)."""
    one = _Machine(chance)
    one.relay = _ip(chance)
    return [one.asks(10), one.hears(chance.choice((11, 12, 13)))]


def dhcp_relayed(chance: Random) -> Frames:
    """A relay's copies of a machine's messages."""
    one = _Machine(chance)
    one.relay = _ip(chance)
    circuit = (82, b"\x01\x04\x00\x01\x02\x03")
    return [
        one.asks("discover", circuit),
        one.hears("offer", circuit),
        one.asks("request", circuit),
    ]


def bootp(chance: Random) -> Frames:
    """A BOOTREQUEST without any option, as a power strip sends it."""
    one = _Machine(chance)
    way = Ether(src=one.mac, dst="ff:ff:ff:ff:ff:ff") / IP(src="0.0.0.0", dst="255.255.255.255")
    return [way / UDP(sport=68, dport=67) / BOOTP(chaddr=one.chaddr, xid=one.xid)] * 3


# --- TFTP that boots nothing --------------------------------------------------------------
def _tftp(one: _Machine, name: bytes, content: bytes, port: int = 50000) -> Frames:
    def said(payload: Any, to: int) -> Any:
        way = Ether(src=one.mac, dst=one.server_mac) / IP(src=one.ip, dst=one.server)
        return way / UDP(sport=port, dport=to) / TFTP() / payload

    def heard(payload: Any) -> Any:
        way = Ether(src=one.server_mac, dst=one.mac) / IP(src=one.server, dst=one.ip)
        return way / UDP(sport=40000, dport=port) / TFTP() / payload

    frames: Frames = [said(TFTP_RRQ(filename=name, mode=b"octet"), 69)]
    for block, at in enumerate(range(0, len(content) + 1, 512), 1):
        data = heard(TFTP_DATA(block=block) / Raw(content[at : at + 512]))
        frames += [data, said(TFTP_ACK(block=block), 40000)]
    return frames


def tftp_of_text(chance: Random) -> Frames:
    """Somebody reads a text; or there is none."""
    one = _Machine(chance)
    name = chance.choice((b"notes.txt", b"startup-config", b"router-confg", b"README"))
    frames = _tftp(one, name, _TEXT * chance.choice((1, 7, 20)))
    if chance.random() < 0.3:
        way = Ether(src=one.server_mac, dst=one.mac) / IP(src=one.server, dst=one.ip)
        refusal = TFTP_ERROR(errorcode=1, errormsg=b"File not found")
        return [frames[0], way / UDP(sport=40000, dport=50000) / TFTP() / refusal]
    return frames[chance.choice((0, 0, 0, 1)) :]


def tftp_upload(chance: Random) -> Frames:
    """A switch writes its settings."""
    request = TFTP() / TFTP_WRQ(filename=b"backup.cfg", mode=b"octet")
    return [_udp(chance, 69, request)]


# --- the rest of a network ----------------------------------------------------------------
def arp(chance: Random) -> Frames:
    """Who has, is at, announcements, a storm."""
    one, other = _mac(chance), _mac(chance)
    mine, theirs = _ip(chance), _ip(chance)
    ask = Ether(src=one, dst="ff:ff:ff:ff:ff:ff") / ARP(hwsrc=one, psrc=mine, pdst=theirs)
    tell = ARP(op=2, hwsrc=other, psrc=theirs, hwdst=one, pdst=mine)
    return [ask, Ether(src=other, dst=one) / tell] * chance.randint(1, 20)


def dns(chance: Random) -> Frames:
    """A name, and its address; also by multicast."""
    name = chance.choice(("example.org", "pxelinux.0.example.org", "printer.local"))
    question = DNSQR(qname=name)
    answer = DNSRR(rrname=name, rdata=_ip(chance))
    port = chance.choice((53, 5353, 5355))
    reply = DNS(id=7, qr=1, qd=question, an=answer)
    return [_udp(chance, port, DNS(id=7, qd=question)), _udp(chance, port, reply)]


def ntp(chance: Random) -> Frames:
    """What time is it?"""
    return [_udp(chance, 123, NTP())] * 3


def snmp(chance: Random) -> Frames:
    """A station is watched."""
    asked = SNMPget(varbindlist=[SNMPvarbind(oid="1.3.6.1.2.1.1.1.0")])
    return [_udp(chance, 161, SNMP(community="public", PDU=asked))] * 2


def syslog(chance: Random) -> Frames:
    """A log that speaks of booting."""
    said = chance.choice(
        (b"<30>dnsmasq-dhcp: PXE(eth0) 52:54:00:00:00:01 proxy", b"<13>PXEClient booted pxelinux.0")
    )
    return [_udp(chance, 514, Raw(said))]


def netbios(chance: Random) -> Frames:
    """Windows looks for its neighbours."""
    return [_udp(chance, 137, NBNSHeader() / NBNSQueryRequest(QUESTION_NAME=b"WPAD"))]


def rip(chance: Random) -> Frames:
    """Routers: RIP, HSRP."""
    return [
        _udp(chance, 520, RIP() / RIPEntry(addr=_ip(chance))),
        _udp(chance, 1985, HSRP(virtualIP=_ip(chance))),
    ]


def random_udp(chance: Random) -> Frames:
    """Octets on the ports of DHCP, ProxyDHCP and TFTP that are none of these."""
    ports = (67, 68, 69, 4011, 547, 546)
    return [
        _udp(chance, chance.choice(ports), Raw(chance.randbytes(chance.randrange(600))))
        for _ in range(20)
    ]


def http(chance: Random) -> Frames:
    """A page, and a file that is called as a boot file is."""
    mine, theirs = _ip(chance), _ip(chance)
    out = _ether(chance) / IP(src=mine, dst=theirs)
    back = _ether(chance) / IP(src=theirs, dst=mine)
    asked = b"GET /pxelinux.0 HTTP/1.1\r\nHost: example.org\r\nUser-Agent: curl/8.0\r\n\r\n"
    reply = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
    return [
        out / TCP(sport=51000, dport=80, flags="S", seq=1),
        back / TCP(flags="SA", sport=80, dport=51000, seq=9, ack=2),
        out / TCP(sport=51000, dport=80, flags="PA", seq=2, ack=10) / Raw(asked),
        back / TCP(flags="PA", sport=80, dport=51000, seq=10, ack=80) / Raw(reply),
    ]


def icmp(chance: Random) -> Frames:
    """Pings, and a port that is closed."""
    way = _ether(chance) / IP(src=_ip(chance), dst=_ip(chance))
    quoted = IP(src=_ip(chance), dst=_ip(chance)) / UDP(sport=68, dport=chance.choice((53, 69)))
    return [way / ICMP() / Raw(b"abcdefgh"), way / ICMP(type=3, code=3) / quoted]


def fragments(chance: Random) -> Frames:
    """Large datagrams in parts, some of which are lost."""
    whole: Any = IP(src=_ip(chance), dst=_ip(chance)) / UDP(sport=9, dport=69) / Raw(bytes(4000))
    parts = [_ether(chance) / part for part in whole.fragment(fragsize=1200)]
    del parts[chance.randrange(len(parts))]
    chance.shuffle(parts)
    return parts


def ipv6(chance: Random) -> Frames:
    """Neighbours and routers."""
    way = Ether(src=_mac(chance), dst="33:33:00:00:00:01") / IPv6(src="fe80::1", dst="ff02::1")
    frames = [
        way / ICMPv6ND_RS(), way / ICMPv6ND_RA(), way / ICMPv6ND_NS(tgt="fe80::2"),
        way / ICMPv6ND_NA(tgt="fe80::2"), way / ICMPv6EchoRequest(data=b"ping"),
    ]  # fmt: skip
    chance.shuffle(frames)
    return frames


def dhcpv6(chance: Random) -> Frames:
    """An operating system, without anything of a boot."""
    mac = _mac(chance)
    way = Ether(src=mac, dst="33:33:00:01:00:02") / IPv6(src="fe80::2", dst="ff02::1:2")
    out = way / UDP(sport=546, dport=547)
    me, wish = DHCP6OptClientId(duid=DUID_LL(lladdr=mac)), DHCP6OptOptReq(reqopts=[23, 24])
    frames = [
        out / DHCP6_Solicit(trid=1) / me / wish,
        out / DHCP6_Request(trid=2) / me,
        out / DHCP6_InfoRequest(trid=3) / me / wish,
        out / DHCP6_Reply(trid=3) / DHCP6OptDNSServers(dnsservers=["2001:db8::1"]),
    ]
    return frames[: chance.randint(1, 4)]


def switches(chance: Random) -> Frames:
    """Spanning tree, LLDP, CDP's address."""
    lldp = bytes.fromhex("0207040011223344550403070531060200780000")
    mac = _mac(chance)
    return [
        Dot3(src=mac, dst="01:80:c2:00:00:00") / LLC() / STP(),
        Ether(src=mac, dst="01:80:c2:00:00:0e", type=0x88CC) / Raw(lldp),
        Dot3(src=mac, dst="01:00:0c:cc:cc:cc") / LLC() / Raw(chance.randbytes(40)),
    ]


def port_access(chance: Random) -> Frames:
    """802.1X."""
    way = Ether(src=_mac(chance), dst="01:80:c2:00:00:03")
    return [way / EAPOL(type=1), way / EAPOL() / EAP(code=1, id=1, type=1)] * 3


def tagged(chance: Random) -> Frames:
    """VLANs, one in the other."""
    tags = Dot1Q(vlan=chance.randrange(1, 4095)) / Dot1Q(vlan=2)
    return [Ether(src=_mac(chance)) / tags / inner.payload for inner in dns(chance)]


def tunnels(chance: Random) -> Frames:
    """What is inside is somebody else's network: GRE, VXLAN, IP in IP."""
    inner = dhcp_of_a_machine(chance)[0]
    way = _ether(chance) / IP(src=_ip(chance), dst=_ip(chance))
    return [
        way / GRE() / inner[IP], way / inner[IP],
        way / UDP(sport=9, dport=4789) / VXLAN(vni=7) / inner,
    ]  # fmt: skip


def dialled(chance: Random) -> Frames:
    """PPPoE."""
    way = Ether(src=_mac(chance), dst="ff:ff:ff:ff:ff:ff")
    ask = way / PPPoED(code=9)
    inside = way / PPPoE(sessionid=1) / PPP() / IP(src=_ip(chance), dst=_ip(chance)) / UDP() / DNS()
    return [ask, inside]


def tiny(chance: Random) -> Frames:
    """Frames of a few octets, and of chance."""
    sizes = (0, 1, 5, 13, 14, 15, 20, 33, 34, 41, 42, 60, 300)
    kinds = (b"\x08\x00", b"\x08\x06", b"\x86\xdd", b"\x88\x8e", b"\x81\x00")
    head = chance.randbytes(12) + chance.choice(kinds)
    return [Raw((head + chance.randbytes(286))[:size]) for size in sizes]


KINDS: tuple[Kind, ...] = (
    dhcp_of_a_machine, dhcp_of_a_phone, dhcp_ack_alone, dhcp_inform, dhcp_decline,
    dhcp_lease_query, dhcp_relayed, bootp, tftp_of_text, tftp_upload, arp, dns, ntp, snmp, syslog,
    netbios, rip, random_udp, http, icmp, fragments, ipv6, dhcpv6, switches, port_access, tagged,
    tunnels, dialled, tiny,
)  # fmt: skip


# --- other links --------------------------------------------------------------------------
def _cooked(chance: Random) -> tuple[int, Frames]:
    inner = chance.choice((dns, ntp, snmp, dhcp_of_a_machine, tftp_of_text, arp))(chance)
    return 113, [
        CookedLinux(proto=one.type, src=b"\2\0\0\0\0\1\0\0") / one.payload for one in inner
    ]


def _loopback(chance: Random) -> tuple[int, Frames]:
    return 0, [Loopback(type=2) / one.payload for one in dns(chance)]


def _raw_ip(chance: Random) -> tuple[int, Frames]:
    return 101, [one.payload for one in http(chance)]


def _wireless(chance: Random) -> tuple[int, Frames]:
    beacon = Dot11(addr1="ff:ff:ff:ff:ff:ff", addr2=_mac(chance)) / Dot11Beacon()
    return 127, [RadioTap() / beacon / Dot11Elt(ID="SSID", info=b"PXEClient")]


def _point_to_point(chance: Random) -> tuple[int, Frames]:
    return 9, [PPP() / PPP_LCP(), *(PPP() / one.payload for one in dns(chance))]


def _unknown(chance: Random) -> tuple[int, Frames]:
    return chance.choice((147, 228, 239, 65000)), tiny(chance)


LINKS = (_cooked, _loopback, _raw_ip, _wireless, _point_to_point, _unknown)


# --- files --------------------------------------------------------------------------------
def make(folder: Path, chance: Random) -> int:
    """Write all captures; how many there are."""
    # It would say that octets are of no link type, and of none that it was told.
    logging.getLogger("scapy.runtime").setLevel(logging.ERROR)
    count = 0
    for name, linktype, frames in _captures(chance):
        step = chance.choice((0.0, 0.0001, 0.1, 1.0, -0.1))
        octets = [Raw(bytes(frame)) for frame in frames]
        for number, frame in enumerate(octets):
            frame.time = 1000 + number * step
        count += 1
        path = folder / f"{count:03}-{name}.pcap"
        if linktype == 1 and chance.random() < 0.3:
            writer = PcapNgWriter(str(path.with_suffix(".pcapng")))
            writer.linktype = linktype
            writer.write(octets)
            writer.close()
        else:
            is_packed = chance.random() < 0.2
            name = f"{path}.gz" if is_packed else str(path)
            with PcapWriter(name, linktype=linktype, gz=is_packed) as plain:
                plain.write(octets)
    return count


def _captures(chance: Random) -> Iterator[tuple[str, int, Frames]]:
    for kind in KINDS:
        for _ in range(EACH):
            yield kind.__name__, 1, kind(chance)
    for link in LINKS:
        for _ in range(EACH):
            yield link.__name__.strip("_"), *link(chance)
    for _ in range(MIXED):
        talks = [kind(chance) for kind in chance.sample(KINDS, chance.randint(2, 8))]
        frames = [frame for talk in talks for frame in talk]
        chance.shuffle(frames)
        yield "mixed", 1, frames
