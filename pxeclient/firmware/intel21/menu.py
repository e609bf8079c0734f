"""Intel's ROMs: the boot menu by the letter of the options, and the search for boot servers."""

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
    prompt_waits_for_ever,
    prompt_waits_not,
)
from pxeclient.firmware.intel21.sources import edk1, inferred, related, specified
from pxeclient.wire import dhcp, pxe
from pxeclient.wire.addresses import ANY


def lacks_group(settings: PxeSettings) -> bool:
    """multicast is not forbidden (43.6 bit 1), and 43.7 is missing or no multicast address"""
    allowed = not settings.control & pxe.NO_MULTICAST
    return allowed and (settings.group is None or not settings.group.is_multicast)


def lacks_servers(settings: PxeSettings) -> bool:
    """43.8 is broken, or missing where 43.6 has bit 2, or bits 0 and 1, set"""
    if settings.servers is not None:
        addresses = [address for entry in settings.servers for address in entry.addresses]
        return settings.servers_broken or any(address.is_multicast for address in addresses)
    return pxe.needs_list(settings.control)


def has_whole_menu(settings: PxeSettings) -> bool:
    """The menu (43.9) has items, none of them broken or without text."""
    items = settings.menu or ()
    return bool(items) and not settings.menu_broken and all(item.text for item in items)


def lacks_menu(settings: PxeSettings) -> bool:
    """the menu (43.9) or the prompt (43.10) is missing or broken, or an item has no text"""
    return settings.prompt is None or not has_whole_menu(settings)


MENU_PROMPT: Table[PxeSettings, Prompting] = Table(
    "menu-prompt",
    "How does the boot menu begin?",
    (
        Rule(
            "no-multicast-address",
            lacks_group,
            Prompting.BAD_MULTICAST,
            "Multicast discovery is called for without a multicast address.",
            related("a server with 43.6=04 gets PXE-E76; EDK1 DHCPOfferAckEdit (row R7)"),
        ),
        Rule(
            "no-server-list",
            lacks_servers,
            Prompting.BAD_SERVERS,
            "A list of boot servers is called for and missing or broken.",
            related("a server with 43.6=07 gets PXE-E77; EDK1 DHCPOfferAckEdit (row R7b)"),
        ),
        Rule(
            "no-menu",
            lacks_menu,
            Prompting.BAD_MENU,
            "Without bit 3 and a boot file there must be a menu and a prompt.",
            specified("text of PXE-E74; EDK1 DHCPOfferAckEdit (rows R5, R8, X12)"),
        ),
        Rule(
            "no-wait",
            prompt_waits_not,
            Prompting.FIRST_ITEM,
            "A prompt time-out of 0 takes the first item at once.",
            specified("draft-henry-remote-boot-protocol-00"),
        ),
        Rule(
            "wait-for-ever",
            prompt_waits_for_ever,
            Prompting.SHOW_MENU,
            "A prompt time-out of 255 shows the menu and waits for ever.",
            specified("draft-henry-remote-boot-protocol-00"),
        ),
        Rule(
            "count-down",
            always,
            Prompting.COUNT_DOWN,
            "The prompt counts down; the first item is taken at the end.",
            specified("draft-henry-remote-boot-protocol-00"),
        ),
    ),
)


MENU_CANCELLED: Table[PxeSettings, Cancelled] = Table(
    "menu-cancelled",
    "Somebody cancelled the menu: what now?",
    (
        Rule(
            "local-boot",
            always,
            Cancelled.GIVE_UP,
            "The network boot was cancelled by a key; the machine boots locally.",
            specified("text of PXE-EA0 (row R6a)"),
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
            "Type 0 boots locally.",
            specified("draft-henry-remote-boot-protocol-00 (row R6a)"),
        ),
        Rule(
            "boot-server",
            always,
            Choice.DISCOVER,
            "Any other type is that of a boot server.",
            related("nuc-bootagent-menu (row R6)"),
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
            "Multicast comes first, unless 43.6 bit 1 forbids it.",
            specified("draft-henry-remote-boot-protocol-00; EDK1 (row R6)"),
        ),
        Rule(
            "broadcast",
            may_broadcast,
            DiscoverBy.BROADCAST,
            "Broadcast comes next, unless 43.6 bit 0 forbids it.",
            specified("draft-henry-remote-boot-protocol-00; EDK1 (row R6)"),
        ),
        Rule(
            "unicast",
            has_servers_left,
            DiscoverBy.UNICAST,
            "Then each listed server of that type.",
            related("asrock-intelrom-2016: asked 12 ms after the DHCPACK; EDK1 (row R6)"),
        ),
        Rule(
            "no-way",
            nothing_tried,
            DiscoverBy.NO_WAY,
            "Neither multicast nor broadcast is allowed, and no server of that type is listed.",
            inferred("the text of PXE-E78 fits"),
        ),
        Rule(
            "nobody-left",
            always,
            DiscoverBy.NOBODY,
            "Everybody was asked.",
            specified("text of PXE-E78 (row R6b)"),
        ),
    ),
)


def is_no_ack(candidate: BootReplyCandidate) -> bool:
    """it is not a DHCPACK with a server identifier (option 54)"""
    return candidate.reply.type != dhcp.ACK or candidate.reply.server_id == ANY


def is_credentials(candidate: BootReplyCandidate) -> bool:
    """the layer of its boot item (43.71) has bit 15 set: a file of credentials"""
    item = dhcp.first(candidate.reply.vendor, pxe.BOOT_ITEM) or b""
    return bool(int.from_bytes(item[2:4], "big") & pxe.CREDENTIALS_LAYER)


def is_not_listed(candidate: BootReplyCandidate) -> bool:
    """only listed servers count (43.6 bit 2), and its server is not listed for this type"""
    settings, type = candidate.settings, candidate.type
    if not settings.control & pxe.ONLY_LISTED or settings.accepts_any(type):
        return False
    return candidate.reply.server_id not in settings.of_type(type)


ACCEPT_BOOT_REPLY: Table[BootReplyCandidate, BootReplyUse] = Table(
    "accept-boot-reply",
    "Is a reply that came while a boot server is looked for of use?",
    (
        Rule(
            "no-ack",
            is_no_ack,
            BootReplyUse.IGNORE,
            "It is not a DHCPACK with a server identifier.",
            edk1("pxe_bc_dhcp.c (discovery)"),
        ),
        Rule(
            "other-type",
            is_of_other_type,
            BootReplyUse.IGNORE,
            "Its option 43.71 does not name the type that was asked for.",
            edk1("pxe_bc_dhcp.c (discovery)"),
        ),
        Rule(
            "credentials",
            is_credentials,
            BootReplyUse.IGNORE,
            "It names a file of credentials (bit 15 of the layer), and layer 0 was asked for; a"
            " ROM without BIS has no use for one.",
            inferred("draft-henry-remote-boot-protocol-00 has the bit; dnsmasq refuses it too"),
        ),
        Rule(
            "not-listed",
            is_not_listed,
            BootReplyUse.IGNORE,
            "Only listed servers are accepted (43.6 bit 2), and this one is not. An entry without"
            " addresses would have let any server of the type answer.",
            specified("draft-henry-remote-boot-protocol-00"),
        ),
        Rule(
            "found",
            always,
            BootReplyUse.TAKE,
            "A boot server of the wanted type has answered; yiaddr is not looked at (X11).",
            related("asrock-intelrom-2016: an answer with the client's own address in yiaddr (R6)"),
        ),
    ),
)
