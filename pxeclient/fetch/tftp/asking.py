"""The asking side of a TFTP download: its read requests, their repeats, and how it ends.

A download is one or more read requests in a row: VMware's ROM asks for the size, aborts,
and asks again for the file; iPXE asks once. Each request has its own local port and its own
peer, fixed by the first datagram that comes (RFC 1350 §4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address

from pxeclient.fetch.content import Content, NewSink
from pxeclient.fetch.fetcher import Fetcher
from pxeclient.fetch.job import Begun, Fetched, Job, NotFetched, Sent, SizeKnown, Step
from pxeclient.fetch.tftp.blocks import blocks
from pxeclient.fetch.tftp.retry import Listed, Retry, Smoothed
from pxeclient.fetch.tftp.traits import TftpRequest, TftpTraits
from pxeclient.fetch.tftp.transfer import Transfer
from pxeclient.outcome import BootFile, Failure
from pxeclient.stack.acts import Act, CancelTimer, SetTimer
from pxeclient.stack.host import Host
from pxeclient.stack.lane import Lane
from pxeclient.wire import tftp
from pxeclient.wire.options import printable
from pxeclient.wire.udp import Datagram


class Asking(Job):
    """The requests of a download, and who it is with."""

    def __init__(
        self, boot_file: BootFile, stack: Host, fetcher: Fetcher, sink: NewSink = Content
    ) -> None:
        self._boot_file = boot_file
        self._stack = stack
        self._fetcher = fetcher
        self._traits = fetcher.tftp
        self._most = fetcher.most
        self._sink = sink
        self._lane: Lane | None = None
        """The conversation, once it is under way."""
        self._rides = False
        """It was looked whether there is such a one."""
        self._announced = boot_file.size if self._traits.size_from_option else None
        requests = self._traits.requests
        if self._announced is not None:
            requests = tuple(request for request in requests if not request.abort)
        self._transfer = self._prepare(requests[0], requests[1:], self._announced)

    @property
    def progress(self) -> tuple[int, int | None]:
        """Octets that have come in order, and how many there will be, if the server said."""
        return self._transfer.blocks.content.size, self._transfer.expected

    def has_sent(self, port: int, to: tuple[IPv4Address, int]) -> bool:
        """The read request, or what followed it, goes from that port to that address and port."""
        boot_file, transfer = self._boot_file, self._transfer
        return port == transfer.port and to in ((boot_file.server, boot_file.port), transfer.peer)

    # --- requests -------------------------------------------------------------------------
    def start(self, now: float) -> Iterator[Step]:
        """Send the first read request."""
        self._stack.fetches(by_tftp=True)
        if self._announced is not None:
            yield SizeKnown(self._announced)
        yield from self._begin(now)

    def _open(
        self,
        request: TftpRequest,
        rest: tuple[TftpRequest, ...],
        now: float,
        announced: int | None = None,
    ) -> Iterator[Step]:
        """Begin a read request for a file of `announced` octets, if that is known."""
        self._transfer = self._prepare(request, rest, announced)
        return self._begin(now)

    def _prepare(
        self, request: TftpRequest, rest: tuple[TftpRequest, ...], announced: int | None
    ) -> Transfer:
        traits = self._traits
        self._lane, self._rides = None, False
        return Transfer(
            request,
            self._fetcher.ports.next(),
            blocks(traits.collect, self._sink()),
            _retry(traits, request.abort),
            most=announced,
            rest=rest,
        )

    def _begin(self, now: float) -> Iterator[Step]:
        yield Begun(self._transfer.request.abort)
        yield from self._request(now)

    def _request(self, now: float) -> Iterator[Step]:
        boot_file, transfer = self._boot_file, self._transfer
        options = tuple((name.encode(), value.encode()) for name, value in transfer.request.options)
        payload = tftp.build(tftp.Request(boot_file.name, options))
        datagram = Datagram(transfer.port, boot_file.port, payload)
        yield from self._stack.send(datagram, boot_file.server, now)
        yield Sent()
        yield self._wait(now)

    # --- silence --------------------------------------------------------------------------
    def timer_fired(self, now: float) -> Iterator[Step]:
        """Ask or acknowledge again, or give up."""
        transfer = self._transfer
        spent = transfer.retry.expired()
        if spent and self._does_without_size():
            yield from self._open(transfer.rest[0], transfer.rest[1:], now)
        elif spent:
            yield from self._silence()
        elif self._has_begun():
            yield from self._send(tftp.Ack(transfer.blocks.acknowledged), now)
            yield self._wait(now)
        else:
            if self._traits.new_port_on_retry:
                transfer.port = self._fetcher.ports.next()
            transfer.forget_answer()
            self._lane, self._rides = None, False
            yield from self._request(now)

    def _has_begun(self) -> bool:
        """What was asked for is coming, in this firmware's eyes."""
        transfer = self._transfer
        return transfer.has_block if self._traits.block_opens else transfer.is_open

    def _does_without_size(self) -> bool:
        """Nobody answered the request for the size, and this firmware then asks for the file."""
        is_for_size = self._transfer.request.abort and not self._transfer.is_open
        return is_for_size and bool(self._traits.size_waits)

    def _silence(self) -> Iterable[Step]:
        transfer, server = self._transfer, self._boot_file.server
        name = printable(self._boot_file.name)
        if self._has_begun():
            got = transfer.blocks.content.size
            of = f" of {transfer.expected}" if transfer.expected is not None else ""
            because = f"{server} stopped sending '{name}' after {got}{of} octets."
            return self._fail(Failure.TFTP_READ_TIMEOUT, because)
        because = f"The TFTP server {server} never answered the read request for '{name}'."
        if transfer.is_open:
            because = f"{server} agreed to the options for '{name}', but no block came."
        return self._fail(Failure.TFTP_OPEN_TIMEOUT, because)

    def unreachable(self, hop: IPv4Address, now: float) -> Iterable[Step]:
        """The end, to a firmware that minds; else its own timer runs on."""
        if not self._fetcher.arp_failure_ends:
            return ()
        server = self._boot_file.server
        role = "the TFTP server" if hop == server else f"the router to the TFTP server {server}"
        return self._fail(Failure.ARP_TIMEOUT, f"Nobody answered ARP for {hop}, {role}.")

    # --- what all of it does --------------------------------------------------------------
    def _send(self, message: tftp.Message, now: float) -> Iterable[Act]:
        """To the peer, who has made himself known."""
        transfer = self._transfer
        address, port = transfer.peer or (self._boot_file.server, self._boot_file.port)
        return self._stack.send(Datagram(transfer.port, port, tftp.build(message)), address, now)

    def _send_error(self, code: int, text: str, now: float) -> Iterable[Act]:
        return self._send(tftp.Error(code, text.encode()), now)

    def _wait(self, now: float) -> Act:
        self.due = now + self._transfer.retry.wait(now)
        return SetTimer(self.TIMER, self.due)

    def _fail(self, failure: Failure, because: str) -> Iterable[Step]:
        return self._end(NotFetched(failure, because))

    def _end(self, result: Fetched | NotFetched) -> Iterable[Step]:
        return (self._stop(), result)

    def _stop(self) -> CancelTimer:
        self._stack.fetches(by_tftp=False)
        self._lane = None
        return super()._stop()


def _retry(traits: TftpTraits, is_for_size: bool) -> Retry:
    if traits.smoothed:
        return Smoothed(traits.open_waits[0], traits.open_waits[-1])
    return Listed((is_for_size and traits.size_waits) or traits.open_waits)
