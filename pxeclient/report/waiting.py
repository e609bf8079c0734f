"""What a machine waits for at a moment of its boot, in a few words.

For a line that somebody looks at while nothing happens, such as ``second DHCPDISCOVER, 12 s, no
offer yet``. It says what was sent and what has not come; what that means is for the verdict.
"""

from __future__ import annotations

from dataclasses import dataclass

from pxeclient.boot.actions import AwaitKey, Enter, Finish, StateName
from pxeclient.boot.events import FrameReceived, KeyPressed
from pxeclient.report.frames import Summary, words
from pxeclient.seen.dhcp import Dhcp
from pxeclient.stack.acts import SendFrame
from pxeclient.trace import Record
from pxeclient.wire import dhcp

SHORTEST = 1.0
"""Seconds of the firmware's clock; what takes less is no silence."""

_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
)  # fmt: skip
_LACKS = {
    "DHCPDISCOVER": "no offer yet",
    "RRQ": "no answer from the TFTP server yet",
    "ACK": "the next block has not come",
}
"""By the kind of the frame that was sent (`frames.Summary`)."""
_LACKS_AT = {
    (StateName.REQUEST, "DHCPREQUEST"): "no DHCPACK yet",
    (StateName.PXEBS, "DHCPREQUEST"): "no boot server has answered",
}
"""Where the stage makes the difference."""
_OF_THEMSELVES = frozenset({"ARP announcement", "ARP reply", "802.1X", "IPv6"})
"""Kinds of frames that nothing waits for; IPv6's (neighbours, routers, groups) go on beside."""


@dataclass(slots=True)
class Waiting:
    """Takes a boot's records as they come."""

    _stage: StateName | None = None
    _since: float = 0.0
    """When what it waits for was first asked for, or the stage began."""
    _asked: Summary | None = None
    _count: int = 0
    _offers: int = 0
    """With an address."""
    _proxies: int = 0
    _key: str = ""
    """What it shows while it watches its keyboard."""
    _is_over: bool = False

    def take(self, record: Record) -> None:
        """Something happened."""
        match record.item:
            case Enter(state):
                self._stage, self._since, self._asked = state, record.at, None
                self._offers = self._proxies = 0
            case SendFrame():
                self._send(record)
            case FrameReceived():
                self._hear(record)
            case AwaitKey(shows):
                self._key, self._since = shows, record.at
            case KeyPressed():
                self._key = ""
            case Finish():
                self._is_over = True
            case _:
                pass

    def told(self, now: float) -> str:
        """What it waits for, `now` seconds after power-on; empty if there is nothing to tell."""
        seconds = now - self._since
        if self._is_over or seconds < SHORTEST:
            return ""
        if self._key:
            return f"waits for a key, {seconds:.0f} s: {self._key}"
        if self._asked is None:
            stage = "power-on" if self._stage is None else self._stage.value
            return f"{stage}, {seconds:.0f} s"
        return f"{_ordinal(self._count)} {self._asked.kind}, {seconds:.0f} s, {self._lack()}"

    def _send(self, record: Record) -> None:
        frame = record.seen()
        summary = None if frame is None else words(frame)
        if summary is None or summary.kind in _OF_THEMSELVES or summary.kind.startswith("IGMP"):
            return
        if self._asked is not None and _is_same(self._asked, summary):
            self._count += 1
        else:
            self._count, self._since = 1, record.at
        self._asked, self._key = summary, ""

    def _hear(self, record: Record) -> None:
        frame = record.seen()
        said = None if frame is None else frame.said
        if isinstance(said, Dhcp) and said.is_reply and said.type == dhcp.OFFER:
            self._offers += said.offers_address
            self._proxies += not said.offers_address

    def _lack(self) -> str:
        assert self._asked is not None
        asked = self._asked
        if asked.kind == "DHCPDISCOVER" and (self._offers or self._proxies):
            return self._what_came()
        if asked.kind == "ARP request":
            return f"no answer to {asked.detail.partition('?')[0]}"
        if asked.destination.endswith(":4011"):
            return f"no reply from {asked.destination} yet"
        there = _LACKS_AT.get((self._stage or StateName.DISCOVERY, asked.kind))
        return there or _LACKS.get(asked.kind, "no answer yet")

    def _what_came(self) -> str:
        if not self._offers:
            return "a proxy offer has come, no address yet"
        return f"{self._offers} offer{'s' * (self._offers > 1)} so far"


def _is_same(before: Summary, now: Summary) -> bool:
    """It is sent again; a block's number makes another question of an ACK."""
    alike = (before.kind, before.destination) == (now.kind, now.destination)
    return alike and (now.kind != "ACK" or before.detail == now.detail)


def _ordinal(count: int) -> str:
    return _ORDINALS[count - 1] if count <= len(_ORDINALS) else f"{count}th"
