"""The cures, from ``*.toml``, checked key by key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from pxeclient.advice.servers import Server, in_order
from pxeclient.decisions import Known
from pxeclient.documents import own_toml

_FILES = ("lease", "deciding", "boot-file", "tftp", "path", "http", "ipv6")
"""In the order of a boot."""


class Cure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change."""

    id: str
    """Its name, which never changes its meaning; the key in the file."""
    do: str
    """In words, for whatever server it is."""
    known: Known
    """How well it is known that this cures it, and from where."""
    dnsmasq: tuple[str, ...] = ()
    """Lines of dnsmasq.conf."""
    dhcpd: tuple[str, ...] = ()
    """Lines of ISC dhcpd.conf."""
    kea: tuple[str, ...] = ()
    """Members of the object ``Dhcp4``, line by line."""
    windows: str = ""
    """In words."""
    nginx: tuple[str, ...] = ()
    """Lines for a server block of nginx."""
    apache: tuple[str, ...] = ()
    """Lines for a virtual host of Apache."""
    ipv6: bool = False
    """It is of DHCPv6: Kea's lines are members of ``Dhcp6``, and dhcpd is started with -6."""

    def lines(self, server: Server) -> tuple[str, ...]:
        """What that server's configuration needs; empty if there is nothing to say of it."""
        match server:
            case Server.DNSMASQ:
                return self.dnsmasq
            case Server.DHCPD:
                return self.dhcpd
            case Server.KEA:
                return self.kea
            case Server.WINDOWS:
                return (self.windows,) if self.windows else ()
            case Server.NGINX:
                return self.nginx
            case Server.APACHE:
                return self.apache

    def settings(self, at_hand: Server | None = None) -> Iterator[tuple[Server, tuple[str, ...]]]:
        """The servers that it has lines for, always in the same order; `at_hand` comes first."""
        for server in in_order(at_hand):
            if lines := self.lines(server):
                yield server, lines


@cache
def catalogue() -> Mapping[str, Cure]:
    """All cures by their names."""
    folder = Path(__file__).parent
    found: dict[str, Any] = {}
    for name in _FILES:
        for id, keys in own_toml(folder / f"{name}.toml").items():
            assert id not in found, f"two cures {id}"
            found[id] = {"id": id, **keys}
    return msgspec.convert(found, dict[str, Cure])
