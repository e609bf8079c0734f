"""The fields of a DHCP message: its header, and each option with what is inside it."""

from __future__ import annotations

from pxeclient.report.fields.values import INSIDE, Inside, option_note, option_value
from pxeclient.report.fields.walk import Walk, octets
from pxeclient.wire import dhcp
from pxeclient.wire.addresses import Mac
from pxeclient.wire.dhcp import END, PAD
from pxeclient.wire.options import option_name, printable

_LAYER, _OPTIONS = "DHCP", "DHCP options"
_SNAME, _FILE = 64, 128


def dhcp_message(walk: Walk) -> None:
    """A whole message (RFC 2131 §2)."""
    if walk.left < dhcp.FIXED:
        walk.undecoded(_LAYER, f"the header alone has {dhcp.FIXED} octets")
        return
    message = dhcp.parse(walk.rest)
    data = dhcp.first(message.options, dhcp.OVERLOAD)
    overload = data[0] if data else 0
    _head(walk)
    _name(walk, _SNAME, "server name (sname)", bool(overload & 2))
    _name(walk, _FILE, "boot file (file)", bool(overload & 1))
    wrong = "" if message.cookie == dhcp.COOKIE else "wrong: not DHCP's 63 82 53 63"
    walk.take(4, _LAYER, "magic cookie", message.cookie.hex(" "), wrong)
    _area(walk, _OPTIONS)


def _head(walk: Walk) -> None:
    kinds = {dhcp.BOOTREQUEST: "request, from a client", dhcp.BOOTREPLY: "reply, from a server"}
    walk.number(1, _LAYER, "op", kinds.get(walk.peek(1), "unknown"))
    walk.number(1, _LAYER, "hardware type", "Ethernet" if walk.peek(1) == 1 else "")
    size = walk.number(1, _LAYER, "hardware address length")
    walk.number(1, _LAYER, "hops")
    walk.take(4, _LAYER, "transaction id (xid)", f"0x{walk.peek(4):08x}")
    walk.number(2, _LAYER, "seconds (secs)", "since the client began, as it says")
    broadcast = "answer by broadcast" if walk.peek(2) & dhcp.BROADCAST_FLAG else ""
    walk.take(2, _LAYER, "flags", f"0x{walk.peek(2):04x}", broadcast)
    walk.address(_LAYER, "client address (ciaddr)", "the client's, if it already has one")
    walk.address(_LAYER, "your address (yiaddr)", "offered or leased")
    walk.address(_LAYER, "next server (siaddr)", "where the boot file is")
    walk.address(_LAYER, "relay (giaddr)")
    hardware = walk.rest[: min(size, 16)]
    shown = str(Mac(hardware)) if len(hardware) == 6 else hardware.hex(" ")
    walk.take(16, _LAYER, "hardware address (chaddr)", shown)


def _name(walk: Walk, size: int, name: str, holds_options: bool) -> None:
    """The `sname` or `file` field: a name up to its NUL, or options (RFC 2132 §9.3)."""
    if holds_options:
        walk.inside(size, lambda inner: _area(inner, f"DHCP options in {name}"))
        return
    field = walk.rest[:size]
    text = dhcp.text_field(field)
    note = "more octets stand behind the NUL" if any(field[len(text) :]) else ""
    walk.take(size, _LAYER, name, printable(text), note or ("" if text else "empty"))


def _area(walk: Walk, layer: str) -> None:
    """Options up to END, and what follows it."""
    while walk.left:
        code = walk.peek(1)
        if code == END:
            walk.take(1, layer, "255 end", "")
            break
        if code == PAD:
            zeros = walk.left - len(walk.rest.lstrip(b"\0"))
            walk.take(zeros, layer, "0 pad", octets(zeros))
            continue
        if walk.left < 2 or walk.peek(1, 1) > walk.left - 2:
            walk.undecoded(layer, _overrun(walk, code))
            return
        _option(walk, layer, code)
    note = "after the end" + ("" if any(walk.rest) else ", zeros")
    walk.take(walk.left, layer, "padding", octets(walk.left), note)


def _overrun(walk: Walk, code: int) -> str:
    if walk.left < 2:
        return f"option {code} has no length"
    return f"option {code} claims {octets(walk.peek(1, 1))}, {walk.left - 2} are left"


def _option(walk: Walk, layer: str, code: int) -> None:
    size = walk.peek(1, 1)
    data = walk.rest[2 : 2 + size]
    inside = INSIDE.get(code)
    if inside is not None and _is_whole(data):
        walk.take(2, layer, _named(code), octets(size), inside.note)
        walk.inside(size, lambda inner: _suboptions(inner, f"DHCP option {code}", code, inside))
        return
    walk.take(2 + size, layer, _named(code), option_value(code, data), option_note(code, data))


def _named(code: int) -> str:
    name = option_name(code)
    return name if name == f"option {code}" else f"{code} {name}"


def _is_whole(data: bytes) -> bool:
    """The octets are options to the end or to an END; else they are shown as they are."""
    options, rest = dhcp.scan_options(data)
    return bool(options) and (not rest or options[-1].code == END)


def _suboptions(walk: Walk, layer: str, outer: int, inside: Inside) -> None:
    while walk.left:
        code = walk.peek(1)
        if code == END:
            walk.take(1, layer, f"{outer}.255 end", "")
            break
        if code == PAD:
            walk.take(1, layer, f"{outer}.0 pad", "")
            continue
        size = walk.peek(1, 1)
        data = walk.rest[2 : 2 + size]
        name = f"{outer}.{code} {inside.names.get(code, 'unknown')}"
        walk.take(2 + size, layer, name, inside.show(code, data), inside.explain(code, data))
    walk.take(walk.left, layer, "padding", octets(walk.left), "after the end")
