"""Who made a network card, by its MAC address: what that says of the firmware behind it.

A machine can be given any address, so this is no mark; of profiles that the frames do not tell
apart it says which is the likelier.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pxeclient.documents import own_toml
from pxeclient.wire.addresses import Mac

_FILE = Path(__file__).parent / "makers.toml"


@dataclass(frozen=True, slots=True)
class Maker:
    """A maker of network cards, real or virtual."""

    name: str
    prefixes: tuple[str, ...]
    """The first three octets of its addresses, such as ``00:0c:29``."""
    firmware: tuple[str, ...] = ()
    """The profiles that run on its machines and on no others."""


@cache
def makers() -> tuple[Maker, ...]:
    """All that are known."""
    data = own_toml(_FILE)
    return tuple(
        Maker(one["name"], tuple(one["prefixes"]), tuple(one.get("firmware", ())))
        for one in data["maker"]
    )


@cache
def _by_prefix() -> Mapping[str, Maker]:
    return {prefix: maker for maker in makers() for prefix in maker.prefixes}


def maker_of(mac: Mac) -> Maker | None:
    """The maker of the card with that address; None where it is not known, as of most."""
    return _by_prefix().get(str(mac).lower()[:8])


def fit(maker: Maker | None, profile: str) -> int:
    """How a maker's card fits a profile: 1 well, 0 tells nothing, -1 it is some other maker's."""
    base = profile.partition("+")[0]
    if maker is None:
        return 0
    if base in maker.firmware:
        return 1
    return -1 if any(base in other.firmware for other in makers()) else 0
