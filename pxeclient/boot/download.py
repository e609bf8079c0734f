"""State *download*: fetch the boot file over TFTP (RFC 1350, 2347-2349).

A download is one or more read requests in a row: VMware's ROM asks for the size, aborts,
and asks again for the file; iPXE asks once. Each request has its own local port and its own
peer, fixed by the first datagram that comes (RFC 1350 §4).
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import assert_never

from pxeclient.boot import oack
from pxeclient.boot.actions import Action
from pxeclient.boot.blocks import blocks
from pxeclient.boot.policy import TftpErrorUse, TftpRefusal
from pxeclient.boot.refusing import most, refuse_empty, refuse_too_big
from pxeclient.boot.retry import Listed, Retry, Smoothed
from pxeclient.boot.session import Session, State, decided
from pxeclient.boot.tftp_traits import EmptyFile, LocalPort, TftpRequest, TftpTraits
from pxeclient.boot.transfer import Download
from pxeclient.outcome import Failure, Whole
from pxeclient.stack.acts import Ignore
from pxeclient.stack.host import Arrived
from pxeclient.wire import tftp
from pxeclient.wire.errors import WireError
from pxeclient.wire.options import printable

_ILLEGAL = 4
"""The ERROR code of an illegal TFTP operation (RFC 1350)."""

_DISK_FULL = 3
"""The ERROR code of a client that has no room left (RFC 1350)."""


def _on_enter(session: Session, now: float) -> Iterator[Action]:
    traits = session.traits.tftp
    requests = traits.requests
    assert session.boot_file is not None
    announced = session.boot_file.size if traits.size_from_option else None
    if announced is not None:
        requests = tuple(request for request in requests if not request.abort)
        yield from session.screen.size(announced, now)
    yield from _open(session, requests[0], requests[1:], now, announced)


def _open(
    session: Session,
    request: TftpRequest,
    rest: tuple[TftpRequest, ...],
    now: float,
    announced: int | None = None,
) -> Iterator[Action]:
    """Begin a read request for a file of `announced` octets, if that is known."""
    traits = session.traits.tftp
    if not request.abort or not session.traits.screen.sized:
        yield from session.screen.download(now)
    retry = _retry(traits, request.abort)
    session.transfer = Download(
        request, _port(session), blocks(traits.collect), retry, most=announced, rest=rest
    )
    yield from _request(session, session.transfer, now)


def _port(session: Session) -> int:
    traits = session.traits.tftp
    match traits.port:
        case LocalPort.RANDOM:
            return session.dice.port()
        case LocalPort.COUNTING:
            if session.ports_used == 0 and traits.first_port_spread > 1:
                session.first_port_drawn = session.dice.next() % traits.first_port_spread
            session.ports_used += 1
            return traits.first_port + session.first_port_drawn + session.ports_used - 1
        case _:
            assert_never(traits.port)


def _retry(traits: TftpTraits, is_for_size: bool) -> Retry:
    if traits.smoothed:
        return Smoothed(traits.open_waits[0], traits.open_waits[-1])
    return Listed((is_for_size and traits.size_waits) or traits.open_waits)


def _request(session: Session, transfer: Download, now: float) -> Iterator[Action]:
    boot_file = session.boot_file
    assert boot_file is not None
    options = tuple((name.encode(), value.encode()) for name, value in transfer.request.options)
    payload = tftp.build(tftp.Request(boot_file.name, options))
    yield from session.send(transfer.port, boot_file.server, boot_file.port, payload, now)
    yield from session.screen.sent()
    yield session.wait(transfer.retry.wait(now), now)


def _on_datagram(session: Session, arrived: Arrived, now: float) -> Iterator[Action]:
    transfer = _transfer(session)
    unwanted = _unwanted(session, transfer, arrived)
    if unwanted:
        yield Ignore(_words(arrived), unwanted)
        return
    transfer.peer = (arrived.source, arrived.datagram.source_port)
    try:
        message = tftp.parse(arrived.datagram.payload)
    except WireError as error:
        yield Ignore(_words(arrived), str(error))
        return
    yield from _on_message(session, transfer, message, now)


def _unwanted(session: Session, transfer: Download, arrived: Arrived) -> str:
    """Why a datagram is none of this transfer's; empty if it is."""
    if arrived.datagram.destination_port != transfer.port:
        return "nobody listens on that port"
    if transfer.peer is not None:
        if transfer.peer == (arrived.source, arrived.datagram.source_port):
            return ""
        return f"the transfer is with {transfer.peer[0]}:{transfer.peer[1]}"
    assert session.boot_file is not None
    server = session.boot_file.server
    if session.traits.tftp.any_peer or arrived.source == server:
        return ""
    return f"the file was asked of {server}"


def _words(arrived: Arrived) -> str:
    datagram = arrived.datagram
    return (
        f"a UDP datagram from {arrived.source}:{datagram.source_port}"
        f" to port {datagram.destination_port}"
    )


