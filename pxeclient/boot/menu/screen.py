"""The boot menu on the screen: what it shows and where its highlight is."""

from __future__ import annotations

from dataclasses import dataclass, field

from pxeclient.boot.menu.policy import PxeSettings
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
