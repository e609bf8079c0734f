"""Builds the DHCP messages that a firmware sends: its options, in its order, with its padding."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import assert_never

from pxeclient.boot.session import Session
from pxeclient.boot.traits import Purpose
from pxeclient.wire import dhcp, pxe
from pxeclient.wire.addresses import ANY, BROADCAST
from pxeclient.wire.dhcp import END, Message, Option

MESSAGE_TYPE, REQUESTED_ADDRESS, SERVER_ID, VENDOR = 53, 50, 54, 43


def compose(session: Session, purpose: Purpose, to: IPv4Address) -> bytes:
    """The UDP payload of the message for `purpose` to `to`, as things stand."""
    traits = session.traits.dhcp
    shape = traits.messages[purpose]
    flags = shape.flags
    if to == BROADCAST and shape.broadcast_flags is not None:
        flags = shape.broadcast_flags
    options = tuple(Option(code, _value(session, purpose, code)) for code in shape.options)
    options += (Option(END),)
    payload = dhcp.build(
        Message(
            op=dhcp.BOOTREQUEST,
            xid=session.xid(purpose),
            chaddr=dhcp.chaddr_of(session.machine.mac),
            secs=session.secs(purpose),
            flags=flags,
            ciaddr=session.host.address if shape.ciaddr else ANY,
            options=options,
        )
    )
    return payload.ljust(traits.size, b"\0")


def _value(session: Session, purpose: Purpose, code: int) -> bytes:
    shape = session.traits.dhcp.messages[purpose]
    if code == MESSAGE_TYPE:
        kind = dhcp.DISCOVER if purpose is Purpose.DISCOVER else dhcp.REQUEST
        return bytes((kind,))
    if code in shape.echo:
        for reply in session.sources:
            echoed = dhcp.first(reply.message.options, code)
            if echoed is not None:
                return echoed
    if code == VENDOR:
        assert session.search is not None, "only a boot-server request carries option 43"
        return pxe.build_suboptions([pxe.boot_item(session.search.type)])
    value = session.option_values.get((purpose, code))
    return _from_replies(session, purpose, code) if value is None else value


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
