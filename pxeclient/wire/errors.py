"""The one error of the wire layer."""

from __future__ import annotations


class WireError(ValueError):
    """Bytes that are not the message they should be.

    The text names what was being read, at which octet, and what is wrong, such as
    ``UDP: length field says 900 octets at octet 4, the packet has 52``. It never
    holds raw bytes from the network.
    """
