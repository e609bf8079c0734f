"""iPXE between DISCOVER and DHCPACK: which replies count, which of them, and NAKs."""

from __future__ import annotations

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
    proxy_ack,
    proxy_offer,
)
from tests.stories.firmwares import (
    IPXE,
    PATIENCE,
    VIRTUALBOX,
    any_ipxe,
    any_ipxe_2019,
    book,
    lonely,
)

SECOND = "10.77.0.6"
SECOND_OFFER = offer(server=SECOND, yiaddr="10.77.0.60")
FIRST_ID, SECOND_ID = bytes((10, 77, 0, 1)), bytes((10, 77, 0, 6))


# --- which of several ---------------------------------------------------------------------
@any_ipxe
def test_of_two_dhcp_servers_the_last_wins(firmware: str) -> None:
    """Even when only the first named a boot file."""
    (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(offer(siaddr=TFTP_SERVER, file="boot.0"))
        .gets(SECOND_OFFER, after=0.3)
        .sends(DHCPDISCOVER)
        .sends(DHCPREQUEST, at=3.0, options={54: SECOND_ID, 50: bytes((10, 77, 0, 60))})
        .gets(ack(server=SECOND, yiaddr="10.77.0.60"))
        .fails("2d03e13b")
    )


@pytest.mark.parametrize(
    ("first", "second", "chosen"),
    [(b"\1\1\5", b"", FIRST_ID), (b"\1\1\5", b"\1\1\4", FIRST_ID), (b"", b"\1\1\1", SECOND_ID)],
)
@any_ipxe
def test_priority_beats_order(firmware: str, first: bytes, second: bytes, chosen: bytes) -> None:
    """Option 175.1 of an offer counts as a signed number, 0 where it is absent."""
    (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(offer(options={175: first}))
        .gets(offer(server=SECOND, yiaddr="10.77.0.60", options={175: second}))
        .sends(DHCPDISCOVER)
        .sends(DHCPREQUEST, options={54: chosen})
    )


@any_ipxe
def test_a_negative_priority_is_never_chosen(firmware: str) -> None:
    """An offer of priority -1 is as good as none."""
    book_ = lonely(firmware).sends(DHCPDISCOVER).gets(offer(options={175: b"\1\1\xff"}))
    book_.ignores(because="classify-offer/outranked")
    book_.waits(14.9).fails("040ee119", at=PATIENCE[firmware])


@any_ipxe
def test_an_offer_after_two_seconds_is_taken_at_once(firmware: str) -> None:
    """No proxy is waited for any more."""
    (
        book(firmware)
        .sends(DHCPDISCOVER)
        .sends(DHCPDISCOVER, at=1.0)
        .gets(offer(), after=1.5)
        .decides("leave-discovery", "waited-for-proxy")
        .sends(DHCPREQUEST, at=2.5, secs=14)
    )


# --- what does not count ------------------------------------------------------------------
@pytest.mark.parametrize(
    ("reply", "rule"),
    [
        (offer(xid=1), "hear/other-xid"),
        (offer(mac="52:54:00:00:00:99"), "hear/other-client"),
        (ack(), "classify-offer/neither"),
        (offer(source_port=4011), "classify-offer/neither"),
        (proxy_offer(vendor_class="pxeclient"), "classify-offer/neither"),
        (proxy_offer(vendor_class=None), "classify-offer/neither"),
        (nak(), "classify-offer/neither"),
    ],
)
@any_ipxe
def test_a_reply_that_is_no_offer_is_ignored(firmware: str, reply: DhcpReply, rule: str) -> None:
    """Of another exchange, of another client, of another type, port or class."""
    book_ = lonely(firmware).sends(DHCPDISCOVER).gets(reply).ignores(because=rule)
    book_.waits(14.9).fails("040ee119", at=PATIENCE[firmware])


@any_ipxe
def test_a_proxy_offer_may_have_any_type_and_port(firmware: str) -> None:
    """All that iPXE asks of it is to say PXEClient."""
    (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(proxy_ack(siaddr=TFTP_SERVER, file="proxy.0"))
        .decides("classify-offer", "proxy-offer")
        .gets(offer())
        .sends(DHCPREQUEST, after=0.0)
        .gets(ack())
        .downloads("proxy.0")
        .ends("proxy.0")
    )


