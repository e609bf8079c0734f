"""Two servers and one boot: a ProxyDHCP server beside a DHCP server that names a boot too."""

from __future__ import annotations

from collections.abc import Iterator

from pxeclient.diagnose.model import Sighting
from pxeclient.diagnose.registry import check, frames
from pxeclient.diagnose.scene import Scene
from pxeclient.seen.dhcp import Dhcp
from pxeclient.wire import dhcp
from pxeclient.wire.options import printable

_OFTEN = 3
"""DHCPDISCOVERs, all of them answered, after which a client does not merely wait for more."""


@check("R-RIVAL")
def two_boots_compete(scene: Scene) -> Iterator[Sighting]:
    """The DHCP server names a boot file, a ProxyDHCP server on another host a boot of its own, and
    the client has taken up one of them."""
    taken = _taken(scene)
    for own in scene.address_offers:
        for other in _rivals(scene, own):
            if taken is None or not own.file or _names_the_same(own, other):
                continue
            name, server, number = taken
            winner, loser = (own, other) if own.file == name else (other, own)
            words = (
                f"{own.words} names {own.boot_words}, and {other.words} {_says(other)}. The boot"
                f" of {winner.who} wins: {printable(name)} is asked of {server} (frame {number})."
            )
            values = {"loser": str(loser.who), "winner": str(winner.who)}
            numbers = (own.number, other.number, number)
            yield Sighting(numbers, words, False, values, is_telling=True)
            return


def _taken(scene: Scene) -> tuple[bytes, object, int] | None:
    """File, server and frame of the last of the firmware's read requests."""
    last = scene.last_transfer
    return None if last is None else (last.request.filename, last.server, last.asked[0].number)


def _rivals(scene: Scene, own: Dhcp) -> Iterator[Dhcp]:
    """ProxyDHCP servers on other hosts, each with what it says last: at port 4011, if there."""
    at_4011 = scene.answers(scene.proxy_requests)
    for offer in scene.proxy_offers:
        if offer.who != own.who and offer.source != own.source:
            yield next((one for one in reversed(at_4011) if one.who == offer.who), offer)


def _names_the_same(own: Dhcp, other: Dhcp) -> bool:
    """Or nothing at all: then it is no rival."""
    if not other.file:
        return not other.has_menu
    return (own.file, own.siaddr) == (other.file, other.siaddr)


def _says(other: Dhcp) -> str:
    return f"names {other.boot_words}" if other.file else "has a boot menu"


@check("R-SPLIT", from_frames=True)
def neither_of_two_offers_is_taken(scene: Scene) -> Iterator[Sighting]:
    """An address without a boot from one server and a boot from another, time and again, and the
    client requests neither."""
    sent = scene.said(dhcp.DISCOVER)
    if scene.request is not None or len(sent) < _OFTEN:
        return
    plain = [one for one in scene.offers if one.offers_address]
    proxies = [one for one in scene.offers if one.is_proxy and one.source_port == dhcp.SERVER_PORT]
    named = any(one.file or one.source_port != dhcp.SERVER_PORT for one in plain)
    if named or len(plain) < _OFTEN or not any(one.file for one in proxies):
        return
    if len(proxies) < _OFTEN:
        return
    words = (
        f"{frames(*(one.number for one in sent)).capitalize()}: {len(sent)} DHCPDISCOVERs, each"
        f" answered by {plain[-1].who} with an address and by {proxies[-1].who} with a boot"
        f" ({proxies[-1].boot_words}); no DHCPREQUEST."
    )
    numbers = (*(one.number for one in sent), plain[-1].number, proxies[-1].number)
    yield Sighting(numbers, words, scene.outcome is None)
