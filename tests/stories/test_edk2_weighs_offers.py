"""EDK II from power-on to the lease: what it hears, the interval, the ranks, the DHCPACK."""

from __future__ import annotations

from functools import partial

import pytest

from pxeclient.playbook import (
    BROADCAST,
    CLIENT_ADDRESS,
    DHCP_SERVER,
    DHCPDISCOVER,
    DHCPREQUEST,
    PROXY_SERVER,
    RRQ,
    TFTP_SERVER,
    DhcpReply,
    ack,
    nak,
    offer,
    proxy_ack,
    proxy_offer,
)
from pxeclient.wire import dhcp
from tests.stories.firmwares import DHCP_4011, PROXY_4011, TFTP_4011, any_edk2, book

PLAIN = partial(offer, broadcast=True)
PXE = partial(offer, broadcast=True, vendor_class="PXEClient")
ACK = partial(ack, broadcast=True)
FULL = partial(PLAIN, siaddr=TFTP_SERVER, file="boot.efi")
PROXY = partial(proxy_offer, to_port=dhcp.CLIENT_PORT)
BOTH = partial(ACK, siaddr=TFTP_SERVER, file="boot.efi")

SECOND_DHCP, SECOND_PROXY = "10.77.0.8", "10.77.0.9"


# --- what it says and hears ---------------------------------------------------------------
@any_edk2
def test_discovers_are_broadcast_only_and_a_minute_is_enough(firmware: str) -> None:
    """Four of them with secs 0, 4, 12, 28, the broadcast flag set, one xid; then PXE-E18."""
    book_ = book(firmware).sends(DHCPDISCOVER, to=BROADCAST, at=0.0, secs=0, flags=0x8000)
    xid = book_.client.xid
    for at, secs in ((3.8, 4), (11.8, 12), (27.8, 28)):
        book_.sends(DHCPDISCOVER, to=BROADCAST, at=at, secs=secs, flags=0x8000, xid=xid)
    book_.fails("PXE-E18", after=32.0).decides("no-lease", "silence")
    book_.prints("PXE-E18: Server response timeout.")


@any_edk2
def test_a_unicast_offer_before_the_lease_is_not_heard(firmware: str) -> None:
    """Only 255.255.255.255 reaches it."""
    book_ = book(firmware).sends(DHCPDISCOVER).gets(FULL(broadcast=False))
    book_.ignores("a UDP datagram", because="not a broadcast, and we have no address yet")
    book_.sends(DHCPDISCOVER, at=3.8)


@any_edk2
def test_a_unicast_ack_is_not_heard_either(firmware: str) -> None:
    """The request is repeated, and its broadcast answer taken."""
    book_ = book(firmware).sends(DHCPDISCOVER).gets(FULL()).sends(DHCPREQUEST, at=3.8)
    book_.gets(BOTH(broadcast=False)).ignores(because="not a broadcast")
    book_.sends(DHCPREQUEST, to=BROADCAST, after=4.0 - 0.001).gets(BOTH())
    book_.downloads("boot.efi").ends("boot.efi")


@any_edk2
@pytest.mark.parametrize("port", [68, 1067, 4011, 6767])
def test_an_offer_from_another_port_than_67_is_not_heard(firmware: str, port: int) -> None:
    """Nor is a proxy's; the four DISCOVERs go out as if nobody had answered."""
    book_ = book(firmware)
    for at in (0.0, 3.8, 11.8, 27.8):
        book_.sends(DHCPDISCOVER, at=at)
        book_.gets(FULL(source_port=port))
        book_.ignores(f"from {DHCP_SERVER}:{port}", because="replies from port 67 only")
        book_.gets(PROXY(file="x", control=8, source_port=port)).ignores(because="hear/other-port")
    book_.fails("PXE-E18", at=59.8)


@any_edk2
@pytest.mark.parametrize("port", [67, 6767])
def test_an_answer_on_port_4011_may_come_from_any_port(firmware: str, port: int) -> None:
    """There it asks from a UDP instance without a remote port."""
    book_ = book(firmware).sends(DHCPDISCOVER).gets(PXE(siaddr=PROXY_SERVER)).sends(DHCPREQUEST)
    book_.gets(ACK(vendor_class="PXEClient", siaddr=PROXY_SERVER)).sends(DHCPREQUEST, to=PROXY_4011)
    book_.gets(proxy_ack(siaddr=TFTP_SERVER, file="boot.efi", source_port=port))
    book_.waits(1.0).decides("accept-proxy-reply", "complete")
    book_.downloads("boot.efi").ends("boot.efi")


