"""Settings that a cure spells out in octets; the live tests have the servers check all of them."""

from __future__ import annotations

import json

import pytest

from pxeclient.advice import catalogue
from pxeclient.wire import dhcp, pxe

CURES = catalogue()


@pytest.mark.parametrize("name", ["menu", "by-list"])
def test_option_43_says_what_the_cure_says(name: str) -> None:
    """Its octets for dhcpd and for Kea are the same, and they are what the words promise."""
    cure = CURES[name]
    [line] = [line for line in cure.dhcpd if "vendor-encapsulated" in line]
    octets = bytes.fromhex(line.rsplit(" ", 1)[1].rstrip(";").replace(":", ""))
    members = "\n".join(line for line in cure.kea if not line.startswith("//"))
    options = json.loads("{" + members + "}")["option-data"]
    said = bytes.fromhex(options[1]["data"])
    assert said == octets
    found = pxe.parse_suboptions(octets)
    assert pxe.discovery_control(found) == pxe.NO_BROADCAST | pxe.NO_MULTICAST
    [servers] = pxe.scan_boot_servers(dhcp.first(found, pxe.BOOT_SERVERS) or b"")[0]
    assert (servers.type, [str(a) for a in servers.addresses]) == (1, ["192.0.2.5"])
    [item] = pxe.scan_menu(dhcp.first(found, pxe.BOOT_MENU) or b"")[0]
    assert (item.type, item.text) == (1, b"Install")
    prompt = pxe.parse_prompt(dhcp.first(found, pxe.MENU_PROMPT) or b"")
    assert prompt is not None
    assert (prompt.timeout, prompt.text) == (3 if name == "menu" else 0, b"Network boot")
