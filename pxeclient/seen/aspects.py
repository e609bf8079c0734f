"""What of a frame a text does not tell: read from one, it is unknown, neither empty nor a default.

A capture file has a frame's octets, all of them or a beginning. A text that somebody published has
what its program printed, so a frame that was put together from it has octets that nobody saw. Each
frame carries the names of these, and whoever compares or concludes asks by them (`Talk.tells`).
What a message may have beside what is printed is another matter: such a frame is one that was cut
when it was recorded, and everybody treats it so.
"""

from __future__ import annotations

from enum import StrEnum


class Aspect(StrEnum):
    """Something that a frame has and a text may leave out; the value is its name in a sentence."""

    LINK = "Ethernet addresses"
    """Who sent it to whom on the segment; what stands there was worked out, or made up."""
    IP = "TTL and identification of IP packets"
    PORTS = "UDP ports"
    CHECKSUMS = "checksums"
    PADDING = "padding"
    """How long a message is behind its options."""
    ORDER = "the order of options"
    HEADER = "transaction ids, seconds and flags"
    """Of a DHCP message: what stands before its addresses."""
    OPTIONS = "options and fields that are not printed"
    """It may have more; the frame counts as cut."""
    READ = "options of read requests"
    CONTENT = "what the packets of a file transfer hold"
    """It has been cut, too, with no octet of it left."""
    TIME = "times"
    BESIDE = "what is no DHCP message, such as ARP and TFTP"
    """The program shows DHCP alone."""
    OTHERS = "frames that the program which wrote it does not log"
    """A server's log: what the client or others sent beside, nobody sees there."""
