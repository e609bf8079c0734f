"""Servers that mean harm: nothing they send breaks the client or reaches a terminal raw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from ipaddress import IPv4Address

import pytest

from pxeclient.boot.actions import Print
from pxeclient.boot.events import FrameReceived
from pxeclient.outcome import Failed
from pxeclient.playbook import (
    CLIENT_ADDRESS,
    DHCPDISCOVER,
    DHCPREQUEST,
    ECHO_REPLY,
    RRQ,
    TFTP_SERVER,
    Playbook,
    UdpDatagram,
    ack,
    arp_query,
    data,
    mac_of,
    oack,
    offer,
    ping,
    tftp_error,
)
from pxeclient.stack.acts import Ignore, SendFrame
from pxeclient.stack.traits import Fragments
from pxeclient.wire import dhcp, ethernet, icmp, ipv4
from pxeclient.wire.ipv4 import fragments
from tests.properties.network import PROFILES, account_at, pieces, profile
from tests.stories.firmwares import IPXE, VMWARE, book

NASTY = b"../../etc/\x1b[2J\x07\r\n\x00ignored"
SHOWN = "../../etc/<1b>[2J<07><0d><0a>"

OFFER = partial(offer, broadcast=True, vendor_class="PXEClient", siaddr=TFTP_SERVER, control=8)
ACK = partial(ack, broadcast=True, vendor_class="PXEClient", siaddr=TFTP_SERVER, control=8)

any_profile = pytest.mark.parametrize("name", PROFILES)


def configured(name: str, file: bytes = b"boot.0") -> Playbook:
    """A book in which the firmware is about to fetch `file`."""
    return (
        book(name)
        .sends(DHCPDISCOVER)
        .gets(OFFER(file=file))
        .sends(DHCPREQUEST)
        .gets(ACK(file=file))
    )


def texts(book_: Playbook) -> Iterator[str]:
    """All that a person may come to see."""
    for record in book_.trace.records:
        match record.item:
            case Print(line):
                yield line.replace("\b", "").replace("\r", "")  # the cursor's moves
            case Ignore(what, because):
                yield what
                yield because
    outcome = book_.trace.outcome
    if isinstance(outcome, Failed):
        yield outcome.text
        yield outcome.because


# --- names and messages -------------------------------------------------------------------
@any_profile
def test_a_nasty_file_name_is_asked_for_as_it_is_and_shown_escaped(name: str) -> None:
    """The octets go into the read request; screen and reasons have them printable."""
    book_ = configured(name, NASTY).sends(RRQ, file=SHOWN)
    book_.gets(tftp_error(1, "\x1b]0;owned\x07")).waits(30)
    assert isinstance(book_.trace.outcome, Failed)
    assert all(text.isprintable() for text in texts(book_))


@any_profile
def test_the_reason_names_the_file_as_the_screen_does(name: str) -> None:
    """Escaped once: one backslash for an octet that cannot be shown."""
    book_ = configured(name, b"dir\x07").sends(RRQ, file="dir<07>").gets(tftp_error(1))
    assert isinstance(book_.trace.outcome, Failed)
    assert "dir<07>" in book_.trace.outcome.because
    assert "dir<3c>" not in book_.trace.outcome.because


@any_profile
def test_a_nasty_error_text_is_shown_escaped(name: str) -> None:
    """Control characters in a TFTP ERROR never reach the screen."""
    book_ = configured(name).sends(RRQ).gets(tftp_error(1, "\x1b[31mred\nline"))
    assert all(text.isprintable() for text in texts(book_))
    assert "<1b>[31mred<0a>line" in book_.ladder


@any_profile
def test_braces_in_a_name_are_only_braces(name: str) -> None:
    """A name is filled into the screen's lines, but is no template itself."""
    book_ = configured(name, b"{mac}{0}{}").sends(RRQ, file="{mac}{0}{}")
    book_.gets(tftp_error(1, "{file}{"))
    assert isinstance(book_.trace.outcome, Failed)


