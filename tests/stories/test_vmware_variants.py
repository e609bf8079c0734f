"""VMware's ROM as it would be if the other side of a contradiction were true (X1 to X12, R4b, R14).

Each story shows what the variant does; its default stands beside it wherever it differs.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from pxeclient.playbook import (
    BROADCAST,
    CLIENT_ADDRESS,
    DHCP_SERVER,
    DHCPDISCOVER,
    DHCPREQUEST,
    PROXY_SERVER,
    TFTP_SERVER,
    ack,
    offer,
    proxy_ack,
    proxy_offer,
)
from pxeclient.wire import dhcp
from tests.stories.firmwares import DHCP_4011, TFTP_4011, VMWARE, book
from tests.stories.menus import AT_THE_MENU, ITEM_1, said, told


def variant(name: str) -> str:
    """VMware's ROM with that variant."""
    return f"{VMWARE}+{name}"


LEAST = offer(vendor_class="PXEClient", siaddr=TFTP_SERVER, file="boot.0", control=0x0B)
"""Bits 0, 1 and 3, and no list: what LTSP's dnsmasq configuration sends, less one bit."""


# --- R4b, X5, X6: bit 3 and what else option 43 should have -------------------------------
@pytest.mark.parametrize("control", [0x0B, 0x0F])
def test_bit_3_does_without_a_list(control: int) -> None:
    """R4b, the default: the file is taken."""
    told(VMWARE, replace(LEAST, control=control)).downloads("boot.0").ends("boot.0")


@pytest.mark.parametrize("control", [0x0B, 0x0F])
def test_strict_list_bit_3_wants_the_list(control: int) -> None:
    """R4b, the switch: PXE-E77."""
    book_ = told(variant("strict-list"), replace(LEAST, control=control))
    book_.decides("boot-from", "bit-3-without-list").fails("PXE-E77")


@pytest.mark.parametrize("control", [0x08, 0x0A])
def test_strict_list_minds_nothing_else(control: int) -> None:
    """Where no list is called for, bit 3 is enough; a missing group is not minded."""
    told(variant("strict-list"), replace(LEAST, control=control)).downloads("boot.0")


@pytest.mark.parametrize("control", [0x08, 0x0B, 0x0C])
def test_edk1_checks_drop_an_offer_with_bad_options(control: int) -> None:
    """X5: no group or no list, so the offer is nothing, in all four windows."""
    book_ = book(variant("edk1-checks"))
    for _ in range(4):
        book_.sends(DHCPDISCOVER).gets(replace(LEAST, control=control))
        book_.ignores(because="classify-offer/bad-options")
    book_.fails("PXE-E51")


def test_edk1_checks_excuse_the_menu_where_bit_3_is_set() -> None:
    """Bit 1 and bit 3 and a file: nothing is missing."""
    told(variant("edk1-checks"), replace(LEAST, control=0x0A)).downloads("boot.0").ends("boot.0")


def test_edk1_checks_drop_an_offer_without_menu() -> None:
    """Where the default says PXE-E74, nothing is said."""
    unsaid = said(menu=None)
    told(VMWARE, unsaid).fails("PXE-E74")
    book(variant("edk1-checks")).sends(DHCPDISCOVER).gets(unsaid).ignores(
        because="classify-offer/bad-options"
    )


def test_edk1_checks_drop_a_dhcpack_with_bad_options() -> None:
    """A good offer, a bad DHCPACK: as if none had come."""
    book_ = book(variant("edk1-checks")).sends(DHCPDISCOVER).gets(said()).sends(DHCPREQUEST)
    book_.gets(said(type=dhcp.ACK, servers=None)).ignores(because="accept-ack/bad-options")
    book_.gets(said(type=dhcp.ACK)).decides("accept-ack", "confirmed")


