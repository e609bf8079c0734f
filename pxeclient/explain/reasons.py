"""Why the client did it: the recorded servers played to a profile that does the same.

A profile's tables speak for a client as far as the profile's own deeds are the recorded ones:
whom it asks what, in which order. Where the two part, the tables say nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from pxeclient.boot.actions import Decide, Ignore, SendFrame
from pxeclient.boot.events import FrameReceived
from pxeclient.boot.outcome import BEYOND, Booted, Failed, Failure, Outcome
from pxeclient.boots.boot import Wire, boot
from pxeclient.explain.chapters import Chapter, message_of
from pxeclient.explain.decode import Decoder, Seen
from pxeclient.explain.facts import boot_item, requested
from pxeclient.explain.presuming import Presuming
from pxeclient.explain.stations import Turn
from pxeclient.explain.stop import Ending, Stop
from pxeclient.link.base import Link
from pxeclient.profile import Profile
from pxeclient.replay.client_of import Booting, machine_of
from pxeclient.replay.player import Replay
from pxeclient.replay.reading import CaptureError, Recorded
from pxeclient.replay.scene import Scene, scene
from pxeclient.replay.tolerance import Tolerance
from pxeclient.trace import Trace
from pxeclient.wire import dhcp, tftp
from pxeclient.wire.errors import WireError
from pxeclient.wire.options import printable

_DEAF = (0.0, 1.0)
"""Seconds for which a card may hear nothing after power-on: QEMU's 82540EM does for one."""
_LONGEST = 3600.0
SILENCE = (
    Failure.NO_OFFER,
    Failure.ONLY_PROXY_OFFERS,
    Failure.NO_VALID_OFFER,
    Failure.NO_ACK,
    Failure.NO_PROXY_REPLY,
    Failure.NO_DISCOVERY_REPLY,
    Failure.ARP_TIMEOUT,
    Failure.TFTP_OPEN_TIMEOUT,
    Failure.TFTP_READ_TIMEOUT,
)
"""Failures for want of an answer."""


class Deed(NamedTuple):
    """What a client asks of whom; repeats are the same deed."""

    kind: str
    """``discover``, ``request``, ``proxy-request``, ``boot-server-request``, ``read``."""
    whom: str
    what: str

    def words(self) -> str:
        """Such as ``ask 10.77.0.2 on port 4011``."""
        match self.kind:
            case "discover":
                return "broadcast a DHCPDISCOVER"
            case "request":
                return f"request {self.what} of {self.whom}"
            case "proxy-request":
                return f"ask {self.whom} on port 4011"
            case "boot-server-request":
                return f"look for a boot server of type {self.what} at {self.whom}"
            case _:
                return f"ask {self.whom} for {self.what} by TFTP"


class Chosen(NamedTuple):
    """A decision, and the frame of the capture that it followed."""

    frame: int
    at: float
    """Seconds since the chapter began, by the capture's clock."""
    item: Decide | Ignore


@dataclass(frozen=True, slots=True)
class Reasons:
    """What a profile's tables say about a chapter."""

    profile: Profile
    chosen: tuple[Chosen, ...]
    """As far as its deeds are the recorded ones."""
    agrees: bool
    """All of them are, and the end fits."""
    parts_at: str
    """Where it first does something else, in a sentence; empty if it does not."""
    outcome: Outcome | None
    """How the profile's boot ended, if it agrees and the capture goes on for so long."""
    waits: bool
    """It waits for a key there."""


def deed_of(seen: Seen) -> Deed | None:
    """What a client's frame asks; None if it only goes on with something."""
    message = seen.message
    if message is not None:
        return _dhcp_deed(seen)
    if not seen.is_udp or seen.payload[:2] != b"\0\1":
        return None
    try:
        request = tftp.parse(seen.payload)
    except WireError:
        return None
    if not isinstance(request, tftp.Request):
        return None
    port = "" if seen.port == tftp.PORT else f":{seen.port}"
    return Deed("read", f"{seen.destination}{port}", printable(request.filename))


def _dhcp_deed(seen: Seen) -> Deed | None:
    turn = Turn(seen, ours=True)
    message = message_of(turn)
    if message.op != dhcp.BOOTREQUEST:
        return None
    whom = str(seen.destination)
    if message.type in (None, dhcp.DISCOVER):
        return Deed("discover", whom, "")
    if message.type != dhcp.REQUEST:
        return None
    item = boot_item(message)
    if item is not None:
        return Deed("boot-server-request", whom, str(item))
    if seen.port == dhcp.PROXY_PORT:
        return Deed("proxy-request", whom, "")
    address, server = requested(turn)
    return Deed("request", str(server or whom), str(address or message.ciaddr))


def deeds(frames: Iterable[Recorded]) -> list[Deed]:
    """What a client's frames ask, each once, in order."""
    decoder = Decoder()
    found = (deed_of(decoder.read(frame)) for frame in frames)
    return list(dict.fromkeys(deed for deed in found if deed is not None))


def stage(chapter: Chapter) -> Scene:
    """The chapter as a play.

    Raises:
        CaptureError: It has no whole DHCPDISCOVER, or a frame that matters was cut.
    """
    first = chapter.discover
    if first is None or first.seen.is_cut:
        raise CaptureError("the capture has no whole DHCPDISCOVER of it")
    frames = [frame for turn in chapter.turns for frame in turn.seen.frames]
    frames.sort(key=lambda frame: (frame.at, frame.number))
    return scene(frames, Booting(chapter.mac, first.at, message_of(first)))


