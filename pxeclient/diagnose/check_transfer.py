"""The blocks of a download: lost, too many, too long, too few."""

from __future__ import annotations

from collections.abc import Iterator

from pxeclient.diagnose.model import Sighting
from pxeclient.diagnose.registry import check, frames
from pxeclient.diagnose.scene import Scene
from pxeclient.outcome import Failure
from pxeclient.seen.aspects import Aspect
from pxeclient.seen.transfers import Transfer
from pxeclient.wire import tftp
from pxeclient.wire.options import printable

_LAST_BLOCK = 65535
_TIMED_OUT = {Failure.TFTP_OPEN_TIMEOUT, Failure.TFTP_READ_TIMEOUT}


def _stalled(scene: Scene) -> Transfer | None:
    """The last transfer, if it began and the server's part then ended too early."""
    last = scene.last_transfer
    if last is None or not last.answers or last.error is not None or scene.lost:
        return None
    return None if last.is_short or scene.failure not in _TIMED_OUT else last


def _unheard(scene: Scene) -> Transfer | None:
    """The last transfer of a boot of which nobody saw the end, if only fragments came, again and
    again: what a server repeats was not acknowledged."""
    last = scene.last_transfer
    if last is None or scene.outcome is not None or scene.lost or last.error is not None:
        return None
    packets = [found for (source, _), found in scene.fragments.items() if source == last.server]
    return last if len(packets) > 1 and not last.acknowledged else None


def _is_deaf(last: Transfer) -> bool:
    """The server says the same again and again, although the client has answered it."""
    said = [seen.said for seen in last.answers]
    return len(said) > 2 and said[-1] == said[-2] and any(seen.ours for seen in last.packets)


@check("T-NAT")
def server_does_not_hear(scene: Scene) -> Iterator[Sighting]:
    """The download stalls: the server repeats what the client has acknowledged."""
    last = _stalled(scene)
    if last is not None and _is_deaf(last):
        repeats = [seen.number for seen in last.answers if seen.said == last.answers[-1].said]
        port = last.answers[-1].source_port
        words = (
            f"{last.server}:{port} repeats the same packet ({frames(*repeats)}); our"
            " acknowledgements went to that port."
        )
        yield Sighting((last.asked[0].number, *repeats), words, True)


@check("T-MTU", from_frames=True, needs=Aspect.OTHERS)
def large_blocks_are_lost(scene: Scene) -> Iterator[Sighting]:
    """The options are agreed, and no block, or only fragments of one, ever comes."""
    last = _stalled(scene) or _unheard(scene)
    if last is None or _is_deaf(last) or last.block_size <= tftp.BLOCK:
        return
    if any(isinstance(seen.said, tftp.Data) for seen in last.answers):
        return
    parts = [number for (source, _), found in scene.fragments.items() if source == last.server
             for number in found]  # fmt: skip
    some = f"; only fragments came ({frames(*parts)})" if parts else ""
    words = f"{last.server} agreed to blksize {last.block_size}, and no block followed{some}."
    yield Sighting((last.asked[0].number, last.answers[-1].number, *parts), words, True)


@check("T-FRAG")
def blocks_come_in_fragments(scene: Scene) -> Iterator[Sighting]:
    """Blocks of a file come in IP fragments, and this client puts them together."""
    for transfer in scene.transfers:
        parted = [
            (frame, frame.said.block)
            for frame in scene.parted_blocks
            if frame.port == transfer.local_port and isinstance(frame.said, tftp.Data)
        ]
        acknowledged = max(
            (one.said.block for one in transfer.packets
             if one.ours and isinstance(one.said, tftp.Ack)), default=0
        )  # fmt: skip
        if not any(block <= acknowledged for _, block in parted):
            continue
        first = [part.number for part in parted[0][0].frames]
        words = (
            f"{transfer.server} sends {transfer.name} in blocks of {transfer.block_size} octets;"
            f" {len(parted)} of them came in fragments, the first in {frames(*first)}."
        )
        yield Sighting((transfer.asked[0].number, *first), words)
        return


