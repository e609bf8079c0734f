"""What is no network boot is not called one: lone replies, phones, relays, reads of texts."""

from __future__ import annotations

from ipaddress import IPv4Address
from pathlib import Path

import pytest

from pxeclient.capture.values import Recorded
from pxeclient.explain.stop import Stop
from pxeclient.explain.story import Explanation, explain
from pxeclient.explain.words import lines
from pxeclient.practice.boot_files import Kind as File
from pxeclient.practice.boot_files import boot_file
from pxeclient.seen.attempts import Kind
from pxeclient.wire import arp, dhcp, ethernet
from pxeclient.wire.dhcp import Option
from tests.compare.recordings import write
from tests.explain.captures import PROFILES
from tests.seen.frames import (
    CLIENT,
    OURS,
    PXE,
    SERVER,
    THEIRS,
    answers,
    asks,
    download,
    message,
    reply,
)

PHONE = Option(60, b"Cisco Systems, Inc. IP Phone CP-7940G")
LAPTOP = Option(60, b"MSFT 5.0")
TEXT = b"Things to buy:\n  flour\n  butter\n" * 9
UIMAGE = b"\x27\x05\x19\x56" + bytes(range(60))
MACHO = b"\xcf\xfa\xed\xfe" + bytes(200)


def captured(tmp_path: Path, octets: list[bytes], step: float = 0.02) -> Explanation:
    """A capture of these frames, explained."""
    found = [Recorded(at, at * step, one, len(one)) for at, one in enumerate(octets, 1)]
    return explain(write(tmp_path / "x.pcap", found), PROFILES)


def read_of(name: bytes, *blocks: bytes) -> list[bytes]:
    """The frames of a download."""
    return [octets for octets, _ in download(name, list(blocks))]


def text_of(found: Explanation, verbose: bool = False) -> str:
    """What is printed, without where lines end."""
    return " ".join(" ".join(lines(found, verbose)).split())


NO_BOOTS = {
    "a lone DHCPACK": [answers(reply(dhcp.ACK))],
    "a lone DHCPACK that names a file": [answers(reply(dhcp.ACK, Option(67, b"pxelinux.0")))],
    "a DHCPNAK and a DHCPOFFER": [answers(reply(dhcp.NAK)), answers(reply(dhcp.OFFER))],
    "a phone": [
        asks(message(dhcp.DISCOVER, PHONE)),
        answers(reply(dhcp.OFFER, Option(66, b"10.77.0.1"))),
        asks(message(dhcp.REQUEST, PHONE)),
        answers(reply(dhcp.ACK, Option(66, b"10.77.0.1"))),
        *read_of(b"SEP525400123456.cnf.xml", TEXT),
    ],
    "a DHCPINFORM": [asks(message(dhcp.INFORM, LAPTOP)), answers(reply(dhcp.ACK))],
    "a lease query": [
        asks(message(10, giaddr=IPv4Address("10.77.0.200"))),
        answers(message(13, op=dhcp.BOOTREPLY, giaddr=IPv4Address("10.77.0.200"))),
    ],
    "a read of a text": read_of(b"notes.txt", TEXT),
    "a read of a switch's settings": read_of(b"network-confg", b"hostname core\n!\n"),
    "a read of some octets": read_of(b"backup.img.gz", b"\x1f\x8b\x08" + bytes(90)),
}


@pytest.mark.parametrize("octets", NO_BOOTS.values(), ids=NO_BOOTS.keys())
def test_no_boot(octets: list[bytes], tmp_path: Path) -> None:
    """Nobody is called a network boot client, with or without -v."""
    found = captured(tmp_path, octets)
    assert not any(story.is_network_boot for story in found.stories)
    for verbose in (False, True):
        assert "no network boot client" in text_of(found, verbose)


