"""iPXE's boot menu: prompt, keys, choice, and the search for a boot server (PXEBS)."""

from __future__ import annotations

import pytest

from pxeclient.boot.actions import StateName
from pxeclient.playbook import (
    BROADCAST,
    CLIENT_ADDRESS,
    DHCPDISCOVER,
    DHCPREQUEST,
    PROXY_SERVER,
    TFTP_SERVER,
    ack,
    boot_menu,
    offer,
    proxy_offer,
)
from pxeclient.wire import dhcp
from tests.stories.firmwares import any_ipxe, book
from tests.stories.menus import (
    AT_THE_MENU,
    AT_THE_PROMPT,
    FIRST,
    FIRST_4011,
    GROUP,
    GROUP_4011,
    ITEM_1,
    ITEM_2,
    SECOND,
    SECOND_4011,
    STRANGER,
    answer,
    said,
    told,
)


# --- the prompt ---------------------------------------------------------------------------
@any_ipxe
def test_without_a_prompt_it_shows_the_menu_for_ever(firmware: str) -> None:
    """Nobody presses a key, and nothing more is asked."""
    book_ = told(firmware, said(prompt=None)).enters(StateName.MENU)
    book_.decides("menu-prompt", "no-prompt").prints("A. One").prints("B. Two")
    book_.awaits_key(AT_THE_MENU).stays_quiet(3600.0)


@any_ipxe
def test_a_prompt_of_255_shows_the_menu_for_ever(firmware: str) -> None:
    """The same as without a prompt, but its text is shown."""
    book_ = told(firmware, said(prompt=(255, "Choose:")))
    book_.decides("menu-prompt", "wait-for-ever").prints("Choose:").prints("A. One")
    book_.awaits_key(AT_THE_MENU).stays_quiet(3600.0)


@any_ipxe
def test_a_prompt_of_0_takes_the_first_item_at_once(firmware: str) -> None:
    """The request follows the DHCPACK without a pause."""
    book_ = told(firmware, said()).prints("Booting from PXE menu")
    book_.decides("menu-prompt", "no-wait").decides("menu-choice", "boot-server")
    book_.sends(DHCPREQUEST, to=FIRST_4011, after=0.0, options={43: ITEM_1})


@any_ipxe
def test_a_prompt_counts_down_to_the_first_item(firmware: str) -> None:
    """After three seconds, all other things standing still."""
    book_ = told(firmware, said(prompt=(3, "Press F8"))).decides("menu-prompt", "count-down")
    book_.prints("Press F8 (3)").awaits_key(AT_THE_PROMPT)
    book_.sends(DHCPREQUEST, to=FIRST_4011, after=3.0, options={43: ITEM_1})


# --- keys ---------------------------------------------------------------------------------
@any_ipxe
def test_f8_opens_the_menu_which_then_waits(firmware: str) -> None:
    """Down and Enter take the second item."""
    book_ = told(firmware, said(prompt=(3, "Press F8"))).waits(1.0).presses("F8")
    book_.decides("prompt-key", "f8").awaits_key(AT_THE_MENU).stays_quiet(60.0)
    book_.presses("Down").presses("Enter").decides("menu-choice", "boot-server")
    book_.sends(DHCPREQUEST, to=FIRST_4011, options={43: ITEM_2})


@any_ipxe
def test_the_highlight_stops_at_both_ends(firmware: str) -> None:
    """Three items: four times Down is the last of them, and three times Up the first again."""
    book_ = told(firmware, said(prompt=None))
    for key in ("Up", "Down", "Down", "Down", "Down", "Up", "Up", "Up", "Down", "Enter"):
        book_.presses(key)
    book_.sends(DHCPREQUEST, to=FIRST_4011, options={43: ITEM_2})


@any_ipxe
def test_the_menu_knows_no_other_keys(firmware: str) -> None:
    """A letter that no item has is passed over."""
    book_ = told(firmware, said(prompt=None)).presses("x")
    book_.decides("menu-key", "other").presses("Enter")
    book_.sends(DHCPREQUEST, to=FIRST_4011, options={43: ITEM_1})


