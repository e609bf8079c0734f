"""The download: not there, not allowed, not answered, not finished."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pxeclient.boot.outcome import Failure
from pxeclient.diagnose.model import Seen
from pxeclient.diagnose.registry import check, frames
from pxeclient.diagnose.scene import Scene
from pxeclient.diagnose.tftp_seen import TftpSeen, Transfer
from pxeclient.wire import tftp
from pxeclient.wire.options import printable

_LONGEST_PLAIN = 1468
"""The largest block that fits in one Ethernet frame: 1500 - 20 - 8 - 4."""
_LAST_BLOCK = 65535
_ODD_PATH = re.compile(rb"\\|^/|//|[A-Z]|[^\x21-\x7e]")
_TIMED_OUT = {Failure.TFTP_OPEN_TIMEOUT, Failure.TFTP_READ_TIMEOUT}
_GIVEN_UP = {*_TIMED_OUT, Failure.ICMP_UNREACHABLE, Failure.ICMP_ERROR}
_NO_SIZE = {Failure.TFTP_NO_OPTIONS, Failure.TFTP_NO_TSIZE, Failure.TFTP_BAD_TSIZE}


def _last(scene: Scene) -> Transfer | None:
    return scene.transfers[-1] if scene.transfers else None


def _name(transfer: Transfer) -> str:
    return printable(transfer.request.filename)


def _error(scene: Scene, *codes: int) -> Iterator[tuple[Transfer, TftpSeen, tftp.Error]]:
    """The ERROR of the last transfer, if it has one of these codes."""
    last = _last(scene)
    if last is not None and last.error is not None and scene.booted is None:
        packet = last.error.packet
        if isinstance(packet, tftp.Error) and packet.code in codes:
            yield last, last.error, packet


def _refusal(last: Transfer, error: TftpSeen, packet: tftp.Error) -> str:
    says = f": {printable(packet.message)}" if packet.message else ""
    return f"{last.server} has ERROR {packet.code}{says} for {_name(last)} (frame {error.number})"


@check("T-FOUND")
def not_found(scene: Scene) -> Iterator[Seen]:
    """ERROR 1, and nothing is odd about the name."""
    for last, error, packet in _error(scene, tftp.FILE_NOT_FOUND):
        if not _ODD_PATH.search(last.request.filename):
            words = f"{_refusal(last, error, packet)}."
            yield Seen((last.asked[0], error.number), words, scene.failure is not None)


@check("T-PATH")
def not_found_by_that_path(scene: Scene) -> Iterator[Seen]:
    """ERROR 1, and the name has a leading slash, backslashes, capitals or odd octets."""
    for last, error, packet in _error(scene, tftp.FILE_NOT_FOUND):
        if _ODD_PATH.search(last.request.filename):
            words = f"{_refusal(last, error, packet)}."
            yield Seen((last.asked[0], error.number), words, scene.failure is not None)


@check("T-DENIED")
def not_allowed(scene: Scene) -> Iterator[Seen]:
    """ERROR 2."""
    for last, error, packet in _error(scene, tftp.ACCESS_VIOLATION):
        words = f"{_refusal(last, error, packet)}."
        yield Seen((last.asked[0], error.number), words, scene.failure is not None)


@check("T-ERROR")
def another_error(scene: Scene) -> Iterator[Seen]:
    """Any other ERROR that ended the download."""
    for last, error, packet in _error(scene, 0, *range(3, 256)):
        words = f"{_refusal(last, error, packet)}."
        yield Seen((last.asked[0], error.number), words, scene.failure is not None)


@check("T-WIN")
def windows_are_refused(scene: Scene) -> Iterator[Seen]:
    """A request with windowsize meets with an ERROR, and the next one without it does not."""
    for at, transfer in enumerate(scene.transfers):
        later = scene.transfers[at + 1 :]
        agreed = any(not other.wanted(b"windowsize") and other.error is None for other in later)
        if transfer.wanted(b"windowsize") and transfer.error is not None and (agreed or not later):
            packet = transfer.error.packet
            if isinstance(packet, tftp.Error) and packet.code == tftp.OPTION_REFUSED:
                words = f"{_refusal(transfer, transfer.error, packet)}, asked for with windowsize."
                numbers = (transfer.asked[0], transfer.error.number)
                yield Seen(numbers, words, scene.failure is not None)


@check("T-SILENT")
def request_is_not_answered(scene: Scene) -> Iterator[Seen]:
    """Read requests go out, the host answers ARP, and nothing comes back."""
    last = _last(scene)
    if last is None or last.packets or last.strangers or scene.failure is None:
        return
    if any(one.answers for one in scene.transfers) or _refused(scene, last):
        return
    asked = [number for one in scene.transfers for number in one.asked]
    words = f"{frames(*asked).capitalize()}: requests for {_name(last)} to {last.server}:69."
    yield Seen(tuple(asked), words, scene.failure in _GIVEN_UP)


@check("T-CLOSED")
def port_is_closed(scene: Scene) -> Iterator[Seen]:
    """The TFTP port answers a read request with an ICMP error."""
    last = _last(scene)
    refused = _refused(scene, last) if last is not None else []
    if last is not None and refused:
        words = f"{refused[0][1]} (frame {refused[0][0]}) to the request for {_name(last)}."
        yield Seen((last.asked[0], refused[0][0]), words, scene.failure in _GIVEN_UP)


def _refused(scene: Scene, last: Transfer) -> list[tuple[int, str]]:
    return [
        (one.number, f"ICMP type {one.type} code {one.code} from {one.source}")
        for one in scene.complaints
        if one.about == last.server and one.port == tftp.PORT
    ]


@check("T-SRCIP")
def answer_from_elsewhere(scene: Scene) -> Iterator[Seen]:
    """The request's port gets an answer from another address than was asked."""
    for transfer in scene.transfers:
        if transfer.strangers and not transfer.answers:
            first = transfer.strangers[0]
            words = (
                f"{_name(transfer)} was asked of {transfer.server}; the answer (frame"
                f" {first.number}) came from {first.peer}."
            )
            yield Seen((transfer.asked[0], first.number), words, scene.failure is not None)
            return


