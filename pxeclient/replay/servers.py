"""The servers of a capture, for other firmwares than the recorded one.

DHCP and ARP answers are the recorded ones (`replay.player`). TFTP is not, because every
firmware asks in packets of its own: the files that were seen are served anew
(`matrix.library`). What the recorded client never asked has no answer here, and what came of
that nobody can tell: `RecordedServers.unknown` says which question it was.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from itertools import pairwise
from math import inf
from pathlib import Path

from pxeclient.boot.options import ARCHITECTURE
from pxeclient.link.base import Link
from pxeclient.practice.network import PracticeNetwork
from pxeclient.replay.client_of import choose
from pxeclient.replay.datagrams import datagram
from pxeclient.replay.delivery import Delivery
from pxeclient.replay.doubt import doubts
from pxeclient.replay.library import Library
from pxeclient.replay.player import Replay
from pxeclient.replay.questions import Question, asked, leasing, question
from pxeclient.replay.reading import read
from pxeclient.replay.scene import Scene, scene
from pxeclient.replay.tolerance import Tolerance
from pxeclient.wire import arp, dhcp, ethernet, tftp
from pxeclient.wire.addresses import Mac
from pxeclient.wire.errors import WireError
from pxeclient.wire.options import printable


@dataclass(frozen=True, slots=True)
class Recording:
    """The servers of one capture, as far as they can be known."""

    scene: Scene
    library: Library
    asked: frozenset[Question]
    """What the recorded client asked; of the rest nothing is known."""
    doubts: Mapping[Question, str]
    """Asked, but the capture may lack an answer: why, in a clause."""
    stations: Mapping[IPv4Address, Mac]
    """Who sent something: such a station would answer ARP."""
    leasing: tuple[Question, ...]
    """Its DHCPDISCOVERs and its requests for an address, in order."""
    is_leased: bool
    """The last of those requests was answered."""
    architecture: int | None
    """What the recorded client said in option 93."""
    remarks: tuple[str, ...]
    """What is to be said of the file itself, as sentences."""


def recording(path: Path, mac: Mac | None = None) -> Recording:
    """The servers of a capture; `mac` says which client's boot, where there are several.

    Raises:
        CaptureError: The capture cannot be used.
    """
    frames, remarks = read(path)
    client = choose(frames, mac)
    found = scene(frames, client)
    said = dhcp.first(client.message.options, ARCHITECTURE)
    code = int.from_bytes(said[:2], "big") if said and len(said) >= 2 else None
    return Recording(
        found,
        Library(found),
        asked(found),
        doubts(found, len({frame.data[6:12] for frame in frames}) == 1),
        _stations(found),
        *leasing(found),
        code,
        remarks,
    )


def _stations(found: Scene) -> dict[IPv4Address, Mac]:
    stations: dict[IPv4Address, Mac] = {}
    for heard in found.heard:
        try:
            sent = datagram(heard.data)
        except WireError:
            continue
        if sent is not None:
            stations.setdefault(sent.source, Mac(heard.data[6:12]))
    return stations


class RecordedServers(Link):
    """A `Link` to the servers of a recording, in virtual time."""

    def __init__(self, known: Recording) -> None:
        self._known = known
        self._replay = Replay(known.scene, Tolerance())
        self._hosts: dict[IPv4Address, PracticeNetwork] = {}
        """The TFTP servers that were asked, each with the file that was asked for last."""
        self._opened: dict[IPv4Address, bytes] = {}
        self._arrived: deque[bytes] = deque()
        self._unknown: list[str] = []
        self._delivery = Delivery()
        self._leasing: list[Question] = []

    def now(self) -> float:
        """Seconds since power-on; moved only by `receive`."""
        return self._replay.now()

    def unknown(self) -> str:
        """The first question that nobody can know the answer to, in a clause; empty if none."""
        return self._unknown[0] if self._unknown else ""

    def send(self, frame: bytes) -> None:
        """Our client says something.

        Raises:
            LinkError: The link has been closed.
        """
        if self._is_tftp(frame):
            return
        found = question(frame)
        why = "" if found is None else self._unanswerable(found)
        if why and self._answer_arp(frame):
            return
        if why:
            self._unknown.append(why)
        if found is None or found in self._known.asked:
            self._delivery.sent(frame)
            self._replay.send(frame)

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
                return self._delivery.addressed(frame)
            if due > until:
                return None
            for host in self._hosts.values():
                self._arrived += host.poll(self.now())
        return self._arrived.popleft()

    def close(self) -> None:
        """Nothing is held. Harmless when repeated."""
        self._replay.close()

    def _unanswerable(self, found: Question) -> str:
        """Why nobody can know the answer to a question, or all of it; empty if it is known."""
        if found not in self._known.asked:
            return f"it {found.deed}, which the recorded client never did"
        if found in self._known.doubts:
            return f"it {found.deed}, and {self._known.doubts[found]}"
        if self._goes_further(found):
            is_start = found.kind == "DISCOVER"
            again = "begins discovery again" if is_start else f"repeats {found.words}"
            return f"it {again}, which the recorded client never did"
        return ""

    def _goes_further(self, found: Question) -> bool:
        """It is not content with what came to its DHCPREQUEST, where the recorded client was."""
        if found.kind not in ("DISCOVER", "REQUEST"):
            return False
        self._leasing.append(found)
        known = self._known.leasing
        if found.kind == "DISCOVER":
            # Before the first request, a repeat only means that the client waits longer.
            return _restarts(self._leasing) > _restarts(known)
        return self._leasing.count(found) > known.count(found) and self._known.is_leased

    def _is_tftp(self, frame: bytes) -> bool:
        """Take a TFTP packet to its server; False if it is none."""
        try:
            sent = datagram(frame)
            if sent is None or sent.port in (dhcp.SERVER_PORT, dhcp.PROXY_PORT):
                return False
            message = tftp.parse(sent.payload)
        except WireError:
            return False
        if isinstance(message, tftp.Request):
            self._open(sent.destination, message.filename, Mac(frame[:6]))
        if sent.destination in self._hosts:
            self._hosts[sent.destination].receive(frame, self.now())
        return True

    def _open(self, server: IPv4Address, name: bytes, mac: Mac) -> None:
        """A file is asked for: have its host there, or say why nobody can know."""
        found = Question("RRQ", str(server), printable(name))
        file = self._known.library.file(server, name)
        if file is None:
            self._unknown.append(f"it {found.deed}, which the recorded client never did")
        elif file.missing:
            self._unknown.append(f"it {found.deed}, and {file.missing}")
        elif found in self._known.doubts:
            self._unknown.append(f"it {found.deed}, and {self._known.doubts[found]}")
        else:
            if self._opened.get(server) != name:
                self._opened[server] = name
                self._hosts[server] = PracticeNetwork(self._known.library.host(server, mac, name))

    def _answer_arp(self, frame: bytes) -> bool:
        """Answer for a station that is known to be there, though it was never searched."""
        try:
            searched = arp.parse(ethernet.parse(frame).payload)
        except WireError:
            return False
        mac = self._known.stations.get(searched.target)
        if mac is None:
            return False
        reply = arp.Arp(arp.REPLY, mac, searched.target, searched.sender_mac, searched.sender)
        answer = ethernet.Frame(searched.sender_mac, mac, ethernet.ARP, arp.build(reply))
        self._arrived.append(ethernet.build(answer))
        return True


def _restarts(asked_for: Sequence[Question]) -> int:
    """How often discovery began again after a request."""
    kinds = [found.kind for found in asked_for]
    return sum(pair == ("REQUEST", "DISCOVER") for pair in pairwise(kinds))
