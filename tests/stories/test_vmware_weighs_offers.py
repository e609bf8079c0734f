"""VMware's ROM between DISCOVER and DHCPACK: the filter, the window, the ranks."""

from __future__ import annotations

from functools import partial

import pytest

from pxeclient.playbook import (
    BROADCAST,
    DHCPDISCOVER,
    DHCPREQUEST,
    TFTP_SERVER,
    DhcpReply,
    ack,
    nak,
    offer,
    proxy_offer,
)
from tests.stories.firmwares import VMWARE, book

SECOND = "10.77.0.6"
OFFER = partial(offer, siaddr=TFTP_SERVER, file="boot.0")
ACK = partial(ack, siaddr=TFTP_SERVER, file="boot.0")
"""With a boot file."""
SECOND_ID = bytes((10, 77, 0, 6))


@pytest.mark.parametrize(
    ("reply", "rule"),
    [
        (offer(op=1), "hear/no-reply"),
        (offer(xid=0x58123456), "hear/other-xid"),
        (offer(cookie=b"nope"), "hear/no-cookie"),
        (offer(mac="00:50:56:00:00:99"), "hear/other-client"),
        (offer(yiaddr="224.0.0.1"), "hear/no-host-address"),
        (ack(), "classify-offer/no-offer"),
        (offer(type=None, server_id=None), "classify-offer/no-offer"),
        (offer(server_id=None), "classify-offer/no-server-id"),
        (proxy_offer(vendor_class=None), "classify-offer/proxy-without-pxe"),
    ],
)
def test_a_reply_that_fails_the_filter_is_ignored(reply: DhcpReply, rule: str) -> None:
    """Op, transaction id, cookie, all 16 octets of the address field, yiaddr, type, option 54."""
    book(VMWARE).sends(DHCPDISCOVER).gets(reply).ignores(because=rule)


def test_only_the_hardware_address_field_as_a_whole_is_ours() -> None:
    """Rubbish after the sixth octet makes it another client's."""
    book_ = book(VMWARE).sends(DHCPDISCOVER)
    frame = bytearray(OFFER()(book_.client))
    at = 14 + 20 + 8 + 28 + 15
    frame[at] ^= 1
    frame[40:42] = b"\0\0"  # no UDP checksum
    book_.gets(bytes(frame)).ignores(because="hear/other-client")


def test_a_reply_to_the_discover_before_is_too_late() -> None:
    """Each DISCOVER has its own transaction id."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .sends(DHCPDISCOVER, at=2.087)
        .gets(OFFER(xid=0x57123456))
        .ignores(because="hear/other-xid")
        .gets(OFFER())
        .sends(DHCPREQUEST, to=BROADCAST, at=6.261, secs=6)
        .gets(ACK())
        .downloads("boot.0")
        .ends("boot.0")
    )


def test_the_request_names_address_and_server() -> None:
    """Options 50 and 54 of the chosen offer."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(OFFER())
        .sends(
            DHCPREQUEST,
            options={50: bytes((10, 77, 0, 50)), 54: bytes((10, 77, 0, 1))},
            codes=(53, 50, 55, 57, 54, 97, 93, 94, 60),
        )
    )


def test_of_plain_offers_the_first_with_a_file_is_chosen() -> None:
    """Rank 7: an earlier offer without a file is passed over."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(offer())
        .gets(OFFER(server=SECOND, yiaddr="10.77.0.60"))
        .gets(OFFER(server="10.77.0.7", yiaddr="10.77.0.70"))
        .sends(DHCPREQUEST, at=2.087, options={54: SECOND_ID, 50: bytes((10, 77, 0, 60))})
        .gets(ACK(server=SECOND, yiaddr="10.77.0.60"))
        .downloads("boot.0")
        .ends("boot.0")
    )


@pytest.mark.parametrize(
    ("better", "rule"),
    [
        (OFFER(server=SECOND, vendor_class="PXEClient", control=8), "rank-1-own-pxe10"),
        (offer(server=SECOND, vendor_class="PXEClient"), "rank-5-own-binl"),
    ],
)
def test_pxe_servers_rank_above_plain_ones(better: DhcpReply, rule: str) -> None:
    """The order of arrival plays no part between classes."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(OFFER())
        .gets(better)
        .waits(2.1)
        .decides("select-offer", rule)
    )


def test_a_bootp_reply_is_the_last_resort() -> None:
    """Any offer that leads to a boot file is preferred (rank 8)."""
    bootp = offer(type=None, server_id=None, siaddr=TFTP_SERVER, file="bootp.0")
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(bootp)
        .gets(OFFER(server=SECOND))
        .sends(DHCPREQUEST, options={54: SECOND_ID})
    )


def test_sixteen_replies_are_kept() -> None:
    """The seventeenth is dropped, however good."""
    book_ = book(VMWARE).sends(DHCPDISCOVER)
    for _ in range(16):
        book_.gets(offer(), after=0.01)
    book_.gets(OFFER()).ignores(because="16 replies are kept already")


def test_offers_without_anything_to_boot_keep_it_discovering() -> None:
    """R2: the next window may bring better."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(offer())
        .sends(DHCPDISCOVER, at=2.087)
        .gets(OFFER())
        .sends(DHCPREQUEST, at=6.261)
    )


@pytest.mark.parametrize(
    ("reply", "rule"),
    [
        (nak(), "accept-ack/no-ack"),
        (ack(type=2), "accept-ack/no-ack"),
        (ack(server=SECOND), "accept-ack/other-server"),
        (ack(yiaddr="10.77.0.51"), "accept-ack/other-address"),
    ],
)
def test_only_the_ack_of_the_chosen_offer_counts(reply: DhcpReply, rule: str) -> None:
    """A DHCPNAK is as good as silence; the DHCPREQUEST is repeated after a second."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(OFFER())
        .sends(DHCPREQUEST, at=2.087)
        .gets(reply)
        .ignores(because=rule)
        .sends(DHCPREQUEST, at=3.087)
        .gets(ACK())
        .downloads("boot.0")
        .ends("boot.0")
    )


def test_a_key_is_of_no_use() -> None:
    """No prompt is up."""
    book(VMWARE).sends(DHCPDISCOVER).presses("F8").ignores("the key F8", because="no keys")
