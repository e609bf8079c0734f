"""How a firmware downloads by multicast: its part of a profile."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MtftpTraits:
    """How the firmware downloads by multicast, where it does."""

    opens: int = 3
    """Read requests that go unanswered before it gives up."""
    acknowledgements: int = 3
    """How often it acknowledges a block, in all, while nothing new follows."""
    slack: float = 0.1
    """Seconds that it waits beyond what 43.4 and 43.5 say."""
    full_block: int = 512
    """A shorter block is the last to the client that acknowledges."""
    error_code: int = 8
    """What it sends when it gives up a transfer that it acknowledges."""
    error_text: str = ""
