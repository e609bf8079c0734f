"""TFTP packets (RFC 1350) with options (RFC 2347, 2348, 2349, 7440)."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from pxeclient.wire.errors import WireError

PORT = 69
BLOCK = 512
"""Octets in a DATA packet unless a blksize option was agreed (RFC 1350 §2)."""

RRQ, WRQ, DATA, ACK, ERROR, OACK = 1, 2, 3, 4, 5, 6

NOT_DEFINED, FILE_NOT_FOUND, ACCESS_VIOLATION = 0, 1, 2
OPTION_REFUSED = 8
"""ERROR code of a transfer ended for its options (RFC 2347)."""


class Request(Struct, frozen=True):
    """RRQ: may I have this file? (WRQ, which no firmware sends, has the same form.)"""

    filename: bytes
    options: tuple[tuple[bytes, bytes], ...] = ()
    """Names and values, in wire order."""
    mode: bytes = b"octet"
    write: bool = False


class Data(Struct, frozen=True):
    """One block of the file."""

    block: int
    content: bytes


class Ack(Struct, frozen=True):
    """This block, and all before it, have arrived."""

    block: int


class Error(Struct, frozen=True):
    """The transfer is over. `message` is for people and is not to be trusted."""

    code: int
    message: bytes


class OptionAck(Struct, frozen=True):
    """OACK: these of the requested options hold."""

    options: tuple[tuple[bytes, bytes], ...]
    rest: bytes = b""
    """What follows the last whole pair: a malformed tail, which some clients overlook."""

    def get(self, name: bytes) -> bytes | None:
        """The value of the first option of that name, in any case (RFC 2347)."""
        for key, value in self.options:
            if key.lower() == name:
                return value
        return None


Message: TypeAlias = Request | Data | Ack | Error | OptionAck


def parse(data: bytes) -> Message:
    """Read a TFTP packet.

    Raises:
        WireError: An unknown operation, or fields that are cut off.
    """
    operation = int.from_bytes(data[:2], "big")
    # Only the OACK may be shorter: of no options nothing is left but the operation.
    least = 2 if operation == OACK else 4
    if len(data) < least:
        raise WireError(f"TFTP: {len(data)} octets, a packet has at least {least}")
    number = int.from_bytes(data[2:4], "big")
    match operation:
        case 3:
            return Data(number, data[4:])
        case 4:
            return Ack(number)
        case 5:
            # Servers forget the final NUL often enough that its absence is no error.
            return Error(number, data[4:].split(b"\0", 1)[0])
        case 6:
            return _parse_oack(data)
        case 1 | 2:
            return _parse_request(data, write=operation == WRQ)
        case _:
            raise WireError(f"TFTP: unknown operation {operation} at octet 0")


def build(message: Message) -> bytes:
    """The packet's octets."""
    match message:
        case Data(block, content):
            return b"\0\3" + block.to_bytes(2, "big") + content
        case Ack(block):
            return b"\0\4" + block.to_bytes(2, "big")
        case Error(code, text):
            return b"\0\5" + code.to_bytes(2, "big") + text + b"\0"
        case OptionAck(options, rest):
            return b"\0\6" + _build_options(options) + rest
        case Request(filename, options, mode, write):
            operation = b"\0\2" if write else b"\0\1"
            return operation + filename + b"\0" + mode + b"\0" + _build_options(options)


def _build_options(options: tuple[tuple[bytes, bytes], ...]) -> bytes:
    return b"".join([name + b"\0" + value + b"\0" for name, value in options])


def _pairs(fields: list[bytes]) -> tuple[tuple[bytes, bytes], ...]:
    return tuple(zip(fields[::2], fields[1::2], strict=False))


def _parse_request(data: bytes, write: bool) -> Request:
    *fields, rest = data[2:].split(b"\0")
    if len(fields) < 2:
        raise WireError("TFTP: a request without file name and mode, each ended by a NUL")
    if rest or len(fields) % 2:
        raise WireError("TFTP: a request whose last option is cut off")
    return Request(fields[0], _pairs(fields[2:]), fields[1], write)


def _parse_oack(data: bytes) -> OptionAck:
    *fields, rest = data[2:].split(b"\0")
    if len(fields) % 2:
        rest = fields[-1] + b"\0" + rest
    return OptionAck(_pairs(fields), rest)
