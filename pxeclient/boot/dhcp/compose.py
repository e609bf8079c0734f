"""Builds the DHCP messages that a firmware sends: its options, in its order, with its padding."""

from __future__ import annotations

from collections.abc import Container, Mapping
from ipaddress import IPv4Address

from pxeclient.boot.dhcp.numbering import Exchange
from pxeclient.boot.dhcp.options import VENDOR
from pxeclient.boot.session import Session
from pxeclient.wire import dhcp
from pxeclient.wire.addresses import ANY, BROADCAST


def compose(session: Session, exchange: Exchange, to: IPv4Address) -> bytes:
    """The UDP payload of the exchange's message to `to`, as things stand."""
    traits = session.traits.dhcp
    shape = traits.messages[exchange.purpose]
    flags = shape.flags
    if to == BROADCAST and shape.broadcast_flags is not None:
        flags = shape.broadcast_flags
    parts, templates = session.traits.layouts[exchange.purpose]
    area: list[bytes] = []
    for part in parts:
        if isinstance(part, bytes):
            area.append(part)
            continue
        data = _value(session, exchange, part, templates, shape.echo)
        area += bytes((part, len(data))), data
    payload = dhcp.build_request(
        session.machine.mac,
        session.numbers.xid(exchange),
        session.numbers.secs(exchange),
        flags,
        session.host.address if shape.ciaddr else ANY,
        b"".join(area),
    )
    return payload.ljust(traits.size, b"\0")


def _value(
    session: Session,
    exchange: Exchange,
    code: int,
    templates: Mapping[int, str],
    echo: Container[int],
) -> bytes:
    """The value of an option that is not the same in every boot; servers' of those in `echo`."""
    if code in echo:
        for reply in session.sources:
            echoed = dhcp.first(reply.message.options, code)
            if echoed is not None:
                return echoed
    if code in templates and not (code == VENDOR and code in exchange.values):
        return session.filled(templates[code])
    return exchange.values[code]
