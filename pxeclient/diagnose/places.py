"""What a boot puts in the places of cures: names and addresses of the replies a finding is about.

A name that another reply gives would be another server's, and may be the very fault: so where the
replies in question say nothing, or contradict each other, a cure says that a name belongs there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from ipaddress import AddressValueError, IPv4Address

from pxeclient.advice import PLACES, own_name, places_for
from pxeclient.diagnose.scene import Scene
from pxeclient.seen.dhcp import Dhcp
from pxeclient.wire.options import printable


def places_of(scene: Scene, frames: Sequence[int]) -> dict[str, str]:
    """What is known for the cures of a finding that is about these frames, place by place."""
    about = _about(scene, frames)
    return {**_machine(scene), **_boot(scene, about)}


def renamed(values: Mapping[str, str], places: Mapping[str, str]) -> dict[str, str]:
    """As a fault wishes: ``{"script": "file"}`` puts the file's name in the script's place."""
    known = {**PLACES, **values}
    return {**values, **{place: known[other] for place, other in places.items()}}


def _machine(scene: Scene) -> dict[str, str]:
    """What the client says of itself, and who its ProxyDHCP server is."""
    values: dict[str, str] = {}
    if scene.architecture is not None:
        values |= places_for(scene.architecture)
    if scene.first_discover is not None:
        octets = scene.first_discover.message.hardware
        values["mac"] = ":".join(f"{octet:02x}" for octet in octets)
    for offer in scene.proxy_offers:
        values["proxy"] = str(offer.who)
    return values


def _about(scene: Scene, frames: Sequence[int]) -> list[Dhcp]:
    """The replies among these frames; of a download, those that named its file; else all."""
    numbers = frozenset(frames)
    found = [reply for reply in scene.replies if reply.number in numbers]
    if found:
        return found
    asked = {
        transfer.request.filename
        for transfer in scene.transfers
        if not numbers.isdisjoint(one.number for one in (*transfer.asked, *transfer.packets))
    }
    return [reply for reply in scene.replies if reply.file in asked] or scene.replies


def _boot(scene: Scene, about: Sequence[Dhcp]) -> dict[str, str]:
    """File and server of these replies, or of others of the same servers."""
    whom = {reply.who for reply in about}
    same = [reply for reply in scene.replies if reply.who in whom]
    file = _only(reply.file for reply in about) or _only(reply.file for reply in same)
    values: dict[str, str] = {}
    if file is not None:
        word = places_for(scene.architecture)["archfile"]
        values["file"] = own_name(file, scene.architecture) or (
            PLACES["file"] if own_name(file, None) is None else word
        )
    server = _server(about) or _server(same) or _server(scene.replies)
    if server is None and file is not None:
        # Nobody names a server: firmwares that boot all the same ask the sender.
        server = _only(str(reply.who).encode() for reply in about)
    if server is not None:
        values["server"] = server.decode("ascii")
    return values


def _server(replies: Sequence[Dhcp]) -> bytes | None:
    """The next server that they name, else the address in option 66."""
    named = _only(str(reply.siaddr).encode() for reply in replies if reply.siaddr)
    return named or _only(filter(None, map(_option_66, replies)))


def _option_66(reply: Dhcp) -> bytes | None:
    try:
        return str(IPv4Address(printable(reply.options.get(66, b"").rstrip(b"\0")))).encode()
    except AddressValueError:
        return None


def _only(values: Iterable[bytes]) -> bytes | None:
    """The value that all of them have that have one; None if there is none, or there are two."""
    different = {value for value in values if value}
    return different.pop() if len(different) == 1 else None
