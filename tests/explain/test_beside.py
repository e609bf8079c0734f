"""Recordings that say what is wrong only by two attempts, or by two offers."""

from __future__ import annotations

from pathlib import Path

from pxeclient.diagnose import Severity
from tests.cli.runner import run
from tests.explain.captures import told

FILES = Path(__file__).with_name("files")


def test_the_port_is_closed_after_the_rom() -> None:
    """The ROM was served; iPXE on the same port hears nothing: the switch, not the server."""
    rom, ipxe = told(FILES / "rom-then-ipxe.pcap")
    assert not [one for one in rom.findings if one.severity is Severity.STOPS]
    [found] = [one for one in ipxe.findings if one.cause is None]
    assert found.id == "P-LINK"
    shown = run("explain", str(FILES / "rom-then-ipxe.pcap")).stdout
    assert "P-LINK" in shown
    assert "portfast" in shown


def test_two_offers_that_nobody_puts_together() -> None:
    """A notebook asks again and again: one complete offer is the cure."""
    [only] = told(FILES / "dual-offer.pcap")
    found = only.findings[0]
    assert (found.id, found.severity) == ("R-SPLIT", Severity.STOPS)
    assert found.cures[0].dnsmasq == ("dhcp-boot=bootimus.efi,,10.77.0.2",)


def test_a_dhcpack_that_lacks_the_file_needs_no_unicast() -> None:
    """Both replies are there: what they say is what is wrong, whatever else was not recorded."""
    [only] = told(FILES / "ack-without-file.pcap")
    found = only.findings[0]
    assert (found.id, found.severity) == ("D-MISMATCH", Severity.STOPS)
