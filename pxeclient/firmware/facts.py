"""Conditions that the tables of more than one family use.

The docstring of each is what a reader of the table sees.
"""

from __future__ import annotations

from pxeclient.boot.menu_policy import (
    Chosen,
    DiscoverBy,
    DiscoveryStep,
    Key,
    PxeSettings,
)
from pxeclient.boot.policy import (
    Barren,
    Overheard,
    Sources,
    TftpRefusal,
)
from pxeclient.wire import pxe, tftp


def other_xid(heard: Overheard) -> bool:
    """its transaction id is not ours"""
    return heard.message.xid != heard.xid


def nothing_offered(found: Barren) -> bool:
    """no reply counted in any window"""
    return found.offers == 0 and found.proxy_offers == 0


def only_proxies(found: Barren) -> bool:
    """only proxy offers came, none with an address"""
    return found.offers == 0


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
