"""What is odd about replies as such: late, contradicting, malformed, sent to the wrong place."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

from pxeclient.diagnose.model import Sighting
from pxeclient.diagnose.registry import check
from pxeclient.diagnose.scene import Scene
from pxeclient.outcome import Failure
from pxeclient.seen.aspects import Aspect
from pxeclient.seen.dhcp import Dhcp
from pxeclient.wire import dhcp
from pxeclient.wire.addresses import BROADCAST
from pxeclient.wire.dhcp import BROADCAST_FLAG
from pxeclient.wire.options import option_name

_NO_BOOT = {Failure.NO_BOOT_FILE, Failure.NO_VALID_OFFER, Failure.NO_NEXT_SERVER}
_PROXY_WINDOW = 2.0
"""Seconds that iPXE listens for proxy offers (ipxe src/config/dhcp.h)."""
_A_WHILE = 0.5
"""Seconds after an offer from which on a DHCPREQUEST shows that the client waited for others."""

_SIZES = {1: 4, 3: 4, 50: 4, 51: 4, 53: 1, 54: 4, 57: 2, 58: 4, 59: 4}
"""Octets of options whose length is fixed, or whose first address counts (RFC 2132)."""


@check("D-LATE", needs=Aspect.TIME)
def proxy_is_late(scene: Scene) -> Iterator[Sighting]:
    """A ProxyDHCP server's first offer comes later than iPXE listens, or too late for this boot."""
    asked, first = scene.request, scene.first_discover
    known: set[IPv4Address] = set()
    for seen in scene.offers:
        if seen.offers_address or not seen.is_pxe or seen.who in known:
            continue
        known.add(seen.who)
        assert first is not None, "an offer matches a DHCPDISCOVER"
        wait = seen.at - first.at
        late = asked is not None and scene.follows(seen, scene.said(dhcp.REQUEST)[0])
        # A firmware that has all it wants does not wait for other offers: that is no delay.
        missed = late and scene.failure in _NO_BOOT and _waited(scene)
        if missed or wait > _PROXY_WINDOW:
            after = ", after the DHCPREQUEST" if late else ""
            words = f"{seen.words} came {wait:.1f} s after the first DHCPDISCOVER{after}."
            yield Sighting((seen.number,), words + scene.hurry, missed)


def _waited(scene: Scene) -> bool:
    """The client did not take the first offer of an address at once."""
    asked, offers = scene.said(dhcp.REQUEST), scene.address_offers
    return bool(asked and offers) and asked[0].at - min(one.at for one in offers) >= _A_WHILE


@check("D-MISMATCH", from_frames=True)
def ack_differs(scene: Scene) -> Iterator[Sighting]:
    """The DHCPACK says other than the DHCPOFFER that it confirms."""
    offer, ack = scene.chosen, scene.ack
    if not scene.said(dhcp.REQUEST):
        offer, ack = _of_one_server(scene)
    if offer is None or ack is None or offer.who != ack.who:
        return
    differs = [
        f"{name} {before or 'none'} / {after or 'none'}"
        for name, before, after in _both(offer, ack)
        if before != after
    ]
    if differs:
        words = f"{offer.words} and {ack.words} differ: {'; '.join(differs)}."
        stops = scene.failure in _NO_BOOT or (
            scene.failure is Failure.NO_PROXY_REPLY and offer.is_bare != ack.is_bare
        )
        # No file was asked for, and it may be that nothing was: the capture need not go on.
        nothing = scene.booted is None and not scene.transfers
        yield Sighting((offer.number, ack.number), words, stops, is_telling=nothing)


def _of_one_server(scene: Scene) -> tuple[Dhcp | None, Dhcp | None]:
    """Where the client's requests are not to be seen whole: the last DHCPACK, and the last offer
    of that address in that exchange."""
    acks = [one for one in scene.replies if one.type == dhcp.ACK and one.offers_address]
    ack = next((one for one in reversed(acks) if one.source_port == dhcp.SERVER_PORT), None)
    if ack is None:
        return None, None
    about = ack.who, ack.yiaddr, ack.message.xid
    offers = [
        one
        for one in scene.replies
        if one.type == dhcp.OFFER and (one.who, one.yiaddr, one.message.xid) == about
    ]
    return next((one for one in reversed(offers) if scene.follows(ack, one)), None), ack


def _both(offer: Dhcp, ack: Dhcp) -> Iterator[tuple[str, str, str]]:
    facts_of_offer, facts_of_ack = _facts(offer), _facts(ack)
    for name, value in facts_of_offer.items():
        yield name, value, facts_of_ack[name]