@any_ipxe
@pytest.mark.parametrize("key", ["ESC", "Ctrl-C"])
def test_cancelling_the_prompt_gives_the_card_up(firmware: str, key: str) -> None:
    """The menu is the only path, even beside a boot file."""
    book_ = told(firmware, said(prompt=(3, ""), siaddr=TFTP_SERVER, file="boot.0"))
    book_.presses(key).fails("0b15e0a0", because="cancelled")
    book_.decides("prompt-key", "cancel").decides("menu-cancelled", "give-up")
    book_.prints("No more network devices")


@any_ipxe
@pytest.mark.parametrize("key", ["ESC", "Ctrl-C"])
def test_cancelling_the_menu_does_the_same(firmware: str, key: str) -> None:
    """Whether it was opened by F8 or came by itself."""
    told(firmware, said(prompt=None)).presses(key).fails("0b15e0a0")
    told(firmware, said(prompt=(9, ""))).presses("F8").presses(key).fails("0b15e0a0")


@any_ipxe
@pytest.mark.parametrize("key", ["Enter", "x", "Up"])
def test_any_other_key_takes_the_first_item_at_once(firmware: str, key: str) -> None:
    """Nobody need wait for the countdown."""
    book_ = told(firmware, said(prompt=(9, "Press F8"))).presses(key)
    book_.decides("prompt-key", "any-other")
    book_.sends(DHCPREQUEST, to=FIRST_4011, after=0.0, options={43: ITEM_1})


@any_ipxe
def test_keys_mean_nothing_elsewhere(firmware: str) -> None:
    """While it discovers nobody reads the keyboard."""
    book(firmware).sends(DHCPDISCOVER).presses("F8").ignores(
        "the key F8", because="no keys at this stage"
    )


@any_ipxe
def test_a_letter_takes_its_item(firmware: str) -> None:
    """The menu numbers its items by letters, and B is the second."""
    told(firmware, said(prompt=None)).presses("B").sends(
        DHCPREQUEST, to=FIRST_4011, options={43: ITEM_2}
    )


@any_ipxe
def test_a_menu_that_is_cut_off_has_its_whole_items(firmware: str) -> None:
    """What follows the last of them is passed over."""
    book_ = told(firmware, said(menu=boot_menu((1, "One")) + b"\0\2\x09Two"))
    book_.sends(DHCPREQUEST, to=FIRST_4011, options={43: ITEM_1})


# --- type 0 -------------------------------------------------------------------------------
@any_ipxe
def test_type_0_boots_locally(firmware: str) -> None:
    """Nothing is asked, and nothing is printed but the end."""
    book_ = told(firmware, said(menu=boot_menu((0, "Local boot"))))
    book_.fails("", because="Type 0 boots locally").decides("menu-choice", "type-0")
    book_.prints("No more network devices")


@any_ipxe
def test_the_last_item_boots_locally(firmware: str) -> None:
    """Chosen by hand it is the same."""
    book_ = told(firmware, said(prompt=None)).presses("Down").presses("Down").presses("Enter")
    book_.fails("").decides("menu-choice", "type-0")


# --- how boot servers are asked -----------------------------------------------------------
@any_ipxe
def test_what_the_request_looks_like(firmware: str) -> None:
    """From port 68 to port 4011, xid 0, the item in option 43; neither option 50 nor 54."""
    book_ = told(firmware, said()).decides("discover-by", "unicast")
    book_.sends(
        DHCPREQUEST,
        to=FIRST_4011,
        source=CLIENT_ADDRESS,
        source_port=68,
        xid=0,
        secs=4,
        flags=0x8000,
        ciaddr=CLIENT_ADDRESS,
        options={43: ITEM_1, 50: None, 54: None, 60: b"PXEClient"},
    )
    book_.gets(answer()).decides("accept-boot-reply", "found").prints("ok")
    book_.prints(f"Next server: {FIRST}").downloads("boot.0", server=FIRST).ends("boot.0")