def _stalled(scene: Scene) -> Transfer | None:
    """The last transfer, if it began and the server's part then ended too early."""
    last = _last(scene)
    if last is None or not last.answers or last.error is not None or scene.lost:
        return None
    return None if last.complete or scene.failure not in _TIMED_OUT else last


def _is_deaf(last: Transfer) -> bool:
    """The server says the same again and again, although the client has answered it."""
    said = [seen.packet for seen in last.answers]
    return len(said) > 2 and said[-1] == said[-2] and any(seen.ours for seen in last.packets)


@check("T-NAT")
def server_does_not_hear(scene: Scene) -> Iterator[Seen]:
    """The download stalls: the server repeats what the client has acknowledged."""
    last = _stalled(scene)
    if last is not None and _is_deaf(last):
        repeats = [seen.number for seen in last.answers if seen.packet == last.answers[-1].packet]
        port = last.answers[-1].port
        words = (
            f"{last.server}:{port} repeats the same packet ({frames(*repeats)}); our"
            " acknowledgements went to that port."
        )
        yield Seen((last.asked[0], *repeats), words, True)


@check("T-MTU")
def large_blocks_are_lost(scene: Scene) -> Iterator[Seen]:
    """The options are agreed, and no block, or only fragments of one, ever comes."""
    last = _stalled(scene)
    if last is None or _is_deaf(last) or last.blksize <= tftp.BLOCK:
        return
    if any(isinstance(seen.packet, tftp.Data) for seen in last.answers):
        return
    parts = [number for (source, _), found in scene.fragments.items() if source == last.server
             for number in found]  # fmt: skip
    some = f"; only fragments came ({frames(*parts)})" if parts else ""
    words = f"{last.server} agreed to blksize {last.blksize}, and no block followed{some}."
    yield Seen((last.asked[0], last.answers[-1].number, *parts), words, True)


@check("T-WRAP")
def block_numbers_end(scene: Scene) -> Iterator[Seen]:
    """The download stalls at block 65535, or the file has more blocks than there are numbers."""
    last = _stalled(scene)
    if last is not None:
        blocks = [seen.packet for seen in last.answers if isinstance(seen.packet, tftp.Data)]
        if blocks and blocks[-1].block in (_LAST_BLOCK, 0):
            number = last.answers[-1].number
            words = f"{_name(last)}: the last block is {blocks[-1].block} (frame {number})."
            yield Seen((last.asked[0], number), words, True)
            return
    booted = scene.booted
    if booted is not None and booted.content:
        size = scene.transfers[-1].blksize if scene.transfers else tftp.BLOCK
        count = len(booted.content) // size + 1
        if count > _LAST_BLOCK:
            words = f"{count} blocks of {size} octets: their numbers began anew."
            yield Seen((scene.transfers[-1].asked[0],), words)


