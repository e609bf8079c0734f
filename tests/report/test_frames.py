"""Frames in words: each kind, and whatever a network may bring."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pxeclient.report.frames import Summary, dhcp_kind, option_lines, summarise
from pxeclient.wire import arp, dhcp, ethernet, icmp, igmp, ipv4, tftp
from pxeclient.wire.addresses import BROADCAST
from tests.report.frames import (
    CLIENT,
    CLIENT_MAC,
    SERVER,
    SERVER_MAC,
    arp_frame,
    datagram,
    dhcp_frame,
    ether,
    message,
    packet,
)

ME, BROAD = str(CLIENT_MAC), "broadcast"
FROM, TO = "10.77.0.50", "10.77.0.1"

TEAM = IPv4Address("239.77.0.1")
IGMP_WORDS = (
    (igmp.Igmp(0x11), "IGMP query", "who is a member of all groups? (version 1)"),
    (
        igmp.Igmp(0x11, TEAM, 25),
        "IGMP query",
        "who is a member of 239.77.0.1? (answers within 2.5 s)",
    ),
    (igmp.Igmp(0x12, TEAM), "IGMP report", "a member of 239.77.0.1 (version 1)"),
    (igmp.Igmp(0x16, TEAM), "IGMP report", "a member of 239.77.0.1 (version 2)"),
    (igmp.Igmp(0x17, TEAM), "IGMP leave", "leaves 239.77.0.1"),
    (igmp.Igmp(0x22, TEAM), "IGMP type 0x22", "239.77.0.1"),
)


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        pytest.param(
            arp_frame(arp.REQUEST, CLIENT, SERVER),
            ("ARP request", ME, BROAD, "who has 10.77.0.1? tell 10.77.0.50"),
            id="arp-request",
        ),
        pytest.param(
            arp_frame(arp.REQUEST, CLIENT, CLIENT),
            ("ARP announcement", ME, BROAD, "10.77.0.50 is mine"),
            id="arp-announcement",
        ),
        pytest.param(
            arp_frame(arp.REPLY, CLIENT, SERVER),
            ("ARP reply", ME, BROAD, "10.77.0.50 is at 52:54:00:12:34:56"),
            id="arp-reply",
        ),
        pytest.param(
            ether(ethernet.ARP, b"short"), ("malformed", ME, BROAD, None), id="arp-malformed"
        ),
        pytest.param(
            packet(ipv4.UDP, b"x" * 24, offset=1480, more=True),
            ("IPv4 fragment", FROM, TO, "octets 1480 to 1504"),
            id="fragment",
        ),
        pytest.param(
            packet(ipv4.ICMP, icmp.build(icmp.Icmp(8, 0, b"12345678"))),
            ("ICMP echo request", FROM, TO, "code 0"),
            id="ping",
        ),
        pytest.param(
            packet(ipv4.ICMP, icmp.build(icmp.Icmp(3, 3, b"12345678"))),
            ("ICMP unreachable", FROM, TO, "code 3"),
            id="unreachable",
        ),
        pytest.param(
            packet(ipv4.ICMP, icmp.build(icmp.Icmp(11, 0, b"12345678"))),
            ("ICMP type 11", FROM, TO, "code 0"),
            id="icmp-other",
        ),
        pytest.param(packet(47, b"gre"), ("IPv4 protocol 47", FROM, TO, ""), id="other-protocol"),
        pytest.param(
            packet(ipv4.IGMP, b"igmp"),
            ("malformed", ME, str(SERVER_MAC), None),
            id="igmp-malformed",
        ),
        *(
            pytest.param(packet(ipv4.IGMP, igmp.build(told)), (kind, FROM, TO, detail), id=detail)
            for told, kind, detail in IGMP_WORDS
        ),
        pytest.param(
            ether(ethernet.VLAN, b"\xe0\x07\x08\x00packet"),
            ("tagged frame", ME, BROAD, "VLAN 7, type 0x0800"),
            id="tagged",
        ),
        pytest.param(
            datagram(b"hello", 9999),
            ("UDP", f"{FROM}:2000", f"{TO}:9999", "5 octets"),
            id="udp",
        ),
        pytest.param(
            datagram(b"hello", 9999, to=BROADCAST),
            ("UDP", f"{FROM}:2000", "broadcast:9999", "5 octets"),
            id="udp-broadcast",
        ),
        pytest.param(
            datagram(b"no dhcp", 67), ("malformed", ME, str(SERVER_MAC), None), id="dhcp-malformed"
        ),
        pytest.param(ether(0x88CC, b"lldp"), ("type 0x88cc", ME, BROAD, ""), id="lldp"),
        pytest.param(
            ether(ethernet.EAPOL, b"\x01\x01\0\0"), ("802.1X", ME, BROAD, "EAPOL-Start"), id="eapol"
        ),
        pytest.param(b"\xff" * 5, ("malformed", "", "", None), id="tiny"),
        pytest.param(b"", ("malformed", "", "", None), id="nothing"),
    ],
)
def test_kinds(frame: bytes, words: tuple[str, str, str, str | None]) -> None:
    """Each kind of frame has its words."""
    summary = summarise(frame)
    assert (summary.kind, summary.source, summary.destination) == words[:3]
    if words[3] is None:
        assert summary.detail
    else:
        assert summary.detail == words[3]


@pytest.mark.parametrize(
    ("packet", "kind", "detail"),
    [
        (
            tftp.Request(b"boot.0", ((b"blksize", b"1432"), (b"tsize", b"0"))),
            "RRQ",
            "boot.0, blksize 1432, tsize 0",
        ),
        (tftp.Request(b"boot.0"), "RRQ", "boot.0"),
        (tftp.Request(b"boot.0", write=True), "WRQ", "boot.0"),
        (tftp.Data(7, b"x" * 512), "DATA", "block 7, 512 octets"),
        (tftp.Data(8, b""), "DATA", "block 8, 0 octets"),
        (tftp.Ack(65535), "ACK", "block 65535"),
        (tftp.Error(1, b"not there"), "ERROR", "1 not there"),
        (tftp.OptionAck(((b"tsize", b"9"),)), "OACK", "tsize 9"),
        (tftp.OptionAck(()), "OACK", ""),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_tftp(packet: tftp.Message, kind: str, detail: str) -> None:
    """TFTP packets are told by kind, name, block and options."""
    summary = summarise(datagram(tftp.build(packet), 69))
    assert (summary.kind, summary.detail, summary.tftp) == (kind, detail, packet)


def test_discover() -> None:
    """A DISCOVER tells transaction and secs."""
    summary = summarise(dhcp_frame(message(1, (53, b"\x01"), secs=4)))
    assert (summary.kind, summary.detail) == ("DHCPDISCOVER", "xid 12345678, secs 4")
    assert summary.destination == "broadcast:67"


def test_request() -> None:
    """A REQUEST tells what it asks for, and of whom."""
    wanted = (50, CLIENT.packed), (54, SERVER.packed)
    summary = summarise(dhcp_frame(message(1, (53, b"\x03"), *wanted, secs=4)))
    assert summary.kind == "DHCPREQUEST"
    assert summary.detail == "xid 12345678, secs 4, asks for 10.77.0.50, of 10.77.0.1"


def test_offer() -> None:
    """An OFFER tells address, next server, file, and what it says about PXE."""
    offer = message(
        2,
        (53, b"\x02"),
        (67, b"other.0\0"),
        (60, b"PXEClient"),
        (43, bytes.fromhex("06 01 08 0a 04 00 50 58 45 ff")),
        yiaddr=CLIENT,
        siaddr=SERVER,
        file=b"boot.0".ljust(128, b"\0"),
    )
    summary = summarise(dhcp_frame(offer, 68))
    assert summary.kind == "DHCPOFFER"
    assert summary.detail == (
        "10.77.0.50, next server 10.77.0.1, file boot.0, option 67 other.0,"
        " option 60 PXEClient, option 43 [6=08 10=<00>PXE]"
    )


def test_proxy_offer() -> None:
    """A reply without an address says so."""
    assert summarise(dhcp_frame(message(2, (53, b"\x02")), 68)).detail == "no address"


def test_overloaded_offer() -> None:
    """Options in the file field are told as options, and the field is not told as a name."""
    fields = b"\x43\x06boot.1\xff".ljust(128, b"\0")
    offer = message(2, (53, b"\x02"), (52, b"\x01"), yiaddr=CLIENT, file=fields)
    assert summarise(dhcp_frame(offer, 68)).detail == "10.77.0.50, option 67 boot.1"


@pytest.mark.parametrize(
    ("op", "options", "kind"),
    [
        (1, [], "BOOTREQUEST"),
        (2, [], "BOOTREPLY"),
        (2, [(53, b"\x05")], "DHCPACK"),
        (2, [(53, b"\x06")], "DHCPNAK"),
        (1, [(53, b"\x08")], "DHCPINFORM"),
        (2, [(53, b"\x63")], "DHCP type 99"),
    ],
)
def test_dhcp_kinds(op: int, options: list[tuple[int, bytes]], kind: str) -> None:
    """A message without a type is BOOTP's; an unknown type is a number."""
    assert dhcp_kind(message(op, *options)) == kind


