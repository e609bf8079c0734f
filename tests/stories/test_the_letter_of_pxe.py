"""A machine that does what PXE 2.1 says and no more."""

from __future__ import annotations

from functools import partial

import pytest

from pxeclient.playbook import (
    BROADCAST,
    DHCP_SERVER,
    DHCPDISCOVER,
    DHCPREQUEST,
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
from tests.stories.firmwares import DHCP_4011, PROXY_4011, SPEC, book
from tests.stories.menus import (
    AT_THE_MENU,
    AT_THE_PROMPT,
    FIRST_4011,
    ITEM_1,
    ITEMS,
    said,
    told,
)

machine = partial(told, SPEC)

FILE = partial(offer, siaddr=TFTP_SERVER, file="boot.0")
BARE = partial(proxy_offer, siaddr=TFTP_SERVER, file="proxy.0")
"""A proxy offer that names server and file, and has no option 43."""


# --- discovery ----------------------------------------------------------------------------
def test_discovers_at_4_8_16_and_32_seconds() -> None:
    """Secs counts from 0, the transaction id stays."""
    book_ = book(SPEC).sends(DHCPDISCOVER, secs=0)
    xid = book_.client.xid
    for after, secs in ((4.0, 4), (8.0, 12), (16.0, 28)):
        book_.sends(DHCPDISCOVER, after=after, secs=secs, xid=xid)
    book_.fails("PXE-E51", after=32.0)


def test_a_plain_offer_waits_through_the_second_window() -> None:
    """Twelve seconds for a proxy, then the file of the plain offer."""
    book_ = book(SPEC).sends(DHCPDISCOVER).gets(FILE())
    book_.sends(DHCPDISCOVER, after=4.0 - 0.001).sends(DHCPREQUEST, after=8.0)
    book_.gets(ack(siaddr=TFTP_SERVER, file="boot.0")).decides("after-ack", "own-offer")
    book_.downloads("boot.0").ends("boot.0")


def test_a_proxy_that_comes_late_is_heard() -> None:
    """In the second window; its file is booted without option 43 (X1)."""
    book_ = book(SPEC).sends(DHCPDISCOVER).gets(offer()).sends(DHCPDISCOVER).gets(BARE())
    book_.sends(DHCPREQUEST).gets(ack()).decides("after-ack", "proxy-file")


def test_an_offer_without_a_file_is_worth_nothing_alone() -> None:
    """Four windows, then PXE-E53."""
    book_ = book(SPEC)
    for _ in range(4):
        book_.sends(DHCPDISCOVER).gets(offer())
    book_.fails("PXE-E53", after=32.0 - 0.001)


def test_who_says_pxeclient_is_not_kept_waiting() -> None:
    """The first window is enough."""
    book_ = book(SPEC).sends(DHCPDISCOVER).gets(FILE(vendor_class="PXEClient"))
    book_.sends(DHCPREQUEST, after=4.0 - 0.001)


# --- the DHCPACK --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        (offer(), "no-ack"),
        (nak(), "no-ack"),
        (ack(server="10.77.0.6"), "other-server"),
        (ack(yiaddr="10.77.0.51", broadcast=True), "other-address"),
    ],
)
def test_what_confirms_nothing(wrong: DhcpReply, rule: str) -> None:
    """Only the chosen server's DHCPACK of the chosen address does."""
    book_ = book(SPEC).sends(DHCPDISCOVER).gets(FILE(vendor_class="PXEClient")).sends(DHCPREQUEST)
    book_.gets(wrong).ignores(because=f"accept-ack/{rule}")
    book_.gets(ack(siaddr=TFTP_SERVER, file="boot.0")).decides("accept-ack", "confirmed")


# --- port 4011 ----------------------------------------------------------------------------
def test_a_file_does_without_port_4011() -> None:
    """Option 60 and a file, no option 43: from the server that gives the address, too."""
    machine(FILE(vendor_class="PXEClient")).decides("after-ack", "own-file")


def test_port_4011_is_asked_without_option_43_and_without_a_file() -> None:
    """The proxy, or the one server there is."""
    book_ = book(SPEC).sends(DHCPDISCOVER).gets(offer()).gets(proxy_offer()).sends(DHCPREQUEST)
    book_.gets(ack()).decides("after-ack", "proxy-binl").sends(DHCPREQUEST, to=PROXY_4011)
    book_ = machine(offer(vendor_class="PXEClient")).decides("after-ack", "own-binl")
    book_.sends(DHCPREQUEST, to=DHCP_4011)
    book_.gets(proxy_ack(server=DHCP_SERVER, siaddr=TFTP_SERVER, file="boot.0"))
    book_.decides("boot-from", "file")


def test_options_that_come_in_the_dhcpack_count() -> None:
    """The offer was bare, the DHCPACK has a menu."""
    book_ = book(SPEC).sends(DHCPDISCOVER).gets(offer(vendor_class="PXEClient"))
    book_.sends(DHCPREQUEST).gets(said(type=dhcp.ACK))
    book_.decides("after-ack", "own-binl-with-options-in-ack")
    book_.sends(DHCPREQUEST, to=FIRST_4011, options={43: ITEM_1})


# --- the menu -----------------------------------------------------------------------------
def test_prompts_and_menus() -> None:
    """0 takes the first item, 1 to 254 count down, 255 waits; a proxy's menu as well."""
    machine(said()).decides("menu-prompt", "no-wait").sends(DHCPREQUEST, to=FIRST_4011)
    machine(said(prompt=(9, ""))).decides("menu-prompt", "count-down").awaits_key(AT_THE_PROMPT)
    book_ = machine(said(prompt=(255, ""))).decides("menu-prompt", "wait-for-ever")
    book_.awaits_key(AT_THE_MENU)
    book_ = book(SPEC).sends(DHCPDISCOVER).gets(offer())
    book_.gets(proxy_offer(control=3, servers={1: ("10.77.0.5",)}, menu=ITEMS, prompt=(0, "")))
    book_.sends(DHCPREQUEST, to=BROADCAST).gets(ack()).decides("after-ack", "proxy-with-options")


def test_a_menu_without_a_prompt_is_shown() -> None:
    """No time-out runs (X12)."""
    book_ = machine(said(prompt=None)).decides("menu-prompt", "menu-without-prompt")
    book_.awaits_key(AT_THE_MENU).stays_quiet(3600.0)


@pytest.mark.parametrize(
    ("wrong", "code", "rule"),
    [
        (said(control=0), "PXE-E76", "no-multicast-address"),
        (said(servers=None), "PXE-E77", "no-server-list"),
        (said(menu=None), "PXE-E74", "no-menu"),
    ],
)
def test_broken_options(wrong: DhcpReply, code: str, rule: str) -> None:
    """A group, a list and a menu where they are called for."""
    machine(wrong).decides("menu-prompt", rule).fails(code)


# --- the download -------------------------------------------------------------------------
def test_one_read_request_asks_for_size_and_block_size() -> None:
    """RFC 2348 and RFC 2349 in one."""
    book_ = machine(FILE(vendor_class="PXEClient", control=8))
    asks = {"tsize": "0", "blksize": "1456"}
    book_.sends(RRQ, to=f"{TFTP_SERVER}:69", file="boot.0", asks=asks)
