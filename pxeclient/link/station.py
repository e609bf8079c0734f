"""Which frames a network card hands to its driver: those to its own address or to a group.

Once as a question in Python, and once as a classic BPF program that the kernel runs.
"""

from __future__ import annotations

import ctypes
import socket
import struct

_SO_ATTACH_FILTER = 26  # asm-generic/socket.h; the socket module does not name it

# Classic BPF, linux/bpf_common.h: load octet, half word, word at an offset; jump; return.
_LDB, _LDH, _LD = 0x30, 0x28, 0x20
_JSET, _JEQ = 0x45, 0x15
_RET = 0x06
_WHOLE = 0xFFFFFFFF


def check_mac(mac: bytes) -> bytes:
    """The address itself, if a station can have it.

    Raises:
        ValueError: Not six octets, or a group address.
    """
    if len(mac) != 6:
        raise ValueError(f"a MAC address has 6 octets, not {len(mac)}")
    if mac[0] & 1:
        raise ValueError(f"a station cannot have the group address {mac.hex(':')}")
    return mac


def is_for(frame: bytes, *macs: bytes) -> bool:
    """The frame goes to one of `macs` or to a group (broadcast is one)."""
    return frame[:6] in macs or bool(frame[0] & 1)


def attach_filter(receiver: socket.socket, *macs: bytes) -> None:
    """Have the kernel queue only the frames that `is_for` accepts.

    Frames queued before stay queued.

    Raises:
        OSError: The kernel refused.
    """
    _attach(receiver, _program(macs))


def attach_deafness(receiver: socket.socket) -> None:
    """Have the kernel queue nothing at all.

    Raises:
        OSError: The kernel refused.
    """
    _attach(receiver, struct.pack("=HBBI", _RET, 0, 0, 0))


def _attach(receiver: socket.socket, program: bytes) -> None:
    instructions = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog, native alignment; the buffer must live until the call returns.
    descriptor = struct.pack("HP", len(program) // 8, ctypes.addressof(instructions))
    receiver.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, descriptor)


def _program(macs: tuple[bytes, ...]) -> bytes:
    steps = [(_LDB, 0, 0, 0), (_JSET, 0, 1, 1), (_RET, 0, 0, _WHOLE)]  # the group bit: accept
    for mac in macs:
        high, low = struct.unpack("!IH", mac)
        steps += [
            (_LD, 0, 0, 0),
            (_JEQ, 0, 3, high),
            (_LDH, 0, 0, 4),
            (_JEQ, 0, 1, low),
            (_RET, 0, 0, _WHOLE),
        ]
    steps.append((_RET, 0, 0, 0))
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
