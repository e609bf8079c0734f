"""Questions and orders to the kernel about interfaces (rtnetlink), and the one that links ask.

Source: linux/rtnetlink.h, linux/if_link.h, linux/if.h; rtnetlink(7).
"""

from __future__ import annotations

import socket
import struct
import time

HEADER = struct.Struct("=IHHII")
"""`struct nlmsghdr`: length, kind, flags, number, port."""
LINK = struct.Struct("=BxHiII")
"""`struct ifinfomsg`: family, hardware, index, flags, which of the flags are meant."""

UP, DOWN = 6, 2
"""IF_OPER_UP, IF_OPER_DOWN."""

_NETLINK_ROUTE = 0
_REQUEST = 0x1
_RTM_GETLINK = 18
_IFLA_OPERSTATE = 16
_LOOK_AGAIN = 0.002


def ask(kind: int, flags: int, body: bytes) -> bytes:
    """The kernel's first message in return for one.

    Raises:
        OSError: The kernel cannot be asked.
    """
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_ROUTE) as kernel:
        header = HEADER.pack(HEADER.size + len(body), kind, flags | _REQUEST, 1, 0)
        kernel.sendto(header + body, (0, 0))
        return kernel.recv(65536)


def operational_state(name: str) -> int:
    """What the kernel has made of an interface's carrier so far: `UP`, `DOWN`, or another number.

    The interface's flags say too much: until the kernel has looked at a new carrier, which it does
    in the background, IFF_RUNNING may be set, and all that is sent is dropped without a word.

    Raises:
        OSError: There is no such interface, or the kernel cannot be asked.
    """
    answer = ask(_RTM_GETLINK, 0, LINK.pack(0, 0, socket.if_nametoindex(name), 0, 0))
    at = HEADER.size + LINK.size
    while at + 4 < len(answer):
        length, kind = struct.unpack_from("=HH", answer, at)
        if kind == _IFLA_OPERSTATE:
            return answer[at + 4]
        at += max(4, length + 3 & ~3)
    return 0


def await_state(name: str, wanted: int, patience: float) -> bool:
    """Wait until an interface is `UP` or `DOWN`, at most so many seconds; whether it is.

    Raises:
        OSError: There is no such interface, or the kernel cannot be asked.
    """
    deadline = time.monotonic() + patience
    while operational_state(name) != wanted:
        if time.monotonic() > deadline:
            return False
        time.sleep(_LOOK_AGAIN)
    return True
