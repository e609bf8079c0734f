"""State *multicast download*: fetch the boot file by MTFTP (PXE 2.1; Intel's multicast TFTP).

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

from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import assert_never

from pxeclient.boot.actions import Action
from pxeclient.boot.dhcp.gathering import Heard
from pxeclient.boot.mtftp_ends import (
    current,
    give_up,
    is_too_big,
    refuse,
    send,
    succeed,
    too_big,
    too_long,
    wait,
)
from pxeclient.boot.mtftp_master import acknowledge_again, follow, lead
from pxeclient.boot.multicast import Multicast, Part
from pxeclient.boot.session import Session, State
from pxeclient.stack.acts import Ignore
from pxeclient.stack.host import Arrived
from pxeclient.wire import tftp
from pxeclient.wire.addresses import dotted
from pxeclient.wire.errors import WireError
from pxeclient.wire.options import printable


def _on_enter(session: Session, now: float) -> Iterator[Action]:
    parameters = current(session).parameters
    yield from session.host.join(parameters.group, now)
    yield from _listen(session, 0, parameters.listen, now)


# --- listening: somebody else acknowledges ------------------------------------------------
def _listen(session: Session, after: int, seconds: int, now: float) -> Iterator[Action]:
    """Begin a pass over the file, the blocks up to `after` being there."""
    multicast = current(session)
    multicast.part, multicast.patience = Part.LISTENER, seconds
    multicast.gathering.begin(after)
    yield wait(session, seconds, now)


def _hear(session: Session, data: tftp.Data, now: float) -> Iterator[Action]:
    multicast = current(session)
    gathering = multicast.gathering
    heard = gathering.take(data.block, data.content)
    match heard:
        case Heard.KEPT:
            yield from _heard(session, now)
        case Heard.REPEATED:
            yield Ignore(f"MTFTP block {data.block}", heard)
            transmit = multicast.parameters.transmit
            yield wait(session, transmit if gathering.has_begun else multicast.patience, now)
        case Heard.BACKWARDS:
            yield from give_up(session, f"Block {data.block}: {heard}.", now)
        case Heard.TOO_LONG:
            yield from too_long(session, data, now)
        case _:
            assert_never(heard)


def _heard(session: Session, now: float) -> Iterator[Action]:
    multicast = current(session)
    gathering = multicast.gathering
    if is_too_big(session):
        yield from too_big(session, now)
    elif not gathering.over:
        yield wait(session, multicast.parameters.transmit, now)
    elif gathering.is_whole():
        yield from succeed(session, gathering.content, now)
    else:
        yield from _listen(session, 0, _patience(multicast), now)


def _patience(multicast: Multicast) -> int:
    """Who lacks more blocks waits less before it asks for them."""
    return max(0, multicast.parameters.listen - multicast.gathering.missed)


# --- asking -------------------------------------------------------------------------------
def _open(session: Session, now: float) -> Iterator[Action]:
    multicast = current(session)
    assert session.boot_file is not None
    multicast.part = Part.ASKER
    multicast.opens += 1
    multicast.by_unicast = multicast.by_group = False
    yield from send(session, tftp.Request(session.boot_file.name), now)
    yield wait(session, multicast.parameters.transmit, now)


def _opened(
    session: Session, data: tftp.Data, destination: IPv4Address, now: float
) -> Iterator[Action]:
    """A block came after the read request."""
    multicast = current(session)
    if data.block != 1:
        yield from _overtaken(session, data, now)
        return
    multicast.block_size = len(data.content)
    multicast.gathering.store(1, data.content)
    if destination == multicast.parameters.group:
        multicast.by_group = True
    else:
        multicast.by_unicast = True
    if multicast.by_group and multicast.by_unicast:
        yield from lead(session, data, now)
    else:
        yield wait(session, multicast.parameters.transmit, now)


def _overtaken(session: Session, data: tftp.Data, now: float) -> Iterator[Action]:
    """Another client is the master: go back to listening, behind what is there."""
    multicast = current(session)
    follows = data.block == 2 and (multicast.by_group or multicast.by_unicast)
    if follows:
        multicast.gathering.store(2, data.content)
    yield from _listen(session, 2 if follows else 0, multicast.parameters.transmit, now)


# --- what comes ---------------------------------------------------------------------------
def _on_datagram(session: Session, arrived: Arrived, now: float) -> Iterator[Action]:
    unwanted = _unwanted(session, arrived)
    if unwanted:
        source = f"{arrived.source}:{arrived.datagram.source_port}"
        to = f"{arrived.destination}:{arrived.datagram.destination_port}"
        yield Ignore(f"a UDP datagram from {source} to {to}", unwanted)
        return
    try:
        message = tftp.parse(arrived.datagram.payload)
    except WireError as error:
        yield from give_up(session, f"What the server sent makes no sense: {error}.", now)
        return
    multicast = current(session)
    if isinstance(message, tftp.Data):
        most = session.traits.tftp.most_block
        if most and len(message.content) > most:
            yield from too_long(session, message, now)
            return
        match multicast.part:
            case Part.LISTENER:
                yield from _hear(session, message, now)
            case Part.ASKER:
                yield from _opened(session, message, arrived.destination, now)
            case Part.MASTER:
                yield from follow(session, message, now)
            case _:
                assert_never(multicast.part)
        return
    if multicast.part is Part.MASTER:
        yield from refuse(session, now)
    yield from give_up(session, _no_data(message), now)


def _unwanted(session: Session, arrived: Arrived) -> str:
    """Why a datagram is none of this transfer's; empty if it is."""
    multicast = current(session)
    parameters, boot_file = multicast.parameters, session.boot_file
    assert boot_file is not None
    if arrived.datagram.destination_port != parameters.client_port:
        return "nobody listens on that port"
    server = (boot_file.server, parameters.server_port)
    if (arrived.source, arrived.datagram.source_port) != server:
        return f"the file comes from {dotted(boot_file.server)}:{parameters.server_port}"
    to_group = arrived.destination == parameters.group
    asked = multicast.part is Part.ASKER and arrived.destination == session.host.address
    return "" if to_group or asked else f"only what goes to {dotted(parameters.group)} counts"


def _no_data(message: tftp.Message) -> str:
    if isinstance(message, tftp.Error):
        return f"The server answered with ERROR {message.code}: {printable(message.message)}."
    return "The server sent something other than a block of the file."


def _on_timer(session: Session, now: float) -> Iterator[Action]:
    multicast = current(session)
    match multicast.part:
        case Part.LISTENER if multicast.gathering.has_begun:
            yield from _listen(session, 0, _patience(multicast), now)
        case Part.LISTENER:
            multicast.opens = 0
            yield from _open(session, now)
        case Part.ASKER if multicast.opens < session.traits.mtftp.opens:
            yield from _open(session, now)
        case Part.ASKER:
            half = multicast.by_unicast or multicast.by_group
            because = (
                "Block 1 must come to the client and to the group, but came to one of them only."
                if half
                else "The server never answered the read request."
            )
            yield from give_up(session, because, now)
        case Part.MASTER:
            yield from acknowledge_again(session, now)
        case _:
            assert_never(multicast.part)


def _on_unreachable(session: Session, hop: IPv4Address, now: float) -> Iterator[Action]:
    yield from give_up(session, f"Nobody answered ARP for {dotted(hop)}.", now)


MTFTP = State(_on_enter, _on_datagram, _on_timer, _on_unreachable)
