"""A wire watched as it goes on: every client's attempts, exchanges, transfers, in bounded memory.

What has been told is forgotten: `Follower.add` says of each frame whose it is and what it belongs
to, and keeps only what the next frames need. The bounds are those of its parts (`mending.Reader`,
`stations.Sharing`, `exchanges.Exchanges`, `transfers.Transfers`, `streams.Connections`), the
latter four for each client that is known, of which there are at most `stations.MOST`.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import NamedTuple

from pxeclient.seen.attempts import Watch
from pxeclient.seen.exchanges import Exchange, Exchanges
from pxeclient.seen.frame import Frame
from pxeclient.seen.mending import Reader
from pxeclient.seen.stations import MOST, Sharing
from pxeclient.seen.streams import Connection, Connections
from pxeclient.seen.transfers import Transfer, Transfers
from pxeclient.wire.addresses import Mac


class Heard(NamedTuple):
    """A frame as one client's."""

    mac: Mac
    """The client's."""
    attempt: int
    """Which of its attempts, from 1."""
    frame: Frame
    begins: str
    """Why it begins another attempt; empty if it does not, or is the first frame."""
    exchange: Exchange | None
    """The question that it asks or answers. It is kept no longer than it can be answered, and
    grows with its answers."""
    transfer: Transfer | None
    """The transfer that it is of, without frames and content."""
    connection: Connection | None = None
    """The TCP connection that it is of, without content."""


MOST_OPEN, MOST_FRAMES = 16, 4
"""Questions that wait for each client, and frames that are kept of each way: enough to say who
answered first, and how long after what."""


@dataclass(slots=True)
class _Client:
    """What the next frames of a client need."""

    attempt: int = 1
    watch: Watch = field(default_factory=Watch)
    exchanges: Exchanges = field(default_factory=lambda: Exchanges(MOST_OPEN, MOST_FRAMES))
    transfers: Transfers = field(default_factory=lambda: Transfers(keeps=False))
    connections: Connections = field(default_factory=lambda: Connections(keeps=False))


class Follower:
    """Reads a wire frame by frame, and says what each frame is to its clients."""

    def __init__(self, most: int = MOST) -> None:
        """Begin with nobody; at most `most` clients are known at once."""
        self._reader = Reader()
        self._sharing = Sharing(most)
        self._clients: OrderedDict[Mac, _Client] = OrderedDict()
        self._most = most

    @property
    def clients(self) -> int:
        """How many clients are known."""
        return len(self._clients)

    def add(self, number: int, at: float, octets: bytes, length: int | None = None) -> list[Heard]:
        """Read one frame; see `reading.read` for its arguments. Never raises."""
        frame = self._reader.read(number, at, octets, length=length)
        found = [self._heard(station.mac, one) for station, one in self._sharing.add(frame)]
        while len(self._clients) > self._most:
            self._clients.popitem(last=False)
        return found

    def _heard(self, mac: Mac, frame: Frame) -> Heard:
        client = self._clients.get(mac)
        if client is None:
            client = self._clients[mac] = _Client()
        # The order is that of the latest frame, as in `Sharing`.
        self._clients.move_to_end(mac)
        why = client.watch.add(frame)
        if why:
            client.attempt += 1
            client.watch = Watch()
            client.watch.add(frame)
        return Heard(
            mac,
            client.attempt,
            frame,
            why,
            client.exchanges.add(frame),
            client.transfers.add(frame),
            client.connections.add(frame),
        )
