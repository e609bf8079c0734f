"""How far a boot over IPv6 came: its messages by what they are for, and whose firmware sends them.

There is no profile of a boot over IPv6. What is said of firmware rests on two that were recorded:
EDK II (OVMF and AAVMF 2022.11) and iPXE; another one's messages are told, and nothing inferred.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from ipaddress import IPv6Address

from pxeclient.seen.attempts import Attempt
from pxeclient.seen.dhcp6 import Dhcp6
from pxeclient.seen.frame import Frame
from pxeclient.wire import dhcp6, ndp
from pxeclient.wire.dhcp6_options import INTEL
from pxeclient.wire.options import printable


class Who(StrEnum):
    """Whose messages they are."""

    EDK2 = "EDK II (OVMF, AAVMF, and firmware that derives from it)"
    IPXE = "iPXE"
    UNKNOWN = "a firmware that is not known here"


_EDK2_SOLICIT = (1, 8, 3, 6, 62, 61, 16)
"""The order of options of its SOLICIT (UefiPxeBcDxe/PxeBcDhcp6.c, HttpBootDxe/HttpBootDhcp6.c;
observed)."""
_EDK2_WANTS = (59, 60, 23, 16)


@dataclass(frozen=True)
class Course:
    """The boot client's messages of an attempt."""

    attempt: Attempt

    @cached_property
    def asked(self) -> tuple[Dhcp6, ...]:
        """What the boot client said."""
        return tuple(one for one in self.attempt.boot6 if one.ours)

    @cached_property
    def heard(self) -> tuple[Dhcp6, ...]:
        """What servers said to it."""
        return tuple(one for one in self.attempt.boot6 if not one.ours)

    # --- who -------------------------------------------------------------------------------
    @property
    def first(self) -> Dhcp6 | None:
        """Its first message."""
        return self.asked[0] if self.asked else None

    @cached_property
    def who(self) -> Who:
        """Whose firmware asks so."""
        first = self.first
        if first is None:
            return Who.UNKNOWN
        if first.is_ipxe:
            return Who.IPXE
        is_it = first.codes == _EDK2_SOLICIT and first.requested == _EDK2_WANTS
        told = first.vendor_class
        return Who.EDK2 if is_it and told is not None and told.enterprise == INTEL else Who.UNKNOWN

    @property
    def is_http(self) -> bool:
        """It is for HTTP boot."""
        return self.first is not None and self.first.is_http

    @property
    def architecture(self) -> int | None:
        """The first of option 61."""
        found = self.first.architectures if self.first is not None else ()
        return found[0] if found else None

    # --- what was asked --------------------------------------------------------------------
    @cached_property
    def solicits(self) -> tuple[Dhcp6, ...]:
        """Its SOLICITs."""
        return tuple(one for one in self.asked if one.type == dhcp6.SOLICIT)

    @cached_property
    def informed(self) -> tuple[Dhcp6, ...]:
        """Its INFORMATION-REQUESTs."""
        return tuple(one for one in self.asked if one.type == dhcp6.INFORMATION_REQUEST)

    @cached_property
    def requests(self) -> tuple[Dhcp6, ...]:
        """Its REQUESTs for an address."""
        return tuple(one for one in self._requests if one.port != dhcp6.PROXY_PORT)

    @cached_property
    def proxied(self) -> tuple[Dhcp6, ...]:
        """Its requests to port 4011."""
        return tuple(one for one in self._requests if one.port == dhcp6.PROXY_PORT)

    @property
    def _requests(self) -> tuple[Dhcp6, ...]:
        return tuple(one for one in self.asked if one.type == dhcp6.REQUEST)

    @cached_property
    def releases(self) -> tuple[Dhcp6, ...]:
        """Its RELEASEs, of the boot's own lease."""
        return tuple(one for one in self.asked if one.type == dhcp6.RELEASE)

    # --- what came -------------------------------------------------------------------------
    @cached_property
    def advertised(self) -> tuple[Dhcp6, ...]:
        """The ADVERTISEs."""
        return tuple(one for one in self.heard if one.type == dhcp6.ADVERTISE)

    @cached_property
    def offers(self) -> tuple[Dhcp6, ...]:
        """Those of them that say nothing of a failure."""
        return tuple(one for one in self.advertised if one.status is None)

    @cached_property
    def rapid(self) -> tuple[Dhcp6, ...]:
        """REPLYs in place of an ADVERTISE."""
        xids = {one.xid for one in self.solicits} - {one.xid for one in self._requests}
        return tuple(one for one in self.heard if one.type == dhcp6.REPLY and one.xid in xids)

    @cached_property
    def confirmed(self) -> Dhcp6 | None:
        """The REPLY to its REQUEST, or to its INFORMATION-REQUEST: the latest that is a success."""
        asked = (*self.requests, *self.informed)
        numbers = {one.xid: one.number for one in asked}
        found = [
            one
            for one in self.heard
            if one.type == dhcp6.REPLY
            and one.source_port != dhcp6.PROXY_PORT
            and one.status is None
            and numbers.get(one.xid, one.number) < one.number
        ]
        return found[-1] if found else None

    @cached_property
    def refused(self) -> Dhcp6 | None:
        """A REPLY to its REQUEST that says why not."""
        xids = {one.xid for one in self.requests}
        found = (one for one in self.heard if one.type == dhcp6.REPLY and one.xid in xids)
        return next((one for one in found if one.status is not None), None)

    @cached_property
    def from_4011(self) -> Dhcp6 | None:
        """What port 4011 answered."""
        found = (one for one in self.heard if one.source_port == dhcp6.PROXY_PORT)
        return next(found, None)

    @property
    def selected(self) -> Dhcp6 | None:
        """The ADVERTISE whose server it asked for the address."""
        wanted = {one.server_id for one in self.requests}
        return next((one for one in self.offers if one.server_id in wanted), None)

    @property
    def addresses(self) -> tuple[IPv6Address, ...]:
        """What it was given."""
        return self.confirmed.addresses if self.confirmed is not None else ()

    @property
    def url_from(self) -> Dhcp6 | None:
        """The message whose URL counts: PXE's from the REPLY, or from port 4011 where that was
        asked; HTTP boot's from the ADVERTISE (EDK II; observed)."""
        if self.is_http and self.who is Who.EDK2:
            return self.selected or self.confirmed
        return self.from_4011 if self.proxied else self.confirmed

    @property
    def url(self) -> bytes | None:
        """The boot file URL that counts."""
        return self.url_from.url if self.url_from is not None else None

    @property
    def dns(self) -> tuple[IPv6Address, ...]:
        """The name servers that it was told of."""
        return self.confirmed.dns if self.confirmed is not None else ()

    # --- the address ----------------------------------------------------------------------
    @cached_property
    def taken(self) -> Frame | None:
        """The frame in which somebody else says that one of its addresses is his."""
        for frame in self.attempt.frames:
            said = frame.neighbour
            if frame.ours or not isinstance(said, ndp.NeighbourAdvertisement):
                continue
            if said.target in self.addresses:
                return frame
        return None

    @cached_property
    def unanswered(self) -> tuple[IPv6Address, tuple[Frame, ...]] | None:
        """The address that it looked for last in vain, and the frames in which it did."""
        asked: dict[IPv6Address, list[Frame]] = {}
        for frame in self.attempt.frames:
            said = frame.neighbour
            source = frame.source_address
            if frame.ours and isinstance(said, ndp.NeighbourSolicitation):
                if source is not None and not source.is_unspecified:
                    asked.setdefault(said.target, []).append(frame)
            elif not frame.ours and isinstance(said, ndp.NeighbourAdvertisement):
                asked.pop(said.target, None)
        if not asked:
            return None
        target, frames = max(asked.items(), key=lambda item: item[1][-1].at)
        return target, tuple(frames)


