"""A client's boot attempts, one after the other: each is a chapter of its story.

A new one begins with a DHCPDISCOVER of another identity (iPXE after the ROM, the operating
system after both), or with one that starts from the beginning: after a lease or a read request,
or with `secs` set back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from pxeclient.explain.stations import Station, Turn
from pxeclient.explain.transfers import Transfer, transfers
from pxeclient.replay.client_of import is_pxe
from pxeclient.wire import dhcp, tftp
from pxeclient.wire.addresses import Mac
from pxeclient.wire.dhcp import Message

IDENTITY = (60, 77, 93, 94, 97)
"""The options by which a client says who it is."""
_BESIDE = 1.0
"""Seconds before its first message within which a frame beside the boot belongs to it."""
_HTTP = b"HTTPClient"


class Kind(StrEnum):
    """What boots, or does not."""

    PXE = "PXE client"
    HTTP = "UEFI HTTP boot client"
    PLAIN = "DHCP client that is no PXE client"
    MIDDLE = "client without a DHCPDISCOVER in the capture"
    UNKNOWN = "DHCP client of which the capture does not show what it is"


@dataclass(frozen=True, slots=True)
class Chapter:
    """One attempt."""

    mac: Mac
    kind: Kind
    turns: tuple[Turn, ...]
    transfers: tuple[Transfer, ...]
    """Its downloads, in the order of their requests."""
    why_over: str
    """Why it ends where it does; empty where it ends with the capture."""
    until: float
    """When the next one begins, or the capture ends, by the capture's clock."""

    @property
    def began(self) -> float:
        """When its first frame went."""
        return self.turns[0].at

    @property
    def first(self) -> Turn | None:
        """The client's first DHCP message."""
        return next((turn for turn in self.messages(ours=True)), None)

    @property
    def discover(self) -> Turn | None:
        """The client's first DHCPDISCOVER."""
        return next(iter(self.said(dhcp.DISCOVER)), None)

    @property
    def is_rebuilt(self) -> bool:
        """Its DHCP messages were put together from a relay's copies."""
        return any(turn.is_rebuilt for turn in self.messages(ours=True))

    def messages(self, ours: bool) -> Iterator[Turn]:
        """The DHCP messages that the client sent, or heard."""
        return (turn for turn in self.turns if turn.ours is ours and turn.seen.message is not None)

    def said(self, type: int) -> Iterator[Turn]:
        """The client's DHCP messages of a type."""
        return (turn for turn in self.messages(ours=True) if message_of(turn).type == type)


def message_of(turn: Turn) -> Message:
    """The DHCP message of a frame that has one."""
    assert turn.seen.message is not None
    return turn.seen.message


def chapters(station: Station, capture_ends: float) -> list[Chapter]:
    """The attempts of one client."""
    found: list[Chapter] = []
    for turns, why_over, until in _split(station.turns, capture_ends):
        downloads = tuple(transfers(turns))
        found.append(Chapter(station.mac, _kind(turns), tuple(turns), downloads, why_over, until))
    return found


def _split(turns: list[Turn], capture_ends: float) -> Iterator[tuple[list[Turn], str, float]]:
    current: list[Turn] = []
    watch = _Watch()
    for turn in turns:
        why = watch.over(turn)
        if why:
            before, beside = _parted(current, turn)
            yield before, why, turn.at
            current, watch = beside, _Watch()
        current.append(turn)
        watch.see(turn)
    if current:
        yield current, "", capture_ends


def _parted(turns: list[Turn], new: Turn) -> tuple[list[Turn], list[Turn]]:
    """What went out beside the next attempt, just before its first message, is that one's."""
    at = len(turns)
    while at > 1 and turns[at - 1].ours and _is_beside(turns[at - 1], new):
        at -= 1
    return turns[:at], turns[at:]


def _is_beside(turn: Turn, new: Turn) -> bool:
    return turn.seen.packet is None and new.at - turn.at < _BESIDE and turn.seen.ethertype != 0x0806


@dataclass(slots=True)
class _Watch:
    """What of an attempt tells that it is over."""

    first: Message | None = None
    is_first_cut: bool = False
    secs: int = 0
    xid: int = 0
    is_settled: bool = False
    """A lease was confirmed, or a file was asked for."""

    def over(self, turn: Turn) -> str:
        """Why `turn` begins something new; empty if it does not."""
        message = turn.seen.message
        if not turn.ours or message is None or self.first is None:
            return ""
        if turn.seen.is_cut or self.is_first_cut:
            return self._over_cut(message)
        if message.type == dhcp.REQUEST and turn.seen.port == dhcp.SERVER_PORT:
            changed = is_pxe(message) != is_pxe(self.first)
            return "another DHCP client begins" if changed else ""
        if message.type not in (None, dhcp.DISCOVER):
            return ""
        if identity(message) != identity(self.first):
            is_pxe_still = is_pxe(message)
            return "another firmware begins" if is_pxe_still else "another DHCP client begins"
        return self._restart(message)

    def _over_cut(self, message: Message) -> str:
        """Of a cut message little more than the transaction id tells."""
        is_new = message.xid != self.xid and self.is_settled and message.ciaddr.packed == bytes(4)
        return "another attempt begins" if is_new else ""

    def _restart(self, message: Message) -> str:
        is_back = message.secs < self.secs
        is_same = message.secs == self.secs and message.xid != self.xid
        return "another attempt begins" if self.is_settled or is_back or is_same else ""

    def see(self, turn: Turn) -> None:
        """Take note of a frame."""
        message = turn.seen.message
        if message is None:
            if turn.ours and turn.seen.is_udp and turn.seen.port == tftp.PORT:
                self.is_settled = True
            return
        if turn.ours:
            if self.first is None:
                self.first, self.is_first_cut = message, turn.seen.is_cut
            if message.type in (None, dhcp.DISCOVER):
                self.secs, self.xid = message.secs, message.xid
        elif message.type == dhcp.ACK:
            self.is_settled = True


def identity(message: Message) -> list[bytes | None]:
    """By what a client says who it is."""
    return [dhcp.first(message.options, code) for code in IDENTITY]


def _kind(turns: list[Turn]) -> Kind:
    asked = [turn for turn in turns if turn.ours and turn.seen.message is not None]
    if not asked:
        return Kind.MIDDLE
    if any(is_pxe(message_of(turn)) for turn in asked):
        begins = any(message_of(turn).type in (None, dhcp.DISCOVER) for turn in asked)
        return Kind.PXE if begins else Kind.MIDDLE
    classes = [dhcp.first(message_of(turn).options, 60) or b"" for turn in asked]
    if any(text.startswith(_HTTP) for text in classes):
        return Kind.HTTP
    if all(turn.seen.is_cut for turn in asked):
        return Kind.UNKNOWN
    return Kind.PLAIN
