"""A whole capture, explained."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from pxeclient.capture.reading import read
from pxeclient.capture.values import Capture, CaptureError
from pxeclient.clients import NamedClient
from pxeclient.diagnose import Finding, diagnose, diagnose_beside, from_frames, ranked, told_of
from pxeclient.explain.as_trace import as_trace
from pxeclient.explain.booting import is_boot, named_client
from pxeclient.explain.ending import Sight, ending, hears_unicast, lacks_replies
from pxeclient.explain.facts import Offer, replies
from pxeclient.explain.fingerprint import Fingerprint, fingerprint
from pxeclient.explain.otherwise import Otherwise, otherwise
from pxeclient.explain.reasons import Reasons, reasons, stage
from pxeclient.explain.steps import Event, steps
from pxeclient.explain.stop import Ending, Stop
from pxeclient.harmless import clean
from pxeclient.profile import Profile
from pxeclient.replay.filtered import lacks_transfers
from pxeclient.replay.mending import is_unfinished
from pxeclient.replay.over_ipv6 import ONLY_EXPLAINED, is_over_ipv6
from pxeclient.replay.recording import Recording, recorded
from pxeclient.seen.aspects import Aspect
from pxeclient.seen.attempts import Attempt, Kind, attempts
from pxeclient.seen.frame import Frame
from pxeclient.seen.stations import Station, stations
from pxeclient.seen.talk import talk_of
from pxeclient.trace import Trace
from pxeclient.wire.addresses import Mac


@dataclass(frozen=True, slots=True)
class ExplainedAttempt:
    """One attempt, explained."""

    attempt: Attempt
    number: int
    """From 1 for each client."""
    fingerprint: Fingerprint
    replies: tuple[Offer, ...]
    steps: tuple[Event, ...]
    ending: Ending
    reasons: Reasons | None
    """What the likest profile's tables say; None where there is none, or nothing to play."""
    why_no_reasons: str
    """Why no profile can be put in its place either."""
    is_other_wanted: bool
    """Another firmware was asked for."""
    otherwise: Otherwise | None
    """What the other firmware that was asked for would have done."""
    trace: Trace
    """All of it as one trace, for whatever is a function of traces."""
    named: NamedClient | None = None
    """Who it is, of those that boot in a way of their own."""
    beside: tuple[Finding, ...] = ()
    """What is about this attempt and only shows beside the others of the capture."""

    @property
    def is_over_ipv6(self) -> bool:
        """Nothing came of IPv4, if it was asked over that at all."""
        attempt = self.attempt
        return attempt.kind is Kind.IPV6 or is_over_ipv6(attempt.frames, attempt.mac)

    @property
    def findings(self) -> list[Finding]:
        """What is wrong with the servers, by this attempt and by what stands beside it.

        All of them, if a profile did all that was recorded, and nothing may be missing that
        would change what is to be said: silence is not blamed on a server that may have answered.
        Otherwise those that need no more than the frames that are there.
        """
        found = ranked([*self.beside, *diagnose(self.trace)])
        found = told_of(found, self.attempt.untold)
        is_whole = self.reasons is not None and self.reasons.agrees
        is_open = self.ending.is_doubtful or self.ending.stop is Stop.CANNOT_TELL
        if is_whole and not is_open and not lacks_replies(self.attempt):
            return found
        return from_frames(found)


@dataclass(frozen=True, slots=True)
class Story:
    """One client, from its first frame to its last."""

    station: Station
    attempts: tuple[ExplainedAttempt, ...]

    @property
    def is_network_boot(self) -> bool:
        """It is one at some time (`booting`)."""
        return any(is_boot(one.attempt) for one in self.attempts)

    @property
    def is_vague(self) -> bool:
        """No boot, and the capture does not even show who the client is."""
        kinds = {one.attempt.kind for one in self.attempts}
        asks = any(one.attempt.transfers for one in self.attempts)
        return not self.is_network_boot and kinds <= {Kind.MIDDLE, Kind.IPV6} and not asks


