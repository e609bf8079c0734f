"""A client's boot attempts, one after the other: where each begins, where it ends, and why.

A new one begins with a DHCPDISCOVER of another identity (iPXE after the ROM, the operating
system after both), or with one that starts from the beginning: after a lease or a read request,
or with `secs` set back. A boot over IPv6 begins with DHCPv6, where nothing of IPv4 follows. What
of DHCPv6 is the boot's, and what the IPv6 stack's of the same machine, `boots6` tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from pxeclient.seen.dhcp import Dhcp
from pxeclient.seen.dhcp6 import Dhcp6
from pxeclient.seen.frame import Frame
from pxeclient.seen.talk import Talk
from pxeclient.seen.transfers import Transfers
from pxeclient.wire import dhcp, dhcp6, ethernet, tftp
from pxeclient.wire.addresses import Mac

BESIDE = 1.0
"""Seconds before its first message within which a frame beside the boot belongs to it."""
_ALL_DHCPV6 = Mac(bytes.fromhex("333300010002"))
"""Where DHCPv6 clients ask: ff02::1:2 (RFC 8415 §7.1)."""

OVER_IPV6 = "a boot over IPv6 begins"
OVER_IPV4 = "a boot over IPv4 begins"


class Kind(StrEnum):
    """What boots, or does not."""

    PXE = "PXE client"
    HTTP = "UEFI HTTP boot client"
    PLAIN = "DHCP client that is no PXE client"
    MIDDLE = "client without a DHCPDISCOVER in the capture"
    UNKNOWN = "DHCP client of which the capture does not show what it is"
    IPV6 = "boot over IPv6"
    UBOOT = "U-Boot client, of which there is no profile"


@dataclass(frozen=True, eq=False)
class Attempt(Talk):
    """What one attempt said and heard."""

    mac: Mac
    kind: Kind
    why_over: str
    """Why it ends where it does; empty where it ends with the capture."""
    until: float
    """When the next one begins, or the capture ends, by the clock of the frames."""
    is_next: bool = False
    """Another of this client was before it."""

    @property
    def dhcpv6(self) -> tuple[Frame, ...]:
        """What it asks for over IPv6, to all servers and relays."""
        return tuple(one for one in self.frames if one.ours and one.receiver == _ALL_DHCPV6)


def attempts(talk: Talk, ends: float) -> list[Attempt]:
    """The attempts of one client; `ends` is when the recording does.

    Of a client that no frame tells there are none.
    """
    if talk.mac is None:
        return []
    return [
        Attempt(talk.mac, tuple(frames), _kind(frames), why, until, at > 0)
        for at, (frames, why, until) in enumerate(_split(talk.frames, ends))
    ]


def _split(frames: Iterable[Frame], ends: float) -> Iterator[tuple[list[Frame], str, float]]:
    current: list[Frame] = []
    watch = Watch()
    for frame in frames:
        why = watch.add(frame)
        if why:
            before, beside = _parted(current, frame)
            if why == OVER_IPV6 and watch.ipv6 is not None:
                # The stack's own DHCPv6 may come before the boot's.
                known = (i for i, one in enumerate(current) if one is watch.ipv6)
                at = next(known, len(before))
                before, beside, watch.ipv6 = current[:at], current[at:], None
            yield from _over_ipv6(before, watch, why, frame.at)
            current, watch = beside, Watch()
            watch.add(frame)
        current.append(frame)
    if current:
        yield from _over_ipv6(current, watch, "", ends)


def _over_ipv6(
    frames: list[Frame], watch: Watch, why: str, until: float
) -> Iterator[tuple[list[Frame], str, float]]:
    """An attempt; as two, if after it the client boots over IPv6."""
    first = watch.ipv6
    at = next((i for i, one in enumerate(frames) if one is first), 0)
    if first is None or at == 0:
        yield frames, why, until
        return
    yield frames[:at], OVER_IPV6, first.at
    yield frames[at:], why, until


def _parted(frames: list[Frame], new: Frame) -> tuple[list[Frame], list[Frame]]:
    """What went out beside the next attempt, just before its first message, is that one's."""
    at = len(frames)
    while at > 1 and frames[at - 1].ours and _is_beside(frames[at - 1], new):
        at -= 1
    return frames[:at], frames[at:]


def _is_beside(frame: Frame, new: Frame) -> bool:
    asked = frame.dhcp6
    is_boot = asked.is_boot if asked is not None else frame.is_udp
    return not _is_ipv4(frame) and not is_boot and new.at - frame.at < BESIDE


def _is_ipv4(frame: Frame) -> bool:
    return frame.ethertype in (ethernet.IPV4, ethernet.ARP)


_OPENING = (dhcp6.SOLICIT, dhcp6.INFORMATION_REQUEST)