@any_ipxe
def test_the_answers_next_server_is_asked_for_the_file(firmware: str) -> None:
    """siaddr counts, whoever was asked."""
    book_ = told(firmware, said()).sends(DHCPREQUEST, to=FIRST_4011)
    book_.gets(answer(siaddr=TFTP_SERVER)).downloads("boot.0").ends("boot.0")


@any_ipxe
def test_an_answer_without_next_server_names_no_place(firmware: str) -> None:
    """iPXE takes neither the source nor the server identifier instead."""
    book_ = told(firmware, said()).sends(DHCPREQUEST, to=FIRST_4011)
    book_.gets(answer(siaddr="0.0.0.0")).fails("2d03e13b")


@any_ipxe
def test_the_group_first_then_everybody_then_the_list(firmware: str) -> None:
    """Two requests to each, 3 s for each; then it gives up.

    `secs` counts the waits that ran out; the one that ends the search at an address is one more.
    """
    book_ = told(firmware, said(control=0, group=GROUP, servers={1: (FIRST, SECOND)}))
    book_.decides("discover-by", "multicast")
    secs, pause = 0, 0.0
    for to in (GROUP_4011, BROADCAST, FIRST_4011, SECOND_4011):
        for wait in (pause, 1.0):
            secs += 4
            book_.sends(DHCPREQUEST, to=to, after=wait, source_port=68, xid=0, secs=secs)
        secs, pause = secs + 4, 2.0
    book_.fails("4c106035", after=2.0, because="No boot server of type 1 answered: 8 requests")
    book_.prints("PXEBS (net0 type 256)").prints("No more network devices")


@any_ipxe
@pytest.mark.parametrize(
    ("control", "ways"),
    [
        (0, (GROUP_4011, BROADCAST, FIRST_4011)),
        (1, (GROUP_4011, FIRST_4011)),
        (2, (BROADCAST, FIRST_4011)),
        (3, (FIRST_4011,)),
        (4, (GROUP_4011, BROADCAST, FIRST_4011)),
        (7, (FIRST_4011,)),
        (None, (GROUP_4011, BROADCAST, FIRST_4011)),
    ],
)
def test_discovery_control_forbids_ways(
    firmware: str, control: int | None, ways: tuple[str, ...]
) -> None:
    """Bit 0 forbids broadcast, bit 1 multicast; bit 2 leaves the ways as they are."""
    book_ = told(firmware, said(control=control, group=GROUP))
    for to in ways:
        book_.sends(DHCPREQUEST, to=to).sends(DHCPREQUEST, to=to, after=1.0)
    book_.fails("4c106035", after=2.0)


@any_ipxe
def test_without_a_group_there_is_no_multicast(firmware: str) -> None:
    """43.6 allows it, but 43.7 is missing."""
    told(firmware, said(control=1)).sends(DHCPREQUEST, to=FIRST_4011, after=0.0)
    told(firmware, said(control=0)).sends(DHCPREQUEST, to=BROADCAST, after=0.0)


@any_ipxe
def test_no_way_to_ask(firmware: str) -> None:
    """Both ways are forbidden and the list has other types only."""
    book_ = told(firmware, said(servers={9: (FIRST,)}))
    book_.fails("1c106002").decides("discover-by", "no-way")


@any_ipxe
def test_the_second_request_may_be_answered(firmware: str) -> None:
    """An answer at any time ends the search."""
    book_ = told(firmware, said(control=2, servers=None)).sends(DHCPREQUEST, to=BROADCAST)
    book_.sends(DHCPREQUEST, to=BROADCAST, after=1.0).gets(answer(), after=1.9)
    book_.downloads("boot.0", server=FIRST).ends("boot.0")


# --- which answers count ------------------------------------------------------------------
@any_ipxe
def test_an_answer_from_port_67_counts_too(firmware: str) -> None:
    """A boot server may answer a broadcast from the DHCP port."""
    book_ = told(firmware, said(control=2)).sends(DHCPREQUEST, to=BROADCAST)
    book_.gets(answer(source_port=67)).decides("accept-boot-reply", "found")


