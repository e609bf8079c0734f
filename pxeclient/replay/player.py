"""A link whose other end is a recording: its servers' frames, played to our client.

Each frame comes as long after our client's counterpart of the frame that it answered as it
came in the recording; what our client has drawn differently (transaction ids, ports) is
written into it. An answer to a question that our client never asks does not come. A frame
that came unasked follows the client's frame before it, or else the clock.

Two clients' timers never run out at quite the same instant. So that a race in the recording
ends as it did there, a frame that had reached the recorded client before it did anything
further reaches ours before its next timer too, if it is due within the tolerance.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from ipaddress import IPv4Address

from pxeclient.link.base import Link, LinkError
from pxeclient.replay.frames import frame_of
from pxeclient.replay.labels import Label, Labeller
from pxeclient.replay.play import Heard, Play, Said
from pxeclient.replay.tolerance import Tolerance
from pxeclient.replay.translation import Translation
from pxeclient.seen.frame import Frame
from pxeclient.wire import arp, dhcp, ethernet
from pxeclient.wire.addresses import ANY, Mac

SOMEBODY = Mac(bytes.fromhex("020000000001"))
"""Who answers for an address of which the capture has no station."""


def arp_reply(searched: arp.Arp, mac: Mac) -> bytes:
    """The answer to an ARP request, as a frame."""
    reply = arp.Arp(arp.REPLY, mac, searched.target, searched.sender_mac, searched.sender)
    answer = ethernet.Frame(searched.sender_mac, mac, ethernet.ARP, arp.build(reply))
    return ethernet.build(answer)


@dataclass(frozen=True, slots=True)
class Sent:
    """A frame of our client."""

    at: float
    """Seconds since power-on."""
    data: bytes
    label: Label
    counterpart: Said | None = None
    """The frame of the recorded client that it stands for."""
    is_unseen: bool = False
    """The recording would not show it: it went before that began, or was filtered out of it."""


class Replay(Link):
    """A `Link` to a recorded network, in virtual time."""

    def __init__(
        self,
        play: Play,
        tolerance: Tolerance,
        deaf: float = 0.0,
        before: int = 0,
        answers_arp: bool = False,
    ) -> None:
        """Make ready to play.

        Args:
            play: The recording.
            tolerance: How much earlier than due a frame may come to win a race that it won
                in the recording, and how much later one comes that waits for a frame that
                our client does not send.
            deaf: The recorded card heard nothing for so many seconds after power-on; what
                came in that time came together at its end.
            before: The recording begins after so many DHCPDISCOVERs of the client: what ours says
                up to then is answered by nobody.
            answers_arp: ARP was filtered out of a recording that has what follows it (`filtered`):
                whoever is asked for is there, and what is no IPv4 does not count.
        """
        self.sent: list[Sent] = []
        self.heard: list[Heard] = []
        """The recording's frames that our client got, in that order."""
        self.play = play
        self._tolerance = tolerance
        self._deaf = deaf
        self._before = before
        self._answers_arp = answers_arp
        self._found: deque[bytes] = deque()
        """Answers to our client's ARP requests."""
        self._is_waiting = False
        self.began = 0.0
        """When our client came to where the recording begins."""
        self._now = 0.0
        self._open = True
        self._labeller = Labeller()
        self._translation = Translation()
        self._index = {said.label: at for at, said in enumerate(play.said)}
        self._times: dict[int, float] = {}
        """When our client sent its counterpart of each recorded frame."""
        self._unsent = 0
        """All recorded frames before this index have counterparts."""
        self._due: list[tuple[float, int]] = []
        self._played: set[int] = set()
        self._after: dict[int, list[int]] = {}
        for at, heard in enumerate(play.heard):
            self._after.setdefault(heard.after, []).append(at)

    def now(self) -> float:
        """Seconds since power-on; moved only by `receive`."""
        return self._now

    def send(self, frame: bytes) -> None:
        """Our client says something; what answered its counterpart falls due.

        Raises:
            LinkError: The link has been closed.
        """
        self.say(frame_of(frame))

    def say(self, frame: Frame) -> None:
        """The same for a frame that was read."""
        self._check_open()
        if self._is_before(frame) or self._is_filtered(frame):
            label = deepcopy(self._labeller).label(frame)
            self.sent.append(Sent(self._now, frame.octets, label, is_unseen=True))
            return
        label = self._labeller.label(frame)
        index = self._index.get(label)
        counterpart = None if index is None else self.play.said[index]
        self.sent.append(Sent(self._now, frame.octets, label, counterpart))
        if index is None:
            return
        said = self.play.said[index]
        self._translation.learn(said.data, frame.octets)
        if not self._times:
            self._start_clock(said.at)
        self._times[index] = self._now
        while self._unsent in self._times:
            self._unsent += 1
        for at in self._after.get(index, []):
            self._plan(at, self._now + self.play.heard[at].at - said.at)
        self._plan_late(label, said.at)

    def _is_before(self, frame: Frame) -> bool:
        """The recording has not begun yet, for all that our client has said."""
        if self._before and frame.dhcp is not None and frame.dhcp.type == dhcp.DISCOVER:
            self._before -= 1
            self._is_waiting = not self._before
            return True
        if self._is_waiting and frame.dhcp is not None and frame.dhcp.type == dhcp.DISCOVER:
            self._is_waiting = False
            self.began = self._now
        return bool(self._before) or self._is_waiting

    def _is_filtered(self, frame: Frame) -> bool:
        """A frame of a kind that the recording has none of; who is looked for by ARP is found."""
        if not self._answers_arp or frame.ethertype == ethernet.IPV4:
            return False
        match frame.said:
            case arp.Arp(operation=arp.REQUEST) as asked if asked.sender not in (ANY, asked.target):
                self._found.append(arp_reply(asked, self._station(asked.target)))
            case _:
                pass
        return True

    def _station(self, address: IPv4Address) -> Mac:
        """Who has an address: frames from it or to it tell, or else those beyond a router; where
        there are none, somebody is made up."""
        for heard in self.play.heard:
            if heard.frame.source_address == address and heard.frame.sender is not None:
                return heard.frame.sender
        there = [said.frame for said in self.play.said if not said.frame.is_to_all]
        there = [one for one in there if one.ethertype == ethernet.IPV4]
        to_it = [one for one in there if one.destination_address == address]
        return next((one.receiver for one in (*to_it, *there) if one.receiver), SOMEBODY)

    def counterpart(self, frame: Frame) -> Said | None:
        """The frame of the recorded client that this one would be the counterpart of."""
        index = self._index.get(deepcopy(self._labeller).label(frame))
        return None if index is None else self.play.said[index]

    def pass_over(self, frame: Frame) -> None:
        """Our client says something that is answered elsewhere."""
        self._check_open()
        self.sent.append(Sent(self._now, frame.octets, self._labeller.label(frame)))

    def receive(self, until: float) -> bytes | None:
        """Jump to the next frame of the recording, or to `until` if none comes by then.

        Raises:
            LinkError: The link has been closed.
        """
        self._check_open()
        until = max(until, self._now)
        if self._found:
            return self._found.popleft()
        while self._due:
            due, at = self._due[0]
            if at in self._played:
                heapq.heappop(self._due)
                continue
            if due > until and not self._wins_race(due, at, until):
                break
            heapq.heappop(self._due)
            self._played.add(at)
            self._now = max(self._now, min(due, until))
            self.heard.append(self.play.heard[at])
            return self._translation.apply(self.play.heard[at].data)
        self._now = until
        return None

    def was_asked(self, heard: Heard) -> bool:
        """Our client has sent its counterpart of the frame that `heard` answers."""
        return heard.after in self._times

    def close(self) -> None:
        """Nothing is held. Harmless when repeated."""
        self._open = False

    def _plan(self, at: int, due: float) -> None:
        heapq.heappush(self._due, (max(due, self._deaf), at))

    def _wins_race(self, due: float, at: int, until: float) -> bool:
        """It came before anything further of the recorded client, and is nearly due."""
        heard = self.play.heard[at]
        if due <= self._deaf:
            return False
        wait = heard.at - self.play.said[heard.after].at
        is_next = self._unsent >= heard.seen and heard.after in self._times
        return is_next and due - until <= self._tolerance.of(wait)

    def _start_clock(self, at: float) -> None:
        """What came unasked comes by the clock at the latest."""
        for number, heard in enumerate(self.play.heard):
            if not heard.is_answer:
                elapsed = heard.at - at
                self._plan(number, self._now + elapsed + self._tolerance.of(elapsed))

    def _plan_late(self, label: Label, since: float) -> None:
        """Answers to later repeats of this frame come by the clock if it is not repeated."""
        for index in self._repeats(label):
            for at in self._after.get(index, []):
                heard = self.play.heard[at]
                if heard.is_answer:
                    elapsed = heard.at - since
                    self._plan(at, self._now + elapsed + self._tolerance.of(elapsed))

    def _repeats(self, label: Label) -> Iterator[int]:
        """The recorded frames of the same label that come later."""
        count = label.count + 1
        again = Label(label.stream, label.kind, label.name, count)
        while (index := self._index.get(again)) is not None:
            yield index
            count += 1
            again = Label(label.stream, label.kind, label.name, count)

    def _check_open(self) -> None:
        if not self._open:
            raise LinkError("the recording has been closed; make a new replay")