def test_a_name_too_long_for_a_frame_is_never_asked_for() -> None:
    """A firmware that joins long options could not send it: silence, and the boot ends."""
    known = profile(IPXE)
    reads = replace(known.traits.dhcp, read=replace(known.traits.dhcp.read, join_long=True))
    joins = replace(known, traits=replace(known.traits, dhcp=reads))
    book_ = Playbook(joins).sends(DHCPDISCOVER)
    book_.gets(offer(vendor_class="PXEClient", siaddr=TFTP_SERVER, file="x")).sends(DHCPREQUEST)
    short = ack(siaddr=TFTP_SERVER).message(book_.client)
    name = dhcp.split_long(67, b"a" * 1500)
    payload = dhcp.build(replace(short, options=(*short.options[:-1], *name)))
    whole = UdpDatagram(payload, 68, 67, "10.77.0.1", CLIENT_ADDRESS)(book_.client)
    for piece in pieces(whole, 1500):
        book_.gets(piece)
    book_.ignores("our datagram to 10.77.0.3", because="does not fit one Ethernet frame")
    book_.fails("4c126035", because="never answered")


def test_todays_uri_may_be_long_but_not_too_long() -> None:
    """The longest name in a single option still fits a frame."""
    name = "a" * 255
    (
        book(IPXE)
        .sends(DHCPDISCOVER)
        .gets(offer(vendor_class="PXEClient", siaddr=TFTP_SERVER, options={67: name.encode()}))
        .sends(DHCPREQUEST)
        .gets(ack(siaddr=TFTP_SERVER, options={67: name.encode()}))
        .sends(RRQ, file=name)
    )


# --- options ------------------------------------------------------------------------------
@any_profile
@pytest.mark.parametrize(
    "area",
    [
        b"\x35\x01\x02\x36\xff\x0a",
        b"\x35\x01\x02\x36",
        b"\x35\x00\x36\x00\x3c\x00\x2b\x00\x43\x00\xff",
        b"\x35\x01\x02\x36\x04\x0a\x4d\x00\x01\x34\x01\x03\x3c\x09PXEClient\xff",
        b"\x35\x01\x02\x36\x04\x0a\x4d\x00\x01\x2b\x04\x06\xff\x08\x00\xff",
        b"\x35\x01\x02\x36\x04\x0a\x4d\x00\x01\xaf\x03\x01\xff\xff\xff",
        b"",
        bytes(1000),
    ],
    ids=[
        "overrun",
        "no length",
        "all empty",
        "overload of what holds no options",
        "43 overruns",
        "175 overruns",
        "none",
        "only padding",
    ],
)
def test_broken_options_are_read_as_far_as_they_go(name: str, area: bytes) -> None:
    """Whatever the option area holds, the client copes."""
    account = account_at(name, "discovery")
    options, rest = dhcp.scan_options(area)
    whole = offer(siaddr=TFTP_SERVER, file="boot.0").message(account.client)
    payload = dhcp.build(replace(whole, options=options, rest=rest))
    account.gets(UdpDatagram(payload, 68, 67, "10.77.0.1", "255.255.255.255"))
    account.to_the_end()


@any_profile
def test_overload_that_points_at_itself_ends(name: str) -> None:
    """Option 52 inside an overloaded field is not followed again."""
    loop = b"\x34\x01\x03" * 40
    book_ = book(name).sends(DHCPDISCOVER)
    book_.gets(offer(siaddr=TFTP_SERVER, file=loop, options={52: b"\3"})).waits(60)
    assert book_.trace.outcome is not None


@any_profile
@pytest.mark.parametrize("mask", [b"\0\0\0\0", b"\xff\0\xff\0", b"\xff", b"\xff\xff\xff\xff", b""])
def test_no_netmask_is_too_strange(name: str, mask: bytes) -> None:
    """The boot goes on, or ends, but does not break."""
    book_ = book(name).sends(DHCPDISCOVER).gets(OFFER(file="boot.0")).waits(4.0)
    # VMware's ROM asks for a file for more than nine minutes.
    book_.gets(ACK(file="boot.0", options={1: mask, 3: b"\x0a"})).waits(600)
    assert book_.trace.outcome is not None


