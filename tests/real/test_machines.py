"""Which firmware can be run here, and what is said where it cannot."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from pxeclient import profile
from pxeclient.real.console import clean, is_over, last_words
from pxeclient.real.machines import MACHINES, OWN_ROM
from pxeclient.real.proof import NotHereError, real_machine
from pxeclient.real.versions import installed_version

STATUS = """Package: ovmf
Status: install ok installed
Version: 2022.11-6+deb12u2
Description: firmware
 Version: of nothing

Package: ovmf-ia32
Version: 1
"""


@pytest.mark.parametrize("name", sorted({*MACHINES, *OWN_ROM}))
def test_each_machine_runs_a_profile_that_there_is(name: str) -> None:
    """Its card is one that the firmware of the profile says it is."""
    known = profile.load(name)
    base = OWN_ROM[name][0] if name in OWN_ROM else name
    real = MACHINES[base]
    assert real.as_if(known.machine).nic == real.nic
    assert real.as_if(known.machine).mac == known.machine.mac
    assert real.versioned in {*real.files.values()}


@pytest.mark.parametrize("name", sorted(set(profile.names()) - {*MACHINES, *OWN_ROM}))
def test_others_firmware_is_their_makers(name: str) -> None:
    """No package and no cure is invented for it."""
    with pytest.raises(NotHereError, match="its maker's") as error:
        real_machine(name)
    assert "apt-get" not in str(error.value)
    assert "edk2" in str(error.value)


@pytest.mark.parametrize("name", sorted(OWN_ROM))
def test_a_rom_that_nobody_packages_is_asked_for(name: str) -> None:
    """It can be built; its file has to be named."""
    with pytest.raises(NotHereError, match="--rom"):
        real_machine(name)


@pytest.mark.parametrize("name", sorted(MACHINES))
def test_what_is_missing_is_named_with_its_package(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program and each file, and one line that installs them all."""
    real = MACHINES[name]
    gone = {f"/nowhere{path}": package for path, package in real.files.items()}
    monkeypatch.setitem(MACHINES, name, dataclasses.replace(real, files=gone))
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(NotHereError) as error:
        real_machine(f"{name}+a-variant")
    for what in (real.program[0], *gone):
        assert what in str(error.value)
    wanted = " ".join(sorted({real.program[1], *real.files.values()}))
    assert str(error.value).endswith(f"apt-get install {wanted}")


def test_only_what_is_missing_is_named(tmp_path: Path) -> None:
    """What is there is not to be installed again."""
    there, gone = tmp_path / "there", tmp_path / "gone"
    there.touch()
    real = dataclasses.replace(MACHINES["edk2"], files={str(there): "a", str(gone): "b"})
    assert real.missing({real.program[0]: "/usr/bin/qemu"}) == {str(gone): "b"}
    assert real.missing({}) == {real.program[0]: real.program[1], str(gone): "b"}


def test_the_version_is_the_packages_own(tmp_path: Path) -> None:
    """Not that of a package whose name begins alike, nor a line of a description."""
    status = tmp_path / "status"
    status.write_text(STATUS, encoding="utf-8")
    assert installed_version("ovmf", status) == "2022.11-6+deb12u2"
    assert installed_version("ovmf-ia32", status) == "1"
    assert installed_version("ovm", status) == ""
    assert installed_version("ovmf", tmp_path / "none") == ""


IPXE_BEGINS = "iPXE (PCI 00:02.0) starting execution...ok\niPXE initialising devices...ok\n"
IPXE_ASKS = "Configuring (net0 52:54:00:12:34:56)...... ok\ntftp://10.77.0.1/boot.efi..."


@pytest.mark.parametrize(
    ("text", "over"),
    [
        (IPXE_BEGINS, False),
        (IPXE_BEGINS + IPXE_ASKS, False),
        (IPXE_BEGINS + IPXE_ASKS + " ok\n", True),
        (IPXE_BEGINS + IPXE_ASKS + " Connection timed out\nNo more network devices\n", True),
        (">>Start PXE over IPv4.\n  Station IP address is 10.77.0.238\n", False),
        (">>Start PXE over IPv4.\n  NBP file downloaded successfully.\n", True),
        (">>Start PXE over IPv4.\n  PXE-E18: Server response timeout.\nBdsDxe: failed to", True),
        (">>Start PXE over IPv4.\n>>Start PXE over IPv6.", True),
        ("", False),
    ],
)
def test_the_screen_says_when_it_is_over(text: str, over: bool) -> None:
    """With the file, or without; not while the firmware is at it."""
    assert is_over(text) is over


def test_a_screen_is_read_as_text() -> None:
    """Without its escapes, and nothing of it goes to a terminal raw."""
    octets = b"\x1b[2J\x1b[=3h\x1b[01;01HiPXE\r\n\x07bell\x08\r\n\r\n"
    assert clean(octets).startswith("iPXE\n")
    assert last_words(clean(octets)) == ["iPXE", "bel"]
    assert all(line.isprintable() for line in last_words("a\x1b]0;x\x07b\n\x9b31mc\n"))
