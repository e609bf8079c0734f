"""Whole frames before an independent judge: scapy reads what we build, and we what scapy builds.

What scapy gives back is compared with what it should be, written down by hand. Its habits,
which the tables below respect: options 93, 94 and 97 are plain octets, codes that it does
not know stay numbers, values longer than 255 octets and options inside ``file`` and ``sname``
are not its business, and nothing but ports 67 and 68 is DHCP to it.
"""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.fields import Field
from scapy.layers.dhcp import BOOTP, DHCP, DHCPOptions
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether
from scapy.packet import Packet, Raw

from pxeclient.wire import dhcp
from pxeclient.wire.dhcp import END, PAD, Message, Option
from tests.wire.scapy_dhcp_cases import CASES, Case, ScapyOption, each_case
from tests.wire.scapy_paths import CLIENT


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
def test_scapy_reads_any_options_in_our_order(options: tuple[Option, ...]) -> None:
    """Order, repeats, padding and empty values are the same to scapy."""
    data = dhcp.build_options(options)
    words = [in_scapys_words(option) for option in options]
    assert words == DHCP(data).options
    assert data == bytes(DHCP(options=words))
    assert (options, b"") == dhcp.scan_options(bytes(DHCP(options=words)))


@given(st.lists(st.builds(Option, st.integers(1, 254), st.binary(max_size=255)), max_size=15))
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
