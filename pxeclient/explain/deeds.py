"""What a client does, in the infinitive: ``ask 10.77.0.2 on port 4011``."""

from __future__ import annotations

from typing import assert_never

from pxeclient.seen.exchanges import Ask, Question
from pxeclient.wire import tftp
from pxeclient.wire.options import printable


def would(asked: Question) -> str:
    """What a client does that asks that; safe to print."""
    match asked.kind:
        case Ask.ARP:
            return f"look for {asked.to} by ARP"
        case Ask.DISCOVER:
            return "broadcast a DHCPDISCOVER"
        case Ask.REQUEST:
            return f"request the address that {_about(asked) or 'a server'} offers"
        case Ask.PROXY:
            return f"ask {asked.to} on port {asked.port}"
        case Ask.SEARCH:
            return f"look for a boot server of type {_about(asked)} at {asked.to}"
        case Ask.DHCP:
            return f"send a DHCP message to port {asked.port}"
        case Ask.SOLICIT | Ask.INFORMATION | Ask.REQUEST_6 | Ask.PROXY_6:
            return f"send {asked.words}"
        case Ask.ROUTER | Ask.NEIGHBOUR:
            return f"send {asked.words}"
        case Ask.FILE:
            port = "" if asked.port == tftp.PORT else f":{asked.port}"
            return f"ask {asked.to}{port} for {_about(asked)} by TFTP"
        case _ as never:
            assert_never(never)


def _about(asked: Question) -> str:
    about = asked.about
    return printable(about) if isinstance(about, bytes) else "" if about is None else str(about)
