"""What can go wrong with an interface, as sentences: what it is, and what to do about it.

Every text names the interface by its `repr`, because names come from the user and may hold
anything, control characters included.
"""

from __future__ import annotations

import errno
import shlex
import socket

from pxeclient.link.base import LinkError

NAME_BYTES = 15
"""Longest interface name: IFNAMSIZ of `linux/if.h` less the closing zero octet."""

_SHOWN = 12
"""Interfaces listed at most: a host full of containers has hundreds."""

_FORBIDDEN = frozenset("/: %")
"""What the kernel refuses or misunderstands: `eth0:1` means eth0 to it, `tap%d` any number."""

_GONE = frozenset({errno.ENETDOWN, errno.ENODEV, errno.ENXIO, errno.EIO, errno.EBADFD})
"""AF_PACKET says ENETDOWN, ENODEV or ENXIO; a TAP says EIO when down, EBADFD when deleted."""


def refuse_name(name: str) -> LinkError | None:
    """What is wrong with an interface name as such; None for one that may exist."""
    if len(name.encode(errors="surrogateescape")) > NAME_BYTES:
        return LinkError(
            f"Interface name {name!r} is too long, Linux allows {NAME_BYTES} bytes: {_choice()}."
        )
    if not name or name in (".", "..") or not name.isprintable() or _FORBIDDEN & set(name):
        return LinkError(f"{name!r} cannot be the name of an interface: {_choice()}.")
    return None


def absent(name: str) -> LinkError:
    """There is no interface of that name."""
    return LinkError(f"There is no interface {name!r}: {_choice()}.")


def down(name: str) -> LinkError:
    """The interface is not up, and it is not ours to change."""
    return LinkError(
        f"Interface {name!r} is down: bring it up with `ip link set {_word(name)} up`."
    )


def not_ethernet(name: str, hardware: int) -> LinkError:
    """The interface carries no Ethernet frames. `hardware`: its ARPHRD number."""
    kind = {772: "the loopback", 65534: "a tunnel without MAC addresses"}.get(
        hardware, f"of hardware type {hardware}"
    )
    return LinkError(
        f"Interface {name!r} is {kind} and not Ethernet, which PXE needs: {_choice(besides=name)}."
    )


def no_right_to_frames(name: str) -> LinkError:
    """The process may not open raw sockets."""
    return LinkError(
        f"Sending frames on interface {name!r} needs the right CAP_NET_RAW: run with sudo, "
        "or try it in a private network with `unshare -Urn`."
    )


def no_right_to_tap(name: str) -> LinkError:
    """The process may not create or join this TAP."""
    return LinkError(
        f"Opening TAP {name!r} needs the right CAP_NET_ADMIN or a TAP made for you: run with sudo, "
        f'or make it once with `sudo ip tuntap add dev {_word(name)} mode tap user "$USER"`.'
    )


def no_right_to_raise(name: str) -> LinkError:
    """The TAP is down, and the process may not bring it up."""
    return LinkError(
        f"TAP {name!r} is down and bringing it up needs the right CAP_NET_ADMIN: "
        f"run `sudo ip link set {_word(name)} up` first."
    )


def no_tap_device(path: str) -> LinkError:
    """The kernel offers no TAP interfaces here."""
    return LinkError(
        f"There are no TAP interfaces on this machine, {path} is missing: "
        "load them with `sudo modprobe tun`, or use an existing interface instead."
    )


def tap_busy(name: str) -> LinkError:
    """Another process is the far end of this TAP."""
    return LinkError(
        f"TAP {name!r} is held by another process: end that one, or use a TAP of another name."
    )


def not_a_tap(name: str) -> LinkError:
    """An interface of that name exists which we cannot be the far end of."""
    return LinkError(
        f"Interface {name!r} exists and is not a TAP with a single queue: use another name, "
        "and a new TAP will be made."
    )


def explain(error: OSError, name: str, size: int = 0) -> LinkError:
    """What an error of a running link means. `size`: octets of the frame being sent, if any."""
    code = error.errno
    if code == errno.EBADF:
        return LinkError(f"The link on interface {name!r} is closed: open it again to use it.")
    if code in (errno.EPERM, errno.EACCES):
        return no_right_to_frames(name)
    if code == errno.EMSGSIZE:
        return LinkError(
            f"A frame of {size} bytes is too long for interface {name!r}: ask the server for "
            f"smaller blocks, or use an interface with an MTU of {size - 14} or more."
        )
    if code == errno.EINVAL and size < 14:
        return LinkError(
            f"A frame of {size} bytes cannot be sent on interface {name!r}: "
            "give it the 14 bytes of an Ethernet header at least."
        )
    if code in _GONE:
        return _gone(name)
    return LinkError(
        f"Interface {name!r} failed ({error.strerror or error}): "
        f"look at `ip link show {_word(name)}` and `dmesg`."
    )


def _gone(name: str) -> LinkError:
    if name in names():
        return LinkError(
            f"Interface {name!r} went down while in use: bring it up with "
            f"`ip link set {_word(name)} up` and start again."
        )
    return LinkError(f"Interface {name!r} was removed while in use: make it again, or {_choice()}.")


def _choice(besides: str = "") -> str:
    others = [name for name in names() if name != besides]
    if not others:
        return "make one with `ip link` first, as there is no other"
    shown = ", ".join(repr(name) for name in others[:_SHOWN])
    more = f" and {len(others) - _SHOWN} more (see `ip link`)" if len(others) > _SHOWN else ""
    return f"choose one of {shown}{more}"


def names() -> list[str]:
    """The interfaces that there are now."""
    return sorted(name for _, name in socket.if_nameindex())


def _word(name: str) -> str:
    return shlex.quote(name)
