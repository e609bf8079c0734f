"""Whether what a client said and heard is a network boot: nobody's boot is invented.

A DHCP message alone is no boot, and a TFTP read alone is none either: phones, switches and people
do both. What counts is who the client says that it is, whom a server takes it for, and what it
reads.
"""

from __future__ import annotations

import re

from pxeclient.clients import NamedClient, named
from pxeclient.explain.facts import dhcp_of
from pxeclient.nbp import identify
from pxeclient.seen.attempts import Attempt, Kind
from pxeclient.seen.transfers import Transfer
from pxeclient.wire import dhcp

_SAY_SO = (Kind.PXE, Kind.HTTP, Kind.UBOOT)
_BOOT_KINDS = ("pe", "linux", "elf", "u-boot", "boot-sector")
_IPXE_SCRIPTS = (b"#!ipxe", b"#!gpxe")
_BOOT_NAMES = re.compile(
    rb"\.(0|efi|kpxe|kkpxe|pxe|lkrn|ipxe|n12|c32|lpxe|uimg|wim|sdi)$"
    rb"|pxelinux\.cfg/|vmlinu[xz]|initr(d|amfs)|bootmgr|\bBCD$|\bgrub[\w.-]*$",
    re.IGNORECASE,
)
"""Boot files of the usual loaders, and what those read next."""


def is_boot(attempt: Attempt) -> bool:
    """It is an attempt to boot from the network."""
    if named_client(attempt) is not None:
        return True
    if attempt.kind in _SAY_SO or any(_is_boot_read(attempt, one) for one in attempt.transfers):
        return True
    if attempt.kind is Kind.IPV6:
        # It follows a PXE attempt over IPv4, or it says so.
        return attempt.is_next or bool(attempt.boot6) or _is_named6(attempt)
    return any(
        said.is_pxe or said.is_http or said.source_port == dhcp.PROXY_PORT
        for said in map(dhcp_of, (*attempt.messages(ours=True), *attempt.messages(ours=False)))
    )


def named_client(attempt: Attempt) -> NamedClient | None:
    """Who it is, of the clients that boot in a way of their own."""
    asked = [dhcp_of(frame) for frame in attempt.messages(ours=True)]
    return named(asked, [one.request.filename for one in attempt.transfers])


def is_untold(attempt: Attempt) -> bool:
    """What would tell was cut when it was recorded."""
    return attempt.kind is Kind.UNKNOWN


def _is_named6(attempt: Attempt) -> bool:
    """A server takes it for one over IPv6."""
    return any(said.is_reply and (said.is_pxe or said.is_http) for said in attempt.dhcp6)


def _is_boot_read(attempt: Attempt, read: Transfer) -> bool:
    """A file that a reply names, that is a boot file, or that is called like one."""
    name = read.request.filename
    if any(name in dhcp_of(frame).names for frame in attempt.messages(ours=False)):
        return True
    if any(name and name in (said.url or b"") for said in attempt.dhcp6):
        return True
    content = read.content or b""
    is_file = identify(content).kind in _BOOT_KINDS or content.startswith(_IPXE_SCRIPTS)
    return is_file or _BOOT_NAMES.search(name) is not None
