"""What an OACK says (RFC 2347): numbers or not, and whether a strict firmware takes them."""

from __future__ import annotations

from pxeclient.fetch.tftp.traits import TftpRequest
from pxeclient.outcome import Failure
from pxeclient.wire.options import printable
from pxeclient.wire.tftp import OptionAck

_LEAST = {"blksize": 8, "windowsize": 1}
"""The smallest values there are (RFC 2348, RFC 7440)."""

_WHICH = {
    Failure.TFTP_BAD_BLKSIZE: b"blksize",
    Failure.TFTP_BAD_TSIZE: b"tsize",
}


def no_number(message: OptionAck) -> tuple[Failure, str] | None:
    """The failure that a value which is no number leads to, and why; None if all are numbers."""
    for failure, name in _WHICH.items():
        value = message.get(name)
        if value is not None and not value.isdigit():
            because = f"The server's OACK has {name.decode()}={printable(value)}, not a number."
            return failure, because
    return None


def number(message: OptionAck, name: bytes) -> int | None:
    """The value of an option; None if it is absent or no number."""
    value = message.get(name)
    return int(value[:18]) if value and value.isdigit() else None


def unacceptable(request: TftpRequest, message: OptionAck) -> str:
    """What an OACK grants that is impossible or was not asked for; empty if nothing."""
    asked = {name: int(value) for name, value in request.options}
    for name in ("blksize", "windowsize", "tsize"):
        granted = number(message, name.encode())
        if granted is None:
            continue
        if name not in asked or granted > asked[name]:
            return f"grants {name} {granted}, {asked.get(name, 'nothing')} was asked for"
        if granted < _LEAST.get(name, 0):
            return f"grants {name} {granted}, {_LEAST[name]} is the least there is"
    return ""
