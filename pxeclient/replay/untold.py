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

from pxeclient.replay.datagrams import datagram
from pxeclient.replay.questions import question
from pxeclient.replay.scene import Heard, Said, Scene
from pxeclient.wire import arp, dhcp, ethernet, tftp
from pxeclient.wire.addresses import ANY
from pxeclient.wire.errors import WireError

_DNS = 53
_TELLING = (dhcp.SERVER_PORT, dhcp.PROXY_PORT, _DNS)
"""The ports of servers that tell addresses; what comes from others is content."""

_REQUESTED_ADDRESS, _SERVER_ID = 50, 54


def untold(scene: Scene) -> str:
    """The first such address, or the first boot file, printable; empty if all was told."""
    told = bytearray()
    known: set[IPv4Address] = set()
    heard = deque(scene.heard)
    for said in scene.said:
        while heard and heard[0].number < said.number:
            told += _telling(heard.popleft())
        for address in _used(said):
            if not (address in known or _tells(told, address)):
                return str(address)
            known.add(address)
        found = question(said.data)
        if found is not None and found.kind == "RRQ":
            # What is asked for after the first file, the file itself may have named.
            return "" if _names(told, _requested(said)) else f"the file {found.about}"
    return ""


def _telling(heard: Heard) -> bytes:
    """What of a frame can have told the client an address."""
    data = heard.data
    if data[12:14] != b"\x08\x00":
        return data
    try:
        sent = datagram(data)
    except WireError:
        return data
    # A fragment may hold anything; a download's octets are no addresses.
    return data if sent is None or sent.source_port in _TELLING else sent.source.packed


def _tells(told: bytearray, address: IPv4Address) -> bool:
    return address.packed in told or str(address).encode() in told


def _requested(said: Said) -> bytes:
    sent = datagram(said.data)
    message = None if sent is None else tftp.parse(sent.payload)
    return message.filename if isinstance(message, tftp.Request) else b""


def _names(told: bytearray, name: bytes) -> bool:
    """A reply names that file, as it is or within a URI."""
    return name in told or name in unquote_to_bytes(bytes(told))


def _used(said: Said) -> Iterator[IPv4Address]:
    """The addresses that one of its frames shows it to know."""
    try:
        if said.data[12:14] == b"\x08\x06":
            yield arp.parse(said.data[ethernet.HEADER :]).target
            return
        sent = datagram(said.data)
        if sent is None:
            return
        is_dhcp = sent.port in (dhcp.SERVER_PORT, dhcp.PROXY_PORT)
        if is_dhcp:
            yield from _named(dhcp.parse(sent.payload))
    except WireError:
        return
    is_discovery = is_dhcp and sent.destination.is_multicast
    if is_discovery or not (said.data[0] & 1 or sent.destination == ANY):
        yield sent.destination


def _named(message: dhcp.Message) -> Iterator[IPv4Address]:
    for code in (_REQUESTED_ADDRESS, _SERVER_ID):
        data = dhcp.first(message.options, code)
        if data is not None and len(data) == 4:
            yield IPv4Address(data)
