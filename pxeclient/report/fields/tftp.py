"""The fields of a TFTP packet."""

from __future__ import annotations

from pxeclient.report.fields.walk import Walk, octets
from pxeclient.wire import tftp
from pxeclient.wire.options import printable

OPERATIONS = {
    tftp.RRQ: "read request (RRQ)",
    tftp.WRQ: "write request (WRQ)",
    tftp.DATA: "DATA",
    tftp.ACK: "ACK",
    tftp.ERROR: "ERROR",
    tftp.OACK: "option acknowledgement (OACK)",
}
ERRORS = {
    0: "not defined, see message",
    1: "file not found",
    2: "access violation",
    3: "disk full",
    4: "illegal operation",
    5: "unknown transfer id",
    6: "file exists",
    7: "no such user",
    8: "options refused",
}
"""RFC 1350, appendix; code 8 from RFC 2347."""
OPTION_NOTES = {
    b"blksize": "octets in a block (RFC 2348)",
    b"tsize": "octets in the file (RFC 2349)",
    b"timeout": "seconds (RFC 2349)",
    b"windowsize": "blocks before an ACK (RFC 7440)",
}
_LAYER = "TFTP"


def tftp_packet(walk: Walk) -> None:
    """A packet that `wire.tftp.parse` has read."""
    operation = walk.number(2, _LAYER, "operation", OPERATIONS[walk.peek(2)])
    match operation:
        case tftp.DATA:
            walk.number(2, _LAYER, "block")
            walk.take(walk.left, _LAYER, "data", octets(walk.left))
        case tftp.ACK:
            walk.number(2, _LAYER, "block")
        case tftp.ERROR:
            walk.number(2, _LAYER, "error code", ERRORS.get(walk.peek(2), ""))
            _text(walk, "message")
        case tftp.OACK:
            _options(walk)
        case _:
            _text(walk, "file name")
            _text(walk, "mode")
            _options(walk)
    walk.take(walk.left, _LAYER, "rest", octets(walk.left), "more than the packet needs")


def _text(walk: Walk, name: str) -> None:
    """All up to and with the next NUL, or to the end."""
    data = walk.rest.split(b"\0", 1)[0]
    note = "" if len(data) < walk.left else "without its final NUL"
    walk.take(min(len(data) + 1, walk.left), _LAYER, name, printable(data), note)


def _options(walk: Walk) -> None:
    """Names and values, each ended by a NUL (RFC 2347); a broken last pair stays."""
    *parts, _ = walk.rest.split(b"\0")
    for name, value in zip(parts[::2], parts[1::2], strict=False):
        size = len(name) + len(value) + 2
        note = OPTION_NOTES.get(name.lower(), "")
        walk.take(size, _LAYER, f"option {printable(name)}", printable(value), note)