@any_ipxe
def test_a_reply_to_another_port_is_nobodys(firmware: str) -> None:
    """Nothing listens but port 68."""
    book(firmware).sends(DHCPDISCOVER).gets(offer(to_port=69)).ignores(
        because="nobody listens on that port"
    )


@pytest.mark.parametrize(
    ("reply", "rule"),
    [
        (ack(xid=1), "hear/other-xid"),
        (ack(source_port=4011), "accept-ack/other-port"),
        (ack(server=SECOND), "accept-ack/other-server"),
        (ack(type=2), "accept-ack/not-an-ack"),
        (ack(yiaddr="10.77.0.51"), "accept-ack/other-address"),
    ],
)
@any_ipxe
def test_an_ack_must_match_the_request(firmware: str, reply: DhcpReply, rule: str) -> None:
    """Others are ignored, and the DHCPREQUEST is repeated as if nothing had come."""
    (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(offer(vendor_class="PXEClient", siaddr=TFTP_SERVER, file="boot.0"))
        .sends(DHCPREQUEST, to=BROADCAST)
        .gets(reply, after=0.05)
        .ignores(because=rule)
        .sends(DHCPREQUEST, to=BROADCAST, after=0.2)
        .gets(ack(siaddr=TFTP_SERVER, file="boot.0"))
        .downloads("boot.0")
        .ends("boot.0")
    )


# --- DHCPNAK ------------------------------------------------------------------------------
@any_ipxe_2019
def test_ipxe_of_2019_ignores_a_nak(firmware: str) -> None:
    """The same DHCPREQUEST goes out again at the next timer, and its ACK counts."""
    (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(offer(siaddr=TFTP_SERVER, file="boot.0"))
        .sends(DHCPDISCOVER)
        .sends(DHCPREQUEST, at=3.0)
        .gets(nak())
        .ignores(because="accept-ack/nak-ignored")
        .sends(DHCPREQUEST, at=3.25)
        .gets(ack(siaddr=TFTP_SERVER, file="boot.0"))
        .downloads("boot.0")
        .ends("boot.0")
    )


def test_its_end_tells_of_the_nak_that_it_ignored() -> None:
    """The firmware's words hide why there is no DHCPACK; a stranger's NAK is not the reason."""
    for server, because in (("", "A DHCPNAK came"), (SECOND, "15.8 s.")):
        book_ = book(VIRTUALBOX).sends(DHCPDISCOVER).gets(offer()).sends(DHCPDISCOVER)
        refusal = nak(server=server) if server else nak()
        book_.sends(DHCPREQUEST).gets(refusal).waits(15.75).fails("040ee119", because=because)


def test_todays_ipxe_discovers_again_a_second_after_a_nak() -> None:
    """The offer is kept: the next DHCPREQUEST follows two seconds after the DISCOVER."""
    (
        book(IPXE)
        .sends(DHCPDISCOVER, secs=4)
        .gets(offer(siaddr=TFTP_SERVER, file="boot.0"))
        .sends(DHCPDISCOVER, secs=10)
        .sends(DHCPREQUEST, at=3.0, secs=18)
        .gets(nak(), after=0.0)
        .decides("accept-ack", "nak")
        .sends(DHCPDISCOVER, at=4.0)
        .sends(DHCPREQUEST, at=6.0, options={54: FIRST_ID})
        .gets(ack(siaddr=TFTP_SERVER, file="boot.0"))
        .downloads("boot.0")
        .ends("boot.0")
    )


def test_a_nak_of_another_server_is_ignored() -> None:
    """Only the server whose offer was chosen can refuse it."""
    (
        book(IPXE)
        .sends(DHCPDISCOVER)
        .gets(offer(vendor_class="PXEClient"))
        .sends(DHCPREQUEST)
        .gets(nak(server=SECOND))
        .ignores(because="accept-ack/other-server")
        .sends(DHCPREQUEST)
    )


def test_todays_ipxe_tires_of_naks() -> None:
    """After 180 of them it ignores the next and gives up."""
    book_ = book(IPXE).sends(DHCPDISCOVER).gets(offer())
    for _ in range(180):
        book_.sends(DHCPDISCOVER).sends(DHCPREQUEST).gets(nak(), after=0.0)
    book_.sends(DHCPDISCOVER).sends(DHCPREQUEST).gets(nak(), after=0.0)
    book_.ignores(because="discovery has begun again 180 times")
    book_.waits(15.0).fails("040ee119", because="181 DHCPNAKs came")
