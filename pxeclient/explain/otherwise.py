"""What another firmware would have done with the same offers, as far as the capture can tell.

The recorded servers are played to that firmware's profile. They can answer only what the
recorded client asked: with the first question that it never asked, the capture falls silent,
and so does this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from pxeclient.boot.actions import Decide, Ignore, SendFrame
from pxeclient.boot.outcome import BEYOND, Booted, Failed, Failure
from pxeclient.boot.policy import TftpErrorUse, TftpRefusal
from pxeclient.explain.caveats import caveats
from pxeclient.explain.chapters import Chapter, message_of
from pxeclient.explain.decode import Decoder, Seen
from pxeclient.explain.ending import lacks_replies
from pxeclient.explain.presuming import Presuming
from pxeclient.explain.reasons import SILENCE, Deed, deed_of, play
from pxeclient.explain.stop import Ending, Stop
from pxeclient.explain.transfers import Transfer
from pxeclient.profile import Profile
from pxeclient.replay.doubt import doubts
from pxeclient.replay.player import Replay
from pxeclient.replay.questions import Question, question
from pxeclient.replay.reading import Recorded
from pxeclient.replay.scene import Scene
from pxeclient.replay.tolerance import Tolerance
from pxeclient.trace import Trace
from pxeclient.wire import dhcp, tftp
from pxeclient.wire.options import printable

_WHATEVER_OPTIONS = (tftp.FILE_NOT_FOUND, tftp.ACCESS_VIOLATION)
"""ERROR codes that are about the file, not about how it was asked for."""


_ENDS_ALIKE = {
    Failure.ARP_TIMEOUT: (Stop.ARP_SILENT,),
    Failure.TFTP_OPEN_TIMEOUT: (Stop.TFTP_SILENT,),
    Failure.TFTP_READ_TIMEOUT: (Stop.TFTP_SILENT, Stop.TFTP_STOPPED),
}
"""Failures of a download that are the servers' only if the recorded client came no further."""


class Result(StrEnum):
    """What it comes to."""

    BOOTS = "boots"
    FAILS = "fails"
    WAITS = "waits"
    """For a key."""
    CANNOT_TELL = "cannot-tell"


@dataclass(frozen=True, slots=True)
class Otherwise:
    """Another firmware in the same place."""

    profile: Profile
    result: Result
    sentence: str
    """What it would have done, and what the capture cannot tell."""
    if_silent: str
    """What would follow if nobody answered the question that was never put; or empty."""
    decided: tuple[Decide | Ignore, ...]
    deeds: tuple[Deed, ...]
    """What it asks, up to the question that the capture cannot answer."""
    caveats: tuple[str, ...]
    """What the servers may have done otherwise for it."""


def otherwise(chapter: Chapter, played: Scene, profile: Profile, ended: Ending) -> Otherwise:
    """Put `profile` in the place of a client whose boot `ended` so."""
    link = Presuming(Replay(played, Tolerance()))
    trace = play(profile, played, link)
    found = _Verdict(chapter, played, profile, ended, trace, _unheard(played, link)).reached()
    return _doubted(found, trace, doubts(played, is_alone=False))


def _doubted(found: Otherwise, trace: Trace, open_: Mapping[Question, str]) -> Otherwise:
    """The same, or that nobody can tell: for one of its questions the capture may lack a reply."""
    sent = (question(frame) for _, frame, ours in trace.frames() if ours)
    one = next((one for one in sent if one in open_), None)
    if one is None or found.result is Result.CANNOT_TELL:
        return found
    sentence = f"What it would hear when it {one.deed}, the capture cannot tell: {open_[one]}."
    if_silent = f"If there was nothing else: {found.sentence}"
    return replace(found, result=Result.CANNOT_TELL, sentence=sentence, if_silent=if_silent)


def _unheard(played: Scene, link: Presuming) -> frozenset[Deed]:
    """Questions of which the recorded client got answers that ours did not."""
    decoder = Decoder()
    asked = [deed_of(_seen(decoder, said.data)) for said in played.said]
    got = {heard.number for heard in link.answers}
    deeds = (
        asked[heard.after] for heard in played.heard if heard.is_answer and heard.number not in got
    )
    return frozenset(deed for deed in deeds if deed is not None)


def _seen(decoder: Decoder, data: bytes) -> Seen:
    return decoder.read(Recorded(0, 0.0, data, len(data)))


