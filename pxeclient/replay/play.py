"""A recorded boot as a play: the client's lines, and which of them each server frame answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pxeclient.capture.values import CaptureError
from pxeclient.replay.client_of import Booting, dhcp_message
from pxeclient.replay.frames import ends
from pxeclient.replay.holes import filled
from pxeclient.replay.labels import Label, Labeller
from pxeclient.replay.tolerance import Tolerance
from pxeclient.seen.attempts import Attempt, attempts
from pxeclient.seen.frame import Frame
from pxeclient.seen.mending import Reader
from pxeclient.seen.said import Fragment
from pxeclient.seen.stages import first_stage
from pxeclient.seen.talk import talk_of
from pxeclient.wire import arp, dhcp, ethernet

_ENDS_WITH_CAPTURE = "the capture ends there"


@dataclass(frozen=True, slots=True)
class Said:
    """A frame of the recorded client."""

    number: int
    at: float
    """Seconds since the client's first frame."""
    frame: Frame
    """Read; of fragments, the last one has all that the packet says."""
    label: Label

    @property
    def data(self) -> bytes:
        """As recorded."""
        return self.frame.octets


@dataclass(frozen=True, slots=True)
class Heard:
    """A frame that reached the recorded client."""

    number: int
    at: float
    frame: Frame
    after: int
    """The index of the client's frame that it answered, or that came last before it."""
    is_answer: bool
    """It answers that frame; otherwise it came unasked."""
    seen: int
    """So many frames of the client went before it."""

    @property
    def data(self) -> bytes:
        """As recorded."""
        return self.frame.octets


@dataclass(frozen=True, slots=True)
class Play:
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


def play_of(frames: Sequence[Frame], client: Booting) -> Play:
    """The boot attempt of `client`.

    Raises:
        CaptureError: A frame that matters was cut when it was recorded, or its first message
            is not whole.
    """
    whole, lost = filled(frames, client.mac)
    begun = [frame for frame in whole if _has_begun(frame, client)]
    its, ends, ended = _first_attempt(begun, client)
    stage = _Stage(client)
    for frame in begun[its]:
        stage.add(frame)
    return Play(client, tuple(stage.said), tuple(stage.heard), ends - client.at, ended, lost)


def _has_begun(frame: Frame, client: Booting) -> bool:
    """What goes out beside the boot may precede its first message by a little."""
    if frame.at >= client.at:
        return True
    is_near = client.at - frame.at <= Tolerance().seconds
    is_beside = frame.ethertype not in (ethernet.IPV4, ethernet.ARP)
    return is_near and is_beside and frame.sender == client.mac


def _first_attempt(begun: Sequence[Frame], client: Booting) -> tuple[slice, float, str]:
    """Which frames belong to the client's first attempt, when it is over, and why then."""
    reader = Reader()
    read = [reader.mend(frame) for frame in begun]
    places = [at for at, frame in enumerate(read) if _is_theirs(frame, client)]
    mine = [read[at].of_client(read[at].sender == client.mac) for at in places]
    found = attempts(talk_of(mine, client.mac), begun[-1].at)
    which = next((at for at, one in enumerate(found) if _has(one, client)), None)
    if which is None:
        raise CaptureError("the client's first message is in no whole frame: nothing to compare")
    start = sum(len(one.frames) for one in found[:which])
    first = first_stage(found[which])
    end = start + len(first.frames)
    if end == len(mine):
        return slice(places[start], None), begun[-1].at, _ENDS_WITH_CAPTURE
    its = slice(places[start], places[end])
    return its, first.until, f"{first.why_over} in frame {mine[end].number}"


def _has(one: Attempt, client: Booting) -> bool:
    """The client's first message is there: others may have the same time stamp."""
    messages = (frame.message for frame in one.frames)
    return any(each is not None and each.message == client.message for each in messages)


def _is_theirs(frame: Frame, client: Booting) -> bool:
    """The client sent it or heard it; what a server tells everybody may be for another."""
    message = frame.message
    if message is not None:
        return message.hardware == client.mac
    return client.mac in (frame.sender, frame.receiver) or frame.is_to_all


