"""Boot programs that tell QEMU they ran: they print a line on the serial port and end the machine.

The BIOS's and the x64 program write to COM1 and to the port of QEMU's isa-debug-exit; the AArch64
program writes to the PL011 of QEMU's virt board and switches the machine off (PSCI).
"""

from __future__ import annotations

import struct

from tools.record.firmwares import Kind

MARK = b"GOLDEN-NBP-EXECUTED"
"""The line that says: the boot program runs."""
EXIT_STATUS = 0x63
"""With this status QEMU ends when a boot program writes 0x31 to isa-debug-exit."""

_LINE = b"\r\n" + MARK + b"\r\n\0"
_SECTION = 0x200

_BIOS = bytes.fromhex(
    "fa fc"  # cli; cld
    "e8 0000 5e"  # call next; next: pop si
    "83c6 00"  # add si, the distance to the text
    "0e 1f"  # push cs; pop ds
    "ba fd03"  # loop: mov dx, 0x3fd
    "ec a820 74fb"  # wait: in al, dx; test al, 0x20; jz wait
    "ac 84c0 7406"  # lodsb; test al, al; jz done
    "ba f803 ee ebed"  # mov dx, 0x3f8; out dx, al; jmp loop
    "ba fd03"  # done: mov dx, 0x3fd
    "ec a840 74fb"  # in al, dx; test al, 0x40; jz
    "ba f400 b031 ee"  # mov dx, 0xf4; mov al, 0x31; out dx, al
    "f4 ebfd"  # hlt; jmp
)
_BIOS_DISTANCE, _BIOS_BASE = 8, 5
"""Where the distance stands, and what it is counted from."""

_X64 = bytes.fromhex(
    "488d35 00000000"  # lea rsi, [rip + the distance to the text]
    "ba fd030000"  # loop: mov edx, 0x3fd
    "ec a820 74fb"  # wait: in al, dx; test al, 0x20; jz wait
    "ac 84c0 7408"  # lodsb; test al, al; jz done
    "ba f8030000 ee ebe9"  # mov edx, 0x3f8; out dx, al; jmp loop
    "ba fd030000"  # done: mov edx, 0x3fd
    "ec a840 74fb"  # in al, dx; test al, 0x40; jz
    "ba f4000000 b031 ee"  # mov edx, 0xf4; mov al, 0x31; out dx, al
    "f4 ebfd"  # hlt; jmp
)
_X64_DISTANCE, _X64_BASE = 3, 7

_ARM64 = (
    0x10000141,  # adr x1, the text
    0xD2A12002,  # mov x2, #0x09000000: the PL011
    0x38401420,  # loop: ldrb w0, [x1], #1
    0x34000060,  # cbz w0, done
    0x39000040,  # strb w0, [x2]
    0x17FFFFFD,  # b loop
    0x52B08000,  # done: mov w0, #0x84000000
    0x72800100,  # movk w0, #8: SYSTEM_OFF
    0xD4000002,  # hvc #0
    0x14000000,  # b .
)


def program(kind: Kind, size: int = 0) -> bytes:
    """The boot program of that kind of machine, padded to a size."""
    match kind:
        case Kind.EFI:
            return _efi(0x8664, _patched(_X64, _X64_DISTANCE, _X64_BASE) + _LINE, size)
        case Kind.EFI_ARM64:
            return _efi(0xAA64, struct.pack("<10I", *_ARM64) + _LINE, size)
        case _:
            code = _patched(_BIOS, _BIOS_DISTANCE, _BIOS_BASE)
            return (code + _LINE).ljust(max(size, 512), b"\x90")


def waiting(seconds: int) -> bytes:
    """An x64 UEFI program that waits, then says it was not found: the next option is tried."""
    code = (
        bytes.fromhex("4883ec28 488b4260 b9")  # mov rax, [rdx + 0x60]: BootServices; mov ecx,
        + struct.pack("<I", seconds * 1_000_000)
        + bytes.fromhex("ff90f8000000")  # call [rax + 0xf8]: Stall
        + bytes.fromhex("48b8 0e00000000000080")  # mov rax, EFI_NOT_FOUND
        + bytes.fromhex("4883c428 c3")
    )
    return _efi(0x8664, code, 0)


def _patched(code: bytes, place: int, base: int) -> bytes:
    """The code with the distance to the text behind it written in."""
    return code[:place] + bytes((len(code) - base,)) + code[place + 1 :]


def _efi(machine: int, code: bytes, size: int) -> bytes:
    """A minimal PE32+ UEFI application: headers, a section of code, one of (no) relocations."""
    sections = _section(b".text", 0x200, 0x1000, 0x200, 0x60000020)
    sections += _section(b".reloc", 8, 0x2000, 0x400, 0x42000040)
    head = b"MZ".ljust(60, b"\0") + struct.pack("<I", 64) + _headers(machine) + sections
    relocations = struct.pack("<II", 0x1000, 8)
    parts = [part.ljust(_SECTION, b"\0") for part in (head, code, relocations)]
    return b"".join(parts).ljust(size, b"\x5a")


def _headers(machine: int) -> bytes:
    coff = struct.pack("<4sHHIIIHH", b"PE\0\0", machine, 2, 0, 0, 0, 0xF0, 0x0022)
    optional = struct.pack("<HBBIIIII", 0x20B, 0, 0, 0x200, 0x200, 0, 0x1000, 0x1000)
    optional += struct.pack(
        "<QIIHHHHHHIIIIHHQQQQII",
        *(0x400000, 0x1000, 0x200),  # image base, section and file alignment
        *(0, 0, 0, 0, 0, 0, 0),  # versions
        *(0x3000, 0x200, 0, 10, 0),  # image and header size, checksum, EFI application
        *(0, 0, 0, 0, 0, 16),  # stack and heap, flags, number of directories
    )
    directories = [(0, 0)] * 16
    directories[5] = (0x2000, 8)  # the relocation table
    return coff + optional + b"".join(struct.pack("<II", *one) for one in directories)


def _section(name: bytes, size: int, address: int, offset: int, flags: int) -> bytes:
    return struct.pack("<8sIIIIIIHHI", name, size, address, 0x200, offset, 0, 0, 0, 0, flags)
