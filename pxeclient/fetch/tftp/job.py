"""A file fetched over TFTP (RFC 1350, 2347-2349, 7440).

What it asks for, and how often, stands in `asking`; here is what it makes of what comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from pxeclient.fetch.job import Begun, Decided, Fetched, NotFetched, SizeKnown, Step
from pxeclient.fetch.refusing import empty, too_big
from pxeclient.fetch.tftp import oack
from pxeclient.fetch.tftp.asking import Asking
from pxeclient.fetch.tftp.refusal import TftpErrorUse, TftpRefusal
from pxeclient.fetch.tftp.retry import Listed
from pxeclient.fetch.tftp.traits import EmptyFile, TftpRequest
from pxeclient.outcome import Failure
from pxeclient.stack.acts import Act, Ignore
from pxeclient.stack.host import Arrived
from pxeclient.wire import tftp
from pxeclient.wire.errors import WireError
from pxeclient.wire.options import printable

_ILLEGAL = 4
"""The ERROR code of an illegal TFTP operation (RFC 1350)."""

_DISK_FULL = 3
"""The ERROR code of a client that has no room left (RFC 1350)."""

_PLAIN = TftpRequest(options=())
_DATA, _ACK, _HEAD = b"\0\3", b"\0\4", 4
"""How a DATA and an ACK begin, and the octets before a block's content."""


