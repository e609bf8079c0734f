"""What the talk with DHCP servers has brought, and what was chosen of it."""

from __future__ import annotations

from msgspec import Struct

from pxeclient.boot.dhcp.reply import Reply
from pxeclient.boot.policy import Kept, Select


class Dialogue(Struct):
    """The replies to all DISCOVERs of a boot: a NAK begins discovery again, not anew."""

    kept: list[Kept] = []
    offers: int = 0
    """Replies with an address that were kept."""
    proxy_offers: int = 0
    """Replies without one that were kept."""
    offer: Reply | None = None
    """The offer in hand: the one that would be chosen now."""
    proxy_offer: Reply | None = None
    naks: int = 0
    """How often discovery has begun again."""
    refusals: int = 0
    """DHCPNAKs that came from the chosen server, heeded or not."""


class Cached(Struct):
    """The messages that a firmware keeps for what it starts."""

    discover: bytes = b""
    """The DHCPDISCOVER that was sent last."""
    proxy: Reply | None = None
    """The chosen proxy offer; what its server answered on port 4011, in its place."""
    server: Reply | None = None
    """A boot server's reply."""


class Choice(Struct, frozen=True):
    """What was chosen at the end of discovery."""

    offer: Reply
    proxy_offer: Reply | None
    selected: Select
    others: tuple[Reply, ...] = ()
    """Kept proxy offers after the chosen one, whose servers may be asked when it is silent."""
