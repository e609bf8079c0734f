"""What the boot file asks for once it runs: what stops it, what is harmless, and why."""

from __future__ import annotations

import re

import pytest

from pxeclient.advice import catalogue as cures
from pxeclient.diagnose import Severity, diagnose
from pxeclient.diagnose.loaders import Need, read_of, reads
from pxeclient.trace import Trace
from tests.diagnose.after import (
    CLOSED,
    FORBIDDEN,
    ILLEGAL,
    MISSING,
    SERVED,
    SILENT,
    Came,
    goes_on,
)
from tests.diagnose.boots import (
    DHCP,
    EDK2,
    IPXE,
    PROXY,
    TFTP,
    VMWARE,
    boot,
    found,
    hides,
    shows,
)

STOPS, NEXT, NOTE = Severity.STOPS, Severity.NEXT, Severity.NOTE
EFI = {"files": {"*": {"kind": "efi"}}}


def bios(file: str, *went: tuple[str, Came], firmware: str = VMWARE) -> Trace:
    """A BIOS machine fetches that file, and this is what it asks for."""
    return goes_on(boot(firmware, both={"file": file}), *went)


def uefi(file: str, *went: tuple[str, Came], server: str = TFTP) -> Trace:
    """A UEFI machine fetches that file, and this is what it asks for."""
    return goes_on(boot(EDK2, both={"file": file}, tftp=EFI), *went, server=server)


# --- the table ----------------------------------------------------------------------------
@pytest.mark.parametrize("read", reads(), ids=lambda read: read.names)
def test_the_table(read: object) -> None:
    """Each entry compiles, has a cure where one is needed, and says it in part of a sentence."""
    one = next(each for each in reads() if each is read)
    assert re.compile(one.names)
    assert re.compile(one.last)
    assert one.known.where
    assert not one.means.endswith(".")
    assert bool(one.cures) == (one.need is not Need.NONE)
    assert set(one.cures) <= set(cures())
    assert not one.last or one.need is Need.ONE


@pytest.mark.parametrize(
    ("name", "loader", "need"),
    [
        ("ldlinux.c32", "PXELINUX", Need.ONE),
        ("pxe/bios//boot/isolinux/ldlinux.e64", "PXELINUX", Need.ONE),
        ("Boot\\x64\\pxelinux.cfg\\0A4D", "PXELINUX", Need.ONE),
        ("menu.c32", "PXELINUX", Need.EACH),
        ("boot\\x64\\revocations_sbat.efi", "shim", Need.NONE),
        ("efi/mmx64.efi", "shim", Need.NONE),
        ("EFI/BOOT/grubaa64.efi", "shim", Need.EACH),
        ("/boot/grub/i386-pc/normal.mod", "GRUB", Need.EACH),
        ("/grub/x86_64-efi/command.lst", "GRUB", Need.NONE),
        ("/boot/grub/grub.cfg-01-52-54-00-12-34-56", "GRUB", Need.ONE),
        ("\\Boot\\BCD", "Windows' boot manager", Need.EACH),
        ("/EFI/Microsoft/Boot/Policies/SbcpFlightToken.p7b", "Windows' boot manager", Need.NONE),
        ("\\Boot\\Fonts\\wgl4_boot.ttf", "Windows' boot manager", Need.NONE),
        ("Boot\\autoexec.ipxe", "iPXE", Need.NONE),
        ("images/vmlinuz-6.1", "The loader", Need.EACH),
    ],
)
def test_whose_file_it_is(name: str, loader: str, need: Need) -> None:
    """As the loaders write them, with either slash."""
    read = read_of(name.encode())
    assert read is not None
    assert (read.loader, read.need) == (loader, need)


@pytest.mark.parametrize("name", ["boot.ipxe", "bcdedit.txt", "mygrub.cfg.bak", "kernelfoo"])
def test_nobodys_file(name: str) -> None:
    """What only looks like one is not taken for one."""
    assert read_of(name.encode()) is None


