"""What a machine is about, by its latest frames: for the line that shows it while it boots."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from pxeclient.seen.dhcp import Dhcp
from pxeclient.seen.frame import Frame
from pxeclient.seen.transfers import Transfer
from pxeclient.wire import dhcp
from pxeclient.wire.options import printable
from pxeclient.wire.pxe import Purpose


class Stage(StrEnum):
    """How far a boot has come."""

    BEGINS = "begins"
    DISCOVER = "discover"
    """It asks for an address."""
    OFFERED = "offered"
    REQUEST = "request"
    """It has chosen an offer."""
    LEASE = "lease"
    """It has its address."""
    PORT_4011 = "port 4011"
    SEARCH = "boot servers"
    FILE = "file"
    """It fetches a file."""
    FETCHED = "fetched"
    """A file has come whole: what it started may go on."""
    TCP = "tcp"
    """It goes on over TCP."""


class Doing(NamedTuple):
    """A stage, and what is waited for in it."""

    stage: Stage
    waits: str
    """In words; safe to print. Empty if it waits for nobody."""

    def __str__(self) -> str:
        return f"{self.stage}: {self.waits}" if self.waits else str(self.stage)


BEGINS = Doing(Stage.BEGINS, "")
"""Nothing is known yet."""
_ASKS = {
    Purpose.DISCOVER: Doing(Stage.DISCOVER, "an offer"),
    Purpose.REQUEST: Doing(Stage.REQUEST, "a DHCPACK"),
}


def doing(before: Doing, frame: Frame, transfer: Transfer | None) -> Doing:
    """What a machine is about after this frame of its own or to it.

    Args:
        before: What it was about.
        frame: One of its frames (`Frame.ours`).
        transfer: The transfer that the frame is of.
    """
    if transfer is not None:
        return _fetching(transfer)
    message = frame.message
    if message is not None:
        return _said(before, message) if frame.ours else _heard(before, message)
    if frame.ours and frame.is_tcp and before.stage is not Stage.TCP:
        return Doing(Stage.TCP, f"{frame.destination_address}:{frame.port}")
    return before


def _fetching(transfer: Transfer) -> Doing:
    name = transfer.name
    if transfer.is_whole:
        return Doing(Stage.FETCHED, name)
    if transfer.refused is not None:
        return Doing(Stage.FILE, f"{name} was refused by {transfer.server}")
    if not transfer.heard:
        return Doing(Stage.FILE, f"{name} of {transfer.server}")
    total = transfer.announced
    of = f" of {total:,}" if total is not None else ""
    return Doing(Stage.FILE, f"{name}, {transfer.octets:,}{of} octets")


def _said(before: Doing, message: Dhcp) -> Doing:
    purpose = message.purpose
    if purpose is None:
        return before
    if purpose is Purpose.PROXY_REQUEST:
        return Doing(Stage.PORT_4011, f"{message.destination} on port {message.port}")
    if purpose is Purpose.BOOT_SERVER_REQUEST:
        return Doing(Stage.SEARCH, "a boot server")
    return _ASKS.get(purpose, before)


def _heard(before: Doing, message: Dhcp) -> Doing:
    match message.type:
        case dhcp.OFFER if before.stage in (Stage.DISCOVER, Stage.OFFERED):
            return Doing(Stage.OFFERED, f"{message.who} has answered")
        case dhcp.ACK if before.stage is Stage.REQUEST:
            return Doing(Stage.LEASE, printable(message.file) if message.file else "")
        case dhcp.NAK:
            return Doing(Stage.DISCOVER, f"{message.who} refused the address")
        case _:
            return before
