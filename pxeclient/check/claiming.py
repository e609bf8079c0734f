"""A profile that claims another architecture."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from pxeclient.profile import Profile, ProfileError

_ARCHITECTURE, _CLASS = "93", "60"
_DIGITS = re.compile(f"(?<={b'Arch:'.hex()})(3[0-9]){{5}}", re.IGNORECASE)
"""The five digits in option 60's text (PXE 2.1 table 2-1), as a template has them."""


def architecture(profile: Profile) -> int | None:
    """The architecture that a profile says in option 93; None if it says none."""
    template = profile.traits.dhcp.values.get(_ARCHITECTURE)
    return None if template is None else int(template.replace(" ", ""), 16)


def claiming(profile: Profile, arch: int) -> Profile:
    """The same profile with that architecture in option 93 and in option 60's text.

    It decides as before: that such a machine would is inferred.

    Raises:
        ProfileError: It says no architecture at all.
    """
    if architecture(profile) is None:
        raise ProfileError(f"{profile.name} has no option 93, so it can claim no architecture")
    dhcp = profile.traits.dhcp
    messages = {
        purpose: replace(message, values=_claiming(message.values, arch))
        for purpose, message in dhcp.messages.items()
    }
    changed = replace(dhcp, values=_claiming(dhcp.values, arch), messages=messages)
    return replace(profile, traits=replace(profile.traits, dhcp=changed))


def _claiming(values: Mapping[str, str], arch: int) -> dict[str, str]:
    changed = dict(values)
    if _ARCHITECTURE in changed:
        changed[_ARCHITECTURE] = f"{arch:04x}"
    if (template := changed.get(_CLASS)) is not None:
        changed[_CLASS] = _DIGITS.sub(f"{arch:05}".encode().hex(), template.replace(" ", ""))
    return changed