@any_ipxe
def test_answers_that_are_none(firmware: str) -> None:
    """Another port, another message type, another item or none: the search goes on."""
    book_ = told(firmware, said()).sends(DHCPREQUEST, to=FIRST_4011)
    for wrong, rule in (
        (answer(source_port=5000), "other-port"),
        (answer(type=dhcp.OFFER), "no-ack"),
        (answer(kind=2), "other-type"),
        (answer(kind=None), "other-type"),
    ):
        book_.gets(wrong).ignores(because=f"accept-boot-reply/{rule}")
    book_.sends(DHCPREQUEST, to=FIRST_4011).fails("4c106035", after=2.0)


@any_ipxe
def test_a_reply_with_the_boots_own_transaction_id_is_not_for_this_request(
    firmware: str,
) -> None:
    """The request's is 0."""
    book_ = told(firmware, said()).sends(DHCPREQUEST, to=FIRST_4011, xid=0)
    late = ack(server=FIRST, xid=0x12345678, source_port=4011)
    book_.gets(late).ignores(because="hear/other-xid")


@any_ipxe
def test_with_bit_2_only_listed_servers_count(firmware: str) -> None:
    """The list is also the list of those who are believed."""
    book_ = told(firmware, said(control=4 | 2)).sends(DHCPREQUEST, to=BROADCAST)
    book_.gets(answer(STRANGER)).ignores(because="accept-boot-reply/not-listed")
    book_.gets(answer(SECOND)).ignores(because="accept-boot-reply/not-listed")
    book_.gets(answer(FIRST)).downloads("boot.0", server=FIRST).ends("boot.0")


@any_ipxe
def test_without_bit_2_anybody_counts(firmware: str) -> None:
    """The same stranger is believed."""
    book_ = told(firmware, said(control=2)).sends(DHCPREQUEST, to=BROADCAST)
    book_.gets(answer(STRANGER)).downloads("boot.0", server=STRANGER).ends("boot.0")


@any_ipxe
def test_an_answer_without_a_file_ends_without_a_word(firmware: str) -> None:
    """Not even the DHCPACK's file is fetched then."""
    book_ = told(firmware, said(siaddr=TFTP_SERVER, file="other.0"))
    book_.sends(DHCPREQUEST, to=FIRST_4011).gets(answer(file=""))
    book_.fails("", because="names no boot file").prints("PXEBS (net0 type 256)")


# --- where the menu is found --------------------------------------------------------------
@any_ipxe
def test_a_proxys_menu_is_followed(firmware: str) -> None:
    """The proxy offer has the menu, so nobody is asked on port 4011 before."""
    menu = said().menu
    book_ = book(firmware).sends(DHCPDISCOVER).gets(offer())
    book_.gets(proxy_offer(control=3, servers={1: (PROXY_SERVER,)}, menu=menu, prompt=(0, "Boot:")))
    book_.sends(DHCPREQUEST, to=BROADCAST).gets(ack())
    book_.decides("after-ack", "proxy-offer-complete").decides("boot-from", "menu")
    book_.sends(DHCPREQUEST, to=f"{PROXY_SERVER}:4011", options={43: ITEM_1})


@any_ipxe
def test_a_menu_beats_a_file_unless_bit_3_is_set(firmware: str) -> None:
    """With bit 3 and a file the menu is passed over."""
    told(firmware, said(siaddr=TFTP_SERVER, file="own.0")).sends(DHCPREQUEST, to=FIRST_4011)
    book_ = told(firmware, said(control=8, siaddr=TFTP_SERVER, file="own.0"))
    book_.downloads("own.0").ends("own.0")


@any_ipxe
def test_bit_3_without_a_file_changes_nothing(firmware: str) -> None:
    """The menu is there, and there is nothing else."""
    book_ = told(firmware, said(control=8 | 3))
    book_.sends(DHCPREQUEST, to=FIRST_4011, options={43: ITEM_1})
