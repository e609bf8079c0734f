"""Boot files built here, with as much of a loader's octets as tells that loader."""

from __future__ import annotations

from pxeclient.practice.boot_files import Kind, boot_file


def grub(kind: Kind = Kind.EFI, over_tftp: bool = True) -> bytes:
    """A PE image that GRUB's texts are in, built for the network or for disks."""
    image = boot_file(kind)
    content = image.read(0, image.size).replace(b".reloc\0\0", b"mods\0\0\0\0", 1)
    text = b"TFTP packet too small" if over_tftp else b"search --file --set=root"
    return content + b"Welcome to GRUB!\n\0" + text + b"\0"


def mok_manager(kind: Kind = Kind.EFI) -> bytes:
    """A PE image with the text by which shim's key manager is known."""
    image = boot_file(kind)
    return image.read(0, image.size) + b"MokManager.c\0"


def pxelinux(version: str = "6.04") -> bytes:
    """Octets by which PXELINUX is known, and which of its versions."""
    start = bytes.fromhex("ea247c0000909090acc883291c")
    return start + bytes(0x800) + f"\r\nPXELINUX {version} PXE 20200816\r\n".encode() + bytes(2000)


def shim(kind: Kind = Kind.EFI) -> bytes:
    """A PE image with the text by which shim is known."""
    image = boot_file(kind)
    return image.read(0, image.size) + b"UEFI SHIM\n$Version: 15.8 $\n\0"
