"""From a trace to its findings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pxeclient.diagnose import (  # noqa: F401  (each module registers its checks)
    check_boot_file,
    check_discovery,
    check_names,
    check_nobody,
    check_path,
    check_port_4011,
    check_replies,
    check_tftp,
    check_transfer,
)
from pxeclient.diagnose.catalogue import catalogue
from pxeclient.diagnose.model import Cure, Fault, Finding, Severity
from pxeclient.diagnose.registry import CHECKS
from pxeclient.diagnose.scene import Scene
from pxeclient.diagnose.sorting import scene
from pxeclient.trace import Trace
from pxeclient.wire.addresses import ANY
from pxeclient.wire.options import printable

_PLACE = re.compile(r"\{([a-z]+)\}")
_SAFE = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._/+-]*")
"""A file name that means itself in every server's configuration."""

_EXAMPLES = {
    "file": "BOOT-FILE",
    "server": "TFTP-SERVER",
    "proxy": "PROXY-ADDRESS",
    "arch": "7",
    "archhex": "0007",
    "archfive": "00007",
    "mac": "MAC",
}
"""What a placeholder of a cure shows where the boot does not tell."""

_ORDER = list(Severity)


def diagnose(trace: Trace) -> list[Finding]:
    """What is wrong on the servers' side or on the way, as far as this boot shows it.

    Worst first, then in the order of a boot; several of one id if several servers are concerned.
    An empty list says that nothing was found, not that nothing is wrong.
    """
    found = scene(trace)
    values = _values(found)
    findings = list(_find(found, values))
    findings.sort(key=lambda finding: _ORDER.index(finding.severity))
    return findings


def _find(found: Scene, values: Mapping[str, str]) -> Iterator[Finding]:
    for id, fault in catalogue().items():
        for seen in CHECKS[id](found):
            severity = Severity.STOPS if seen.stops else fault.severity
            filled = _filled(fault, {**values, **seen.values})
            yield Finding(fault, severity, seen.frames, seen.words, filled)


def _values(found: Scene) -> dict[str, str]:
    """What a boot tells of the names and addresses that its servers' configurations need."""
    values: dict[str, str] = {}
    for reply in found.replies:
        if reply.file:
            values["file"] = file_value(reply.file)
        if reply.siaddr != ANY:
            values["server"] = str(reply.siaddr)
        elif reply.file:
            values.setdefault("server", str(reply.who))
    for offer in found.proxy_offers:
        values["proxy"] = str(offer.who)
    if found.architecture is not None:
        arch = found.architecture
        values |= {"arch": str(arch), "archhex": f"{arch:04x}", "archfive": f"{arch:05}"}
    if found.first_discover is not None:
        values["mac"] = ":".join(f"{octet:02x}" for octet in found.first_discover.message.hardware)
    return values


def file_value(name: bytes) -> str:
    """A boot file name as it may stand in a configuration; a word for it if it may not."""
    return printable(name) if _SAFE.fullmatch(name) else _EXAMPLES["file"]


def _filled(fault: Fault, values: Mapping[str, str]) -> tuple[Cure, ...]:
    return tuple(Cure(cure.server, fill(cure.lines, values)) for cure in fault.cures)


def fill(lines: tuple[str, ...], values: Mapping[str, str]) -> tuple[str, ...]:
    """A cure's lines with its placeholders filled in; those that nothing is known of say so."""
    table = {**_EXAMPLES, **values}
    return tuple(_PLACE.sub(lambda place: table[place[1]], line) for line in lines)
