"""What the DHCP states share: sending a message, hearing a reply, waiting, giving up."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from pxeclient.boot.actions import Action
from pxeclient.boot.dhcp.compose import compose
from pxeclient.boot.dhcp.numbering import Exchange
from pxeclient.boot.dhcp.reply import Reply, read
from pxeclient.boot.policy import AddressOf, Hear, Overheard
from pxeclient.boot.session import AnswerT, Session
from pxeclient.decisions import Decision
from pxeclient.stack.acts import Ignore
from pxeclient.stack.host import Arrived
from pxeclient.wire import dhcp, pxe
from pxeclient.wire.addresses import ANY, BROADCAST
from pxeclient.wire.errors import WireError
from pxeclient.wire.pxe import Purpose

MOST_WAITING = 64
"""Replies that a firmware keeps which looks at them only when its waiting time is over.

EDK II queues them without end (Dhcp4Dxe/Dhcp4Impl.c, PxeDhcpInput) and then takes the first that
will do. No segment has so many servers; who sends more shall not fill our memory.
"""


def keep(waiting: list[Reply], reply: Reply) -> Iterator[Ignore]:
    """Keep a reply for later, or say why not."""
    if len(waiting) < MOST_WAITING:
        waiting.append(reply)
    else:
        yield Ignore(reply.describe(), f"{len(waiting)} replies wait to be looked at already")


def transmit(
    session: Session,
    exchange: Exchange,
    now: float,
    to: IPv4Address = BROADCAST,
    port: int = dhcp.SERVER_PORT,
) -> Iterator[Action]:
    """Send the exchange's message and wait for answers as long as the profile says."""
    shape = session.traits.dhcp.messages[exchange.purpose]
    wait = shape.waits[exchange.tries]
    exchange.tries += 1
    exchange.sent += 1
    exchange.expiries += 1
    session.numbers.expiries += 1
    source_port = shape.source_port
    if to == BROADCAST and shape.broadcast_source_port is not None:
        source_port = shape.broadcast_source_port
    payload = compose(session, exchange, to)
    if exchange.purpose is Purpose.DISCOVER:
        session.cached.discover = payload
    yield from session.send(source_port, to, port, payload, now, shape.dont_fragment)
    yield from session.screen.sent()
    yield session.wait(wait, now)


def is_spent(session: Session, exchange: Exchange) -> bool:
    """All transmissions to the server that is asked now have been made."""
    return exchange.tries >= len(session.traits.dhcp.messages[exchange.purpose].waits)


def hear(
    session: Session, exchange: Exchange, arrived: Arrived, now: float
) -> Iterator[Reply | Ignore]:
    """Read a datagram as a reply in this exchange, or say why it is none."""
    purpose = exchange.purpose
    datagram = arrived.datagram
    listens = (dhcp.CLIENT_PORT, session.traits.dhcp.messages[purpose].source_port)
    if session.host.address == ANY and not _hears(session, arrived):
        yield Ignore(
            f"a UDP datagram {_origin(arrived)}",
            "it is not a broadcast, and we have no address yet",
        )
        return
    if datagram.destination_port not in listens:
        yield Ignore(
            f"a UDP datagram {_origin(arrived)} to port {datagram.destination_port}",
            "nobody listens on that port",
        )
        return
    try:
        message = dhcp.parse(datagram.payload)
    except WireError as error:
        yield Ignore(f"a UDP datagram {_origin(arrived)}", str(error))
        return
    facts = Overheard(
        message, session.numbers.xid(exchange), session.machine.mac, datagram.source_port, purpose
    )
    heard = session.policy.hear.decide(facts)
    if heard.answer is Hear.DROP:
        yield ignored(f"a DHCP message {_origin(arrived)}", heard)
        return
    size, most = len(datagram.payload), session.traits.dhcp.most_reply
    if most and size > most:
        yield Ignore(
            f"a DHCP message {_origin(arrived)}",
            f"it has {size} octets, and this firmware takes no more than {most}",
        )
        return
    fault = message.fault()
    if fault:
        # The firmware takes what came before the fault; only a person needs to know.
        yield Ignore(f"the end of the options of a DHCP message {_origin(arrived)}", fault)
    yield read(message, arrived.source, datagram.source_port, session.traits.dhcp.read, now)


def _origin(arrived: Arrived) -> str:
    return f"from {arrived.source}:{arrived.datagram.source_port}"


def _hears(session: Session, arrived: Arrived) -> bool:
    return arrived.destination == BROADCAST or not session.traits.ip.deaf_to_unicast


def ignored(what: str, decision: Decision[AnswerT]) -> Ignore:
    """The action that drops something by a rule."""
    return Ignore(what, decision.because, f"{decision.question}/{decision.rule}", decision.source)


def address_of(reply: Reply, where: AddressOf) -> IPv4Address:
    """The address in `reply` that an answer points to; 0.0.0.0 for nowhere."""
    match where:
        case AddressOf.SERVER_ID:
            return reply.server_id
        case AddressOf.SIADDR:
            return reply.next_server
        case AddressOf.SOURCE:
            return reply.source
        case AddressOf.LISTED:
            listed = pxe.listed(reply.vendor)
            return next((address for entry in listed for address in entry.addresses), ANY)
        case AddressOf.ASKED | AddressOf.URI | AddressOf.NOWHERE:
            return ANY
