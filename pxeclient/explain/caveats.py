"""In what two clients differ that servers tell apart."""

from __future__ import annotations

from pxeclient.boot.dhcp.options import option_values
from pxeclient.profile import Profile
from pxeclient.replay.client_of import machine_of
from pxeclient.replay.play import Play
from pxeclient.wire import dhcp
from pxeclient.wire.options import option_name, show_value
from pxeclient.wire.pxe import Purpose

_CHOSEN_BY = (60, 77, 93)
"""The options by which servers tell clients apart."""


def caveats(profile: Profile, played: Play) -> list[str]:
    """By which options the servers may have told the two apart."""
    values = option_values(profile.traits.dhcp, machine_of(profile, played.client))
    shape = profile.traits.dhcp.messages[Purpose.DISCOVER]
    found = []
    for code in _CHOSEN_BY:
        theirs = dhcp.first(played.client.message.options, code)
        ours = values.get((Purpose.DISCOVER, code)) if code in shape.options else None
        if theirs != ours:
            found.append(
                f"{option_name(code)} ({code}): {_shown(code, theirs)}, it {_shown(code, ours)}"
            )
    if not found:
        return []
    return [
        "The recorded client says something else of itself: "
        + "; ".join(found)
        + ". What the servers offer to a client that says so, the capture cannot tell."
    ]


def _shown(code: int, data: bytes | None) -> str:
    return "nothing" if data is None else show_value(code, data)
