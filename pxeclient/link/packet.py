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
from collections.abc import Iterator, Sequence

from pxeclient.link import errors, offload, station
from pxeclient.link import interface as interfaces
from pxeclient.link.base import Link
from pxeclient.link.presence import Presence
from pxeclient.link.waiting import next_frame

_ETH_P_ALL = 0x0003

# linux/if_packet.h and asm-generic/socket.h, as far as the socket module does not name them.
_SOL_PACKET = 263
_PACKET_ADD_MEMBERSHIP = 1
_PACKET_DROP_MEMBERSHIP = 2
_PACKET_STATISTICS = 6
_PACKET_AUXDATA = 8
_PACKET_IGNORE_OUTGOING = 23
_PACKET_MR_PROMISC = 1
_SO_RCVBUFFORCE = 33
_SO_TIMESTAMPNS = 35
_TIMESPEC = struct.Struct("@ll")
_ANCILLARY = socket.CMSG_SPACE(offload.AUXDATA.size) + socket.CMSG_SPACE(_TIMESPEC.size)

_QUEUE_BYTES = 64 * 1024 * 1024
"""The default keeps 167 frames of a burst; this keeps tens of thousands."""

RING = 1024
"""Frames in a row, for each station, that are heard though they come late, as they do to a process
that had no time. A firmware's card keeps fewer (`boot.client.RING`), and no server has as many on
their way to one client, which waits for each answer or window."""
LATEST = 0.1
"""Seconds that a frame beyond these may have waited, or it is lost, as to a card that is full.
Whoever would hear all of a flood lives ever further in the past, and answers servers too late."""

_LONGEST_FRAME = 65536 + 64
"""The kernel may hand over segments it has not cut yet, up to an IP datagram with its headers."""

_QUEUE_FULL = frozenset({errno.ENOBUFS, errno.EAGAIN})
"""A card drops such a frame without a word, and firmware sends it again."""


class PacketLink(Link):
    """An Ethernet station with the address `mac`, beside whatever uses `interface` already.

    `opened`: a socket of `open_socket` for the two, from a process in another network namespace.
    `beside`: more stations on the same cable, which hear what is for any of them.

    Raises:
        LinkError: The interface cannot be used; says why and what to do.
        ValueError: `mac`, or one of `beside`, is no station's address.
    """

    dates = True

    def __init__(
        self,
        interface: str,
        mac: bytes,
        opened: socket.socket | None = None,
        *,
        beside: Sequence[bytes] = (),
    ) -> None:
        self.interface = interface
        self.mac = station.check_mac(mac)
        self._socket = opened or open_socket(interface, mac, *map(station.check_mac, beside))
        # A cable of a lab, whose socket comes from there, has nobody else at our end.
        self.borrowed = opened is None and self.mac != interfaces.address(interface)
        self._presence = Presence(interface, () if opened else (mac, *beside))
        self.doubled = self._presence.has_others
        self._buffer = bytearray(_LONGEST_FRAME)
        self._lost = 0
        self._came = 0.0
        self._empty_at = time.monotonic()
        """When there was last nothing to fetch."""
        self._room = self._ring = RING * (1 + len(beside))
        """How many more may be late."""

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

    def came(self) -> float:
        """When the kernel got the frame that was fetched last, by its own time stamp.

        However late we are, such as on a busy machine, a reply that was in time is in time.
        """
        return self._came

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
        self._presence.close()

    def _take(self) -> bytes | None:
        try:
            length, ancillary, _, _ = self._socket.recvmsg_into(
                [self._buffer], _ANCILLARY, socket.MSG_DONTWAIT
            )
        except BlockingIOError:
            self._empty_at = time.monotonic()
            self._room = self._ring
            raise
        frame = bytes(memoryview(self._buffer)[:length])
        self._came = now = time.monotonic()
        for level, kind, data in ancillary:
            if (level, kind) == (_SOL_PACKET, _PACKET_AUXDATA):
                frame = offload.as_on_wire(frame, data)
            elif (level, kind) == (socket.SOL_SOCKET, _SO_TIMESTAMPNS):
                self._came = self._dated(data)
        if self._room > 0:
            self._room -= 1
        elif now - self._came > LATEST:
            self._lost += 1
            return None
        return frame

    def _dated(self, stamp: bytes) -> float:
        """The kernel's time of day as our clock's time. Who sets the clock meanwhile cannot have a
        frame come before the queue was seen empty, or after now."""
        seconds, nanoseconds = map(float, _TIMESPEC.unpack_from(stamp))
        now = time.monotonic()
        ago = time.time() - (seconds + nanoseconds * 1e-9)
        return min(max(now - ago, self._empty_at), now)


def open_socket(name: str, *macs: bytes) -> socket.socket:
    """What a `PacketLink` sends and receives with; it belongs to our network namespace for ever.

    It has the frames for any of these addresses, and for groups; without any address it has none,
    until it is `heard`.

    Raises:
        LinkError: The interface cannot be used; says why and what to do.
    """
    interfaces.require_name(name)
    interfaces.require_ethernet(name)
    interfaces.require_up(name)
    try:
        # Protocol 0 receives nothing until `bind`: no frame slips in before the filter.
        opened = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    except PermissionError as error:
        raise errors.no_right_to_frames(name) from error
    try:
        _prepare(opened, socket.if_nametoindex(name), macs)
        opened.bind((name, _ETH_P_ALL))
    except OSError as error:
        opened.close()
        raise errors.explain(error, name) from error
    return opened


def _prepare(opened: socket.socket, index: int, macs: tuple[bytes, ...]) -> None:
    opened.setsockopt(_SOL_PACKET, _PACKET_IGNORE_OUTGOING, 1)
    opened.setsockopt(_SOL_PACKET, _PACKET_AUXDATA, 1)
    opened.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
    if macs:
        station.attach_filter(opened, *macs)
    else:
        station.attach_deafness(opened)
    try:
        opened.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _QUEUE_BYTES)
    except PermissionError:  # needs CAP_NET_ADMIN; without it net.core.rmem_max is the limit
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _QUEUE_BYTES)
    if macs:
        _be_promiscuous(opened, index, _PACKET_ADD_MEMBERSHIP)


def _be_promiscuous(opened: socket.socket, index: int, change: int) -> None:
    """A real card drops unicast to an address that is not its own. Ends with the socket."""
    membership = struct.pack("iHH8s", index, _PACKET_MR_PROMISC, 6, bytes(6))
    opened.setsockopt(_SOL_PACKET, change, membership)


@contextlib.contextmanager
def heard(opened: socket.socket, name: str, *macs: bytes) -> Iterator[None]:
    """Have a socket that was opened without addresses hear what is for these, for a while.

    Raises:
        LinkError: The interface is gone.
    """
    try:
        index = socket.if_nametoindex(name)
        opened.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8)  # whatever was lost before is no loss
        station.attach_filter(opened, *macs)
        _be_promiscuous(opened, index, _PACKET_ADD_MEMBERSHIP)
    except OSError as error:
        raise errors.explain(error, name) from error
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # the interface is gone, and its promiscuous mode
            station.attach_deafness(opened)
            _be_promiscuous(opened, index, _PACKET_DROP_MEMBERSHIP)
            while True:  # what came before is not for who comes next; ends with BlockingIOError
                opened.recv(1, socket.MSG_DONTWAIT)