def _on_message(
    session: Session, transfer: Download, message: tftp.Message, now: float
) -> Iterator[Action]:
    match message:
        case tftp.Error():
            yield from _on_error(session, transfer, message, now)
        case tftp.OptionAck():
            yield from _on_oack(session, transfer, message, now)
        case tftp.Data():
            yield from _on_data(session, transfer, message, now)
        case tftp.Request() | tftp.Ack():
            yield Ignore("a TFTP request or ACK from the server", "a client has no use for it")
        case _:
            assert_never(message)


def _on_oack(
    session: Session, transfer: Download, message: tftp.OptionAck, now: float
) -> Iterator[Action]:
    traits = session.traits.tftp
    no_number = oack.no_number(message)
    if no_number is not None:
        failure, because = no_number
        yield from session.fail(failure, because, now)
        return
    if traits.strict_oack and not transfer.request.abort:
        wrong = oack.unacceptable(transfer.request, message)
        if wrong:
            error = tftp.Error(_ILLEGAL, traits.bad_oack_text.encode())
            yield from _send(session, transfer, error, now)
            yield from session.fail(Failure.TFTP_BAD_OACK, f"The server's OACK {wrong}.", now)
            return
    transfer.blksize = oack.number(message, b"blksize") or transfer.blksize
    transfer.blocks.window = oack.number(message, b"windowsize") or 1
    transfer.expected = oack.number(message, b"tsize")
    transfer.blocks.agree(transfer.blksize, transfer.expected)
    if transfer.request.abort:
        yield from _abort(session, transfer, now)
    else:
        yield from _acknowledge(session, transfer, now)


def _abort(session: Session, transfer: Download, now: float) -> Iterator[Action]:
    """The size is known, or will not be: end this request, begin the next."""
    traits = session.traits.tftp
    error = tftp.Error(traits.abort_code, traits.abort_text.encode())
    yield from _send(session, transfer, error, now)
    expected = transfer.expected
    if traits.size_required and expected is None:
        because = "The server's OACK does not say the size of the file (tsize)."
        yield from session.fail(Failure.TFTP_NO_TSIZE, because, now)
        return
    yield from session.screen.size(expected or 0, now)
    if traits.size_required and expected == 0:
        yield from session.screen.download(now)
        yield from refuse_empty(session, now)
        return
    if expected is not None and 0 < traits.most_file < expected:
        yield from refuse_too_big(session, expected, traits.most_file, now)
        return
    yield from _open(session, transfer.rest[0], transfer.rest[1:], now, expected)


def _on_data(
    session: Session, transfer: Download, message: tftp.Data, now: float
) -> Iterator[Action]:
    traits = session.traits.tftp
    if transfer.request.abort and traits.no_options_text:
        error = tftp.Error(_ILLEGAL, traits.no_options_text.encode())
        yield from _send(session, transfer, error, now)
        because = "The server sends the file without regard to the options of the request."
        yield from session.fail(Failure.TFTP_NO_OPTIONS, because, now)
        return
    if transfer.request.abort:
        yield from _abort(session, transfer, now)
        return
    length = len(message.content)
    if length > transfer.blksize and traits.ignores_long_blocks:
        yield Ignore(f"TFTP block {message.block}", f"longer than {transfer.blksize} octets")
        return
    if length > min(transfer.blksize, traits.most_block or length):
        because = f"Block {message.block} has {length} octets, {transfer.blksize} were agreed."
        yield from session.fail(Failure.TFTP_BLOCK_TOO_LONG, because, now)
        return
    try:
        useless = transfer.blocks.store(message.block, message.content)
    except ValueError as error:
        yield from session.fail(Failure.TFTP_MALFORMED, f"{error}.", now)
        return
    if useless:
        yield Ignore(f"TFTP block {message.block}", useless)
    else:
        transfer.has_block = True
    if transfer.blocks.held > most(session):
        yield from refuse_too_big(session, transfer.blocks.held, most(session), now)
        return
    yield from _go_on(session, transfer, now)


def _go_on(session: Session, transfer: Download, now: float) -> Iterator[Action]:
    """Acknowledge, and end when the file is whole."""
    empty = transfer.blocks.complete and not transfer.blocks.content.size
    traits = session.traits.tftp
    if empty and traits.empty_file is EmptyFile.UNACKNOWLEDGED:
        yield from refuse_empty(session, now)
        return
    if transfer.blocks.complete and _outgrown(transfer, traits):
        yield from _refuse_outgrown(session, transfer, now)
        return
    if transfer.blocks.is_due():
        yield from _acknowledge(session, transfer, now)
    if not transfer.blocks.complete:
        return
    if empty and traits.empty_file is EmptyFile.REFUSED:
        yield from refuse_empty(session, now)
        return
    assert session.boot_file is not None
    content = transfer.blocks.content
    whole = None if content.digest is None else Whole(content.size, content.digest)
    yield from session.succeed(session.boot_file, content.take(), now, whole)


