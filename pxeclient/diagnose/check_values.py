"""Values in replies that are good by the book, and that some firmware cannot live with."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

from pxeclient.diagnose.model import Sighting
from pxeclient.diagnose.registry import check
from pxeclient.diagnose.scene import Scene
from pxeclient.seen.transfers import Transfer
from pxeclient.wire import tftp
from pxeclient.wire.options import printable

_SUFFIX = b".0"


@check("N-EDGE")
def address_at_the_edge_of_its_class(scene: Scene) -> Iterator[Sighting]:
    """The address is the first or last of its class's network, and not of the netmask's."""
    given = {seen.who: seen for seen in scene.replies if seen.offers_address}
    for seen in given.values():
        address, mask = seen.message.yiaddr, seen.address(1)
        if _is_edge(address, _class_of(address)) and not _is_edge(address, _own(address, mask)):
            words = f"{seen.words} gives {address}, with netmask {mask or 'none'}."
            yield Sighting((seen.number,), words)


def _class_of(address: IPv4Address) -> IPv4Network | None:
    first = address.packed[0]
    length = 8 if first < 128 else 16 if first < 192 else 24
    return IPv4Network((address, length), strict=False) if first < 224 else None


def _own(address: IPv4Address, mask: IPv4Address | None) -> IPv4Network | None:
    try:
        return IPv4Network((address, str(mask)), strict=False) if mask is not None else None
    except ValueError:
        return None  # no netmask: ones, then zeros


def _is_edge(address: IPv4Address, network: IPv4Network | None) -> bool:
    return network is not None and address in (
        network.network_address,
        network.broadcast_address,
    )


@check("T-SUFFIX", from_frames=True)
def name_with_a_layer(scene: Scene) -> Iterator[Sighting]:
    """The file is not there, its name ends in .0, and another reply names it without; or such a
    name was asked for, and what came of that was not recorded."""
    last = scene.transfers[-1] if scene.transfers else None
    if last is None or scene.booted is not None or not _is_missing(last):
        return
    name = last.request.filename
    bare = name.removesuffix(_SUFFIX)
    replies = [*scene.replies, *scene.cut]
    named = next((seen for seen in replies if seen.file == name), None)
    without = next((seen for seen in replies if seen.file == bare), None)
    if without is None or bare == name or b"." not in bare:
        return
    asked = last.asked[0].number
    who = f"{named.words} names" if named is not None else f"Frame {asked} asks for"
    words = f"{who} {printable(name)}, {without.words} names {printable(bare)}."
    parts = (without, named, last.asked[0], last.error)
    numbers = tuple(one.number for one in parts if one is not None)
    stops = scene.failure is not None and last.error is not None
    yield Sighting(numbers, words, stops, is_telling=True)


def _is_missing(transfer: Transfer) -> bool:
    """The server does not have the file, or its answers are not there to see."""
    if transfer.error is None:
        return not any(isinstance(seen.said, tftp.Data) for seen in transfer.answers)
    packet = transfer.error.said
    return isinstance(packet, tftp.Error) and packet.code == tftp.FILE_NOT_FOUND
