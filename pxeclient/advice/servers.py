"""The servers that there are cures for."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum


class Server(StrEnum):
    """A server by its key in the cures, in the order in which they are shown."""

    DNSMASQ = "dnsmasq"
    DHCPD = "dhcpd"
    KEA = "kea"
    WINDOWS = "windows"
    NGINX = "nginx"
    APACHE = "apache"

    @property
    def called(self) -> str:
        """What it is called."""
        return _TITLES[self]

    @property
    def is_told_in_words(self) -> bool:
        """It is set up in windows and menus: its cures are sentences, not lines to copy."""
        return self is Server.WINDOWS

    @staticmethod
    def of_command(name: str) -> Server | None:
        """The server that a program of that name is; None for any other."""
        return _PROGRAMS.get(name)


_PROGRAMS = {
    "dnsmasq": Server.DNSMASQ,
    "dhcpd": Server.DHCPD,
    "kea-dhcp4": Server.KEA,
}
_TITLES = {
    Server.DNSMASQ: "dnsmasq",
    Server.DHCPD: "ISC dhcpd",
    Server.KEA: "Kea",
    Server.WINDOWS: "Windows DHCP",
    Server.NGINX: "nginx",
    Server.APACHE: "Apache",
}


def in_order(at_hand: Server | None = None) -> Sequence[Server]:
    """All of them, the same each time; the server at hand, if one is known, before the others."""
    return sorted(Server, key=lambda server: server is not at_hand)