@dataclass(slots=True)
class _Stage:
    """Builds a play frame by frame."""

    client: Booting
    said: list[Said] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    _labeller: Labeller = field(default_factory=Labeller)
    _asked: dict[object, int] = field(default_factory=dict)
    """The client's latest frame that asked a question, by the question."""
    _reader: Reader = field(default_factory=Reader)
    _places: dict[int, int] = field(default_factory=dict)
    """Where in `heard` a frame is, by its number."""

    def add(self, frame: Frame) -> None:
        is_ours = frame.sender == self.client.mac
        if not is_ours and not (frame.receiver == self.client.mac or frame.is_to_all):
            return
        if frame.untold and len(frame.octets) < frame.length:
            raise CaptureError(
                f"the text does not have all of frame {frame.number}: take the frames with octets"
                " (tcpdump -XX), or a capture file"
            )
        if len(frame.octets) < frame.length:
            raise CaptureError(
                f"frame {frame.number} was cut to {len(frame.octets)} of {frame.length} octets"
                " when it was recorded: capture whole frames (tcpdump -s 0)"
            )
        frame = self._reader.mend(frame)
        at = frame.at - self.client.at
        if is_ours:
            self.said.append(Said(frame.number, at, frame, self._labeller.label(frame)))
            for question in _questions(frame):
                self._asked[question] = len(self.said) - 1
        elif self.said:
            self._hear(frame, at)

    def _hear(self, frame: Frame, at: float) -> None:
        """A server says something; what answers the client answers it with all its fragments."""
        found = _answered(frame, self.client.mac)
        after = next((self._asked[one] for one in found if one in self._asked), None)
        latest = len(self.said) - 1
        index = latest if after is None else after
        self._places[frame.number] = len(self.heard)
        self.heard.append(Heard(frame.number, at, frame, index, after is not None, len(self.said)))
        if after is not None:
            for place in (self._places.get(part.number) for part in frame.parts):
                if place is not None:
                    self.heard[place] = replace(self.heard[place], after=after, is_answer=True)


def _questions(frame: Frame) -> list[object]:
    """What a client's frame asks: answers are found by any of it."""
    if isinstance(frame.said, arp.Arp):
        return [("arp", frame.said.target)] if frame.said.operation == arp.REQUEST else []
    way = ends(frame)
    if way is None:
        return []
    port = way[1].port
    if port not in (dhcp.SERVER_PORT, dhcp.PROXY_PORT):
        return [("port", way[0].port)]
    asked = dhcp_message(frame)
    if asked is None:
        return []
    return [("dhcp", asked.type, asked.xid, port), ("dhcp", asked.xid, port), ("dhcp", asked.xid)]


_OF_REPLY = {
    dhcp.OFFER: dhcp.DISCOVER,
    dhcp.ACK: dhcp.REQUEST,
    dhcp.NAK: dhcp.REQUEST,
}


def _answered(frame: Frame, mac: bytes) -> list[object]:
    """What a server's frame answers, the most exact first."""
    if isinstance(frame.said, arp.Arp):
        return [("arp", frame.said.sender)] if frame.said.operation == arp.REPLY else []
    way = ends(frame)
    if way is None or isinstance(frame.said, Fragment):
        return []
    port = way[0].port
    if port not in (dhcp.SERVER_PORT, dhcp.PROXY_PORT) and way[1].port != dhcp.CLIENT_PORT:
        return [("port", way[1].port)]
    reply = dhcp_message(frame)
    if reply is None or reply.op != dhcp.BOOTREPLY or reply.hardware != mac:
        return []
    if port != dhcp.PROXY_PORT:
        port = dhcp.SERVER_PORT  # from another one, by NAT, it still answers what that was asked
    # Boot servers may answer from either port a request to the other: the type counts first.
    ports = (port, dhcp.SERVER_PORT + dhcp.PROXY_PORT - port)
    wanted = _OF_REPLY.get(reply.type or 0)
    exact: list[object] = [("dhcp", wanted, reply.xid, one) for one in ports]
    return [*exact, ("dhcp", reply.xid, port), ("dhcp", reply.xid)]
