"""A recorded boot as a play: the client's lines, and which of them each server frame answers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pxeclient.replay.attempt import attempt
from pxeclient.replay.client_of import Booting
from pxeclient.replay.datagrams import Joiner, Sent, datagram_in
from pxeclient.replay.holes import filled
from pxeclient.replay.labels import Label, Labeller
from pxeclient.replay.mending import mended
from pxeclient.replay.reading import CaptureError, Recorded
from pxeclient.wire import arp, dhcp, ethernet
from pxeclient.wire.errors import WireError


@dataclass(frozen=True, slots=True)
class Said:
    """A frame of the recorded client."""

    number: int
    at: float
    """Seconds since the client's first frame."""
    data: bytes
    label: Label


@dataclass(frozen=True, slots=True)
class Heard:
    """A frame that reached the recorded client."""

    number: int
    at: float
    data: bytes
    after: int
    """The index of the client's frame that it answered, or that came last before it."""
    is_answer: bool
    """It answers that frame; otherwise it came unasked."""
    seen: int
    """So many frames of the client went before it."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One boot attempt, as recorded."""

    client: Booting
    said: tuple[Said, ...]
    heard: tuple[Heard, ...]
    ends: float
    """When the attempt was over, or the capture."""
    ended: str
    """Why the comparison ends there."""
    lost: int
    """Frames that the capture has lost, and that were filled in."""


def scene(frames: list[Recorded], client: Booting) -> Scene:
    """The boot attempt of `client`.

    Raises:
        CaptureError: A frame that matters was cut when it was recorded.
    """
    whole, lost = filled(frames, client.mac)
    found = attempt(whole, client)
    stage = _Stage(client)
    for frame in found.frames:
        stage.add(frame)
    ends = found.ends - client.at
    return Scene(client, tuple(stage.said), tuple(stage.heard), ends, found.ended, lost)


@dataclass(slots=True)
class _Stage:
    """Builds a scene frame by frame."""

    client: Booting
    said: list[Said] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    _labeller: Labeller = field(default_factory=Labeller)
    _asked: dict[object, int] = field(default_factory=dict)
    """The client's latest frame that asked a question, by the question."""
    _joiner: Joiner = field(default_factory=Joiner)
    _places: dict[int, int] = field(default_factory=dict)
    """Where in `heard` a frame is, by its number."""

    def add(self, frame: Recorded) -> None:
        is_ours = frame.data[6:12] == self.client.mac
        if not is_ours and not (frame.data[:6] == self.client.mac or frame.data[0] & 1):
            return
        if len(frame.data) < frame.length:
            raise CaptureError(
                f"frame {frame.number} was cut to {len(frame.data)} of {frame.length} octets"
                " when it was recorded: capture whole frames (tcpdump -s 0)"
            )
        at = frame.at - self.client.at
        if is_ours:
            said = Said(frame.number, at, frame.data, self._labeller.label(frame.data))
            self.said.append(said)
            for question in _questions(frame.data):
                self._asked[question] = len(self.said) - 1
        elif self.said:
            self._hear(frame, at)

    def _hear(self, frame: Recorded, at: float) -> None:
        """A server says something; what answers the client answers it with all its fragments."""
        found, fragments = _answered(frame, at, self.client.mac, self._joiner)
        after = next((self._asked[one] for one in found if one in self._asked), None)
        latest = len(self.said) - 1
        index = latest if after is None else after
        self._places[frame.number] = len(self.heard)
        self.heard.append(
            Heard(frame.number, at, frame.data, index, after is not None, len(self.said))
        )
        if after is not None and len(fragments) > 1:
            for place in map(self._places.get, fragments):
                if place is not None:
                    self.heard[place] = replace(self.heard[place], after=after, is_answer=True)


def _questions(data: bytes) -> list[object]:
    """What a client's frame asks: answers are found by any of it."""
    try:
        frame = ethernet.parse(mended(data))
        if frame.ethertype == ethernet.ARP:
            message = arp.parse(frame.payload)
            return [("arp", message.target)] if message.operation == arp.REQUEST else []
        datagram = datagram_in(frame)
        if datagram is None:
            return []
        if datagram.port not in (dhcp.SERVER_PORT, dhcp.PROXY_PORT):
            return [("port", datagram.source_port)]
        asked = dhcp.parse(datagram.payload)
    except WireError:
        return []
    port = datagram.port
    return [("dhcp", asked.type, asked.xid, port), ("dhcp", asked.xid, port), ("dhcp", asked.xid)]


_OF_REPLY = {
    dhcp.OFFER: dhcp.DISCOVER,
    dhcp.ACK: dhcp.REQUEST,
    dhcp.NAK: dhcp.REQUEST,
}


def _answered(
    frame: Recorded, at: float, mac: bytes, joiner: Joiner
) -> tuple[list[object], tuple[int, ...]]:
    """What a server's frame answers, the most exact first; and the frames that answer it."""
    alone = (frame.number,)
    try:
        outer = ethernet.parse(mended(frame.data))
        if outer.ethertype == ethernet.ARP:
            message = arp.parse(outer.payload)
            return [("arp", message.sender)] if message.operation == arp.REPLY else [], alone
        joined = joiner.read(frame.number, at, frame.data)
        if joined is None:
            return [], alone
        return _answered_by(joined.datagram, mac), joined.frames
    except WireError:
        return [], alone


def _answered_by(datagram: Sent, mac: bytes) -> list[object]:
    if datagram.source_port not in (dhcp.SERVER_PORT, dhcp.PROXY_PORT):
        return [("port", datagram.port)]
    reply = dhcp.parse(datagram.payload)
    if reply.op != dhcp.BOOTREPLY or reply.hardware != mac:
        return []
    # Boot servers may answer from either port a request to the other: the type counts first.
    ports = (datagram.source_port, dhcp.SERVER_PORT + dhcp.PROXY_PORT - datagram.source_port)
    wanted = _OF_REPLY.get(reply.type or 0)
    exact: list[object] = [("dhcp", wanted, reply.xid, port) for port in ports]
    return [*exact, ("dhcp", reply.xid, datagram.source_port), ("dhcp", reply.xid)]
