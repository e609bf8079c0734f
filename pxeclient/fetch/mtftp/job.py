"""A file fetched by MTFTP (PXE 2.1; Intel's multicast TFTP).

The client joins the group and first only listens (43.4): the file may be on its way to
others, and then it costs nothing but patience. If nothing comes it asks for the file at the
server's MTFTP port (43.3), from the clients' port (43.2). Block 1 then comes twice. Whoever
gets it alone as well as through the group is the master and acknowledges every block, for
all; anyone else goes back to listening. There are no options, so blocks have 512 octets.

Source: tianocore/edk@321b15a5 ``PxeBc/Dxe/pxe_bc_mtftp.c``, Intel's EFI port of its ROMs'
code, whose behaviour this is down to the order of the passes. That a server sends from the
port that it is asked on is what this code demands; atftpd, which sends from a new port, and
sends block 1 only to the client, does not get on with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address
from typing import assert_never

from pxeclient.fetch.content import Content, NewSink
from pxeclient.fetch.fetcher import Fetcher
from pxeclient.fetch.job import Abandoned, Fetched, Job, NotFetched, Result, Step
from pxeclient.fetch.mtftp.gathering import Heard
from pxeclient.fetch.mtftp.transfer import Part, Transfer
from pxeclient.fetch.refusing import empty, too_big
from pxeclient.fetch.tftp.traits import EmptyFile
from pxeclient.outcome import BootFile, Failure
from pxeclient.stack.acts import Act, Ignore, SetTimer
from pxeclient.stack.host import Arrived, Host
from pxeclient.wire import tftp
from pxeclient.wire.addresses import dotted
from pxeclient.wire.errors import WireError
from pxeclient.wire.options import printable
from pxeclient.wire.pxe import Mtftp
from pxeclient.wire.udp import Datagram

_WRAP = 0x10000


class MtftpJob(Job):
    """A file on its way by multicast."""

    def __init__(
        self,
        boot_file: BootFile,
        parameters: Mtftp,
        stack: Host,
        fetcher: Fetcher,
        sink: NewSink = Content,
    ) -> None:
        """Fetch `boot_file` as the options 43.1 to 43.5 say, the `parameters`."""
        self._boot_file = boot_file
        self._parameters = parameters
        self._stack = stack
        self._fetcher = fetcher
        self._traits = fetcher.mtftp
        self._most = fetcher.most
        self._sink = sink
        self._transfer = Transfer(sink())

    @property
    def progress(self) -> tuple[int, int | None]:
        """Octets that have come; how many there will be, nobody says."""
        return self._transfer.held, None

    def start(self, now: float) -> Iterator[Step]:
        """Join the group and listen."""
        yield from self._stack.join(self._parameters.group, now)
        yield self._listen(0, self._parameters.listen, now)

    # --- listening: somebody else acknowledges --------------------------------------------
    def _listen(self, after: int, seconds: int, now: float) -> Act:
        """Begin a pass over the file, the blocks up to `after` being there."""
        transfer = self._transfer
        transfer.part, transfer.patience = Part.LISTENER, seconds
        transfer.gathering.begin(after)
        return self._wait(seconds, now)

    def _hear(self, data: tftp.Data, now: float) -> Iterator[Step]:
        transfer = self._transfer
        gathering = transfer.gathering
        heard = gathering.take(data.block, data.content)
        match heard:
            case Heard.KEPT:
                yield from self._heard(now)
            case Heard.REPEATED:
                yield Ignore(f"MTFTP block {data.block}", heard)
                transmit = self._parameters.transmit
                patience = transmit if gathering.has_begun else transfer.patience
                yield self._wait(patience, now)
            case Heard.BACKWARDS:
                yield from self._give_up(f"Block {data.block}: {heard}.", now)
            case Heard.TOO_LONG:
                yield from self._too_long(data, now)
            case _:
                assert_never(heard)

    def _heard(self, now: float) -> Iterator[Step]:
        gathering = self._transfer.gathering
        if gathering.held > self._most:
            yield from self._end(too_big(gathering.held, self._most), now)
        elif not gathering.over:
            yield self._wait(self._parameters.transmit, now)
        elif gathering.is_whole():
            self._transfer.content = self._sink()
            self._transfer.content.add(gathering.content)
            yield from self._succeed(now)
        else:
            yield self._listen(0, self._patience(), now)

    def _patience(self) -> int:
        """Who lacks more blocks waits less before it asks for them."""
        return max(0, self._parameters.listen - self._transfer.gathering.missed)

    # --- asking ---------------------------------------------------------------------------
    def _open(self, now: float) -> Iterator[Step]:
        transfer = self._transfer
        transfer.part = Part.ASKER
        transfer.opens += 1
        transfer.by_unicast = transfer.by_group = False
        yield from self._send(tftp.Request(self._boot_file.name), now)
        yield self._wait(self._parameters.transmit, now)

    def _opened(self, data: tftp.Data, destination: IPv4Address, now: float) -> Iterator[Step]:
        """A block came after the read request."""
        transfer = self._transfer
        if data.block != 1:
            yield self._overtaken(data, now)
            return
        transfer.block_size = len(data.content)
        transfer.gathering.store(1, data.content)
        if destination == self._parameters.group:
            transfer.by_group = True
        else:
            transfer.by_unicast = True
        if transfer.by_group and transfer.by_unicast:
            transfer.part, transfer.content = Part.MASTER, self._sink()
            yield from self._take(data, now)
        else:
            yield self._wait(self._parameters.transmit, now)

    def _overtaken(self, data: tftp.Data, now: float) -> Act:
        """Another client is the master: go back to listening, behind what is there."""
        transfer = self._transfer
        follows = data.block == 2 and (transfer.by_group or transfer.by_unicast)
        if follows:
            transfer.gathering.store(2, data.content)
        return self._listen(2 if follows else 0, self._parameters.transmit, now)

    # --- master: in lock step, asking for what does not come as a TFTP client would -------
    # Source: LockStepReceive of the file named above.
    def _follow(self, data: tftp.Data, now: float) -> Iterator[Step]:
        """A block came to the master."""
        last = self._transfer.last
        wanted = (last + 1) % _WRAP
        if data.block == wanted:
            yield from self._take(data, now)
        elif data.block == last:
            yield Ignore(f"MTFTP block {data.block}", f"block {wanted} is next")
            yield from self._acknowledge_again(now)
        else:
            yield from self._give_up(f"Block {data.block} came, {wanted} is next.", now)

    def _take(self, data: tftp.Data, now: float) -> Iterator[Step]:
        """The block that is next."""
        transfer, length = self._transfer, len(data.content)
        if length > transfer.block_size:
            yield from self._refuse(now)
            yield from self._too_long(data, now)
            return
        transfer.last = data.block
        transfer.content.add(data.content)
        if transfer.held > self._most:
            yield from self._end(too_big(transfer.held, self._most), now)
        elif length < max(self._traits.full_block, transfer.block_size):
            yield from self._send(tftp.Ack(transfer.last), now)
            yield from self._succeed(now)
        else:
            transfer.tries = self._traits.acknowledgements
            yield from self._acknowledge(now)

    def _acknowledge(self, now: float) -> Iterator[Step]:
        self._transfer.tries -= 1
        yield from self._send(tftp.Ack(self._transfer.last), now)
        yield self._wait(self._parameters.transmit, now)

    def _acknowledge_again(self, now: float) -> Iterator[Step]:
        """Nothing new has come."""
        if self._transfer.tries > 0:
            yield from self._acknowledge(now)
            return
        yield from self._refuse(now)
        yield from self._give_up(f"Block {(self._transfer.last + 1) % _WRAP} never came.", now)

    # --- what comes -----------------------------------------------------------------------
    def datagram(self, arrived: Arrived, now: float) -> Iterator[Step]:
        """Take a block, or whatever came."""
        unwanted = self._unwanted(arrived)
        if unwanted:
            source = f"{arrived.source}:{arrived.datagram.source_port}"
            to = f"{arrived.destination}:{arrived.datagram.destination_port}"
            yield Ignore(f"a UDP datagram from {source} to {to}", unwanted)
            return
        try:
            message = tftp.parse(arrived.datagram.payload)
        except WireError as error:
            yield from self._give_up(f"What the server sent makes no sense: {error}.", now)
            return
        if isinstance(message, tftp.Data):
            yield from self._on_data(message, arrived.destination, now)
            return
        if self._transfer.part is Part.MASTER:
            yield from self._refuse(now)
        yield from self._give_up(_no_data(message), now)

    def _unwanted(self, arrived: Arrived) -> str:
        """Why a datagram is none of this transfer's; empty if it is."""
        parameters, server = self._parameters, self._boot_file.server
        if arrived.datagram.destination_port != parameters.client_port:
            return "nobody listens on that port"
        if (arrived.source, arrived.datagram.source_port) != (server, parameters.server_port):
            return f"the file comes from {dotted(server)}:{parameters.server_port}"
        to_group = arrived.destination == parameters.group
        is_asker = self._transfer.part is Part.ASKER
        if to_group or (is_asker and arrived.destination == self._stack.address):
            return ""
        return f"only what goes to {dotted(parameters.group)} counts"

    def _on_data(self, data: tftp.Data, destination: IPv4Address, now: float) -> Iterable[Step]:
        most = self._fetcher.tftp.most_block
        if most and len(data.content) > most:
            return self._too_long(data, now)
        match self._transfer.part:
            case Part.LISTENER:
                return self._hear(data, now)
            case Part.ASKER:
                return self._opened(data, destination, now)
            case Part.MASTER:
                return self._follow(data, now)
            case _:
                assert_never(self._transfer.part)

    def timer_fired(self, now: float) -> Iterator[Step]:
        """Nothing came in time: listen once more, ask, or give up."""
        transfer = self._transfer
        match transfer.part:
            case Part.LISTENER if transfer.gathering.has_begun:
                yield self._listen(0, self._patience(), now)
            case Part.LISTENER:
                transfer.opens = 0
                yield from self._open(now)
            case Part.ASKER if transfer.opens < self._traits.opens:
                yield from self._open(now)
            case Part.ASKER:
                half = transfer.by_unicast or transfer.by_group
                because = (
                    "Block 1 must come to the client and to the group, but came to one of them"
                    " only."
                    if half
                    else "The server never answered the read request."
                )
                yield from self._give_up(because, now)
            case Part.MASTER:
                yield from self._acknowledge_again(now)
            case _:
                assert_never(transfer.part)

    def unreachable(self, hop: IPv4Address, now: float) -> Iterator[Step]:
        """It will not come from there by multicast."""
        yield from self._give_up(f"Nobody answered ARP for {dotted(hop)}.", now)

    def stop(self, now: float) -> Iterator[Act]:
        """Leave the group."""
        yield from self._stack.leave(self._parameters.group, now)
        yield self._stop()

    # --- how it ends, and what all its parts do -------------------------------------------
    def _wait(self, seconds: int, now: float) -> Act:
        """Wait for the next block."""
        self.due = now + (seconds + self._traits.slack)
        return SetTimer(self.TIMER, self.due)

    def _send(self, message: tftp.Message, now: float) -> Iterable[Act]:
        """Send to the server's MTFTP port, from the port of all clients."""
        parameters = self._parameters
        payload = tftp.build(message)
        datagram = Datagram(parameters.client_port, parameters.server_port, payload)
        return self._stack.send(datagram, self._boot_file.server, now)

    def _refuse(self, now: float) -> Iterable[Act]:
        """Tell the server that its master gives up."""
        error = tftp.Error(self._traits.error_code, self._traits.error_text.encode())
        return self._send(error, now)

    def _give_up(self, because: str, now: float) -> Iterator[Step]:
        """It will not work by multicast; perhaps without."""
        return self._end(Abandoned(because), now)

    def _succeed(self, now: float) -> Iterator[Step]:
        """The file is whole."""
        if not self._transfer.content.size and self._fetcher.tftp.empty_file is not EmptyFile.BOOTS:
            return self._end(empty(), now)
        return self._end(Fetched(self._boot_file, *self._transfer.content.take()), now)

    def _too_long(self, data: tftp.Data, now: float) -> Iterator[Step]:
        """A block is longer than the firmware has room for."""
        because = f"Block {data.block} has {len(data.content)} octets, more than fit."
        return self._end(NotFetched(Failure.TFTP_BLOCK_TOO_LONG, because), now)

    def _end(self, result: Result, now: float) -> Iterator[Step]:
        yield from self.stop(now)
        yield result


def _no_data(message: tftp.Message) -> str:
    if isinstance(message, tftp.Error):
        return f"The server answered with ERROR {message.code}: {printable(message.message)}."
    return "The server sent something other than a block of the file."
