"""All that one client said and heard, read once: the value that everything which tells takes.

A `Talk` holds frames and sorts them when asked. It is the same of a boot that ran here
(`Trace.talk`), of a client in somebody's capture (`stations`) and of one attempt of it
(`attempts.Attempt`, which is a `Talk`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from pxeclient.seen.aspects import Aspect
from pxeclient.seen.boots6 import boot_messages
from pxeclient.seen.dhcp import Dhcp
from pxeclient.seen.dhcp6 import Dhcp6
from pxeclient.seen.exchanges import Exchange, Question, exchanges, question
from pxeclient.seen.frame import Complaint, Frame, complaint
from pxeclient.seen.names import Lookup, lookups
from pxeclient.seen.streams import Connection, connections, web_requests
from pxeclient.seen.transfers import Transfer, transfers
from pxeclient.seen.web import WebRequest
from pxeclient.wire import dhcp
from pxeclient.wire.addresses import Mac
from pxeclient.wire.ndp import RouterAdvertisement
from pxeclient.wire.pxe import Purpose


@dataclass(frozen=True, eq=False)
class Talk:
    """One client's frames, in order; `Frame.ours` are those that it sent."""

    mac: Mac | None
    """The client's; None where no frame tells it."""
    frames: tuple[Frame, ...]

    @property
    def began(self) -> float:
        """When its first frame went; 0 if there is none."""
        return self.frames[0].at if self.frames else 0.0

    @property
    def is_rebuilt(self) -> bool:
        """Its DHCP messages were put together from a relay's copies."""
        return any(frame.is_rebuilt for frame in self.messages(ours=True))

    @cached_property
    def untold(self) -> frozenset[Aspect]:
        """What of its frames is unknown, because they were read from text."""
        return frozenset(aspect for frame in self.frames for aspect in frame.untold)

    # --- DHCP ------------------------------------------------------------------------------
    @cached_property
    def dhcp(self) -> tuple[Dhcp, ...]:
        """Every DHCP message, of whatever kind, both ways."""
        return tuple(frame.dhcp for frame in self.frames if frame.dhcp is not None)

    def messages(self, ours: bool) -> Iterator[Frame]:
        """The frames with genuine DHCP messages that the client sent, or heard."""
        return (one for one in self.frames if one.ours is ours and one.message is not None)

    def said(self, type: int | None) -> Iterator[Frame]:
        """The client's DHCP messages of a type (option 53); None: BOOTP requests."""
        return (frame for frame in self.messages(ours=True) if _of(frame).type == type)

    def heard(self, type: int | None) -> Iterator[Frame]:
        """The servers' DHCP messages of a type."""
        return (frame for frame in self.messages(ours=False) if _of(frame).type == type)

    @property
    def first(self) -> Frame | None:
        """The client's first DHCP message."""
        return next(self.messages(ours=True), None)

    @property
    def discover(self) -> Frame | None:
        """The client's first DHCPDISCOVER."""
        return next(self.said(dhcp.DISCOVER), None)

    @cached_property
    def by_purpose(self) -> Mapping[Purpose, tuple[Dhcp, ...]]:
        """The client's DHCP messages by what they are for; every purpose is there."""
        found: dict[Purpose, list[Dhcp]] = {purpose: [] for purpose in Purpose}
        for frame in self.messages(ours=True):
            message = _of(frame)
            if message.purpose is not None:
                found[message.purpose].append(message)
        return {purpose: tuple(messages) for purpose, messages in found.items()}

    @property
    def proxy_requests(self) -> tuple[Dhcp, ...]:
        """The client's questions on port 4011 for a boot file, without searches."""
        return self.by_purpose[Purpose.PROXY_REQUEST]

    @property
    def searches(self) -> tuple[Dhcp, ...]:
        """The client's questions for a boot server of some type (43.71), on either port."""
        return self.by_purpose[Purpose.BOOT_SERVER_REQUEST]

    @property
    def asked_4011(self) -> tuple[Dhcp, ...]:
        """All that the client asked on port 4011: for boot files, and for boot servers."""
        return tuple(
            message for message in self.dhcp if message.ours and message.port == dhcp.PROXY_PORT
        )

    @property
    def replies(self) -> Iterator[Dhcp]:
        """All that servers sent to it."""
        return (_of(frame) for frame in self.messages(ours=False) if _of(frame).is_reply)

    # --- DHCPv6 ----------------------------------------------------------------------------
    @cached_property
    def dhcp6(self) -> tuple[Dhcp6, ...]:
        """Every DHCPv6 message, both ways."""
        return tuple(frame.dhcp6 for frame in self.frames if frame.dhcp6 is not None)

    @cached_property
    def boot6(self) -> tuple[Dhcp6, ...]:
        """Of these the boot client's, both ways, without those of the machine's own IPv6 stack:
        that one asks for an address of its own, with another IAID and no class (EDK II Ip6Dxe)."""
        return boot_messages(self.dhcp6)

    @cached_property
    def boot6_numbers(self) -> frozenset[int]:
        """The numbers of their frames."""
        return frozenset(one.number for one in self.boot6)

    @cached_property
    def routers(self) -> tuple[tuple[Frame, RouterAdvertisement], ...]:
        """The router advertisements that it heard."""
        found = ((one, one.neighbour) for one in self.frames if not one.ours)
        return tuple((one, said) for one, said in found if isinstance(said, RouterAdvertisement))

    # --- the rest --------------------------------------------------------------------------
    @cached_property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Its questions, each with what came back."""
        return exchanges(self.frames)

    @cached_property
    def questions(self) -> tuple[tuple[Frame, Question], ...]:
        """Each of its frames that asks something, with what it asks."""
        return tuple(
            (frame, asked)
            for frame in self.frames
            if frame.ours and (asked := question(frame)) is not None
        )

    @cached_property
    def transfers(self) -> tuple[Transfer, ...]:
        """Its downloads, in the order of their requests."""
        return transfers(self.frames)

    @property
    def last_read(self) -> Transfer | None:
        """The file that it asked for last."""
        return self.transfers[-1] if self.transfers else None

    @cached_property
    def connections(self) -> tuple[Connection, ...]:
        """Its TCP connections, in the order in which they began."""
        return connections(self.frames)

    @cached_property
    def web(self) -> tuple[WebRequest, ...]:
        """What it asked web servers for, in order."""
        return tuple(web_requests(self.connections))

    @cached_property
    def lookups(self) -> tuple[Lookup, ...]:
        """The names that it asked name servers for."""
        return lookups(self.frames)

    @cached_property
    def complaints(self) -> tuple[Complaint, ...]:
        """The ICMP errors that it got."""
        told = (complaint(frame) for frame in self.frames if not frame.ours)
        return tuple(one for one in told if one is not None)

    @property
    def faulty(self) -> Iterator[Frame]:
        """The frames to the client with which something is wrong."""
        return (one for one in self.frames if not one.ours and one.fault is not None)


def talk_of(frames: Iterable[Frame], mac: Mac | None = None) -> Talk:
    """The talk of one client's frames; its MAC is that of its first frame, if it is not given."""
    found = tuple(frames)
    if mac is None:
        mac = next((one.sender for one in found if one.ours and one.sender is not None), None)
    return Talk(mac, found)


def _of(frame: Frame) -> Dhcp:
    """The message of a frame that has one."""
    assert isinstance(frame.said, Dhcp)
    return frame.said
