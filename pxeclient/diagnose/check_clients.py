"""What clients with a way of their own want, and firmwares do not."""

from __future__ import annotations

from collections.abc import Iterator

from pxeclient.diagnose.model import Sighting
from pxeclient.diagnose.registry import check, frames
from pxeclient.diagnose.scene import Scene
from pxeclient.wire import dhcp

_PI, _WANTED = "raspberry-pi", b"Raspberry Pi Boot"
_OFFERS = 2
"""DHCPDISCOVERs that were answered before its going on is missed: the next may be under way."""


@check("A-RPI", from_frames=True)
def raspberry_pi_is_not_called(scene: Scene) -> Iterator[Sighting]:
    """A Raspberry Pi is offered an address more than once, asks for no file, and no offer has the
    text that it looks for in option 43."""
    if scene.client is None or scene.client.family != _PI or scene.transfers:
        return
    offers = [one for one in scene.dhcp if not one.ours and one.type == dhcp.OFFER]
    if len(scene.said(dhcp.DISCOVER)) < _OFFERS or len(offers) < _OFFERS:
        return
    if any(_WANTED in one.options.get(43, b"") for one in offers):
        return
    numbers = tuple(one.number for one in offers[:4])
    words = (
        f"No offer has the text {_WANTED.decode()} in option 43 ({frames(*numbers)}), and"
        f" the {scene.client.name} asks for no file."
    )
    yield Sighting(numbers, words, True)
