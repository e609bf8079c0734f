"""System calls that Python 3.11 does not name: namespaces, mounts, to die with one's parent."""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import struct
from collections.abc import Iterator
from pathlib import Path

CLONE_NEWNS = 0x00020000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
MS_NOSUID, MS_NODEV, MS_NOEXEC = 2, 4, 8

_PR_SET_PDEATHSIG = 1
_PR_SET_SECCOMP = 22
_PR_SET_CHILD_SUBREAPER = 36
_SECCOMP_MODE_FILTER = 2

_libc = ctypes.CDLL(None, use_errno=True)


def unshare(flags: int) -> None:
    """Leave namespaces for new ones; CLONE_NEWPID holds for children only.

    Raises:
        OSError: The kernel refused, as all functions here.
    """
    _check(_libc.unshare(ctypes.c_int(flags)))


def enter_network(descriptor: int) -> None:
    """Enter an existing network namespace."""
    _check(_libc.setns(ctypes.c_int(descriptor), ctypes.c_int(CLONE_NEWNET)))


@contextlib.contextmanager
def network(descriptor: int) -> Iterator[None]:
    """Be in that network namespace for a while. The process must have one thread only."""
    before = own_network()
    try:
        enter_network(descriptor)
        try:
            yield
        finally:
            enter_network(before)
    finally:
        os.close(before)


def own_network() -> int:
    """A descriptor of the network namespace that we are in; it keeps it alive."""
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


def new_network() -> int:
    """A descriptor of a new, empty network namespace without a name."""
    before = own_network()
    try:
        unshare(CLONE_NEWNET)
        try:
            return own_network()
        finally:
            enter_network(before)
    finally:
        os.close(before)


def be_root_inside(uid: int, gid: int) -> None:
    """After CLONE_NEWUSER: have the ordinary user be root in the new namespace."""
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"0 {uid} 1")
    Path("/proc/self/gid_map").write_text(f"0 {gid} 1")


def die_with_parent() -> None:
    """Be killed as soon as the parent ends, however it ends."""
    _check(_libc.prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(9), 0, 0, 0))


def adopt_orphans() -> None:
    """Become the parent of all descendants whose own parent ends."""
    _check(_libc.prctl(_PR_SET_CHILD_SUBREAPER, ctypes.c_ulong(1), 0, 0, 0))


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    """Mount, as mount(2)."""
    texts = [ctypes.c_char_p(os.fsencode(text)) for text in (source, target, kind, data)]
    where, to, what, how = texts
    _check(_libc.mount(where, to, what, ctypes.c_ulong(flags), how))


def pretend_to_change_users() -> None:
    """Have set*id and chown succeed without doing anything, here and in all children.

    In a user namespace with a single user there is nobody to become, and a server that wants to
    drop its rights would give up. Does nothing on processors other than x86-64 and 64-bit ARM.

    Source: seccomp(2); the calls by their numbers in asm/unistd.h.
    """
    known = _CALLS.get(platform.machine())
    if known is None:
        return
    audit, calls = known
    steps = [(0x20, 0, 0, 4), (0x15, 0, len(calls) + 1, audit), (0x20, 0, 0, 0)]
    steps += [(0x15, len(calls) - at, 0, call) for at, call in enumerate(calls)]
    steps += [(0x06, 0, 0, _ALLOW), (0x06, 0, 0, _RETURN_0)]
    program = b"".join(struct.pack("=HBBI", *step) for step in steps)
    instructions = ctypes.create_string_buffer(program, len(program))
    descriptor = struct.pack("HP", len(steps), ctypes.addressof(instructions))
    _check(_libc.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_SECCOMP_MODE_FILTER), descriptor, 0, 0))


_ALLOW = 0x7FFF0000
_RETURN_0 = 0x00050000
"""SECCOMP_RET_ERRNO with the error 0: the call returns 0."""

_CALLS = {
    # set{u,g}id, setre{u,g}id, setgroups, setres{u,g}id, setfs{u,g}id, chown and its kin
    "x86_64": (0xC000003E, (105, 106, 113, 114, 116, 117, 119, 122, 123, 92, 93, 94, 260)),
    "aarch64": (0xC00000B7, (146, 144, 145, 143, 159, 147, 149, 151, 152, 54, 55)),
}


def _check(result: int) -> None:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