# --- what stops it ------------------------------------------------------------------------
CONFIGS = ("pxelinux.cfg/01-52-54-00-12-34-56", "pxelinux.cfg/0A4D0032", "pxelinux.cfg/default")


@pytest.mark.parametrize(
    ("file", "asked", "cure"),
    [
        ("pxelinux.0", ("ldlinux.c32", "/boot/isolinux/ldlinux.c32"), "beside-loader"),
        ("bios/lpxelinux.0", ("bios/ldlinux.c32", "bios//ldlinux.c32"), "beside-loader"),
        ("pxelinux.0", CONFIGS, "pxelinux-config"),
        ("core.0", ("/boot/grub/i386-pc/normal.mod",), "grub-modules"),
    ],
)
@pytest.mark.parametrize("refusal", [MISSING, FORBIDDEN])
def test_c_needs(file: str, asked: tuple[str, ...], cure: str, refusal: Came) -> None:
    """A loader that stops without them, by every name that it tries."""
    finding = shows(bios(file, *((name, refusal) for name in asked)), "C-NEEDS", NEXT, asked[0])
    assert finding.cures[0].id == cure
    assert len(finding.frames) == 2 * len(asked)


@pytest.mark.parametrize(
    ("file", "asked"),
    [
        ("efi/shimx64.efi", "efi/grubx64.efi"),
        ("grubnetx64.efi", "/grub/grub.cfg"),
        ("boot\\x64\\bootmgfw.efi", "\\Boot\\BCD"),
        ("syslinux.efi", "ldlinux.e64"),
    ],
)
def test_c_needs_of_uefi(file: str, asked: str) -> None:
    """The same of UEFI's loaders."""
    shows(uefi(file, (asked, MISSING)), "C-NEEDS", NEXT, "ERROR 1")


def test_c_needs_is_there_by_another_name() -> None:
    """One of the names is enough; the last one was not asked for yet; or nothing was refused."""
    first, second, last = CONFIGS
    hides(bios("pxelinux.0", (first, MISSING), (second, SERVED)), "C-NEEDS")
    hides(bios("pxelinux.0", (first, MISSING), (second, MISSING)), "C-NEEDS")
    hides(bios("pxelinux.0", ("ldlinux.c32", MISSING), ("/ldlinux.c32", SERVED)), "C-NEEDS")
    hides(bios("pxelinux.0", ("ldlinux.c32", SERVED), (last, SERVED)), "C-NEEDS")
    hides(boot(VMWARE, both={"file": "pxelinux.0"}), "C-NEEDS")


def test_the_firmwares_own_refusal_is_no_next_stages() -> None:
    """A boot file that is not there is T-FOUND, whatever it is called."""
    trace = boot(EDK2, both={"file": "grubx64.efi"}, tftp={"files": {"other": {}}})
    hides(trace, "C-NEEDS")
    shows(trace, "T-FOUND", STOPS)


# --- from whom ----------------------------------------------------------------------------
def behind_a_proxy(file: str, siaddr: str, *went: tuple[str, Came], to: str = DHCP) -> Trace:
    """A proxy names server and file; the DHCPACK has a next server of its own."""
    proxy = {"siaddr": TFTP, "file": file, "options": [[43, "hex", "06 01 08 ff"]]}
    trace = boot(EDK2, both={"siaddr": siaddr, "file": ""}, proxy=proxy, tftp=EFI)
    return goes_on(trace, *went, server=to) if went else trace


@pytest.mark.parametrize("came", [MISSING, CLOSED])
@pytest.mark.parametrize("file", ["grub/grubx64.efi", "boot/bootx64.efi"])
def test_the_lease_explains_what_grub_does_not_get(file: str, came: Came) -> None:
    """GRUB, whatever it is called, asks the DHCPACK's next server: that comes first."""
    asked = [("/grub/x86_64-efi/command.lst", came), *[("/grub/grub.cfg", came)] * 2]
    trace = behind_a_proxy(file, DHCP, *asked)
    finding = shows(trace, "C-PROXYSRV", NEXT, f"is {DHCP}, and GRUB asks that for /grub")
    assert f"next-server {TFTP};" in finding.cures[0].dhcpd
    below = {one.id: one.cause for one in diagnose(trace) if one.severity is NEXT}
    assert below.pop("C-PROXYSRV") is None
    assert set(below) <= {"C-NEEDS", "C-SERVER"}
    assert set(below.values()) == {"C-PROXYSRV"}
    hides(trace, "T-CLOSED")


