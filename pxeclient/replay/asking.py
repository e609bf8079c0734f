"""Which of a client's questions a recording does not answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from pxeclient.replay.played import Played
from pxeclient.replay.questions import LEASING
from pxeclient.replay.recording import Recording
from pxeclient.seen.exchanges import Ask, Question

NEVER_DID = "which the recorded client never did"


class Asking:
    """Follows a client's questions, in order."""

    def __init__(self, known: Recording, played: Played) -> None:
        """Begin with a client that has asked nothing of these servers."""
        self._known = known
        self._played = played
        self._times: Counter[Question] = Counter()
        self._leasing: list[Question] = []

    def unknown(self, found: Question) -> str:
        """Why nobody can know what answers a question, in a clause; empty if it is known."""
        return NEVER_DID if found not in self._known.asked else self._known.doubts.get(found, "")

    def again(self, found: Question) -> tuple[str, str]:
        """Take note of a question whose answers are known.

        If the client goes on asking where the recorded one did not: what it does, and why it is
        open what comes of that. Otherwise both are empty.
        """
        self._times[found] += 1
        if self._goes_further(found):
            is_start = found.kind is Ask.DISCOVER
            return "begins discovery again" if is_start else f"repeats {found.words}", NEVER_DID
        if self._times[found] <= len(self._known.asked.get(found, ())):
            return "", ""
        got = {one.heard.number for one in self._played.answered if one.question == found}
        late = [one for one in self._known.answers.get(found, ()) if one.number not in got]
        if not late:
            return "", ""
        wait = late[0].at - self._known.play.said[late[0].after].at
        return f"repeats {found.words}", (
            f"the recorded client, answered after {wait:.1f} s, asked no more: what a further"
            " repeat brings does not show"
        )

    def _goes_further(self, found: Question) -> bool:
        """It is not content with what came to its DHCPREQUEST, where the recorded client was."""
        if found.kind not in LEASING:
            return False
        self._leasing.append(found)
        known = self._known.leasing
        if found.kind is Ask.DISCOVER:
            # Before the first request, a repeat only means that the client waits longer.
            return _restarts(self._leasing) > _restarts(known)
        return self._leasing.count(found) > known.count(found) and self._known.is_leased


def _restarts(asked_for: Sequence[Question]) -> int:
    """How often discovery began again after a request."""
    kinds = [found.kind for found in asked_for]
    return sum(pair == (Ask.REQUEST, Ask.DISCOVER) for pair in pairwise(kinds))
