"""What would have become of another firmware, as far as a recording tells.

A pure function of the recording, the boot of that firmware on its servers (`servers`), and what
passed between them. Whoever asks is answered the same: `explain` makes sentences of a `Verdict`,
`matrix` a row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from pxeclient.boot.dhcp.options import architecture
from pxeclient.boot.events import FrameReceived
from pxeclient.decisions import Evidence
from pxeclient.endings import End, end_of
from pxeclient.outcome import BEYOND, Booted, Failed, Failure
from pxeclient.profile import Profile
from pxeclient.replay.asking import NEVER_DID
from pxeclient.replay.boot import boot
from pxeclient.replay.citing import cited
from pxeclient.replay.play import Play
from pxeclient.replay.played import Answered, Asked, Played
from pxeclient.replay.questions import LEASING
from pxeclient.replay.recording import Recording
from pxeclient.replay.servers import RecordedServers
from pxeclient.seen.exchanges import Ask, Question
from pxeclient.stack.acts import Ignore, SendFrame
from pxeclient.trace import Trace


class Fate(StrEnum):
    """What it comes to."""

    BOOTS = "boots"
    FAILS = "fails"
    WAITS = "waits"
    """For a key."""
    WRONG_FILE = "wrong-file"
    """It fetches a file that it cannot run."""
    NOT_JUDGED = "not-judged"
    """So it does, and the servers named it to a machine of another architecture."""
    CANNOT_TELL = "cannot-tell"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What would have become of a firmware."""

    result: Fate
    reason: str = ""
    """Why nobody can tell, in a clause."""
    does: str = ""
    """What it does that nobody can tell the answer to, such as ``sends a DHCPDISCOVER``."""
    question: Question | None = None
    """The first question of it that the recording does not answer."""
    before: int = -1
    """The record of its trace that asks it; what follows shows what a silence would lead to."""
    if_silent: Question | None = None
    """What it would ask next if nobody answered; None if it would ask nothing more."""

    @property
    def why(self) -> str:
        """Why nobody can tell, with what it does: ``it sends a DHCPDISCOVER, and ...``."""
        if not self.does:
            return self.reason
        return f"it {self.does}, {'' if self.is_new else 'and '}{self.reason}"

    @property
    def is_new(self) -> bool:
        """The recorded client never did that."""
        return self.reason == NEVER_DID


class Foretold(NamedTuple):
    """What a boot on recorded servers is worth."""

    verdict: Verdict
    trace: Trace
    """The boot, with the frame numbers of the capture."""
    played: Played


def foretell(known: Recording, profile: Profile) -> Foretold:
    """Put a firmware in the place of the recorded client."""
    link = RecordedServers(known)
    return foretold(link, profile, boot(profile, link))


def foretold(servers: RecordedServers, profile: Profile, trace: Trace) -> Foretold:
    """What is to be said of a boot on these servers, once it is over."""
    trace.foreign = architecture(profile.traits.dhcp) != servers.known.architecture
    found = verdict(servers.known, profile, trace, servers.played)
    return Foretold(found, cited(trace, servers.played), servers.played)


def verdict(known: Recording, profile: Profile, trace: Trace, played: Played) -> Verdict:
    """What a boot on recorded servers says of the firmware there."""
    found = _open(known, profile, trace, played)
    if found is not None:
        asked, why = found
        does = asked.again or asked.question.deed
        at = _record_of(trace, asked.frame)
        following = _following(played, asked)
        return Verdict(Fate.CANNOT_TELL, why, does, asked.question, at, following)
    match trace.outcome:
        case Booted():
            return Verdict(_FETCHED[end_of(trace)])
        case Failed(failure, _, _, because) if failure in BEYOND:
            return Verdict(Fate.CANNOT_TELL, because.rstrip("."))
        case Failed(failure) if is_of_several_43(known.play, profile, failure):
            return Verdict(Fate.CANNOT_TELL, _SEVERAL_43)
        case Failed():
            return Verdict(Fate.FAILS)
        case None if trace.stopped == "waiting":
            return Verdict(Fate.WAITS)
        case None:
            return Verdict(Fate.CANNOT_TELL, "it goes on for longer than anybody waits")


