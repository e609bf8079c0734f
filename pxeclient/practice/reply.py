"""Making a reply's octets from its specification and a request."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address

from pxeclient.practice.model import Reply
from pxeclient.practice.option_spec import OptionSpec, area, latin1
from pxeclient.practice.request import Request
from pxeclient.wire import dhcp

_BAD_XID = 0x01010101


class Template:
    """A reply with all that does not depend on the request already put together."""

    def __init__(self, spec: Reply) -> None:
        self._spec = spec
        self._ciaddr = None if spec.ciaddr == "echo" else IPv4Address(spec.ciaddr).packed
        self._flags = None if spec.flags is None else spec.flags.to_bytes(2, "big")
        self._secs = spec.secs.to_bytes(2, "big")
        self._addresses = spec.yiaddr.packed + spec.siaddr.packed
        self._changing = not _is_fixed(spec)
        self._tail = b"" if self._changing else _tail(spec, None)

    def build(self, request: Request) -> bytes:
        """The reply to that request (RFC 2131 §4.3.1 table 3, RFC 951 §7)."""
        asked, xid = request.payload, request.payload[4:8]
        if self._spec.bad_xid:
            xid = (int.from_bytes(xid, "big") ^ _BAD_XID).to_bytes(4, "big")
        reply = b"".join(
            (
                bytes((dhcp.BOOTREPLY, asked[1], asked[2], 0)),
                xid,
                self._secs,
                asked[10:12] if self._flags is None else self._flags,
                asked[12:16] if self._ciaddr is None else self._ciaddr,
                self._addresses,
                asked[24:44],  # giaddr and chaddr
                _tail(self._spec, request) if self._changing else self._tail,
            )
        )
        return reply.ljust(self._spec.min_len, b"\0")


@lru_cache(maxsize=1024)
def template(spec: Reply) -> Template:
    """The template of `spec`, made once however many networks play it."""
    return Template(spec)


def _is_fixed(spec: Reply) -> bool:
    areas = (spec.sname, spec.file, spec.options)
    return all(option.is_fixed for part in areas if not isinstance(part, str) for option in part)


def _tail(spec: Reply, request: Request | None) -> bytes:
    """All from `sname` on."""
    return b"".join(
        (
            _field(spec.sname, 64, request),
            _field(spec.file, 128, request),
            dhcp.COOKIE,
            area(spec.options, request),
        )
    )


def _field(value: str | tuple[OptionSpec, ...], size: int, request: Request | None) -> bytes:
    data = latin1(value) if isinstance(value, str) else area(value, request)
    # Only what a request makes an option echo can be too long; the rest was checked on loading.
    return data[:size].ljust(size, b"\0")
