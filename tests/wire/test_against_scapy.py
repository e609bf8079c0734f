"""Whole frames before an independent judge: scapy reads what we build, and we what scapy builds.

What scapy gives back is compared with what it should be, written down by hand. Its habits,
which the tables below respect: options 93, 94 and 97 are plain octets, codes that it does
not know stay numbers, values longer than 255 octets and options inside ``file`` and ``sname``
are not its business, and nothing but ports 67 and 68 is DHCP to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.fields import Field
from scapy.layers.dhcp import BOOTP, DHCP, DHCPOptions
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether
from scapy.layers.tftp import (
    TFTP,
    TFTP_ACK,
    TFTP_DATA,
    TFTP_ERROR,
    TFTP_OACK,
    TFTP_RRQ,
    TFTP_WRQ,
    TFTP_Option,
    TFTP_Options,
)
from scapy.packet import Packet, Raw

from pxeclient.wire import dhcp, ethernet, ipv4, pxe, tftp, udp
from pxeclient.wire.addresses import ANY, BROADCAST, BROADCAST_MAC, Mac
from pxeclient.wire.dhcp import END, PAD, Message, Option
from pxeclient.wire.tftp import Ack, Data, Error, OptionAck, Request
from tests.wire.octets import unhurried

ScapyOption = tuple[object, ...] | str
"""One element of scapy's list: ``("router", "10.77.0.1")``, ``"end"``."""

CLIENT = Mac.from_text("52:54:00:12:34:56")
SERVER = Mac.from_text("52:54:00:aa:00:01")
FIFTY = IPv4Address("10.77.0.50")
ONE = IPv4Address("10.77.0.1")
FIVE = IPv4Address("10.77.0.5")
GUID = bytes.fromhex("0033221100554477668899aabbccddeeff")


@dataclass(frozen=True, slots=True)
class Path:
    """Where a datagram goes: addresses of all layers, and what IPv4 says besides."""

    source_mac: Mac
    destination_mac: Mac
    source: IPv4Address
    destination: IPv4Address
    source_port: int
    destination_port: int
    ttl: int = 64
    identification: int = 1
    dont_fragment: bool = False
    tos: int = 0

    def ours(self, payload: bytes) -> bytes:
        """The frame as we build it."""
        datagram = udp.Datagram(self.source_port, self.destination_port, payload)
        packet = ipv4.Packet(
            self.source,
            self.destination,
            ipv4.UDP,
            udp.build(datagram, self.source, self.destination),
            ttl=self.ttl,
            identification=self.identification,
            dont_fragment=self.dont_fragment,
            tos=self.tos,
        )
        frame = ethernet.Frame(
            self.destination_mac, self.source_mac, ethernet.IPV4, ipv4.build(packet)
        )
        return ethernet.build(frame)

    def scapys(self) -> Packet:
        """The frame without its payload as scapy builds it."""
        ether = Ether(src=str(self.source_mac), dst=str(self.destination_mac))
        packet = IP(
            src=str(self.source),
            dst=str(self.destination),
            ttl=self.ttl,
            id=self.identification,
            flags="DF" if self.dont_fragment else 0,
            tos=self.tos,
        )
        return ether / packet / UDP(sport=self.source_port, dport=self.destination_port)

    def unwrap(self, data: bytes) -> bytes:
        """Read a frame through our layers down to its payload, checking all on the way."""
        frame = ethernet.parse(data)
        assert (self.destination_mac, self.source_mac) == (frame.destination, frame.source)
        packet = ipv4.parse(frame.payload)
        assert (self.source, self.destination) == (packet.source, packet.destination)
        assert (self.ttl, self.tos) == (packet.ttl, packet.tos)
        assert self.identification == packet.identification
        assert self.dont_fragment == packet.dont_fragment
        datagram = udp.parse(packet.payload, packet.source, packet.destination)
        ports = (datagram.source_port, datagram.destination_port)
        assert (self.source_port, self.destination_port) == ports
        return datagram.payload


