"""Where an attempt ends, as far as the wire shows it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from pxeclient.explain.ending6 import download6_screen
from pxeclient.explain.ending_dialogue import dialogue_ending, is_configured
from pxeclient.explain.ending_download import download_ending
from pxeclient.explain.ending_web import web_ending
from pxeclient.explain.facts import message_of
from pxeclient.explain.stop import TOO_SOON, Ending, Stop
from pxeclient.seen.aspects import Aspect
from pxeclient.seen.attempts import Attempt, Kind
from pxeclient.seen.frame import Frame
from pxeclient.seen.transfers import Transfer, loose
from pxeclient.wire import dhcp, dhcp6
from pxeclient.wire.options import printable


@dataclass(frozen=True, slots=True)
class Sight:
    """What a capture can have seen."""

    is_alone: bool = False
    """It has no frame of any station but the client."""
    hears_unicast: bool = True
    """It has frames that were sent to the client alone, in this attempt or another."""
    shows_arp: bool = True
    """ARP was not filtered out: somebody's is there."""
    has_all: bool = True
    """It is not known to lack frames that whoever recorded it had no time for."""
    shows_transfers: bool = True
    """It was not filtered to the ports that are asked, of which no file comes."""


def ending(attempt: Attempt, sight: Sight) -> Ending:
    """Where the attempt ends."""
    found = _ending(attempt, sight)
    is_short = found.stop is Stop.CANNOT_TELL and found.sentence.startswith(TOO_SOON)
    if is_short and Aspect.TIME in attempt.untold:
        # How long it goes on is not known: every frame seems to be at once.
        return replace(found, sentence=_SINCE.sub(_NO_TIMES, found.sentence))
    if is_short and attempt.why_over:
        # What ends so soon is the attempt: the capture goes on, with the next one.
        words = found.sentence.replace(TOO_SOON, "It ends", 1)
        words = words.replace("how it went on", "how it would have gone on", 1)
        return replace(found, sentence=words)
    return found


_SINCE = re.compile(rf"^{TOO_SOON} [\d.]+ s after ")
_NO_TIMES = "The text has no times, so how long nothing follows is not known after "


def _ending(attempt: Attempt, sight: Sight) -> Ending:
    if not any(frame.ours for frame in attempt.frames):
        words = (
            "The capture has only what servers sent to it: what it did with that cannot be told."
        )
        return Ending(Stop.CANNOT_TELL, words)
    followed = attempt.transfers
    found = _found(attempt, followed)
    untold = [frame for frame in attempt.frames if _is_untold(frame)]
    if untold and found.stop in _SILENCES:
        return _goes_on(untold, found)
    if _is_elsewhere(attempt, found):
        last = attempt.frames[-1].number
        words = f"The last that the text tells of it is frame {last}: {_ELSEWHERE}"
        return Ending(Stop.CANNOT_TELL, words, found.transfer)
    stray = next(loose(attempt.frames), None)
    if stray is not None and found.stop not in _KNOWN_DOWNLOADS:
        who = stray.destination_address if stray.ours else stray.source_address
        words = (
            f"A transfer with {who} (from frame {stray.number}) has no read request in the capture:"
            " which file it is, and what comes of it, cannot be told."
        )
        return Ending(Stop.CANNOT_TELL, words, found.transfer)
    if any(not frame.ours for frame in attempt.frames) or not _was_answered(attempt, followed):
        return _cautioned(attempt, found, sight)
    words = (
        "The capture has only what the client sent, so how it was answered cannot be told."
        f" {_latest(attempt, followed)}"
    )
    return Ending(Stop.CANNOT_TELL, words, found.transfer)


def _is_untold(frame: Frame) -> bool:
    """The text that it was read from does not say what it carries."""
    return Aspect.CONTENT in frame.untold and frame.is_udp and not frame.payload


_ELSEWHERE = (
    "it is of a program that shows only a part of what is on the wire, so what followed cannot be"
    " told."
)
_OF_DHCP = (Stop.NO_OFFER, Stop.NOT_TAKEN, Stop.NO_ACK)
"""Silences of DHCP's own."""


def _is_elsewhere(attempt: Attempt, found: Ending) -> bool:
    """What is not there is nothing that the text's program would show."""
    if found.stop not in _SILENCES:
        return False
    if Aspect.OTHERS in attempt.untold:
        return True
    return Aspect.BESIDE in attempt.untold and found.stop not in _OF_DHCP


def _goes_on(untold: list[Frame], found: Ending) -> Ending:
    """There is more than silence, and the text has only how long it is."""
    first, last = untold[0].number, untold[-1].number
    where = f"frame {first}" if first == last else f"frames {first} to {last}"
    words = (
        f"The text does not have what is in some packets ({where}), so how it went on cannot be"
        " told."
    )
    return Ending(Stop.CANNOT_TELL, words, found.transfer)