def test_option_lines() -> None:
    """Options are listed in wire order with name and value; padding and end are not."""
    lines = option_lines(
        message(
            2,
            (53, b"\x02"),
            (0, b""),
            (12, b"h\x1b[2J"),
            (224, b"\x01\x02"),
            (93, b"\0\7"),
            (1, b"\xff\xff\xff\0"),
            (43, bytes.fromhex("06 01 08 08 07 8000 01 0a4d0001 09 04 8000 01 5a ff")),
        )
    )
    assert lines == [
        "53 message type: DHCPOFFER",
        "12 host name: h<1b>[2J",
        "224 option 224: 01 02",
        "93 client architecture: 7 (x64 UEFI)",
        "1 subnet mask: 255.255.255.0",
        "43 vendor-specific information",
        "  43.6 discovery control: 08",
        "  43.8 boot servers: 80 00 01 0a 4d 00 01",
        "  43.9 boot menu: <80><00><01>Z",
    ]


octets = st.binary(max_size=400)
options = st.lists(st.tuples(st.integers(1, 254), st.binary(max_size=40)), max_size=8)


def is_safe(text: str) -> bool:
    """Printable ASCII and nothing else."""
    return text.isascii() and (text.isprintable() or text == "")


def check(summary: Summary) -> None:
    """Whatever it is of, it is safe to print and says what it is."""
    assert summary.kind
    for words in (summary.kind, summary.source, summary.destination, summary.detail):
        assert is_safe(words), words
    if summary.message is not None:
        for line in option_lines(summary.message):
            assert is_safe(line), line


