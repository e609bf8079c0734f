"""The master of a multicast download: the client that acknowledges the blocks, for all.

It goes in lock step and asks for what does not come as a TFTP client would.
Source: tianocore/edk@321b15a5 ``PxeBc/Dxe/pxe_bc_mtftp.c`` LockStepReceive.
"""

from __future__ import annotations

from collections.abc import Iterator

from pxeclient.boot.actions import Action
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
from pxeclient.boot.multicast import Part
from pxeclient.boot.session import Session
from pxeclient.stack.acts import Ignore
from pxeclient.wire import tftp

_WRAP = 0x10000


def lead(session: Session, first: tftp.Data, now: float) -> Iterator[Action]:
    """Block 1 has come in both ways: this client is the master."""
    multicast = current(session)
    multicast.part = Part.MASTER
    multicast.content.clear()
    yield from _take(session, first, now)


def follow(session: Session, data: tftp.Data, now: float) -> Iterator[Action]:
    """A block came to the master."""
    multicast = current(session)
    wanted = (multicast.last + 1) % _WRAP
    if data.block == wanted:
        yield from _take(session, data, now)
    elif data.block == multicast.last:
        yield Ignore(f"MTFTP block {data.block}", f"block {wanted} is next")
        yield from acknowledge_again(session, now)
    else:
        yield from give_up(session, f"Block {data.block} came, {wanted} is next.", now)


def acknowledge_again(session: Session, now: float) -> Iterator[Action]:
    """Nothing new has come."""
    multicast = current(session)
    if multicast.tries > 0:
        yield from _acknowledge(session, now)
        return
    yield from refuse(session, now)
    yield from give_up(session, f"Block {(multicast.last + 1) % _WRAP} never came.", now)


def _take(session: Session, data: tftp.Data, now: float) -> Iterator[Action]:
    """The block that is next."""
    multicast = current(session)
    length = len(data.content)
    if length > multicast.block_size:
        yield from refuse(session, now)
        yield from too_long(session, data, now)
        return
    multicast.last = data.block
    multicast.content += data.content
    if is_too_big(session):
        yield from too_big(session, now)
        return
    if length < max(session.traits.mtftp.full_block, multicast.block_size):
        yield from send(session, tftp.Ack(multicast.last), now)
        yield from succeed(session, bytes(multicast.content), now)
        return
    multicast.tries = session.traits.mtftp.acknowledgements
    yield from _acknowledge(session, now)


def _acknowledge(session: Session, now: float) -> Iterator[Action]:
    multicast = current(session)
    multicast.tries -= 1
    yield from send(session, tftp.Ack(multicast.last), now)
    yield wait(session, multicast.parameters.transmit, now)
