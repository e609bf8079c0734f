"""The boot menu of VMware's ROM, by the letter of the options (rows R5 to R8)."""

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
    TFTP_SERVER,
    ack,
    boot_menu,
    offer,
    proxy_ack,
    proxy_offer,
)
from pxeclient.wire import dhcp
from tests.stories.firmwares import DHCP_4011, VMWARE, book
from tests.stories.menus import (
    AT_THE_MENU,
    AT_THE_PROMPT,
    FIRST,
    FIRST_4011,
    GROUP,
    GROUP_4011,
    ITEM_1,
    ITEM_2,
    ITEMS,
    LISTED,
    SECOND,
    SECOND_4011,
    STRANGER,
    answer,
    said,
    told,
)

rom = partial(told, VMWARE)


# --- the prompt ---------------------------------------------------------------------------
def test_a_prompt_of_0_takes_the_first_item_at_once() -> None:
    """R6: the file named beside the menu is not looked at."""
    book_ = rom(said(siaddr=TFTP_SERVER, file="own.0")).decides("boot-from", "discovery")
    book_.decides("menu-prompt", "no-wait").decides("menu-choice", "boot-server")
    book_.sends(DHCPREQUEST, to=FIRST_4011, after=0.0, options={43: ITEM_1})


def test_a_prompt_counts_down_to_the_first_item() -> None:
    """R6: three seconds, then the first item."""
    book_ = rom(said(prompt=(3, "Press F8"))).decides("menu-prompt", "count-down")
    book_.awaits_key(AT_THE_PROMPT)
    book_.sends(DHCPREQUEST, to=FIRST_4011, after=3.0, options={43: ITEM_1})


def test_a_prompt_of_255_shows_the_menu_for_ever() -> None:
    """R6: nothing happens without a key."""
    book_ = rom(said(prompt=(255, "Choose:"))).decides("menu-prompt", "wait-for-ever")
    book_.awaits_key(AT_THE_MENU).stays_quiet(3600.0)
    book_.presses("Down").presses("Enter")
    book_.sends(DHCPREQUEST, to=FIRST_4011, options={43: ITEM_2})


# --- keys ---------------------------------------------------------------------------------
@pytest.mark.parametrize("key", ["F8", "Ctrl-M", "Enter", "m", "M"])
def test_these_keys_open_the_menu(key: str) -> None:
    """Which then waits for ever."""
    book_ = rom(said(prompt=(3, "Press F8"))).presses(key).decides("prompt-key", "open-menu")
    book_.awaits_key(AT_THE_MENU).stays_quiet(60.0).presses("Enter")
    book_.sends(DHCPREQUEST, to=FIRST_4011, options={43: ITEM_1})


@pytest.mark.parametrize("key", ["ESC", "Ctrl-C"])
def test_these_keys_cancel(key: str) -> None:
    """R6a: the prompt or the menu, with PXE-EA0."""
    book_ = rom(said(prompt=(3, ""))).presses(key).fails("PXE-EA0", because="cancelled")
    book_.decides("prompt-key", "cancel").decides("menu-cancelled", "local-boot")
    book_.prints("PXE-EA0: Network boot canceled by keystroke")
    rom(said(prompt=(255, ""))).presses(key).fails("PXE-EA0")


@pytest.mark.parametrize("key", ["x", "Down"])
def test_other_keys_do_nothing(key: str) -> None:
    """The prompt counts on."""
    book_ = rom(said(prompt=(3, ""))).waits(1.0).presses(key).decides("prompt-key", "other")
    book_.sends(DHCPREQUEST, to=FIRST_4011, after=2.0, options={43: ITEM_1})


def test_keys_move_through_the_menu() -> None:
    """Up, Down and Enter, as in every family; a letter means nothing."""
    book_ = rom(said(prompt=(255, ""))).presses("Down").decides("menu-key", "down")
    book_.presses("Down").presses("Up").decides("menu-key", "up")
    book_.presses("b").decides("menu-key", "other").presses("Enter")
    book_.sends(DHCPREQUEST, to=FIRST_4011, options={43: ITEM_2})


def test_type_0_boots_locally() -> None:
    """R6a: the ROM says goodbye, and nothing is asked."""
    book_ = rom(said(menu=boot_menu((0, "Local boot")))).fails("", because="Type 0")
    book_.decides("menu-choice", "type-0").prints("PXE-M0F: Exiting Intel PXE ROM.")


# --- broken options -----------------------------------------------------------------------
@pytest.mark.parametrize("group", [None, "10.77.0.9"])
def test_e76_multicast_without_a_multicast_address(group: str | None) -> None:
    """R7: 43.6 bit 1 is clear, and 43.7 is missing or no group."""
    book_ = rom(said(control=4, group=group)).fails("PXE-E76", after=0.0)
    book_.decides("menu-prompt", "no-multicast-address")
    rom(said(control=None)).fails("PXE-E76")


