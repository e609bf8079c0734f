"""Who boots: a firmware, the architecture that it claims, and a machine of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from pxeclient.boot.machine import Machine
from pxeclient.boot.options import ARCHITECTURE, architecture
from pxeclient.boot.traits import DhcpTraits
from pxeclient.profile import Profile, ProfileError
from pxeclient.wire.addresses import Mac

VENDOR_CLASS = 60
_STATIONS = 1 << 24
"""So many addresses share the first three octets of a MAC."""


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
    if own is None:
        raise ProfileError(f"{profile.name} has no option 93, so it can claim no architecture")
    for code in codes:
        other = profile if code == own else claiming(profile, code)
        yield Entry(other, code, code != own, profile.machine)


def claiming(profile: Profile, code: int) -> Profile:
    """The same profile with another architecture in option 93 and in option 60's text.

    Nothing else changes: a server's answers to that architecture can be seen so, but that
    such a firmware would decide as this one does is inferred.
    """
    dhcp = profile.traits.dhcp
    messages = {
        purpose: replace(message, values=_claiming(message.values, code))
        for purpose, message in dhcp.messages.items()
    }
    changed: DhcpTraits = replace(dhcp, values=_claiming(dhcp.values, code), messages=messages)
    return replace(profile, traits=replace(profile.traits, dhcp=changed))


def _claiming(values: Mapping[str, str], code: int) -> dict[str, str]:
    changed = dict(values)
    if str(ARCHITECTURE) in changed:
        changed[str(ARCHITECTURE)] = f"{code:04x}"
    if (template := changed.get(str(VENDOR_CLASS))) is not None:
        changed[str(VENDOR_CLASS)] = _retold(template, code)
    return changed


_DIGITS = re.compile(f"(?<={b'Arch:'.hex()})(3[0-9]){{5}}", re.IGNORECASE)
"""The five digits in option 60's text (RFC 4578 leaves them to PXE 2.1), as a template has them."""


def _retold(template: str, code: int) -> str:
    return _DIGITS.sub(f"{code:05}".encode().hex(), template.replace(" ", ""))


def apart(found: Iterable[Entry], base: Mac, seed: int) -> list[Entry]:
    """The same boots, each of a machine with its own address, UUID and chance.

    The addresses count up from `base` in its last three octets, so that no server's lease for
    one is found by another; the UUID ends in the address.
    """
    return [
        replace(entry, machine=_numbered(entry.machine, base, seed, number))
        for number, entry in enumerate(found)
    ]


def _numbered(machine: Machine, base: Mac, seed: int, number: int) -> Machine:
    last = (int.from_bytes(base[3:], "big") + number) % _STATIONS
    mac = Mac(base[:3] + last.to_bytes(3, "big"))
    uuid = UUID(bytes=machine.uuid.bytes[:10] + mac)
    return replace(machine, mac=mac, uuid=uuid, seed=seed + number)
