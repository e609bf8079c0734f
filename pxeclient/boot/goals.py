"""Where a boot goes next: a state, and what it needs to begin.

States never call each other. They enter a goal, and `client` makes the state of it; so what a state
needs is there by construction.
"""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import TypeAlias

from msgspec import Struct

from pxeclient.boot.dhcp.dialogue import Choice, Dialogue
from pxeclient.boot.dhcp.reply import Reply
from pxeclient.boot.menu.policy import PxeSettings
from pxeclient.outcome import BootFile, DhcpFailure
from pxeclient.wire.pxe import Mtftp


class Discover(Struct, frozen=True):
    """Ask everybody for an address."""

    dialogue: Dialogue


class Request(Struct, frozen=True):
    """Ask for the address of the chosen offer."""

    choice: Choice
    dialogue: Dialogue


class AskProxy(Struct, frozen=True):
    """Ask a PXE server on port 4011."""

    server: IPv4Address
    because: str
    """Why port 4011 is asked, for the report of its silence."""
    others: tuple[Reply, ...]
    """Kept proxy offers whose servers were not asked yet."""


class AwaitIpv6(Struct, frozen=True):
    """DHCP is done; wait for an IPv6 router."""

    failed: DhcpFailure | None
    """Why it came to nothing, if it did."""


class ShowMenu(Struct, frozen=True):
    """Show the boot menu, or its prompt."""

    settings: PxeSettings


class FindBootServer(Struct, frozen=True):
    """Look for a boot server of a type."""

    settings: PxeSettings
    type: int


class Download(Struct, frozen=True):
    """Fetch the boot file by TFTP."""

    boot_file: BootFile


class DownloadByMulticast(Struct, frozen=True):
    """Fetch the boot file by multicast."""

    boot_file: BootFile
    parameters: Mtftp
    naming: Reply
    """The reply that names it, and calls for this."""


Goal: TypeAlias = (
    Discover
    | Request
    | AskProxy
    | AwaitIpv6
    | ShowMenu
    | FindBootServer
    | Download
    | DownloadByMulticast
)