def test_grub_that_follows_the_proxy() -> None:
    """A build that asks the proxy's server, and gets its files there, is not stopped."""
    trace = behind_a_proxy("grubx64.efi", DHCP, ("/grub/grub.cfg", SERVED), to=TFTP)
    hides(trace, "C-PROXYSRV")


@pytest.mark.parametrize(
    "file", ["ipxe.efi", "snponly-shim.efi", "ipxe-shimx64.efi", "bootx64.efi"]
)
def test_what_is_not_called_grub_is_not_taken_for_it(file: str) -> None:
    """iPXE and its shim weigh offers anew; a bootx64.efi can be anything."""
    hides(behind_a_proxy(file, PROXY), "C-PROXYSRV")


def test_c_server() -> None:
    """The boot file's own server is silent towards what runs next, or says its port is closed."""
    for came in (SILENT, CLOSED):
        trace = uefi("grubx64.efi", *[("/grub/grub.cfg", came)] * 4, server="10.77.0.66")
        shows(trace, "C-SERVER", NEXT, "GRUB asks 10.77.0.66 for /grub/grub.cfg")


def test_c_server_that_gave_the_boot_file() -> None:
    """It is there and hears: nobody is told to start it."""
    trace = uefi("grubx64.efi", *[("/grub/grub.cfg", SILENT)] * 4)
    finding = shows(trace, "C-SERVER", NEXT, f"though the boot file came from {TFTP}")
    assert [one.id for one in finding.cures] == ["server-and-way"]
    closed = uefi("grubx64.efi", *[("/grub/grub.cfg", CLOSED)] * 4)
    assert shows(closed, "C-SERVER", NEXT, "ICMP").cures[0].id == "tftp-service"


def test_c_server_answers_or_cannot_be_told() -> None:
    """It refuses; it answers another request; or one request was lost."""
    hides(uefi("grubx64.efi", ("/grub/grub.cfg", MISSING)), "C-SERVER")
    several = [("/grub/grub.cfg", SILENT)] * 3
    hides(uefi("grubx64.efi", *several, ("/grub/grub.cfg", SERVED)), "C-SERVER")
    hides(uefi("grubx64.efi", ("/grub/grub.cfg", SILENT)), "C-SERVER")


def test_c_quiet() -> None:
    """GRUB was fetched by the firmware, or by what it started, and is heard of no more."""
    shows(uefi("bootx64.efi", ("grubx64.efi", SERVED)), "C-QUIET", NEXT, "in the 60 s")


def test_c_quiet_asks_or_has_no_time() -> None:
    """It asks; the recording ends too soon; or what was fetched is no GRUB."""
    hides(uefi("bootx64.efi", ("grubx64.efi", SERVED), ("/grub/grub.cfg", SERVED)), "C-QUIET")
    trace = boot(EDK2, both={"file": "shimx64.efi"}, tftp=EFI)
    hides(goes_on(trace, ("grubx64.efi", SERVED), wait=5.0), "C-QUIET")
    hides(boot(EDK2, both={"file": "grubx64.efi"}, tftp=EFI), "C-QUIET")
    hides(uefi("bootx64.efi", ("fallback.efi", SERVED)), "C-QUIET")


# --- what is harmless ---------------------------------------------------------------------
def test_c_spare() -> None:
    """shim's three names; GRUB's lists; names that are tried before the one that is there."""
    names = ("revocations_sku.efi", "revocations_sbat.efi", "shim_certificate_0.efi")
    trace = uefi("shimx64.efi", *((name, MISSING) for name in names), ("grubx64.efi", SERVED),
                 ("/grub/grub.cfg", SERVED))  # fmt: skip
    shows(trace, "C-SPARE", NOTE, "revocations_sku.efi", "and 2 more names")
    assert [one for one in found(trace) if one.startswith("C-")] == ["C-SPARE"]
    trace = bios("pxelinux.0", (CONFIGS[0], MISSING), (CONFIGS[2], SERVED))
    shows(trace, "C-SPARE", NOTE, "another of these names is there")


