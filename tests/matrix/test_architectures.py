"""Architectures: who claims what, and which file is for whom."""

from __future__ import annotations

import pytest

from pxeclient import profile as profiles
from pxeclient.architectures import ARCHITECTURES, Fit, architecture, fit
from pxeclient.boot.events import PowerOn
from pxeclient.matrix.entries import apart, entries
from pxeclient.nbp import identify
from pxeclient.practice.boot_files import Kind, boot_file, kind_for
from pxeclient.profile import Profile
from pxeclient.profile.claiming import claiming
from pxeclient.report.frames import summarise
from pxeclient.stack.acts import SendFrame
from pxeclient.wire import dhcp
from pxeclient.wire.addresses import Mac
from pxeclient.wire.options import ARCHITECTURES as SHOWN
from tests.boots import machine


def options(profile: Profile) -> dict[int, bytes]:
    """The options of the profile's first DHCPDISCOVER."""
    client = machine(profile)
    for action in client.handle(PowerOn(), 0.0):
        if isinstance(action, SendFrame) and (message := summarise(action.frame).message):
            return {option.code: option.data for option in message.options}
    raise AssertionError("no DHCPDISCOVER")


@pytest.mark.parametrize("name", profiles.names())
@pytest.mark.parametrize("code", [0, 7, 11, 16, 39, 65535])
def test_a_claim_changes_options_93_and_60_only(name: str, code: int) -> None:
    """Both say the code; every other octet is as it was."""
    profile = profiles.load(name)
    before, after = options(profile), options(claiming(profile, code))
    assert after.pop(93) == code.to_bytes(2, "big")
    told = after.pop(60)
    assert told.startswith(b"PXEClient:Arch:%05d:UNDI:" % code)
    assert told[21:] == before.pop(60)[21:] if code < 10**5 else True
    before.pop(93)
    assert after == before


def test_the_native_code_is_no_claim() -> None:
    """It is the very profile, unchanged; any other code is marked."""
    profile = profiles.load("edk2")
    own, other = entries([profile], [7, 0])
    assert (own.profile, own.is_claimed) == (profile, False)
    assert (other.architecture, other.is_claimed) == (0, True)


def test_machines_are_apart() -> None:
    """On a real wire each has its own address, counted up past the last octet, and its own UUID."""
    boots = entries([profiles.load("ipxe")], [0, 6, 7])
    found = apart(boots, Mac.from_text("52:54:00:ff:ff:fe"), 5)
    assert [str(entry.machine.mac) for entry in found] == [
        "52:54:00:ff:ff:fe",
        "52:54:00:ff:ff:ff",
        "52:54:00:00:00:00",
    ]
    assert len({entry.machine.uuid for entry in found}) == 3
    assert [entry.machine.seed for entry in found] == [5, 6, 7]


ROM = profiles.load("vmware-e1000e").runs
IPXE = profiles.load("ipxe").runs
EDK2 = profiles.load("edk2").runs


@pytest.mark.parametrize("code", sorted(ARCHITECTURES))
def test_the_practice_network_serves_what_fits(code: int) -> None:
    """Where we know what a machine can run, a server that looks at option 93 serves it that."""
    served = identify(boot_file(kind_for(code)).read(0, 4096))
    known = architecture(code)
    expected = Fit.FITS if (known.machines and code not in NOT_SERVED) or known.is_bios else None
    assert expected in (fit(code, ROM, served), None)


NOT_SERVED = {2, 17, 25, 26}
"""Itanium, byte code over HTTP, 32-bit RISC-V: the practice network has no such files."""


@pytest.mark.parametrize(
    ("code", "runs", "kind", "expected"),
    [
        (0, ROM, Kind.BIOS, Fit.FITS),
        (0, ROM, Kind.EFI, Fit.WRONG),
        (0, IPXE, Kind.SCRIPT, Fit.FITS),
        (0, ROM, Kind.SCRIPT, Fit.WRONG),
        (7, EDK2, Kind.EFI, Fit.FITS),
        (9, EDK2, Kind.EFI, Fit.FITS),
        (7, EDK2, Kind.BIOS, Fit.WRONG),
        (7, EDK2, Kind.EFI_IA32, Fit.WRONG),
        (6, EDK2, Kind.EFI_IA32, Fit.FITS),
        (10, EDK2, Kind.EFI_ARM32, Fit.FITS),
        (11, EDK2, Kind.EFI_ARM64, Fit.FITS),
        (11, EDK2, Kind.EFI, Fit.WRONG),
        (7, IPXE, Kind.SCRIPT, Fit.FITS),
        (12, EDK2, Kind.EFI, Fit.UNKNOWN),
        (999, EDK2, Kind.BIOS, Fit.UNKNOWN),
    ],
)
def test_which_file_fits_whom(code: int, runs: tuple[str, ...], kind: Kind, expected: Fit) -> None:
    """By the file's first octets; where nothing is known, nothing is said."""
    assert fit(code, runs, identify(boot_file(kind).read(0, 4096))) is expected


@pytest.mark.parametrize(
    ("code", "content", "expected"),
    [
        (0, b"LABEL linux\n", Fit.WRONG),
        (7, b"LABEL linux\n", Fit.WRONG),
        (22, b"LABEL linux\n", Fit.WRONG),
        (21, b"\x27\x05\x19\x56" + bytes(60), Fit.FITS),
        (22, b"\x27\x05\x19\x56" + bytes(60), Fit.FITS),
        (0, b"\x27\x05\x19\x56" + bytes(60), Fit.WRONG),
        (11, b"\x27\x05\x19\x56" + bytes(60), Fit.WRONG),
        (12, b"\x27\x05\x19\x56" + bytes(60), Fit.UNKNOWN),
    ],
)
def test_texts_and_u_boots_images(code: int, content: bytes, expected: Fit) -> None:
    """A text is no program for anybody; U-Boot takes its own images."""
    assert fit(code, IPXE, identify(content)) is expected


def test_nothing_fits_that_is_empty() -> None:
    """A file of no octets."""
    assert fit(0, IPXE, identify(b"")) is Fit.WRONG


def test_the_names_are_those_of_the_transcript() -> None:
    """The commonest codes have one name throughout."""
    assert {code: ARCHITECTURES[code].name for code in SHOWN} == SHOWN
    assert dhcp.DISCOVER == 1
