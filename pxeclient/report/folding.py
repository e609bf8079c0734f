"""What a transcript tells in one line for many: frames of others, and what repeats itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from pxeclient.report.segments import segment_words
from pxeclient.seen.dhcp import Dhcp
from pxeclient.seen.frame import Address, Frame
from pxeclient.seen.said import Fragment, Tcp
from pxeclient.wire import arp, igmp, tftp
from pxeclient.wire.addresses import ANY, Mac

SHOWN_BLOCKS = 2
"""DATA and ACK packets of a download up to this block are shown one by one."""
SHOWN_FRAGMENTS = 3
"""And so many fragments of a boot."""


@dataclass(slots=True)
class Whose:
    """Tells frames about a machine from those of others on its segment.

    About it is what it sent, what was sent to it alone, DHCP replies for its hardware address or to
    a question of its, ARP for an address that it has or was offered, and all TFTP and IGMP that
    multicast downloads are made of. In doubt a frame is about it.
    """

    _mac: Mac | None = None
    _xids: set[int] = field(default_factory=set)
    _addresses: set[Address] = field(default_factory=set)
    _has_groups: bool = False

    def is_of_others(self, frame: Frame) -> bool:
        """It is not about this machine; the machine itself may have dropped it in silence."""
        if frame.ours:
            self._learn(frame)
            return False
        if self._mac is None or frame.receiver == self._mac or not frame.is_to_all:
            return False
        match frame.said:
            case Dhcp() as said:
                return self._is_others_dhcp(said)
            case arp.Arp(sender=sender, target=target):
                return not {sender, target} & self._addresses
            case tftp.Request() | tftp.Data() | tftp.Ack() | tftp.Error() | tftp.OptionAck():
                return False
            case igmp.Igmp():
                return not self._has_groups
            case Fragment():
                return False
            case _:
                return frame.fault is None

    def _is_others_dhcp(self, said: Dhcp) -> bool:
        message = said.message
        is_about = said.is_reply and (
            message.xid in self._xids or message.chaddr[:6] == bytes(self._mac or b"")
        )
        if is_about and message.yiaddr != ANY:
            self._addresses.add(message.yiaddr)
        return not is_about

    def _learn(self, frame: Frame) -> None:
        self._mac = frame.sender
        match frame.said:
            case Dhcp() as said:
                self._xids.add(said.message.xid)
            case igmp.Igmp():
                self._has_groups = True
            case arp.Arp(target=target):
                self._addresses.add(target)
            case _:
                pass
        if frame.source_address not in (None, ANY):
            assert frame.source_address is not None
            self._addresses.add(frame.source_address)


@dataclass(slots=True)
class Repeats:
    """Tells which packets of a download are only counted: later blocks, what came before, and
    fragments beyond the first."""

    _begun: bool = False
    """A DATA or ACK packet was shown: who comes late to a multicast hears no block 1."""
    _told: set[tuple[bool, object, object, object]] = field(default_factory=set)
    _fragments: int = 0
    _in_midst: bool = False
    """Later blocks are being counted: so is all that comes between them."""

    def folds(self, frame: Frame, folding: bool) -> bool:
        """It is only counted; `folding`: so was the packet before it."""
        match frame.said:
            case tftp.Data(block) | tftp.Ack(block):
                begun, self._begun = self._begun, True
                again = self._again(frame)
                self._in_midst = (begun and block > SHOWN_BLOCKS) or (folding and self._in_midst)
                return self._in_midst or again
            case tftp.OptionAck():
                return self._again(frame)
            case tftp.Request():
                self._told.clear()
                return False
            case Tcp() as segment:
                return segment_words(frame, segment).is_bulk
            case Fragment():
                self._fragments += 1
                return self._fragments > SHOWN_FRAGMENTS
            case _:
                return False

    def _again(self, frame: Frame) -> bool:
        """The very same packet was told already, since the latest read request."""
        key = (frame.ours, frame.source, frame.destination, frame.said)
        known = key in self._told
        self._told.add(key)
        return known