@dataclass(frozen=True, slots=True)
class Explanation:
    """All clients of a capture."""

    capture: Capture
    stories: tuple[Story, ...]


def explain(
    path: Path, profiles: Sequence[Profile], instead: Profile | None = None, only: Mac | None = None
) -> Explanation:
    """Read a capture, and tell what happened in it.

    Args:
        path: The file.
        profiles: The firmwares that its clients are held against.
        instead: A firmware to put in each client's place.
        only: The one client to tell of.

    Raises:
        CaptureError: The file cannot be used, or has no client `only`.
    """
    return explain_capture(read(path), profiles, instead, only)


class Surroundings(NamedTuple):
    """What else was recorded beside a client's own frames."""

    is_alone: bool
    """There is no frame of any other station."""
    shows_arp: bool
    """Somebody's ARP is there."""
    has_all: bool = True
    """No frames were lost by whoever recorded it, as far as is known."""


def surroundings(capture: Capture) -> Surroundings:
    """What a whole capture shows beside any one client."""
    return Surroundings(
        len({frame.data[6:12] for frame in capture.frames}) == 1,
        any(frame.data[12:14] == b"\x08\x06" for frame in capture.frames),
        not capture.loses,
    )


def explain_capture(
    capture: Capture,
    profiles: Sequence[Profile],
    instead: Profile | None = None,
    only: Mac | None = None,
    beside: Surroundings | None = None,
) -> Explanation:
    """Tell what happened in a capture; see `explain`.

    `beside`: of which the capture is a part; None: it is all that there is.

    Raises:
        CaptureError: It has no client `only`.
    """
    found = stations(capture.read())
    if only is not None:
        wanted = [station for station in found if station.mac == only]
        if not wanted:
            there = ", ".join(str(station.mac) for station in found) or "none at all"
            raise CaptureError(f"{capture.path} has no client {only}: it has {there}")
        found = wanted
    is_alone, shows_arp, has_all = surroundings(capture) if beside is None else beside
    stories = tuple(
        Story(
            station,
            tuple(
                _told(
                    capture,
                    station,
                    profiles,
                    instead,
                    Sight(
                        is_alone,
                        hears_unicast(station.frames),
                        shows_arp,
                        has_all,
                        not lacks_transfers(station.frames, station.mac),
                    ),
                )
            ),
        )
        for station in found
    )
    stories = _beside(stories, capture.read())
    remarks = (*capture.remarks, *_gaps(capture), *_left(stories))
    return Explanation(replace(capture, remarks=remarks), stories)


def _gaps(capture: Capture) -> Iterator[str]:
    """That the file is several recordings."""
    gaps = [
        (before, after.at - before.at)
        for before, after in pairwise(capture.frames)
        if after.at - before.at > _GAP
    ]
    if gaps:
        before, seconds = gaps[0]
        more = f", and {len(gaps) - 1} more such" if len(gaps) > 1 else ""
        yield (
            f"Nothing was recorded for {_long(seconds)} after frame {before.number}{more}: the file"
            " is more than one recording, and what is told ends with its own."
        )


def _long(seconds: float) -> str:
    hours = seconds / 3600
    return f"{hours:.1f} hours" if hours < 48 else f"{hours / 24:.1f} days"


def _beside(stories: tuple[Story, ...], whole: Iterable[Frame]) -> tuple[Story, ...]:
    """With what attempts and machines show beside each other."""
    told = [one for story in stories for one in story.attempts]
    found = diagnose_beside([one.trace for one in told], [one.attempt.began for one in told], whole)
    shown = iter([replace(one, beside=tuple(more)) for one, more in zip(told, found, strict=True)])
    return tuple(
        replace(story, attempts=tuple(next(shown) for _ in story.attempts)) for story in stories
    )


