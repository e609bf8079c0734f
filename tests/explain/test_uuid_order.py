"""In which order a UUID's octets stand tells VMware's EFI firmware from other EDK II."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from pxeclient.capture.writing import write
from pxeclient.report.commented import commented
from tests.boots import boot_on, profile
from tests.explain.captures import told

MARK = "octets of the UUID in option 97"
VMWARES = ["564d3a9e-0c5f-1be2-6a47-9c8d29123456", "564d0508-171d-8ae4-4164-a6296db662ab"]


@pytest.mark.parametrize("uuid", VMWARES)
@pytest.mark.parametrize(("name", "other"), [("vmware-efi", "edk2"), ("edk2", "vmware-efi")])
def test_a_uuid_of_vmwares_shows_the_order(
    name: str, other: str, uuid: str, tmp_path: Path
) -> None:
    """It begins with VM as it is printed."""
    marks = _marks(name, uuid, tmp_path)
    assert marks[name] is True
    assert marks[other] is False


@pytest.mark.parametrize(
    "uuid", ["00112233-4455-6677-8899-aabbccddeeff", "03000200-0400-0500-0006-000700080009"]
)
def test_any_other_uuid_shows_none(uuid: str, tmp_path: Path) -> None:
    """Nobody can tell."""
    assert set(_marks("vmware-efi", uuid, tmp_path).values()) == {None}


def _marks(name: str, uuid: str, folder: Path) -> dict[str, bool | None]:
    """What the mark says of each EDK II, of a boot with that UUID; None: nothing."""
    found = profile(name)
    machine = replace(found.machine, uuid=UUID(uuid))
    trace = boot_on(replace(found, machine=machine), "plain-dhcp")
    write(folder / "x.pcapng", commented(trace))
    [one] = told(folder / "x.pcapng")
    return {
        match.profile.name: {mark.name: mark.agrees for mark in match.marks}.get(MARK)
        for match in one.fingerprint.matches
        if match.profile.name in ("edk2", "vmware-efi")
    }
