"""How a firmware reads a DHCP reply: overload, long options, names, addresses, facts."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address

import pytest

from pxeclient.boot.dhcp.reply import Reply, read
from pxeclient.boot.dhcp.traits import FileOrder, ReadTraits
from pxeclient.playbook import Client, DhcpReply, ack, mac_of, offer, proxy_ack, proxy_offer
from pxeclient.wire import dhcp
from pxeclient.wire.addresses import ANY

SIMPLE = ReadTraits(overload=False, join_long=False, file_order=FileOrder.FIELD)
INTEL = replace(SIMPLE, overload=True, file_order=FileOrder.OPTION)
CLIENT = Client(mac_of("10.77.0.50"))


def reading(reply: DhcpReply, how: ReadTraits = SIMPLE) -> Reply:
    """The reply as a firmware reads it."""
    source = IPv4Address(reply.server)
    return read(reply.message(CLIENT), source, reply.source_port, how, 1.5)


# --- the boot file name -------------------------------------------------------------------
@pytest.mark.parametrize(
    ("reply", "by_field", "by_option"),
    [
        (offer(), None, None),
        (offer(file="f"), b"f", b"f"),
        (offer(options={67: b"o"}), b"o", b"o"),
        (offer(file="f", options={67: b"o"}), b"f", b"o"),
        (offer(options={67: b"o\0rest"}), b"o", b"o"),
        (offer(options={67: b""}), b"", None),
        (offer(file="f", options={67: b""}), b"f", b"f"),
        (offer(file=b"f\0rest"), b"f", b"f"),
        (offer(file=b"f" * 128), b"f" * 128, b"f" * 128),
    ],
)
def test_the_name_is_in_the_header_or_in_option_67(
    reply: DhcpReply, by_field: bytes | None, by_option: bytes | None
) -> None:
    """Which comes first is the firmware's; a NUL ends the name in both places."""
    assert reading(reply).boot_file == by_field
    assert reading(reply, INTEL).boot_file == by_option


def test_overload_moves_options_into_file_and_sname() -> None:
    """To a firmware that honours it; to another the field is a name, its options unseen."""
    reply = offer(file=b"\x43\x01o\xff", options={52: b"\1"})
    assert reading(reply, INTEL).boot_file == b"o"
    assert reading(reply).boot_file == b"\x43\x01o\xff"


def test_an_overloaded_file_field_is_no_name() -> None:
    """Even if it holds no option 67."""
    assert reading(offer(file=b"\x0c\x01h\xff", options={52: b"\1"}), INTEL).boot_file is None


def test_repeated_options_are_joined_or_not() -> None:
    """RFC 3396 is younger than some firmwares."""
    message = offer().message(CLIENT)
    options = (dhcp.Option(67, b"a"), dhcp.Option(67, b"b"), dhcp.Option(255))
    message = replace(message, options=options)
    joining = replace(SIMPLE, join_long=True)
    names = [read(message, ANY, 67, how, 0.0).boot_file for how in (SIMPLE, joining)]
    assert names == [b"a", b"ab"]


# --- addresses ----------------------------------------------------------------------------
def test_the_next_server_is_siaddr() -> None:
    """Option 175.3 stands in for it only where the firmware reads that."""
    other = {175: b"\3\4\x0a\0\0\7"}
    fallback = replace(SIMPLE, fallback_next_server=True)
    assert reading(offer(siaddr="10.77.0.3")).next_server == IPv4Address("10.77.0.3")
    assert reading(offer(options=other)).next_server == ANY
    assert reading(offer(options=other), fallback).next_server == IPv4Address("10.0.0.7")
    both = offer(siaddr="10.77.0.3", options=other)
    assert reading(both, fallback).next_server == IPv4Address("10.77.0.3")


@pytest.mark.parametrize(
    ("reply", "who"),
    [
        (proxy_offer(siaddr="10.77.0.3"), "10.77.0.2"),
        (proxy_offer(server_id=None, siaddr="10.77.0.3"), "10.77.0.3"),
        (proxy_offer(server_id=None), "10.77.0.2"),
        (proxy_offer(options={54: b"\x0a\x4d"}), "10.77.0.2"),
    ],
)
def test_the_sender_is_named_three_ways(reply: DhcpReply, who: str) -> None:
    """Server identifier, siaddr, IP source: the first that there is."""
    assert str(reading(reply).pseudo_id) == who