_FETCHED = {
    End.BOOTED: Fate.BOOTS,
    End.WRONG_FILE: Fate.WRONG_FILE,
    End.NOT_JUDGED: Fate.NOT_JUDGED,
}
FETCHES = frozenset(_FETCHED.values())
"""It comes to a boot file."""


_SEVERAL_43 = (
    "a reply has several options 43, and which of them this firmware reads is not known: with the"
    " first alone it would fail"
)
_OF_43 = (
    Failure.BAD_SERVERS,
    Failure.BAD_MENU,
    Failure.NO_MENU,
    Failure.BAD_MULTICAST,
    Failure.LOCAL_BOOT,
    Failure.NO_BOOT_SERVER,
)
"""Failures for what option 43 lacks."""


def is_of_several_43(played: Play, profile: Profile, failure: Failure) -> bool:
    """It fails for what a further option 43 may say, and nobody knows whether it reads that."""
    known = profile.evidence.get("dhcp.read.every-43")
    if failure not in _OF_43 or (known is not None and known.level is not Evidence.INFERRED):
        return False
    said = (heard.frame.dhcp for heard in played.heard)
    return any(one is not None and one.several_43 for one in said)


def _open(
    known: Recording, profile: Profile, trace: Trace, played: Played
) -> tuple[Asked, str] | None:
    """The first of its questions that the recording leaves open, and why."""
    taken = list(_taken(trace, played))
    for asked in played.asked:
        if asked.is_presumed:
            continue
        if asked.unknown and not (asked.again and _is_content(asked, played, taken)):
            return asked, asked.unknown
        if why := _lacks_size(known, profile, asked) or _lacks_file(known, trace, asked):
            return asked, why
    presumed = next((asked for asked in played.asked if asked.is_presumed), None)
    return None if presumed is None else (presumed, presumed.unknown)


def _taken(trace: Trace, played: Played) -> Iterator[Answered]:
    """The answers that the client did not drop."""
    dropped: set[int] = set()
    frame = 0
    for record in trace.records:
        match record.item:
            case FrameReceived() | SendFrame():
                frame += 1
            case Ignore():
                dropped.add(frame)
            case _:
                pass
    return (one for one in played.answered if one.frame not in dropped)


def _is_content(asked: Asked, played: Played, taken: list[Answered]) -> bool:
    """Something came of a repeated question after all."""
    if any(one.frame > asked.frame and one.question == asked.question for one in taken):
        return True
    leases = asked.question.kind is Ask.REQUEST
    return leases and any(
        one.frame > asked.frame and one.question.kind not in LEASING for one in played.asked
    )


def _lacks_size(known: Recording, profile: Profile, asked: Asked) -> str:
    """The firmware needs the size of a file of which the recorded client did not ask it."""
    if asked.question.kind is not Ask.FILE or not profile.traits.tftp.size_required:
        return ""
    file = known.library.file(asked.question)
    if file is None or not file.is_whole or file.is_sized:
        return ""
    return "needs its size (tsize), which the recorded client did not ask for"


def _lacks_file(known: Recording, trace: Trace, asked: Asked) -> str:
    """It fails of a silence in a transfer that the recorded server did not leave unanswered."""
    outcome = trace.outcome
    if asked.question.kind is not Ask.FILE or not isinstance(outcome, Failed):
        return ""
    if outcome.failure not in (Failure.TFTP_OPEN_TIMEOUT, Failure.TFTP_READ_TIMEOUT):
        return ""
    file = known.library.file(asked.question)
    return file.missing if file is not None and file.answered else ""


def _record_of(trace: Trace, frame: int) -> int:
    """Where in the trace that frame of the boot is."""
    frames = (
        at
        for at, record in enumerate(trace.records)
        if isinstance(record.item, FrameReceived | SendFrame)
    )
    return next(at for number, at in enumerate(frames, 1) if number == frame)


def _following(played: Played, asked: Asked) -> Question | None:
    """The next other question, with the answers that a silence is."""
    later = (one.question for one in played.asked if one.frame > asked.frame)
    return next((one for one in later if one != asked.question and one.kind is not Ask.ARP), None)
