"""The hosts of IPv6, with scapy as the judge of what they send."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from scapy.layers.dhcp6 import (
    DHCP6_Advertise,
    DHCP6_Reply,
    DHCP6_Request,
    DHCP6_Solicit,
    DHCP6OptBootFileUrl,
    DHCP6OptClientArchType,
    DHCP6OptClientId,
    DHCP6OptIA_NA,
    DHCP6OptIAAddress,
    DHCP6OptServerId,
)
from scapy.layers.dns import DNS, DNSQR
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.inet6 import (
    ICMPv6ND_NA,
    ICMPv6ND_NS,
    ICMPv6ND_RA,
    ICMPv6ND_RS,
    ICMPv6NDOptPrefixInfo,
    ICMPv6NDOptRDNSS,
    IPv6,
)
from scapy.layers.l2 import Ether
from scapy.layers.tftp import TFTP, TFTP_RRQ
from scapy.packet import Packet

from tests.record.scripts import CLIENT, SERVER, SERVER_MAC, Wire, script

LINK_LOCAL, GLOBAL = "fe80::1", "fd77::1"
MACHINE = "fe80::5054:ff:fe12:3456"
DUID = "00030001525400aa0001"
SIX = {"ip6": [LINK_LOCAL, GLOBAL]}


def frame(packet: Packet, to: str = str(SERVER_MAC)) -> bytes:
    """The machine's packet on the wire."""
    return bytes(Ether(src=str(CLIENT), dst=to) / packet)


def checked(answers: list[bytes]) -> list[Packet]:
    """The answers, whose checksums are what scapy computes."""
    found: list[Packet] = [Ether(answer) for answer in answers]
    for one in found:
        again = one.copy()
        for layer in again.layers():
            for field in ("cksum", "chksum"):
                if field in again[layer].fields:
                    delattr(again[layer], field)
        assert bytes(Ether(bytes(again))) == bytes(one)
    return found


def said(made: dict[str, Any], packet: Packet, folder: Path) -> list[Packet]:
    """What the server sends to a packet."""
    return checked(Wire(script(folder, **made), folder).said(frame(packet)))


def test_a_neighbour_is_told(tmp_path: Path) -> None:
    """Its address, to who asked for it."""
    asked = IPv6(src=MACHINE, dst="ff02::1:ff00:1") / ICMPv6ND_NS(tgt=GLOBAL)
    (answer,) = said(SIX, asked, tmp_path)
    assert (answer.src, answer.dst) == (str(SERVER_MAC), str(CLIENT))
    assert answer[IPv6].hlim == 255
    assert (answer[ICMPv6ND_NA].tgt, answer[ICMPv6ND_NA].S, answer[ICMPv6ND_NA].R) == (GLOBAL, 1, 0)


def test_a_probed_address_is_claimed(tmp_path: Path) -> None:
    """Only where the scenario wants a conflict, and to all nodes."""
    asked = IPv6(src="::", dst="ff02::1:ff00:50") / ICMPv6ND_NS(tgt="fd77::50")
    (answer,) = said(SIX | {"dad_conflict": ["fd77::50"]}, asked, tmp_path)
    assert (answer[IPv6].dst, answer[ICMPv6ND_NA].S) == ("ff02::1", 0)
    assert said(SIX, asked, tmp_path) == []


def test_a_router_advertises(tmp_path: Path) -> None:
    """When asked, with what the scenario says."""
    ra = {
        "flags": "MO", "prefixes": [["fd77::", 64, "L", 86400, 14400]], "rdnss": ["fd77::4"],
    }  # fmt: skip
    asked = IPv6(src=MACHINE, dst="ff02::2") / ICMPv6ND_RS()
    (answer,) = said(SIX | {"ra": ra}, asked, tmp_path)
    told = answer[ICMPv6ND_RA]
    assert (told.M, told.O, told.routerlifetime, answer[IPv6].src) == (1, 1, 1800, LINK_LOCAL)
    prefix = answer[ICMPv6NDOptPrefixInfo]
    assert (prefix.prefix, prefix.prefixlen, prefix.L, prefix.A) == ("fd77::", 64, 1, 0)
    assert answer[ICMPv6NDOptRDNSS].dns == ["fd77::4"]


def test_a_router_advertises_unasked(tmp_path: Path) -> None:
    """Every so many seconds, from the first on."""
    ra = {"flags": "", "every": 10, "first": 3}
    wire = Wire(script(tmp_path, **SIX, ra=ra), tmp_path)
    six = wire.parts[1]
    assert six.next_at() == 3
    assert len(six.poll(3.0)) == 1
    assert six.next_at() == 13


def rules(**more: Any) -> dict[str, Any]:
    """A DHCPv6 server."""
    identity = [[1, "cid", None], [2, "sid", None]]
    options = [*identity, [3, "ia", {"addr": "fd77::50"}], [59, "str", "tftp://[fd77::3]/x"]]
    answers = {"solicit": "advertise", "request": "reply"}
    made = [
        {"msg": asked, "replies": [{"msg": reply, "options": options}], **more}
        for asked, reply in answers.items()
    ]
    return SIX | {"duid": DUID, "dhcp6": made}


