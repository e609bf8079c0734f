"""What a booting client asks of others, as `seen` reads it."""

from __future__ import annotations

from collections.abc import Iterator

from pxeclient.replay.frames import is_malformed
from pxeclient.replay.play import Play
from pxeclient.seen.exchanges import Ask, Question
from pxeclient.seen.exchanges import question as question_in
from pxeclient.seen.frame import Frame
from pxeclient.wire import arp, ethernet
from pxeclient.wire.addresses import ANY

LEASING = (Ask.DISCOVER, Ask.REQUEST)
"""Questions for an address, to whoever hears them."""


def question(frame: Frame) -> Question | None:
    """The question that a client's frame asks; None if it asks none of anybody else."""
    if is_malformed(frame) or frame.ethertype == ethernet.IPV6:
        # The servers of a recording are played over IPv4 alone.
        return None
    if isinstance(frame.said, arp.Arp) and frame.said.sender == ANY:
        # A probe for the address that it is about to take.
        return None
    return question_in(frame)


def leasing(play: Play) -> tuple[tuple[Question, ...], bool]:
    """Its DHCPDISCOVERs and DHCPREQUESTs for an address, and whether the last was answered."""
    answered = {heard.after for heard in play.heard if heard.is_answer}
    found = [one for one in questions(play) if one[1].kind in LEASING]
    is_leased = bool(found) and found[-1][1].kind is Ask.REQUEST and found[-1][0] in answered
    return tuple(one for _, one in found), is_leased


def questions(play: Play) -> Iterator[tuple[int, Question]]:
    """Each, with the index of the client's frame that asks it."""
    for index, said in enumerate(play.said):
        found = question(said.frame)
        if found is not None:
            yield index, found
