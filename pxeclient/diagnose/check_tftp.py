"""The read request: not there, not allowed, not answered, not as asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pxeclient.diagnose.model import Sighting
from pxeclient.diagnose.registry import check, frames
from pxeclient.diagnose.scene import Scene
from pxeclient.outcome import Failure
from pxeclient.seen.frame import Frame
from pxeclient.seen.transfers import Transfer
from pxeclient.wire import tftp
from pxeclient.wire.options import printable

_ODD_PATH = re.compile(rb"\\|^/|//|[A-Z]|[^\x21-\x7e]")
_TIMED_OUT = {Failure.TFTP_OPEN_TIMEOUT, Failure.TFTP_READ_TIMEOUT}
_ICMP = {Failure.ICMP_UNREACHABLE, Failure.ICMP_ERROR}
_GIVEN_UP = {*_TIMED_OUT, *_ICMP}
_NO_SIZE = {Failure.TFTP_NO_OPTIONS, Failure.TFTP_NO_TSIZE, Failure.TFTP_BAD_TSIZE}


def _error(scene: Scene, *codes: int) -> Iterator[tuple[Transfer, Frame, tftp.Error]]:
    """The ERROR of the last transfer, if it has one of these codes."""
    last = scene.last_transfer
    if last is not None and last.error is not None and scene.booted is None:
        packet = last.error.said
        if isinstance(packet, tftp.Error) and packet.code in codes:
            yield last, last.error, packet


def _refusal(last: Transfer, error: Frame, packet: tftp.Error) -> str:
    says = f": {printable(packet.message)}" if packet.message else ""
    return f"{last.server} has ERROR {packet.code}{says} for {last.name} (frame {error.number})"


@check("T-FOUND", from_frames=True)
def not_found(scene: Scene) -> Iterator[Sighting]:
    """ERROR 1, and nothing is odd about the name."""
    for last, error, packet in _error(scene, tftp.FILE_NOT_FOUND):
        if not _ODD_PATH.search(last.request.filename):
            words = f"{_refusal(last, error, packet)}."
            yield Sighting((last.asked[0].number, error.number), words, scene.failure is not None)


@check("T-PATH", from_frames=True)
def not_found_by_that_path(scene: Scene) -> Iterator[Sighting]:
    """ERROR 1, and the name has a leading slash, backslashes, capitals or odd octets."""
    for last, error, packet in _error(scene, tftp.FILE_NOT_FOUND):
        if _ODD_PATH.search(last.request.filename):
            words = f"{_refusal(last, error, packet)}."
            yield Sighting((last.asked[0].number, error.number), words, scene.failure is not None)


@check("T-DENIED", from_frames=True)
def not_allowed(scene: Scene) -> Iterator[Sighting]:
    """ERROR 2."""
    for last, error, packet in _error(scene, tftp.ACCESS_VIOLATION):
        words = f"{_refusal(last, error, packet)}."
        yield Sighting((last.asked[0].number, error.number), words, scene.failure is not None)


@check("T-ERROR")
def another_error(scene: Scene) -> Iterator[Sighting]:
    """Any other ERROR that ended the download."""
    for last, error, packet in _error(scene, 0, *range(3, 256)):
        words = f"{_refusal(last, error, packet)}."
        yield Sighting((last.asked[0].number, error.number), words, scene.failure is not None)


@check("T-WIN")
def windows_are_refused(scene: Scene) -> Iterator[Sighting]:
    """A request with windowsize meets with an ERROR, and the next one without it does not."""
    for at, transfer in enumerate(scene.transfers):
        later = scene.transfers[at + 1 :]
        agreed = any(not other.wanted(b"windowsize") and other.error is None for other in later)
        if transfer.wanted(b"windowsize") and transfer.error is not None and (agreed or not later):
            packet = transfer.error.said
            if isinstance(packet, tftp.Error) and packet.code == tftp.OPTION_REFUSED:
                words = f"{_refusal(transfer, transfer.error, packet)}, asked for with windowsize."
                numbers = (transfer.asked[0].number, transfer.error.number)
                yield Sighting(numbers, words, scene.failure is not None)


@check("T-SILENT")
def request_is_not_answered(scene: Scene) -> Iterator[Sighting]:
    """Read requests go out, the host answers ARP, and nothing comes back."""
    last = scene.last_transfer
    if last is None or last.packets or last.strangers or scene.failure is None:
        return
    if any(one.answers for one in scene.transfers) or _refused(scene, last):
        return
    if scene.failure in _ICMP:
        return  # P-ICMP: nobody waited for an answer
    asked = [frame.number for one in scene.transfers for frame in one.asked]
    words = f"{frames(*asked).capitalize()}: requests for {last.name} to {last.server}:69."
    yield Sighting(tuple(asked), words, scene.failure in _GIVEN_UP)


@check("T-CLOSED", from_frames=True)
def port_is_closed(scene: Scene) -> Iterator[Sighting]:
    """A read request that nothing else answers meets with an ICMP error."""
    last = scene.last_transfer
    refused = _refused(scene, last) if last is not None and not last.answers else []
    if last is not None and refused and scene.booted is None:
        number, says = refused[0]
        words = f"The answer to the request for {last.name}: {says} (frame {number})."
        yield Sighting((last.asked[0].number, refused[0][0]), words, scene.failure in _GIVEN_UP)


def _refused(scene: Scene, last: Transfer) -> list[tuple[int, str]]:
    return [
        (one.number, one.words)
        for one in scene.complaints
        if one.about == last.server and one.port == tftp.PORT and one.is_credible
    ]


@check("T-SRCIP")
def answer_from_elsewhere(scene: Scene) -> Iterator[Sighting]:
    """The request's port gets an answer from another address than was asked."""
    for transfer in scene.transfers:
        if transfer.is_elsewhere:
            first = next(one for one in transfer.packets if not one.ours)
            words = (
                f"{transfer.name} was asked of {transfer.server}; the answer (frame"
                f" {first.number}) came from {transfer.peer}."
            )
            yield Sighting(
                (transfer.asked[0].number, first.number), words, scene.failure is not None
            )
            return


@check("T-TSIZE")
def size_is_not_told(scene: Scene) -> Iterator[Sighting]:
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
            count = scene.booted.size
            words = f"tsize {printable(told)} (frame {first.number}), but {count} octets came."
        else:
            continue
        yield Sighting((transfer.asked[0].number, first.number), words, scene.failure in _NO_SIZE)
        return


def _is_wrong(scene: Scene, transfer: Transfer, told: bytes) -> bool:
    booted = scene.booted
    if booted is None or booted.boot_file.name != transfer.request.filename:
        return False
    # Python reads no number of thousands of digits.
    return not told.isdigit() or int(told.lstrip(b"0")[:20] or b"0") != booted.size
