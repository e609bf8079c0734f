"""DHCP messages (RFC 2131 §2), byte-exact both ways.

Options keep their wire order, their repeats and their padding. What an option area means
is the reader's business: firmwares differ in whether they honour overload (option 52),
join repeated options (RFC 3396), or stop at the first. `Message.options` is what is there.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address

from msgspec import Struct

from pxeclient.wire import ports
from pxeclient.wire.addresses import ANY, Mac, ipv4
from pxeclient.wire.errors import WireError

PAD, END = 0, 255
OVERLOAD = 52
BOOT_FILE_SIZE = 13
"""In units of 512 octets (RFC 2132 §3.15)."""

BOOTREQUEST, BOOTREPLY = 1, 2
DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE, INFORM = range(1, 9)

SERVER_PORT, CLIENT_PORT = ports.SERVER_PORT, ports.CLIENT_PORT
PROXY_PORT = ports.PROXY_PORT
"""Where ProxyDHCP and boot servers are asked (PXE 2.1 §2.2.3)."""
DHCP_PORTS = frozenset({SERVER_PORT, CLIENT_PORT, PROXY_PORT})
"""A datagram from or to one of these is read as a DHCP message."""
ASKED_PORTS = frozenset({SERVER_PORT, PROXY_PORT})
"""Where clients ask."""

COOKIE = b"\x63\x82\x53\x63"
FIXED = 240
"""Octets of the header and the magic cookie, before the first option."""
BROADCAST_FLAG = 0x8000

_LAYOUT = struct.Struct("!BBBBIHH4s4s4s4s16s64s128s4s")


class Option(Struct, frozen=True):
    """One option; PAD and END have no data and no length octet."""

    code: int
    data: bytes = b""


_END, _PAD = Option(END), Option(PAD)
_ALONE = frozenset((END, PAD))
"""Options without data and length octet."""


@dataclass(frozen=True, slots=True)
class Message:
    """One BOOTP or DHCP message."""

    op: int
    xid: int
    chaddr: bytes
    """The hardware address field: 16 octets, of which `hlen` count."""
    secs: int = 0
    flags: int = 0
    ciaddr: IPv4Address = ANY
    yiaddr: IPv4Address = ANY
    siaddr: IPv4Address = ANY
    giaddr: IPv4Address = ANY
    sname: bytes = bytes(64)
    file: bytes = bytes(128)
    options: tuple[Option, ...] = ()
    """The option area up to and with its END, in wire order, PADs and repeats included."""
    rest: bytes = b""
    """What follows END; or, without END, what could not be read as options."""
    htype: int = 1
    hlen: int = 6
    hops: int = 0
    cookie: bytes = COOKIE

    @property
    def hardware(self) -> bytes:
        """The part of `chaddr` that counts."""
        return self.chaddr[: self.hlen]

    @property
    def type(self) -> int | None:
        """The DHCP message type (option 53); None in a BOOTP message."""
        data = first(self.options, 53)
        return data[0] if data else None

    def fault(self) -> str | None:
        """What is wrong with the option area, or None when it ends with END."""
        if self.cookie != COOKIE:
            return "no DHCP magic cookie at octet 236"
        return area_fault(self.options, self.rest, FIXED)

    def overloaded(self) -> tuple[Option, ...]:
        """All options, those in overloaded `file` and `sname` fields too, in RFC 3396's order.

        Source: RFC 2132 §9.3 (option 52), RFC 3396 §5 (the order options, file, sname).
        """
        data = first(self.options, OVERLOAD)
        which = data[0] if data else 0
        options = self.options
        if which & 1:
            options += scan_options(self.file)[0]
        if which & 2:
            options += scan_options(self.sname)[0]
        return options

    @property
    def file_is_options(self) -> bool:
        """Option 52 says that `file` holds options, not a name."""
        data = first(self.options, OVERLOAD)
        return bool(data and data[0] & 1)


def chaddr_of(mac: Mac) -> bytes:
    """The 16-octet hardware address field of an Ethernet client."""
    return mac + bytes(10)


def text_field(field: bytes) -> bytes:
    """The name in a `file` or `sname` field: all before the first NUL."""
    return field.split(b"\0", 1)[0]


def first(options: Iterable[Option], code: int) -> bytes | None:
    """The data of the first option with that code; None when there is none."""
    for option in options:
        if option.code == code:
            return option.data
    return None


def joined(options: Iterable[Option], code: int) -> bytes | None:
    """The data of all options with that code, joined as one (RFC 3396 §7)."""
    parts = [option.data for option in options if option.code == code]
    return b"".join(parts) if parts else None


def all_first(options: Iterable[Option]) -> dict[int, bytes]:
    """`first` for every code at once."""
    found: dict[int, bytes] = {}
    for option in options:
        if option.code not in found:
            found[option.code] = option.data
    return found


def all_joined(options: Iterable[Option]) -> dict[int, bytes]:
    """`joined` for every code at once."""
    found: dict[int, bytes] = {}
    for option in options:
        found[option.code] = found.get(option.code, b"") + option.data
    return found


def split_long(code: int, data: bytes) -> tuple[Option, ...]:
    """Options that together carry `data`, each at most 255 octets (RFC 3396 §5)."""
    if len(data) <= 255:
        return (Option(code, data),)
    return tuple(Option(code, data[i : i + 255]) for i in range(0, len(data), 255))


@lru_cache(maxsize=64)
def scan_options(area: bytes) -> tuple[tuple[Option, ...], bytes]:
    """Read options up to and with END; return them and all that follows.

    Never fails: an option whose length overruns the area stays, unread, in the second part.
    A server says the same to all its clients, and says it again: the latest areas are remembered.
    """
    options: list[Option] = []
    at, end = 0, len(area)
    while at < end:
        code = area[at]
        if code == END:
            options.append(_END)
            return tuple(options), area[at + 1 :]
        if code == PAD:
            options.append(_PAD)
            at += 1
            continue
        start = at + 2
        if start > end or start + area[at + 1] > end:
            break
        stop = start + area[at + 1]
        options.append(Option(code, area[start:stop]))
        at = stop
    return tuple(options), area[at:]


def option_data(area: bytes) -> dict[int, bytes]:
    """Each option's data by code, repeats joined (RFC 3396 §7), without an `Option` for each.

    Reads as far as `scan_options`; END and PAD are there too, with no data.
    """
    found: dict[int, bytes] = {}
    at, last = 0, len(area) - 1
    # A server does this with all that every client sends: each step is one option's least.
    while at < last:
        code = area[at]
        if code in _ALONE:
            found[code] = b""
            if code == END:
                return found
            at += 1
            continue
        start = at + 2
        at = start + area[at + 1]
        if at > last + 1:
            return found
        found[code] = found[code] + area[start:at] if code in found else area[start:at]
    if at == last and (code := area[at]) in _ALONE:
        found[code] = b""
    return found


def area_fault(options: tuple[Option, ...], rest: bytes, start: int) -> str | None:
    """Why `scan_options` found no END, in words; `start` is the area's offset in its message."""
    if options and options[-1].code == END:
        return None
    if not rest:
        return "the options have no END (255)"
    at = start + sum(option_size(option) for option in options)
    if len(rest) == 1:
        return f"option {rest[0]} at octet {at} has no length"
    return f"option {rest[0]} at octet {at} claims {rest[1]} octets, {len(rest) - 2} are left"