@dataclass(slots=True)
class _Verdict:
    """How far the recorded servers' answers carry."""

    chapter: Chapter
    played: Scene
    profile: Profile
    ended: Ending
    trace: Trace
    unheard: frozenset[Deed]

    def reached(self) -> Otherwise:
        """The whole answer."""
        decoder = Decoder()
        known = self._recorded()
        decided: list[Decide | Ignore] = []
        done: list[Deed] = []
        for at, record in enumerate(self.trace.records):
            match record.item:
                case SendFrame(frame):
                    seen = _seen(decoder, frame)
                    deed = deed_of(seen)
                    if deed is None or deed in done:
                        continue
                    done.append(deed)
                    if deed not in known:
                        return self._unasked(deed, at, decided, done)
                    if deed.kind == "read" and (told := self._read(deed, seen)) is not None:
                        return self._made(told[0], told[1], "", decided, done)
                case Decide() | Ignore():
                    if self._is_silence(record.item) and done:
                        if done[-1] in self.unheard:
                            return self._unlike(done[-1], decided, done)
                        if self._is_open() and done[-1] == known[-1]:
                            return self._open_end(done[-1], decided, done)
                    decided.append(record.item)
                case _:
                    pass
        if done and self._fails_of_silence(done[-1]):
            return self._unlike(done[-1], decided, done)
        if done and self._is_unproven():
            return self._open_end(done[-1], decided, done)
        result, sentence = self._ended()
        return self._made(result, sentence, "", decided, done)

    def _is_unproven(self) -> bool:
        """It fails of a silence that may only be the capture's."""
        outcome = self.trace.outcome
        if not isinstance(outcome, Failed) or outcome.failure not in SILENCE:
            return False
        alike = _ENDS_ALIKE.get(outcome.failure)
        went_further = alike is not None and self.ended.stop not in alike
        return went_further or self._is_open() or lacks_replies(self.chapter)

    def _is_open(self) -> bool:
        """The capture does not show that nobody answered the recorded client's last question."""
        return self.ended.stop is Stop.CANNOT_TELL or self.ended.is_doubtful

    def _open_end(self, last: Deed, decided: list[Decide | Ignore], done: list[Deed]) -> Otherwise:
        sentence = (
            f"It would {last.words()} and get no further with what the capture has; whether"
            " there was more for it, the capture cannot tell."
        )
        outcome = self.trace.outcome
        text = outcome.text if isinstance(outcome, Failed) else ""
        if_silent = f"If there was not, it ends with: {text}"
        return self._made(Result.CANNOT_TELL, sentence, if_silent, decided, done)

    def _is_silence(self, item: Decide | Ignore) -> bool:
        """It takes port 4011 for silent."""
        return isinstance(item, Decide) and item.decision.question == "proxy-silent"

    def _fails_of_silence(self, last: Deed) -> bool:
        """It fails for want of an answer that the recorded client had."""
        outcome = self.trace.outcome
        if not isinstance(outcome, Failed) or outcome.failure not in SILENCE:
            return False
        # After a DHCPNAK it asks again, where the recorded client gave up.
        is_refused = outcome.failure is Failure.NO_ACK and self._was_refused()
        return is_refused or last in self.unheard

    def _was_refused(self) -> bool:
        return any(message_of(turn).type == dhcp.NAK for turn in self.chapter.messages(ours=False))

    def _unlike(self, deed: Deed, decided: list[Decide | Ignore], done: list[Deed]) -> Otherwise:
        sentence = (
            f"It would {deed.words()}, as the recorded client did, but put the question in"
            " another way or at another time: how it would be answered, the capture cannot tell."
        )
        return self._made(Result.CANNOT_TELL, sentence, "", decided, done)

    def _recorded(self) -> list[Deed]:
        decoder = Decoder()
        deeds = (deed_of(_seen(decoder, said.data)) for said in self.played.said)
        return list(dict.fromkeys(deed for deed in deeds if deed is not None))

    def _made(
        self,
        result: Result,
        sentence: str,
        if_silent: str,
        decided: list[Decide | Ignore],
        done: list[Deed],
    ) -> Otherwise:
        return Otherwise(
            self.profile,
            result,
            sentence,
            if_silent,
            tuple(decided),
            tuple(done),
            tuple(caveats(self.profile, self.played)),
        )

    def _unasked(
        self, deed: Deed, at: int, decided: list[Decide | Ignore], done: list[Deed]
    ) -> Otherwise:
        sentence = (
            f"It would {deed.words()}, which the recorded client never did: whether anybody"
            " answers, and what, the capture cannot tell."
        )
        return self._made(Result.CANNOT_TELL, sentence, self._if_silent(deed, at), decided, done)

    def _if_silent(self, deed: Deed, at: int) -> str:
        """What the profile does next when nobody answers, as its silence shows it."""
        decoder = Decoder()
        for record in self.trace.records[at + 1 :]:
            if isinstance(record.item, SendFrame):
                following = deed_of(_seen(decoder, record.item.frame))
                if following is not None and following != deed:
                    return f"If nobody answers, it goes on to {following.words()}."
        outcome = self.trace.outcome
        if isinstance(outcome, Failed):
            return f"If nobody answers, it ends with: {outcome.text}"
        return ""

    def _read(self, deed: Deed, seen: Seen) -> tuple[Result, str] | None:
        """What came of the recorded request for the same file, if this one is worded otherwise."""
        request = tftp.parse(seen.payload)
        same = [one for one in self.chapter.transfers if _deed(one) == deed]
        if not same or any(one.request == request for one in same):
            return None
        whole = next((one for one in same if one.is_whole), None)
        if whole is not None:
            return self._would_fetch(deed, whole)
        refused = next((one.refused for one in same if one.refused is not None), None)
        if refused is not None and refused.code in _WHATEVER_OPTIONS:
            return Result.FAILS, (
                f"It would {deed.words()}. The server refused the recorded client's request for"
                f" that file with ERROR {refused.code} {printable(refused.message)}, which no"
                f" option changes.{self._text_of(refused.code)}"
            )
        return Result.CANNOT_TELL, (
            f"It would {deed.words()}, with other options than the recorded client, which did"
            " not get the file: what it would get, the capture cannot tell."
        )

    def _text_of(self, code: int) -> str:
        """What the firmware says to an ERROR that it does not get round."""
        refusal = TftpRefusal(code, answers_options=False)
        answer = self.profile.policy.tftp_error.decide(refusal).answer
        if answer is TftpErrorUse.RETRY_PLAIN:
            return ""
        known = self.profile.traits.failures.get(answer.failure.value)
        return f" It would end with: {known.text}" if known and "{" not in known.text else ""

    def _would_fetch(self, deed: Deed, whole: Transfer) -> tuple[Result, str]:
        size = "" if whole.size is None else f", {whole.size} octets"
        words = f"It would fetch {deed.what} from {whole.server}, as the recorded client did{size}"
        traits = self.profile.traits.tftp
        if traits.size_required and whole.announced is None:
            return self._without_size(deed, whole)
        if traits.most_file and whole.size is not None and whole.size > traits.most_file:
            known = self.profile.evidence.get("tftp.most-file")
            return Result.FAILS, (
                f"{words}; but it takes no file of more than {traits.most_file} octets ({known})."
            )
        return Result.BOOTS, f"{words} (with its own TFTP options)."

    def _without_size(self, deed: Deed, whole: Transfer) -> tuple[Result, str]:
        """The firmware cannot do without the size, and the server told the other none."""
        words = f"It would {deed.words()}, and needs the server to tell the size (tsize)"
        if all(name.lower() != b"tsize" for name, _ in whole.request.options):
            unknown = "the recorded client did not ask for it, so what it would get is not known."
            return Result.CANNOT_TELL, f"{words}; {unknown}"
        return Result.FAILS, (
            f"{words}: the recorded client asked for it too, and was not told. This firmware"
            " gives up."
        )

    def _ended(self) -> tuple[Result, str]:
        shown = self.chapter.until - self.played.client.at
        short = ""
        if self.trace.ended > shown + Tolerance().of(shown):
            short = (
                f" (that takes {self.trace.ended:.0f} s, of which the capture shows {shown:.0f})"
            )
        match self.trace.outcome:
            case Booted(boot_file):
                name = printable(boot_file.name)
                return Result.BOOTS, f"It would fetch {name} from {boot_file.server} as well."
            case Failed(failure, _, _, because) if failure in BEYOND:
                return Result.CANNOT_TELL, f"{because} What comes of that, the capture cannot tell."
            case Failed(_, _, text, because):
                return Result.FAILS, f"It would end with: {text} - {because}{short}"
            case _ if self.trace.stopped == "waiting":
                return Result.WAITS, "It would show its boot menu and wait for a key."
            case _:
                return Result.CANNOT_TELL, "It goes on for longer than the capture can tell."


def _deed(transfer: Transfer) -> Deed | None:
    return deed_of(transfer.asked[0].seen)
