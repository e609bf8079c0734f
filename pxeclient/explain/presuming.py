"""A recording, played to a client that may ask the same in another way.

Whoever the recorded client did not look for is taken to be at home. Many captures have no ARP:
they were filtered, or made behind a router. And whether an address that the recorded client
never looked for would answer is not known; without an answer the question that matters would
not be put at all.

A server broadcasts its replies to a client that sets the broadcast flag, and not to others (RFC
2131 §4.1): they come to ours in the way that it asks for.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from ipaddress import IPv4Address

from pxeclient.explain.decode import Decoder
from pxeclient.link.base import Link
from pxeclient.replay.client_of import dhcp_message
from pxeclient.replay.doubt import followed_up
from pxeclient.replay.mending import mended
from pxeclient.replay.player import Replay
from pxeclient.replay.reading import Recorded
from pxeclient.replay.scene import Heard, Said, Scene
from pxeclient.wire import arp, dhcp, ethernet, ipv4, udp
from pxeclient.wire.addresses import ANY, BROADCAST, BROADCAST_MAC, Mac
from pxeclient.wire.errors import WireError
from pxeclient.wire.ethernet import Frame

_SOMEBODY = Mac(bytes.fromhex("020000000001"))
"""Who answers for an address of which the capture has no station."""


class Presuming(Link):
    """A `Link` to the recording, where whoever was not looked for is at home."""

    def __init__(self, replay: Replay) -> None:
        """Play `replay`, and answer ARP where it has nothing to say of it."""
        self.played: list[tuple[int, float]] = []
        """The capture's frame number, and time, of each frame that our client got; 0 for an
        answer that no capture has."""
        self.answers: list[Heard] = []
        """The recorded answers that our client got to questions of its own."""
        self._replay = replay
        self._asked, self._known = _neighbours(replay.scene)
        self._answers: deque[bytes] = deque()
        self._wants_broadcast = False

    def now(self) -> float:
        """Seconds since power-on."""
        return self._replay.now()

    def send(self, frame: bytes) -> None:
        """Our client says something."""
        self._replay.send(frame)
        outer = ethernet.parse(frame)
        if outer.ethertype != ethernet.ARP:
            asked = dhcp_message(frame)
            if asked is not None:
                self._wants_broadcast = bool(asked.flags & dhcp.BROADCAST_FLAG)
            return
        message = arp.parse(outer.payload)
        if message.operation == arp.REQUEST and self._is_new(message):
            mac = self._known.get(message.target, _SOMEBODY)
            reply = arp.Arp(arp.REPLY, mac, message.target, message.sender_mac, message.sender)
            answer = Frame(message.sender_mac, mac, ethernet.ARP, arp.build(reply))
            self._answers.append(ethernet.build(answer))

    def _is_new(self, message: arp.Arp) -> bool:
        is_probe = message.sender in (message.target, ANY)
        return not is_probe and message.target not in self._asked

    def receive(self, until: float) -> bytes | None:
        """The next frame, or None at `until`."""
        if self._answers:
            self.played.append((0, 0.0))
            return self._answers.popleft()
        frame = self._replay.receive(until)
        if frame is not None:
            heard = self._replay.heard[-1]
            self.played.append((heard.number, heard.at))
            if heard.is_answer and self._replay.was_asked(heard):
                self.answers.append(heard)
            if self._wants_broadcast:
                return _broadcast(frame)
        return frame

    def close(self) -> None:
        """Nothing is held."""
        self._replay.close()


def _broadcast(frame: bytes) -> bytes:
    """A DHCP reply by broadcast; any other frame as it is."""
    message = dhcp_message(frame)
    outer = ethernet.parse(frame)
    is_reply = message is not None and message.op == dhcp.BOOTREPLY and message.ciaddr == ANY
    if not is_reply or outer.destination.is_group or message is None:
        return frame
    packet = ipv4.parse(mended(frame)[ethernet.HEADER :])
    datagram = udp.parse(packet.payload, packet.source, packet.destination)
    if datagram.source_port != dhcp.SERVER_PORT:
        return frame
    payload = dhcp.build(replace(message, flags=message.flags | dhcp.BROADCAST_FLAG))
    whole = udp.build(replace(datagram, payload=payload), packet.source, BROADCAST)
    changed = replace(packet, destination=BROADCAST, payload=whole, more_fragments=False)
    outer = Frame(BROADCAST_MAC, outer.source, ethernet.IPV4, ipv4.build(changed))
    return ethernet.build(outer)


def _neighbours(played: Scene) -> tuple[set[IPv4Address], dict[IPv4Address, Mac]]:
    """The addresses that the recorded client looked for, and whose the capture knows.

    One that it sent packets to without a reply here was at home: the capture lost the reply.
    """
    known: dict[IPv4Address, Mac] = {}
    decoder = Decoder()
    for heard in played.heard:
        seen = decoder.read(Recorded(heard.number, heard.at, heard.data, len(heard.data)))
        if seen.packet is not None:
            known[seen.source] = seen.sender
    asked = {one.target for one in map(_arp, played.said) if one is not None}
    answered = {one.sender for one in map(_arp, played.heard) if one is not None}
    _, reached = followed_up(played)
    return asked - (reached - answered), known


def _arp(frame: Said | Heard) -> arp.Arp | None:
    if frame.data[12:14] != ethernet.ARP.to_bytes(2, "big"):
        return None
    try:
        return arp.parse(frame.data[ethernet.HEADER :])
    except WireError:
        return None