@given(octets)
def test_any_octets(data: bytes) -> None:
    """Any octets have words, and only such as are safe to print."""
    check(summarise(data))


@given(st.sampled_from([ethernet.ARP, ethernet.IPV4, ethernet.IPV6, 0x8100, 0x888E]), octets)
def test_any_payload(ethertype: int, data: bytes) -> None:
    """So has any payload of a known type."""
    check(summarise(ether(ethertype, data)))


@given(st.sampled_from([1, 2, 6, 17, 255]), octets)
def test_any_packet(protocol: int, data: bytes) -> None:
    """So has any IPv4 packet."""
    check(summarise(packet(protocol, data)))


@given(st.sampled_from([67, 68, 69, 4011, 2000]), octets)
def test_any_datagram(port: int, data: bytes) -> None:
    """So has any datagram, on DHCP's and TFTP's ports and elsewhere."""
    check(summarise(datagram(data, port)))


@given(st.integers(0, 7), octets)
def test_any_tftp(opcode: int, data: bytes) -> None:
    """So has any TFTP packet."""
    check(summarise(datagram(bytes([0, opcode]) + data, 69)))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from([0, 1, 2, 3]),
    options,
    st.binary(min_size=128, max_size=128),
    st.binary(min_size=64, max_size=64),
    st.ip_addresses(v=4),
)
def test_any_dhcp(
    op: int,
    given_options: list[tuple[int, bytes]],
    file: bytes,
    sname: bytes,
    address: IPv4Address,
) -> None:
    """So has any DHCP message, its options overloaded or not."""
    built = message(op, *given_options, yiaddr=IPv4Address(int(address)))
    check(summarise(dhcp_frame(replace(built, file=file, sname=sname), 68)))


@given(st.binary(max_size=60))
def test_any_vendor_options(data: bytes) -> None:
    """So has any option 43."""
    check(summarise(dhcp_frame(message(2, (53, b"\x02"), (43, data)), 68)))


def test_cut_short() -> None:
    """A frame that is cut short anywhere is malformed or something smaller, never an error."""
    whole = dhcp_frame(message(2, (53, b"\x02"), (67, b"boot.0")), 68)
    assert isinstance(summarise(whole).message, dhcp.Message)
    for length in range(len(whole)):
        check(summarise(whole[:length]))
