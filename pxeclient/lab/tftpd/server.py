"""The server: one thread, a socket for requests, and one for each transfer."""

from __future__ import annotations

import os
import selectors
import socket
import sys
import time
from pathlib import Path

from pxeclient.lab.tftpd.files import Refused, agreed, found
from pxeclient.lab.tftpd.transfer import MOST_OCTETS, Peer, Transfer
from pxeclient.wire import tftp
from pxeclient.wire.errors import WireError
from pxeclient.wire.options import printable

MOST_TRANSFERS = 200
"""At once; each takes two descriptors."""
_ILLEGAL = 4
"""The error code of an illegal operation (RFC 1350, appendix)."""


class Server:
    """Hands out the files of a folder."""

    def __init__(self, folder: Path, address: str, port: int) -> None:
        """Open the port.

        Raises:
            OSError: It cannot be opened.
        """
        self._folder, self._address = folder, address
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, port))
        self._transfers: dict[Peer, Transfer] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._socket, selectors.EVENT_READ, None)
        self.address: Peer = self._socket.getsockname()
        """Where it listens."""

    @property
    def busy(self) -> int:
        """Transfers that are under way."""
        return len(self._transfers)

    def hurry(self) -> None:
        """Have everything that waits be due."""
        for one in self._transfers.values():
            one.due = 0.0

    def forget(self) -> None:
        """End all transfers."""
        for peer in list(self._transfers):
            self._end(peer)

    def close(self) -> None:
        """End all transfers, and let go of the port."""
        self.forget()
        self._selector.close()
        self._socket.close()

    def serve(self) -> None:
        """Do so for good."""
        while True:
            self.step()

    def step(self) -> None:
        """Wait for packets, or for the next one that is to be repeated, and do what is due."""
        due = min((one.due for one in self._transfers.values()), default=None)
        wait = None if due is None else max(due - time.monotonic(), 0.0)
        for key, _ in self._selector.select(wait):
            if key.data is None:
                self._ask()
            elif key.data in self._transfers:
                self._do(key.data, "hear")
        now = time.monotonic()
        for peer in [peer for peer, one in self._transfers.items() if one.due <= now]:
            self._do(peer, "repeat")

    def _ask(self) -> None:
        try:
            octets, peer = self._socket.recvfrom(MOST_OCTETS)
            asked = tftp.parse(octets)
        except (OSError, WireError):
            return  # an answer to what nobody asked would be one more of them
        if not isinstance(asked, tftp.Request):
            return
        under_way = self._transfers.get(peer)
        if under_way is not None and under_way.asked == asked:
            return  # it came again, and gets the last packet when that is due
        self._end(peer)  # from the same port, it has done with what it asked for before
        name = printable(asked.filename)
        try:
            self._begin(asked, peer)
        except Refused as refused:
            _say(f"{peer[0]} asks for {name}: {refused.text} (error {refused.code})")
            self._refuse(peer, refused)
        except Exception as error:
            _say(f"{peer[0]} asks for {name}: {error!r}")
            self._end(peer)
            self._refuse(peer, Refused(tftp.NOT_DEFINED, "The server cannot"))

    def _begin(self, asked: tftp.Request, peer: Peer) -> None:
        if asked.write:
            raise Refused(tftp.ACCESS_VIOLATION, "Nothing can be written here")
        if asked.mode.lower() != b"octet":
            raise Refused(_ILLEGAL, f"The mode {printable(asked.mode)} is not known here")
        if len(self._transfers) >= MOST_TRANSFERS:
            raise Refused(tftp.NOT_DEFINED, f"{MOST_TRANSFERS} transfers are under way")
        file = found(self._folder, asked.filename)
        try:
            size = os.fstat(file.fileno()).st_size
            options = agreed(asked.options, size)
            transfer = Transfer(self._address, peer, file, asked)
        except BaseException:
            file.close()
            raise
        self._transfers[peer] = transfer
        self._selector.register(transfer.sock, selectors.EVENT_READ, peer)
        told = "".join(f", {name} {value}" for name, value in options.items())
        _say(f"{peer[0]} asks for {printable(asked.filename)}: {size} octets{told}")
        transfer.begin(options)

    def _refuse(self, peer: Peer, refused: Refused) -> None:
        """From a port of its own, as every answer to a request (RFC 1350 §4)."""
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
                own.bind((self._address, 0))
                error = tftp.Error(refused.code, refused.text.encode(errors="replace"))
                own.sendto(tftp.build(error), peer)
        except OSError as error:
            _say(f"{peer[0]} cannot be told: {error.strerror}")

    def _do(self, peer: Peer, what: str) -> None:
        """A step of a transfer; whatever goes wrong ends it, and nothing else."""
        transfer = self._transfers[peer]
        try:
            transfer.hear() if what == "hear" else transfer.repeat()
        except Refused as refused:
            _say(f"{peer[0]}: the transfer ends: {refused.text}")
            self._end(peer)
        except Exception as error:
            _say(f"{peer[0]}: the transfer ends: {error!r}")
            self._end(peer)
        else:
            if transfer.state is None:
                _say(f"{peer[0]} has all of it")
                self._end(peer)

    def _end(self, peer: Peer) -> None:
        transfer = self._transfers.pop(peer, None)
        if transfer is not None:
            self._selector.unregister(transfer.sock)
            transfer.end()


def _say(text: str) -> None:
    print(text, flush=True)


def main(argv: list[str] | None = None) -> None:
    """Serve: the arguments are the folder, the address and the port."""
    folder, address, port = argv or sys.argv[1:]
    server = Server(Path(folder), address, int(port))
    _say(f"The TFTP server is ready: {folder} on {address}, port {port}")
    server.serve()
