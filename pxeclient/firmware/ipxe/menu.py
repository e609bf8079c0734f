"""iPXE's boot menu and its search for boot servers."""

from __future__ import annotations

from pxeclient.boot.menu.policy import (
    BootReplyCandidate,
    BootReplyUse,
    Cancelled,
    Choice,
    Chosen,
    DiscoverBy,
    DiscoveryStep,
    Prompting,
    PxeSettings,
)
from pxeclient.decisions import Rule, Table, always
from pxeclient.firmware.facts import (
    chose_type_0,
    has_group_left,
    has_servers_left,
    is_of_other_type,
    may_broadcast,
    nothing_tried,
    prompt_is_absent,
    prompt_waits_for_ever,
    prompt_waits_not,
)
from pxeclient.firmware.ipxe.sources import read, seen
from pxeclient.wire import dhcp, pxe

MENU_PROMPT: Table[PxeSettings, Prompting] = Table(
    "menu-prompt",
    "How does the boot menu begin?",
    (
        Rule(
            "no-prompt",
            prompt_is_absent,
            Prompting.SHOW_MENU,
            "Without a prompt (43.10) iPXE shows the menu and waits for a key, for ever.",
            seen("usr/pxemenu.c:170-181,290-294", "samehost-60-43-menu-no10"),
        ),
        Rule(
            "wait-for-ever",
            prompt_waits_for_ever,
            Prompting.SHOW_MENU,
            "A prompt time-out of 255 shows the menu at once and for ever.",
            read("usr/pxemenu.c:290-294"),
        ),
        Rule(
            "no-wait",
            prompt_waits_not,
            Prompting.FIRST_ITEM,
            "A prompt time-out of 0 takes the first item at once.",
            seen("usr/pxemenu.c:301-332", "samehost-60-43-menu"),
        ),
        Rule(
            "count-down",
            always,
            Prompting.COUNT_DOWN,
            "The prompt counts down; the first item is taken at the end.",
            seen("usr/pxemenu.c:301-332", "samehost-60-43-menu-prompt3"),
        ),
    ),
)

MENU_CANCELLED: Table[PxeSettings, Cancelled] = Table(
    "menu-cancelled",
    "Somebody cancelled the menu: what now?",
    (
        Rule(
            "give-up",
            always,
            Cancelled.GIVE_UP,
            "The menu is the only path: without it this network card is done.",
            read("usr/autoboot.c:413-417"),
        ),
    ),
)

MENU_CHOICE: Table[Chosen, Choice] = Table(
    "menu-choice",
    "What does the chosen item lead to?",
    (
        Rule(
            "type-0",
            chose_type_0,
            Choice.LOCAL_BOOT,
            "Type 0 boots locally; nothing is sent.",
            seen("usr/pxemenu.c:365-367", "samehost-60-43-menu-local"),
        ),
        Rule(
            "boot-server",
            always,
            Choice.DISCOVER,
            "Any other type is that of a boot server.",
            seen("usr/pxemenu.c:365-383", "samehost-60-43-menu"),
        ),
    ),
)

DISCOVER_BY: Table[DiscoveryStep, DiscoverBy] = Table(
    "discover-by",
    "How is a boot server asked for next?",
    (
        Rule(
            "multicast",
            has_group_left,
            DiscoverBy.MULTICAST,
            "A multicast address (43.7) is given and multicast is not forbidden (43.6 bit 1).",
            seen("net/udp/dhcp.c:1491-1511", "samehost-60-43-menu-mcast"),
        ),
        Rule(
            "broadcast",
            may_broadcast,
            DiscoverBy.BROADCAST,
            "Broadcast is not forbidden (43.6 bit 0).",
            seen("net/udp/dhcp.c:1491-1511", "samehost-60-43-menu-bcast"),
        ),
        Rule(
            "unicast",
            has_servers_left,
            DiscoverBy.UNICAST,
            "A server of that type is listed (43.8) and was not asked yet.",
            seen("net/udp/dhcp.c:1491-1511", "samehost-60-43-menu"),
        ),
        Rule(
            "no-way",
            nothing_tried,
            DiscoverBy.NO_WAY,
            "No multicast address, no broadcast allowed, no server of that type listed.",
            read("net/udp/dhcp.c:1491-1511"),
        ),
        Rule(
            "nobody-left",
            always,
            DiscoverBy.NOBODY,
            "Everybody was asked.",
            seen("net/udp/dhcp.c:1304-1312", "samehost-60-43-menu-bs-dead"),
        ),
    ),
)


def from_other_port(candidate: BootReplyCandidate) -> bool:
    """it comes from a port other than 67 and 4011"""
    return candidate.reply.source_port not in (dhcp.SERVER_PORT, dhcp.PROXY_PORT)


def is_no_ack(candidate: BootReplyCandidate) -> bool:
    """it is not a DHCPACK"""
    return candidate.reply.type != dhcp.ACK


def is_not_listed(candidate: BootReplyCandidate) -> bool:
    """only listed servers count (43.6 bit 2), and its server is not listed for this type"""
    only_listed = candidate.settings.control & pxe.ONLY_LISTED
    listed = candidate.settings.of_type(candidate.type)
    return bool(only_listed) and candidate.reply.pseudo_id not in listed


ACCEPT_BOOT_REPLY: Table[BootReplyCandidate, BootReplyUse] = Table(
    "accept-boot-reply",
    "Is a reply that came while a boot server is looked for of use?",
    (
        Rule(
            "other-port",
            from_other_port,
            BootReplyUse.IGNORE,
            "It comes neither from port 67 nor from port 4011.",
            read("net/udp/dhcp.c:862-871"),
        ),
        Rule(
            "no-ack",
            is_no_ack,
            BootReplyUse.IGNORE,
            "It is not a DHCPACK.",
            read("net/udp/dhcp.c:862-871"),
        ),
        Rule(
            "other-type",
            is_of_other_type,
            BootReplyUse.IGNORE,
            "Its option 43.71 does not name the type that was asked for.",
            seen("net/udp/dhcp.c:862-871", "samehost-60-43-menu with a reply without 43.71"),
        ),
        Rule(
            "not-listed",
            is_not_listed,
            BootReplyUse.IGNORE,
            "Only listed servers are accepted (43.6 bit 2), and this one is not.",
            read("net/udp/dhcp.c:862-871"),
        ),
        Rule(
            "found",
            always,
            BootReplyUse.TAKE,
            "A boot server of the wanted type has answered.",
            seen("net/udp/dhcp.c:862-871", "samehost-60-43-menu"),
        ),
    ),
)
