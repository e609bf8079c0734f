"""The servers of a capture, as far as they can be known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

from pxeclient.boot.dhcp.options import ARCHITECTURE
from pxeclient.capture.reading import read
from pxeclient.replay.client_of import frames_and_client
from pxeclient.replay.doubt import doubts
from pxeclient.replay.frames import ends
from pxeclient.replay.library import Library
from pxeclient.replay.over_ipv6 import refuse
from pxeclient.replay.play import Heard, Play, play_of
from pxeclient.replay.questions import leasing, questions
from pxeclient.seen.exchanges import Ask, Question
from pxeclient.wire import dhcp
from pxeclient.wire.addresses import Mac


@dataclass(frozen=True, slots=True)
class Recording:
    """The servers that one client met."""

    play: Play
    library: Library
    asked: Mapping[Question, tuple[int, ...]]
    """What the recorded client asked, in which of its frames (`Play.said`); of the rest nothing
    is known."""
    answers: Mapping[Question, tuple[Heard, ...]]
    """What answered it, frame by frame."""
    doubts: Mapping[Question, str]
    """Asked, but the capture may lack an answer: why, in a clause."""
    stations: Mapping[IPv4Address, tuple[Mac, int]]
    """Who sent something, and in which frame first: such a station would answer ARP."""
    leasing: tuple[Question, ...]
    """Its DHCPDISCOVERs and its requests for an address, in order."""
    is_leased: bool
    """The last of those requests was answered."""
    architecture: int | None
    """What the recorded client said in option 93."""
    remarks: tuple[str, ...] = ()
    """What is to be said of the file itself, as sentences."""

    @property
    def shows_arp(self) -> bool:
        """The capture was not filtered for what matters above IP alone."""
        return any(one.kind is Ask.ARP for one in self.asked)


def recording(path: Path, mac: Mac | None = None) -> Recording:
    """The servers of a capture; `mac` says which client's boot, where there are several.

    Raises:
        CaptureError: The capture cannot be used.
    """
    taken = read(path)
    frames, client = frames_and_client(taken, mac)
    refuse(frames, client.mac)
    found = play_of(frames, client)
    return recorded(found, len({frame.sender for frame in frames}) == 1, taken.remarks)


def recorded(found: Play, is_alone: bool, remarks: tuple[str, ...] = ()) -> Recording:
    """The servers of a play; `is_alone`: its capture has no other station than the client."""
    asked: dict[Question, tuple[int, ...]] = {}
    for index, one in questions(found):
        asked[one] = (*asked.get(one, ()), index)
    of_frame = {index: one for one, places in asked.items() for index in places}
    answers: dict[Question, tuple[Heard, ...]] = {}
    for heard in found.heard:
        if heard.is_answer and heard.after in of_frame:
            one = of_frame[heard.after]
            answers[one] = (*answers.get(one, ()), heard)
    return Recording(
        found,
        Library(found),
        asked,
        answers,
        doubts(found, is_alone),
        _stations(found),
        *leasing(found),
        _architecture(found),
        remarks,
    )


def _stations(found: Play) -> dict[IPv4Address, tuple[Mac, int]]:
    stations: dict[IPv4Address, tuple[Mac, int]] = {}
    for heard in found.heard:
        way, sender = ends(heard.frame), heard.frame.sender
        if way is not None and sender is not None and isinstance(way[0].address, IPv4Address):
            stations.setdefault(way[0].address, (sender, heard.number))
    return stations


def _architecture(found: Play) -> int | None:
    said = dhcp.first(found.client.message.options, ARCHITECTURE)
    return int.from_bytes(said[:2], "big") if said and len(said) >= 2 else None
