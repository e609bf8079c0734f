"""The option values of a machine: a profile's templates with its addresses filled in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from pxeclient.boot.dhcp.traits import DhcpTraits
from pxeclient.boot.machine import Machine
from pxeclient.wire import icmpv6
from pxeclient.wire.dhcp import DISCOVER, END, REQUEST, Option, build_options
from pxeclient.wire.pxe import Purpose

MESSAGE_TYPE, REQUESTED_ADDRESS, SERVER_ID, VENDOR = 53, 50, 54, 43
ARCHITECTURE = 93

_NAME = re.compile(r"\{([^{}.\[\]:!]*)\}")

Values = Mapping[tuple[Purpose, int], bytes]
"""The value of each option that does not depend on what servers say."""


class TemplateError(ValueError):
    """A template is not hexadecimal octets with known names in braces."""


class Layout(NamedTuple):
    """The option area of one kind of message, as far as it is the same in every boot."""

    parts: tuple[bytes | int, ...]
    """Octets that never change, END among them, and codes of the options whose value may."""
    templates: Mapping[int, str]
    """The values that the profile has for these options, by code."""


def layouts(dhcp: DhcpTraits) -> Mapping[Purpose, Layout]:
    """The option areas of all messages that the firmware sends.

    Raises:
        TemplateError: One of the profile's templates is none.
    """
    return {purpose: _layout(dhcp, purpose) for purpose in dhcp.messages}


def _layout(dhcp: DhcpTraits, purpose: Purpose) -> Layout:
    templates = _templates(dhcp, purpose)
    parts: list[bytes | int] = []
    for code in dhcp.messages[purpose].options:
        data = _constant(dhcp, purpose, code, templates.get(code))
        parts.append(code if data is None else build_options([Option(code, data)]))
    return Layout(tuple(_merged([*parts, bytes((END,))])), templates)


def _templates(dhcp: DhcpTraits, purpose: Purpose) -> dict[int, str]:
    shape = dhcp.messages[purpose]
    common = {int(code): text for code, text in dhcp.values.items() if int(code) in shape.options}
    return common | {int(code): text for code, text in shape.values.items()}


def _constant(dhcp: DhcpTraits, purpose: Purpose, code: int, template: str | None) -> bytes | None:
    """The option's value, if neither the machine nor a server has a say in it."""
    if code == MESSAGE_TYPE:
        return bytes((DISCOVER if purpose is Purpose.DISCOVER else REQUEST,))
    if template is None or code == VENDOR or code in dhcp.messages[purpose].echo:
        return None
    literals, names = _pieces(template)
    return None if names else literals[0]


def _merged(parts: list[bytes | int]) -> Iterator[bytes | int]:
    """The parts with neighbouring octets joined."""
    for kind, run in groupby(parts, key=type):
        if kind is bytes:
            yield b"".join(part for part in run if isinstance(part, bytes))
        else:
            yield from run


def option_values(dhcp: DhcpTraits, machine: Machine) -> Values:
    """All values that the firmware's messages need, with `machine` filled in.

    Raises:
        TemplateError: One of the profile's templates is none, be it used or not.
    """
    known = Names(machine)
    for text in dhcp.values.values():
        fill(text, known)
    return {
        (purpose, code): fill(text, known)
        for purpose in dhcp.messages
        for code, text in _templates(dhcp, purpose).items()
    }


def fill(template: str, known: Mapping[str, str]) -> bytes:
    """The octets of a template such as ``01 {mac}``.

    Raises:
        TemplateError: An unknown name, or something that is not hexadecimal.
    """
    literals, names = _pieces(template)
    octets = literals[0]
    for name, literal in zip(names, literals[1:], strict=True):
        octets += bytes.fromhex(known[name]) + literal
    return octets


@lru_cache(maxsize=1024)
def _pieces(template: str) -> tuple[tuple[bytes, ...], tuple[str, ...]]:
    """The octets around the names of a template, and the names."""
    pieces = _NAME.split(template)
    for name in pieces[1::2]:
        if name not in NAMES:
            raise TemplateError(f"{{{name}}} is not one of {', '.join(sorted(NAMES))}")
    try:
        return tuple(bytes.fromhex(piece) for piece in pieces[::2]), tuple(pieces[1::2])
    except ValueError:
        raise TemplateError(f"{template!r} is not hexadecimal octets") from None


def uses_nic(dhcp: DhcpTraits) -> bool:
    """The network card's PCI ids show in some message."""
    templates = [*dhcp.values.values()]
    for message in dhcp.messages.values():
        templates += message.values.values()
    return any("{bus}" in template for template in templates)


def architecture(dhcp: DhcpTraits) -> int | None:
    """The client system architecture that the firmware says in option 93 (RFC 4578 §2.1).

    The first if there are several; None if it says none.
    """
    octets = dhcp.values.get(str(ARCHITECTURE), "").replace(" ", "")
    return int(octets[:4], 16) if re.fullmatch(r"[0-9A-Fa-f]{4,}", octets) else None


class Names(dict[str, str]):
    """What the names in a template's braces stand for; worked out when first asked for."""

    def __init__(self, machine: Machine) -> None:
        super().__init__()
        self._machine = machine

    def __missing__(self, name: str) -> str:
        self[name] = NAMES[name](self._machine)
        return self[name]


NAMES: Mapping[str, Callable[[Machine], str]] = {
    "mac": lambda machine: machine.mac.hex(),
    "uuid": lambda machine: machine.uuid.hex,
    # The raw octets of SMBIOS 2.6: the first three fields are little-endian.
    "uuid-le": lambda machine: machine.uuid.bytes_le.hex(),
    "router-solicitation": lambda machine: icmpv6.router_solicitation(machine.mac).hex(),
    "listener-report": lambda machine: icmpv6.listener_report(machine.mac).hex(),
    "first-listener-report": lambda machine: icmpv6.listener_report(machine.mac, True).hex(),
    "address-probe": lambda machine: icmpv6.address_probe(machine.mac).hex(),
    "mac-end": lambda machine: machine.mac[3:].hex(),
    # iPXE's bus-id (175.177): type 1 is PCI, then vendor and device (ipxe device.h:44-74).
    "bus": lambda machine: f"b10501{machine.nic.vendor:04x}{machine.nic.device:04x}",
}
"""The names that a template may use."""
