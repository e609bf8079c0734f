"""Option templates: hexadecimal octets with a machine's names filled in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pxeclient.boot.dhcp.options import NAMES, TemplateError, fill, option_values, uses_nic
from pxeclient.boot.machine import NICS
from pxeclient.wire.pxe import Purpose
from tests.boots import profile
from tests.stories.firmwares import IPXE, VMWARE

MACHINE = profile(IPXE).machine


@pytest.mark.parametrize(
    ("template", "octets"),
    [
        ("", b""),
        ("01 02FF", b"\1\2\xff"),
        ("01 {mac}", bytes.fromhex("01525400123456")),
        ("{uuid}", bytes.fromhex("00112233445566778899aabbccddeeff")),
        ("{uuid-le}", bytes.fromhex("33221100554477668899aabbccddeeff")),
        ("{bus}", bytes.fromhex("b10501808610d3")),
    ],
)
def test_templates_are_filled(template: str, octets: bytes) -> None:
    """Names in braces stand for what the machine is."""
    known = {name: make(MACHINE) for name, make in NAMES.items()}
    assert fill(template, known) == octets


@pytest.mark.parametrize(
    ("template", "complaint"),
    [
        ("{colour}", "{colour} is not one of"),
        ("0", "'0' is not hexadecimal octets"),
        ("zz", "'zz' is not hexadecimal octets"),
        ("{", "'{' is not hexadecimal octets"),
        ("{}", "{} is not one of address-probe, bus"),
        ("{mac", "'{mac' is not hexadecimal octets"),
        ("{mac.x}", "'{mac.x}' is not hexadecimal octets"),
        ("{mac[x]}", "'{mac[x]}' is not hexadecimal octets"),
    ],
)
def test_what_is_no_template_is_an_error(template: str, complaint: str) -> None:
    """One sentence says what is wrong with it."""
    with pytest.raises(TemplateError, match="is not") as failure:
        fill(template, {"mac": "00"})
    assert complaint in str(failure.value)


def test_a_message_may_have_values_of_its_own() -> None:
    """They take the place of the common ones, in that message only."""
    dhcp = profile(VMWARE).traits.dhcp
    request = replace(dhcp.messages[Purpose.REQUEST], values={"57": "ff00"})
    changed = replace(dhcp, messages={**dhcp.messages, Purpose.REQUEST: request})
    values = option_values(changed, profile(VMWARE).machine)
    assert values[Purpose.DISCOVER, 57] == b"\x04\xec"
    assert values[Purpose.REQUEST, 57] == b"\xff\0"


def test_the_card_shows_only_on_ipxes_wire() -> None:
    """VMware's ROM says nothing about it."""
    assert uses_nic(profile(IPXE).traits.dhcp)
    assert not uses_nic(profile(VMWARE).traits.dhcp)
    other = replace(MACHINE, nic=NICS["virtio-net"])
    value = option_values(profile(IPXE).traits.dhcp, other)[Purpose.DISCOVER, 175]
    assert value.startswith(bytes.fromhex("b105011af41000"))
