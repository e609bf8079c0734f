"""Builds the DHCP messages that a firmware sends: its options, in its order, with its padding."""

from __future__ import annotations

from collections.abc import Mapping
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
    area = b"".join(
        [
            part if isinstance(part, bytes) else _option(session, exchange, part, templates)
            for part in parts
        ]
    )
    payload = dhcp.build_request(
        session.machine.mac,
        session.numbers.xid(exchange),
        session.numbers.secs(exchange),
        flags,
        session.host.address if shape.ciaddr else ANY,
        area,
    )
    return payload.ljust(traits.size, b"\0")


def _option(session: Session, exchange: Exchange, code: int, templates: Mapping[int, str]) -> bytes:
    """One option's octets."""
    data = _value(session, exchange, code, templates)
    return bytes((code, len(data))) + data


def _value(session: Session, exchange: Exchange, code: int, templates: Mapping[int, str]) -> bytes:
    """The value of an option that is not the same in every boot."""
    if code in session.traits.dhcp.messages[exchange.purpose].echo:
        for reply in session.sources:
            echoed = dhcp.first(reply.message.options, code)
            if echoed is not None:
                return echoed
    if code in templates and not (code == VENDOR and code in exchange.values):
        return session.filled(templates[code])
    return exchange.values[code]
