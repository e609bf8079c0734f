"""What a client of UEFI's HTTP boot is offered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address

from pxeclient.diagnose.model import Sighting
from pxeclient.diagnose.registry import check, frames
from pxeclient.diagnose.scene import Scene
from pxeclient.seen.dhcp import Dhcp
from pxeclient.wire.options import printable

_URL = re.compile(rb"https?://", re.IGNORECASE)
_HOST = re.compile(rb"https?://(?:[^/@]*@)?([^/:@\[\]]+)", re.IGNORECASE)
_PATH = re.compile(rb"https?://[^/]+/", re.IGNORECASE)
_DNS_SERVERS = 6


def _offers(scene: Scene) -> list[Dhcp]:
    """Each server's latest offer to a client of HTTP boot; none to others."""
    client = scene.first_discover
    if client is None or not client.is_http:
        return []
    return list({seen.who: seen for seen in scene.offers}.values())


def _is_offer(seen: Dhcp) -> bool:
    """One of HTTP boot, whatever the host of its URL is."""
    return seen.is_http and _URL.match(seen.file) is not None


def _takes_none(scene: Scene) -> bool:
    """It asks again though offers have come, and takes none of them."""
    return len(scene.said(1)) > 1 and scene.request is None


@check("A-HTTP", from_frames=True)
def no_url_for_http(scene: Scene) -> Iterator[Sighting]:
    """A client that says HTTPClient is given no http URL, or no HTTPClient in return, in an offer.

    Of an offer without any boot file only where the client asks again for want of another.
    """
    offers = _offers(scene)
    stops = _takes_none(scene) and not any(map(_is_offer, offers))
    for seen in offers:
        faults = []
        if seen.file and not _URL.match(seen.file):
            faults.append(f"names {printable(seen.file)}, no http URL")
        elif not seen.file and stops:
            faults.append("names no URL")
        if not seen.is_http and (seen.file or stops):
            faults.append("does not say HTTPClient in option 60")
        is_refused = scene.chosen is seen and seen.is_http and not _URL.match(seen.file)
        if faults:
            words = f"{seen.words} {' and '.join(faults)}."
            yield Sighting((seen.number,), words, stops or is_refused)


@check("A-HTTP-DNS", from_frames=True)
def url_with_a_name_and_no_dns_server(scene: Scene) -> Iterator[Sighting]:
    """An HTTP client is given a URL with a host's name, and no offer has a DNS server."""
    offers = _offers(scene)
    if any(seen.address(_DNS_SERVERS) is not None for seen in offers) or any(
        seen.is_cut for seen in offers
    ):
        return
    for seen in offers:
        host = _HOST.match(seen.file)
        if host is not None and not _is_address(host[1]):
            words = f"{seen.words} names {printable(seen.file)}, and no offer has option 6."
            yield Sighting((seen.number,), words, seen.is_http and _takes_none(scene))


def _is_address(host: bytes) -> bool:
    try:
        return bool(IPv4Address(printable(host)))
    except AddressValueError:
        return False


@check("H-PATH", from_frames=True)
def url_without_a_path(scene: Scene) -> Iterator[Sighting]:
    """An HTTP client is given a URL that has no slash behind its host."""
    for seen in _offers(scene):
        if _is_offer(seen) and not _PATH.match(seen.file):
            yield Sighting((seen.number,), f"{seen.words} names {printable(seen.file)}.")


@check("B67-LATER", from_frames=True)
def address_is_asked_of_a_proxy(scene: Scene) -> Iterator[Sighting]:
    """The DHCPREQUEST names a server that offered no address, after an option 67 without a NUL."""
    request = scene.request
    if request is None or request.address(50) is not None:
        return
    asked = next((seen for seen in scene.offers if seen.server_id == request.server_id), None)
    if asked is None or asked.offers_address:
        return
    for seen in scene.offers:
        name = seen.options.get(67, b"")
        if name and not name.endswith(b"\0") and scene.follows(request, seen):
            again = [one.number for one in scene.said(3)]
            words = (
                f"{seen.words} has {printable(name)} in option 67 without a NUL; the DHCPREQUEST"
                f" ({frames(*again)}) then goes to {asked.who}, which offered no address."
            )
            yield Sighting((seen.number, asked.number, *again), words, scene.ack is None)
            return
