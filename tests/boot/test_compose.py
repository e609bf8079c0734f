"""What a firmware sends, octet by octet, against recordings of the real one.

The recorded servers' answers are given to the emulated firmware one by one. Only the numbers
that are drawn anew in every boot are left out: transaction id, IP identification, the port of
the download, and the checksums over them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from scapy.utils import RawPcapReader

from pxeclient.playbook import ARP, RRQ, TFTP_SERVER, Kind, Playbook, ack, offer, sight
from pxeclient.wire import arp, ethernet
from pxeclient.wire.addresses import Mac
from tests.stories.firmwares import IPXE, IPXE_2019, VMWARE, book

CAPTURES = Path(__file__).parent.parent / "captures"
FOLDERS = {IPXE: "ipxe-head-e1000e", IPXE_2019: "ipxe-82540em"}
SCENARIOS = ("plain-dhcp-bootfile", "samehost-60-only", "proxy-60-only", "nak-then-ack")
MAC = Mac.from_text("52:54:00:12:34:56")

IP_ID, IP_CHECKSUM = slice(18, 20), slice(24, 26)
SOURCE_PORT, UDP_CHECKSUM, XID = slice(34, 36), slice(40, 42), slice(46, 50)


def frames(path: Path) -> Iterator[bytes]:
    """The frames of a capture."""
    with RawPcapReader(str(path / "capture.pcap")) as reader:
        for frame, _ in reader:
            yield frame


def masked(frame: bytes, *also: slice) -> str:
    """The frame without what differs from boot to boot, in hexadecimal."""
    octets = bytearray(frame)
    for part in (IP_ID, IP_CHECKSUM, UDP_CHECKSUM, *also):
        octets[part] = bytes(2 if part is not XID else 4)
    return octets.hex()


def is_dhcp_request(kind: Kind) -> bool:
    """A DHCP message of a client."""
    return kind in (Kind.DHCPDISCOVER, Kind.DHCPREQUEST)


def replayed(firmware: str, scenario: str) -> tuple[list[str], list[str]]:
    """The DHCP messages recorded and ours, each in its own order."""
    book_ = book(firmware)
    recorded: list[str] = []
    for frame in frames(CAPTURES / FOLDERS[firmware] / scenario):
        seen = sight(frame)
        if frame[6:12] == MAC and is_dhcp_request(seen.kind):
            recorded.append(masked(frame, XID))
            book_.sends(seen.kind, to=seen.to)
        elif frame[6:12] != MAC and seen.kind is Kind.DHCP_OTHER:
            book_.gets(in_our_exchange(frame, book_), after=0.0)
        elif seen.kind is Kind.RRQ:
            break
    return recorded, [masked(frame, XID) for frame in sent(book_, Kind.DHCPDISCOVER)]


def in_our_exchange(frame: bytes, book_: Playbook) -> bytes:
    """A recorded reply with our transaction id, and no UDP checksum."""
    octets = bytearray(frame)
    octets[XID] = book_.client.xid.to_bytes(4, "big")
    octets[UDP_CHECKSUM] = bytes(2)
    return bytes(octets)


def sent(book_: Playbook, kind: Kind) -> list[bytes]:
    """Our frames of a kind; of DHCP both kinds."""
    kinds = {kind, Kind.DHCPREQUEST} if is_dhcp_request(kind) else {kind}
    return [frame for _, frame, ours in book_.trace.frames() if ours and sight(frame).kind in kinds]


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("firmware", FOLDERS)
def test_dhcp_messages_are_the_recorded_ones(firmware: str, scenario: str) -> None:
    """DISCOVER, DHCPREQUEST and the request to port 4011, from Ethernet header to END."""
    recorded, ours = replayed(firmware, scenario)
    assert len(recorded) >= 2
    assert ours[: len(recorded)] == recorded


@pytest.mark.parametrize("firmware", FOLDERS)
def test_arp_and_read_request_are_the_recorded_ones(firmware: str) -> None:
    """The announcement of the address, the question for the server, the request for the file."""
    book_ = book(firmware)
    recorded: dict[str, str] = {}
    for frame in frames(CAPTURES / FOLDERS[firmware] / "plain-dhcp-bootfile"):
        seen = sight(frame)
        if frame[6:12] != MAC and seen.kind is Kind.DHCP_OTHER:
            book_.gets(in_our_exchange(frame, book_), after=0.0)
        elif frame[6:12] == MAC and is_dhcp_request(seen.kind):
            book_.sends(seen.kind)
        elif frame[6:12] == MAC and seen.kind in (ARP, RRQ):
            text = frame.hex() if seen.kind is ARP else masked(frame, SOURCE_PORT)
            recorded.setdefault(f"{seen.kind} {seen.to}", text)
    book_.sends(RRQ)
    ours = {f"ARP {sight(frame).to}": frame.hex() for frame in sent(book_, ARP)}
    ours |= {f"RRQ {sight(frame).to}": masked(frame, SOURCE_PORT) for frame in sent(book_, RRQ)}
    assert ours == recorded
    assert len(recorded) == 3


def test_the_first_discover_has_the_recorded_ip_identification() -> None:
    """iPXE counts in the high octet from 1."""
    assert sent(book(IPXE), Kind.DHCPDISCOVER)[0][IP_ID] == b"\1\0"


def test_vmwares_frames_are_padded_and_counted_from_zero() -> None:
    """548 octets of DHCP, ARP of 60 octets, IP identifications one up each time."""
    book_ = book(VMWARE).waits(10.0)
    first, second = sent(book_, Kind.DHCPDISCOVER)[:2]
    assert (first[IP_ID], second[IP_ID]) == (b"\0\0", b"\0\1")
    assert first[22] == 20, "the time to live"
    assert len(first) == 14 + 20 + 8 + 548
    assert first.endswith(b"\xff" + bytes(200))


def test_vmwares_options_are_in_order() -> None:
    """As on the ROMs of its family."""
    book_ = book(VMWARE)
    book_.sends(
        Kind.DHCPDISCOVER,
        codes=(53, 55, 57, 97, 93, 94, 60),
        options={
            57: b"\x04\xec",
            97: b"\0" + bytes.fromhex("564d3a9e0c5f1be26a479c8d56123456"),
            93: b"\0\0",
            94: b"\1\2\1",
            60: b"PXEClient:Arch:00000:UNDI:002001",
        },
    )


def test_arp_of_a_padded_firmware_reads_back() -> None:
    """The padding is not part of the message."""
    book_ = book(VMWARE).sends(Kind.DHCPDISCOVER).gets(offer(siaddr=TFTP_SERVER, file="x"))
    book_.sends(Kind.DHCPREQUEST).gets(ack(siaddr=TFTP_SERVER, file="x"))
    frame = sent(book_, ARP)[0]
    assert len(frame) == 60
    assert str(arp.parse(ethernet.parse(frame).payload).target) == TFTP_SERVER
