"""Frames that a capture lost, and that it proves all the same: blocks that were acknowledged.

Capturing loses frames where a download is fast. A client that acknowledges a block has had it,
so the blocks between two acknowledgements were sent, whatever they held: they are filled in,
with the octets of the block before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from pxeclient.replay.datagrams import readable
from pxeclient.replay.mending import mended
from pxeclient.replay.reading import Recorded
from pxeclient.wire import ethernet, tftp
from pxeclient.wire.addresses import Mac
from pxeclient.wire.errors import WireError

_MOST = 4096
"""Blocks in a row that are filled in; more is no loss but something else."""


@dataclass(slots=True)
class _Flow:
    """A transfer under way, by the client's port."""

    window: bool = False
    """Not every block is acknowledged, so only blocks and no acknowledgements can be missed."""
    data: Recorded | None = None
    block: int = 0
    """The last block recorded."""
    acked: int = 0
    """The last acknowledgement recorded."""


def filled(frames: list[Recorded], mac: Mac) -> tuple[list[Recorded], int]:
    """The frames with the lost ones filled in, and how many those are."""
    flows: dict[int, _Flow] = {}
    whole: list[Recorded] = []
    for frame in frames:
        whole += _lost(frame, mac, flows)
        whole.append(frame)
    return whole, len(whole) - len(frames)


def _lost(frame: Recorded, mac: Mac, flows: dict[int, _Flow]) -> list[Recorded]:
    """What must have been sent just before `frame`; keeps count of the transfers."""
    datagram = readable(frame.data)
    if datagram is None:
        return []
    is_ours = frame.data[6:12] == mac
    port = datagram.source_port if is_ours else datagram.port
    try:
        message = tftp.parse(datagram.payload)
    except WireError:
        return []
    match message:
        case tftp.Request() if is_ours:
            flows.setdefault(port, _Flow())
        case tftp.OptionAck() if port in flows:
            flows[port].window = message.get(b"windowsize") is not None
        case tftp.Data(block) if port in flows and not is_ours:
            flows[port].data, flows[port].block = frame, block
        case tftp.Ack(block) if port in flows and is_ours:
            lost = _between(frame, flows[port], block)
            flows[port].acked = block
            return lost
    return []


def _between(ack: Recorded, flow: _Flow, block: int) -> list[Recorded]:
    """The blocks after the last recorded one up to the acknowledged one."""
    count = (block - flow.block) & 0xFFFF
    if flow.data is None or not 0 < count <= _MOST:
        return []
    since = flow.data.at
    found: list[Recorded] = []
    for number in range(1, count + 1):
        lost = (flow.block + number) & 0xFFFF
        # In lock-step each block was acknowledged before the next came.
        if not flow.window and (number > 1 or flow.acked != flow.block):
            found.append(_renumbered(ack, lost - 1 & 0xFFFF, ack.number))
        found.append(_renumbered(flow.data, lost, ack.number))
    step = (ack.at - since) / (len(found) + 1)
    flow.data, flow.block = found[-1], block
    return [replace(one, at=since + step * (at + 1)) for at, one in enumerate(found)]


def _renumbered(frame: Recorded, block: int, number: int) -> Recorded:
    """A DATA or ACK as recorded, with another block number."""
    at = ethernet.HEADER + (frame.data[ethernet.HEADER] & 15) * 4 + 8 + 2
    data = frame.data[:at] + block.to_bytes(2, "big") + frame.data[at + 2 :]
    return replace(frame, number=number, data=mended(data))
