"""Questions to the kernel about an interface, and the one order a TAP needs: come up."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import struct

from pxeclient.link import errors

ARPHRD_ETHER = 1
IFF_UP = 0x1
IFF_RUNNING = 0x40

_SIOCGIFFLAGS = 0x8913
_SIOCSIFFLAGS = 0x8914
_SIOCGIFHWADDR = 0x8927

REQUEST = struct.Struct("16sH22x")
"""`struct ifreq` with a 16 bit value first in its union, as flags and hardware types have."""


def exists(name: str) -> bool:
    """There is an interface of that name now."""
    try:
        socket.if_nametoindex(name)
    except OSError:
        return False
    return True


def require_name(name: str) -> None:
    """Do nothing if an interface could have that name.

    Raises:
        LinkError: None could.
    """
    if (refusal := errors.refuse_name(name)) is not None:
        raise refusal


def require_ethernet(name: str) -> None:
    """Do nothing if the interface exists and carries Ethernet frames.

    Raises:
        LinkError: It does not.
    """
    hardware = _ask(_SIOCGIFHWADDR, name)
    if hardware != ARPHRD_ETHER:
        raise errors.not_ethernet(name, hardware)


def address(name: str) -> bytes:
    """The MAC address of an Ethernet interface.

    Raises:
        LinkError: It is not there, or no Ethernet.
    """
    require_name(name)
    require_ethernet(name)
    return _ask_for(_SIOCGIFHWADDR, name, REQUEST.pack(os.fsencode(name), 0))[18:24]


def lacks_carrier(name: str) -> bool:
    """It is up, but its cable is out, or nobody is at the other end.

    Raises:
        LinkError: It is not there.
    """
    return _ask(_SIOCGIFFLAGS, name) & (IFF_UP | IFF_RUNNING) == IFF_UP


def forwards(name: str) -> bool:
    """This host routes IPv4 packets that come in there."""
    try:
        with open(f"/proc/sys/net/ipv4/conf/{name}/forwarding", encoding="ascii") as switch:
            return switch.read().strip() == "1"
    except OSError:
        return False


def require_up(name: str) -> None:
    """Do nothing if the interface is up. This never brings it up.

    Raises:
        LinkError: It is down, or not there.
    """
    if not _ask(_SIOCGIFFLAGS, name) & IFF_UP:
        raise errors.down(name)


def bring_up(name: str) -> None:
    """Set an interface up if it is not; its addresses stay as they are.

    Raises:
        LinkError: It is not there, or the right to do so is missing.
    """
    flags = _ask(_SIOCGIFFLAGS, name)
    if flags & IFF_UP:
        return
    try:
        _ask(_SIOCSIFFLAGS, name, flags | IFF_UP)
    except PermissionError as error:
        raise errors.no_right_to_raise(name) from error


def _ask(request: int, name: str, value: int = 0) -> int:
    answer = _ask_for(request, name, REQUEST.pack(os.fsencode(name), value))
    _, result = REQUEST.unpack(answer)
    return int(result)


def _ask_for(request: int, name: str, question: bytes) -> bytes:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        try:
            return fcntl.ioctl(control, request, question)
        except PermissionError:
            raise
        except OSError as error:
            if error.errno in (errno.ENODEV, errno.ENXIO):
                raise errors.absent(name) from error
            raise errors.explain(error, name) from error
