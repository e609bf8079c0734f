"""What a chapter shows of its client's firmware."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pxeclient.explain.chapters import Chapter, message_of
from pxeclient.explain.stations import Turn
from pxeclient.explain.transfers import Transfer
from pxeclient.replay.client_of import Booting
from pxeclient.wire import arp, dhcp, ethernet, icmpv6, pxe
from pxeclient.wire.errors import WireError
from pxeclient.wire.pxe import Purpose


class Beside(NamedTuple):
    """A kind of frame that firmwares send whatever the boot does."""

    name: str
    ethertype: int
    destination: str


_BESIDE = (
    Beside("EAPOL-Start", ethernet.EAPOL, "01:80:c2:00:00:03"),
    Beside("IPv6 router solicitation", ethernet.IPV6, str(icmpv6.ALL_ROUTERS_MAC)),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a chapter shows of its client's firmware; worked out once for all profiles."""

    booting: Booting
    discovers: tuple[Turn, ...]
    by_purpose: Mapping[Purpose, tuple[Turn, ...]]
    transfers: tuple[Transfer, ...]
    is_direct: bool
    announces: bool | None
    """It announced its address by ARP; None where no ARP of it was recorded."""
    beside: frozenset[Beside]
    """Frames that it sent beside the boot."""
    number: int
    """Which attempt of this client in the capture it is, from 1."""


def shown(chapter: Chapter, number: int) -> Shown | None:
    """What the chapter shows; None where it has no whole DHCPDISCOVER."""
    first = chapter.discover
    if first is None or first.seen.is_cut:
        return None
    found: dict[Purpose, list[Turn]] = {purpose: [] for purpose in Purpose}
    for turn in chapter.messages(ours=True):
        purpose = _purpose(turn)
        if purpose is not None and not turn.seen.is_cut:
            found[purpose].append(turn)
    followed = chapter.transfers
    # What comes after the first download is another program's.
    until = followed[0].last if followed else chapter.until
    return Shown(
        Booting(chapter.mac, first.at, message_of(first)),
        tuple(found[Purpose.DISCOVER]),
        {purpose: tuple(turns) for purpose, turns in found.items()},
        followed,
        not first.is_rebuilt,
        _announces(chapter),
        frozenset(_beside(chapter, until)),
        number,
    )


def _purpose(turn: Turn) -> Purpose | None:
    message = message_of(turn)
    vendor = dhcp.first(message.options, 43) or b""
    if message.type == dhcp.DISCOVER:
        return Purpose.DISCOVER
    if message.type != dhcp.REQUEST:
        return None
    if dhcp.first(pxe.parse_suboptions(vendor), pxe.BOOT_ITEM) is not None:
        return Purpose.BOOT_SERVER_REQUEST
    return Purpose.PROXY_REQUEST if turn.seen.port == dhcp.PROXY_PORT else Purpose.REQUEST


def _announces(chapter: Chapter) -> bool | None:
    """It says who has its own address."""
    found: bool | None = None
    for turn in chapter.turns:
        if not turn.ours or turn.seen.ethertype != ethernet.ARP:
            continue
        try:
            message = arp.parse(turn.seen.frame.data[ethernet.HEADER :])
        except WireError:
            continue
        if message.operation == arp.REQUEST:
            found = bool(found) or message.sender == message.target
    return found


def _beside(chapter: Chapter, until: float) -> Iterator[Beside]:
    for turn in chapter.turns:
        if turn.ours and turn.at <= until:
            for one in _BESIDE:
                seen = turn.seen
                if (seen.ethertype, str(seen.receiver)) == (one.ethertype, one.destination):
                    yield one