@check("T-STALL")
def download_breaks_off(scene: Scene) -> Iterator[Seen]:
    """Blocks came, and then no more, for no reason that shows."""
    last = _stalled(scene)
    if last is None or _is_deaf(last):
        return
    blocks = [seen for seen in last.answers if isinstance(seen.packet, tftp.Data)]
    if not blocks and last.blksize > tftp.BLOCK:
        return  # T-MTU
    final = blocks[-1] if blocks else last.answers[-1]
    packet = final.packet
    if isinstance(packet, tftp.Data) and packet.block in (_LAST_BLOCK, 0):
        return  # T-WRAP
    what = f"block {packet.block}" if isinstance(packet, tftp.Data) else "its first answer"
    words = f"{last.server} fell silent after {what} of {_name(last)} (frame {final.number})."
    yield Seen((last.asked[0], final.number), words, True)


@check("T-TSIZE")
def size_is_not_told(scene: Scene) -> Iterator[Seen]:
    """The client asks for the size (tsize), and is not told, or told what is not so."""
    for transfer in scene.transfers:
        if not transfer.wanted(b"tsize") or not transfer.answers or transfer.error is not None:
            continue
        first = transfer.answers[0]
        told = transfer.oack.get(b"tsize") if transfer.oack else None
        if told is None:
            how = "agrees to options without tsize" if transfer.oack else "answers without options"
            words = f"{transfer.server} {how} (frame {first.number})."
        elif _is_wrong(scene, transfer, told):
            assert scene.booted is not None
            count = len(scene.booted.content)
            words = f"tsize {printable(told)} (frame {first.number}), but {count} octets came."
        else:
            continue
        yield Seen((transfer.asked[0], first.number), words, scene.failure in _NO_SIZE)
        return


def _is_wrong(scene: Scene, transfer: Transfer, told: bytes) -> bool:
    booted = scene.booted
    if booted is None or booted.boot_file.name != transfer.request.filename:
        return False
    return not told.isdigit() or int(told) != len(booted.content)


@check("T-LONG")
def block_is_too_long(scene: Scene) -> Iterator[Seen]:
    """A block is longer than was agreed."""
    for transfer in scene.transfers:
        for seen in transfer.answers:
            if isinstance(seen.packet, tftp.Data) and len(seen.packet.content) > transfer.blksize:
                words = (
                    f"Block {seen.packet.block} (frame {seen.number}) has"
                    f" {len(seen.packet.content)} octets, {transfer.blksize} were agreed."
                )
                stops = scene.failure is Failure.TFTP_BLOCK_TOO_LONG
                yield Seen((transfer.asked[0], seen.number), words, stops)
                return


@check("T-GRANT")
def more_is_granted_than_asked(scene: Scene) -> Iterator[Seen]:
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
            yield Seen((transfer.asked[0], transfer.answers[0].number), words, stops)
            return


def _exceeds(granted: bytes, asked: bytes | None) -> bool:
    if asked is None or not asked.isdigit():
        return False
    return not granted.isdigit() or int(granted[:9]) > int(asked[:9])


@check("T-BIG")
def file_is_too_big(scene: Scene) -> Iterator[Seen]:
    """The file is larger than this firmware takes, or than was announced."""
    last = _last(scene)
    if last is None:
        return
    size = last.agreed(b"tsize", 0) or max(
        (one.agreed(b"tsize", 0) for one in scene.transfers), default=0
    )
    told = f"{size} octets by its tsize" if size else "more octets than it takes"
    if scene.failure is Failure.FILE_TOO_BIG:
        yield Seen((last.asked[0],), f"{_name(last)} has {told}.", True)


@check("T-OUTGROWN")
def file_is_longer_than_announced(scene: Scene) -> Iterator[Seen]:
    """More octets came than option 13 or tsize had announced, and this firmware minds."""
    last = _last(scene)
    if last is not None and scene.failure is Failure.FILE_OUTGROWN:
        words = f"{_name(last)}: more octets came than were announced."
        yield Seen((last.asked[0],), words, True)
