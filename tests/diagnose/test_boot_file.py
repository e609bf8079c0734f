"""The file that was fetched, and what comes after it."""

from __future__ import annotations

from base64 import b64encode
from ipaddress import IPv4Address

import pytest

from pxeclient.boot.events import FrameReceived
from pxeclient.diagnose import Severity
from pxeclient.playbook import CLIENT_ADDRESS, Client, tftp_error
from pxeclient.practice.boot_files import Kind, boot_file
from pxeclient.stack.acts import SendFrame
from pxeclient.trace import Trace
from pxeclient.wire import dhcp, ethernet, ipv4, tftp, udp
from pxeclient.wire.addresses import Mac
from tests.clients.boots import MENU, PI_ROM_XID, Net
from tests.diagnose.boots import EDK2, IPXE, IPXE_EFI, PROXY, TFTP, VMWARE, boot, hides, shows
from tests.nbp.built import grub, mok_manager
from tests.report.traces import of

STOPS, NEXT, OTHERS, NOTE = (
    Severity.STOPS,
    Severity.NEXT,
    Severity.OTHERS,
    Severity.NOTE,
)
ARM = "edk2-aarch64"


def serving(kind: str, **more: object) -> dict[str, object]:
    """A TFTP server with files of that kind."""
    return {"files": {"*": {"kind": kind, **more}}}


@pytest.mark.parametrize(
    ("firmware", "kind", "words"),
    [
        (VMWARE, "efi", "x86 BIOS (0)"),
        (EDK2, "bios", "x64 UEFI (7)"),
        (EDK2, "efi-arm64", "ARM 64-bit (UEFI)"),
        (ARM, "efi", "ARM 64-bit UEFI (11)"),
    ],
)
def test_a_fall(firmware: str, kind: str, words: str) -> None:
    """A file for another architecture is fetched and could not run."""
    shows(boot(firmware, tftp=serving(kind)), "A-FALL", STOPS, words)


def test_a_fall_names_the_architecture_in_the_cure() -> None:
    """The rule that is missing is one for this client's option 93."""
    finding = shows(boot(ARM, tftp=serving("efi")), "A-FALL", STOPS)
    assert finding.cures[0].dnsmasq[0] == "dhcp-match=set:arch,option:client-arch,11"
    assert "0x000b" in finding.cures[0].kea[0]


@pytest.mark.parametrize(
    ("firmware", "kind"),
    [(VMWARE, "bios"), (EDK2, "efi"), (ARM, "efi-arm64"), (IPXE_EFI, "script")],
)
def test_a_fall_fits(firmware: str, kind: str) -> None:
    """The right file; and iPXE runs scripts."""
    hides(boot(firmware, tftp=serving(kind)), "A-FALL")


def test_a_script() -> None:
    """VMware's ROM is given an iPXE script."""
    shows(boot(VMWARE, tftp=serving("script")), "A-SCRIPT", STOPS, "boot.0 is a script")


def test_a_script_is_for_ipxe() -> None:
    """iPXE is given one."""
    hides(boot(IPXE, tftp=serving("script")), "A-SCRIPT")


@pytest.mark.parametrize("firmware", [IPXE, VMWARE, EDK2])
def test_t_empty(firmware: str) -> None:
    """A boot file without octets."""
    shows(boot(firmware, tftp={"files": {"*": {"text": ""}}}), "T-EMPTY", STOPS, "boot.0")


def test_t_empty_ends_with_an_empty_block() -> None:
    """A file of whole blocks ends with an empty one and is not empty."""
    for firmware in (IPXE, VMWARE, EDK2):
        hides(boot(firmware, tftp={"files": {"*": {"exact_blocks": 2}}}), "T-EMPTY")


def test_c_loop() -> None:
    """iPXE is told to load iPXE."""
    for name in ("undionly.kpxe", "efi/ipxe.efi", "snponly.efi"):
        trace = boot(IPXE, both={"file": name})
        shows(trace, "C-LOOP", NEXT, name)


def test_c_loop_is_no_loop() -> None:
    """A ROM is told to load iPXE; and iPXE another file."""
    hides(boot(VMWARE, both={"file": "undionly.kpxe"}), "C-LOOP")
    hides(boot(IPXE, both={"file": "boot.ipxe"}), "C-LOOP")


