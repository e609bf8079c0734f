"""EDK II's boot menu and its search for boot servers."""

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
from pxeclient.firmware.edk2.sources import BOOT, DHCP4, read, seen
from pxeclient.firmware.facts import (
    chose_type_0,
    prompt_is_absent,
    prompt_waits_for_ever,
    prompt_waits_not,
)
from pxeclient.wire import pxe


def menu_is_empty(settings: PxeSettings) -> bool:
    """the menu (43.9) is there, but has no item"""
    return settings.menu is not None and not settings.menu


MENU_PROMPT: Table[PxeSettings, Prompting] = Table(
    "menu-prompt",
    "How does the boot menu begin?",
    (
        Rule(
            "empty-menu",
            menu_is_empty,
            Prompting.SKIP,
            "A menu without items is an error, and an error here only passes over discovery.",
            read(f"{BOOT}:936,977-984"),
        ),
        Rule(
            "no-prompt",
            prompt_is_absent,
            Prompting.FIRST_ITEM,
            "Without a prompt (43.10) the first item is taken at once.",
            seen(f"{BOOT}:57-246", "samehost-60-43-menu-no10"),
        ),
        Rule(
            "no-wait",
            prompt_waits_not,
            Prompting.FIRST_ITEM,
            "A prompt time-out of 0 takes the first item at once.",
            seen(f"{BOOT}:57-246", "samehost-60-43-menu"),
        ),
        Rule(
            "wait-for-ever",
            prompt_waits_for_ever,
            Prompting.SHOW_MENU,
            "A prompt time-out of 255 shows the menu and waits for ever.",
            read(f"{BOOT}:57-246"),
        ),
        Rule(
            "count-down",
            always,
            Prompting.COUNT_DOWN,
            "The prompt counts down; the first item is taken at the end.",
            seen(f"{BOOT}:57-246", "samehost-60-43-menu-prompt3"),
        ),
    ),
)


MENU_CANCELLED: Table[PxeSettings, Cancelled] = Table(
    "menu-cancelled",
    "Somebody cancelled the menu: what now?",
    (
        Rule(
            "skip",
            always,
            Cancelled.SKIP,
            "Cancelling only passes over discovery: the boot file named here is downloaded.",
            read(f"{BOOT}:936,977-984"),
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
            "Type 0 boots locally; so does a reply with discovery options but no menu.",
            seen(f"{BOOT}:893-987", "samehost-60-43-menu-local, samehost-60-43.6=0-file"),
        ),
        Rule(
            "boot-server",
            always,
            Choice.DISCOVER,
            "Any other type is that of a boot server.",
            seen(f"{BOOT}:893-987", "samehost-60-43-menu"),
        ),
    ),
)


def asks_more_servers(step: DiscoveryStep) -> bool:
    """listed servers are being asked, and one is left"""
    return bool(step.tried) and step.tried[-1] is DiscoverBy.UNICAST and step.servers_left > 0


def something_tried(step: DiscoveryStep) -> bool:
    """a method was used already"""
    return bool(step.tried)


def type_is_not_listed(step: DiscoveryStep) -> bool:
    """there is a server list (43.8), and no entry for the type"""
    servers = step.settings.servers
    return servers is not None and all(entry.type != step.type for entry in servers)


def only_nobody_is_listed(step: DiscoveryStep) -> bool:
    """only listed servers count (43.6 bit 2), and none is listed"""
    return bool(step.settings.control & pxe.ONLY_LISTED) and step.servers_left == 0


def multicast_without_group(step: DiscoveryStep) -> bool:
    """43.6 bit 1 is clear, and there is no multicast address (43.7)"""
    return not step.settings.control & pxe.NO_MULTICAST and step.settings.group is None


def multicast_allowed(step: DiscoveryStep) -> bool:
    """43.6 bit 1 is clear"""
    return not step.settings.control & pxe.NO_MULTICAST


def broadcast_allowed(step: DiscoveryStep) -> bool:
    """43.6 bit 0 is clear"""
    return not step.settings.control & pxe.NO_BROADCAST


