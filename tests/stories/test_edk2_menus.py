"""EDK II's boot menu: prompt, keys, choice, and the search for a boot server."""

from __future__ import annotations

import pytest

from pxeclient.boot.actions import Highlight
from pxeclient.playbook import (
    BROADCAST,
    CLIENT_ADDRESS,
    DHCP_SERVER,
    DHCPDISCOVER,
    DHCPREQUEST,
    RRQ,
    TFTP_SERVER,
    boot_menu,
    offer,
)
from pxeclient.wire import dhcp
from tests.stories.firmwares import any_edk2, book
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
@any_edk2
@pytest.mark.parametrize(("prompt", "rule"), [(None, "no-prompt"), ((0, "Boot:"), "no-wait")])
def test_without_a_prompt_or_with_0_the_first_item_is_taken(
    firmware: str, prompt: tuple[int, str] | None, rule: str
) -> None:
    """At once, even beside a boot file."""
    book_ = told(firmware, said(prompt=prompt, siaddr=TFTP_SERVER, file="own.efi"))
    book_.decides("boot-from", "discovery").decides("menu-prompt", rule)
    book_.sends(DHCPREQUEST, to=FIRST_4011, after=0.0, options={43: ITEM_1})


@any_edk2
def test_a_prompt_counts_down_to_the_first_item(firmware: str) -> None:
    """Three seconds."""
    book_ = told(firmware, said(prompt=(3, "Press F8"))).decides("menu-prompt", "count-down")
    book_.prints("Press F8(3)").awaits_key(AT_THE_PROMPT)
    book_.sends(DHCPREQUEST, to=FIRST_4011, after=3.0, options={43: ITEM_1})


@any_edk2
def test_a_prompt_of_255_shows_the_menu_for_ever(firmware: str) -> None:
    """Down and Enter take the second item."""
    book_ = told(firmware, said(prompt=(255, "Choose:"))).decides("menu-prompt", "wait-for-ever")
    book_.prints("One").prints("Two").awaits_key(AT_THE_MENU).stays_quiet(3600.0)
    book_.presses("Down").presses("Enter")
    book_.sends(DHCPREQUEST, to=FIRST_4011, options={43: ITEM_2})


@any_edk2
def test_the_highlight_follows_the_keys(firmware: str) -> None:
    """From the first of the three items to the second, and not above the first."""
    book_ = told(firmware, said(prompt=(255, "Choose:"))).awaits_key(AT_THE_MENU)
    book_.presses("Up").presses("Down")
    drawn = [record.item for record in book_.trace.records if isinstance(record.item, Highlight)]
    assert drawn == [
        Highlight("One", 3, on=True),
        Highlight("One", 3, on=False),
        Highlight("Two", 2, on=True),
    ]


@any_edk2
def test_an_empty_menu_passes_over_discovery(firmware: str) -> None:
    """The boot file named beside it is downloaded; without one it is PXE-E99."""
    book_ = told(firmware, said(menu=b"", siaddr=TFTP_SERVER, file="own.efi"))
    book_.decides("menu-prompt", "empty-menu").downloads("own.efi").ends("own.efi")
    told(firmware, said(menu=b"")).fails("PXE-E99")


# --- keys ---------------------------------------------------------------------------------
@any_edk2
@pytest.mark.parametrize("key", ["F8", "Ctrl-M", "Enter", "m", "M"])
def test_these_keys_open_the_menu(firmware: str, key: str) -> None:
    """Which then waits for ever."""
    book_ = told(firmware, said(prompt=(3, ""))).presses(key).decides("prompt-key", "open-menu")
    book_.awaits_key(AT_THE_MENU).stays_quiet(60.0).presses("Enter")
    book_.sends(DHCPREQUEST, to=FIRST_4011, options={43: ITEM_1})


@any_edk2
@pytest.mark.parametrize("key", ["ESC", "Ctrl-C"])
def test_cancelling_downloads_the_file_named_here(firmware: str, key: str) -> None:
    """From the prompt or from the menu; only discovery is passed over."""
    for timeout in (3, 255):
        book_ = told(firmware, said(prompt=(timeout, ""), siaddr=TFTP_SERVER, file="own.efi"))
        book_.presses(key).decides("menu-cancelled", "skip")
        book_.downloads("own.efi").ends("own.efi")
    book_ = told(firmware, said(prompt=(3, ""))).presses(key).fails("PXE-E99")
    book_.decides("prompt-key", "cancel").decides("menu-cancelled", "skip")


