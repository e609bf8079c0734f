"""Listen on an interface and say nothing: for whoever watches a network's boots.

Every frame that the interface sees, in the promiscuous mode that ends with the socket; what goes
out of the interface too, since on a server that is the answers. The kernel drops what no boot is
made of (`relevance`), so that a busy server's other traffic costs nothing.
"""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import time
from collections.abc import Sequence

from pxeclient.link import errors, offload, relevance
from pxeclient.link import interface as interfaces
from pxeclient.link.waiting import next_frame

_ETH_P_ALL = 0x0003
# linux/if_packet.h and asm-generic/socket.h, as far as the socket module does not name them.
_SOL_PACKET = 263
_PACKET_ADD_MEMBERSHIP = 1
_PACKET_STATISTICS = 6
_PACKET_AUXDATA = 8
_PACKET_MR_PROMISC = 1
_SO_RCVBUFFORCE = 33
_SO_TIMESTAMPNS = 35
_TIMESPEC = struct.Struct("@ll")
_ANCILLARY = socket.CMSG_SPACE(offload.AUXDATA.size) + socket.CMSG_SPACE(_TIMESPEC.size)
_QUEUE_BYTES = 64 * 1024 * 1024
"""Tens of thousands of frames: a burst of a hundred machines, while a story is told."""
_LONGEST_FRAME = 65536 + 64
_LONGEST_WAIT = 3600.0


class Listener:
    """The frames of one interface.

    Raises:
        LinkError: The interface cannot be used; says why and what to do.
    """

    def __init__(self, interface: str) -> None:
        interfaces.require_name(interface)
        interfaces.require_ethernet(interface)
        interfaces.require_up(interface)
        self.interface = interface
        self._buffer = bytearray(_LONGEST_FRAME)
        self._lost = 0
        self._came = 0.0
        try:
            # Protocol 0 receives nothing until `bind`: no frame slips in before the filter.
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        except PermissionError as error:
            raise errors.no_right_to_frames(interface) from error
        try:
            self._prepare(socket.if_nametoindex(interface))
            self._socket.bind((interface, _ETH_P_ALL))
        except OSError as error:
            self._socket.close()
            raise errors.explain(error, interface) from error

    def fileno(self) -> int:
        """The descriptor, for waiting on several."""
        return self._socket.fileno()

    def receive(self, until: float) -> tuple[float, bytes] | None:
        """The next frame and the time of day when it came; None at `until` (monotonic seconds).

        Raises:
            LinkError: The interface is gone.
        """
        try:
            frame = next_frame(self._socket.fileno(), until, self._take)
        except OSError as error:
            raise errors.explain(error, self.interface) from error
        return None if frame is None else (self._came, frame)

    def lost(self) -> int:
        """Frames that the kernel dropped so far for want of room."""
        with contextlib.suppress(OSError):  # closed: the last count stands
            counts = self._socket.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8)
            self._lost += struct.unpack("II", counts)[1]  # the kernel starts at 0 again
        return self._lost

    def close(self) -> None:
        """Give the socket back, and with it the promiscuous mode. Harmless when repeated."""
        self._socket.close()

    def _prepare(self, index: int) -> None:
        opened = self._socket
        opened.setsockopt(_SOL_PACKET, _PACKET_AUXDATA, 1)
        opened.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        relevance.attach_filter(opened)
        try:
            opened.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _QUEUE_BYTES)
        except PermissionError:  # needs CAP_NET_ADMIN; without it net.core.rmem_max is the limit
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _QUEUE_BYTES)
        membership = struct.pack("iHH8s", index, _PACKET_MR_PROMISC, 0, bytes(8))
        opened.setsockopt(_SOL_PACKET, _PACKET_ADD_MEMBERSHIP, membership)

    def _take(self) -> bytes:
        length, ancillary, _, _ = self._socket.recvmsg_into(
            [self._buffer], _ANCILLARY, socket.MSG_DONTWAIT
        )
        frame = bytes(memoryview(self._buffer)[:length])
        self._came = time.time()
        for level, kind, data in ancillary:
            if (level, kind) == (_SOL_PACKET, _PACKET_AUXDATA):
                frame = offload.as_on_wire(frame, data)
            elif (level, kind) == (socket.SOL_SOCKET, _SO_TIMESTAMPNS):
                seconds, nanoseconds = _TIMESPEC.unpack_from(data)
                self._came = seconds + nanoseconds * 1e-9
        return frame


def first_of(listeners: Sequence[Listener], wait: float) -> tuple[float, bytes] | None:
    """The next frame that any of them hears, see `Listener.receive`; None after so many seconds.

    Raises:
        LinkError: An interface is gone.
    """
    until = time.monotonic() + wait
    if len(listeners) > 1:
        listeners = select.select(listeners, [], [], max(min(wait, _LONGEST_WAIT), 0.0))[0]
        until = 0.0
    for one in listeners:
        heard = one.receive(until)
        if heard is not None:
            return heard
    return None
