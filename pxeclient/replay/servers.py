"""The servers of a recording, for other clients than the recorded one.

DHCP's answers are the recorded ones (`player`), sent in the way that our client asks for
(`delivery`). Files are served anew (`library`), because every firmware asks in packets of its own;
only what ended without the whole file is played as it was, to a client that asks as the recorded
one did. Whoever is known to be there answers ARP. What the recorded client never asked has no
answer here: what came of that nobody can tell, and `Played` says where it was.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from itertools import pairwise
from math import inf
from typing import NamedTuple

from pxeclient.link.base import Link
from pxeclient.practice.network import PracticeNetwork
from pxeclient.replay.datagrams import Sent, readable
from pxeclient.replay.delivery import Delivery
from pxeclient.replay.doubt import GOES_ON
from pxeclient.replay.library import File
from pxeclient.replay.player import Replay
from pxeclient.replay.questions import Question, question
from pxeclient.replay.recording import Recording
from pxeclient.replay.scene import Heard
from pxeclient.replay.tolerance import Tolerance
from pxeclient.wire import arp, dhcp, ethernet, tftp
from pxeclient.wire.addresses import Mac

NEVER_DID = "which the recorded client never did"
_SOMEBODY = Mac(bytes.fromhex("020000000001"))
"""Who answers for an address of which the capture has no station."""


class Asked(NamedTuple):
    """A question of our client."""

    frame: int
    """Of the boot, from 1."""
    question: Question
    unknown: str = ""
    """Why nobody can know what answers it, in a clause; empty if the recording shows it."""
    again: str = ""
    """What the client does by it, such as ``repeats a DHCPDISCOVER``, where it goes on asking and
    the recorded client did not: then what is unknown matters only if nothing comes of it."""
    is_presumed: bool = False
    """An ARP request that was answered, though the recording does not show that anybody does."""


class Answered(NamedTuple):
    """A recorded answer that our client got."""

    frame: int
    """Of the boot, from 1."""
    question: Question
    heard: Heard


@dataclass(slots=True)
class Played:
    """What happened between a client and the recorded servers."""

    asked: list[Asked] = field(default_factory=list)
    answered: list[Answered] = field(default_factory=list)
    shown: list[tuple[int, float]] = field(default_factory=list)
    """The frame of the capture that each frame of the boot stands for, and its time in the
    recording; 0 for what no capture has."""
    cited: list[int] = field(default_factory=list)
    """The frame of the capture to be cited for each frame of the boot: where it stands for none,
    the nearest that shows the same."""
    reworded: bool = False
    """The latest file was asked for with other options than the recorded client's."""

    def note(self, number: int, at: float, cited: int = 0) -> int:
        """A frame of the boot passes; its number there."""
        before = self.cited[-1] if self.cited else 0
        self.shown.append((number, at))
        self.cited.append(number or cited or before)
        return len(self.shown)