@any_edk2
def test_other_keys_do_nothing(firmware: str) -> None:
    """The prompt counts on."""
    book_ = told(firmware, said(prompt=(3, ""))).waits(1.0).presses("x")
    book_.decides("prompt-key", "other").sends(DHCPREQUEST, to=FIRST_4011, after=2.0)


@any_edk2
@pytest.mark.parametrize(
    ("keys", "rule", "item"),
    [
        pytest.param(("Down",), "down", ITEM_2, id="Down"),
        pytest.param(("Right",), "down", ITEM_2, id="Right"),
        pytest.param(("d",), "down", ITEM_2, id="d"),
        pytest.param(("Space",), "down", ITEM_2, id="Space"),
        pytest.param(("Tab",), "down", ITEM_2, id="Tab"),
        pytest.param(("Down", "Up"), "up", ITEM_1, id="Up"),
        pytest.param(("Down", "Left"), "up", ITEM_1, id="Left"),
        pytest.param(("Down", "u"), "up", ITEM_1, id="u"),
        pytest.param(("Down", "Backspace"), "up", ITEM_1, id="Backspace"),
        pytest.param(("Down", "Home"), "first", ITEM_1, id="Home"),
        pytest.param(("Down", "PgUp"), "first", ITEM_1, id="PgUp"),
        pytest.param(("End", "Up"), "last", ITEM_2, id="End"),
        pytest.param(("PgDn", "Up"), "last", ITEM_2, id="PgDn"),
        pytest.param(("Down", "x"), "other", ITEM_2, id="x"),
    ],
)
def test_these_keys_move_through_the_menu(
    firmware: str, keys: tuple[str, ...], rule: str, item: bytes
) -> None:
    """Three items; Enter takes the highlighted one."""
    book_ = told(firmware, said(prompt=(255, "")))
    for key in keys:
        book_.presses(key)
    book_.decides("menu-key", rule).presses("Enter").decides("menu-key", "enter")
    book_.sends(DHCPREQUEST, to=FIRST_4011, options={43: item})


# --- type 0 and no menu -------------------------------------------------------------------
@any_edk2
def test_type_0_is_e21(firmware: str) -> None:
    """Nothing is asked, whatever file is named."""
    book_ = told(firmware, said(menu=boot_menu((0, "Local")), siaddr=TFTP_SERVER, file="own.efi"))
    book_.fails("PXE-E21", after=0.0, because="Type 0 boots locally")
    book_.decides("menu-choice", "type-0").prints("PXE-E21: Remote boot cancelled.")


@any_edk2
@pytest.mark.parametrize("control", [0, 3, 7])
def test_discovery_options_without_a_menu_are_e21(firmware: str, control: int) -> None:
    """A server that says 43.6 without bit 3 must have a menu, even beside a file."""
    alone = offer(
        vendor_class="PXEClient",
        broadcast=True,
        control=control,
        siaddr=TFTP_SERVER,
        file="own.efi",
    )
    told(firmware, alone).fails("PXE-E21", after=0.0)


@any_edk2
def test_bit_3_without_a_file_follows_the_menu(firmware: str) -> None:
    """Without a menu it is PXE-E21 again."""
    told(firmware, said(control=8 | 3)).sends(DHCPREQUEST, to=FIRST_4011, options={43: ITEM_1})
    told(firmware, said(control=8, menu=None)).fails("PXE-E21")


@any_edk2
def test_with_bit_3_the_first_listed_server_has_the_file(firmware: str) -> None:
    """Not siaddr; without a list it is siaddr."""
    book_ = told(firmware, said(control=8, siaddr=TFTP_SERVER, file="own.efi"))
    book_.decides("boot-server", "listed").downloads("own.efi", server=FIRST).ends("own.efi")
    book_ = told(firmware, said(control=8, servers=None, siaddr=TFTP_SERVER, file="own.efi"))
    book_.decides("boot-server", "siaddr").downloads("own.efi").ends("own.efi")


# --- how boot servers are asked -----------------------------------------------------------
@any_edk2
def test_a_listed_server_is_asked_from_port_4011(firmware: str) -> None:
    """A new xid, secs in the wrong byte order, the item in option 43 first; four requests."""
    book_ = told(firmware, said()).decides("discover-by", "unicast")
    asked = [
        book_.sends(
            DHCPREQUEST,
            to=FIRST_4011,
            after=wait,
            source=CLIENT_ADDRESS,
            source_port=4011,
            secs=secs,
            flags=0,
            ciaddr=CLIENT_ADDRESS,
            codes=(43, 53, 55, 57, 60, 93, 94, 97),
            options={43: ITEM_1},
        ).client.xid
        for wait, secs in ((0.0, 0), (1.0, 256), (2.0, 512), (3.0, 768))
    ]
    assert len(set(asked)) == 1
    book_.fails("PXE-E18", after=4.0, because="4 requests in 10.0 s")
    book_.prints("PXE-E18: Server response timeout.")


