"""A firmware that calls itself another architecture, to see what servers answer to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from pxeclient.boot.dhcp.options import ARCHITECTURE, architecture
from pxeclient.boot.dhcp.traits import DhcpTraits
from pxeclient.profile.model import Profile, ProfileError

_VENDOR_CLASS = 60


def claiming(profile: Profile, code: int) -> Profile:
    """The same profile with another architecture in option 93 and in option 60's text.

    Nothing else changes: a server's answers to that architecture can be seen so, but that
    such a firmware would decide as this one does is inferred.

    Raises:
        ProfileError: It says no architecture at all.
    """
    dhcp = profile.traits.dhcp
    if architecture(dhcp) is None:
        raise ProfileError(f"{profile.name} has no option 93, so it can claim no architecture")
    messages = {
        purpose: replace(message, values=_claiming(message.values, code))
        for purpose, message in dhcp.messages.items()
    }
    changed: DhcpTraits = replace(dhcp, values=_claiming(dhcp.values, code), messages=messages)
    return replace(profile, traits=replace(profile.traits, dhcp=changed))


def of_architecture(profile: Profile, code: int) -> Profile:
    """The same firmware calling itself another architecture, in options 93 and 60, and in its name.

    No firmware is known to be that: it is for trying how a server tells architectures apart.
    The profile's evidence says nothing of it.

    Source: RFC 4578 §2.1, RFC 5970 §3.3 (the numbers).

    Raises:
        ValueError: It is no number of 16 bits.
        ProfileError: The firmware sends no option 93.
    """
    if not 0 <= code <= 0xFFFF:
        raise ValueError(f"client architecture {code} is no number of 16 bits")
    return replace(claiming(profile, code), name=f"{profile.name} as architecture {code}")


def _claiming(values: Mapping[str, str], code: int) -> dict[str, str]:
    changed = dict(values)
    if str(ARCHITECTURE) in changed:
        changed[str(ARCHITECTURE)] = f"{code:04x}"
    if (template := changed.get(str(_VENDOR_CLASS))) is not None:
        changed[str(_VENDOR_CLASS)] = _retold(template, code)
    return changed


_DIGITS = re.compile(f"(?<={b'Arch:'.hex()})(3[0-9]){{5}}", re.IGNORECASE)
"""The five digits in option 60's text (RFC 4578 leaves them to PXE 2.1), as a template has them."""


def _retold(template: str, code: int) -> str:
    return _DIGITS.sub(f"{code:05}".encode().hex(), template.replace(" ", ""))