@pytest.mark.parametrize("control", [3, 6, 7])
def test_e77_no_list_where_one_is_called_for(control: int) -> None:
    """R7b: bit 2, or bits 0 and 1."""
    book_ = rom(said(control=control, servers=None)).fails("PXE-E77", after=0.0)
    book_.decides("menu-prompt", "no-server-list")


@pytest.mark.parametrize("listed", [bytes((0, 1, 2, 10, 77, 0, 5)), bytes((0, 1, 1, 239, 0, 0, 1))])
def test_e77_a_broken_list(listed: bytes) -> None:
    """R7b: an entry is cut off, or a server is a group; even where none is called for."""
    rom(said(control=2, servers=None, suboptions={8: listed})).fails("PXE-E77")


@pytest.mark.parametrize(
    ("menu", "prompt"),
    [
        (None, (0, "Boot:")),
        (b"", (0, "Boot:")),
        (b"\0\1\x09One", (0, "Boot:")),
        (boot_menu((1, "")), (0, "Boot:")),
        (ITEMS, None),
    ],
)
def test_e74_a_bad_menu_or_prompt(menu: bytes | None, prompt: tuple[int, str] | None) -> None:
    """R8: missing, empty, cut off, an item without text, no prompt."""
    book_ = rom(said(menu=menu, prompt=prompt)).fails("PXE-E74", after=0.0)
    book_.decides("menu-prompt", "no-menu")


@pytest.mark.parametrize(("control", "code"), [(8 | 3, "PXE-E74"), (8, "PXE-E76")])
def test_bit_3_without_a_file_is_as_if_it_were_clear(control: int, code: str) -> None:
    """R5: the other options are judged as usual."""
    said_ = offer(vendor_class="PXEClient", control=control, servers=LISTED, broadcast=True)
    rom(said_).fails(code)


def test_the_options_of_a_reply_from_port_4011_are_followed_too() -> None:
    """R3b: discovery options that come only then lead to the menu."""
    book_ = rom(offer(vendor_class="PXEClient")).sends(DHCPREQUEST, to=DHCP_4011)
    book_.gets(
        proxy_ack(
            server=DHCP_SERVER, control=3, servers=LISTED, menu=ITEMS, prompt=(0, ""), file="x"
        )
    )
    book_.decides("boot-from", "discovery")
    book_.sends(DHCPREQUEST, to=FIRST_4011, options={43: ITEM_1})


def test_a_proxys_menu_is_followed() -> None:
    """R6: the same from the proxy offer, without a word on port 4011 before."""
    book_ = book(VMWARE).sends(DHCPDISCOVER).gets(offer())
    book_.gets(proxy_offer(control=3, servers={1: (PROXY_SERVER,)}, menu=ITEMS, prompt=(0, "")))
    book_.sends(DHCPREQUEST, to=BROADCAST).gets(ack()).decides("after-ack", "proxy-with-options")
    book_.sends(DHCPREQUEST, to=f"{PROXY_SERVER}:4011", options={43: ITEM_1})


# --- how boot servers are asked -----------------------------------------------------------
def test_what_the_request_looks_like() -> None:
    """From port 4011, with the boot's own xid and secs, the item in option 43 at the end."""
    book_ = book(VMWARE).sends(DHCPDISCOVER).gets(said()).sends(DHCPREQUEST)
    xid = book_.client.xid
    book_.gets(said(type=dhcp.ACK)).decides("discover-by", "unicast")
    book_.sends(
        DHCPREQUEST,
        to=FIRST_4011,
        source=CLIENT_ADDRESS,
        source_port=4011,
        xid=xid,
        secs=4,
        flags=0,
        ciaddr=CLIENT_ADDRESS,
        length=548,
        codes=(53, 55, 57, 97, 93, 94, 60, 43),
        options={43: ITEM_1},
    )
    book_.gets(answer()).decides("accept-boot-reply", "found")
    book_.downloads("boot.0", server=FIRST).ends("boot.0")


def test_the_group_first_then_everybody_then_the_list() -> None:
    """Four requests and ten seconds to each; only the broadcast comes from port 68."""
    book_ = rom(said(control=0, group=GROUP, servers={1: (FIRST, SECOND)}))
    book_.decides("discover-by", "multicast")
    pause = 0.0
    for to, port, flags in (
        (GROUP_4011, 4011, 0),
        (BROADCAST, 68, 0x8000),
        (FIRST_4011, 4011, 0),
        (SECOND_4011, 4011, 0),
    ):
        for wait in (pause, 1.0, 2.0, 3.0):
            book_.sends(DHCPREQUEST, to=to, after=wait, source_port=port, flags=flags)
        pause = 4.0
    book_.fails("PXE-E78", after=4.0, because="16 requests in 40.0 s")
    book_.prints("PXE-E78: Could not locate boot server")


