"""The boot menu on the screen, and the search for a boot server: what each remembers."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address

from pxeclient.boot.dhcp.reply import Reply
from pxeclient.boot.menu.policy import DiscoverBy, PxeSettings
from pxeclient.wire.addresses import ANY
from pxeclient.wire.pxe import MenuItem


@dataclass(slots=True)
class MenuScreen:
    """The prompt or the menu, and where its highlight is."""

    settings: PxeSettings
    items: tuple[MenuItem, ...]
    is_open: bool = False
    """The menu is shown; before that only the prompt is."""
    at: int = 0
    """The highlighted item, from 0."""
    lines: list[str] = field(default_factory=list)
    """The items as they were drawn."""

    def move(self, to: int) -> None:
        """Highlight this item, or the last or first one if it is beyond."""
        self.at = max(0, min(to, len(self.items) - 1))


@dataclass(slots=True)
class Search:
    """The search for a boot server of one type."""

    settings: PxeSettings
    type: int
    left: list[IPv4Address]
    """Listed servers that were not asked yet."""
    tried: list[DiscoverBy] = field(default_factory=list)
    asked: IPv4Address = ANY
    port: int = 0
    waiting: list[Reply] = field(default_factory=list)
    """Replies to the latest request that are looked at when its time is over."""
