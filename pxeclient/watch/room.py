"""A network that is watched: every machine's boot, told when it ends. No clock, no socket.

Frames and the time go in, events come out. What a frame is, whose it is and where an attempt
begins is read by `seen`, frame by frame; what became of an attempt is `explain`'s to say, on the
frames that were kept of it. A boot is looked at when its file has come, when another attempt of its
machine begins, and when the machine has been silent for a while; it is told of once nothing that
follows can change what is said, or when it is given up.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import replace
from heapq import heappop, heappush
from itertools import count
from math import inf
from pathlib import Path

from pxeclient.capture.values import Capture, Recorded
from pxeclient.explain.booting import is_boot
from pxeclient.explain.stop import Stop
from pxeclient.explain.story import Explanation, Surroundings
from pxeclient.seen.frame import Frame
from pxeclient.seen.mending import Reader
from pxeclient.seen.stations import MOST, Sharing
from pxeclient.watch.events import Began, Ended, Event, Moved
from pxeclient.watch.keeping import Kept
from pxeclient.watch.machine import Machine
from pxeclient.wire import ethernet
from pxeclient.wire.addresses import Mac

MOST_FRAMES = 400_000
"""Frames that are kept of all machines: some 200 MB at most, and usually a tenth of that. Beyond,
the machine that was silent longest is told of early."""

_NEVER = Recorded(sys.maxsize, inf, b"", 0)

Explain = Callable[[Capture, Mac, Surroundings], Explanation]
"""Tells of one machine's part of a capture."""