def _found(attempt: Attempt, followed: tuple[Transfer, ...]) -> Ending:
    """By the first file that came, by TFTP or from a web server; else by what was asked last."""
    by_tftp = download_ending(attempt, followed)
    if by_tftp is not None:
        by_tftp = replace(by_tftp, screen=download6_screen(attempt, by_tftp))
    by_web = web_ending(attempt) if attempt.kind is not Kind.PLAIN else None
    if by_web is None or by_tftp is None:
        found = by_tftp or (by_web if by_web is not None and attempt.web else None)
        return found if found is not None else dialogue_ending(attempt)
    if by_web.stop is Stop.FETCHED and by_tftp.stop is not Stop.FETCHED:
        return by_web
    if by_tftp.stop is Stop.FETCHED and by_tftp.transfer is not None:
        came = by_tftp.transfer.last
        later = tuple(one for one in attempt.web if one.at >= came)
        is_first = by_web.request is None or by_web.request.last >= came
        return replace(by_tftp, after_web=later) if is_first else by_web
    return by_web if attempt.connections[-1].last > followed[-1].last else by_tftp


_KNOWN_DOWNLOADS = (Stop.FETCHED, Stop.CANNOT_TELL)
"""What a transfer without its request changes nothing of."""
_SILENCES = (
    Stop.NO_OFFER,
    Stop.NOT_TAKEN,
    Stop.NO_ACK,
    Stop.PORT_4011_SILENT,
    Stop.SEARCH_SILENT,
    Stop.ARP_SILENT,
    Stop.TFTP_SILENT,
    Stop.TCP_SILENT,
    Stop.HTTP_SILENT,
    Stop.NAME_SILENT,
    Stop.NOTHING_FOLLOWS,
    Stop.NEIGHBOUR_SILENT,
    Stop.STATELESS,
)
"""Endings that are known by what is not there."""
_ANSWERED_ALONE = (
    Stop.PORT_4011_SILENT,
    Stop.SEARCH_SILENT,
    Stop.ARP_SILENT,
    Stop.TFTP_SILENT,
    Stop.TCP_SILENT,
    Stop.HTTP_SILENT,
    Stop.NAME_SILENT,
    Stop.NEIGHBOUR_SILENT,
)
"""Answers to these would have gone to the client alone."""


def _cautioned(attempt: Attempt, found: Ending, sight: Sight) -> Ending:
    """With a word on what may have been there and not been recorded."""
    if found.stop not in _SILENCES:
        return found
    if not sight.has_all:
        caution = (
            "Frames were lost meanwhile, because whoever listened was too slow for the network:"
            " whether somebody answered cannot be told."
        )
        sentence = f"{found.sentence} {caution}"
        found = replace(found, screen="")
        return replace(found, stop=Stop.CANNOT_TELL, sentence=sentence, is_doubtful=True)
    if found.stop is Stop.TFTP_SILENT and not sight.shows_transfers:
        caution = (
            "It was filtered to the ports of DHCP and to port 69, and files come from other ports:"
            " whether it was answered cannot be told."
        )
    elif sight.is_alone:
        caution = (
            "It has no frame of any other station either, so it may have been taken in one"
            " direction only: whether somebody answered cannot be told."
        )
    elif not (attempt.is_rebuilt or sight.hears_unicast or _goes_to_all(attempt, found, sight)):
        caution = (
            "The capture has no frame that was sent to it alone: if it was made at another port"
            " of a switch, such frames do not show."
        )
    else:
        return found
    stop = Stop.CANNOT_TELL if found.stop in _ANSWERED_ALONE else found.stop
    if stop is Stop.CANNOT_TELL:
        found = replace(found, screen="")
    sentence = f"{found.sentence} {caution}"
    return replace(found, stop=stop, sentence=sentence, is_doubtful=True)


def hears_unicast(frames: Iterable[Frame]) -> bool:
    """Some of a client's frames were sent to it alone."""
    return any(not frame.ours and not frame.is_to_all for frame in frames)


def _goes_to_all(attempt: Attempt, found: Ending, sight: Sight) -> bool:
    """What is not there would have gone to everybody, and so been recorded at any port.

    A client that sets the BROADCAST bit is answered so (RFC 2131 §4.1); the next thing that a
    client with an address does is an ARP request.
    """
    if found.stop is Stop.NOTHING_FOLLOWS:
        return sight.shows_arp
    asked = [message_of(one) for one in attempt.messages(ours=True)]
    wants = bool(asked) and all(one.flags & dhcp.BROADCAST_FLAG for one in asked)
    return wants and found.stop in (Stop.NO_OFFER, Stop.NOT_TAKEN, Stop.NO_ACK)


def lacks_replies(attempt: Attempt) -> bool:
    """The client goes on as after replies that the capture does not have."""
    heard = {message_of(frame).type for frame in attempt.messages(ours=False)}
    is_configured_here = any(map(is_configured, attempt.frames))
    requests = next(attempt.said(dhcp.REQUEST), None) is not None
    return (requests and dhcp.OFFER not in heard) or (is_configured_here and dhcp.ACK not in heard)


def _was_answered(attempt: Attempt, followed: tuple[Transfer, ...]) -> bool:
    """The client does what none does that was not answered before."""
    is_settled = any(map(is_configured, attempt.frames))
    asks = next(attempt.said(dhcp.REQUEST), None) is not None
    asks6 = any(one.ours and one.type == dhcp6.REQUEST for one in attempt.dhcp6)
    return is_settled or bool(followed) or asks or asks6


def _latest(attempt: Attempt, followed: tuple[Transfer, ...]) -> str:
    if followed:
        name, server = printable(followed[-1].request.filename), followed[-1].server
        return f"The last that it asked for: {name} of {server} (frame {followed[-1].last_number})."
    last = [frame for frame in attempt.frames if frame.ours][-1]
    return f"Its last frame is {last.number}."