def _outgrown(transfer: Download, traits: TftpTraits) -> bool:
    """More has come than was announced, to a firmware that minds."""
    if not traits.outgrown_text or transfer.most is None:
        return False
    return transfer.blocks.held > transfer.most


def _refuse_outgrown(session: Session, transfer: Download, now: float) -> Iterator[Action]:
    """Refuse the last block instead of acknowledging it."""
    error = tftp.Error(_DISK_FULL, session.traits.tftp.outgrown_text.encode())
    yield from _send(session, transfer, error, now)
    because = f"{transfer.most} octets were announced, {transfer.blocks.held} came."
    yield from session.fail(Failure.FILE_OUTGROWN, because, now)


def _acknowledge(session: Session, transfer: Download, now: float) -> Iterator[Action]:
    yield from _send(session, transfer, tftp.Ack(transfer.blocks.acknowledged), now)
    if not _has_begun(session, transfer):
        return  # the timer of the request runs on
    transfer.retry.answered(now)
    _settle(session, transfer)
    yield session.wait(transfer.retry.wait(now), now)


def _settle(session: Session, transfer: Download) -> None:
    """From the waits for an answer to those for a block."""
    if isinstance(transfer.retry, Listed):
        transfer.retry = Listed(session.traits.tftp.read_waits)


def _has_begun(session: Session, transfer: Download) -> bool:
    """What was asked for is coming, in this firmware's eyes."""
    return transfer.has_block if session.traits.tftp.block_opens else transfer.is_open


def _send(
    session: Session, transfer: Download, message: tftp.Message, now: float
) -> Iterator[Action]:
    assert transfer.peer is not None
    address, port = transfer.peer
    yield from session.send(transfer.port, address, port, tftp.build(message), now)


def _on_error(
    session: Session, transfer: Download, message: tftp.Error, now: float
) -> Iterator[Action]:
    options = bool(transfer.request.options) and not transfer.blocks.content.size
    decision = session.policy.tftp_error.decide(TftpRefusal(message.code, options))
    words = printable(message.message)
    yield decided(decision, f"ERROR {message.code}: {words}")
    if decision.answer is TftpErrorUse.RETRY_PLAIN:
        yield from _open(session, TftpRequest(options=()), (), now)
        return
    assert session.boot_file is not None
    name = printable(session.boot_file.name)
    because = (
        f"The TFTP server {session.boot_file.server} answered '{name}'"
        f" with ERROR {message.code}: {words}"
    )
    values: dict[str, object] = {"tftp-code": message.code, "tftp-message": words}
    yield from session.fail(decision.answer.failure, because, now, **values)


def _on_timer(session: Session, now: float) -> Iterator[Action]:
    transfer = _transfer(session)
    spent = transfer.retry.expired()
    if spent and _does_without_size(session, transfer):
        yield from _open(session, transfer.rest[0], transfer.rest[1:], now)
    elif spent:
        yield from _silence(session, transfer, now)
    elif _has_begun(session, transfer):
        yield from _send(session, transfer, tftp.Ack(transfer.blocks.acknowledged), now)
        yield session.wait(transfer.retry.wait(now), now)
    else:
        if session.traits.tftp.new_port_on_retry:
            transfer.port = _port(session)
        transfer.forget_answer()
        yield from _request(session, transfer, now)


def _does_without_size(session: Session, transfer: Download) -> bool:
    """Nobody answered the request for the size, and this firmware then asks for the file."""
    is_for_size = transfer.request.abort and not transfer.is_open
    return is_for_size and bool(session.traits.tftp.size_waits)


def _silence(session: Session, transfer: Download, now: float) -> Iterator[Action]:
    boot_file = session.boot_file
    assert boot_file is not None
    name = printable(boot_file.name)
    if _has_begun(session, transfer):
        got = transfer.blocks.content.size
        of = f" of {transfer.expected}" if transfer.expected is not None else ""
        because = f"{boot_file.server} stopped sending '{name}' after {got}{of} octets."
        yield from session.fail(Failure.TFTP_READ_TIMEOUT, because, now)
        return
    because = f"The TFTP server {boot_file.server} never answered the read request for '{name}'."
    if transfer.is_open:
        because = f"{boot_file.server} agreed to the options for '{name}', but no block came."
    yield from session.fail(Failure.TFTP_OPEN_TIMEOUT, because, now)


def _on_unreachable(session: Session, hop: IPv4Address, now: float) -> Iterator[Action]:
    if not session.traits.ip.arp_failure_ends:
        return
    assert session.boot_file is not None
    server = session.boot_file.server
    role = "the TFTP server" if hop == server else f"the router to the TFTP server {server}"
    because = f"Nobody answered ARP for {hop}, {role}."
    yield from session.fail(Failure.ARP_TIMEOUT, because, now)


def _transfer(session: Session) -> Download:
    assert session.transfer is not None
    return session.transfer


DOWNLOAD = State(_on_enter, _on_datagram, _on_timer, _on_unreachable)
