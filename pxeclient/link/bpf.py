"""Classic BPF: programs that the kernel runs on each frame of a socket (linux/filter.h)."""

from __future__ import annotations

import ctypes
import socket
import struct
from collections.abc import Sequence

_SO_ATTACH_FILTER = 26  # asm-generic/socket.h; the socket module does not name it

# linux/bpf_common.h: load octet, half word, word at an offset; octet, half word at an offset behind
# the index; the index is the length of the IP header at an offset; jumps; return.
LDB, LDH, LD, LDB_BEHIND, LDH_BEHIND, LDX_HEADER = 0x30, 0x28, 0x20, 0x50, 0x48, 0xB1
JSET, JEQ = 0x45, 0x15
RET = 0x06
WHOLE = 0xFFFFFFFF

Step = tuple[str, int, int, str, str]
"""Its name, if anybody jumps to it; code; operand; where to go if it holds, and if not."""


def assemble(steps: Sequence[Step]) -> bytes:
    """The program; jumps go forwards only, and an empty name is the next step."""
    places = {name: at for at, (name, *_) in enumerate(steps) if name}
    return b"".join(
        struct.pack("=HBBI", code, *(_ahead(places, at, to) for to in (holds, not_so)), operand)
        for at, (_, code, operand, holds, not_so) in enumerate(steps)
    )


def _ahead(places: dict[str, int], at: int, to: str) -> int:
    """How many steps a jump leaves out."""
    return places[to] - at - 1 if to else 0


def attach(receiver: socket.socket, program: bytes) -> None:
    """Have the kernel queue only the frames that the program takes; those queued before stay.

    Raises:
        OSError: The kernel refused.
    """
    instructions = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog, native alignment; the buffer must live until the call returns.
    descriptor = struct.pack("HP", len(program) // 8, ctypes.addressof(instructions))
    receiver.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, descriptor)
