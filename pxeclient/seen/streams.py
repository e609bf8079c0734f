"""The TCP connections of one client: which segments are of which, and what they carry in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pxeclient.seen.frame import Address, Frame
from pxeclient.seen.said import Tcp
from pxeclient.seen.side import Piece, Side
from pxeclient.seen.tls import Tls, is_tls
from pxeclient.seen.web import Web, WebRequest

MOST_OPEN = 64
"""Connections of one client that are followed at once: firmwares have one, an operating system
that boots some dozens."""
_GRACE = 16
"""Frames of a connection for which something acknowledged may still be late in the capture: one
that was made of several queues of a card has frames out of their order."""


@dataclass(slots=True, eq=False)
class Connection:
    """One connection of the client's, from its SYN to its end."""

    server: Address
    """The other side."""
    port: int
    local_port: int
    began: float
    number: int
    """Its first frame."""
    is_joined: bool
    """It began before the capture did, or the capture lacks its beginning."""
    is_kept: bool = True
    """Contents are kept; else only what is counted."""
    opened: list[tuple[int, float]] = field(default_factory=list)
    """The client's SYNs: frame and time; more than one if it was repeated."""
    is_incoming: bool = False
    """The other side opened it."""
    accepted: int | None = None
    """The frame that grants it."""
    ours: Side = field(default_factory=Side)
    theirs: Side = field(default_factory=Side)
    reset_by: bool | None = None
    """Who broke it off: the client (True) or the other side."""
    reset: Frame | None = None
    """The frame that did."""
    last: float = 0.0
    last_number: int = 0
    last_heard: float | None = None
    """When the other side last sent a frame; None if it never did."""
    web: Web | None = None
    tls: Tls | None = None
    _newest: Frame | None = None
    _doubted: int = 0
    """Frames since something was acknowledged that has not come."""

    @property
    def is_refused(self) -> bool:
        """A RST of the other side answered the SYN."""
        return self.reset_by is False and self.accepted is None and not self.is_joined

    @property
    def is_unanswered(self) -> bool:
        """Nothing came back to the SYN."""
        return bool(self.opened) and self.last_heard is None

    @property
    def is_one_sided(self) -> bool:
        """The capture has the frames of one side only, though both must have sent some."""
        if self.last_heard is None:
            return self.ours.frames > len(self.opened)
        return not self.ours.frames

    @property
    def requests(self) -> tuple[WebRequest, ...]:
        """What was asked of a web server, in order."""
        return tuple(self.web.requests) if self.web is not None else ()

    @property
    def lost(self) -> int:
        """Octets that went over the wire in frames that the capture lacks."""
        return self.ours.lost + self.theirs.lost

    # --- following it ----------------------------------------------------------------------
    def follow(self, frame: Frame, said: Tcp) -> None:
        """Take note of a segment."""
        side, other = (self.ours, self.theirs) if frame.ours else (self.theirs, self.ours)
        self.last, self.last_number, self._newest = frame.at, frame.number, frame
        if not frame.ours:
            self.last_heard = frame.at
        if said.opens and frame.ours:
            self.opened.append((frame.number, frame.at))
            if not self.is_kept:
                del self.opened[1:-1]
        if said.accepts:
            self.accepted = self.accepted or frame.number
        self._take(side.add(frame, said), frame.ours)
        if said.acknowledges and not said.resets and other.begins is not None:
            upto = other.offset(said.acknowledgement)
            upto = min(upto, other.ends) if other.ends is not None else upto
            if other.acknowledged is None or upto > other.acknowledged:
                other.acknowledged = upto
        if said.resets:
            self._reset(frame)
        self._give_up(frame)
        if self.theirs.is_closed and self.web is not None and self.reset is None:
            self.web.closes(frame)

    def finish(self) -> None:
        """The capture ends, or nothing more is to come."""
        for side, ours in ((self.ours, True), (self.theirs, False)):
            # What the other side never acknowledged may really never have arrived.
            frame = next(side.waiting, None) or self._newest
            if frame is not None and (side.is_lost or side.acknowledged is None):
                self._take(side.give_up(frame), ours)

    def _reset(self, frame: Frame) -> None:
        if self.reset is None:
            self._lacking(frame)
            self.reset, self.reset_by = frame, frame.ours
            if self.web is not None:
                self.web.breaks(frame, frame.ours)

    def _give_up(self, frame: Frame) -> None:
        """What has been acknowledged for long is not in the capture."""
        if not (self.ours.is_lost or self.theirs.is_lost):
            self._doubted = 0
            return
        self._doubted += 1
        if self._doubted > _GRACE:
            self._doubted = 0
            self._lacking(frame)

    def _lacking(self, frame: Frame) -> None:
        for side, ours in ((self.ours, True), (self.theirs, False)):
            if side.is_lost:
                self._take(side.give_up(frame), ours)

    def _take(self, pieces: Iterable[Piece], ours: bool) -> None:
        for piece in pieces:
            self._read(piece, ours)

    def _read(self, piece: Piece, ours: bool) -> None:
        if self.is_incoming:
            return
        if self.web is None and self.tls is None and (piece.octets or piece.missing):
            if ours and is_tls(piece.octets):
                self.tls = Tls()
            else:
                self.web = Web(self.server, self.port, self.local_port, self.is_kept)
        if self.tls is not None:
            self.tls.add(piece, ours)
        elif self.web is not None and ours:
            self.web.asks(piece)
        elif self.web is not None:
            self.web.answers(piece)