def test_edk1_checks_drop_an_answer_of_port_4011_with_bad_options() -> None:
    """X5: the same on port 4011, which need not say PXEClient again."""
    book_ = told(variant("edk1-checks"), offer(vendor_class="PXEClient"))
    book_.sends(DHCPREQUEST, to=DHCP_4011)
    book_.gets(proxy_ack(server=DHCP_SERVER, vendor_class=None, control=3, file="boot.0"))
    book_.ignores(because="accept-proxy-reply/bad-options")


# --- X1: a boot file without option 43 ----------------------------------------------------
def test_file_without_43_boots_a_bare_proxy_offer() -> None:
    """X1: next server and file are enough; the default asks port 4011 (R10)."""
    bare = proxy_offer(siaddr=TFTP_SERVER, file="boot.0")
    for firmware in (VMWARE, variant("file-without-43")):
        book_ = book(firmware).sends(DHCPDISCOVER).gets(offer()).gets(bare)
        book_.sends(DHCPREQUEST, to=BROADCAST).gets(ack())
        if firmware == VMWARE:
            book_.sends(DHCPREQUEST, to=TFTP_4011)
        else:
            book_.decides("after-ack", "proxy-file").downloads("boot.0").ends("boot.0")


def test_file_without_43_boots_a_bare_offer() -> None:
    """X1: the same from the server that gives the address (R3)."""
    bare = offer(vendor_class="PXEClient", siaddr=TFTP_SERVER, file="boot.0")
    told(VMWARE, bare).sends(DHCPREQUEST, to=TFTP_4011)
    book_ = told(variant("file-without-43"), bare).decides("after-ack", "own-file")
    book_.downloads("boot.0").ends("boot.0")


def test_file_without_43_still_asks_without_a_file() -> None:
    """Without a boot file there is nothing else to do."""
    book_ = told(variant("file-without-43"), offer(vendor_class="PXEClient"))
    book_.sends(DHCPREQUEST, to=DHCP_4011)


# --- X2, X3, X4: times --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "gaps", "secs"),
    [
        ("spec-windows", (4.0, 8.0, 16.0, 32.0), (4, 8, 16, 32)),
        ("three-discovers", (2.087, 4.174, 8.349), (4, 6, 10)),
        ("linear-windows", (2.087,) * 18, tuple(range(4, 40, 2))),
    ],
)
def test_windows(name: str, gaps: tuple[float, ...], secs: tuple[int, ...]) -> None:
    """X2, X4: how long each DISCOVER waits, how many there are, and their secs."""
    book_ = book(variant(name))
    for before, counted in zip((0.0, *gaps), secs, strict=False):
        book_.sends(DHCPDISCOVER, after=before, secs=counted)
    book_.fails("PXE-E51", after=gaps[-1])


def test_wait_for_proxy_hears_a_proxy_in_the_second_window() -> None:
    """X3: the plain offer's file waits; a proxy that comes late wins."""
    late = proxy_offer(siaddr=TFTP_SERVER, file="proxy.0", control=8)
    book_ = book(variant("wait-for-proxy")).sends(DHCPDISCOVER)
    book_.gets(offer(siaddr=TFTP_SERVER, file="own.0")).sends(DHCPDISCOVER, after=2.087 - 0.001)
    book_.gets(late).sends(DHCPREQUEST).gets(ack()).downloads("proxy.0").ends("proxy.0")


def test_wait_for_proxy_goes_on_without_one() -> None:
    """X3: when the second window is over, the plain offer is good enough."""
    plain = offer(siaddr=TFTP_SERVER, file="own.0")
    book_ = book(variant("wait-for-proxy")).sends(DHCPDISCOVER).gets(plain)
    book_.sends(DHCPDISCOVER).sends(DHCPREQUEST, after=4.174)
    book_.gets(replace(plain, type=dhcp.ACK)).downloads("own.0").ends("own.0")


def test_wait_for_proxy_does_not_wait_where_somebody_says_pxeclient() -> None:
    """X3: then the first window is enough."""
    pxe = offer(vendor_class="PXEClient", siaddr=TFTP_SERVER, file="boot.0", control=8)
    book(variant("wait-for-proxy")).sends(DHCPDISCOVER).gets(pxe).sends(
        DHCPREQUEST, after=2.087 - 0.001
    )