def is_listed(step: DiscoveryStep) -> bool:
    """a server of the type is listed (43.8)"""
    return step.servers_left > 0


DISCOVER_BY: Table[DiscoveryStep, DiscoverBy] = Table(
    "discover-by",
    "How is a boot server asked for next?",
    (
        Rule(
            "next-listed",
            asks_more_servers,
            DiscoverBy.UNICAST,
            "All listed servers of the type are asked, one after another.",
            read("UefiPxeBcDxe/PxeBcImpl.c:655-714"),
        ),
        Rule(
            "nobody-left",
            something_tried,
            DiscoverBy.NOBODY,
            "One method is used and no other: there is no way from multicast to broadcast.",
            seen("UefiPxeBcDxe/PxeBcImpl.c:655-714", "samehost-60-43-menu-bs-dead"),
        ),
        Rule(
            "type-not-listed",
            type_is_not_listed,
            DiscoverBy.NOT_LISTED,
            "A list of boot servers must have the wanted type, whatever the method.",
            read(f"{BOOT}:790-804"),
        ),
        Rule(
            "only-nobody",
            only_nobody_is_listed,
            DiscoverBy.NO_WAY,
            "Only listed servers count, and none is listed.",
            read(f"{BOOT}:776-822"),
        ),
        Rule(
            "no-group",
            multicast_without_group,
            DiscoverBy.NO_WAY,
            "Multicast is called for without a multicast address.",
            read("Dhcp4Dxe/Dhcp4Impl.c:1523"),
        ),
        Rule(
            "multicast",
            multicast_allowed,
            DiscoverBy.MULTICAST,
            "Multicast comes first, unless 43.6 bit 1 forbids it.",
            seen(f"{BOOT}:776-822", "samehost-60-43-menu-mcast"),
        ),
        Rule(
            "broadcast",
            broadcast_allowed,
            DiscoverBy.BROADCAST,
            "Broadcast comes next, unless 43.6 bit 0 forbids it.",
            seen(f"{BOOT}:776-822", "samehost-60-43-menu-bcast"),
        ),
        Rule(
            "unicast",
            is_listed,
            DiscoverBy.UNICAST,
            "Both are forbidden: the listed servers are asked.",
            seen(f"{BOOT}:776-822", "samehost-60-43-menu"),
        ),
        Rule(
            "no-way",
            always,
            DiscoverBy.NO_WAY,
            "Multicast and broadcast are forbidden, and no server is listed.",
            read(f"{BOOT}:776-822"),
        ),
    ),
)


def is_not_listed(candidate: BootReplyCandidate) -> bool:
    """only listed servers count (43.6 bit 2), and its siaddr is not listed for this type"""
    settings = candidate.settings
    if settings.servers is None or not settings.control & pxe.ONLY_LISTED:
        return False
    return candidate.reply.message.siaddr not in settings.of_type(candidate.type)


def more_to_ask(candidate: BootReplyCandidate) -> bool:
    """both multicast and broadcast are forbidden, and a listed server was not asked yet"""
    both = pxe.NO_BROADCAST | pxe.NO_MULTICAST
    return candidate.settings.control & both == both and candidate.servers_left > 0


ACCEPT_BOOT_REPLY: Table[BootReplyCandidate, BootReplyUse] = Table(
    "accept-boot-reply",
    "Is a reply that came while a boot server is looked for of use?",
    (
        Rule(
            "not-listed",
            is_not_listed,
            BootReplyUse.IGNORE,
            "Only listed servers are accepted (43.6 bit 2), and this one is not.",
            read(f"{DHCP4}:1528-1557"),
        ),
        Rule(
            "more-to-ask",
            more_to_ask,
            BootReplyUse.TAKE_AND_ASK_ON,
            "EDK II asks the other listed servers all the same; the last one decides.",
            read("UefiPxeBcDxe/PxeBcImpl.c:655-714"),
        ),
        Rule(
            "found",
            always,
            BootReplyUse.TAKE,
            "A boot server has answered; option 43.71 is not looked at.",
            seen(f"{DHCP4}:1528-1557", "samehost-60-43-menu"),
        ),
    ),
)
