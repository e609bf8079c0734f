"""Where everything is as it should be, nothing is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from pxeclient import profile as profiles
from pxeclient.compare.suite import Firmware, firmwares
from pxeclient.compare.verdict import Settings, compare
from pxeclient.practice.scenario import by_name
from tests.diagnose.boots import EVERYBODY, boot_in, found

CAPTURES = Path(__file__).parent.parent / "captures"

HEALTHY = (
    "plain-dhcp",
    "proxy-60-file-bit3",
    "proxy-60-only",
    "samehost-60-file-bit3",
    "samehost-60-only",
    # Situations in which real firmware was recorded; a lost or doubled packet is no fault.
    "plain-dhcp-bootfile",
    "proxy-60-43.6=8-file",
    "proxy-60-only-siaddr",
    "samehost-60-43.6=8-file",
    "dhcp-slow",
    "dup",
    "loss",
    "tftp-drop-block1",
    "tftp-exact-multiple",
    "tftp-large",
)
MENUS = (
    "samehost-60-43-menu",
    "samehost-60-43-menu-mcast",
    "proxy-60-43-menu",
    "proxy-60-43-menu-mcast",
)
RECORDED = (
    *("plain-dhcp-bootfile", "dhcpd-tftpd", "dnsmasq-proxy", "dnsmasq-pxe-menu"),
    *("proxy-60-43.6=8-file", "proxy-60-only", "samehost-60-only", "dup", "loss"),
)
"""Recordings in which real firmware booted, from real servers or from scripted ones."""


@pytest.mark.parametrize("firmware", EVERYBODY)
@pytest.mark.parametrize("network", HEALTHY)
def test_healthy_networks(network: str, firmware: str) -> None:
    """Whoever boots there."""
    assert found(boot_in(firmware, by_name(network))) == []


@pytest.mark.parametrize("firmware", [name for name in EVERYBODY if "ipxe-efi" not in name])
@pytest.mark.parametrize("network", MENUS)
def test_healthy_menus(network: str, firmware: str) -> None:
    """Whoever has a boot menu built in."""
    assert found(boot_in(firmware, by_name(network))) == []


@pytest.mark.parametrize("recorded", firmwares(CAPTURES), ids=lambda firmware: firmware.name)
@pytest.mark.parametrize("situation", RECORDED)
def test_healthy_recordings(situation: str, recorded: Firmware) -> None:
    """The servers of a recording, played to the profile of the firmware that was recorded."""
    captures = sorted((CAPTURES / recorded.name / situation).glob("capture.pcap*"))
    for capture in captures:
        settings = Settings(deaf=recorded.deaf)
        trace = compare(capture, profiles.load(recorded.profile), settings).trace
        assert found(trace) == []
