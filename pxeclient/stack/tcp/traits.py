"""What a firmware's TCP is made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Acks(StrEnum):
    """When it acknowledges what came."""

    EVERY_SECOND = "every-second"
    """At once: every second segment, one with PSH or FIN, one out of order, and when the window
    opens by more than a segment; a lone one at the next tick."""
    DEFERRED = "deferred"
    """When it has taken all frames that its card had, so once for a burst; at once only while
    something is missing. Never while something of its own is not acknowledged."""


class Ends(StrEnum):
    """How it ends a connection."""

    RESET = "reset"
    """By a RST without ACK; what comes afterwards is answered with another."""
    FIN = "fin"
    """By a FIN, also as soon as the other side has sent its own."""


class Numbers(StrEnum):
    """Where its ports and initial sequence numbers come from."""

    COUNTED = "counted"
    """Both begin by chance. Ports go up by one; sequence numbers by 2048 for each connection, and
    by 100 at each tick."""
    DRAWN = "drawn"
    """By chance, each."""


@dataclass(frozen=True, slots=True)
class TcpTraits:
    """The TCP of a firmware. Times are in seconds."""

    syn_options: tuple[int, ...]
    """The kinds of the options of its SYN, in their order, `NOTHING` included."""
    mss: int
    """What its SYN says over IPv4."""
    window_scale: int
    """What its SYN says, if that has the option; it is 0 where the other side has not."""
    room: int
    """How many octets it takes that nobody has read."""
    window_shrinks: bool
    """Its window is what is left of that room; else it is always all of it."""
    syn_window: int
    most_payload: int
    """In a segment of its own."""
    heeds_mss: bool
    """Sends no more in a segment than the other side's MSS (536 if it said none)."""
    syn_waits: tuple[float, ...]
    """After each SYN; after the last it gives up."""
    data_waits: tuple[float, ...]
    """The same for what follows the SYN."""
    tick: float
    """Its waits end with ticks that are so far apart, so the first may be that much shorter;
    0: they are kept to the instant."""
    acks: Acks
    ends: Ends
    keepalive: float
    """It repeats its acknowledgement after so long a silence; 0: never."""
    timestamp_rate: int
    """By how much its timestamps go up in a second; 0: it has none."""
    timestamp_step: int
    """In steps of that."""
    numbers: Numbers