@any_edk2
def test_messages_that_are_not_for_it(firmware: str) -> None:
    """A request, another transaction, another machine."""
    book_ = book(firmware).sends(DHCPDISCOVER)
    for wrong, rule in (
        (FULL(op=dhcp.BOOTREQUEST), "no-reply"),
        (FULL(xid=1), "other-xid"),
        (FULL(mac="02:00:00:00:00:01"), "other-client"),
    ):
        book_.gets(wrong).ignores(because=f"hear/{rule}")
    book_.sends(DHCPDISCOVER, at=3.8)


@any_edk2
@pytest.mark.parametrize(
    "broken",
    [
        {1: b"\xff\xff\xff"},
        {3: b"\x0a\x4d\x00"},
        {6: b"\x0a\x4d\x00\x01\x0a"},
        {51: b"\0\0\1"},
        {52: b"\x04"},
        {54: b"\x0a\x4d"},
        {53: b"\x0a"},
    ],
)
def test_one_broken_option_drops_the_packet(firmware: str, broken: dict[int, bytes]) -> None:
    """Even if it has nothing to do with booting."""
    book_ = book(firmware).sends(DHCPDISCOVER).gets(FULL(options=broken))
    book_.ignores(because="hear/broken-options").sends(DHCPDISCOVER, at=3.8)


# --- the interval and the ranks -----------------------------------------------------------
@any_edk2
def test_the_interval_is_waited_out(firmware: str) -> None:
    """Then the address of the offer is asked for."""
    book_ = book(firmware).sends(DHCPDISCOVER).gets(FULL())
    book_.decides("classify-offer", "own-plain")
    book_.sends(
        DHCPREQUEST,
        to=BROADCAST,
        at=3.8,
        flags=0x8000,
        codes=(53, 54, 50, 57, 55, 97, 94, 93, 60),
        options={50: bytes((10, 77, 0, 50)), 54: bytes((10, 77, 0, 1)), 57: b"\xff\0"},
    )
    book_.gets(BOTH()).decides("accept-ack", "confirmed").decides("after-ack", "own-offer")
    book_.decides("boot-from", "file").downloads("boot.efi").ends("boot.efi")


@any_edk2
def test_offers_that_are_none(firmware: str) -> None:
    """Each is dropped with its reason, and after a minute it is PXE-E16 for what counted."""
    book_ = book(firmware).sends(DHCPDISCOVER)
    mtftp = dict.fromkeys((1, 2, 3, 4, 5), bytes(4))
    wrongs: tuple[tuple[DhcpReply, str], ...] = (
        (FULL(type=dhcp.ACK), "no-offer"),
        (FULL(server_id=None), "no-server-id"),
        (PROXY(server_id=None, file="x"), "no-server-id"),
        (PXE(suboptions=mtftp, file="x"), "mtftp"),
        (PROXY(vendor_class=None, file="x"), "neither"),
    )
    for wrong, rule in wrongs:
        book_.gets(wrong).ignores(because=f"classify-offer/{rule}")
    book_.gets(PLAIN()).decides("classify-offer", "own-plain")
    for at in (3.8, 11.8, 27.8):
        book_.sends(DHCPDISCOVER, at=at)
    book_.fails("PXE-E16", after=32.0).decides("no-lease", "no-valid-offer")


@any_edk2
def test_a_proxy_alone_is_no_valid_offer(firmware: str) -> None:
    """Nobody offers an address."""
    book_ = book(firmware).sends(DHCPDISCOVER).gets(PROXY(control=8, file="boot.efi"))
    book_.decides("classify-offer", "proxy-pxe10")
    book_.sends(DHCPDISCOVER).sends(DHCPDISCOVER).sends(DHCPDISCOVER).fails("PXE-E16")


@any_edk2
@pytest.mark.parametrize(
    ("offers", "rank"),
    [
        ((FULL(), PROXY(), PXE(), PROXY(control=8), PXE(control=8)), "rank-1-own-pxe10"),
        ((FULL(), PROXY(), PXE(), PROXY(control=8)), "rank-3-proxy-pxe10"),
        ((FULL(), PROXY(), PXE()), "rank-5-own-binl"),
        ((PXE(), PROXY(control=8)), "rank-5-own-binl"),
        ((FULL(), PROXY()), "rank-6-proxy-binl"),
        ((PLAIN(), FULL()), "rank-7-plain-with-file"),
    ],
)
def test_ranks(firmware: str, offers: tuple[DhcpReply, ...], rank: str) -> None:
    """The best class wins, however early the others came."""
    book_ = book(firmware).sends(DHCPDISCOVER)
    for each in offers:
        book_.gets(each)
    book_.sends(DHCPREQUEST, at=3.8)
    assert f"select-offer/{rank}" in book_.ladder