CLIENT_TO_ALL = Path(CLIENT, BROADCAST_MAC, ANY, BROADCAST, 68, 67, identification=256)
SERVER_TO_ALL = Path(SERVER, BROADCAST_MAC, ONE, BROADCAST, 67, 68, ttl=128, tos=16)
SERVER_TO_CLIENT = Path(SERVER, CLIENT, ONE, FIFTY, 67, 68, tos=192)
CLIENT_TO_SERVER = Path(CLIENT, SERVER, FIFTY, ONE, 68, 67)
CLIENT_TO_4011 = Path(CLIENT, SERVER, FIFTY, FIVE, 4011, 4011, dont_fragment=True)
FROM_4011 = Path(SERVER, CLIENT, FIVE, FIFTY, 4011, 68)
CLIENT_TO_69 = Path(CLIENT, SERVER, FIFTY, FIVE, 2070, 69)
TFTP_TO_CLIENT = Path(SERVER, CLIENT, FIVE, FIFTY, 50001, 2070)


@dataclass(frozen=True, slots=True)
class Case:
    """One message, in our words and in scapy's."""

    path: Path
    message: Message
    options: list[ScapyOption]
    """What scapy should find in the option area, padding included."""


def request(options: Iterable[Option], *, ciaddr: IPv4Address = ANY, flags: int = 0) -> Message:
    """A client's message with these options and END."""
    return Message(
        dhcp.BOOTREQUEST,
        0xE3123456,
        dhcp.chaddr_of(CLIENT),
        secs=4,
        flags=flags,
        ciaddr=ciaddr,
        options=(*options, Option(END)),
    )


def reply(
    options: Iterable[Option],
    *,
    yiaddr: IPv4Address = ANY,
    siaddr: IPv4Address = ANY,
    sname: bytes = b"",
    file: bytes = b"",
    padding: int = 0,
) -> Message:
    """A server's message with these options, END and padding."""
    return Message(
        dhcp.BOOTREPLY,
        0xE3123456,
        dhcp.chaddr_of(CLIENT),
        flags=dhcp.BROADCAST_FLAG,
        yiaddr=yiaddr,
        siaddr=siaddr,
        sname=sname.ljust(64, b"\0"),
        file=file.ljust(128, b"\0"),
        options=(*options, Option(END)),
        rest=bytes(padding),
        hops=1,
    )


EDK2 = (
    Option(55, bytes([1, 2, 3, 4, 5, 6, 12, 13, 15, 17, 43, 54, 60, 66, 67, 97, 128, 135])),
    Option(97, GUID),
    Option(94, b"\1\3\0"),
    Option(93, b"\0\7"),
    Option(60, b"PXEClient:Arch:00007:UNDI:003000"),
)
EDK2_SCAPY: list[ScapyOption] = [
    ("param_req_list", [1, 2, 3, 4, 5, 6, 12, 13, 15, 17, 43, 54, 60, 66, 67, 97, 128, 135]),
    ("pxe_client_machine_identifier", GUID),
    ("pxe_client_network_interface", b"\1\3\0"),
    ("pxe_client_architecture", b"\0\7"),
    ("vendor_class_id", b"PXEClient:Arch:00007:UNDI:003000"),
]
IPXE_SAYS = bytes.fromhex("b10501808610d3eb03010000170101220101130101")
MENU = pxe.build_suboptions(
    (
        Option(pxe.DISCOVERY_CONTROL, b"\3"),
        Option(pxe.BOOT_SERVERS, pxe.build_boot_servers((pxe.BootServers(1, (FIVE,)),))),
        Option(pxe.BOOT_MENU, pxe.build_menu((pxe.MenuItem(1, b"Boot item one"),))),
        Option(pxe.MENU_PROMPT, b"\0PXE boot"),
    )
)
ITEM = pxe.build_suboptions((Option(pxe.BOOT_ITEM, b"\0\1\0\0"),))
LEASE = (
    Option(54, ONE.packed),
    Option(51, (3600).to_bytes(4, "big")),
    Option(1, b"\xff\xff\xff\0"),
    Option(3, ONE.packed),
    Option(6, ONE.packed + FIVE.packed),
)
LEASE_SCAPY: list[ScapyOption] = [
    ("server_id", "10.77.0.1"),
    ("lease_time", 3600),
    ("subnet_mask", "255.255.255.0"),
    ("router", "10.77.0.1"),
    ("name_server", "10.77.0.1", "10.77.0.5"),
]

