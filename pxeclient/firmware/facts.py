"""Conditions that the tables of more than one family use.

The docstring of each is what a reader of the table sees.
"""

from __future__ import annotations

from pxeclient.boot.dhcp.reply import Reply
from pxeclient.boot.menu.policy import (
    BootReplyCandidate,
    Chosen,
    DiscoverBy,
    DiscoveryStep,
    Key,
    PxeSettings,
)
from pxeclient.boot.policy import (
    AckCandidate,
    Barren,
    Overheard,
    Sources,
)
from pxeclient.fetch.tftp.refusal import TftpRefusal
from pxeclient.wire import dhcp, pxe, tftp
from pxeclient.wire.addresses import ANY
from pxeclient.wire.pxe import Purpose


def other_xid(heard: Overheard) -> bool:
    """its transaction id is not ours"""
    return heard.message.xid != heard.xid


def other_chaddr(heard: Overheard) -> bool:
    """its hardware address is not ours, over as many octets as it says it has"""
    return heard.message.hardware != heard.mac[: heard.message.hlen]


_ADDRESS = (Purpose.DISCOVER, Purpose.REQUEST)


def from_other_port(heard: Overheard) -> bool:
    """an address is being asked for, and it does not come from UDP port 67"""
    return heard.purpose in _ADDRESS and heard.source_port != dhcp.SERVER_PORT


def nothing_offered(found: Barren) -> bool:
    """no reply counted in any window"""
    return found.offers == 0 and found.proxy_offers == 0


def only_proxies(found: Barren) -> bool:
    """only proxy offers came, none with an address"""
    return found.offers == 0


def ack_from_other_port(candidate: AckCandidate) -> bool:
    """it does not come from port 67"""
    return candidate.reply.source_port != dhcp.SERVER_PORT


def ack_from_other_server(candidate: AckCandidate) -> bool:
    """its server identifier is not that of the chosen offer"""
    return candidate.reply.server_id != candidate.offer.server_id


def ack_for_other_address(candidate: AckCandidate) -> bool:
    """its address is not the one offered"""
    return candidate.reply.yiaddr != candidate.offer.yiaddr


def is_nak(candidate: AckCandidate) -> bool:
    """it is a DHCPNAK"""
    return candidate.reply.type == dhcp.NAK


def has_siaddr(reply: Reply) -> bool:
    """its siaddr is not zero"""
    return reply.message.siaddr != ANY


def no_file_named(sources: Sources) -> bool:
    """none of them names a boot file"""
    return sources.naming is None


def is_file_not_found(refusal: TftpRefusal) -> bool:
    """the code is 1"""
    return refusal.code == tftp.FILE_NOT_FOUND


def is_access_violation(refusal: TftpRefusal) -> bool:
    """the code is 2"""
    return refusal.code == tftp.ACCESS_VIOLATION


def prompt_is_absent(settings: PxeSettings) -> bool:
    """there is no menu prompt (43.10)"""
    return settings.prompt is None


def prompt_waits_for_ever(settings: PxeSettings) -> bool:
    """the prompt's time-out is 255"""
    return settings.prompt is not None and settings.prompt.timeout == 255


def prompt_waits_not(settings: PxeSettings) -> bool:
    """the prompt's time-out is 0"""
    return settings.prompt is not None and settings.prompt.timeout == 0


def is_f8(key: Key) -> bool:
    """it is F8"""
    return key.name == "F8"


def opens_menu(key: Key) -> bool:
    """it is F8, Ctrl-M (Enter) or m"""
    return key.name in ("F8", "Ctrl-M", "Enter", "m", "M")


def is_up(key: Key) -> bool:
    """it is Up"""
    return key.name == "Up"


def is_down(key: Key) -> bool:
    """it is Down"""
    return key.name == "Down"


def is_enter(key: Key) -> bool:
    """it is Enter, which a terminal also sends as Ctrl-M or Ctrl-J"""
    return key.name in ("Enter", "Ctrl-M", "Ctrl-J")


def is_cancel_key(key: Key) -> bool:
    """it is ESC or Ctrl-C"""
    return key.name in ("ESC", "Ctrl-C")


def chose_type_0(chosen: Chosen) -> bool:
    """its type is 0"""
    return chosen.type == 0


def has_group_left(step: DiscoveryStep) -> bool:
    """a multicast address (43.7) is given, 43.6 bit 1 is clear, and it was not asked yet"""
    allowed = not step.settings.control & pxe.NO_MULTICAST
    return allowed and step.settings.group is not None and DiscoverBy.MULTICAST not in step.tried


def may_broadcast(step: DiscoveryStep) -> bool:
    """43.6 bit 0 is clear, and no broadcast was sent yet"""
    return not step.settings.control & pxe.NO_BROADCAST and DiscoverBy.BROADCAST not in step.tried


def has_servers_left(step: DiscoveryStep) -> bool:
    """a listed server (43.8) of the type was not asked yet"""
    return step.servers_left > 0


def nothing_tried(step: DiscoveryStep) -> bool:
    """nothing could be asked at all"""
    return not step.tried


def is_of_other_type(candidate: BootReplyCandidate) -> bool:
    """its boot item (43.71) is missing or of another type"""
    item = dhcp.first(candidate.reply.vendor, pxe.BOOT_ITEM)
    return item is None or item[:2] != candidate.type.to_bytes(2, "big")