def solicited(kind: type[Packet] = DHCP6_Solicit, boots: bool = True, server: str = "") -> Packet:
    """A client's message."""
    message: Packet = kind(trid=0x123456) / DHCP6OptClientId(duid=b"\0\4" + bytes(16))
    message = message / DHCP6OptIA_NA(iaid=9)
    if boots:
        message = message / DHCP6OptClientArchType(archtypes=[7])
    if server:
        message = message / DHCP6OptServerId(duid=bytes.fromhex(server))
    over: Packet = IPv6(src=MACHINE, dst="ff02::1:2") / UDP(sport=546, dport=547)
    whole: Packet = over / message
    return whole


def test_dhcp6_advertises(tmp_path: Path) -> None:
    """Identifiers, an address in the client's association, the boot file."""
    (answer,) = said(rules(), solicited(), tmp_path)
    told = answer[DHCP6_Advertise]
    assert (answer[UDP].sport, answer[UDP].dport, told.trid) == (547, 546, 0x123456)
    assert bytes(answer[DHCP6OptServerId].duid).hex() == DUID
    assert answer[DHCP6OptIA_NA].iaid == 9
    assert answer[DHCP6OptIAAddress].addr == "fd77::50"
    assert answer[DHCP6OptBootFileUrl].optdata == b"tftp://[fd77::3]/x"


def test_the_stacks_own_client_gets_another_address(tmp_path: Path) -> None:
    """A real server knows the two by their associations."""
    (answer,) = said(rules(), solicited(boots=False), tmp_path)
    assert answer[DHCP6OptIAAddress].addr == "fd77::150"


@pytest.mark.parametrize(("server", "count"), [(DUID, 1), ("0003000152540000000f", 0)])
def test_a_request_for_another_server(tmp_path: Path, server: str, count: int) -> None:
    """It is not answered."""
    answers = said(rules(), solicited(DHCP6_Request, server=server), tmp_path)
    assert [answer.haslayer(DHCP6_Reply) for answer in answers] == [1] * count


def test_skipped_and_spent(tmp_path: Path) -> None:
    """The first is lost, the second answered, then the rule no longer matches."""
    wire = Wire(script(tmp_path, **rules(skip=1, times=1)), tmp_path)
    assert [len(wire.said(frame(solicited()))) for _ in range(3)] == [0, 1, 0]


def test_tftp_over_ipv6(tmp_path: Path) -> None:
    """The package's own server, on the other protocol."""
    served = SIX | {"tftp": {"files": {"x": {"text": "hello"}}}}
    asked = IPv6(src="fd77::50", dst=GLOBAL) / UDP(sport=2070, dport=69)
    asked = asked / TFTP() / TFTP_RRQ(filename="x")
    (answer,) = said(served, asked, tmp_path)
    assert (answer[IPv6].src, answer[UDP].dport) == (GLOBAL, 2070)
    assert bytes(answer[UDP].payload) == b"\0\3\0\1hello"


@pytest.mark.parametrize("over", [IPv6(src="fd77::50", dst=GLOBAL), IP(dst=str(SERVER))])
def test_names(tmp_path: Path, over: Packet) -> None:
    """An alias and its address, over both protocols."""
    records = {"a.test": {"CNAME": "b.test"}, "b.test": {"A": ["10.77.0.7"], "AAAA": ["fd77::7"]}}
    asked = over / UDP(sport=5000, dport=53) / DNS(id=7, qd=DNSQR(qname="a.test", qtype="AAAA"))
    (answer,) = said(SIX | {"dns": {"records": records}}, asked, tmp_path)
    told = answer[DNS]
    assert (told.id, told.rcode, told.ancount) == (7, 0, 2)
    assert told.an[0].rdata == b"b.test."
    assert (told.an[1].rrname, told.an[1].rdata) == (b"b.test.", "fd77::7")


def test_an_unknown_name(tmp_path: Path) -> None:
    """NXDOMAIN; the short notation is read as well."""
    asked = IPv6(src="fd77::50", dst=GLOBAL) / UDP(sport=5000, dport=53)
    dns = {"dns": {"names": {"boot.test": "fd77::7"}}}
    (answer,) = said(SIX | dns, asked / DNS(qd=DNSQR(qname="other.test")), tmp_path)
    assert answer[DNS].rcode == 3


@pytest.mark.parametrize("over", [IPv6(src="fd77::50", dst=GLOBAL), IP(dst=str(SERVER))])
def test_a_port_that_says_nothing(tmp_path: Path, over: Packet) -> None:
    """It opens, acknowledges what comes, and is silent."""
    made = script(tmp_path, **SIX, tcp={"80": {"ack": True, "skip": 1}})
    wire = Wire(made, tmp_path)
    syn = frame(over / TCP(sport=1234, dport=80, seq=100, flags="S"))
    assert checked(wire.said(syn)) == []
    (opened,) = checked(wire.said(syn))
    assert (opened[TCP].flags, opened[TCP].ack, opened[TCP].options) == ("SA", 101, [("MSS", 1460)])
    data = over / TCP(sport=1234, dport=80, seq=101, ack=opened[TCP].seq + 1, flags="PA") / b"GET"
    (acknowledged,) = checked(wire.said(frame(data)))
    assert (acknowledged[TCP].flags, acknowledged[TCP].ack) == ("A", 104)
