"""The rights that this process has beyond those of its user, and giving them up.

A socket that is bound needs none: what a card's driver may do, a machine that has its cable need
not be able to. Whoever finds a fault in what reads frames then has a process that can do nothing.

Source: capabilities(7), capset(2), prctl(2); linux/capability.h, linux/prctl.h. The calls are in
every C library, without being declared in most.
"""

from __future__ import annotations

import contextlib
import os
import struct
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any

CHOWN, DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER = 0, 1, 2, 3
NET_ADMIN, NET_RAW = 12, 13
SETPCAP = 8

FILES = 1 << CHOWN | 1 << DAC_OVERRIDE | 1 << DAC_READ_SEARCH | 1 << FOWNER
"""What it takes to write files for others, in folders of others."""

_VERSION = 0x20080522
"""_LINUX_CAPABILITY_VERSION_3: two words of 32 bits each."""
_HEADER = struct.Struct("=Ii")
_SETS = struct.Struct("=6I")
"""Effective, permitted, inheritable: the lower halves, then the upper ones."""
_HIGHEST = 63

_PR_CAPBSET_DROP = 24
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4


def held() -> int:
    """The capabilities that are ours, a bit each by its number; 0 where nobody can tell."""
    try:
        with open("/proc/self/status", "rb") as status:
            sets = {name: words for name, _, words in (line.partition(b":") for line in status)}
        return int(sets[b"CapPrm"], 16)
    except (OSError, LookupError, ValueError):
        return 0


def drop(keep: int = 0, *, read: Iterable[str] = ()) -> None:
    """Give up all capabilities but those in `keep`, for good, here and in all children.

    A program with rights of its own (set-user-id, file capabilities) gives none of them back.
    Who has none is left as he is. Nothing is raised where the kernel refuses, as in some
    containers: then it is as it was.

    Args:
        keep: A bit for each that stays, by its number.
        read: Files that are still to be read. If it takes a right to read one, as in the home of
            the user who called sudo, that right stays (CAP_DAC_READ_SEARCH), to read and no more.
    """
    mine = held()
    if not mine:
        return
    libc = _gets_none_back(mine, keep)
    reading = mine & 1 << DAC_READ_SEARCH
    with contextlib.suppress(AttributeError):  # no such call in this C library
        if reading and read:
            _set(libc, mine & keep, mine & keep | reading)
            if not all(map(_is_readable, read)):
                _set(libc, mine & keep | reading, mine & keep | reading)
                return
        _set(libc, mine & keep, mine & keep)


class Refusal(Enum):
    """Why we stay who we are."""

    KERNEL = "the kernel refuses it"
    READING = "that user cannot read what is still to be read"


def refusal(
    uid: int, gid: int, groups: Sequence[int], *, read: Iterable[str] = ()
) -> Refusal | None:
    """Why `become` would not do; None if it would. Another process tries it.

    Args:
        uid: The user.
        gid: His group.
        groups: His further groups.
        read: Files that are still to be read.

    Raises:
        OSError: There is no room for another process.
    """
    child = os.fork()
    if child == 0:
        found: Refusal | None = Refusal.KERNEL
        try:
            become(uid, gid, groups)
            found = None if all(map(_is_readable, read)) else Refusal.READING
        except OSError:
            pass
        finally:
            os._exit(0 if found is None else 1 + list(Refusal).index(found))
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return None if status == 0 else list(Refusal)[status - 1] if status > 0 else Refusal.KERNEL


def become(uid: int, gid: int, groups: Sequence[int]) -> None:
    """Be that user, who has no rights beyond his own, for good, here and in all children.

    For root alone, in a process of one thread.

    Raises:
        OSError: The kernel refuses it, as where that user is not mapped. What went before, such as
            the groups, is not taken back: `refusal` tells beforehand.
    """
    libc = _gets_none_back(held(), 0)
    os.setgroups(groups)
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)  # and with it go the capabilities, but for the inheritable ones
    with contextlib.suppress(AttributeError):
        _set(libc, 0, 0)


def _gets_none_back(mine: int, keep: int) -> Any:
    """Programs with rights of their own give none but `keep`; the C library, for what follows."""
    import ctypes  # takes milliseconds, and few have rights to give up

    libc = ctypes.CDLL(None, use_errno=True)

    def control(option: int, value: int) -> None:
        zero = ctypes.c_ulong(0)
        libc.prctl(ctypes.c_int(option), ctypes.c_ulong(value), zero, zero, zero)

    control(_PR_SET_NO_NEW_PRIVS, 1)
    control(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    if mine >> SETPCAP & 1:
        for number in range(_HIGHEST + 1):
            if not keep >> number & 1:
                control(_PR_CAPBSET_DROP, number)  # refused where there is no such number
    return libc


def _is_readable(path: str) -> bool:
    """By whom we are, or nobody can read it."""
    try:
        with open(path, "rb", opener=_opened):
            return True
    except PermissionError:
        return False
    except OSError:
        return True


def _opened(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)  # a pipe may have no writer yet


def _set(libc: Any, effective: int, permitted: int) -> None:
    low, high = 0xFFFFFFFF, 32
    sets = effective & low, permitted & low, 0, effective >> high, permitted >> high, 0
    libc.capset(_HEADER.pack(_VERSION, 0), _SETS.pack(*sets))