def test_c77() -> None:
    """In the same situation: how iPXE writes its user class."""
    shows(boot(IPXE, both={"file": "undionly.kpxe"}), "C77", NOTE, "the four octets iPXE")


def test_c77_is_not_said_without_need() -> None:
    """No loop, no note."""
    hides(boot(IPXE), "C77")
    hides(boot(VMWARE, both={"file": "undionly.kpxe"}), "C77")


def test_c_proxysrv() -> None:
    """shim comes from the proxy's next server; the DHCPACK names none."""
    proxy = {"siaddr": TFTP, "file": "shimx64.efi", "options": [[43, "hex", "06 01 08 ff"]]}
    trace = boot(EDK2, both={"siaddr": "0.0.0.0", "file": ""}, proxy=proxy)
    finding = shows(trace, "C-PROXYSRV", NEXT, f"came from {TFTP}", "is none")
    assert f"next-server {TFTP};" in finding.cures[0].dhcpd


def test_c_proxysrv_is_the_same_server() -> None:
    """The DHCPACK names it too; and a file that is no shim does not care."""
    proxy = {"siaddr": TFTP, "file": "shimx64.efi", "options": [[43, "hex", "06 01 08 ff"]]}
    hides(boot(EDK2, both={"siaddr": TFTP, "file": ""}, proxy=proxy), "C-PROXYSRV")
    other = {**proxy, "file": "ipxe.efi"}
    hides(boot(EDK2, both={"siaddr": PROXY, "file": ""}, proxy=other), "C-PROXYSRV")


def test_c_shimpath() -> None:
    """A path in Windows' way."""
    trace = boot(EDK2, both={"file": "boot\\x64\\shim.efi"})
    shows(trace, "C-SHIMPATH", NOTE, "boot\\x64\\shim.efi")


def test_c_shimpath_has_slashes() -> None:
    """A path with slashes; and a BIOS file with backslashes, which is no shim."""
    hides(boot(EDK2, both={"file": "boot/x64/shim.efi"}), "C-SHIMPATH")
    hides(boot(VMWARE, both={"file": "boot\\x86\\wdsnbp.com"}), "C-SHIMPATH")


def asked(name: bytes, code: int) -> Trace:
    """A trace in which a client asks for a file and gets an ERROR, as a capture may show it."""
    client = Client(Mac.from_text("52:54:00:12:34:56"), IPv4Address(CLIENT_ADDRESS), tftp_port=1025)
    request = tftp.build(tftp.Request(name, ((b"blksize", b"1432"),)))
    source, server = client.address, IPv4Address(TFTP)
    packet = ipv4.Packet(
        source, server, ipv4.UDP, udp.build(udp.Datagram(1025, 69, request), source, server)
    )
    frame = ethernet.Frame(client.mac, client.mac, ethernet.IPV4, ipv4.build(packet))
    return of(SendFrame(ethernet.build(frame)), FrameReceived(tftp_error(code)(client)))


def test_c_autoexec() -> None:
    """iPXE, loaded from a network, asks for autoexec.ipxe, which is not there."""
    finding = shows(asked(b"autoexec.ipxe", 1), "C-AUTOEXEC", NOTE)
    assert finding.frames == (1, 2)


def test_c_autoexec_is_another_file() -> None:
    """A file that is missed in earnest."""
    hides(asked(b"boot.ipxe", 1), "C-AUTOEXEC")


# --- what the octets tell -----------------------------------------------------------------
PAGE = b"<html><head><title>404 Not Found</title></head></html>\n"
PXELINUX = b"DEFAULT linux\nLABEL linux\n  KERNEL vmlinuz\n"
MARKED = b"\xef\xbb\xbf#!ipxe\nboot\n"
MODULE = b"\x7fELF\x01\x01\x01".ljust(60, b"\0") + b"LICENSE=GPLv3+\0grub_dl_load\0"


def octets(content: bytes) -> dict[str, object]:
    """A TFTP server whose every file is that."""
    return {"files": {"*": {"content": b64encode(content).decode()}}}