def option_size(option: Option) -> int:
    """Octets of the option on the wire."""
    return 1 if option.code in (PAD, END) else 2 + len(option.data)


def build_options(options: Iterable[Option]) -> bytes:
    """The options' octets, in order.

    Raises:
        WireError: An option is longer than 255 octets; `split_long` makes several of it.
    """
    parts: list[bytes] = []
    for option in options:
        code, data = option.code, option.data
        if code in (PAD, END):
            parts.append(bytes((code,)))
        elif len(data) > 255:
            raise WireError(f"DHCP: option {code} has {len(data)} octets, 255 fit")
        else:
            parts.append(bytes((code, len(data))) + data)
    return b"".join(parts)


def parse(data: bytes) -> Message:
    """Read a DHCP message from a UDP payload; `build` gives the same bytes back.

    A wrong magic cookie or an option area that breaks off is no error here: some firmwares
    read on all the same. `Message.fault` tells.

    Raises:
        WireError: It is shorter than the fixed header.
    """
    if len(data) < FIXED:
        raise WireError(f"DHCP: {len(data)} octets, the header alone has {FIXED}")
    op, htype, hlen, hops, xid, secs, flags, ci, yi, si, gi, chaddr, sname, file, cookie = (
        _LAYOUT.unpack_from(data)
    )
    options, rest = scan_options(data[FIXED:])
    return Message(
        op,
        xid,
        chaddr,
        secs,
        flags,
        ipv4(ci),
        ipv4(yi),
        ipv4(si),
        ipv4(gi),
        sname,
        file,
        options,
        rest,
        htype,
        hlen,
        hops,
        cookie,
    )


def build_request(
    mac: Mac, xid: int, secs: int, flags: int, ciaddr: IPv4Address, area: bytes
) -> bytes:
    """A client's message with this option area, END and all; its other fields are empty."""
    # The layout pads the short fields with zeros.
    head = _LAYOUT.pack(
        BOOTREQUEST, 1, 6, 0, xid, secs & 0xFFFF, flags,
        ciaddr.packed, b"", b"", b"", mac, b"", b"", COOKIE,
    )  # fmt: skip
    return head + area


def build(message: Message) -> bytes:
    """The message's octets, nothing added: put END and padding into `options` and `rest`.

    Raises:
        WireError: A field has the wrong size.
    """
    for name, field, size in (
        ("chaddr", message.chaddr, 16),
        ("sname", message.sname, 64),
        ("file", message.file, 128),
        ("cookie", message.cookie, 4),
    ):
        if len(field) != size:
            raise WireError(f"DHCP: {name} has {len(field)} octets, not {size}")
    for name, number, most in (("xid", message.xid, 0xFFFFFFFF), ("flags", message.flags, 0xFFFF)):
        if not 0 <= number <= most:
            raise WireError(f"DHCP: {name} {number} does not fit its field")
    head = _LAYOUT.pack(
        message.op,
        message.htype,
        message.hlen,
        message.hops,
        message.xid,
        message.secs & 0xFFFF,
        message.flags,
        message.ciaddr.packed,
        message.yiaddr.packed,
        message.siaddr.packed,
        message.giaddr.packed,
        message.chaddr,
        message.sname,
        message.file,
        message.cookie,
    )
    return head + build_options(message.options) + message.rest