CASES = {
    "DISCOVER of EDK II": Case(
        CLIENT_TO_ALL,
        request((Option(53, b"\1"), Option(57, b"\x05\xc0"), *EDK2), flags=dhcp.BROADCAST_FLAG),
        [("message-type", 1), ("max_dhcp_size", 1472), *EDK2_SCAPY, "end"],
    ),
    "DISCOVER of iPXE": Case(
        CLIENT_TO_ALL,
        request(
            (
                Option(53, b"\1"),
                Option(93, b"\0\0"),
                Option(60, b"PXEClient:Arch:00000:UNDI:002001"),
                Option(77, b"iPXE"),
                Option(175, IPXE_SAYS),
                Option(61, b"\1" + CLIENT),
            )
        ),
        [
            ("message-type", 1),
            ("pxe_client_architecture", b"\0\0"),
            ("vendor_class_id", b"PXEClient:Arch:00000:UNDI:002001"),
            ("user_class", b"iPXE"),
            (175, IPXE_SAYS),
            ("client_id", b"\1RT\0\x124V"),
            "end",
        ],
    ),
    "OFFER": Case(
        SERVER_TO_ALL,
        reply(
            (Option(53, b"\2"), *LEASE, Option(66, b"tftp"), Option(67, b"a.0\0")),
            yiaddr=FIFTY,
            siaddr=FIVE,
            sname=b"server",
            file=b"undionly.kpxe",
            padding=3,
        ),
        [
            ("message-type", 2),
            *LEASE_SCAPY,
            ("tftp_server_name", b"tftp"),
            ("boot-file-name", b"a.0\0"),
            "end",
            "pad",
            "pad",
            "pad",
        ],
    ),
    "OFFER of a ProxyDHCP server with a menu": Case(
        SERVER_TO_CLIENT,
        reply(
            (
                Option(53, b"\2"),
                Option(54, ONE.packed),
                Option(60, b"PXEClient"),
                Option(97, GUID),
                Option(43, MENU),
            )
        ),
        [
            ("message-type", 2),
            ("server_id", "10.77.0.1"),
            ("vendor_class_id", b"PXEClient"),
            ("pxe_client_machine_identifier", GUID),
            ("vendor_specific", MENU),
            "end",
        ],
    ),
    "OFFER with pads and a repeated option": Case(
        SERVER_TO_CLIENT,
        reply(
            (
                Option(53, b"\2"),
                Option(PAD),
                Option(43, MENU[:10]),
                Option(PAD),
                Option(PAD),
                Option(43, MENU[10:]),
                Option(224, b""),
            )
        ),
        [
            ("message-type", 2),
            "pad",
            ("vendor_specific", MENU[:10]),
            "pad",
            "pad",
            ("vendor_specific", MENU[10:]),
            (224, b""),
            "end",
        ],
    ),
    "OFFER with overloaded fields": Case(
        SERVER_TO_CLIENT,
        reply(
            (Option(53, b"\2"), Option(52, b"\3")),
            sname=b"\x42\4tftp\xff",
            file=b"\x43\3a.0\xff",
        ),
        [("message-type", 2), ("dhcp-option-overload", 3), "end"],
    ),
    "REQUEST": Case(
        CLIENT_TO_ALL,
        request((Option(53, b"\3"), Option(54, ONE.packed), Option(50, FIFTY.packed), *EDK2)),
        [
            ("message-type", 3),
            ("server_id", "10.77.0.1"),
            ("requested_addr", "10.77.0.50"),
            *EDK2_SCAPY,
            "end",
        ],
    ),
    "REQUEST to port 4011": Case(
        CLIENT_TO_4011,
        request((Option(43, ITEM), Option(53, b"\3"), *EDK2), ciaddr=FIFTY),
        [("vendor_specific", ITEM), ("message-type", 3), *EDK2_SCAPY, "end"],
    ),
    "ACK": Case(
        SERVER_TO_CLIENT,
        reply((Option(53, b"\5"), *LEASE), yiaddr=FIFTY, padding=1),
        [("message-type", 5), *LEASE_SCAPY, "end", "pad"],
    ),
    "ACK from port 4011": Case(
        FROM_4011,
        reply((Option(53, b"\5"), Option(43, ITEM)), siaddr=FIVE, file=b"x" * 128),
        [("message-type", 5), ("vendor_specific", ITEM), "end"],
    ),
    "NAK": Case(
        SERVER_TO_ALL,
        reply((Option(53, b"\6"), Option(54, ONE.packed), Option(56, b"wrong network"))),
        [
            ("message-type", 6),
            ("server_id", "10.77.0.1"),
            ("error_message", b"wrong network"),
            "end",
        ],
    ),
    "DECLINE": Case(
        CLIENT_TO_ALL,
        request((Option(53, b"\4"), Option(50, FIFTY.packed), Option(54, ONE.packed))),
        [
            ("message-type", 4),
            ("requested_addr", "10.77.0.50"),
            ("server_id", "10.77.0.1"),
            "end",
        ],
    ),
    "RELEASE": Case(
        CLIENT_TO_SERVER,
        request((Option(53, b"\7"), Option(54, ONE.packed)), ciaddr=FIFTY),
        [("message-type", 7), ("server_id", "10.77.0.1"), "end"],
    ),
    "INFORM": Case(
        CLIENT_TO_ALL,
        request((Option(53, b"\x08"), Option(55, b"\x01\xff")), ciaddr=FIFTY),
        [("message-type", 8), ("param_req_list", [1, 255]), "end"],
    ),
}
each_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def scapys_message(message: Message, options: list[ScapyOption]) -> Packet:
    """The same message, from scapy's fields."""
    bootp = BOOTP(
        op=message.op,
        htype=message.htype,
        hlen=message.hlen,
        hops=message.hops,
        xid=message.xid,
        secs=message.secs,
        flags=message.flags,
        ciaddr=str(message.ciaddr),
        yiaddr=str(message.yiaddr),
        siaddr=str(message.siaddr),
        giaddr=str(message.giaddr),
        chaddr=message.hardware,
        sname=dhcp.text_field(message.sname),
        file=dhcp.text_field(message.file),
        options=dhcp.COOKIE,
    )
    return bootp / DHCP(options=options)


