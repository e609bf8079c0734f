"""Frames that a capture lost, and that it proves all the same: blocks that were acknowledged.

Capturing loses frames where a download is fast. A client that acknowledges a block has had it,
so the blocks between two acknowledgements were sent, whatever they held: they are filled in,
with the octets of the block before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pxeclient.replay.frames import ends
from pxeclient.replay.mending import mended
from pxeclient.seen.frame import Frame
from pxeclient.seen.reading import read
from pxeclient.wire import ethernet, tftp
from pxeclient.wire.addresses import Mac

_MOST = 4096
"""Blocks in a row that are filled in; more is no loss but something else."""


@dataclass(slots=True)
class _Flow:
    """A transfer under way, by the client's port."""

    window: bool = False
    """Not every block is acknowledged, so only blocks and no acknowledgements can be missed."""
    data: Frame | None = None
    block: int = 0
    """The last block recorded."""
    acked: int = 0
    """The last acknowledgement recorded."""


def filled(frames: Iterable[Frame], mac: Mac) -> tuple[list[Frame], int]:
    """The frames with the lost ones filled in, and how many those are."""
    flows: dict[int, _Flow] = {}
    whole: list[Frame] = []
    count = 0
    for frame in frames:
        lost = _lost(frame, mac, flows)
        count += len(lost)
        whole += [*lost, frame]
    return whole, count


def _lost(frame: Frame, mac: Mac, flows: dict[int, _Flow]) -> list[Frame]:
    """What must have been sent just before `frame`; keeps count of the transfers."""
    way = ends(frame)
    if way is None:
        return []
    is_ours = frame.sender == mac
    port = way[0 if is_ours else 1].port or 0
    match frame.said:
        case tftp.Request() if is_ours:
            flows.setdefault(port, _Flow())
        case tftp.OptionAck() as message if port in flows:
            flows[port].window = message.get(b"windowsize") is not None
        case tftp.Data(block) if port in flows and not is_ours:
            flows[port].data, flows[port].block = frame, block
        case tftp.Ack(block) if port in flows and is_ours:
            lost = _between(frame, flows[port], block)
            flows[port].acked = block
            return lost
        case _:
            pass
    return []


def _between(ack: Frame, flow: _Flow, block: int) -> list[Frame]:
    """The blocks after the last recorded one up to the acknowledged one."""
    count = (block - flow.block) & 0xFFFF
    if flow.data is None or not 0 < count <= _MOST:
        return []
    since = flow.data.at
    found: list[Frame] = []
    for number in range(1, count + 1):
        lost = (flow.block + number) & 0xFFFF
        # In lock-step each block was acknowledged before the next came.
        if not flow.window and (number > 1 or flow.acked != flow.block):
            found.append(_renumbered(ack, lost - 1 & 0xFFFF, ack.number))
        found.append(_renumbered(flow.data, lost, ack.number))
    step = (ack.at - since) / (len(found) + 1)
    flow.data, flow.block = found[-1], block
    return [one._replace(at=since + step * (at + 1)) for at, one in enumerate(found)]


def _renumbered(frame: Frame, block: int, number: int) -> Frame:
    """A DATA or ACK as recorded, with another block number."""
    octets = frame.octets
    at = ethernet.HEADER + (octets[ethernet.HEADER] & 15) * 4 + 8 + 2
    changed = mended(octets[:at] + block.to_bytes(2, "big") + octets[at + 2 :])
    return read(number, frame.at, changed, length=frame.length)