def test_what_shows_next_to_nothing_is_one_line(tmp_path: Path) -> None:
    """A client that only a reply names is left out, and -v has it."""
    found = captured(tmp_path, NO_BOOTS["a lone DHCPACK"])
    assert str(CLIENT) not in text_of(found)
    assert "Of 1 client too little was recorded to say more" in text_of(found)
    assert str(CLIENT) in text_of(found, verbose=True)


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("a DHCPINFORM", "a DHCPINFORM (frame 1): it has an address already"),
        ("a lease query", "a DHCPLEASEQUERY (frame 1): a relay or switch asks"),
    ],
)
def test_other_messages_are_named(case: str, words: str, tmp_path: Path) -> None:
    """What is no question for an address is called what it is."""
    assert words in text_of(captured(tmp_path, NO_BOOTS[case]), verbose=True)


BOOTS = {
    "PXE in the middle": [asks(message(dhcp.REQUEST, PXE)), answers(reply(dhcp.ACK))],
    "a reply that says PXEClient": [answers(reply(dhcp.ACK, Option(60, b"PXEClient")))],
    "a reply from port 4011": [answers(reply(dhcp.ACK), 4011)],
    "a boot file by its content": read_of(b"a", boot_file(File.EFI).read(0, 500)),
    "an iPXE script": read_of(b"menu", b"#!ipxe\nshell\n"),
    "a boot file by its name": read_of(b"bios/pxelinux.0", bytes(100)),
    "a loader's next file": read_of(b"pxelinux.cfg/01-52-54-00-12-34-56", b"default linux\n"),
    "a file that a reply names": [
        asks(message(dhcp.DISCOVER, LAPTOP)),
        answers(reply(dhcp.ACK, Option(67, b"firmware.bin"))),
        *read_of(b"firmware.bin", MACHO),
    ],
}


@pytest.mark.parametrize("octets", BOOTS.values(), ids=BOOTS.keys())
def test_a_boot(octets: list[bytes], tmp_path: Path) -> None:
    """The near misses: with one thing more, it is one."""
    found = captured(tmp_path, octets)
    assert [story.is_network_boot for story in found.stories] == [True]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ([Option(60, b"U-Boot.armv8"), Option(93, b"\0\x16")], "22 (ARM 64-bit U-Boot)"),
        ([Option(60, b"U-Boot.armv7"), Option(93, b"\0\x15")], "21 (ARM 32-bit U-Boot)"),
        ([Option(60, b"U-Boot")], "U-Boot"),
    ],
)
def test_u_boot(options: list[Option], says: str, tmp_path: Path) -> None:
    """It is named, its architecture too, and its images are told."""
    octets = [
        asks(message(dhcp.DISCOVER, *options)),
        answers(reply(dhcp.OFFER)),
        asks(message(dhcp.REQUEST, *options)),
        answers(reply(dhcp.ACK)),
        *read_of(b"boot.scr.uimg", UIMAGE),
    ]
    found = captured(tmp_path, octets)
    assert [one.attempt.kind for one in found.stories[0].attempts] == [Kind.UBOOT]
    assert says in text_of(found)
    assert "U-Boot image" in text_of(found)


def owned(address: IPv4Address) -> bytes:
    """Somebody else answers ARP for an address."""
    other = arp.Arp(arp.REPLY, SERVER, address, CLIENT, address)
    return ethernet.build(ethernet.Frame(CLIENT, SERVER, ethernet.ARP, arp.build(other)))


@pytest.mark.parametrize("says_who", [True, False])
def test_a_declined_address(says_who: bool, tmp_path: Path) -> None:
    """A DHCPDECLINE is the end of a boot, and no other client, whether it has option 60 or not."""
    who = [PXE] if says_who else []
    octets = [
        asks(message(dhcp.DISCOVER, PXE)),
        answers(reply(dhcp.OFFER)),
        asks(message(dhcp.REQUEST, PXE)),
        answers(reply(dhcp.ACK)),
        owned(OURS),
        asks(message(dhcp.DECLINE, Option(50, OURS.packed), Option(54, THEIRS.packed), *who)),
    ]
    (story,) = captured(tmp_path, octets, step=1.0).stories
    (told,) = story.attempts
    assert told.ending.stop is Stop.DECLINED
    assert f"declines {OURS} of {THEIRS} with a DHCPDECLINE (frame 6)" in told.ending.sentence
    assert f"{SERVER} answers ARP for it (frame 5)" in told.ending.sentence
