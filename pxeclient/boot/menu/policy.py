"""The questions about boot menus and boot servers, and the facts they are answered by.

They belong to `policy`, which puts all questions together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address

from pxeclient.boot.dhcp.reply import Reply
from pxeclient.wire import dhcp, pxe
from pxeclient.wire.pxe import BootServers, MenuItem, MenuPrompt


# --- the boot menu ------------------------------------------------------------------------
class Prompting(StrEnum):
    """How the boot menu begins."""

    FIRST_ITEM = "take the first item of the menu"
    COUNT_DOWN = "show the prompt and count down"
    SHOW_MENU = "show the menu and wait for a choice"
    LOCAL_BOOT = "leave the network: boot locally"
    SKIP = "pass over the menu: download the boot file named here"
    BAD_MULTICAST = "give up: the multicast discovery address is bad or missing"
    BAD_SERVERS = "give up: the boot server list is bad or missing"
    BAD_MENU = "give up: the menu or its prompt is bad or missing"


@dataclass(frozen=True, slots=True)
class PxeSettings:
    """What the replies that count say about menu and boot servers."""

    control: int
    """Discovery control (43.6), 0 if absent."""
    group: IPv4Address | None
    """The multicast discovery address (43.7)."""
    servers: tuple[BootServers, ...] | None
    """43.8; None if absent."""
    menu: tuple[MenuItem, ...] | None
    """43.9; None if absent."""
    prompt: MenuPrompt | None
    """43.10; None if absent or empty."""
    servers_broken: bool = False
    """43.8 ends in the middle of an entry."""
    menu_broken: bool = False
    """43.9 ends in the middle of an item."""

    @classmethod
    def of(cls, sources: Iterable[Reply]) -> PxeSettings:
        """What these replies say; each option from the first that has it."""
        replies = tuple(sources)

        def find(code: int) -> bytes | None:
            found = (dhcp.first(reply.vendor, code) for reply in replies)
            return next((data for data in found if data is not None), None)

        control, group = find(pxe.DISCOVERY_CONTROL), find(pxe.MULTICAST_ADDRESS)
        servers, menu, prompt = find(pxe.BOOT_SERVERS), find(pxe.BOOT_MENU), find(pxe.MENU_PROMPT)
        return cls(
            control=control[0] if control else 0,
            group=IPv4Address(group[:4]) if group and len(group) >= 4 else None,
            servers=None if servers is None else pxe.scan_boot_servers(servers)[0],
            menu=None if menu is None else pxe.scan_menu(menu)[0],
            prompt=pxe.parse_prompt(prompt) if prompt else None,
            servers_broken=bool(servers and pxe.scan_boot_servers(servers)[1]),
            menu_broken=bool(menu and pxe.scan_menu(menu)[1]),
        )

    def accepts_any(self, type: int) -> bool:
        """43.8 lists the type without addresses: any server of it may answer."""
        return any(entry.type == type and not entry.addresses for entry in self.servers or ())

    def of_type(self, type: int) -> tuple[IPv4Address, ...]:
        """The listed servers of one type, in order."""
        return tuple(
            address
            for entry in self.servers or ()
            if entry.type == type
            for address in entry.addresses
        )


class PromptKey(StrEnum):
    """What a key does while the prompt counts down."""

    OPEN_MENU = "show the menu"
    FIRST_ITEM = "take the first item at once"
    CANCEL = "cancel"
    IGNORE = "nothing"


class MenuKey(StrEnum):
    """What a key does in the open menu."""

    UP = "one item up"
    DOWN = "one item down"
    FIRST = "to the first item"
    LAST = "to the last item"
    TAKE = "take the highlighted item"
    TAKE_LETTERED = "take the item of that letter"
    CANCEL = "cancel"
    IGNORE = "nothing"


@dataclass(frozen=True, slots=True)
class Key:
    """A key that was pressed at the prompt or in the menu."""

    name: str
    items: int
    """How many items the menu has."""

    @property
    def item(self) -> int | None:
        """The item that the key's letter stands for, from 0; None if it stands for none."""
        if len(self.name) != 1 or not ("A" <= self.name.upper() <= "Z"):
            return None
        at = ord(self.name.upper()) - ord("A")
        return at if at < self.items else None


class Cancelled(StrEnum):
    """What follows when somebody cancels prompt or menu."""

    GIVE_UP = "give up this network card"
    SKIP = "pass over the menu: download the boot file named here"


class Choice(StrEnum):
    """What a chosen menu item leads to."""

    LOCAL_BOOT = "leave the network: boot locally"
    DISCOVER = "look for a boot server of that type"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A menu item, by its boot server type."""

    type: int


# --- boot-server discovery ----------------------------------------------------------------
class DiscoverBy(StrEnum):
    """How a boot server is asked for next."""

    MULTICAST = "ask the multicast group on port 4011"
    BROADCAST = "broadcast to port 67"
    UNICAST = "ask the next listed server on port 4011"
    NOBODY = "give up: nobody is left to ask"
    NO_WAY = "give up: the options leave no way to ask"
    NOT_LISTED = "give up: no server of that type is listed"


@dataclass(frozen=True, slots=True)
class DiscoveryStep:
    """What may still be asked."""

    settings: PxeSettings
    type: int
    tried: tuple[DiscoverBy, ...]
    """Methods used so far, once per address asked."""
    servers_left: int
    """Listed servers of the type that were not asked yet."""


class BootReplyUse(StrEnum):
    """What a boot server's reply is worth."""

    TAKE = "take the boot file from it"
    TAKE_AND_ASK_ON = "it is good, but the next server is asked all the same"
    IGNORE = "ignore it"


@dataclass(frozen=True, slots=True)
class BootReplyCandidate:
    """A reply that came while a boot server is looked for."""

    reply: Reply
    type: int
    settings: PxeSettings
    servers_left: int