# --- X7, X8, X9: what stands in the messages ----------------------------------------------
def test_constant_xid() -> None:
    """X7: the MAC's last four octets in every DISCOVER; the default counts attempts."""
    for firmware, xids in (
        (VMWARE, (0x57123456, 0x58123456)),
        (variant("constant-xid"), (0x56123456, 0x56123456)),
    ):
        book_ = book(firmware)
        for xid in xids:
            book_.sends(DHCPDISCOVER, xid=xid)


def test_prl_24() -> None:
    """X8: the shorter parameter request list, in the same place of the same message."""
    wanted = bytes.fromhex("01 02 03 05 06 0b 0c 0d 0f 10 11 12 2b 36 3c 43") + bytes(
        range(128, 136)
    )
    book(variant("prl-24")).sends(
        DHCPDISCOVER, codes=(53, 55, 57, 97, 93, 94, 60), options={55: wanted}, length=548
    )


def test_port_68() -> None:
    """X9: port 4011 is asked from port 68, which is where the answer must come to."""
    book_ = told(variant("port-68"), offer(vendor_class="PXEClient"))
    book_.sends(DHCPREQUEST, to=DHCP_4011, source_port=68, ciaddr=CLIENT_ADDRESS)
    menu = told(variant("port-68"), said())
    menu.sends(DHCPREQUEST, to="10.77.0.5:4011", source_port=68, options={43: ITEM_1})


# --- X10: offer or DHCPACK ----------------------------------------------------------------
def test_offer_decides_what_the_dhcpack_lacks() -> None:
    """X10: the default takes the DHCPACK's word (R4c), the variant the offer's."""
    full = offer(vendor_class="PXEClient", siaddr=TFTP_SERVER, file="boot.0", control=8)
    for firmware in (VMWARE, variant("offer-decides")):
        book_ = book(firmware).sends(DHCPDISCOVER).gets(full).sends(DHCPREQUEST).gets(ack())
        if firmware == VMWARE:
            book_.fails("PXE-E53")
        else:
            book_.decides("after-ack", "own-pxe-offer").downloads("boot.0").ends("boot.0")


# --- X11: yiaddr of port 4011's answer ----------------------------------------------------
def test_proxy_yiaddr_0() -> None:
    """X11: an address in the answer spoils it; the default does not look."""
    answer = proxy_ack(server=DHCP_SERVER, siaddr=TFTP_SERVER, file="boot.0", yiaddr=CLIENT_ADDRESS)
    bare = offer(vendor_class="PXEClient")
    told(VMWARE, bare).sends(DHCPREQUEST, to=DHCP_4011).gets(answer).downloads("boot.0")
    book_ = told(variant("proxy-yiaddr-0"), bare).sends(DHCPREQUEST, to=DHCP_4011).gets(answer)
    book_.ignores(because="accept-proxy-reply/names-an-address")
    book_.gets(replace(answer, yiaddr="0.0.0.0")).downloads("boot.0").ends("boot.0")


# --- X12: a menu without a prompt ---------------------------------------------------------
def test_menu_without_prompt_is_shown() -> None:
    """X12: and waits for ever; the default says PXE-E74."""
    unprompted = said(prompt=None)
    told(VMWARE, unprompted).fails("PXE-E74")
    book_ = told(variant("menu-without-prompt"), unprompted)
    book_.decides("menu-prompt", "menu-without-prompt").awaits_key(AT_THE_MENU)
    book_.stays_quiet(3600.0).presses("Enter").sends(DHCPREQUEST, to="10.77.0.5:4011")


@pytest.mark.parametrize("menu", [None, b"", b"\0\1\x09One"])
def test_menu_without_prompt_must_be_a_menu(menu: bytes | None) -> None:
    """A missing or broken menu stays PXE-E74."""
    told(variant("menu-without-prompt"), said(menu=menu, prompt=None)).fails("PXE-E74")