class Room:
    """All machines on a network, and what is known of each."""

    def __init__(self, where: str, explain: Explain, most: int = MOST) -> None:
        """Begin with nobody.

        Args:
            where: What is watched, as stories name it.
            explain: Tells of what was kept of one machine.
            most: Machines that are known at once.
        """
        self._where, self._explain, self._most = where, explain, most
        self._reader, self._sharing = Reader(), Sharing(most)
        self._machines: OrderedDict[Mac, Machine] = OrderedDict()
        self._due: list[tuple[float, int, Mac]] = []
        self._tickets = count()
        self._senders: set[Mac | None] = set()
        self._shows_arp = False
        self.kept = 0
        """Frames that are kept of all machines."""

    @property
    def machines(self) -> tuple[Machine, ...]:
        """Those that boot or have booted, the one with the latest frame last."""
        return tuple(one for one in self._machines.values() if one.boots or one.attempt > 1)

    @property
    def known(self) -> int:
        """How many machines are known, booting or not."""
        return len(self._machines)

    # --- what goes in ----------------------------------------------------------------------
    def add(self, number: int, at: float, octets: bytes, length: int | None = None) -> list[Event]:
        """A frame of the network; see `seen.reading.read` for its arguments. Never raises."""
        found = self.pass_time(at)
        frame = self._reader.read(number, at, octets, length=length)
        self._surround(frame)
        raw = Recorded(number, at, octets, len(octets) if length is None else length)
        for station, own in self._sharing.add(frame):
            found += self._of(station.mac, own, raw)
        found += self._made_room(at)
        return found

    def pass_time(self, now: float) -> list[Event]:
        """Look at every machine whose time has come."""
        found: list[Event] = []
        while self._due and self._due[0][0] <= now:
            _, _, mac = heappop(self._due)
            machine = self._machines.get(mac)
            if machine is None:
                continue
            due = machine.due()
            if due <= now:
                found += self._looked_at(machine, due)
            if not machine.is_given_up:
                self._plan(machine)
        return found

    def lost(self) -> None:
        """Frames were lost: what looks like silence in a boot that goes on may be none."""
        for machine in self._machines.values():
            machine.loses = True

    def end(self, now: float) -> list[Event]:
        """The watching ends: tell of whoever still boots."""
        found = self.pass_time(now)
        for machine in list(self._machines.values()):
            found += self._told(machine, now, is_last=True)
        return found

    def next_at(self) -> float:
        """When to look next if no frame comes; infinity: not at all."""
        return self._due[0][0] if self._due else inf

    # --- one machine -----------------------------------------------------------------------
    def _of(self, mac: Mac, frame: Frame, raw: Recorded) -> Iterator[Event]:
        machine = self._machines.get(mac)
        if machine is None:
            machine = self._machines[mac] = Machine(mac, [Kept(mac)], since=frame.at)
            machine.last = frame.at
            self._plan(machine)
        self._machines.move_to_end(mac)
        if machine.is_given_up:
            self._plan(machine)
            machine.looked = 0
        if machine.watch.add(frame):
            yield from self._told(machine, frame.at, is_last=True, next_frame=raw)
            before = machine.frames
            machine.begins_anew(frame.at)
            machine.watch.add(frame)
            self.kept += machine.frames - before
        booted, before, was_fetched = machine.boots, machine.frames, machine.fetched_at
        moved = machine.add(frame, raw)
        self.kept += machine.frames - before
        if machine.fetched_at != was_fetched:
            self._plan(machine)
        if not machine.boots:
            return
        if not booted:
            yield Began(mac, frame.at, machine.attempt)
        if moved:
            yield Moved(mac, frame.at, machine.attempt, machine.doing)

    def _looked_at(self, machine: Machine, now: float) -> Iterator[Event]:
        if not machine.is_fetching:
            machine.looked += 1
        yield from self._told(machine, now, is_last=machine.is_given_up)
        if machine.is_given_up:
            self._forget(machine)

    def _told(
        self, machine: Machine, now: float, is_last: bool, next_frame: Recorded | None = None
    ) -> Iterator[Event]:
        """What there is to be told of the current attempt; nothing if that is not sure yet."""
        if not machine.boots or (machine.is_told and not is_last):
            return
        found = self._explained(machine, now, next_frame)
        if found is None:
            return
        [story] = found.stories
        kept = machine.kept[-1]
        attempts = [
            one
            for one in story.attempts
            if kept.first <= one.attempt.frames[0].number < (next_frame or _NEVER).number
        ]
        kept.attempts = max(1, len(attempts))
        remarks = tuple(kept.remarks())
        for told in attempts:
            first = told.attempt.frames[0].number
            is_sure = told.trace.outcome is not None or told.ending.stop is Stop.FETCHED
            if not is_boot(told.attempt) or not (is_sure or is_last):
                continue
            ids = frozenset(one.id for one in told.findings)
            before = machine.told.get(first)
            if before is not None and ids <= before:
                continue
            machine.told[first] = ids | (before or frozenset())
            numbered = replace(told, number=told.number + machine.dropped)
            is_more, raw = before is not None, machine.frames_of(told.attempt)
            loses = machine.loses or kept.left_out > 0
            yield Ended(machine.mac, now, story, numbered, remarks, is_more, raw, loses)

    def _explained(
        self, machine: Machine, now: float, next_frame: Recorded | None
    ) -> Explanation | None:
        frames = [frame for one in machine.kept for frame in one.frames]
        if next_frame is not None:
            frames.append(next_frame)
        capture = Capture(Path(self._where), tuple(frames), (), now)
        beside = Surroundings(len(self._senders) < 2, self._shows_arp, not machine.loses)
        found = self._explain(capture, machine.mac, beside)
        return found if found.stories else None

    # --- bounds ----------------------------------------------------------------------------
    def _surround(self, frame: Frame) -> None:
        if len(self._senders) < 2:
            self._senders.add(frame.sender)
        self._shows_arp = self._shows_arp or frame.ethertype == ethernet.ARP

    def _plan(self, machine: Machine) -> None:
        heappush(self._due, (machine.due(), next(self._tickets), machine.mac))

    def _forget(self, machine: Machine) -> None:
        self.kept -= machine.frames
        self._machines.pop(machine.mac, None)

    def _made_room(self, now: float) -> Iterator[Event]:
        while len(self._machines) > self._most or self.kept > MOST_FRAMES:
            machine = next(iter(self._machines.values()))
            yield from self._told(machine, now, is_last=True)
            self._forget(machine)