class RecordedServers(Link):
    """A `Link` to the servers of a recording, in virtual time."""

    def __init__(self, known: Recording, serves: bool = True, deaf: float = 0.0) -> None:
        """Make the servers ready for one boot.

        Args:
            known: The recording.
            serves: Files are served anew; otherwise transfers are played as recorded.
            deaf: The recorded card heard nothing for so many seconds after power-on.
        """
        self.known = known
        self.played = Played()
        self._serves = serves
        self._replay = Replay(known.scene, Tolerance(), deaf)
        self._of_frame = {at: one for one, places in known.asked.items() for at in places}
        self._hosts: dict[IPv4Address, PracticeNetwork] = {}
        """The TFTP servers that were asked, each with the file that was asked for last."""
        self._opened: dict[IPv4Address, File] = {}
        self._ports: set[int] = set()
        """Of our client's transfers that are served anew."""
        self._arrived: deque[tuple[bytes, int]] = deque()
        """What is on its way, with the frame of the capture to cite."""
        wanted = bool(known.scene.client.message.flags & dhcp.BROADCAST_FLAG)
        self._delivery = Delivery(wanted)
        self._times: Counter[Question] = Counter()
        self._leasing: list[Question] = []

    def now(self) -> float:
        """Seconds since power-on; moved only by `receive`."""
        return self._replay.now()

    def send(self, frame: bytes) -> None:
        """Our client says something.

        Raises:
            LinkError: The link has been closed.
        """
        found = question(frame)
        if found is None:
            self._goes_on(frame)
        elif found.kind == "ARP":
            self._search(frame, found)
        elif found.kind == "RRQ" and self._serves:
            self._open(frame, found)
        else:
            self._ask(frame, found)

    def receive(self, until: float) -> bytes | None:
        """Jump to the next frame, or to `until` if none comes by then.

        Raises:
            LinkError: The link has been closed.
        """
        until = max(until, self.now())
        while not self._arrived:
            times = (host.next_at() for host in self._hosts.values())
            due = min((at for at in times if at is not None), default=inf)
            frame = self._replay.receive(min(due, until))
            if frame is not None:
                self._heard(self._replay.heard[-1])
                return self._delivery.addressed(frame)
            if due > until:
                return None
            for server, host in self._hosts.items():
                cited = self._opened[server].answered_in
                self._arrived += [(one, cited) for one in host.poll(self.now())]
        arrived, cited = self._arrived.popleft()
        self.played.note(0, 0.0, cited)
        return arrived

    def close(self) -> None:
        """Nothing is held. Harmless when repeated."""
        self._replay.close()

    # --- what our client says -------------------------------------------------------------
    def _goes_on(self, frame: bytes) -> None:
        """It goes on with a transfer, or says what needs no answer."""
        sent = readable(frame)
        if sent is None or sent.source_port not in self._ports:
            self._play(frame)
            return
        self._replay.pass_over(frame)
        self.played.note(0, 0.0)
        if sent.destination in self._hosts:
            self._hosts[sent.destination].receive(frame, self.now())

    def _play(self, frame: bytes, found: Question | None = None) -> int:
        """To the player; the frame's number in the boot."""
        self._replay.send(frame)
        said = self._replay.sent[-1].counterpart
        number, at = (0, 0.0) if said is None else (said.number, said.at)
        return self.played.note(number, at, self._cited(found))

    def _cited(self, found: Question | None) -> int:
        """The frame in which the recorded client asked the same last."""
        places = () if found is None else self.known.asked.get(found, ())
        return self.known.scene.said[places[-1]].number if places else 0

    def _ask(self, frame: bytes, found: Question) -> None:
        """A question of DHCP."""
        self._times[found] += 1
        why = self._why_unknown(found)
        again, why_again = ("", "") if why else self._again(found)
        if found in self.known.asked:
            self._delivery.sent(frame)
            at = self._play(frame, found)
        else:
            at = self.played.note(0, 0.0)
        self.played.asked.append(Asked(at, found, why or why_again, again))

    def _why_unknown(self, found: Question) -> str:
        return NEVER_DID if found not in self.known.asked else self.known.doubts.get(found, "")

    def _again(self, found: Question) -> tuple[str, str]:
        """How it goes on asking where the recorded client did not, and why that is open."""
        if self._goes_further(found):
            is_start = found.kind == "DISCOVER"
            return "begins discovery again" if is_start else f"repeats {found.words}", NEVER_DID
        if self._times[found] <= len(self.known.asked.get(found, ())):
            return "", ""
        got = {one.heard.number for one in self.played.answered if one.question == found}
        late = [one for one in self.known.answers.get(found, ()) if one.number not in got]
        if not late:
            return "", ""
        wait = late[0].at - self.known.scene.said[late[0].after].at
        return f"repeats {found.words}", (
            f"the recorded client, answered after {wait:.1f} s, asked no more: what a further"
            " repeat brings does not show"
        )

    def _goes_further(self, found: Question) -> bool:
        """It is not content with what came to its DHCPREQUEST, where the recorded client was."""
        if found.kind not in ("DISCOVER", "REQUEST"):
            return False
        self._leasing.append(found)
        known = self.known.leasing
        if found.kind == "DISCOVER":
            # Before the first request, a repeat only means that the client waits longer.
            return _restarts(self._leasing) > _restarts(known)
        return self._leasing.count(found) > known.count(found) and self.known.is_leased

    # --- ARP ------------------------------------------------------------------------------
    def _search(self, frame: bytes, found: Question) -> None:
        """Somebody is looked for: those known to be there answer, though nobody saw them do so."""
        target = IPv4Address(found.to)
        station = self.known.stations.get(target)
        why = self._why_unknown(found)
        is_lost = why == GOES_ON or (self._serves and station is not None)
        if not why or (found in self.known.asked and not is_lost):
            self._times[found] += 1
            again, why_again = ("", "") if why else self._again(found)
            at = self._play(frame, found)
            self.played.asked.append(Asked(at, found, why or why_again, again))
            return
        # Many captures have no ARP at all: they were filtered, or made behind a router.
        is_shown = station is None and (found in self.known.asked or self.known.shows_arp)
        mac, number = station or (_SOMEBODY, 0)
        at = self.played.note(0, 0.0, self._cited(found) or number)
        if is_shown:
            self.played.asked.append(Asked(at, found, why, is_presumed=True))
        self._arrived.append((_reply(frame, mac), number))

    # --- TFTP -----------------------------------------------------------------------------
    def _open(self, frame: bytes, found: Question) -> None:
        """A file is asked for: have its host there, or say why nobody can know."""
        sent = readable(frame)
        assert sent is not None, "a read request is a datagram"
        request = _request(sent)
        file = self.known.library.file(sent.destination, request.filename)
        self._ports.discard(sent.source_port)
        why = self._why_unknown(found)
        if not why and file is not None and self._is_played(frame, sent, request, file):
            at = self._play(frame, found)
        else:
            self._ports.add(sent.source_port)
            self._replay.pass_over(frame)
            at = self.played.note(0, 0.0, self._cited(found))
            missing = "" if file is None else file.missing
            why = why or missing
            if not why and file is not None:
                self.played.reworded = request not in file.requests
                self._serve(frame, sent, file)
        self.played.asked.append(Asked(at, found, why))

    def _is_played(self, frame: bytes, sent: Sent, request: tftp.Request, file: File) -> bool:
        """What came of that request is known for this very request alone."""
        said = self._replay.counterpart(frame)
        like = None if said is None else readable(said.data)
        if said is None or like is None or like.destination != sent.destination:
            return False
        if (file.is_whole and not file.error) or not file.is_played(said.number):
            return False
        theirs = _request(like)
        return theirs == request or (theirs.filename == request.filename and not file.answered)

    def _serve(self, frame: bytes, sent: Sent, file: File) -> None:
        if self._opened.get(sent.destination) is not file:
            host = self.known.library.host(file.server, Mac(frame[:6]), file.name)
            self._hosts[file.server] = PracticeNetwork(host)
            self._opened[file.server] = file
        self._hosts[file.server].receive(frame, self.now())

    # --- what it hears --------------------------------------------------------------------
    def _heard(self, heard: Heard) -> None:
        at = self.played.note(heard.number, heard.at)
        found = self._of_frame.get(heard.after)
        if heard.is_answer and found is not None:
            self.played.answered.append(Answered(at, found, heard))


def _request(sent: Sent) -> tftp.Request:
    message = tftp.parse(sent.payload)
    assert isinstance(message, tftp.Request), "asked for as a question"
    return message


def _reply(frame: bytes, mac: Mac) -> bytes:
    """The answer to an ARP request."""
    searched = arp.parse(ethernet.parse(frame).payload)
    reply = arp.Arp(arp.REPLY, mac, searched.target, searched.sender_mac, searched.sender)
    answer = ethernet.Frame(searched.sender_mac, mac, ethernet.ARP, arp.build(reply))
    return ethernet.build(answer)


def _restarts(asked_for: Sequence[Question]) -> int:
    """How often discovery began again after a request."""
    kinds = [found.kind for found in asked_for]
    return sum(pair == ("REQUEST", "DISCOVER") for pair in pairwise(kinds))