@each_case
def test_scapy_builds_the_same_dhcp_frame(case: Case) -> None:
    """Ethernet, IPv4, UDP with its checksum, BOOTP and options: octet by octet ours."""
    theirs = bytes(case.path.scapys() / scapys_message(case.message, case.options))
    assert theirs == case.path.ours(dhcp.build(case.message))


@each_case
def test_scapy_reads_our_dhcp_frame(case: Case) -> None:
    """scapy finds our fields, and our options in our order, with nothing left over."""
    judge = Ether(case.path.ours(dhcp.build(case.message)))
    assert (str(case.path.destination_mac), str(case.path.source_mac)) == (judge.dst, judge.src)
    assert (str(case.path.source), str(case.path.destination)) == (judge[IP].src, judge[IP].dst)
    assert (case.path.source_port, case.path.destination_port) == (
        judge[UDP].sport,
        judge[UDP].dport,
    )
    bootp = BOOTP(bytes(judge[UDP].payload))
    message = case.message
    assert (message.op, message.htype, message.hlen) == (bootp.op, bootp.htype, bootp.hlen)
    assert (message.hops, message.xid, message.secs) == (bootp.hops, bootp.xid, bootp.secs)
    assert message.flags == int(bootp.flags)
    assert (message.ciaddr, message.yiaddr, message.siaddr, message.giaddr) == tuple(
        IPv4Address(field) for field in (bootp.ciaddr, bootp.yiaddr, bootp.siaddr, bootp.giaddr)
    )
    assert (message.chaddr, message.sname, message.file) == (
        bootp.chaddr,
        bootp.sname,
        bootp.file,
    )
    assert case.options == bootp[DHCP].options
    assert Raw not in bootp