def reasons(chapter: Chapter, played: Scene, profile: Profile, ended: Ending) -> Reasons:
    """Play the chapter's servers to the profile, and say why it did what was recorded."""
    best: Reasons | None = None
    for deaf in _DEAF:
        found = _reasons(chapter, played, profile, ended, deaf)
        if best is None or len(found.chosen) > len(best.chosen):
            best = found
        if found.agrees:
            return found
    assert best is not None
    return best


def _reasons(
    chapter: Chapter, played: Scene, profile: Profile, ended: Ending, deaf: float
) -> Reasons:
    replay = Replay(played, Tolerance(), deaf)
    link = Presuming(replay)
    trace = play(profile, played, link)
    recorded = deeds(_recorded(said.number, said.at, said.data) for said in played.said)
    walk = _Walk(recorded, list(_numbers(trace, replay, link)), chapter)
    agreed, pending, parts_at = walk.through(trace, played.ends)
    is_in_time = trace.ended <= _limit(chapter, played)
    fits = not parts_at and _fits(trace, ended, is_in_time)
    return Reasons(
        profile,
        tuple(agreed + pending) if fits else tuple(agreed),
        fits,
        parts_at,
        trace.outcome if fits and is_in_time and not _is_doubtful(trace, ended) else None,
        fits and trace.stopped == "waiting",
    )


def _is_doubtful(trace: Trace, ended: Ending) -> bool:
    """It stops where the emulation does; or of a silence that may not have been one."""
    outcome = trace.outcome
    if not isinstance(outcome, Failed):
        return False
    is_unproven = ended.stop is Stop.CANNOT_TELL or ended.is_doubtful
    return (is_unproven and outcome.failure in SILENCE) or outcome.failure in BEYOND


def _limit(chapter: Chapter, played: Scene) -> float:
    """Until when, by the profile's clock, the capture shows what happens."""
    recorded = chapter.until - played.client.at
    return recorded + Tolerance().of(recorded)


def play(profile: Profile, played: Scene, link: Link) -> Trace:
    """The profile's boot on the recorded network."""
    machine, wire = machine_of(profile, played.client), Wire(link, "the recorded servers")
    return boot(profile, machine, wire, deadline=played.ends + _LONGEST)


def _recorded(number: int, at: float, data: bytes) -> Recorded:
    return Recorded(number, at, data, len(data))


def _numbers(trace: Trace, replay: Replay, link: Presuming) -> Iterator[tuple[int, float]]:
    """The frame of the capture, and its time, for each frame of the profile's boot."""
    said = {one.label: one for one in replay.scene.said}
    sent, played = iter(replay.sent), iter(link.played)
    for _, _, ours in trace.frames():
        if not ours:
            yield next(played)
        else:
            one = said.get(next(sent).label)
            yield (one.number, one.at) if one else (0, 0.0)


@dataclass(slots=True)
class _Walk:
    """Through the profile's boot, as long as it does what was recorded."""

    recorded: list[Deed]
    numbers: list[tuple[int, float]]
    chapter: Chapter

    def through(self, trace: Trace, ends: float) -> tuple[list[Chosen], list[Chosen], str]:
        """What is agreed, what comes after the last common deed, and where they part."""
        agreed: list[Chosen] = []
        pending: list[Chosen] = []
        done: list[Deed] = []
        decoder = Decoder()
        where = (0, 0.0)
        for record in trace.records:
            match record.item:
                case SendFrame(frame):
                    deed = deed_of(decoder.read(_recorded(record.frame, record.at, frame)))
                    if deed is not None and deed not in done:
                        done.append(deed)
                        if done != self.recorded[: len(done)]:
                            if len(done) > len(self.recorded) and record.at > ends:
                                return agreed, pending, ""
                            return agreed, [], self._parts(deed, len(done) - 1)
                        agreed, pending = agreed + pending, []
                    where = self._where(record.frame, where)
                case FrameReceived():
                    where = self._where(record.frame, where)
                case Decide() | Ignore():
                    pending.append(Chosen(where[0], where[1], record.item))
                case _:
                    pass
        if len(done) < len(self.recorded):
            missing = self.recorded[len(done)]
            return agreed, [], f"the recorded client goes on to {missing.words()}"
        return agreed, pending, ""

    def _where(self, frame: int, before: tuple[int, float]) -> tuple[int, float]:
        number, at = self.numbers[frame - 1]
        return (number, at) if number else before

    def _parts(self, deed: Deed, at: int) -> str:
        if at < len(self.recorded):
            theirs = self.recorded[at].words()
            return f"it would {deed.words()}, where the recorded client goes on to {theirs}"
        return f"it would {deed.words()}, which the recorded client does not"


def _fits(trace: Trace, ended: Ending, is_in_time: bool) -> bool:
    """The profile's end is the recorded one, as far as the capture reaches."""
    if not is_in_time:
        return ended.stop is not Stop.FETCHED
    match trace.outcome:
        case Booted():
            return ended.stop is Stop.FETCHED
        case Failed():
            return ended.stop not in (Stop.FETCHED, Stop.OTHER_PROTOCOL)
        case None:
            return ended.stop is not Stop.FETCHED
