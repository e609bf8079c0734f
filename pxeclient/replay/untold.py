"""What a recorded client knows, and nothing in its capture tells it.

A client learns whom to ask, and for which boot file, from what it hears. If it turns to an address,
or asks for a file, that no reply before has named, the capture lacks a reply, and with it perhaps
what would make another firmware boot.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from ipaddress import IPv4Address
from urllib.parse import unquote_to_bytes

from pxeclient.replay.client_of import dhcp_message
from pxeclient.replay.frames import ends
from pxeclient.replay.play import Heard, Play
from pxeclient.replay.questions import question
from pxeclient.seen.frame import Frame
from pxeclient.wire import arp, dhcp
from pxeclient.wire.addresses import ANY
from pxeclient.wire.options import printable

_DNS = 53
_TELLING = (dhcp.SERVER_PORT, dhcp.PROXY_PORT, _DNS)
"""The ports of servers that tell addresses; what comes from others is content."""

_REQUESTED_ADDRESS, _SERVER_ID = 50, 54


def untold(play: Play) -> str:
    """The first such address, or the first boot file, printable; empty if all was told."""
    told = bytearray()
    known: set[IPv4Address] = set()
    heard = deque(play.heard)
    for said in play.said:
        while heard and heard[0].number < said.number:
            told += _telling(heard.popleft())
        for address in _used(said.frame):
            if not (address in known or _tells(told, address)):
                return str(address)
            known.add(address)
        found = question(said.frame)
        if found is not None and isinstance(found.about, bytes):
            # What is asked for after the first file, the file itself may have named.
            name = found.about
            return "" if _names(told, name) else f"the file {printable(name)}"
    return ""


def _telling(heard: Heard) -> bytes:
    """What of a frame can have told the client an address."""
    frame = heard.frame
    way = ends(frame)
    # A fragment may hold anything; a download's octets are no addresses.
    if way is None or way[0].port in _TELLING:
        return frame.octets
    return way[0].address.packed


def _tells(told: bytearray, address: IPv4Address) -> bool:
    return address.packed in told or str(address).encode() in told


def _names(told: bytearray, name: bytes) -> bool:
    """A reply names that file, as it is or within a URI."""
    return name in told or name in unquote_to_bytes(bytes(told))


def _used(frame: Frame) -> Iterator[IPv4Address]:
    """The addresses that one of its frames shows it to know."""
    if isinstance(frame.said, arp.Arp):
        yield frame.said.target
        return
    way = ends(frame)
    if way is None or not isinstance(way[1].address, IPv4Address):
        return
    is_dhcp = way[1].port in (dhcp.SERVER_PORT, dhcp.PROXY_PORT)
    message = dhcp_message(frame)
    if is_dhcp and message is None:
        return
    if is_dhcp and message is not None:
        yield from _named(message)
    to = way[1].address
    is_discovery = is_dhcp and to.is_multicast
    if is_discovery or not (frame.is_to_all or to == ANY):
        yield to


def _named(message: dhcp.Message) -> Iterator[IPv4Address]:
    for code in (_REQUESTED_ADDRESS, _SERVER_ID):
        data = dhcp.first(message.options, code)
        if data is not None and len(data) == 4:
            yield IPv4Address(data)