class TftpJob(Asking):
    """A file on its way by TFTP."""

    # --- what comes -----------------------------------------------------------------------
    def datagram(self, arrived: Arrived, now: float) -> Iterable[Step]:
        """Take a block, or whatever came."""
        transfer, datagram = self._transfer, arrived.datagram
        peer = (arrived.source, datagram.source_port)
        if datagram.destination_port != transfer.port or transfer.peer != peer:
            unwanted = self._unwanted(arrived)
            if unwanted:
                return (Ignore(_words(arrived), unwanted),)
            transfer.peer = peer
        try:
            message = tftp.parse(datagram.payload)
        except WireError as error:
            return (Ignore(_words(arrived), str(error)),)
        if isinstance(message, tftp.Data):
            return self._on_data(message, now)
        return self._on_other(message, now)

    def _unwanted(self, arrived: Arrived) -> str:
        """Why a datagram is none of this transfer's; empty if it is."""
        transfer, server = self._transfer, self._boot_file.server
        if arrived.datagram.destination_port != transfer.port:
            return "nobody listens on that port"
        if transfer.peer is not None:
            return f"the transfer is with {transfer.peer[0]}:{transfer.peer[1]}"
        if self._traits.any_peer or arrived.source == server:
            return ""
        return f"the file was asked of {server}"

    def _on_other(
        self, message: tftp.OptionAck | tftp.Error | tftp.Request | tftp.Ack, now: float
    ) -> Iterable[Step]:
        match message:
            case tftp.OptionAck():
                return self._on_oack(message, now)
            case tftp.Error():
                return self._on_error(message, now)
            case tftp.Request() | tftp.Ack():
                because = "a client has no use for it"
                return (Ignore("a TFTP request or ACK from the server", because),)
            case _:
                assert_never(message)

    def _on_oack(self, message: tftp.OptionAck, now: float) -> Iterator[Step]:
        transfer, traits = self._transfer, self._traits
        no_number = oack.no_number(message)
        if no_number is not None:
            yield from self._fail(*no_number)
            return
        if traits.strict_oack and not transfer.request.abort:
            wrong = oack.unacceptable(transfer.request, message)
            if wrong:
                yield from self._send_error(_ILLEGAL, traits.bad_oack_text, now)
                yield from self._fail(Failure.TFTP_BAD_OACK, f"The server's OACK {wrong}.")
                return
        self._lane, self._rides = None, False
        transfer.blksize = oack.number(message, b"blksize") or transfer.blksize
        transfer.blocks.window = oack.number(message, b"windowsize") or 1
        transfer.expected = oack.number(message, b"tsize")
        transfer.blocks.agree(transfer.blksize, transfer.expected)
        if transfer.request.abort:
            yield from self._abort(now)
        else:
            yield from self._acknowledge(now)

    def _abort(self, now: float) -> Iterator[Step]:
        """The size is known, or will not be: end this request, begin the next."""
        transfer, traits = self._transfer, self._traits
        yield from self._send_error(traits.abort_code, traits.abort_text, now)
        expected = transfer.expected
        if traits.size_required and expected is None:
            because = "The server's OACK does not say the size of the file (tsize)."
            yield from self._fail(Failure.TFTP_NO_TSIZE, because)
            return
        yield SizeKnown(expected)
        if traits.size_required and expected == 0:
            yield Begun()
            yield from self._end(empty())
        elif expected is not None and 0 < traits.most_file < expected:
            yield from self._end(too_big(expected, traits.most_file))
        else:
            yield from self._open(transfer.rest[0], transfer.rest[1:], now, expected)

    # --- blocks ---------------------------------------------------------------------------
    def frame(self, frame: bytes, now: float) -> list[Act] | None:
        """One more block in the middle of a file, from the card as it came: it is taken at once.

        Nearly all of a download is such blocks. What is anything else is None, and nothing has
        been done: it is for the host, who hands over a datagram (`datagram`).
        """
        lane, transfer = self._lane, self._transfer
        payload = None if lane is None else lane.payload(frame)
        if lane is None or payload is None or len(payload) != _HEAD + transfer.blksize:
            return None
        gathered = transfer.blocks
        number = payload[2] << 8 | payload[3]
        room = self._most - transfer.blksize
        if payload[:2] != _DATA or number != gathered.awaited or gathered.held > room:
            return None
        lane.take()
        gathered.store(number, payload[_HEAD:])
        if not gathered.is_due():
            return []
        transfer.retry.answered(now)
        return [lane.answer(_ACK + payload[2:4]), self._wait(now)]

    def _ride(self) -> None:
        """From now on blocks may be taken as they come."""
        transfer, traits = self._transfer, self._traits
        self._rides = True
        if transfer.blksize and not 0 < traits.most_block < transfer.blksize:
            self._lane = self._stack.lane()

    # One of these for each block of a file: few calls, and no generators.
    def _on_data(self, message: tftp.Data, now: float) -> Iterable[Step]:
        transfer, traits = self._transfer, self._traits
        if transfer.request.abort:
            return self._on_unwanted_data(now)
        block, length = message.block, len(message.content)
        if length > transfer.blksize and traits.ignores_long_blocks:
            because = f"longer than {transfer.blksize} octets"
            return (Ignore(f"TFTP block {block}", because),)
        if length > transfer.blksize or 0 < traits.most_block < length:
            because = f"Block {block} has {length} octets, {transfer.blksize} were agreed."
            return self._fail(Failure.TFTP_BLOCK_TOO_LONG, because)
        gathered = transfer.blocks
        try:
            useless = gathered.store(block, message.content)
        except ValueError as error:
            return self._fail(Failure.TFTP_MALFORMED, f"{error}.")
        if useless:
            return (Ignore(f"TFTP block {block}", useless), *self._go_on(now))
        transfer.has_block = True
        return self._go_on(now)

    def _go_on(self, now: float) -> Iterable[Step]:
        """Acknowledge, and end when the file is whole, or will not fit."""
        gathered = self._transfer.blocks
        if gathered.held > self._most:
            return self._end(too_big(gathered.held, self._most))
        if gathered.complete:
            return self._complete(now)
        return self._acknowledge(now) if gathered.is_due() else ()

    def _acknowledge(self, now: float) -> Iterable[Step]:
        transfer = self._transfer
        sent = self._send(tftp.Ack(transfer.blocks.acknowledged), now)
        if not (transfer.has_block or self._has_begun()):
            return sent  # the timer of the request runs on
        if not transfer.is_settled:
            self._settle()
        if transfer.has_block and not (self._rides or transfer.blocks.complete):
            self._ride()
        transfer.retry.answered(now)
        return (*sent, self._wait(now))

    def _settle(self) -> None:
        """From the waits for an answer to those for a block."""
        self._transfer.is_settled = True
        if isinstance(self._transfer.retry, Listed):
            self._transfer.retry = Listed(self._traits.read_waits)

    def _complete(self, now: float) -> Iterator[Step]:
        """All blocks are there."""
        traits, gathered = self._traits, self._transfer.blocks
        is_empty = not gathered.content.size
        if is_empty and traits.empty_file is EmptyFile.UNACKNOWLEDGED:
            yield from self._end(empty())
            return
        if self._is_outgrown():
            yield from self._refuse_outgrown(now)
            return
        if gathered.is_due():
            yield from self._acknowledge(now)
        if is_empty and traits.empty_file is EmptyFile.REFUSED:
            yield from self._end(empty())
        else:
            yield from self._end(Fetched(self._boot_file, *gathered.content.take()))

    def _is_outgrown(self) -> bool:
        """More has come than was announced, to a firmware that minds."""
        transfer = self._transfer
        if not self._traits.outgrown_text or transfer.most is None:
            return False
        return transfer.blocks.held > transfer.most

    def _refuse_outgrown(self, now: float) -> Iterator[Step]:
        """Refuse the last block instead of acknowledging it."""
        transfer = self._transfer
        yield from self._send_error(_DISK_FULL, self._traits.outgrown_text, now)
        because = f"{transfer.most} octets were announced, {transfer.blocks.held} came."
        yield from self._fail(Failure.FILE_OUTGROWN, because)

    def _on_unwanted_data(self, now: float) -> Iterator[Step]:
        """A block comes in answer to a request for the size: the server ignores options."""
        text = self._traits.no_options_text
        if not text:
            yield from self._abort(now)
            return
        yield from self._send_error(_ILLEGAL, text, now)
        because = "The server sends the file without regard to the options of the request."
        yield from self._fail(Failure.TFTP_NO_OPTIONS, because)

    # --- errors and silence ---------------------------------------------------------------
    def _on_error(self, message: tftp.Error, now: float) -> Iterator[Step]:
        transfer, boot_file = self._transfer, self._boot_file
        options = bool(transfer.request.options) and not transfer.blocks.content.size
        decision = self._fetcher.tftp_error.decide(TftpRefusal(message.code, options))
        words = printable(message.message)
        yield Decided(decision, f"ERROR {message.code}: {words}")
        if decision.answer is TftpErrorUse.RETRY_PLAIN:
            yield from self._open(_PLAIN, (), now)
            return
        because = (
            f"The TFTP server {boot_file.server} answered '{printable(boot_file.name)}'"
            f" with ERROR {message.code}: {words}"
        )
        values = {"tftp-code": message.code, "tftp-message": words}
        yield from self._end(NotFetched(decision.answer.failure, because, values))


def _words(arrived: Arrived) -> str:
    datagram = arrived.datagram
    return (
        f"a UDP datagram from {arrived.source}:{datagram.source_port}"
        f" to port {datagram.destination_port}"
    )