# --- R14: option 43 without option 60 -----------------------------------------------------
def test_tags_without_60_are_read() -> None:
    """R14: the menu is followed; the default takes the offer for a plain one."""
    unnamed = said(vendor_class=None, siaddr=TFTP_SERVER, file="boot.0")
    told(VMWARE, unnamed).downloads("boot.0").ends("boot.0")
    book_ = told(variant("tags-without-60"), unnamed).decides("boot-from", "discovery")
    book_.sends(DHCPREQUEST, to="10.77.0.5:4011", options={43: ITEM_1})


def test_tags_without_60_obey_bit_3() -> None:
    """R14: from the server that gives the address, and from a proxy."""
    unnamed = offer(vendor_class=None, siaddr=TFTP_SERVER, file="boot.0", control=8)
    book_ = told(variant("tags-without-60"), unnamed).decides("boot-from", "bit-3-and-file")
    book_.downloads("boot.0").ends("boot.0")
    proxy = proxy_offer(vendor_class=None, siaddr=TFTP_SERVER, file="proxy.0", control=8)
    book_ = book(variant("tags-without-60")).sends(DHCPDISCOVER).gets(offer()).gets(proxy)
    book_.sends(DHCPREQUEST).gets(ack()).decides("after-ack", "proxy-with-options")
    book_.downloads("proxy.0").ends("proxy.0")


# --- several at once ----------------------------------------------------------------------
def test_variants_add_up() -> None:
    """Each changes its own place."""
    bare = proxy_offer(siaddr=PROXY_SERVER)
    book_ = book(f"{VMWARE}+port-68+constant-xid").sends(DHCPDISCOVER, xid=0x56123456)
    book_.gets(offer()).gets(bare).sends(DHCPREQUEST).gets(ack())
    book_.sends(DHCPREQUEST, to=f"{PROXY_SERVER}:4011", source_port=68, xid=0x56123456)


# --- the port that replies come from ------------------------------------------------------
@pytest.mark.parametrize("port", [1067, 6767])
def test_port_67_only_hears_no_offer_from_another_port(port: int) -> None:
    """What the default takes is as if it had not come; a DHCPACK alike."""
    plain = offer(siaddr=TFTP_SERVER, file="boot.0")
    book(VMWARE).sends(DHCPDISCOVER).gets(replace(plain, source_port=port)).sends(DHCPREQUEST)
    book_ = book(variant("port-67-only")).sends(DHCPDISCOVER)
    book_.gets(replace(plain, source_port=port)).ignores(because="hear/other-port")
    book_.sends(DHCPDISCOVER).gets(plain).sends(DHCPREQUEST)
    book_.gets(ack(source_port=port)).ignores(because="hear/other-port")
    book_.gets(replace(plain, type=dhcp.ACK)).downloads("boot.0").ends("boot.0")


# --- several options 43 -------------------------------------------------------------------
PARTS = (
    bytes.fromhex("06 01 03 ff"),
    bytes.fromhex("08 07 0001 01 0a4d0005 ff"),
    bytes.fromhex("09 06 0001 03") + b"One" + bytes.fromhex("0a 04 00") + b"PXE\xff",
)
"""Control, the list of boot servers, and menu with prompt: each ends with END."""


@pytest.mark.parametrize(
    ("order", "code"), [((0, 1, 2), "PXE-E77"), ((2, 0, 1), "PXE-E76"), ((1, 2, 0), "PXE-E76")]
)
def test_joins_43_reads_every_instance(order: tuple[int, ...], code: str) -> None:
    """X14: whoever reads only the first, as the default does, lacks something."""
    several = offer(vendor_class="PXEClient", instances=[PARTS[at] for at in order])
    told(VMWARE, several).fails(code)
    book_ = told(variant("joins-43"), several)
    book_.sends(DHCPREQUEST, to="10.77.0.5:4011", options={43: ITEM_1})
