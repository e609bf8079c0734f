"""The lab's own view of the file system: what servers keep there is neither read nor left behind.

Lease files and process ids go to well-known folders; in a lab these are empty and in memory.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from pxeclient.lab import kernel

_KEPT = (
    "/var/lib/misc",  # dnsmasq (Debian)
    "/var/lib/dnsmasq",
    "/var/lib/dhcp",  # ISC dhcpd
    "/var/lib/dhcpd",
    "/var/lib/kea",
    "/var/log/kea",
)
"""Folders that DHCP servers keep their leases and logs in."""

_OWN_IN_RUN = ("kea", "dnsmasq", "dhcp-server", "lock")
"""Folders of /run that servers write to."""

_IN_MEMORY = kernel.MS_NOSUID | kernel.MS_NODEV


def make_private(folder: Path) -> None:
    """Give the lab its own /proc, /sys, /run and places for leases. `folder`: the lab's own.

    The kernel may refuse any of it (in a container): then that stays the machine's, and only
    servers that write there notice.

    Raises:
        OSError: The mounts cannot be made private at all.
    """
    kernel.mount("none", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
    secure = _IN_MEMORY | kernel.MS_NOEXEC
    with contextlib.suppress(OSError):
        kernel.mount("proc", "/proc", "proc", secure)
    with contextlib.suppress(OSError):
        kernel.mount("sysfs", "/sys", "sysfs", secure)
    for place in _KEPT:
        if _may_hide(place, folder):
            with contextlib.suppress(OSError):
                kernel.mount("tmpfs", place, "tmpfs", _IN_MEMORY, "mode=755")
    if _may_hide("/run", folder):
        with contextlib.suppress(OSError):
            _own_run(folder)


def _may_hide(place: str, folder: Path) -> bool:
    """It is there, and neither the lab nor the user is at work below it."""
    here = (folder.resolve(), Path.cwd())
    return os.path.isdir(place) and not any(path.is_relative_to(place) for path in here)


def _own_run(folder: Path) -> None:
    """A new /run with what is in the old one, save files and what servers would write to."""
    new = folder / "run"
    new.mkdir()
    kernel.mount("tmpfs", str(new), "tmpfs", _IN_MEMORY, "mode=755")
    for entry in os.scandir("/run"):
        there = new / entry.name
        if entry.is_symlink():
            there.symlink_to(os.readlink(entry.path))
        elif stat.S_ISDIR(entry.stat().st_mode):
            there.mkdir()
            if entry.name not in _OWN_IN_RUN:
                with contextlib.suppress(OSError):
                    kernel.mount(entry.path, str(there), flags=kernel.MS_BIND | kernel.MS_REC)
    kernel.mount(str(new), "/run", flags=kernel.MS_BIND | kernel.MS_REC)
