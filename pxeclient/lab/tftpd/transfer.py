"""A file on its way to one client: tftpy's transfer, fenced in."""

from __future__ import annotations

import socket
import time
from typing import BinaryIO, TypeAlias

from tftpy.TftpContexts import TftpContextServer, TftpMetrics
from tftpy.TftpPacketTypes import TftpPacketACK
from tftpy.TftpShared import TftpTimeoutExpectACK
from tftpy.TftpStates import TftpStateExpectACK

from pxeclient.lab.tftpd.files import Refused
from pxeclient.wire import tftp
from pxeclient.wire.errors import WireError
from pxeclient.wire.options import printable

REPEATS = 5
MOST_OCTETS = 65_535
"""Of a datagram."""
_PATIENCE = 2.0
"""Seconds that a client may be silent before it gets the last packet again."""

Peer: TypeAlias = tuple[str, int]


class _Uncounted(TftpMetrics):  # type: ignore[misc]
    """tftpy ends a transfer for the twentieth repetition of a packet."""

    def add_dup(self, packet: object) -> None:
        """Nothing follows from it."""


class Transfer(TftpContextServer):  # type: ignore[misc]
    """A file on its way to one client."""

    sock: socket.socket

    def __init__(self, own: str, peer: Peer, file: BinaryIO, asked: tftp.Request) -> None:
        super().__init__(*peer, timeout=_PATIENCE, root="", flock=False)
        self.sock.close()
        self.fileobj, self.tidport, self.metrics = file, peer[1], _Uncounted()
        self.state = TftpStateExpectACK(self)
        self.asked = asked
        self.repeated = 0
        self.due = 0.0
        """When the last packet is sent again."""
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind((own, 0))
        self.sock.connect(peer)  # from now on the kernel lets nobody else in
        self.sock.setblocking(False)

    def begin(self, options: dict[str, str]) -> None:
        """Send the first packet: what was agreed, or the first block if that is nothing."""
        self.options = options
        self.timeout = float(options.get("timeout", _PATIENCE))
        if options:
            self.state.sendOACK()
        else:
            self.next_block = 1
            self.pending_complete = self.state.sendDAT()
        self._wait()

    def hear(self) -> None:
        """Take a packet of the client's; the state is None when all has arrived.

        Raises:
            Refused: The client, or what it is on, has ended the transfer.
        """
        try:
            octets = self.sock.recv(MOST_OCTETS)
        except ConnectionError:
            raise Refused(0, "nobody listens there any more") from None
        try:
            message = tftp.parse(octets)
        except WireError:
            return
        if isinstance(message, tftp.Error):
            text = printable(message.message)
            raise Refused(message.code, f"the client ends it (error {message.code}: {text})")
        if not isinstance(message, tftp.Ack):
            return
        packet = TftpPacketACK()
        packet.blocknumber = message.block
        before = self.next_block
        try:
            self.state = self.state.handle(packet, self.host, self.port)
        except TftpTimeoutExpectACK:
            self.state.resendLast()
        if self.state is None or self.next_block != before:
            self.repeated = 0
            self._wait()

    def repeat(self) -> None:
        """Send the last packet again.

        Raises:
            Refused: That was done often enough.
        """
        self.repeated += 1
        if self.repeated > REPEATS:
            raise Refused(0, f"no acknowledgement of block {self.next_block} came")
        self.state.resendLast()
        self._wait()

    def _wait(self) -> None:
        self.due = time.monotonic() + self.timeout
