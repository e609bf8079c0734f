"""What only the two sides of a relay show: a reply before and after it."""

from __future__ import annotations

from collections.abc import Iterator

from pxeclient.diagnose.model import Sighting
from pxeclient.diagnose.registry import About, Boots, compares
from pxeclient.diagnose.scene import Scene
from pxeclient.seen.dhcp import RELAY_INFORMATION, Dhcp
from pxeclient.wire import dhcp
from pxeclient.wire.options import option_name

_UNSAID = (dhcp.PAD, dhcp.END, RELAY_INFORMATION)
"""Options whose absence behind a relay says nothing; 82 is the relay's to take away."""


@compares("M-RELAY", from_frames=True)
def a_relay_takes_away(boots: Boots) -> Iterator[About]:
    """A reply was recorded on both sides of a relay, and lacks options, or names, on the
    client's."""
    for at, scene in enumerate(boots.scenes):
        told: set[object] = set()
        for after in scene.replies:
            before = _before(boots, after)
            if before is None or (before.who, after.type) in told:
                continue
            lost = [code for code in _codes(before) if code not in _codes(after)]
            names = list(_lost_names(before, after))
            if lost or names:
                told.add((before.who, after.type))
                words = _words(before, after, lost, names)
                yield at, Sighting((before.number, after.number), words, _stops(scene, lost, names))


def _before(boots: Boots, after: Dhcp) -> Dhcp | None:
    """What the server sent to the relay, of a reply as the client got it."""
    return next(
        (
            one
            for one in boots.relayed
            if one.message.xid == after.message.xid
            and one.type == after.type
            and one.hardware == after.hardware
            and one.server_id in (after.server_id, None)
            and one.number < after.number
        ),
        None,
    )


def _codes(seen: Dhcp) -> list[int]:
    return [one.code for one in seen.message.options if one.code not in _UNSAID]


def _lost_names(before: Dhcp, after: Dhcp) -> Iterator[str]:
    if before.field_name and before.field_name != after.field_name:
        yield "the boot file's field"
    if before.siaddr is not None and before.siaddr != after.siaddr:
        yield "the next server"


def _words(before: Dhcp, after: Dhcp, lost: list[int], names: list[str]) -> str:
    gone = [f"option {code} ({option_name(code)})" for code in lost] + names
    words = f"{before.words} reached the relay {before.giaddr} with {', '.join(gone)}"
    words += f"; the client's copy (frame {after.number}) lacks that"
    order = [one.code for one in before.message.options]
    if lost and RELAY_INFORMATION in order:
        behind = order[order.index(RELAY_INFORMATION) + 1 :]
        if set(lost) <= set(behind):
            words += ": it stands behind option 82, with which this relay cuts the reply off"
    return f"{words}."


def _stops(scene: Scene, lost: list[int], names: list[str]) -> bool:
    """The boot failed, and what it needs is among what is gone."""
    return scene.failure is not None and (bool(names) or bool(set(lost) & _OF_BOOTS))


_OF_BOOTS = frozenset({43, 53, 54, 60, 66, 67})
"""Options that a boot can hang on."""
