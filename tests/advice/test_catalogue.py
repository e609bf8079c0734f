"""The cures: each is used, each is a sentence, and none has a machine keep another's file."""

from __future__ import annotations

import pytest

from pxeclient.advice import PLACES, Cure, Server, catalogue, fill, own_name, places_for
from pxeclient.advice.servers import in_order
from pxeclient.diagnose import catalogue as faults
from pxeclient.errors.catalogue import catalogue as errors

every_cure = pytest.mark.parametrize("cure", catalogue().values(), ids=lambda cure: cure.id)
UEFI = (6, 7, 9, 10, 11, 15, 16)


def test_every_cure_cures_something() -> None:
    """And every name in an error or a finding is that of a cure."""
    causes = [cause for entry in errors().failures.values() for cause in entry.causes]
    causes += [cause for group in errors().others for cause in group.causes]
    told = {cure for cause in causes for cure in cause.cures}
    told |= {cure for screen in errors().screens for cure in screen.cures}
    found = {cure.id for fault in faults().values() for cure in fault.cures}
    assert told | found == set(catalogue())


def test_no_line_of_configuration_is_told_in_two_ways() -> None:
    """Cures do not differ in a space or in quotes only."""
    plain: dict[str, str] = {}
    for cure in catalogue().values():
        for _, lines in cure.settings():
            for line in lines:
                same = plain.setdefault("".join(line.split()).replace('"', ""), line)
                assert same == line, cure.id


@every_cure
def test_a_cure_is_words_and_a_source(cure: Cure) -> None:
    """For whatever server it is."""
    assert cure.do[-1] in ".?"
    assert cure.known.where
    assert not cure.windows or cure.windows.endswith(".")


@pytest.mark.parametrize("arch", UEFI)
def test_no_uefi_machine_is_given_a_file_for_bios(arch: int) -> None:
    """Not even if that is what it is given now."""
    values = places_for(arch)
    own = own_name(b"undionly.kpxe", arch) or values["archfile"]
    for cure in catalogue().values():
        filled = fill(cure, {**values, "file": own, "server": "192.0.2.3"})
        for _, lines in filled.settings():
            assert not any("kpxe" in line or "pxelinux.0" in line for line in lines), cure.id


@pytest.mark.parametrize(
    ("name", "arch", "own"),
    [
        (b"undionly.kpxe", 0, True),
        (b"undionly.kpxe", 7, False),
        (b"undionly.kpxe", None, True),
        (b"sub/undionly.kkpxe", 11, False),
        (b"undionly.kpxe.0", 9, False),
        (b"pxelinux.0", 7, False),
        (b"boot.0", 7, True),
        (b"ipxe.efi", 7, True),
        (b"ipxe.efi", 0, False),
        (b"boot/x64/wdsnbp.com", 0, True),
        (b"boot/x64/wdsnbp.com", 7, False),
        (b'a"; }', 0, False),
    ],
)
def test_machines_keep_names_that_are_for_them(name: bytes, arch: int | None, own: bool) -> None:
    """As far as it says so; and only if it means itself in a configuration."""
    assert own_name(name, arch) == (name.decode() if own else None)


@pytest.mark.parametrize(
    ("arch", "loader"),
    [(0, "undionly.kpxe"), (7, "ipxe.efi"), (9, "ipxe.efi"), (11, "IPXE-FOR-ARCH-11")],
)
def test_the_loader_is_the_architectures(arch: int, loader: str) -> None:
    """Where iPXE's file has no usual name, a word stands there."""
    lines = fill(catalogue()["url-for-ipxe-only"], places_for(arch)).dnsmasq
    assert lines[-1] == f"dhcp-boot=tag:arch,tag:!ipxe,{loader},,TFTP-SERVER"
    assert f"option:client-arch,{arch}" in lines[-2]


def test_servers_come_in_one_order() -> None:
    """The one at hand before the others."""
    assert list(in_order()) == list(Server)
    others = [server for server in Server if server is not Server.KEA]
    assert list(in_order(Server.KEA)) == [Server.KEA, *others]
    settings = [server for server, _ in catalogue()["bit-3"].settings(Server.WINDOWS)]
    assert settings == [Server.WINDOWS, Server.DNSMASQ, Server.DHCPD, Server.KEA]


def test_a_place_of_which_nothing_is_known_says_so() -> None:
    """In words that nobody takes for a value."""
    assert fill(catalogue()["next-server"]).dnsmasq == ("dhcp-boot=BOOT-FILE,,TFTP-SERVER",)
    assert all(word == word.upper() for place, word in PLACES.items() if place != "script")
