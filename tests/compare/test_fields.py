"""Every octet outside the mask is in a field."""

from __future__ import annotations

from pathlib import Path

import pytest

from pxeclient.compare.differences import held
from pxeclient.compare.fields import FieldReader
from pxeclient.wire import icmpv6
from pxeclient.wire.addresses import Mac
from tests.compare.recordings import CAPTURES, client_frames

RECORDINGS = [
    CAPTURES / "ipxe-e1000e" / "samehost-60-only" / "capture.pcap",
    CAPTURES / "ipxe-82540em" / "dhcpd-tftpd" / "capture.pcap",
    CAPTURES / "ovmf-virtio" / "samehost-60-43-menu" / "capture.pcap",
]


def masked(frame: bytes) -> set[int]:
    """The octets that are not compared."""
    if frame[12:14] != b"\x08\x00":
        return set()
    octets = {18, 19, 24, 25}
    if frame[23] == 1:
        return octets | {36, 37}
    octets |= {40, 41}
    if int.from_bytes(frame[36:38], "big") in (67, 4011):
        return octets | {46, 47, 48, 49}
    return octets | {34, 35}


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.parent.name)
def test_every_octet_counts_but_for_the_mask(recording: Path) -> None:
    """Whichever octet is changed, a field changes; in the mask, none does."""
    for frame in client_frames(recording):
        whole = FieldReader().read(frame)
        for at in range(len(frame)):
            changed = frame[:at] + bytes((frame[at] ^ 0x41,)) + frame[at + 1 :]
            found = FieldReader().read(changed)
            if at in masked(frame):
                assert whole == found, f"octet {at}"
            else:
                assert whole != found, f"octet {at}"
                assert list(held(found, whole)), f"octet {at} is not told"


def test_a_repeated_transaction_id_is_not_a_new_one() -> None:
    """The value is masked, but not whether it is the same again."""
    first, *_ = client_frames(RECORDINGS[0])
    other = first[:46] + b"\1\2\3\4" + first[50:]
    zero = first[:46] + bytes(4) + first[50:]
    reader = FieldReader()
    seen = [reader.read(frame)["xid"] for frame in (first, other, first, zero)]
    assert seen == [
        "number 1 of this boot",
        "number 2 of this boot",
        "number 1 of this boot",
        "zero",
    ]


def test_a_datagram_without_checksum_is_told_from_one_with() -> None:
    """A wrong one is what a card had still to complete, and counts as there."""
    first, *_ = client_frames(RECORDINGS[0])
    none = FieldReader().read(first[:40] + b"\0\0" + first[42:])
    wrong = FieldReader().read(first[:40] + b"\1\2" + first[42:])
    assert none["UDP checksum"] == "none"
    assert wrong == FieldReader().read(first)


def test_ipv6_beside_the_boot_is_built_as_recorded() -> None:
    """Listener reports and the address probe of EDK II, octet by octet."""
    mac = Mac(bytes.fromhex("525400123456"))
    recorded = {
        frame[14:]
        for frame in client_frames(CAPTURES / "ovmf-virtio" / "tftp-silent" / "capture.pcap")
        if frame[:6] == bytes.fromhex("3333ff123456")
    }
    built = {
        icmpv6.listener_report(mac, unspecified=True),
        icmpv6.listener_report(mac),
        icmpv6.address_probe(mac),
    }
    assert recorded == built
