"""The servers of a recording, for other clients than the recorded one.

DHCP's answers are the recorded ones (`player`), sent in the way that our client asks for
(`delivery`). Files are served anew (`library`), because every firmware asks in packets of its own;
only what ended without the whole file is played as it was, to a client that asks as the recorded
one did. Whoever is known to be there answers ARP. What the recorded client never asked has no
answer here: what came of that nobody can tell, and `Played` says where it was.
"""

from __future__ import annotations

from collections import deque
from math import inf

from pxeclient.link.base import Link
from pxeclient.practice.network import PracticeNetwork
from pxeclient.replay.asking import Asking
from pxeclient.replay.delivery import Delivery
from pxeclient.replay.doubt import GOES_ON
from pxeclient.replay.frames import ends, frame_of
from pxeclient.replay.library import File
from pxeclient.replay.play import Heard
from pxeclient.replay.played import Answered, Asked, Played
from pxeclient.replay.player import SOMEBODY, Replay, arp_reply
from pxeclient.replay.questions import question
from pxeclient.replay.recording import Recording
from pxeclient.replay.tolerance import Tolerance
from pxeclient.seen.exchanges import Question
from pxeclient.seen.frame import Address, Frame
from pxeclient.wire import arp, dhcp, tftp


class RecordedServers(Link):
    """A `Link` to the servers of a recording, in virtual time."""

    def __init__(
        self, known: Recording, serves: bool = True, deaf: float = 0.0, before: int = 0
    ) -> None:
        """Make the servers ready for one boot.

        Args:
            known: The recording.
            serves: Files are served anew; otherwise transfers are played as recorded.
            deaf: The recorded card heard nothing for so many seconds after power-on.
            before: The recording begins after so many DHCPDISCOVERs of the client.
        """
        self.known = known
        self.played = Played()
        self._serves = serves
        self._replay = Replay(known.play, Tolerance(), deaf, before)
        self._of_frame = {at: one for one, places in known.asked.items() for at in places}
        self._hosts: dict[Address, PracticeNetwork] = {}
        """The TFTP servers that were asked, each with the file that was asked for last."""
        self._opened: dict[Address, File] = {}
        self._ports: set[int] = set()
        """Of our client's transfers that are served anew."""
        self._arrived: deque[tuple[bytes, int]] = deque()
        """What is on its way, with the frame of the capture to cite."""
        wanted = bool(known.play.client.message.flags & dhcp.BROADCAST_FLAG)
        self._delivery = Delivery(wanted)
        self._asking = Asking(known, self.played)

    @property
    def began(self) -> float:
        """When our client came to where the recording begins."""
        return self._replay.began

    def now(self) -> float:
        """Seconds since power-on; moved only by `receive`."""
        return self._replay.now()

    def send(self, frame: bytes) -> None:
        """Our client says something.

        Raises:
            LinkError: The link has been closed.
        """
        read = frame_of(frame)
        found = question(read)
        if found is None:
            self._goes_on(read)
        elif isinstance(read.said, arp.Arp):
            self._search(read, read.said, found)
        elif isinstance(read.said, tftp.Request) and self._serves:
            self._open(read, read.said, found)
        else:
            self._ask(read, found)

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
    def _goes_on(self, frame: Frame) -> None:
        """It goes on with a transfer, or says what needs no answer."""
        way = ends(frame)
        if way is None or way[0].port not in self._ports:
            self._play(frame)
            return
        self._replay.pass_over(frame)
        self.played.note(0, 0.0)
        if way[1].address in self._hosts:
            self._hosts[way[1].address].receive(frame.octets, self.now())

    def _play(self, frame: Frame, found: Question | None = None) -> int:
        """To the player; the frame's number in the boot."""
        self._replay.say(frame)
        said = self._replay.sent[-1].counterpart
        number, at = (0, 0.0) if said is None else (said.number, said.at)
        return self.played.note(number, at, self._cited(found))

    def _cited(self, found: Question | None) -> int:
        """The frame in which the recorded client asked the same last."""
        places = () if found is None else self.known.asked.get(found, ())
        return self.known.play.said[places[-1]].number if places else 0

    def _ask(self, frame: Frame, found: Question) -> None:
        """A question of DHCP."""
        why = self._asking.unknown(found)
        if found not in self.known.asked:
            self.played.asked.append(Asked(self.played.note(0, 0.0), found, why))
            return
        again, why_again = ("", "") if why else self._asking.again(found)
        self._delivery.sent(frame)
        at = self._play(frame, found)
        self.played.asked.append(Asked(at, found, why or why_again, again))

    # --- ARP ------------------------------------------------------------------------------
    def _search(self, frame: Frame, searched: arp.Arp, found: Question) -> None:
        """Somebody is looked for: those known to be there answer, though nobody saw them do so."""
        station = self.known.stations.get(searched.target)
        why = self._asking.unknown(found)
        is_lost = why == GOES_ON or (self._serves and station is not None)
        if not why or (found in self.known.asked and not is_lost):
            again, why_again = ("", "") if why else self._asking.again(found)
            at = self._play(frame, found)
            self.played.asked.append(Asked(at, found, why or why_again, again))
            return
        # Many captures have no ARP at all: they were filtered, or made behind a router.
        is_shown = station is None and (found in self.known.asked or self.known.shows_arp)
        mac, number = station or (SOMEBODY, 0)
        at = self.played.note(0, 0.0, self._cited(found) or number)
        if is_shown:
            self.played.asked.append(Asked(at, found, why, is_presumed=True))
        self._arrived.append((arp_reply(searched, mac), number))

    # --- TFTP -----------------------------------------------------------------------------
    def _open(self, frame: Frame, request: tftp.Request, found: Question) -> None:
        """A file is asked for: have its host there, or say why nobody can know."""
        port = frame.source_port or 0
        file = self.known.library.file(found)
        why = self._asking.unknown(found)
        if not why and file is not None and self._is_played(frame, request, file):
            self._ports.discard(port)
            at = self._play(frame, found)
        else:
            self._ports.add(port)
            self._replay.pass_over(frame)
            at = self.played.note(0, 0.0, self._cited(found))
            why = why or ("" if file is None else file.missing)
            if not why and file is not None:
                self.played.reworded = request not in file.requests
                self._serve(frame, file)
        self.played.asked.append(Asked(at, found, why))

    def _is_played(self, frame: Frame, request: tftp.Request, file: File) -> bool:
        """What came of that request is known for this very request alone."""
        said = self._replay.counterpart(frame)
        if said is None or said.frame.destination != frame.destination:
            return False
        if (file.is_whole and not file.error) or not file.is_played(said.number):
            return False
        theirs = said.frame.said
        if not isinstance(theirs, tftp.Request):
            return False
        return theirs == request or (theirs.filename == request.filename and not file.answered)

    def _serve(self, frame: Frame, file: File) -> None:
        if self._opened.get(file.server) is not file:
            assert frame.receiver is not None, "a datagram goes to a station"
            host = self.known.library.host(file, frame.receiver)
            self._hosts[file.server] = PracticeNetwork(host)
            self._opened[file.server] = file
        self._hosts[file.server].receive(frame.octets, self.now())

    # --- what it hears --------------------------------------------------------------------
    def _heard(self, heard: Heard) -> None:
        at = self.played.note(heard.number, heard.at)
        found = self._of_frame.get(heard.after)
        if heard.is_answer and found is not None:
            self.played.answered.append(Answered(at, found, heard))