@any_edk2
def test_the_xid_is_new(firmware: str) -> None:
    """It is neither that of the lease nor that of another server asked."""
    book_ = told(firmware, said(servers={1: (FIRST, SECOND)}))
    seen = {book_.client.xid}
    for to in (FIRST_4011, SECOND_4011):
        for _ in range(4):
            seen.add(book_.sends(DHCPREQUEST, to=to).client.xid)
    assert len(seen) == 2
    book_.fails("PXE-E18", after=4.0)


@any_edk2
@pytest.mark.parametrize(
    ("control", "group", "to", "port", "flags"),
    [
        (0, GROUP, GROUP_4011, 4011, 0),
        (1, GROUP, GROUP_4011, 4011, 0),
        (2, GROUP, BROADCAST, 68, 0x8000),
        (4, GROUP, GROUP_4011, 4011, 0),
        (6, None, BROADCAST, 68, 0x8000),
        (7, None, FIRST_4011, 4011, 0),
        (None, GROUP, GROUP_4011, 4011, 0),
    ],
)
def test_one_way_is_used_and_no_other(
    firmware: str, control: int | None, group: str | None, to: str, port: int, flags: int
) -> None:
    """Multicast, else broadcast, else the list; when nobody answers it is PXE-E18."""
    book_ = told(firmware, said(control=control, group=group))
    for wait in (0.0, 1.0, 2.0, 3.0):
        book_.sends(DHCPREQUEST, to=to, after=wait, source_port=port, flags=flags)
    book_.fails("PXE-E18", after=4.0)


@any_edk2
def test_options_that_leave_no_way(firmware: str) -> None:
    """The type is not listed, nobody is listed, multicast without group, no list at all."""
    for offered, code, rule in (
        (said(servers={9: (FIRST,)}), "PXE-E07", "type-not-listed"),
        (said(control=6, servers=None), "PXE-E99", "only-nobody"),
        (said(control=0), "PXE-E99", "no-group"),
        (said(servers=None), "PXE-E99", "no-way"),
    ):
        told(firmware, offered).fails(code, after=0.0).decides("discover-by", rule)


@any_edk2
def test_the_ways_have_their_rules(firmware: str) -> None:
    """Each is told as a decision."""
    for offered, rule in (
        (said(control=0, group=GROUP), "multicast"),
        (said(control=2), "broadcast"),
        (said(control=3), "unicast"),
    ):
        told(firmware, offered).decides("discover-by", rule)


# --- which answers count ------------------------------------------------------------------
@any_edk2
def test_answers_are_looked_at_only_when_the_wait_is_over(firmware: str) -> None:
    """An answer after 0.2 s leads to the read request after a second."""
    book_ = told(firmware, said()).sends(DHCPREQUEST, to=FIRST_4011).gets(answer(), after=0.2)
    book_.stays_quiet(0.7).sends(RRQ, to=f"{FIRST}:69", after=0.1)


@any_edk2
def test_the_server_asked_has_the_file_whatever_siaddr_says(firmware: str) -> None:
    """After unicast discovery; 43.71 is not looked at."""
    book_ = told(firmware, said()).sends(DHCPREQUEST, to=FIRST_4011)
    book_.gets(answer(siaddr=TFTP_SERVER, kind=None))
    book_.downloads("boot.0", server=FIRST).ends("boot.0")
    assert "boot-server/asked" in book_.ladder


@any_edk2
def test_after_a_broadcast_siaddr_has_the_file(firmware: str) -> None:
    """Or the server identifier, where siaddr is zero."""
    book_ = told(firmware, said(control=2)).sends(DHCPREQUEST, to=BROADCAST, source_port=68)
    book_.gets(answer(siaddr=TFTP_SERVER)).downloads("boot.0").ends("boot.0")
    book_ = told(firmware, said(control=2)).sends(DHCPREQUEST, to=BROADCAST)
    book_.gets(answer(STRANGER, siaddr="0.0.0.0")).downloads("boot.0", server=STRANGER)


