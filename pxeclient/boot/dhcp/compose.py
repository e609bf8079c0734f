"""Builds the DHCP messages that a firmware sends: its options, in its order, with its padding."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address
from typing import assert_never

from pxeclient.boot.dhcp.options import REQUESTED_ADDRESS, SERVER_ID, VENDOR
from pxeclient.boot.session import Session
from pxeclient.wire import dhcp, pxe
from pxeclient.wire.addresses import ANY, BROADCAST
from pxeclient.wire.pxe import Purpose


def compose(session: Session, purpose: Purpose, to: IPv4Address) -> bytes:
    """The UDP payload of the message for `purpose` to `to`, as things stand."""
    traits = session.traits.dhcp
    shape = traits.messages[purpose]
    flags = shape.flags
    if to == BROADCAST and shape.broadcast_flags is not None:
        flags = shape.broadcast_flags
    parts, templates = session.traits.layouts[purpose]
    area = b"".join(
        [
            part if isinstance(part, bytes) else _option(session, purpose, part, templates)
            for part in parts
        ]
    )
    payload = dhcp.build_request(
        session.machine.mac,
        session.xid(purpose),
        session.secs(purpose),
        flags,
        session.host.address if shape.ciaddr else ANY,
        area,
    )
    return payload.ljust(traits.size, b"\0")


def _option(session: Session, purpose: Purpose, code: int, templates: Mapping[int, str]) -> bytes:
    """One option's octets."""
    data = _value(session, purpose, code, templates)
    return bytes((code, len(data))) + data


def _value(session: Session, purpose: Purpose, code: int, templates: Mapping[int, str]) -> bytes:
    """The value of an option that is not the same in every boot."""
    if code in session.traits.dhcp.messages[purpose].echo:
        for reply in session.sources:
            echoed = dhcp.first(reply.message.options, code)
            if echoed is not None:
                return echoed
    if code == VENDOR:
        assert session.search is not None, "only a boot-server request carries option 43"
        return pxe.build_suboptions([pxe.boot_item(session.search.type)])
    if code in templates:
        return session.filled(templates[code])
    return _from_replies(session, purpose, code)


def _from_replies(session: Session, purpose: Purpose, code: int) -> bytes:
    """Options 50 and 54: the address that is wanted, and whose word it is."""
    assert session.offer is not None, f"{purpose} needs an offer"
    if code == REQUESTED_ADDRESS:
        return session.offer.yiaddr.packed
    assert code == SERVER_ID, f"the profile has no value for option {code} in {purpose}"
    match purpose:
        case Purpose.DISCOVER | Purpose.REQUEST:
            return session.offer.server_id.packed
        case Purpose.PROXY_REQUEST | Purpose.BOOT_SERVER_REQUEST:
            return session.proxy_server.packed
        case _:
            assert_never(purpose)
