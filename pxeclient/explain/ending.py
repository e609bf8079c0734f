"""Where a chapter ends, as far as the wire shows it."""

from __future__ import annotations

from pxeclient.explain.chapters import Chapter
from pxeclient.explain.ending_dialogue import dialogue_ending, is_configured
from pxeclient.explain.ending_download import download_ending
from pxeclient.explain.stop import Ending, Stop
from pxeclient.explain.transfers import Transfer
from pxeclient.wire import dhcp
from pxeclient.wire.options import printable


def ending(chapter: Chapter, is_alone: bool) -> Ending:
    """Where the chapter ends; `is_alone`: the capture has no frame of any other station."""
    if not any(turn.ours for turn in chapter.turns):
        words = (
            "The capture has only what servers sent to it: what it did with that cannot be told."
        )
        return Ending(Stop.CANNOT_TELL, words)
    followed = chapter.transfers
    found = download_ending(chapter, followed) or dialogue_ending(chapter, is_alone)
    if any(not turn.ours for turn in chapter.turns) or not _was_answered(chapter, followed):
        return found
    words = (
        "The capture has only what the client sent, so how it was answered cannot be told."
        f" {_latest(chapter, followed)}"
    )
    return Ending(Stop.CANNOT_TELL, words, found.transfer)


def _was_answered(chapter: Chapter, followed: tuple[Transfer, ...]) -> bool:
    """The client does what none does that was not answered before."""
    is_settled = any(
        turn.ours and turn.seen.packet and is_configured(turn) for turn in chapter.turns
    )
    return is_settled or bool(followed) or next(chapter.said(dhcp.REQUEST), None) is not None


def _latest(chapter: Chapter, followed: tuple[Transfer, ...]) -> str:
    if followed:
        name, server = printable(followed[-1].request.filename), followed[-1].server
        return f"The last that it asked for: {name} of {server} (frame {followed[-1].last_number})."
    last = [turn for turn in chapter.turns if turn.ours][-1]
    return f"Its last frame is {last.number}."
