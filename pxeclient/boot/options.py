"""The option values of a machine: a profile's templates with its addresses filled in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from pxeclient.boot.machine import Machine
from pxeclient.boot.traits import DhcpTraits, Purpose
from pxeclient.wire import icmpv6

_NAME = re.compile(r"\{([^{}.\[\]:!]*)\}")

Values = Mapping[tuple[Purpose, int], bytes]
"""The value of each option that does not depend on what servers say."""


class TemplateError(ValueError):
    """A template is not hexadecimal octets with known names in braces."""


def option_values(dhcp: DhcpTraits, machine: Machine) -> Values:
    """All values that the firmware's messages need, with `machine` filled in."""
    known = Names(machine)
    common = {int(code): fill(text, known) for code, text in dhcp.values.items()}
    values: dict[tuple[Purpose, int], bytes] = {}
    for purpose, message in dhcp.messages.items():
        for code in message.options:
            if code in common:
                values[purpose, code] = common[code]
        for text_code, text in message.values.items():
            values[purpose, int(text_code)] = fill(text, known)
    return values


def fill(template: str, known: Mapping[str, str]) -> bytes:
    """The octets of a template such as ``01 {mac}``.

    Raises:
        TemplateError: An unknown name, or something that is not hexadecimal.
    """
    for name in _NAME.findall(template):
        if name not in NAMES:
            raise TemplateError(f"{{{name}}} is not one of {', '.join(sorted(NAMES))}")
    try:
        return bytes.fromhex(_NAME.sub(lambda found: known[found[1]], template))
    except ValueError:
        raise TemplateError(f"{template!r} is not hexadecimal octets") from None


def uses_nic(dhcp: DhcpTraits) -> bool:
    """The network card's PCI ids show in some message."""
    templates = [*dhcp.values.values()]
    for message in dhcp.messages.values():
        templates += message.values.values()
    return any("{bus}" in template for template in templates)


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
