"""How a firmware downloads by TFTP: its part of a profile."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LocalPort(StrEnum):
    """Which UDP port a TFTP request is sent from."""

    RANDOM = "random"
    COUNTING = "counting"
    """From a first port, one up for every request."""


class EmptyFile(StrEnum):
    """What a boot file of no octets is to a firmware."""

    BOOTS = "boots"
    """Downloaded like any other."""
    REFUSED = "refused"
    """Acknowledged, then refused."""
    UNACKNOWLEDGED = "unacknowledged"
    """Refused at once."""


class Collect(StrEnum):
    """How TFTP blocks are gathered."""

    LOCK_STEP = "lock-step"
    """Only the next block counts; an earlier one is acknowledged again."""
    WINDOW = "window"
    """Only the next block counts; the last of a window is acknowledged, and any other at once."""
    ANY_ORDER = "any-order"
    """Every block is kept; the acknowledgement names the end of the gapless beginning."""


@dataclass(frozen=True, slots=True)
class TftpRequest:
    """One read request of a download."""

    options: tuple[tuple[str, str], ...]
    abort: bool = False
    """Only asks for the size: an answer is met with an ERROR, and the next request follows."""


@dataclass(frozen=True, slots=True)
class TftpTraits:
    """How the firmware downloads."""

    requests: tuple[TftpRequest, ...]
    port: LocalPort
    open_waits: tuple[float, ...]
    """Seconds after each read request that nothing answers."""
    read_waits: tuple[float, ...]
    """Seconds after the first and each repeated acknowledgement that nothing follows."""
    collect: Collect
    most_block: int
    """The longest block that it takes; 0: whatever was agreed."""
    first_port: int = 1025
    first_port_spread: int = 1
    """The first port is drawn from so many, `first_port` the lowest."""
    size_waits: tuple[float, ...] = ()
    """The same of requests for the size; when they are over, the file itself is asked for. Empty:
    as `open_waits`, and then the download has failed."""
    block_opens: bool = False
    """Only a block opens a transfer: after an OACK the waits for an answer go on, and when one is
    over, the file is asked for anew. Else an OACK does, and its acknowledgement is repeated."""
    size_required: bool = False
    """The first request must be answered with the size, or the download fails."""
    no_options_text: str = ""
    """What it tells a server that ignores options (ERROR 4), if it then gives up."""
    strict_oack: bool = False
    """Refuses an OACK that grants more than was asked (ERROR 4)."""
    bad_oack_text: str = ""
    size_from_option: bool = False
    """Where option 13 says how long the file is, the server is not asked for its size."""
    outgrown_text: str = ""
    """What it tells a server (ERROR 3) that has sent more than was announced, if it minds."""
    ignores_long_blocks: bool = False
    """A block that is too long is dropped instead of ending the download."""
    new_port_on_retry: bool = False
    smoothed: bool = False
    """Waits double from the first of `read_waits` to the last, and follow the round-trip time."""
    any_peer: bool = False
    """The first datagram to the local port fixes the peer, whatever its address."""
    abort_text: str = "TFTP Aborted"
    abort_code: int = 0
    most_file: int = 0
    """The longest boot file; 0: what memory holds."""
    empty_file: EmptyFile = EmptyFile.REFUSED
