"""What another firmware would have done with the same offers, as far as the capture can tell.

`replay` puts it in the recorded client's place; here its verdict becomes sentences.
"""

from __future__ import annotations

from dataclasses import dataclass

from pxeclient.boot.actions import Decide
from pxeclient.endings import judge
from pxeclient.explain.caveats import caveats
from pxeclient.explain.deeds import would
from pxeclient.outcome import Booted, Failed, Failure
from pxeclient.profile import Profile
from pxeclient.replay.recording import Recording
from pxeclient.replay.tolerance import Tolerance
from pxeclient.replay.verdict import Fate, Foretold, Verdict, foretell
from pxeclient.seen.exchanges import Ask, Question
from pxeclient.stack.acts import Ignore
from pxeclient.trace import Trace
from pxeclient.wire.options import printable


@dataclass(frozen=True, slots=True)
class Otherwise:
    """Another firmware in the same place."""

    profile: Profile
    verdict: Verdict
    sentence: str
    """What it would have done, and what the capture cannot tell."""
    if_silent: str
    """What would follow if nobody answered the question that the capture leaves open; or empty."""
    decided: tuple[Decide | Ignore, ...]
    asked: tuple[Question, ...]
    """What it asks, up to the question that the capture cannot answer."""
    caveats: tuple[str, ...]
    """What the servers may have done otherwise for it."""

    @property
    def result(self) -> Fate:
        """What it comes to."""
        return self.verdict.result


def otherwise(known: Recording, profile: Profile, shown: float) -> Otherwise:
    """Put `profile` in the place of the recorded client.

    Args:
        known: The servers.
        profile: The other firmware.
        shown: For so many seconds after the client's first message the capture shows the attempt.
    """
    found = foretell(known, profile)
    verdict = found.verdict
    sentence, if_silent = (
        _open(profile, found) if verdict.does else (_ended(profile, found, shown), "")
    )
    records = found.trace.records[: None if verdict.before < 0 else verdict.before]
    return Otherwise(
        profile,
        verdict,
        sentence,
        if_silent,
        tuple(one.item for one in records if isinstance(one.item, Decide | Ignore)),
        tuple(_asked(found)),
        tuple(caveats(profile, known.play)),
    )


def _asked(found: Foretold) -> dict[Question, None]:
    """Its questions, each once, without the searches for stations."""
    asked: dict[Question, None] = {}
    for one in found.played.asked:
        if one.question.kind is not Ask.ARP:
            asked[one.question] = None
        if one.question == found.verdict.question:
            break
    return asked


def _open(profile: Profile, found: Foretold) -> tuple[str, str]:
    """What it asks that the capture does not answer, and what would follow a silence."""
    verdict = found.verdict
    assert verdict.question is not None, "an open end has a question"
    if not verdict.is_new:
        sentence = (
            f"What it would hear when it {verdict.does}, the capture cannot tell: {verdict.reason}."
        )
        return (
            sentence,
            f"If there was nothing else: {_end(profile, found.trace, found.played.reworded)}",
        )
    sentence = (
        f"It would {would(verdict.question)}, which the recorded client never did: whether anybody"
        " answers, and what, the capture cannot tell."
    )
    if verdict.if_silent is not None:
        return sentence, f"If nobody answers, it goes on to {would(verdict.if_silent)}."
    outcome = found.trace.outcome
    text = f"If nobody answers, it ends with: {outcome.text}" if isinstance(outcome, Failed) else ""
    return sentence, text


def _ended(profile: Profile, found: Foretold, shown: float) -> str:
    """Its end, where all that it asks was recorded."""
    trace = found.trace
    if found.verdict.result is Fate.CANNOT_TELL:
        return f"{found.verdict.reason}. What comes of that, the capture cannot tell."
    sentence = _end(profile, trace, found.played.reworded)
    if found.verdict.result is Fate.FAILS and trace.ended > shown + Tolerance().of(shown):
        took = f"that takes {trace.ended:.0f} s, of which the capture shows {shown:.0f}"
        return f"{sentence} ({took})"
    return sentence


def _run(trace: Trace) -> str:
    """What becomes of the file, if the machine cannot run it."""
    found = judge(trace)
    if found is None or not found.cannot:
        return ""
    may = "; to such a machine the servers may name another" if trace.foreign else ""
    return f": {found.kind.words}{found.cannot}{may}"


def _end(profile: Profile, trace: Trace, reworded: bool) -> str:
    """How the boot on the recorded servers ends."""
    match trace.outcome:
        case Booted(file) as booted:
            words = f"It would fetch {printable(file.name)} from {file.server}, as the recorded"
            own = " (with its own TFTP options)" if reworded else ""
            told = f"{words} client did, {booted.size} octets{own}"
            return f"{told}{_run(trace)}."
        case Failed(Failure.FILE_TOO_BIG, _, text, because):
            known = profile.evidence.get("tftp.most-file")
            return f"It would end with: {text} - {because} (How much it holds: {known}.)"
        case Failed(_, _, text, because):
            return f"It would end with: {text} - {because}"
        case None if trace.stopped == "waiting":
            return "It would show its boot menu and wait for a key."
        case None:
            return "It goes on for longer than anybody waits."
