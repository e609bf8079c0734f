"""Who boots: a firmware, the architecture that it claims, and a machine of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pxeclient.boot.dhcp.options import architecture
from pxeclient.boot.machine import Machine
from pxeclient.boots.apart import numbered
from pxeclient.profile import Profile
from pxeclient.profile.claiming import claiming
from pxeclient.wire.addresses import Mac


@dataclass(frozen=True, slots=True)
class Entry:
    """One boot of the table."""

    profile: Profile
    architecture: int | None
    """The code that it says in option 93; None if it says none."""
    is_claimed: bool
    """Not the profile's own code: what the firmware would do so is inferred."""
    machine: Machine


def entries(profiles: Iterable[Profile], codes: Sequence[int] = ()) -> list[Entry]:
    """The boots: each profile as it is, or claiming each of `codes` in turn.

    Raises:
        ProfileError: A profile that says no architecture cannot claim another.
    """
    return [entry for profile in profiles for entry in _of(profile, codes)]


def _of(profile: Profile, codes: Sequence[int]) -> Iterator[Entry]:
    own = architecture(profile.traits.dhcp)
    if not codes:
        yield Entry(profile, own, False, profile.machine)
        return
    for code in codes:
        other = profile if code == own else claiming(profile, code)
        yield Entry(other, code, code != own, profile.machine)


def apart(found: Iterable[Entry], base: Mac, seed: int) -> list[Entry]:
    """The same boots, each of a machine with its own address, UUID and chance.

    The addresses count up from `base` in its last three octets, so that no server's lease for
    one is found by another; the UUID ends in the address.
    """
    return [
        replace(entry, machine=numbered(replace(entry.machine, mac=base), number, seed + number))
        for number, entry in enumerate(found)
    ]
