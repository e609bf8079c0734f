"""Silences of a capture that are perhaps its own, and not the servers'.

A capture may be taken in one direction, at another port of a switch, stopped too early, or have
lost frames. That a question has no answer in it, or no other answer, then says nothing about what
another firmware would hear.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pxeclient.replay.frames import ends
from pxeclient.replay.patience import PATIENCE, PATIENCE_FOR_ADDRESS, REPEATED
from pxeclient.replay.play import Play
from pxeclient.replay.questions import LEASING, questions
from pxeclient.replay.untold import untold
from pxeclient.seen.exchanges import Ask, Question
from pxeclient.seen.frame import Address
from pxeclient.seen.said import Fragment
from pxeclient.wire import arp
from pxeclient.wire.addresses import ANY

_HURRY = 0.25
"""Seconds within which no firmware gives up a question that it asked once."""

GOES_ON = "the recorded client goes on as after an answer, which the capture lacks"
_TOO_SHORT = "the capture ends too soon for all answers"


def doubts(play: Play, is_alone: bool) -> Mapping[Question, str]:
    """The questions that may have had answers, or others, than the capture's: why, in a clause.

    `is_alone`: the capture has no frame of any station but the recorded client.
    """
    answered_frames = {heard.after for heard in play.heard if heard.is_answer}
    times: dict[Question, list[float]] = {}
    answered: set[Question] = set()
    for index, found in questions(play):
        times.setdefault(found, []).append(play.said[index].at)
        if index in answered_frames:
            answered.add(found)
    view = _View(play, is_alone, times)
    why = {one: view.doubt(one) for one in times if one not in answered}
    why |= {one: _TOO_SHORT for one in answered if view.is_open(one)}
    if what := untold(play):
        words = f"the recorded client knows {what}, which nothing in the capture tells it"
        why = {one: words for one in answered if one.kind is Ask.DISCOVER} | why
    return {one: words for one, words in why.items() if words}


class _View:
    """What a capture can have seen."""

    def __init__(
        self, play: Play, is_alone: bool, times: Mapping[Question, Sequence[float]]
    ) -> None:
        self._times = times
        self._is_alone = is_alone
        self._ends = play.ends
        self._hears_unicast = any(not heard.frame.is_to_all for heard in play.heard)
        self._has_fragments = any(isinstance(heard.frame.said, Fragment) for heard in play.heard)
        self._has_address, self._reached = followed_up(play)

    def doubt(self, found: Question) -> str:
        """Why the answer may only be missing here; empty if it is not."""
        if self._is_alone:
            return "the capture has nobody's frames but the recorded client's"
        if self._goes_on(found):
            # Fragments that nobody has put together here may be the answer.
            return "" if self._has_fragments else GOES_ON
        if found.kind not in LEASING and not self._hears_unicast:
            return "the capture has no frame that was sent to the recorded client alone"
        patience = PATIENCE_FOR_ADDRESS if found.kind in LEASING else PATIENCE
        first, *again = self._times[found]
        is_repeated = found.kind not in LEASING and any(at - first >= REPEATED for at in again)
        if not is_repeated and self._ends - first < patience:
            return _TOO_SHORT
        return ""

    def is_open(self, found: Question) -> bool:
        """Other servers may offer, too: the capture ends before the client asks for anything."""
        is_all = found.kind is Ask.DISCOVER and len(self._times) == 1
        return is_all and self._ends - self._times[found][0] < PATIENCE_FOR_ADDRESS

    def _goes_on(self, found: Question) -> bool:
        """The client did what none does that had no answer."""
        match found.kind:
            case Ask.DISCOVER:
                return self._has_address or any(one.kind is Ask.REQUEST for one in self._times)
            case Ask.REQUEST:
                return self._has_address
            case Ask.ARP:
                return found.to in self._reached
            case _:
                return self._is_hurried(found)

    def _is_hurried(self, found: Question) -> bool:
        """It was asked once, and at once followed by something that it does not ask for."""
        (at, *again) = self._times[found]
        if again:
            return False
        return any(
            at < time < at + _HURRY
            for one, asked in self._times.items()
            if one.kind not in (found.kind, Ask.ARP)
            for time in asked
        )


def followed_up(play: Play) -> tuple[bool, set[Address]]:
    """Whether the client has an address at some time, and to whom it sends packets then."""
    has_address = False
    reached: set[Address] = set()
    for frame in (said.frame for said in play.said):
        if isinstance(frame.said, arp.Arp):
            has_address |= frame.said.sender != ANY
        elif (way := ends(frame)) is not None and way[0].address != ANY:
            has_address = True
            if not frame.is_to_all:
                reached.add(way[1].address)
    return has_address, reached