@dataclass(slots=True)
class Watch:
    """What of an attempt tells that it is over, frame by frame, in little memory."""

    first: Dhcp | None = None
    """The client's first message."""
    secs: int = 0
    xid: int = 0
    is_settled: bool = False
    """A lease was confirmed, or a file was asked for."""
    is_fetched: bool = False
    """A file has arrived: what comes next may be what it started."""
    ipv6: Frame | None = None
    """The client's first DHCPv6 message after all that it said over IPv4."""
    first6: Dhcp6 | None = None
    """The client's first DHCPv6 message for a boot."""
    last6: Dhcp6 | None = None
    """Its latest that begins a conversation."""
    _transfers: Transfers = field(default_factory=lambda: Transfers(keeps=False))

    def add(self, frame: Frame) -> str:
        """Take note of the next frame, or say why it begins another attempt.

        In the latter case it is not taken: it is for a new `Watch`.
        """
        message = frame.message
        why = "" if message is None or not frame.ours else self._over(message)
        if not why and frame.ours and frame.dhcp6 is not None:
            why = self._over6(frame, frame.dhcp6)
        if not why:
            self._see(frame, message)
        return why

    def _over6(self, frame: Frame, message: Dhcp6) -> str:
        """What a client's DHCPv6 message begins: only one that begins a conversation tells."""
        if not message.is_boot or message.type not in _OPENING:
            return ""
        first, last = self.first6, self.last6
        if first is None:
            is_other = self._is_firmware and not message.is_ipxe
            if is_other and self.ipv6 is None:
                self.ipv6 = frame
            return OVER_IPV6 if is_other else ""
        if message.identity != first.identity:
            return "another firmware begins"
        assert last is not None
        is_new = message.xid != last.xid and (message.elapsed or 0) <= (last.elapsed or 0)
        return "another attempt begins" if is_new else ""

    def _over(self, message: Dhcp) -> str:
        first = self.first
        if first is None:
            # iPXE asks over both at once; other firmware one after the other.
            is_after = self.first6 is not None and not self.first6.is_ipxe
            return OVER_IPV4 if is_after and message.type in (None, dhcp.DISCOVER) else ""
        if message.is_cut or first.is_cut:
            return self._over_cut(message)
        if message.type == dhcp.REQUEST and message.port == dhcp.SERVER_PORT:
            is_other = _is_pxe(message) != _is_pxe(first)
            return "another DHCP client begins" if is_other else ""
        if message.type not in (None, dhcp.DISCOVER):
            return ""
        if message.identity != first.identity:
            return f"another {'firmware' if _is_pxe(message) else 'DHCP client'} begins"
        is_back = message.message.secs < self.secs
        # U-Boot has another transaction id in each DHCPDISCOVER of a round.
        is_other = message.message.xid != self.xid and not first.is_uboot
        is_same = message.message.secs == self.secs and is_other
        return "another attempt begins" if self.is_settled or is_back or is_same else ""

    def _over_cut(self, message: Dhcp) -> str:
        """Of a cut message little more than the transaction id tells."""
        is_new = message.message.xid != self.xid and self.is_settled and message.ciaddr is None
        return "another attempt begins" if is_new else ""

    def _see(self, frame: Frame, message: Dhcp | None) -> None:
        if frame.ours:
            self._see_ipv6(frame)
            asked = frame.dhcp6
            if asked is not None and asked.is_boot and asked.type in _OPENING:
                self.first6, self.last6 = self.first6 or asked, asked
        if message is not None:
            self._see_message(message)
            return
        if frame.ours and frame.is_udp and frame.port == tftp.PORT:
            self.is_settled = True
        transfer = self._transfers.add(frame)
        if transfer is not None and transfer.is_whole:
            self.is_fetched = True

    def _see_ipv6(self, frame: Frame) -> None:
        if _is_ipv4(frame):
            self.ipv6 = None
        elif frame.dhcp6 is not None and frame.dhcp6.is_ipxe:
            return
        elif frame.receiver == _ALL_DHCPV6 and self.ipv6 is None and self._is_firmware:
            self.ipv6 = frame

    @property
    def _is_firmware(self) -> bool:
        """It is still a PXE client that speaks: an operating system talks DHCPv6 too."""
        first = self.first
        if first is None or self.is_fetched:
            return False
        return _is_pxe(first) or (first.is_http and not first.is_reply)

    def _see_message(self, message: Dhcp) -> None:
        if not message.ours:
            self.is_settled = self.is_settled or message.type == dhcp.ACK
            return
        if self.first is None:
            self.first = message
        if message.type in (None, dhcp.DISCOVER):
            self.secs, self.xid = message.message.secs, message.message.xid


def _is_pxe(message: Dhcp) -> bool:
    """A client's message that names itself a PXE client."""
    return not message.is_reply and message.is_pxe


def _kind(frames: list[Frame]) -> Kind:
    asked = [one.message for one in frames if one.ours and one.message is not None]
    if not asked:
        is_ipv6 = any(one.ours and one.receiver == _ALL_DHCPV6 for one in frames)
        is_ipv6 = is_ipv6 or any(one.ours and one.dhcp6 is not None for one in frames)
        return Kind.IPV6 if is_ipv6 else Kind.MIDDLE
    if any(map(_is_pxe, asked)):
        begins = any(message.type in (None, dhcp.DISCOVER) for message in asked)
        return Kind.PXE if begins else Kind.MIDDLE
    if any(message.is_http and not message.is_reply for message in asked):
        return Kind.HTTP
    if any(message.is_uboot for message in asked):
        return Kind.UBOOT
    return Kind.UNKNOWN if all(message.is_cut for message in asked) else Kind.PLAIN
