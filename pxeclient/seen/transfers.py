"""The TFTP transfers of one client: which packets are of which, by the client's port."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pxeclient.seen.frame import Frame
from pxeclient.seen.transfer import Transfer
from pxeclient.wire import dhcp, dhcp6, ethernet, tftp

__all__ = ["IDLE", "MOST_OPEN", "Transfer", "Transfers", "loose", "transfers"]

MOST_OPEN = 64
"""Transfers of one client that are followed at once. Firmwares have one, iPXE a few; programs that
read many small files open one after the other, each from a new port."""
IDLE = 300.0
"""Seconds without a packet after which a transfer is over. No firmware waits so long for a packet:
Intel's ROMs wait longest, 180 s for a first block (`profiles/*.toml`, tftp waits)."""

_ACK, _CONTENT = (b"\0\4",), (b"\0\3", b"\0\5", b"\0\6")
"""How packets of a transfer begin: the client's ACK; the server's DATA, ERROR and OACK."""


_DHCP6_PORTS = dhcp6.PORTS | {dhcp6.PROXY_PORT}


class Transfers:
    """Follows one client's transfers, frame by frame.

    Memory is bounded by `MOST_OPEN` transfers, and without `keeps` by a little for each.
    """

    def __init__(self, keeps: bool = True) -> None:
        """Follow; `keeps`: with all frames and contents, so for what is in memory anyway."""
        self._keeps = keeps
        self._open: dict[int, Transfer] = {}

    @property
    def open(self) -> int:
        """How many transfers are followed."""
        return len(self._open)

    def add(self, frame: Frame) -> Transfer | None:
        """The transfer that a frame opens, asks for again, or belongs to."""
        if not frame.is_udp or _is_dhcps(frame):
            return None
        local = frame.source_port if frame.ours else frame.port
        assert local is not None
        known = self._open.get(local)
        if known is not None and frame.at - known.last > IDLE:
            del self._open[local]
            known = None
        request = frame.said
        if frame.ours and isinstance(request, tftp.Request) and not request.write:
            if known is None or not known.repeats(request):
                return self._opened(frame, request, local)
            known.asked.append(frame)
            if not self._keeps:
                del known.asked[1:-1]
            known.last, known.last_number = frame.at, frame.number
        elif known is not None:
            known.follow(frame)
        return known

    def _opened(self, frame: Frame, request: tftp.Request, local: int) -> Transfer:
        assert frame.destination is not None
        ends = frame.destination.address, frame.destination.port or 0
        found = Transfer(request, *ends, local, [frame], self._keeps)
        found.last, found.last_number = frame.at, frame.number
        self._open.pop(local, None)
        while len(self._open) >= MOST_OPEN:
            del self._open[next(iter(self._open))]
        self._open[local] = found
        return found


def _is_dhcps(frame: Frame) -> bool:
    ports = _DHCP6_PORTS if frame.ethertype == ethernet.IPV6 else dhcp.DHCP_PORTS
    return frame.port in ports or frame.source_port in ports


def transfers(frames: Iterable[Frame]) -> tuple[Transfer, ...]:
    """The transfers among a client's frames, in the order of their requests."""
    follower = Transfers()
    found: dict[int, Transfer] = {}
    for frame in frames:
        transfer = follower.add(frame)
        if transfer is not None:
            found.setdefault(id(transfer), transfer)
    return tuple(found.values())


def loose(frames: Iterable[Frame]) -> Iterator[Frame]:
    """The packets of transfers whose read request is not there."""
    requested: set[int | None] = set()
    for frame in frames:
        if not frame.is_udp or _is_dhcps(frame):
            continue
        local = frame.source_port if frame.ours else frame.port
        if frame.ours and isinstance(frame.said, tftp.Request) and not frame.said.write:
            requested.add(local)
        elif local not in requested and frame.payload[:2] in (_ACK if frame.ours else _CONTENT):
            yield frame