@any_edk2
def test_the_first_plain_offer_with_a_file_wins(firmware: str) -> None:
    """Even behind one without, and before one that is as good."""
    book_ = book(firmware).sends(DHCPDISCOVER).gets(PLAIN()).gets(FULL(server=SECOND_DHCP))
    book_.gets(FULL()).sends(DHCPREQUEST, at=3.8, options={54: bytes((10, 77, 0, 8))})


@any_edk2
def test_a_bootp_reply_is_the_last_resort(firmware: str) -> None:
    """It is used as it stands, without a request."""
    book_ = book(firmware).sends(DHCPDISCOVER).gets(FULL(type=None, server_id=None))
    book_.decides("classify-offer", "bootp").waits(3.8).decides("select-offer", "rank-8-bootp")
    assert "DHCPREQUEST" not in book_.ladder


# --- the DHCPACK --------------------------------------------------------------------------


@any_edk2
def test_acks_that_are_none(firmware: str) -> None:
    """Another port, another server, another type; the request is repeated."""
    book_ = book(firmware).sends(DHCPDISCOVER).gets(FULL()).sends(DHCPREQUEST)
    for wrong, rule in (
        (BOTH(source_port=4011), "hear/other-port"),
        (BOTH(server=SECOND_DHCP), "accept-ack/other-server"),
        (FULL(), "accept-ack/neither"),
    ):
        book_.gets(wrong).ignores(because=rule)
    for wait in (3.997, 8.0, 16.0):
        book_.sends(DHCPREQUEST, to=BROADCAST, after=wait)
    book_.fails("PXE-E16", after=32.0)


@any_edk2
def test_a_nak_ends_the_boot_with_e07(firmware: str) -> None:
    """EDK II does not discover again."""
    book_ = book(firmware).sends(DHCPDISCOVER).gets(FULL()).sends(DHCPREQUEST).gets(nak())
    book_.decides("accept-ack", "nak").fails("PXE-E07", after=0.0)
    book_.prints("PXE-E07: Network device error.")


@any_edk2
def test_an_ack_of_another_address_ends_the_boot(firmware: str) -> None:
    """It is taken for a refusal."""
    book_ = book(firmware).sends(DHCPDISCOVER).gets(FULL()).sends(DHCPREQUEST)
    book_.gets(BOTH(yiaddr="10.77.0.51")).decides("accept-ack", "other-address")
    book_.fails("PXE-E07", after=0.0)


@any_edk2
def test_the_ack_counts_not_the_offer(firmware: str) -> None:
    """A DHCPACK without file is PXE-E99, one with another file leads to that."""
    book_ = book(firmware).sends(DHCPDISCOVER).gets(FULL()).sends(DHCPREQUEST).gets(ACK())
    book_.decides("boot-from", "no-file").fails("PXE-E99")
    book_ = book(firmware).sends(DHCPDISCOVER).gets(FULL()).sends(DHCPREQUEST)
    book_.gets(ACK(file="new.efi")).decides("boot-server", "server-id")
    book_.downloads("new.efi", server=DHCP_SERVER).ends("new.efi")


# --- port 4011 ----------------------------------------------------------------------------
ANSWER = partial(proxy_ack, server=DHCP_SERVER, siaddr=TFTP_SERVER, file="boot.efi")


@any_edk2
def test_port_4011_is_asked_even_if_the_offer_names_a_file(firmware: str) -> None:
    """From port 4011, with a new xid and an unpadded message; the answer decides."""
    book_ = book(firmware).sends(DHCPDISCOVER).gets(PXE(file="own.efi")).sends(DHCPREQUEST)
    xid = book_.client.xid
    book_.gets(ACK(vendor_class="PXEClient", file="own.efi"))
    book_.decides("after-ack", "own-binl").decides("proxy-server", "server-id")
    book_.sends(
        DHCPREQUEST,
        to=DHCP_4011,
        source_port=4011,
        ciaddr=CLIENT_ADDRESS,
        secs=0,
        flags=0,
        codes=(53, 55, 57, 60, 93, 94, 97),
    )
    assert book_.client.xid != xid
    book_.gets(ANSWER()).downloads("boot.efi").ends("boot.efi")