def firmware6_name(attempt: Attempt) -> str:
    """Its name in a table; empty where it is not known."""
    return {Who.EDK2: "EDK II", Who.IPXE: "iPXE", Who.UNKNOWN: ""}[Course(attempt).who]


def firmware6_words(attempt: Attempt) -> str:
    """Which firmware it looks like, and by what."""
    course = Course(attempt)
    match course.who:
        case Who.EDK2:
            what = "HTTP boot" if course.is_http else "PXE"
            return (
                f"looks like {what} over IPv6 of {Who.EDK2.value}: it sends options 1, 8, 3, 6, 62,"
                " 61, 16 in this order and asks for 59, 60, 23, 16. There is no profile of it."
            )
        case Who.IPXE:
            return "iPXE by its user class (option 15). There is no profile of its boot over IPv6."
        case Who.UNKNOWN:
            return "cannot tell: over IPv6 only EDK II and iPXE are known here, and it is neither."


def host_of(url: bytes) -> tuple[str, IPv6Address | None]:
    """The host in a URL, safe to print, and as an address if it is one in brackets."""
    rest = url.partition(b"://")[2]
    if rest.startswith(b"["):
        host = rest[1:].partition(b"]")[0]
        try:
            return printable(host), IPv6Address(host.decode("ascii"))
        except (ValueError, UnicodeDecodeError):
            return printable(host), None
    return printable(rest.partition(b"/")[0].partition(b":")[0]), None