def _left(stories: Sequence[Story]) -> Iterator[str]:
    """That checksums were left to a network card, of the frames that are told of."""
    left = {
        part.number
        for story in stories
        for told in story.attempts
        for frame in told.attempt.frames
        for part in frame.frames
        if is_unfinished(part.octets)
    }
    if left:
        yield (
            f"Checksums are not right in {len(left)} of the frames told here, as in any file that"
            " was recorded on the host that sent them: its network card completes them later. They"
            " are not looked at; whether they were right on the wire cannot be told."
        )


def _told(
    capture: Capture,
    station: Station,
    profiles: Sequence[Profile],
    instead: Profile | None,
    sight: Sight,
) -> Iterator[ExplainedAttempt]:
    talk = talk_of(station.frames, station.mac)
    whole = (_within(capture, one) for one in attempts(talk, capture.seconds))
    for number, attempt in enumerate(whole, 1):
        looks = fingerprint(attempt, number, profiles)
        ended = ending(attempt, sight)
        known, why_not = _staged(attempt, sight.is_alone)
        found = None
        if known is not None and looks.best is not None:
            found, looks = _reasoned(attempt, known, looks, ended, sight.is_alone)
        heard = replies(attempt)
        where = f"{clean(capture.path.name)}, {station.mac}, attempt {number}"
        yield ExplainedAttempt(
            attempt,
            number,
            looks,
            tuple(heard),
            tuple(steps(attempt)),
            ended,
            found,
            why_not,
            instead is not None,
            None
            if known is None or instead is None
            else otherwise(known, instead, attempt.until - known.play.client.at),
            as_trace(attempt, where, found, ended, heard),
            named_client(attempt),
        )


_GAP = 3600.0
"""Seconds without any frame after which a file is two recordings that were joined: no boot is that
patient, and hardly a network so quiet."""


def _within(capture: Capture, attempt: Attempt) -> Attempt:
    """An attempt up to where the recording that shows it ends: nobody waited through a gap."""
    last = attempt.frames[-1].at
    ends = [before.at for before, after in pairwise(capture.frames) if after.at - before.at > _GAP]
    until = next((at for at in ends if last <= at < attempt.until), attempt.until)
    return replace(attempt, until=until)


_EQUALS = 3
"""Profiles that are asked for reasons, of those that the marks do not tell apart."""


_DECIDING = {Aspect.TIME, Aspect.OPTIONS, Aspect.CONTENT, Aspect.BESIDE, Aspect.OTHERS}
"""What a firmware decides by: without these nobody knows that a client did otherwise."""


def _reasoned(
    attempt: Attempt, known: Recording, looks: Fingerprint, ended: Ending, is_alone: bool
) -> tuple[Reasons, Fingerprint]:
    """The reasons of the likest profile, and what they make of its likeness.

    Of equals the first counts that does what was recorded. If none does, the client's own frames
    beat the marks, unless the capture may lack what would have made it do otherwise.
    """
    first: Reasons | None = None
    for match in looks.equals[:_EQUALS]:
        found = reasons(attempt, known, match.profile, ended, looks.before)
        if not found.departs:
            return found, looks.chosen(match)
        first = first or found
    assert first is not None, "the likest is among the equals"
    is_lacking = is_alone or known.doubts or lacks_replies(attempt) or attempt.untold & _DECIDING
    return first, looks if is_lacking else looks.parted(first.departs)


def _staged(attempt: Attempt, is_alone: bool) -> tuple[Recording | None, str]:
    """The servers of an attempt; or why they cannot be played."""
    if attempt.kind is Kind.IPV6 or is_over_ipv6(attempt.frames, attempt.mac):
        return None, f"it is {ONLY_EXPLAINED}"
    if attempt.kind is not Kind.PXE:
        return None, f"it is a {attempt.kind}"
    if Aspect.TIME in attempt.untold:
        return (
            None,
            "the text has no times, and what a firmware does depends on them",
        )
    try:
        return recorded(stage(attempt), is_alone), ""
    except CaptureError as error:
        return None, str(error)