@each_case
def test_we_read_scapys_dhcp_frame(case: Case) -> None:
    """What scapy builds from its fields is our message, through all our layers."""
    theirs = bytes(case.path.scapys() / scapys_message(case.message, case.options))
    message = dhcp.parse(case.path.unwrap(theirs))
    assert case.message == message
    assert message.fault() is None


def test_every_type_of_message_is_judged() -> None:
    """The table has all eight types of RFC 2131."""
    assert set(range(1, 9)) == {case.message.type for case in CASES.values()}


@pytest.mark.parametrize("overload", [1, 2, 3])
def test_overloaded_fields_are_option_areas_to_scapy_too(overload: int) -> None:
    """What we find in `file` and `sname` is what scapy finds when told that they are options."""
    file, sname = b"\x43\3a.0\0\0\xff".ljust(128, b"\0"), b"\x42\4tftp\xff".ljust(64, b"\0")
    main = (Option(53, b"\2"), Option(52, bytes((overload,))), Option(END))
    message = Message(2, 1, dhcp.chaddr_of(CLIENT), sname=sname, file=file, options=main)
    expected: list[ScapyOption] = [("message-type", 2), ("dhcp-option-overload", overload), "end"]
    judged = [DHCP(area).options for bit, area in ((1, file), (2, sname)) if overload & bit]
    for area in judged:
        expected += area[: area.index("end") + 1]
    assert expected == DHCP(dhcp.build_options(message.overloaded())).options


plain = st.sampled_from(
    [code for code in range(1, 255) if not isinstance(DHCPOptions.get(code), Field)]
)
"""Codes whose values scapy leaves as octets."""
plain_options = st.builds(Option, plain, st.binary(max_size=255)) | st.just(Option(PAD))


def in_scapys_words(option: Option) -> ScapyOption:
    """An option of which scapy knows at most the name."""
    known = DHCPOptions.get(option.code, option.code)
    return str(known) if option.code in (PAD, END) else (known, option.data)


@given(st.lists(plain_options, max_size=15).map(lambda options: (*options, Option(END))))
@unhurried
def test_scapy_reads_any_options_in_our_order(options: tuple[Option, ...]) -> None:
    """Order, repeats, padding and empty values are the same to scapy."""
    data = dhcp.build_options(options)
    words = [in_scapys_words(option) for option in options]
    assert words == DHCP(data).options
    assert data == bytes(DHCP(options=words))
    assert (options, b"") == dhcp.scan_options(bytes(DHCP(options=words)))


@given(st.lists(st.builds(Option, st.integers(1, 254), st.binary(max_size=255)), max_size=15))
@unhurried
def test_scapy_builds_any_options_from_numbers(options: list[Option]) -> None:
    """Given code and octets, scapy writes what we write, typed options included."""
    numbers = [(option.code, option.data) for option in options]
    assert bytes(DHCP(options=numbers)) == dhcp.build_options(options)


@pytest.mark.parametrize("size", [256, 300, 511])
def test_scapy_reads_the_parts_of_a_long_option(size: int) -> None:
    """A value over 255 octets is a row of options to scapy, whose values together are it."""
    value = bytes(range(256)) * 2
    judge = DHCP(dhcp.build_options((*dhcp.split_long(43, value[:size]), Option(END))))
    assert value[:size] == b"".join(data for _, data in judge.options[:-1])
    assert {"vendor_specific"} == {name for name, _ in judge.options[:-1]}