@any_edk2
def test_answers_are_looked_at_only_when_the_second_is_over(firmware: str) -> None:
    """The read request waits for the end of the first wait, however early the answer came."""
    book_ = book(firmware).sends(DHCPDISCOVER).gets(PXE()).sends(DHCPREQUEST).gets(ACK())
    book_.sends(DHCPREQUEST, to=DHCP_4011).gets(ANSWER(), after=0.2)
    book_.stays_quiet(0.7).sends(RRQ, file="boot.efi", after=0.1)
    assert "accept-proxy-reply/complete" in book_.ladder


@any_edk2
def test_a_silent_port_4011_is_e16(firmware: str) -> None:
    """Four requests in ten seconds; the boot file of the offer does not help."""
    book_ = book(firmware).sends(DHCPDISCOVER).gets(PXE(siaddr=TFTP_SERVER, file="x"))
    book_.sends(DHCPREQUEST).gets(ACK(siaddr=TFTP_SERVER, file="x"))
    book_.decides("proxy-server", "siaddr")
    for wait, secs in ((0.0, 0), (1.0, 256), (2.0, 512), (3.0, 768)):
        book_.sends(DHCPREQUEST, to=TFTP_4011, after=wait, secs=secs)
    book_.fails("PXE-E16", after=4.0, because="Discovery control (43.6) with bit 3")
    book_.decides("proxy-silent", "give-up")


@any_edk2
def test_an_answer_without_a_file_gives_its_server_up(firmware: str) -> None:
    """At the end of its wait, and without asking again."""
    book_ = book(firmware).sends(DHCPDISCOVER).gets(PXE()).sends(DHCPREQUEST).gets(ACK())
    book_.sends(DHCPREQUEST, to=DHCP_4011).gets(ANSWER(file=""))
    book_.fails("PXE-E16", after=0.999).decides("accept-proxy-reply", "names-nothing")


@any_edk2
def test_the_second_proxy_is_asked_when_the_first_is_silent(firmware: str) -> None:
    """With a new xid; its answer decides."""
    book_ = book(firmware).sends(DHCPDISCOVER).gets(PLAIN()).gets(PROXY())
    book_.gets(PROXY(server=SECOND_PROXY)).sends(DHCPREQUEST).gets(ACK())
    book_.decides("after-ack", "proxy-binl")
    for wait in (0.0, 1.0, 2.0, 3.0):
        book_.sends(DHCPREQUEST, to=PROXY_4011, after=wait)
    xid = book_.client.xid
    book_.sends(DHCPREQUEST, to=f"{SECOND_PROXY}:4011", after=4.0, secs=0)
    assert book_.client.xid != xid
    book_.gets(ANSWER(server=SECOND_PROXY)).downloads("boot.efi").ends("boot.efi")
    assert "proxy-silent/next-proxy" in book_.ladder


@any_edk2
def test_the_second_proxy_is_asked_when_the_first_names_nothing(firmware: str) -> None:
    """At the end of the first wait."""
    book_ = book(firmware).sends(DHCPDISCOVER).gets(PLAIN()).gets(PROXY())
    book_.gets(PROXY(server=SECOND_PROXY)).sends(DHCPREQUEST).gets(ACK())
    book_.sends(DHCPREQUEST, to=PROXY_4011).gets(ANSWER(server=PROXY_SERVER, file=""))
    book_.sends(DHCPREQUEST, to=f"{SECOND_PROXY}:4011", after=0.999)
    for wait in (1.0, 2.0, 3.0):
        book_.sends(DHCPREQUEST, to=f"{SECOND_PROXY}:4011", after=wait)
    book_.fails("PXE-E16", after=4.0)


@any_edk2
def test_an_answer_that_names_no_server_at_all(firmware: str) -> None:
    """Neither siaddr nor server identifier: PXE-E99."""
    book_ = book(firmware).sends(DHCPDISCOVER).gets(PXE()).sends(DHCPREQUEST).gets(ACK())
    book_.sends(DHCPREQUEST, to=DHCP_4011).gets(ANSWER(siaddr="0.0.0.0", server_id=None))
    book_.fails("PXE-E99", after=0.999).decides("boot-from", "no-server")


@any_edk2
def test_a_proxy_offer_with_bit_3_is_used_itself(firmware: str) -> None:
    """Nobody is asked on port 4011, and the DHCPACK's file does not count."""
    book_ = book(firmware).sends(DHCPDISCOVER).gets(FULL())
    book_.gets(PROXY(control=8, siaddr=PROXY_SERVER, file="proxy.efi")).sends(DHCPREQUEST)
    book_.gets(BOTH()).decides("after-ack", "proxy-pxe10").decides("boot-from", "bit-3-and-file")
    book_.downloads("proxy.efi", server=PROXY_SERVER).ends("proxy.efi")
