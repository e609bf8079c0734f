"""A link on an existing interface: an AF_PACKET socket that behaves like a card of its own.

The interface keeps its addresses and its state; the emulated station is one more on its segment.
Needs CAP_NET_RAW and nothing else.
"""

from __future__ import annotations

import contextlib
import errno
import socket
import struct
import time

from pxeclient.link import errors, interface, offload, station
from pxeclient.link.base import Link
from pxeclient.link.waiting import next_frame

_ETH_P_ALL = 0x0003

# linux/if_packet.h and asm-generic/socket.h, as far as the socket module does not name them.
_SOL_PACKET = 263
_PACKET_ADD_MEMBERSHIP = 1
_PACKET_STATISTICS = 6
_PACKET_AUXDATA = 8
_PACKET_IGNORE_OUTGOING = 23
_PACKET_MR_PROMISC = 1
_SO_RCVBUFFORCE = 33

_QUEUE_BYTES = 64 * 1024 * 1024
"""The default keeps 167 frames of a burst; this keeps tens of thousands."""

_LONGEST_FRAME = 65536 + 64
"""The kernel may hand over segments it has not cut yet, up to an IP datagram with its headers."""

_QUEUE_FULL = frozenset({errno.ENOBUFS, errno.EAGAIN})
"""A card drops such a frame without a word, and firmware sends it again."""


class PacketLink(Link):
    """An Ethernet station with the address `mac`, beside whatever uses `interface` already.

    `opened`: a socket of `open_socket` for the two, from a process in another network namespace.

    Raises:
        LinkError: The interface cannot be used; says why and what to do.
        ValueError: `mac` is no station's address.
    """

    def __init__(self, interface: str, mac: bytes, opened: socket.socket | None = None) -> None:
        self.interface = interface
        self.mac = station.check_mac(mac)
        self._socket = opened or open_socket(interface, mac)
        self._buffer = bytearray(_LONGEST_FRAME)
        self._lost = 0

    def now(self) -> float:
        """Seconds of the monotonic clock."""
        return time.monotonic()

    def send(self, frame: bytes) -> None:
        """Put one frame on the wire; one that finds the queue full is lost, and counted so.

        Raises:
            LinkError: The frame is too long, or the interface is gone.
        """
        try:
            self._socket.send(frame)
        except OSError as error:
            if error.errno not in _QUEUE_FULL:
                raise errors.explain(error, self.interface, len(frame)) from error
            self._lost += 1

    def receive(self, until: float) -> bytes | None:
        """The next frame to our address or to a group, complete; None at `until`.

        Raises:
            LinkError: The interface is gone.
        """
        try:
            return next_frame(self._socket.fileno(), until, self._take)
        except OSError as error:
            raise errors.explain(error, self.interface) from error

    def lost(self) -> int:
        """Frames that the kernel dropped so far, because the queue to us or from us was full."""
        with contextlib.suppress(OSError):  # closed: the last count stands
            counts = self._socket.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8)
            self._lost += struct.unpack("II", counts)[1]  # the kernel starts at 0 again
        return self._lost

    def close(self) -> None:
        """Give the socket back, and with it the promiscuous mode. Harmless when repeated."""
        if self._socket.fileno() >= 0:
            self.lost()
        self._socket.close()

    def _take(self) -> bytes:
        length, ancillary, _, _ = self._socket.recvmsg_into(
            [self._buffer], socket.CMSG_SPACE(offload.AUXDATA.size), socket.MSG_DONTWAIT
        )
        frame = bytes(memoryview(self._buffer)[:length])
        for level, kind, data in ancillary:
            if (level, kind) == (_SOL_PACKET, _PACKET_AUXDATA):
                return offload.as_on_wire(frame, data)
        return frame


def open_socket(name: str, mac: bytes) -> socket.socket:
    """What a `PacketLink` sends and receives with; it belongs to our network namespace for ever.

    Raises:
        LinkError: The interface cannot be used; says why and what to do.
    """
    interface.require_name(name)
    interface.require_ethernet(name)
    interface.require_up(name)
    try:
        # Protocol 0 receives nothing until `bind`: no frame slips in before the filter.
        opened = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    except PermissionError as error:
        raise errors.no_right_to_frames(name) from error
    try:
        _prepare(opened, socket.if_nametoindex(name), mac)
        opened.bind((name, _ETH_P_ALL))
    except OSError as error:
        opened.close()
        raise errors.explain(error, name) from error
    return opened


def _prepare(opened: socket.socket, index: int, mac: bytes) -> None:
    opened.setsockopt(_SOL_PACKET, _PACKET_IGNORE_OUTGOING, 1)
    opened.setsockopt(_SOL_PACKET, _PACKET_AUXDATA, 1)
    station.attach_filter(opened, mac)
    try:
        opened.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _QUEUE_BYTES)
    except PermissionError:  # needs CAP_NET_ADMIN; without it net.core.rmem_max is the limit
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _QUEUE_BYTES)
    # A real card drops unicast to an address that is not its own. Ends with the socket.
    membership = struct.pack("iHH8s", index, _PACKET_MR_PROMISC, 6, mac)
    opened.setsockopt(_SOL_PACKET, _PACKET_ADD_MEMBERSHIP, membership)