# --- TFTP ---------------------------------------------------------------------------------


def scapys_options(*options: tuple[str, str]) -> Packet:
    """Options of a request or an acknowledgement."""
    return TFTP_Options(options=[TFTP_Option(oname=name, value=value) for name, value in options])


TFTP_CASES: dict[str, tuple[Path, tftp.Message, Packet]] = {
    "RRQ": (CLIENT_TO_69, Request(b"a.0"), TFTP() / TFTP_RRQ(filename="a.0", mode="octet")),
    "RRQ with options": (
        CLIENT_TO_69,
        Request(b"dir/a b.0", ((b"tsize", b"0"), (b"blksize", b"1468"))),
        TFTP(op=1)
        / TFTP_RRQ(filename="dir/a b.0", mode="octet")
        / scapys_options(("tsize", "0"), ("blksize", "1468")),
    ),
    "WRQ": (
        CLIENT_TO_69,
        Request(b"log", mode=b"netascii", write=True),
        TFTP(op=2) / TFTP_WRQ(filename="log", mode="netascii"),
    ),
    "OACK": (
        TFTP_TO_CLIENT,
        OptionAck(((b"tsize", b"4096"), (b"blksize", b"1432"))),
        TFTP(op=6) / TFTP_OACK() / scapys_options(("tsize", "4096"), ("blksize", "1432")),
    ),
    "DATA": (
        TFTP_TO_CLIENT,
        Data(65535, bytes(range(256)) * 2),
        TFTP(op=3) / TFTP_DATA(block=65535) / Raw(bytes(range(256)) * 2),
    ),
    "empty DATA": (TFTP_TO_CLIENT, Data(9, b""), TFTP(op=3) / TFTP_DATA(block=9)),
    "ACK": (CLIENT_TO_69, Ack(258), TFTP(op=4) / TFTP_ACK(block=258)),
    "ERROR": (
        TFTP_TO_CLIENT,
        Error(1, b"File not found"),
        TFTP(op=5) / TFTP_ERROR(errorcode=1, errormsg="File not found"),
    ),
    "ERROR of a client that wanted only the size": (
        CLIENT_TO_69,
        Error(8, b"User aborted the transfer"),
        TFTP(op=5) / TFTP_ERROR(errorcode=8, errormsg="User aborted the transfer"),
    ),
}
each_tftp = pytest.mark.parametrize(
    ("path", "message", "judge"), TFTP_CASES.values(), ids=TFTP_CASES
)


@each_tftp
def test_scapy_builds_the_same_tftp_frame(path: Path, message: tftp.Message, judge: Packet) -> None:
    """scapy's frame is ours octet by octet, and we read the packet back from it."""
    theirs = bytes(path.scapys() / judge)
    assert theirs == path.ours(tftp.build(message))
    assert message == tftp.parse(path.unwrap(theirs))


@each_tftp
def test_scapy_reads_our_tftp_packet(path: Path, message: tftp.Message, judge: Packet) -> None:
    """scapy finds our operation, names, numbers and content."""
    data = tftp.build(message)
    read = TFTP(data)
    assert data == bytes(read)
    found: tftp.Message
    match read.op:
        case 1 | 2:
            body = read.payload
            found = Request(body.filename, pairs_of(read), body.mode, read.op == 2)
        case 3:
            found = Data(read.block, bytes(read[TFTP_DATA].payload))
        case 4:
            found = Ack(read.block)
        case 5:
            found = Error(read.errorcode, read.errormsg)
        case _:
            found = OptionAck(pairs_of(read))
    assert message == found


def pairs_of(packet: Packet) -> tuple[tuple[bytes, bytes], ...]:
    """The TFTP options that scapy found."""
    if TFTP_Options not in packet:
        return ()
    return tuple((option.oname, option.value) for option in packet[TFTP_Options].options)