def test_c_spare_is_needed_or_served() -> None:
    """What stops the loader is not called harmless; what is served is not told of."""
    hides(bios("pxelinux.0", ("ldlinux.c32", MISSING)), "C-SPARE")
    hides(uefi("shimx64.efi", ("revocations_sku.efi", SERVED)), "C-SPARE")


def test_c_refused() -> None:
    """A name of nobody's: told, and not judged."""
    shows(bios("undionly.kpxe", ("menu/site.ipxe", MISSING)), "C-REFUSED", NOTE, "menu/site.ipxe")


def test_c_refused_is_known_or_made_good() -> None:
    """A loader's own file; or it comes at the second try."""
    hides(bios("pxelinux.0", ("ldlinux.c32", MISSING)), "C-REFUSED")
    hides(bios("undionly.kpxe", ("a.ipxe", MISSING), ("a.ipxe", SERVED)), "C-REFUSED")


# --- why ----------------------------------------------------------------------------------
@pytest.mark.parametrize("file", ["Boot\\iPXE\\ipxe.efi", "boot\\x64\\snponly.efi"])
def test_autoexec_is_asked_for_in_the_root(file: str) -> None:
    """Because of the backslashes; ERROR 4 is WDS's ReadFilter, ERROR 1 a missing file."""
    finding = shows(uefi(file, ("autoexec.ipxe", ILLEGAL)), "C-AUTOEXEC", NOTE, "in the root",
                    "backslashes", "ReadFilter")  # fmt: skip
    assert "not exist" not in finding.seen
    assert "ReadFilter" not in shows(
        uefi(file, ("autoexec.ipxe", MISSING)), "C-AUTOEXEC", NOTE, "backslashes"
    ).seen  # fmt: skip


def test_autoexec_is_asked_for_in_its_folder() -> None:
    """With slashes no reason is needed, and none is made up; served in the root is served."""
    trace = uefi("efi/ipxe.efi", ("efi/autoexec.ipxe", MISSING), ("autoexec.ipxe", MISSING))
    finding = shows(trace, "C-AUTOEXEC", NOTE, "efi/autoexec.ipxe")
    assert "root" not in finding.seen
    served = uefi("efi/ipxe.efi", ("efi/autoexec.ipxe", MISSING), ("autoexec.ipxe", SERVED))
    hides(served, "C-AUTOEXEC")


def test_a_path_with_backslashes_that_is_understood() -> None:
    """shim 16.1 asks beside itself: no word of the root."""
    file = "boot\\x64\\shimx64.efi"
    hides(uefi(file, ("boot\\x64\\grubx64.efi", SERVED)), "C-SHIMPATH")
    shows(uefi(file, ("grubx64.efi", MISSING)), "C-SHIMPATH", NOTE, "grubx64.efi was asked for in")


def test_a_name_in_option_67_alone_sends_shim_to_the_root() -> None:
    """shim reads the header's field, which is empty."""
    both = {"file": "", "options": [[67, "str", "boot/efi/shimx64.efi"]]}
    trace = goes_on(boot(EDK2, both=both, tftp=EFI), ("grubx64.efi", MISSING))
    shows(trace, "C-NEEDS", NEXT, "not asked for in the folder", "file field is empty")
    field = uefi("boot/efi/shimx64.efi", ("grubx64.efi", MISSING))
    assert "field is empty" not in shows(field, "C-NEEDS", NEXT).seen


def test_a_boot_of_ipxe_has_the_same_next_stage() -> None:
    """Whoever fetched it: the first stage's firmware does not matter."""
    shows(bios("pxelinux.0", ("ldlinux.c32", MISSING), firmware=IPXE), "C-NEEDS", NEXT)