@check("T-WRAP")
def block_numbers_end(scene: Scene) -> Iterator[Sighting]:
    """The download stalls at block 65535, or the file has more blocks than there are numbers."""
    last = _stalled(scene)
    if last is not None:
        blocks = [seen.said for seen in last.answers if isinstance(seen.said, tftp.Data)]
        if blocks and blocks[-1].block in (_LAST_BLOCK, 0):
            number = last.answers[-1].number
            words = f"{last.name}: the last block is {blocks[-1].block} (frame {number})."
            yield Sighting((last.asked[0].number, number), words, True)
            return
    booted = scene.booted
    if booted is not None and booted.content:
        size = scene.transfers[-1].block_size if scene.transfers else tftp.BLOCK
        count = booted.size // size + 1
        if count > _LAST_BLOCK:
            words = f"{count} blocks of {size} octets: their numbers began anew."
            yield Sighting((scene.transfers[-1].asked[0].number,), words)


@check("T-STALL")
def download_breaks_off(scene: Scene) -> Iterator[Sighting]:
    """Blocks came, and then no more, for no reason that shows."""
    last = _stalled(scene)
    if last is None or _is_deaf(last):
        return
    blocks = [seen for seen in last.answers if isinstance(seen.said, tftp.Data)]
    if not blocks and last.block_size > tftp.BLOCK:
        return  # T-MTU
    final = blocks[-1] if blocks else last.answers[-1]
    packet = final.said
    if isinstance(packet, tftp.Data) and packet.block in (_LAST_BLOCK, 0):
        return  # T-WRAP
    what = f"block {packet.block}" if isinstance(packet, tftp.Data) else "its first answer"
    words = f"{last.server} fell silent after {what} of {last.name} (frame {final.number})."
    yield Sighting((last.asked[0].number, final.number), words, True)


@check("T-LONG", from_frames=True)
def block_is_too_long(scene: Scene) -> Iterator[Sighting]:
    """A block is longer than was agreed."""
    for transfer in scene.transfers:
        for seen in transfer.answers:
            if isinstance(seen.said, tftp.Data) and len(seen.said.content) > transfer.block_size:
                words = (
                    f"Block {seen.said.block} (frame {seen.number}) has"
                    f" {len(seen.said.content)} octets, {transfer.block_size} were agreed."
                )
                stops = scene.failure is Failure.TFTP_BLOCK_TOO_LONG
                yield Sighting((transfer.asked[0].number, seen.number), words, stops)
                return


@check("T-GRANT", from_frames=True, needs=Aspect.READ)
def more_is_granted_than_asked(scene: Scene) -> Iterator[Sighting]:
    """An OACK has an option that was not asked for, or a larger value."""
    for transfer in scene.transfers:
        asked = {name.lower(): value for name, value in transfer.request.options}
        for name, value in transfer.oack.options if transfer.oack else ():
            if name.lower() == b"blksize" and _exceeds(value, asked.get(b"blksize")):
                fault = f"blksize {printable(value)}"
            elif name.lower() not in asked:
                fault = f"{printable(name)}, which was not asked for"
            else:
                continue
            words = f"{transfer.server} grants {fault} (frame {transfer.answers[0].number})."
            stops = scene.failure in {Failure.TFTP_BAD_OACK, Failure.TFTP_BAD_BLKSIZE}
            yield Sighting((transfer.asked[0].number, transfer.answers[0].number), words, stops)
            return


def _exceeds(granted: bytes, asked: bytes | None) -> bool:
    if asked is None or not asked.isdigit():
        return False
    return not granted.isdigit() or int(granted[:9]) > int(asked[:9])


@check("T-BIG")
def file_is_too_big(scene: Scene) -> Iterator[Sighting]:
    """The file is larger than this firmware takes, or than was announced."""
    last = scene.last_transfer
    if last is None:
        return
    size = last.agreed(b"tsize") or max(
        (one.agreed(b"tsize") or 0 for one in scene.transfers), default=0
    )
    told = f"{size} octets by its tsize" if size else "more octets than it takes"
    if scene.failure is Failure.FILE_TOO_BIG:
        yield Sighting((last.asked[0].number,), f"{last.name} has {told}.", True)


@check("T-OUTGROWN")
def file_is_longer_than_announced(scene: Scene) -> Iterator[Sighting]:
    """More octets came than option 13 or tsize had announced, and this firmware minds."""
    last = scene.last_transfer
    if last is not None and scene.failure is Failure.FILE_OUTGROWN:
        words = f"{last.name}: more octets came than were announced."
        yield Sighting((last.asked[0].number,), words, True)
