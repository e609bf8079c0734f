"""Why the client did it: the recorded servers played to a profile that does the same.

A profile's tables speak for a client as far as the profile's own deeds are the recorded ones:
whom it asks what, in which order. Where the two part, the tables say nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pxeclient.boot.actions import Decide
from pxeclient.boot.events import FrameReceived
from pxeclient.capture.values import CaptureError
from pxeclient.explain.deeds import would
from pxeclient.explain.ending_download import is_refused_by_client
from pxeclient.explain.facts import message_of
from pxeclient.explain.stop import Ending, Stop
from pxeclient.outcome import BEYOND, Booted, Failed, Failure, Outcome
from pxeclient.profile import Profile
from pxeclient.replay.boot import boot
from pxeclient.replay.client_of import Booting
from pxeclient.replay.frames import frame_of
from pxeclient.replay.play import Play, play_of
from pxeclient.replay.questions import question
from pxeclient.replay.recording import Recording
from pxeclient.replay.servers import RecordedServers
from pxeclient.replay.tolerance import Tolerance
from pxeclient.replay.verdict import is_of_several_43
from pxeclient.seen.attempts import Attempt
from pxeclient.seen.exchanges import Ask, Question
from pxeclient.seen.frame import Frame
from pxeclient.seen.transfers import Transfer
from pxeclient.stack.acts import Ignore, SendFrame
from pxeclient.trace import Trace
from pxeclient.wire import ethernet, tftp

_DEAF = (0.0, 1.0)
"""Seconds for which a card may hear nothing after power-on: QEMU's 82540EM does for one."""
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


class Chosen(NamedTuple):
    """A decision, and the frame of the capture that it followed."""

    frame: int
    at: float
    """Seconds since the attempt began, by the capture's clock."""
    item: Decide | Ignore


@dataclass(frozen=True, slots=True)
class Reasons:
    """What a profile's tables say about an attempt."""

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
    is_beyond: bool = False
    """What parts the two may be what is not emulated, or a key that somebody pressed."""

    @property
    def departs(self) -> str:
        """What this firmware would have done otherwise, in a clause; empty if it can be this."""
        return "" if self.is_beyond else self.parts_at


def deeds(frames: Iterable[Frame]) -> list[Question]:
    """What a client's frames ask, each once, in order, without the searches for stations."""
    found = (question(frame) for frame in frames)
    return list(dict.fromkeys(one for one in found if one is not None and one.kind is not Ask.ARP))


def stage(attempt: Attempt) -> Play:
    """The attempt as a play.

    Raises:
        CaptureError: It has no whole DHCPDISCOVER, or a frame that matters was cut.
    """
    first = attempt.discover
    if first is None or first.is_cut:
        raise CaptureError("the capture has no whole DHCPDISCOVER of it")
    frames = [part for frame in attempt.frames for part in frame.frames]
    frames.sort(key=lambda frame: (frame.at, frame.number))
    return play_of(frames, Booting(attempt.mac, first.at, message_of(first)))


def reasons(
    attempt: Attempt, known: Recording, profile: Profile, ended: Ending, before: int = 0
) -> Reasons:
    """Play the attempt's servers to the profile, and say why it did what was recorded.

    `before`: so many DHCPDISCOVERs went before the first that was recorded.
    """
    best: Reasons | None = None
    for deaf in _DEAF:
        found = _reasons(attempt, known, profile, ended, deaf, before)
        if best is None or len(found.chosen) > len(best.chosen):
            best = found
        if found.agrees:
            return found
    assert best is not None
    return best


def _reasons(
    attempt: Attempt, known: Recording, profile: Profile, ended: Ending, deaf: float, before: int
) -> Reasons:
    link = RecordedServers(known, serves=False, deaf=deaf, before=before)
    trace = boot(profile, link)
    limit = link.began + _limit(attempt, known.play)
    walk = _Walk(
        deeds(said.frame for said in known.play.said),
        link.played.shown,
        {one.request.filename: one for one in attempt.transfers if is_refused_by_client(one)},
        limit,
    )
    agreed, pending, parts_at = walk.through(trace, link.began + known.play.ends)
    is_in_time = trace.ended <= limit
    fits = not parts_at and _fits(trace, ended, is_in_time)
    return Reasons(
        profile,
        _in_order(agreed + pending if fits else agreed),
        fits,
        parts_at,
        _sure(known, profile, trace, ended) if fits and is_in_time else None,
        fits and trace.stopped == "waiting",
        trace.stopped == "waiting" or _is_beyond(trace.outcome),
    )


