"""What a profile sends, as people read it: each message with its fields, options and times."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from pxeclient.boot.dhcp.options import (
    MESSAGE_TYPE,
    REQUESTED_ADDRESS,
    SERVER_ID,
    VENDOR,
    Values,
    option_values,
)
from pxeclient.boot.dhcp.traits import MessageXid, Secs, Xid
from pxeclient.boot.traits import Traits
from pxeclient.fetch.tftp.traits import LocalPort, TftpTraits
from pxeclient.profile import Profile
from pxeclient.prose import wrapped
from pxeclient.stack.traits import IpId
from pxeclient.wire import dhcp
from pxeclient.wire.options import option_name, show_value
from pxeclient.wire.pxe import Purpose

_TITLES = {
    Purpose.DISCOVER: "DHCPDISCOVER, broadcast to port 67",
    Purpose.REQUEST: "DHCPREQUEST, broadcast to port 67",
    Purpose.PROXY_REQUEST: "DHCPREQUEST to a PXE server's port 4011",
    Purpose.BOOT_SERVER_REQUEST: "DHCPREQUEST to a boot server (port 4011, or 67 by broadcast)",
}
_IDS = {
    IpId.COUNTER: "one up for every packet",
    IpId.IPXE: "one up in the high octet, receive statistics in the low one",
}
_XIDS = {
    Xid.RANDOM: "drawn once per boot",
    Xid.MAC_ATTEMPT: "the MAC's last four octets, plus the attempt's number in the first",
    Xid.MAC: "the MAC's last four octets",
}
_MESSAGE_XIDS = {
    MessageXid.ZERO: "0",
    MessageXid.FRESH: "drawn anew for each server",
}
_FROM_SERVERS = {
    REQUESTED_ADDRESS: "the offered address",
    SERVER_ID: "the chosen offer's server",
    VENDOR: "the wanted boot server's type and layer 0 (43.71)",
}


def lines(found: Profile) -> Iterator[str]:
    """All that goes out, message by message."""
    traits = found.traits
    yield "ON THE WIRE (for the machine of this profile; evidence stands with the values below)"
    padded = f"; frames padded to {traits.ip.pad_to} octets" if traits.ip.pad_to else ""
    yield f"  IPv4 TTL {traits.ip.ttl}, identification {_IDS[traits.ip.id]}{padded}"
    for purpose in Purpose:
        if purpose not in traits.dhcp.messages:
            continue
        yield ""
        yield f"  {_TITLES[purpose]}"
        yield from _message(found, purpose)
    yield ""
    yield "  TFTP read requests"
    yield from _tftp(traits.tftp)
    yield ""


def _message(found: Profile, purpose: Purpose) -> Iterator[str]:
    traits = found.traits.dhcp
    shape = traits.messages[purpose]
    size = f"{traits.size} octets" if traits.size else "not padded"
    ciaddr = "its address" if shape.ciaddr else "0"
    yield f"    from port {shape.source_port}; {size}; flags {shape.flags:04x}; ciaddr {ciaddr}"
    xid = _MESSAGE_XIDS.get(shape.xid, _XIDS[traits.xid])
    yield f"    xid: {xid}; secs: {_secs(found.traits, purpose)}"
    starts = list(accumulate(shape.waits, initial=0.0))
    sent = ", ".join(f"{start:g}" for start in starts[:-1][:8])
    more = " …" if len(starts) > 9 else ""
    yield f"    sent at {sent}{more} s if nothing comes; given up at {starts[-1]:g} s"
    values = option_values(traits, found.machine)
    for code in shape.options:
        value = _value(values, purpose, code)
        yield from wrapped(value, f"    {code:3}  {option_name(code):30} ", " " * 40)


def _secs(traits: Traits, purpose: Purpose) -> str:
    shape = traits.dhcp.messages[purpose]
    if shape.secs_listed:
        return ", ".join(map(str, shape.secs_listed))
    if traits.dhcp.secs is Secs.LISTED:
        listed = ", ".join(map(str, traits.dhcp.secs_listed))
        return listed if purpose is Purpose.DISCOVER else "of the latest DISCOVER"
    return "counts time-outs"


def _value(values: Values, purpose: Purpose, code: int) -> str:
    if code == MESSAGE_TYPE:
        kind = dhcp.DISCOVER if purpose is Purpose.DISCOVER else dhcp.REQUEST
        return show_value(code, bytes((kind,)))
    data = values.get((purpose, code))
    return _FROM_SERVERS[code] if data is None else show_value(code, data)


def _tftp(tftp: TftpTraits) -> Iterator[str]:
    for number, request in enumerate(tftp.requests, 1):
        asked = ", ".join(f"{name} {value}" for name, value in request.options) or "no options"
        end = (
            f'; ended by ERROR {tftp.abort_code} "{tftp.abort_text}" as soon as the server answers'
            if request.abort
            else ""
        )
        yield f"    {number}. octet, {asked}{end}"
    ports = "drawn by chance"
    if tftp.port is LocalPort.COUNTING:
        ports = f"{tftp.first_port}, one up for every request"
    yield f"    from port: {ports}"
    if tftp.size_waits:
        waits = _waits(tftp.size_waits, False)
        yield f"    the size unanswered: {waits}, then the file is asked for"
    yield f"    unanswered: {_waits(tftp.open_waits, tftp.smoothed)}, then given up"
    yield f"    a block missing: {_waits(tftp.read_waits, tftp.smoothed)}, then given up"


def _waits(waits: tuple[float, ...], smoothed: bool) -> str:
    if smoothed:
        return f"waits double from {waits[0]:g} to {waits[-1]:g} s"
    return f"waits {', '.join(f'{wait:g}' for wait in waits)} s"
