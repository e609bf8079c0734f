"""Lines that machines print around a network boot, and what is asked first."""

from __future__ import annotations

import pytest

from pxeclient.errors.catalogue import Screen, catalogue
from pxeclient.errors.lookup import UnknownError, look_up, pages
from pxeclient.errors.show import page_lines

PXE_V4 = 'Boot0001 "UEFI PXEv4 (MAC:525400123456)" from PciRoot(0x0)/Pci(0x1,0x0)'
NO_OPTION = "BdsDxe: No bootable option or device was found."


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Operating System not found", "Operating System not found"),
        ("operating system NOT FOUND", "Operating System not found"),
        (NO_OPTION, NO_OPTION),
        ("BdsDxe: Press any key to enter the Boot Manager Menu.", NO_OPTION),
        (f"BdsDxe: failed to load {PXE_V4}: Not Found", "BdsDxe: failed to load Boot"),
        (f"BdsDxe: failed to start {PXE_V4}: Not Found", "BdsDxe: failed to start Boot"),
        (f"BdsDxe: starting {PXE_V4}", "BdsDxe: loading Boot"),
        (">>Start PXE over IPv4.", "Start PXE over IPv4"),
        ("  NBP filesize is 0 Bytes", "NBP filesize is 0 Bytes"),
        (
            "  Error: Could not retrieve NBP file size from HTTP server.",
            "Could not retrieve NBP file size from HTTP server",
        ),
        ("Boot failed", "Boot failed"),
        ("Boot Failed!", "Boot failed"),
        ("Boot failed: could not read the boot disk", "No bootable device."),
        (
            "Boot failed: press a key to retry, or wait for reset...",
            "Boot failed: press a key to retry, or wait for reset...",
        ),
        ("Failed to load ldlinux.c32", "Failed to load ldlinux.c32"),
        ("ldlinux.e64", "Failed to load ldlinux.c32"),
        ("grub rescue> ", "grub rescue>"),
        ("grub>", "grub rescue>"),
        ("Could not boot image: Error 0x3 (https://ipxe.org/00000003)", "Could not boot image"),
        (
            "Default Boot Device Missing or Boot Failed. Insert Recovery Media and Hit any key",
            "Reboot and Select proper Boot device",
        ),
    ],
)
def test_a_line_of_a_screen_is_known(line: str, name: str) -> None:
    """As it stands there, with what is only there this time; of two texts, the longer counts."""
    page = look_up(line)
    assert page.name == name
    assert page.screen is not None


def test_a_code_in_a_line_counts_more() -> None:
    """A line with a code of a profile leads to that, whatever else it says."""
    line = "Could not boot image: No such file or directory (http://ipxe.org/2d03e13b)"
    assert look_up(line).name == "2d03e13b"
    with pytest.raises(UnknownError):
        look_up("A line that nobody prints")


@pytest.mark.parametrize("screen", catalogue().screens, ids=lambda one: one.texts[0])
def test_each_says_what_it_means(screen: Screen) -> None:
    """In sentences, with a source; and each of its texts leads to it."""
    [page] = [page for page in pages().values() if page.screen is screen]
    assert screen.means.endswith(".")
    assert screen.source.where
    assert all(look_up(text) is page for text in screen.texts)


@pytest.mark.parametrize(
    "name", ["PXE-E51", "PXE-E53", "PXE-M0F", "PXE-E16", "PXE-E18", "Operating System not found"]
)
def test_where_nothing_was_found_the_first_question_is_whether_it_was_meant(name: str) -> None:
    """Most people who look these up have a machine whose disk does not boot."""
    shown = "\n".join(page_lines(look_up(name)))
    first = shown.split("\n\n")[1]
    assert first.strip().startswith("Was this machine meant to boot from the network?")


@pytest.mark.parametrize("name", ["PXE-E55", "PXE-E32", "PXE-E09", "grub>", "Boot failed: press"])
def test_elsewhere_it_was_meant(name: str) -> None:
    """Who gets so far, or is asked to load a file, boots from the network."""
    assert look_up(name).meant is None


def test_old_edk_ii_takes_some_addresses_for_no_machines() -> None:
    """PXE-E09 is the machine's own; but it has a cause on the network, too."""
    shown = "\n".join(page_lines(look_up("E09")))
    edk2 = shown[shown.index("EDK II, UEFI") :]
    assert "Not caused by the network" not in edk2
    assert "192.168.1.0 of 192.168.0.0/16" in edk2
    assert "Leave the addresses out of the pool" in edk2
    assert "https://github.com/tianocore/edk2/issues/6623" in edk2


def test_wds_refuses_what_its_read_filter_does_not_know() -> None:
    """iPXE asks for autoexec.ipxe by itself; another TFTP server is no cure for that."""
    shown = "\n".join(page_lines(look_up("3d126083")))
    first = shown[shown.index("  1. ") : shown.index("  2. ")]
    assert "ReadFilter" in first
    assert "harmless" in first
    assert "dnsmasq" not in first
