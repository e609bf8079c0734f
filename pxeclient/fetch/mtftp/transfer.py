"""One multicast download: what has been heard of the file, and who the client is in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from pxeclient.fetch.content import Sink
from pxeclient.fetch.mtftp.gathering import Gathering


class Part(StrEnum):
    """The client's part in the transfer."""

    LISTENER = "listener"
    """It only listens."""
    ASKER = "asker"
    """It has sent a read request."""
    MASTER = "master"
    """It acknowledges the blocks, for all clients."""


@dataclass(slots=True)
class Transfer:
    """A multicast download under way."""

    content: Sink
    """What the master has received."""
    part: Part = Part.LISTENER
    gathering: Gathering = field(default_factory=Gathering)
    """The blocks that others acknowledge."""
    patience: int = 0
    """Seconds for which it listens before it asks."""
    opens: int = 0
    """Read requests since it last heard a block."""
    by_unicast: bool = False
    """Block 1 has come to the client alone: it may be the master."""
    by_group: bool = False
    """Block 1 has come to the group."""
    block_size: int = 0
    """As long as block 1."""
    last: int = 0
    """The block that the master acknowledges."""
    tries: int = 0
    """Acknowledgements that it may still send for that block."""

    @property
    def held(self) -> int:
        """Octets kept."""
        return self.content.size if self.part is Part.MASTER else self.gathering.held
