"""The multicast TFTP side of a host: one file that many clients get at once.

A client's read request starts a transfer. The client that gets block 1 alone, besides the
group, is its master: its ACKs bring the next block, for all. What other clients acknowledge
is not on this segment, so such a transfer goes at a pace of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from pxeclient.practice.boot_files import BootFile, Kind
from pxeclient.practice.model import Mtftp, Tftp
from pxeclient.practice.schedule import Schedule
from pxeclient.practice.tftp_server import content, refusal
from pxeclient.practice.transfer import Agreement, Delivery
from pxeclient.wire import igmp, tftp
from pxeclient.wire.addresses import multicast_mac
from pxeclient.wire.errors import WireError
from pxeclient.wire.igmp import Igmp
from pxeclient.wire.onestep import Peer

_REPORTS = (igmp.REPORT_V1, igmp.REPORT_V2)

Send: TypeAlias = Callable[[Peer, int, bytes, float], None]
"""Sends a UDP payload to a peer, from that source port, at that time."""


class Stream:
    """Blocks to the group that other clients acknowledge: they come whatever ours does."""

    def __init__(self, server: MtftpServer, first: int, now: float) -> None:
        self.wake_at: float | None = now + server.script.gap
        self._server = server
        self._next = first
        self._last = server.file.size // tftp.BLOCK + 1
        stops_after = server.script.stops_after
        if stops_after is not None:
            self._last = min(self._last, stops_after)

    def wake(self, now: float) -> None:
        """Send the next block, unless that was the last."""
        if self.wake_at is None or now < self.wake_at:
            return
        if self._next > self._last:
            self.wake_at = None
            return
        self._server.send_to_group(self._next, now)
        self._next += 1
        self.wake_at = now + self._server.script.gap


class MtftpServer:
    """Serves one file by one server's script."""

    def __init__(
        self, script: Mtftp, own: bytes, kind: Kind, schedule: Schedule, transmit: Send
    ) -> None:
        """Set up the server on a host with the address `own` (four octets)."""
        self.script = script
        self.file: BootFile = content(script.file, kind, tftp.BLOCK)
        self._schedule, self._transmit = schedule, transmit
        group = script.group
        self._everybody = Peer(multicast_mac(group), group.packed, script.client_port, own)
        self._lost = set(script.drop_blocks)
        self._is_under_way = script.under_way is not None
        self._stream: Stream | None = None
        self._master: Peer | None = None
        self._transfer: Delivery | None = None

    def reported(self, message: Igmp, now: float) -> None:
        """A client tells which group it belongs to; a transfer may be under way in that."""
        if message.type not in _REPORTS or message.group != self.script.group:
            return
        if self._is_under_way:
            self._is_under_way = False
            self._start_stream(self.script.under_way or 1, now)

    def received(self, client: Peer, payload: bytes, now: float) -> None:
        """A packet came to the MTFTP port."""
        try:
            message = tftp.parse(payload)
        except WireError:
            return
        match message:
            case tftp.Request():
                self._requested(client, message, now)
            case tftp.Ack(block) if self._transfer is not None and client == self._master:
                self._transfer.acknowledged(block, now)
            case tftp.Error() if self._transfer is not None and client == self._master:
                self._transfer.end()
            case _:
                pass

    def send_to_group(self, block: int, at: float) -> None:
        """One block for all members, unless it is to be lost."""
        if block in self._lost:
            self._lost.discard(block)
            return
        offset = (block - 1) * tftp.BLOCK
        self._emit(self._everybody, tftp.Data(block, self.file.read(offset, tftp.BLOCK)), at)

    def _requested(self, client: Peer, request: tftp.Request, now: float) -> None:
        refused = self._refusal(request)
        if self.script.silent or self._is_busy():
            return
        if refused is not None:
            self._emit(client, refused, now)
        elif self.script.first_block == "group":
            self._start_stream(1, now)
        else:
            self._serve(client, now)

    def _is_busy(self) -> bool:
        """A transfer goes on: who asks will hear it."""
        running = (self._transfer, self._stream)
        return any(sleeper is not None and sleeper.wake_at is not None for sleeper in running)

    def _refusal(self, request: tftp.Request) -> tftp.Error | None:
        is_there = request.filename == self.script.name.encode("latin-1")
        return refusal(request, self.script.error, is_there)

    def _serve(self, client: Peer, now: float) -> None:
        """Begin a transfer with this client as its master."""

        def emit(packet: tftp.Message, at: float) -> None:
            is_first = isinstance(packet, tftp.Data) and packet.block == 1
            if is_first or not isinstance(packet, tftp.Data):
                self._emit(client, packet, at)
            if isinstance(packet, tftp.Data) and not (
                is_first and self.script.first_block == "client"
            ):
                self._emit(self._everybody, packet, at)

        script = Tftp(drop_blocks=self.script.drop_blocks)
        self._master, self._transfer = client, Delivery(script, self.file, Agreement(), emit)
        self._transfer.start(now)
        self._schedule.watch(self._transfer)

    def _start_stream(self, first: int, now: float) -> None:
        self._stream = Stream(self, first, now)
        self._schedule.watch(self._stream)

    def _emit(self, to: Peer, packet: tftp.Message, at: float) -> None:
        self._transmit(to, self.script.server_port, tftp.build(packet), at)