@any_edk2
def test_all_listed_servers_are_asked_and_the_last_decides(firmware: str) -> None:
    """The first answer is kept, and the second server asked all the same."""
    book_ = told(firmware, said(servers={1: (FIRST, SECOND)})).sends(DHCPREQUEST, to=FIRST_4011)
    book_.gets(answer(FIRST, file="first.efi")).sends(DHCPREQUEST, to=SECOND_4011, after=0.999)
    book_.gets(answer(SECOND, file="second.efi")).downloads("second.efi", server=SECOND)
    book_.ends("second.efi")
    assert "accept-boot-reply/more-to-ask" in book_.ladder


@any_edk2
def test_with_bit_2_only_a_listed_siaddr_counts(firmware: str) -> None:
    """Answers by others alone are PXE-E53 when their time is over."""
    book_ = told(firmware, said(control=6)).sends(DHCPREQUEST, to=BROADCAST)
    book_.gets(answer(FIRST, siaddr=STRANGER)).fails("PXE-E53", after=0.999)
    book_.ignores(because="accept-boot-reply/not-listed")
    book_ = told(firmware, said(control=6)).sends(DHCPREQUEST, to=BROADCAST)
    book_.gets(answer(STRANGER)).gets(answer(FIRST)).downloads("boot.0", server=FIRST)


@any_edk2
def test_an_answer_without_a_file_is_e99(firmware: str) -> None:
    """The file of the DHCPACK does not help."""
    book_ = told(firmware, said(siaddr=TFTP_SERVER, file="own.efi"))
    book_.sends(DHCPREQUEST, to=FIRST_4011).gets(answer(file="")).fails("PXE-E99", after=0.999)


@any_edk2
def test_an_answer_of_any_type_and_port_counts(firmware: str) -> None:
    """Neither the message type nor the source port is looked at."""
    book_ = told(firmware, said()).sends(DHCPREQUEST, to=FIRST_4011)
    book_.gets(answer(type=dhcp.OFFER, source_port=5000))
    book_.downloads("boot.0", server=FIRST).ends("boot.0")


@any_edk2
def test_the_dhcp_server_may_be_the_boot_server(firmware: str) -> None:
    """It is asked on port 4011 like any other."""
    book_ = told(firmware, said(servers={1: (DHCP_SERVER,)}))
    book_.sends(DHCPREQUEST, to=f"{DHCP_SERVER}:4011").gets(answer(DHCP_SERVER))
    book_.downloads("boot.0", server=DHCP_SERVER).ends("boot.0")


@any_edk2
def test_a_last_server_that_is_silent_undoes_an_earlier_answer(firmware: str) -> None:
    """All listed servers are asked, and what the last one did is all that counts."""
    book_ = told(firmware, said(servers={1: (FIRST, SECOND)})).sends(DHCPREQUEST, to=FIRST_4011)
    book_.gets(answer(FIRST))
    for wait in (0.999, 1.0, 2.0, 3.0):
        book_.sends(DHCPREQUEST, to=SECOND_4011, after=wait)
    book_.fails("PXE-E18", after=4.0)


@any_edk2
def test_a_refused_answer_does_not_keep_the_next_server_from_being_asked(firmware: str) -> None:
    """The first server's siaddr is not listed; the second server's answer decides."""
    offered = said(control=7, servers={1: (FIRST, SECOND)})
    book_ = told(firmware, offered).sends(DHCPREQUEST, to=FIRST_4011)
    book_.gets(answer(FIRST, siaddr=STRANGER)).sends(DHCPREQUEST, to=SECOND_4011, after=0.999)
    book_.gets(answer(SECOND)).downloads("boot.0", server=SECOND).ends("boot.0")


@any_edk2
def test_a_silent_server_is_followed_by_the_next(firmware: str) -> None:
    """After its four requests."""
    book_ = told(firmware, said(servers={1: (FIRST, SECOND)}))
    for wait in (0.0, 1.0, 2.0, 3.0):
        book_.sends(DHCPREQUEST, to=FIRST_4011, after=wait)
    book_.sends(DHCPREQUEST, to=SECOND_4011, after=4.0).gets(answer(SECOND))
    book_.downloads("boot.0", server=SECOND).ends("boot.0")


@any_edk2
@pytest.mark.parametrize("options", [{60: b"other"}, {43: b"\xff"}])
def test_the_ack_must_say_it_again(firmware: str, options: dict[int, bytes]) -> None:
    """A DHCPACK without option 60 or the menu leads straight to the file that it names."""
    book_ = book(firmware).sends(DHCPDISCOVER).gets(said()).sends(DHCPREQUEST)
    book_.gets(said(type=dhcp.ACK, siaddr=TFTP_SERVER, file="own.efi", options=options))
    book_.decides("boot-from", "file").downloads("own.efi").ends("own.efi")