@pytest.mark.parametrize("firmware", [IPXE, IPXE_EFI, VMWARE, EDK2, ARM])
@pytest.mark.parametrize(
    ("content", "words", "cure"),
    [
        (PAGE, 'an HTML page titled "404 Not Found"', "file-itself"),
        (PXELINUX, "a configuration of PXELINUX", "loader-itself"),
        (b"set a=b\nmenuentry x {\n}\n", "a configuration of GRUB", "loader-itself"),
        (MARKED, "a byte order mark", "script-first-line"),
        (b"hello\nworld\n", "text, no program", "loader-itself"),
        (MODULE, "a module of GRUB", "loader-itself"),
    ],
)
def test_a_kind(firmware: str, content: bytes, words: str, cure: str) -> None:
    """A file that is no program is no matter of the architecture."""
    trace = boot(firmware, tftp=octets(content))
    finding = shows(trace, "A-KIND", STOPS, words)
    assert finding.cures[0].id == cure
    hides(trace, "A-FALL")


@pytest.mark.parametrize("kind", ["script", "bios", "efi"])
@pytest.mark.parametrize("firmware", [IPXE, VMWARE, EDK2])
def test_a_kind_is_a_program(firmware: str, kind: str) -> None:
    """A script and another machine's program are told of by other findings."""
    hides(boot(firmware, tftp=serving(kind)), "A-KIND")


@pytest.mark.parametrize(("kind", "firmware"), [(Kind.EFI, EDK2), (Kind.EFI_ARM64, ARM)])
def test_b_cut(kind: Kind, firmware: str) -> None:
    """The file ends before its sections do."""
    whole = boot_file(kind).read(0, 1 << 20)
    found = shows(boot(firmware, tftp=octets(whole[:-100])), "B-CUT", STOPS, "1436 octets")
    assert "at least 1536" in found.seen


@pytest.mark.parametrize("more", [0, 1, 5000])
def test_b_cut_is_whole(more: int) -> None:
    """A whole file, with something behind it or without."""
    content = boot_file(Kind.EFI).read(0, 1 << 20) + bytes(more)
    hides(boot(EDK2, tftp=octets(content)), "B-CUT")


@pytest.mark.parametrize(
    ("firmware", "content", "cure"),
    [
        (EDK2, grub(over_tftp=False), "netboot-build"),
        (ARM, grub(Kind.EFI_ARM64, over_tftp=False), "netboot-build"),
        (EDK2, mok_manager(), "loader-itself"),
    ],
)
def test_c_build(firmware: str, content: bytes, cure: str) -> None:
    """A GRUB without TFTP in it, and a helper of shim's."""
    finding = shows(boot(firmware, tftp=octets(content)), "C-BUILD", NEXT)
    assert finding.cures[0].id == cure


@pytest.mark.parametrize("content", [grub(), boot_file(Kind.EFI).read(0, 1 << 20)])
def test_c_build_is_for_the_network(content: bytes) -> None:
    """A GRUB that has TFTP; a file of which nothing is known."""
    hides(boot(EDK2, tftp=octets(content)), "C-BUILD")


def test_c_build_is_for_another_machine() -> None:
    """That it is the wrong machine's comes first."""
    trace = boot(VMWARE, tftp=octets(grub(over_tftp=False)))
    hides(trace, "C-BUILD")
    shows(trace, "A-FALL", STOPS)


# --- a client with a way of its own -------------------------------------------------------
def raspberry_pi(*replies: bytes | None) -> Trace:
    """A Raspberry Pi that asks as often as it is answered; each reply has that option 43."""
    net = Net(Mac(bytes.fromhex("b827eb001234")), PI_ROM_XID)
    for net.vendor_information in replies:
        net.says(dhcp.DISCOVER)
        net.hears(dhcp.OFFER)
    return net.trace()


@pytest.mark.parametrize("text", [None, b"\x06\x01\x08\xff", b"Raspberry"])
def test_a_rpi(text: bytes | None) -> None:
    """Two offers, none of which has the text."""
    finding = shows(raspberry_pi(text, text), "A-RPI", STOPS, "Raspberry Pi Boot")
    assert "pxe-service=0" in finding.cures[0].dnsmasq[0]


@pytest.mark.parametrize("replies", [(None,), (MENU, None), (None, b"Raspberry Pi Boot   ")])
def test_a_rpi_is_called(replies: tuple[bytes | None, ...]) -> None:
    """Only one offer, or one that has it."""
    hides(raspberry_pi(*replies), "A-RPI")
