"""Every built-in network says on the wire what its title says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from typing import TypeAlias

import pytest
from scapy.layers.dhcp import BOOTP
from scapy.layers.dhcp import DHCP as DHCP_OPTIONS
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether

from pxeclient.practice.scenario import DEFAULT, by_name, names
from pxeclient.wire import arp, dhcp, ethernet, pxe, tftp
from pxeclient.wire.addresses import ANY, BROADCAST_MAC, ZERO_MAC
from tests.practice.client import (
    CLIENT,
    CLIENT_MAC,
    DHCP,
    PROXY,
    TFTP,
    UUID,
    XID,
    Talk,
    discover,
    proxy_request,
    request,
    rrq,
    sound,
    tftp_packet,
)

SECOND_DHCP = IPv4Address("10.77.0.6")
NAME = b"boot.0"


@dataclass(frozen=True, slots=True)
class Said:
    """What a reply says about booting."""

    type: int
    server: IPv4Address
    yiaddr: IPv4Address = ANY
    siaddr: IPv4Address = ANY
    file: bytes = b""
    name67: bytes | None = None
    vendor: bytes | None = None
    control: int | None = None
    uuid: bytes | None = None


def said(message: dhcp.Message) -> Said:
    """Read a reply."""
    options = message.options
    vendor_options = dhcp.first(options, 43)
    return Said(
        message.type or 0,
        IPv4Address(dhcp.first(options, 54) or bytes(4)),
        message.yiaddr,
        message.siaddr,
        dhcp.text_field(message.file),
        dhcp.first(options, 67),
        dhcp.first(options, 60),
        pxe.discovery_control(pxe.parse_suboptions(vendor_options)) if vendor_options else None,
        dhcp.first(options, 97),
    )


PXE = pxe.PXECLIENT
ADDRESS = Said(dhcp.OFFER, DHCP, CLIENT)
PLAIN = replace(ADDRESS, siaddr=TFTP, file=NAME)
SAME = replace(ADDRESS, vendor=PXE, siaddr=DHCP)
MULTICAST = replace(PLAIN, vendor=PXE)
BARE_PROXY = Said(dhcp.OFFER, PROXY, vendor=PXE, uuid=UUID)
FILE_PROXY = replace(BARE_PROXY, siaddr=TFTP, file=NAME)
MENU = replace(ADDRESS, vendor=PXE, control=3)

Expected: TypeAlias = tuple[list[Said], list[Said], list[Said]]
"""Answers to DISCOVER, to REQUEST, and to a REQUEST on port 4011."""


def leases(offer: Said, *proxy_offers: Said, proxy_ack: Said | None = None) -> Expected:
    """A DHCP server whose ACK says the same as its offer, and maybe a proxy."""
    ack = replace(offer, type=dhcp.ACK)
    at_4011 = [] if proxy_ack is None else [replace(proxy_ack, type=dhcp.ACK)]
    return [offer, *proxy_offers], [ack], at_4011


EXPECTED: dict[str, Expected] = {
    "ack-without-boot-file": ([PLAIN], [replace(ADDRESS, type=dhcp.ACK)], []),
    "arp-silent": leases(PLAIN),
    "big-file": leases(PLAIN),
    "boot-file-too-big": leases(PLAIN),
    "boot-server-no-file": leases(MENU),
    "boot-server-not-listed": leases(MENU),
    "boot-server-other-type": leases(MENU),
    "boot-server-silent": leases(MENU),
    "boot-server-stranger": leases(replace(MENU, control=7)),
    "discovery-no-list": leases(replace(MENU, control=7)),
    "discovery-no-multicast-address": leases(replace(MENU, control=0)),
    "menu": leases(MENU),
    "menu-local-boot": leases(MENU),
    "menu-without-prompt": leases(MENU),
    "mtftp": leases(MULTICAST),
    "mtftp-in-progress": leases(MULTICAST),
    "mtftp-master-lost": leases(MULTICAST),
    "mtftp-proxy": leases(ADDRESS, FILE_PROXY),
    "mtftp-silent": leases(MULTICAST),
    "mtftp-unicast-first": leases(MULTICAST),
    "nak": ([PLAIN], [Said(dhcp.NAK, DHCP)], []),
    "no-boot-file": leases(ADDRESS),
    "no-next-server": leases(replace(PLAIN, siaddr=ANY)),
    "no-server-address": ([Said(0, ANY, CLIENT, file=NAME)], [], []),
    "offer-fragments-backwards": leases(PLAIN),
    "offer-from-port-6767": leases(PLAIN),
    "offer-oversized": leases(PLAIN),
    "offer-tagged": leases(PLAIN),
    "plain-dhcp": leases(PLAIN),
    "proxy-60-file-4011-dead": leases(ADDRESS, FILE_PROXY),
    "proxy-60-file-bit3": leases(ADDRESS, replace(FILE_PROXY, control=8)),
    "proxy-60-only": leases(ADDRESS, BARE_PROXY, proxy_ack=FILE_PROXY),
    "proxy-only": ([FILE_PROXY], [], []),
    "pxe-options-without-menu": leases(MENU),
    "request-unanswered": ([PLAIN], [], []),
    "samehost-60-file-4011-dead": leases(replace(SAME, file=NAME)),
    "samehost-60-file-bit3": leases(replace(SAME, file=NAME, control=8)),
    "samehost-60-menu-without-list": leases(replace(SAME, siaddr=ANY, control=7)),
    "samehost-60-only": leases(
        replace(SAME, siaddr=ANY), proxy_ack=replace(SAME, yiaddr=ANY, file=NAME, uuid=UUID)
    ),
    "samehost-60-only-4011-dead": leases(replace(SAME, siaddr=ANY)),
    "samehost-60-opt67-4011-dead": leases(replace(SAME, name67=NAME)),
    "silence": ([], [], []),
    "tftp-blksize-garbled": leases(PLAIN),
    "tftp-blksize-raised": leases(PLAIN),
    "tftp-block-too-long": leases(PLAIN),
    "tftp-denied": leases(PLAIN),
    "tftp-empty-file": leases(PLAIN),
    "tftp-error-0": leases(PLAIN),
    "tftp-error-4": leases(PLAIN),
    "tftp-error-midway": leases(PLAIN),
    "tftp-fragments": leases(PLAIN),
    "tftp-icmp-about-others": leases(PLAIN),
    "tftp-icmp-error": leases(PLAIN),
    "tftp-missing": leases(PLAIN),
    "tftp-no-options": leases(PLAIN),
    "tftp-no-tsize": leases(PLAIN),
    "tftp-port-closed": leases(PLAIN),
    "tftp-silent": leases(PLAIN),
    "tftp-size-garbled": leases(PLAIN),
    "tftp-size-understated": leases(PLAIN),
    "tftp-stalls": leases(PLAIN),
    "tftp-starts-at-0": leases(PLAIN),
    "two-dhcp": (
        [ADDRESS, replace(PLAIN, server=SECOND_DHCP, yiaddr=IPv4Address("10.77.0.60"))],
        [replace(ADDRESS, type=dhcp.ACK)],
        [],
    ),
}


def test_every_network_is_tested_here() -> None:
    """The table above has the networks that there are, and the default is one of them."""
    assert names() == list(EXPECTED)
    assert DEFAULT in names()


@pytest.mark.parametrize("name", names())
def test_network_says_what_its_title_says(name: str) -> None:
    """DISCOVER, REQUEST and a REQUEST to port 4011 get the replies of the table."""
    network = by_name(name)
    assert network.name == name
    assert network.title
    assert network.shows.endswith((".", "?"))
    talk = Talk(network)
    heard = [
        [said(message) for message in talk.ask(frame)]
        for frame in (
            discover(),
            request(),
            proxy_request(PROXY if name.startswith("proxy") else DHCP),
        )
    ]
    assert list(EXPECTED[name]) == heard


@pytest.mark.parametrize("name", names())
def test_scapy_reads_every_reply(name: str) -> None:
    """Another decoder finds a BOOTREPLY to this transaction, with a lease time if an address."""
    talk = Talk(by_name(name))
    for question in (discover(), request(), proxy_request(PROXY), proxy_request(DHCP)):
        talk.network.receive(question, talk.now)
        for answer in sound(frame for _, frame in talk.wait(2)):
            frame = Ether(answer)
            message = BOOTP(bytes(frame[UDP].payload))
            assert (message.op, message.xid) == (dhcp.BOOTREPLY, XID)
            assert message.chaddr[:6] == CLIENT_MAC
            assert len(message) >= 300
            del frame[IP].chksum, frame[UDP].chksum
            assert bytes(frame) == answer
            fields = [option[0] for option in message[DHCP_OPTIONS].options if option != "pad"]
            is_lease = message.yiaddr != "0.0.0.0" and "message-type" in fields
            assert ("lease_time" in fields) == is_lease


def downloaded(name: str) -> list[tftp.Message]:
    """The first packets of a download in a network, as far as it goes in three blocks."""
    talk = Talk(by_name(name))
    server = DHCP if name.startswith("samehost") else TFTP
    heard = talk.transfer(rrq(NAME, (b"blksize", b"1432"), server=server))
    if heard and isinstance(heard[0], tftp.OptionAck):
        for block in range(3):
            heard += talk.transfer(tftp_packet(tftp.Ack(block), 50001, server))
    return heard


@pytest.mark.parametrize(
    "name",
    [
        "plain-dhcp",
        "mtftp",
        "mtftp-silent",
        "samehost-60-file-4011-dead",
        "samehost-60-file-bit3",
        "samehost-60-only",
        "samehost-60-opt67-4011-dead",
        "proxy-60-only",
        "proxy-60-file-4011-dead",
        "proxy-60-file-bit3",
        "two-dhcp",
    ],
)
def test_boot_file_can_be_had(name: str) -> None:
    """Where the boot can succeed, the file is there: 4000 octets in three blocks."""
    blocks = [packet.content for packet in downloaded(name) if isinstance(packet, tftp.Data)]
    assert [len(block) for block in blocks] == [1432, 1432, 1136]


def test_missing_file_is_an_error() -> None:
    """``tftp-missing`` answers a request with TFTP error 1."""
    assert [tftp.Error(1, b"File not found")] == downloaded("tftp-missing")


def test_silent_server_says_nothing() -> None:
    """``tftp-silent`` does not answer a request."""
    assert downloaded("tftp-silent") == []


def test_error_comes_in_place_of_block_3() -> None:
    """``tftp-error-midway`` sends two blocks, then TFTP error 0."""
    assert [tftp.OptionAck, tftp.Data, tftp.Data, tftp.Error] == [
        type(packet) for packet in downloaded("tftp-error-midway")
    ]


def test_big_file_has_more_blocks_than_numbers() -> None:
    """``big-file`` wraps the block number at the block sizes that iPXE and EDK II ask for."""
    talk = Talk(by_name("big-file"))
    [answer] = talk.transfer(rrq(NAME, (b"tsize", b"0")))
    assert isinstance(answer, tftp.OptionAck)
    size = int(answer.get(b"tsize") or b"0")
    assert size // 1432 > size // 1468 > 0xFFFF


@pytest.mark.parametrize(("name", "answers"), [("arp-silent", 0), ("plain-dhcp", 1)])
def test_arp_for_the_tftp_server(name: str, answers: int) -> None:
    """``arp-silent`` is the network whose TFTP server does not answer ARP."""
    question = arp.build(arp.Arp(arp.REQUEST, CLIENT_MAC, CLIENT, ZERO_MAC, TFTP))
    frame = ethernet.Frame(BROADCAST_MAC, CLIENT_MAC, ethernet.ARP, question)
    assert answers == len(Talk(by_name(name)).say(ethernet.build(frame)))