def test_the_end_of_the_search_is_a_decision() -> None:
    """That nobody is left to ask is told like every other decision."""
    book_ = rom(said(servers={1: (FIRST,)}))
    for _ in range(4):
        book_.sends(DHCPREQUEST, to=FIRST_4011)
    book_.waits(4.0).decides("discover-by", "nobody-left").fails("PXE-E78")


@pytest.mark.parametrize(
    ("control", "group", "ways"),
    [
        (0, GROUP, (GROUP_4011, BROADCAST, FIRST_4011)),
        (1, GROUP, (GROUP_4011, FIRST_4011)),
        (2, None, (BROADCAST, FIRST_4011)),
        (2, GROUP, (BROADCAST, FIRST_4011)),
        (7, None, (FIRST_4011,)),
    ],
)
def test_discovery_control_forbids_ways(
    control: int, group: str | None, ways: tuple[str, ...]
) -> None:
    """Bit 0 forbids broadcast, bit 1 multicast."""
    book_ = rom(said(control=control, group=group))
    for to in ways:
        for _ in range(4):
            book_.sends(DHCPREQUEST, to=to)
    book_.fails("PXE-E78", after=4.0)


def test_e78_when_no_server_of_the_type_is_listed() -> None:
    """Both ways are forbidden and the list has other types only."""
    book_ = rom(said(servers={9: (FIRST,)})).fails("PXE-E78", after=0.0)
    book_.decides("discover-by", "no-way")


# --- which answers count ------------------------------------------------------------------
def test_answers_that_are_none() -> None:
    """No ACK, no server identifier, another item or none: the search goes on (R6b)."""
    book_ = rom(said()).sends(DHCPREQUEST, to=FIRST_4011)
    for wrong, rule in (
        (answer(type=dhcp.OFFER), "no-ack"),
        (answer(server_id=None), "no-ack"),
        (answer(kind=2), "other-type"),
        (answer(kind=None), "other-type"),
    ):
        book_.gets(wrong).ignores(because=f"accept-boot-reply/{rule}")
    for _ in range(3):
        book_.sends(DHCPREQUEST, to=FIRST_4011)
    book_.fails("PXE-E78", after=4.0)


def test_with_bit_2_only_listed_servers_count() -> None:
    """The list is also the list of those who are believed."""
    book_ = rom(said(control=4 | 2)).sends(DHCPREQUEST, to=BROADCAST)
    book_.gets(answer(STRANGER)).ignores(because="accept-boot-reply/not-listed")
    book_.gets(answer(FIRST)).downloads("boot.0", server=FIRST).ends("boot.0")


def test_a_list_without_addresses_believes_anybody() -> None:
    """With bit 2, an entry of the type that counts no addresses accepts any server of it."""
    book_ = rom(said(control=4 | 2, servers={1: (), 2: (FIRST,)})).sends(DHCPREQUEST, to=BROADCAST)
    book_.gets(answer(STRANGER, siaddr=TFTP_SERVER)).downloads("boot.0").ends("boot.0")


def test_a_file_of_credentials_is_refused() -> None:
    """Bit 15 of the layer: nobody asked for it, and the search goes on."""
    book_ = rom(said()).sends(DHCPREQUEST, to=FIRST_4011).gets(answer(layer=0x8000))
    book_.ignores(because="accept-boot-reply/credentials")
    book_.gets(answer(layer=1)).downloads("boot.0", server=FIRST).ends("boot.0")


def test_without_bit_2_anybody_counts() -> None:
    """A stranger's answer to a broadcast is taken, and its next server asked for the file."""
    book_ = rom(said(control=2)).sends(DHCPREQUEST, to=BROADCAST)
    book_.gets(answer(STRANGER, siaddr=TFTP_SERVER)).downloads("boot.0").ends("boot.0")


def test_an_answer_without_next_server_is_its_own() -> None:
    """Without siaddr the server identifier is asked for the file."""
    book_ = rom(said()).sends(DHCPREQUEST, to=FIRST_4011).gets(answer(siaddr="0.0.0.0"))
    book_.decides("boot-server", "server-id").downloads("boot.0", server=FIRST)


def test_e53_an_answer_without_a_file() -> None:
    """R6c: the answer decides, whatever the DHCPACK names."""
    book_ = rom(said(siaddr=TFTP_SERVER, file="own.0")).sends(DHCPREQUEST, to=FIRST_4011)
    book_.gets(answer(file="")).fails("PXE-E53", because="names no boot file")
