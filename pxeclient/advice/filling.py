"""The placeholders of cures, and what is put in their places.

What stands in a cure is copied into servers' configurations, so nothing goes there that might
mean something else in one of them, and no file that the machine cannot run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from pxeclient.advice.catalogue import Cure

_PLACE = re.compile(r"\{([a-z]+)\}")
_SAFE = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._/+-]*")
"""A file name that means itself in every server's configuration."""

_BIOS = 0
_FOR_BIOS = re.compile(
    rb"(^|/)(undionly|l?pxelinux\.0$|wdsnbp\.com$|pxeboot\.com$)|\.(k{1,3}pxe|pxe|n12)$",
    re.IGNORECASE,
)
_FOR_UEFI = re.compile(rb"\.efi$", re.IGNORECASE)
"""Names that say which machines a file is for."""

_IPXE = {_BIOS: "undionly.kpxe", 7: "ipxe.efi", 9: "ipxe.efi"}
"""What iPXE's file for an architecture is usually called: the names of its own downloads."""

PLACES = {
    "file": "BOOT-FILE",
    "server": "TFTP-SERVER",
    "proxy": "PROXY-ADDRESS",
    "script": "boot.ipxe",
    "mac": "MAC",
    "path": "/PATH-OF-THE-URL",
    "serversix": "IPV6-ADDRESS",
    "dnssix": "DNS-ADDRESS",
}
"""What stands in a place of which nothing is known."""

_ANY_ARCHITECTURE = 7
"""The architecture that cures are shown for where no machine is at hand: x64 UEFI."""


def places_for(architecture: int | None) -> dict[str, str]:
    """What an architecture (option 93) puts in the places of cures.

    ``{arch}`` is the code as a number, ``{archhex}``, ``{archcolon}`` and ``{archfive}`` as Kea,
    dhcpd and option 60 write it; ``{archfile}`` a word for a file that is built for it,
    ``{loader}`` iPXE's.
    """
    arch = _ANY_ARCHITECTURE if architecture is None else architecture
    high, low = divmod(arch, 256)
    return {
        "arch": str(arch),
        "archhex": f"{arch:04x}",
        "archcolon": f"{high:02x}:{low:02x}",
        "archfive": f"{arch:05}",
        "archfile": f"FILE-FOR-ARCH-{arch}",
        "loader": _IPXE.get(arch, f"IPXE-FOR-ARCH-{arch}"),
    }


def own_name(name: bytes, architecture: int | None) -> str | None:
    """A boot file's name as it may stand in a configuration for such a machine.

    None if it may not: it would mean something else there, or it says that it is for other
    machines, and a cure must not have them keep it.
    """
    if not _SAFE.fullmatch(name):
        return None
    wrong = _FOR_UEFI if architecture == _BIOS else _FOR_BIOS
    if architecture is not None and wrong.search(name):
        return None
    return name.decode("ascii")


def fill(cure: Cure, values: Mapping[str, str] | None = None) -> Cure:
    """The cure with its places filled in: by `values`, else by words that nobody takes for values.

    Args:
        cure: As in the catalogue.
        values: What is known, by the names of the places.
    """
    table = {**PLACES, **places_for(None), **(values or {})}

    def filled(text: str) -> str:
        return _PLACE.sub(lambda place: table[place[1]], text)

    return msgspec.structs.replace(
        cure,
        do=filled(cure.do),
        dnsmasq=tuple(map(filled, cure.dnsmasq)),
        dhcpd=tuple(map(filled, cure.dhcpd)),
        kea=tuple(map(filled, cure.kea)),
        windows=filled(cure.windows),
        nginx=tuple(map(filled, cure.nginx)),
        apache=tuple(map(filled, cure.apache)),
    )
