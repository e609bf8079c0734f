"""The error of the wire layer, and its one special case."""

from __future__ import annotations


class WireError(ValueError):
    """Bytes that are not the message they should be.

    The text names what was being read, at which octet, and what is wrong, such as
    ``UDP: length field says 900 octets at octet 4, the packet has 52``. It never
    holds raw bytes from the network.
    """


class ChecksumError(WireError):
    """The octets are well-formed, but not those that their sender summed up.

    Apart from the rest, because a capture made on the sending machine shows it of every frame
    whose checksum the network card was still to fill in.
    """