class Connections:
    """Follows one client's connections, frame by frame.

    Memory is bounded: `MOST_OPEN` connections, in each what waits for missing segments
    (`side.MOST_OCTETS`), and without `keeps` no contents.
    """

    def __init__(self, keeps: bool = True) -> None:
        """Follow; `keeps`: with contents, so for what is in memory anyway."""
        self._keeps = keeps
        self._open: dict[tuple[int, Address, int], Connection] = {}

    @property
    def open(self) -> int:
        """How many connections are followed."""
        return len(self._open)

    def add(self, frame: Frame) -> Connection | None:
        """The connection that a segment opens, or belongs to; None if it is none."""
        said, other = frame.said, frame.destination if frame.ours else frame.source
        local = frame.source_port if frame.ours else frame.port
        if not isinstance(said, Tcp) or other is None or other.port is None or local is None:
            return None
        key = local, other.address, other.port
        known = self._open.get(key)
        if known is None or _is_anew(known, frame, said):
            if known is not None:
                known.finish()
            known = self._begun(frame, said, other.address, other.port, local)
            self._open.pop(key, None)
            while len(self._open) >= MOST_OPEN:
                self._open.pop(next(iter(self._open))).finish()
            self._open[key] = known
        known.follow(frame, said)
        return known

    def finish(self) -> None:
        """Nothing more is to come."""
        for one in self._open.values():
            one.finish()

    def _begun(self, frame: Frame, said: Tcp, server: Address, port: int, local: int) -> Connection:
        found = Connection(
            server, port, local, frame.at, frame.number, not (said.opens or said.accepts)
        )
        found.is_kept = self._keeps
        found.is_incoming = frame.ours is said.accepts and (said.opens or said.accepts)
        return found


def _is_anew(known: Connection, frame: Frame, said: Tcp) -> bool:
    """A SYN that is no repeat: another connection from the same port."""
    side = known.ours if frame.ours else known.theirs
    return said.opens and side.begins != (said.sequence + 1) % (1 << 32)


def connections(frames: Iterable[Frame]) -> tuple[Connection, ...]:
    """The connections among a client's frames, in the order in which they began."""
    follower = Connections()
    found: dict[int, Connection] = {}
    for frame in frames:
        one = follower.add(frame)
        if one is not None:
            found.setdefault(id(one), one)
    follower.finish()
    return tuple(found.values())


def web_requests(found: Iterable[Connection]) -> Iterator[WebRequest]:
    """All that was asked of web servers, in the order of the requests."""
    every = (request for one in found for request in one.requests)
    return iter(sorted(every, key=lambda one: (one.at, one.number)))