# --- sizes --------------------------------------------------------------------------------
@any_profile
@pytest.mark.parametrize(
    ("blksize", "tsize"),
    [
        (1428, 10**18),
        (10**9, 10),
        (0, 0),
        (1, 10**18),
        ("9" * 400, "9" * 400),
        ("0" * 400, "0" * 400),
    ],
)
def test_giant_sizes_in_an_oack_cost_nothing(
    name: str, blksize: int | str, tsize: int | str
) -> None:
    """They are numbers like others; no memory is set aside for them."""
    account = account_at(name, "the read request has gone out")
    account.gets(oack(blksize=blksize, tsize=tsize))
    account.gets(oack(blksize=blksize, tsize=tsize))
    for number in (1, 2, 65535, 3):
        account.gets(data(number, b"x"))
        account.check()
    account.to_the_end()
    account.check_traffic()


def test_blocks_far_ahead_are_kept_but_not_beyond_memory() -> None:
    """A server that sends ever later blocks fills the machine's memory at most."""
    machine = replace(profile(IPXE).machine, memory=10_000)
    book_ = Playbook(profile(IPXE), machine=machine).sends(DHCPDISCOVER)
    book_.gets(offer(vendor_class="PXEClient", siaddr=TFTP_SERVER, file="boot.0"))
    book_.sends(DHCPREQUEST).gets(ack(siaddr=TFTP_SERVER, file="boot.0"))
    for number in range(65000, 65000 - 25, -1):
        book_.gets(data(number, bytes(512))).waits(0.0)
    outcome = book_.trace.outcome
    assert isinstance(outcome, Failed)
    assert outcome.failure == "file-too-big"


# --- floods -------------------------------------------------------------------------------
@any_profile
def test_a_ping_of_sixty_kilobytes_in_fragments_is_dropped(name: str) -> None:
    """Its answer would not fit a frame, if it is put together at all; the boot goes on."""
    book_ = configured(name).sends(RRQ)
    body = bytes(range(256)) * 240
    message = icmp.build(icmp.Icmp(icmp.ECHO_REQUEST, 0, body))
    source, to = IPv4Address("10.77.0.1"), IPv4Address(CLIENT_ADDRESS)
    packet = ipv4.Packet(source, to, ipv4.ICMP, message, identification=9)
    mac = profile(name).machine.mac
    for part in fragments(packet, 1500):
        frame = ethernet.Frame(mac, mac_of("10.77.0.1"), ethernet.IPV4, ipv4.build(part))
        book_.gets(ethernet.build(frame), after=0.0)
    if profile(name).traits.ip.tftp_fragments is not Fragments.NONE:
        book_.ignores("ICMP echo request", because="does not fit one Ethernet frame")
    book_.gets(ping(bytes(1000))).sends(ECHO_REPLY)


@any_profile
def test_a_flood_of_fragments_costs_little(name: str) -> None:
    """A thousand beginnings without an end: none is answered."""
    account = account_at(name, "the read request has gone out")
    source, to = IPv4Address("10.77.0.1"), IPv4Address(CLIENT_ADDRESS)
    mac = profile(name).machine.mac
    before = len(account.actions)
    for number in range(1000):
        part = ipv4.Packet(
            source, to, ipv4.UDP, bytes(1480), identification=number, more_fragments=True
        )
        frame = ethernet.Frame(mac, mac_of("10.77.0.1"), ethernet.IPV4, ipv4.build(part))
        account.feed(FrameReceived(ethernet.build(frame)))
    assert not any(isinstance(action, SendFrame) for action in account.actions[before:])


@any_profile
def test_a_flood_of_offers_is_kept_within_bounds(name: str) -> None:
    """Only so many replies are kept, whoever sends them."""
    account = account_at(name, "discovery")
    for number in range(1000):
        account.gets(
            offer(server=f"10.77.{number % 250}.1", siaddr=TFTP_SERVER, options={175: b"\1\1\xff"})
        )
    account.check()
    account.check_traffic()


def test_a_flood_of_arp_questions_is_answered_one_by_one() -> None:
    """One reply for each, whoever asks; no neighbour is remembered for it."""
    account = account_at(VMWARE, "the read request has gone out")
    before = len(account.actions)
    for number in range(500):
        account.gets(arp_query(CLIENT_ADDRESS, f"10.77.1.{number % 250}"))
    sent = [action for action in account.actions[before:] if isinstance(action, SendFrame)]
    assert len(sent) == 500