# --- facts --------------------------------------------------------------------------------
def test_facts_of_a_plain_offer() -> None:
    """It has an address, and nothing of PXE."""
    reply = reading(offer())
    assert reply.offers_address
    assert reply.type == dhcp.OFFER
    facts = (
        reply.is_pxe, reply.names_file, reply.has_menu, reply.has_discovery_tags,
        reply.has_mtftp_tags, reply.disables_discovery, reply.forbids_proxy,
    )  # fmt: skip
    assert not any(facts)
    assert (reply.control, reply.priority) == (None, 0)


@pytest.mark.parametrize(
    ("vendor_class", "is_pxe"),
    [
        ("PXEClient", True),
        ("PXEClient:Arch:00000:UNDI:002001", True),
        ("PXEClien", False),
        ("pxeclient", False),
        (" PXEClient", False),
        ("", False),
        (None, False),
    ],
)
def test_pxeclient_is_a_beginning(vendor_class: str | None, is_pxe: bool) -> None:
    """Case and position count."""
    assert reading(offer(vendor_class=vendor_class)).is_pxe is is_pxe


@pytest.mark.parametrize("tag", [6, 7, 8, 9, 10, 71])
def test_discovery_tags(tag: int) -> None:
    """Any of them, even empty."""
    assert reading(offer(suboptions={tag: b""})).has_discovery_tags


@pytest.mark.parametrize("tag", [1, 5, 11, 12, 128])
def test_other_tags_are_none_of_discovery(tag: int) -> None:
    """MTFTP's and unknown ones."""
    assert not reading(offer(suboptions={tag: b"x"})).has_discovery_tags


def test_all_five_mtftp_tags_are_needed() -> None:
    """43.1 to 43.5."""
    tags = dict.fromkeys(range(1, 6), b"x")
    assert reading(offer(suboptions=tags)).has_mtftp_tags
    del tags[3]
    assert not reading(offer(suboptions=tags)).has_mtftp_tags


@pytest.mark.parametrize(("control", "disabled"), [(8, True), (0x0B, True), (7, False), (0, False)])
def test_bit_3_of_discovery_control(control: int, disabled: bool) -> None:
    """8 of 43.6."""
    reply = reading(offer(control=control))
    assert (reply.control, reply.disables_discovery) == (control, disabled)


@pytest.mark.parametrize(("menu", "has"), [(b"\0\0\1x", True), (b"", False), (None, False)])
def test_an_empty_menu_is_none(menu: bytes | None, has: bool) -> None:
    """43.9 must have content."""
    assert reading(offer(menu=menu)).has_menu is has


@pytest.mark.parametrize(
    ("ipxe", "priority", "forbids"),
    [
        (b"", 0, False),
        (b"\1\1\5", 5, False),
        (b"\1\1\xff", -1, False),
        (b"\1\0", 0, False),
        (b"\xb0\1\1", 0, True),
        (b"\xb0\1\0", 0, False),
        (b"\1\1\5\xb0\2\0\1", 5, True),
        (b"\1\1\5\xb0\xff", 5, False),
    ],
)
def test_ipxes_own_options(ipxe: bytes, priority: int, forbids: bool) -> None:
    """175.1 is signed, 175.176 a truth; a broken tail is left out."""
    reply = reading(offer(options={175: ipxe}))
    assert (reply.priority, reply.forbids_proxy) == (priority, forbids)


# --- words --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (offer(), "the DHCPOFFER from 10.77.0.1"),
        (ack(), "the DHCPACK from 10.77.0.1"),
        (proxy_offer(), "the proxy offer from 10.77.0.2"),
        (proxy_ack(), "the DHCPACK from 10.77.0.2:4011"),
        (offer(type=None, server_id=None), "the BOOTP reply from 10.77.0.1"),
        (offer(type=99), "the DHCP message of type 99 from 10.77.0.1"),
    ],
)
def test_a_reply_has_a_name(reply: DhcpReply, words: str) -> None:
    """By type, sender, and port."""
    assert reading(reply).describe() == words


def test_a_file_name_is_shown_safely() -> None:
    """Octets that cannot be shown are escaped."""
    assert reading(offer(file=b"a\x1b\xff")).file_text() == "a<1b><ff>"
    assert reading(offer()).file_text() == ""
