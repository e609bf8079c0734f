"""What an attempt shows of its client's firmware."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pxeclient.boot.dhcp.traits import Secs, Xid
from pxeclient.explain.facts import dhcp_of, message_of
from pxeclient.profile import Profile
from pxeclient.replay.client_of import Booting
from pxeclient.seen.aspects import Aspect
from pxeclient.seen.attempts import Attempt
from pxeclient.seen.frame import Frame
from pxeclient.seen.transfers import Transfer
from pxeclient.wire import arp, ethernet, icmpv6
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
    """What an attempt shows of its client's firmware; worked out once for all profiles."""

    booting: Booting
    discovers: tuple[Frame, ...]
    by_purpose: Mapping[Purpose, tuple[Frame, ...]]
    transfers: tuple[Transfer, ...]
    is_direct: bool
    announces: bool | None
    """It announced its address by ARP; None where no ARP of it was recorded."""
    beside: frozenset[Beside]
    """Frames that it sent beside the boot."""
    number: int
    """Which attempt of this client in the capture it is, from 1."""
    untold: frozenset[Aspect] = frozenset()
    """What is unknown of its frames, because they were read from text."""

    def before(self, profile: Profile) -> int:
        """How many DHCPDISCOVERs went before the first that was recorded, as this firmware counts:
        by the transaction id, else by `secs`. 0 where it does not count."""
        traits = profile.traits.dhcp
        message = self.booting.message
        most = len(traits.messages[Purpose.DISCOVER].waits) - 1
        if self.number > 1 or Aspect.HEADER in self.untold:
            return 0
        tail = int.from_bytes(self.booting.mac[2:6], "big")
        if traits.xid is Xid.MAC_ATTEMPT and message.xid & 0xFFFFFF == tail & 0xFFFFFF:
            return min(max((message.xid - tail >> 24 & 0xFF) - 1, 0), most)
        if traits.secs is Secs.LISTED:
            listed = traits.secs_listed[: most + 1]
            return listed.index(message.secs) if message.secs in listed else 0
        return min(max(message.secs // 4 - 1, 0), most)


def shown(attempt: Attempt, number: int) -> Shown | None:
    """What the attempt shows; None where it has no whole DHCPDISCOVER.

    Of a message that a text tells in part, that part counts (`Shown.untold`).
    """
    first = attempt.discover
    if first is None or _is_cut(first):
        return None
    found: dict[Purpose, list[Frame]] = {purpose: [] for purpose in Purpose}
    for frame in attempt.messages(ours=True):
        purpose = dhcp_of(frame).purpose
        if purpose is not None and not _is_cut(frame):
            found[purpose].append(frame)
    followed = attempt.transfers
    # What comes after the first download is another program's.
    until = followed[0].last if followed else attempt.until
    return Shown(
        Booting(attempt.mac, first.at, message_of(first)),
        tuple(found[Purpose.DISCOVER]),
        {purpose: tuple(frames) for purpose, frames in found.items()},
        followed,
        not first.is_rebuilt,
        _announces(attempt),
        frozenset(_beside(attempt, until)),
        number,
        attempt.untold,
    )


def _is_cut(frame: Frame) -> bool:
    """Nobody knows which part of it is there."""
    return frame.is_cut and not frame.untold


def _announces(attempt: Attempt) -> bool | None:
    """It says who has its own address."""
    found: bool | None = None
    for frame in attempt.frames:
        if frame.ours and isinstance(frame.said, arp.Arp) and frame.said.operation == arp.REQUEST:
            found = bool(found) or frame.said.sender == frame.said.target
    return found


def _beside(attempt: Attempt, until: float) -> Iterator[Beside]:
    for frame in attempt.frames:
        if frame.ours and frame.at <= until:
            for one in _BESIDE:
                if (frame.ethertype, str(frame.receiver)) == (one.ethertype, one.destination):
                    yield one
