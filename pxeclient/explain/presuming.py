"""A recording in which whoever the client did not look for is taken to be at home.

Many captures have no ARP: they were filtered, or made behind a router. And whether an address
that the recorded client never looked for would answer is not known; without an answer the
question that matters would not be put at all.
"""

from __future__ import annotations

from collections import deque
from ipaddress import IPv4Address

from pxeclient.compare.reading import Recorded
from pxeclient.compare.replay import Replay
from pxeclient.compare.scene import Scene
from pxeclient.explain.decode import Decoder
from pxeclient.wire import arp, ethernet
from pxeclient.wire.addresses import ANY, Mac
from pxeclient.wire.errors import WireError
from pxeclient.wire.ethernet import Frame

_SOMEBODY = Mac(bytes.fromhex("020000000001"))
"""Who answers for an address of which the capture has no station."""


class Presuming:
    """A `Link` to the recording, where whoever was not looked for is at home."""

    def __init__(self, replay: Replay) -> None:
        """Play `replay`, and answer ARP where it has nothing to say of it."""
        self.played: list[tuple[int, float]] = []
        """The capture's frame number, and time, of each frame that our client got; 0 for an
        answer that no capture has."""
        self._replay = replay
        self._asked, self._known = _neighbours(replay.scene)
        self._answers: deque[bytes] = deque()

    def now(self) -> float:
        """Seconds since power-on."""
        return self._replay.now()

    def send(self, frame: bytes) -> None:
        """Our client says something."""
        self._replay.send(frame)
        outer = ethernet.parse(frame)
        if outer.ethertype != ethernet.ARP:
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
        return frame

    def close(self) -> None:
        """Nothing is held."""
        self._replay.close()


def _neighbours(played: Scene) -> tuple[set[IPv4Address], dict[IPv4Address, Mac]]:
    """The addresses that the recorded client looked for, and whose the capture knows."""
    asked: set[IPv4Address] = set()
    known: dict[IPv4Address, Mac] = {}
    for said in played.said:
        if said.data[12:14] == b"\x08\x06":
            try:
                asked.add(arp.parse(said.data[ethernet.HEADER :]).target)
            except WireError:
                continue
    decoder = Decoder()
    for heard in played.heard:
        seen = decoder.read(Recorded(heard.number, heard.at, heard.data, len(heard.data)))
        if seen.packet is not None:
            known[seen.source] = seen.sender
    return asked, known