def _facts(seen: Dhcp) -> dict[str, str]:
    control = seen.control
    return {
        "address": str(seen.message.yiaddr),
        "boot": seen.boot_words,
        "option 60": "PXEClient" if seen.is_pxe else "",
        "43.6": "" if control is None else str(control),
        "menu": "yes" if seen.has_menu else "",
    }


@check("R-TWO", from_frames=True)
def servers_disagree(scene: Scene) -> Iterator[Sighting]:
    """Several DHCP servers offer addresses, and not the same boot."""
    offers = scene.address_offers
    if len({(offer.siaddr, offer.file, offer.is_pxe) for offer in offers}) < 2:
        return
    words = "; ".join(f"{offer.words}: {offer.boot_words}" for offer in offers)
    without = scene.chosen is not None and not scene.chosen.file
    stops = scene.failure in _NO_BOOT and without
    more = f"; and {scene.further} more servers" if scene.further else ""
    yield Sighting(tuple(offer.number for offer in offers), f"{words}{more}.", stops)


@check("R-BFLAG")
def broadcast_flag_is_lost(scene: Scene) -> Iterator[Sighting]:
    """The client asks for broadcasts, and a reply has the flag cleared or comes by unicast."""
    wanted = any(seen.message.flags & BROADCAST_FLAG for seen in scene.said(dhcp.DISCOVER))
    latest = {
        seen.who: seen for seen in scene.replies if seen.source_port == 67 and seen.port == 68
    }
    for seen in latest.values() if wanted else ():
        faults = []
        if not seen.message.flags & BROADCAST_FLAG:
            faults.append(f"has flags {seen.message.flags:04x}")
        if seen.destination != BROADCAST and not seen.to.is_group:
            faults.append(f"was sent to {seen.destination}")
        if faults and (scene.ack is None or not scene.follows(seen, scene.ack)):
            words = f"{seen.words} {' and '.join(faults)}; the client's flags are 8000."
            yield Sighting((seen.number,), words)


@check("R-GIADDR")
def relay_is_elsewhere(scene: Scene) -> Iterator[Sighting]:
    """An offer through a relay gives an address outside the relay's own network."""
    for seen in scene.address_offers:
        network = _network(seen)
        relay = seen.giaddr
        if network is not None and relay is not None and relay not in network:
            words = f"{seen.words} gives {seen.message.yiaddr} of {network}, by relay {relay}."
            yield Sighting((seen.number,), words)


def _network(seen: Dhcp) -> IPv4Network | None:
    mask = seen.address(1)
    try:
        return IPv4Network(f"{seen.message.yiaddr}/{mask}", strict=False) if mask else None
    except ValueError:
        return None


@check("O-BAD")
def options_are_malformed(scene: Scene) -> Iterator[Sighting]:
    """A reply's options break off, lack END, or have a length that cannot be."""
    for seen in {(seen.who, seen.type): seen for seen in scene.replies}.values():
        faults = []
        if (fault := seen.message.fault()) is not None:
            faults.append(fault)
        faults += [
            f"option {code} ({option_name(code)}) has {len(seen.options[code])} octets"
            for code, size in _SIZES.items()
            if code in seen.options and not _fits(len(seen.options[code]), size, code)
        ]
        if faults:
            stops = scene.failure in {Failure.NO_OFFER, *_NO_BOOT}
            yield Sighting((seen.number,), f"{seen.words}: {'; '.join(faults)}.", stops)


def _fits(octets: int, size: int, code: int) -> bool:
    return octets > 0 and octets % 4 == 0 if code == 3 else octets == size


@check("A97")
def machine_id_is_not_echoed(scene: Scene) -> Iterator[Sighting]:
    """A PXE server's reply has not the client's option 97, or has another one."""
    client = next((seen for seen in scene.dhcp if seen.ours and 97 in seen.options), None)
    latest = {seen.who: seen for seen in scene.replies if seen.is_pxe}
    for seen in latest.values() if client is not None else ():
        assert client is not None
        echoed = seen.options.get(97)
        pure = not seen.offers_address or seen.source_port == dhcp.PROXY_PORT
        if echoed is None and pure:
            yield Sighting((seen.number,), f"{seen.words} has no option 97.")
        elif echoed not in (None, client.options[97]):
            assert echoed is not None
            words = f"{seen.words} has option 97 = {echoed.hex()}, not {client.options[97].hex()}."
            yield Sighting((seen.number,), words)


@check("B-SIZE")
def reply_is_short(scene: Scene) -> Iterator[Sighting]:
    """A reply is shorter than BOOTP's 300 octets."""
    for seen in {seen.who: seen for seen in scene.replies if seen.size < 300}.values():
        yield Sighting((seen.number,), f"{seen.words} has {seen.size} octets.")
