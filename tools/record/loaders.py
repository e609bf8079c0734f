"""The boot programs of other projects that scenarios serve: where Debian's packages put them.

None of them lies here or in a recording: `shrink` leaves the first block of each in a capture.
Scenarios name them as ``{"path": "pxelinux.0"}``; GRUB's network folder, made by grub-mknetdir, as
``{"path": "net/boot/grub/i386-pc/core.0"}``. What is in no package (iPXE 2.0.0+: names with
``-head``) is looked for in the folder that `--files` names.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

_SYSLINUX = "/usr/lib/syslinux/modules"
_GRUB = "/usr/lib/grub/x86_64-efi-signed"

PROGRAMS: dict[str, tuple[str, str]] = {
    "undionly.kpxe": ("/usr/lib/ipxe/undionly.kpxe", "ipxe"),
    "ipxe.pxe": ("/usr/lib/ipxe/ipxe.pxe", "ipxe"),
    "snponly.efi": ("/usr/lib/ipxe/snponly.efi", "ipxe"),
    "ipxe.efi": ("/boot/ipxe.efi", "ipxe"),
    "pxelinux.0": ("/usr/lib/PXELINUX/pxelinux.0", "pxelinux"),
    "lpxelinux.0": ("/usr/lib/PXELINUX/lpxelinux.0", "pxelinux"),
    "ldlinux.c32": (f"{_SYSLINUX}/bios/ldlinux.c32", "syslinux-common"),
    "menu.c32": (f"{_SYSLINUX}/bios/menu.c32", "syslinux-common"),
    "vesamenu.c32": (f"{_SYSLINUX}/bios/vesamenu.c32", "syslinux-common"),
    "libutil.c32": (f"{_SYSLINUX}/bios/libutil.c32", "syslinux-common"),
    "libcom32.c32": (f"{_SYSLINUX}/bios/libcom32.c32", "syslinux-common"),
    "syslinux.efi": ("/usr/lib/SYSLINUX.EFI/efi64/syslinux.efi", "syslinux-efi"),
    "ldlinux.e64": (f"{_SYSLINUX}/efi64/ldlinux.e64", "syslinux-common"),
    "grubnetx64.efi.signed": (f"{_GRUB}/grubnetx64.efi.signed", "grub-efi-amd64-signed"),
    "grubx64.efi.signed": (f"{_GRUB}/grubx64.efi.signed", "grub-efi-amd64-signed"),
    "shimx64.efi.signed": ("/usr/lib/shim/shimx64.efi.signed", "shim-signed"),
    "mmx64.efi.signed": ("/usr/lib/shim/mmx64.efi.signed", "shim-helpers-amd64-signed"),
}
"""By the name that scenarios use: the file and its package."""
FOLDERS = {
    "net/boot/grub/i386-pc": ("/usr/lib/grub/i386-pc", "grub-pc-bin"),
    "net/boot/grub/x86_64-efi": ("/usr/lib/grub/x86_64-efi", "grub-efi-amd64-bin"),
}
"""Folders that grub-mknetdir makes, and what it makes them of."""

_STUB = Path(__file__).with_name("stub_kernel.S")


class Loaders:
    """The programs of one recording; what has to be made is made in a folder of its own."""

    def __init__(self, made: Path, files: Path | None) -> None:
        self._made, self._files = made, files

    def read(self, name: str) -> bytes:
        """A program's octets.

        Raises:
            FileNotFoundError: No package has it, and `--files` has it neither.
        """
        name = name.removeprefix("../")
        if name.startswith("net/") and not (self._made / "net").exists():
            folder = f"--net-directory={self._made / 'net'}"
            _run("grub-mknetdir", folder, "--subdir=boot/grub")
        places = [self._made / name, *([self._files / name] if self._files else [])]
        if name in PROGRAMS:
            places.append(Path(PROGRAMS[name][0]))
        for place in places:
            if place.is_file():
                return place.read_bytes()
        raise FileNotFoundError(f"{name}: neither in a package nor in the folder of --files")

    def kernel(self) -> bytes:
        """The stub kernel, which prints what it was given and leaves QEMU (`stub_kernel.S`)."""
        linked = self._made / "vmlinuz.stub"
        if not linked.exists():
            self._made.mkdir(exist_ok=True)
            made = self._made / "stub.o"
            _run("as", "-o", str(made), str(_STUB))
            _run("ld", "-Ttext", "0", "--oformat", "binary", "-o", str(linked), str(made))
        return linked.read_bytes()


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
