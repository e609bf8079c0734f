"""Nobody answers, or those who answer name nothing."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from pxeclient.diagnose.model import Sighting
from pxeclient.diagnose.registry import check, frames
from pxeclient.diagnose.scene import Scene
from pxeclient.outcome import Failure
from pxeclient.seen.aspects import Aspect
from pxeclient.seen.dhcp import Dhcp
from pxeclient.wire import dhcp
from pxeclient.wire.addresses import ANY
from pxeclient.wire.options import printable

_NO_FILE = {Failure.NO_BOOT_FILE, Failure.NO_VALID_OFFER}
_NO_LEASE = {Failure.NO_OFFER, Failure.ONLY_PROXY_OFFERS, Failure.NO_VALID_OFFER}


@check("N-OFFER")
def nobody_offers(scene: Scene) -> Iterator[Sighting]:
    """The boot failed because nothing came back to any DHCPDISCOVER."""
    sent = scene.said(dhcp.DISCOVER)
    if scene.failure is Failure.NO_OFFER and sent and not scene.replies:
        numbers = tuple(seen.number for seen in sent)
        words = f"{len(sent)} DHCPDISCOVERs ({frames(*numbers)}), and no reply to any."
        yield Sighting(numbers, words + _guarded(scene) + scene.hurry, True)


def _guarded(scene: Scene) -> str:
    """Where frames under a borrowed address may not get out at all."""
    if not scene.borrowed:
        return ""
    return (
        " They bore another MAC address than the card that sent them: if this is a virtual machine,"
        " or a guarded switch port or wireless, nobody may have seen them: try --mac own."
    )


@check("N-XID", needs=Aspect.HEADER)
def replies_do_not_match(scene: Scene) -> Iterator[Sighting]:
    """Replies to this client carry a transaction id that it never used."""
    ours = {seen.message.xid for seen in scene.dhcp if seen.ours}
    strange = [seen for seen in scene.replies if seen.message.xid not in ours]
    if strange:
        first = strange[0]
        words = (
            f"{first.words} has xid {first.message.xid:08x}; ours were "
            f"{', '.join(f'{xid:08x}' for xid in sorted(ours))}."
        )
        numbers = tuple(seen.number for seen in strange)
        yield Sighting(numbers, words, scene.failure is Failure.NO_OFFER and not scene.offers)


@check("N-PORT", from_frames=True, needs=Aspect.PORTS)
def replies_from_another_port(scene: Scene) -> Iterator[Sighting]:
    """Replies to the client's DHCPDISCOVER or DHCPREQUEST come from no port of a DHCP server."""
    ours = {seen.message.xid for seen in scene.dhcp if seen.ours}
    strange = [
        seen
        for seen in scene.replies
        if seen.source_port not in dhcp.ASKED_PORTS and seen.message.xid in ours
    ]
    numbers_of_strange = {seen.number for seen in strange}
    taken = any(
        seen.offers_address for seen in scene.offers if seen.number not in numbers_of_strange
    )
    for who, several in _by_server(strange).items():
        numbers = tuple(seen.number for seen in several)
        ports = " and ".join(str(port) for port in {seen.source_port: None for seen in several})
        stops = not taken and (
            scene.failure in {*_NO_LEASE, Failure.NO_ACK} or _asks_on(scene, several)
        )
        words = f"{frames(*numbers).capitalize()}: replies of {who} from UDP port {ports}."
        yield Sighting(numbers, words, stops)


def _asks_on(scene: Scene, offers: list[Dhcp]) -> bool:
    """Nobody saw the end of this boot, but that the client asked again and requested nothing."""
    is_open = scene.outcome is None and scene.request is None
    sent = scene.said(dhcp.DISCOVER)
    return is_open and bool(sent) and scene.follows(sent[-1], offers[0])


def _by_server(replies: list[Dhcp]) -> dict[IPv4Address, list[Dhcp]]:
    found: dict[IPv4Address, list[Dhcp]] = {}
    for seen in replies:
        found.setdefault(seen.who, []).append(seen)
    return found


@check("N-PROXY")
def only_proxies(scene: Scene) -> Iterator[Sighting]:
    """Proxy offers came, and no offer of an address."""
    proxies = scene.proxy_offers
    if proxies and not scene.address_offers and scene.failure in _NO_LEASE:
        words = f"{' and '.join(seen.words for seen in proxies)}, but nobody offers an address."
        yield Sighting(tuple(seen.number for seen in proxies), words + scene.hurry, True)


@check("N-ACK")
def request_is_not_answered(scene: Scene) -> Iterator[Sighting]:
    """The offer was requested, and neither DHCPACK nor DHCPNAK came."""
    sent = scene.said(dhcp.REQUEST)
    later = [seen for seen in scene.replies if sent and scene.follows(seen, sent[0])]
    answered = any(seen.type in (dhcp.ACK, dhcp.NAK) for seen in later)
    if sent and not answered and scene.failure is not None:
        numbers = tuple(seen.number for seen in sent)
        words = (
            f"{frames(*numbers).capitalize()}: DHCPREQUEST for {sent[0].address(50) or ANY} of"
            f" {sent[0].address(54) or ANY}, and no DHCPACK."
        )
        yield Sighting(numbers, words, True)


@check("N-NAK")
def server_refuses(scene: Scene) -> Iterator[Sighting]:
    """The server whose offer was requested answers with a DHCPNAK."""
    for seen in _naks(scene):
        if scene.request is not None and seen.server_id == scene.request.address(54):
            text = seen.options.get(56, b"")
            says = f", and says: {printable(text)}" if text else ""
            words = f"{seen.words} refuses what it offered{says}."
            yield Sighting((seen.number,), words, scene.ack is None)
            return


@check("R-NAK")
def another_server_refuses(scene: Scene) -> Iterator[Sighting]:
    """A DHCPNAK from a server whose offer was not requested."""
    for seen in _naks(scene):
        if scene.request is not None and seen.server_id != scene.request.address(54):
            words = f"{seen.words}, but {scene.request.address(54) or ANY} was asked."
            yield Sighting((seen.number,), words, scene.failure is Failure.REFUSED)
            return


def _naks(scene: Scene) -> list[Dhcp]:
    return [seen for seen in scene.replies if seen.type == dhcp.NAK]


@check("N-FILE")
def nobody_names_a_file(scene: Scene) -> Iterator[Sighting]:
    """Addresses were offered, and not one reply names a boot file, a menu or a PXE service."""
    told = any(seen.file or seen.is_pxe or seen.has_menu for seen in scene.replies)
    if scene.address_offers and not told and scene.failure in _NO_FILE:
        offers = scene.address_offers
        words = f"{' and '.join(seen.words for seen in offers)}: no boot file, no option 60."
        yield Sighting(tuple(seen.number for seen in offers), words, True)