def _in_order(chosen: Iterable[Chosen]) -> tuple[Chosen, ...]:
    """By the capture's frames: a profile may hear a repeated reply before the recorded client did,
    and what it decides stands where that reply stands."""
    return tuple(sorted(chosen, key=lambda one: one.frame))


def _is_beyond(outcome: Outcome | None) -> bool:
    """It stops where the emulation does."""
    return isinstance(outcome, Failed) and outcome.failure in BEYOND


def _sure(known: Recording, profile: Profile, trace: Trace, ended: Ending) -> Outcome | None:
    """Its end, if the recorded client's was the same as far as anybody knows."""
    outcome = trace.outcome
    if _is_doubtful(trace, ended):
        return None
    if isinstance(outcome, Failed) and is_of_several_43(known.play, profile, outcome.failure):
        return None
    return outcome


def _is_doubtful(trace: Trace, ended: Ending) -> bool:
    """It stops where the emulation does; or of a silence that may not have been one."""
    outcome = trace.outcome
    if not isinstance(outcome, Failed):
        return False
    is_unproven = ended.stop is Stop.CANNOT_TELL or ended.is_doubtful
    return (is_unproven and outcome.failure in SILENCE) or outcome.failure in BEYOND


def _limit(attempt: Attempt, played: Play) -> float:
    """Until when, by the profile's clock, the capture shows what happens."""
    recorded = attempt.until - played.client.at
    return recorded + Tolerance().of(recorded)


@dataclass(slots=True)
class _Walk:
    """Through the profile's boot, as long as it does what was recorded."""

    recorded: list[Question]
    numbers: list[tuple[int, float]]
    """The capture's frame, and its time, for each frame of the boot."""
    refused: Mapping[bytes, Transfer]
    """The files of which the recorded client let a block go unacknowledged."""
    limit: float
    """Until when, by the profile's clock, the capture shows what happens."""
    _file: bytes = b""
    """The one that is being fetched."""

    def through(self, trace: Trace, ends: float) -> tuple[list[Chosen], list[Chosen], str]:
        """What is agreed, what comes after the last common deed, and where they part."""
        agreed: list[Chosen] = []
        pending: list[Chosen] = []
        done: list[Question] = []
        where = (0, 0.0)
        for record in trace.records:
            if record.at > self.limit:
                # What it decides then, nobody saw the recorded client do.
                break
            match record.item:
                case SendFrame(octets):
                    frame = frame_of(octets)
                    takes = self._takes(frame)
                    if takes:
                        return agreed, [], takes
                    for asked in deeds([frame]):
                        if asked in done:
                            continue
                        done.append(asked)
                        if done != self.recorded[: len(done)]:
                            if len(done) > len(self.recorded) and record.at > ends:
                                return agreed, pending, ""
                            return agreed, [], self._parts(asked, len(done) - 1)
                        agreed, pending = agreed + pending, []
                    # What is said beside over IPv6 went whenever it went.
                    if frame.ethertype != ethernet.IPV6:
                        where = self._where(record.frame, where)
                case FrameReceived():
                    where = self._where(record.frame, where)
                case Decide() | Ignore():
                    pending.append(Chosen(where[0], where[1], record.item))
                case _:
                    pass
        if len(done) < len(self.recorded):
            missing = self.recorded[len(done)]
            return agreed, [], f"the recorded client goes on to {would(missing)}"
        return agreed, pending, ""

    def _takes(self, frame: Frame) -> str:
        """It acknowledges what the recorded client did not, though it came."""
        match frame.said:
            case tftp.Request(filename):
                self._file = filename
            case tftp.Ack(block) if block and self._file in self.refused:
                known = self.refused[self._file]
                if block > known.acknowledged:
                    return (
                        f"it would acknowledge block {block} of {known.name}, which the recorded"
                        " client does not"
                    )
            case _:
                pass
        return ""

    def _where(self, frame: int, before: tuple[int, float]) -> tuple[int, float]:
        number, at = self.numbers[frame - 1]
        return (number, at) if number else before

    def _parts(self, asked: Question, at: int) -> str:
        if at < len(self.recorded):
            theirs = would(self.recorded[at])
            return f"it would {would(asked)}, where the recorded client goes on to {theirs}"
        return f"it would {would(asked)}, which the recorded client does not"


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
