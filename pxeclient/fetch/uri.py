"""Names of files that say where they lie: ``tftp://10.0.0.1/file`` (RFC 3617)."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Address
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from pxeclient.wire import tftp
from pxeclient.wire.options import printable

_TFTP = b"tftp://"


class TftpUri(NamedTuple):
    """What such a name says."""

    server: IPv4Address
    port: int
    file: bytes


def tftp_uri(name: bytes) -> TftpUri | None:
    """Server, port and file of ``tftp://10.0.0.1/file``; None if the name is something else.

    A host name is not resolved: it gives None.
    """
    if not name.lower().startswith(_TFTP):
        return None
    authority, slash, path = name[len(_TFTP) :].partition(b"/")
    host, colon, port = authority.partition(b":")
    try:
        server = IPv4Address(printable(host))
    except AddressValueError:
        return None
    number = _port(port) if colon else tftp.PORT
    if number is None or not slash:
        return None
    return TftpUri(server, number, unquote_to_bytes(path))


def _port(digits: bytes) -> int | None:
    """The port of a URI; None if that is none, however long."""
    shortest = digits.lstrip(b"0")
    if not digits.isdigit() or not 0 < len(shortest) <= 5:
        return None
    number = int(shortest)
    return number if number < 0x10000 else None
