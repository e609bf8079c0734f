"""Conditions that the tables of more than one family use.

The docstring of each is what a reader of the table sees.
"""

from __future__ import annotations

from pxeclient.boot.policy import Barren, Overheard, Sources, TftpRefusal
from pxeclient.wire import tftp


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
