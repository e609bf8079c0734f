"""What live tests need of the machine, and a sentence for each thing that is not there."""

from __future__ import annotations

import functools
import os
import shutil

import pytest

from pxeclient.lab import LabUnavailable, open_lab

TAP_DEVICE = "/dev/net/tun"

_PACKAGES = {
    "ip": "iproute2",
    "setpriv": "util-linux",
    "dnsmasq": "dnsmasq-base",
    "dhcpd": "isc-dhcp-server",
    "kea-dhcp4": "kea-dhcp4-server",
    "in.tftpd": "tftpd-hpa",
    "atftpd": "atftpd",
    "tcpdump": "tcpdump",
    "tshark": "tshark",
}
"""Debian package of each program. atftpd and tftpd-hpa exclude each other: unpack one of them
with `dpkg -x` and put its usr/sbin in PATH."""


def missing(*needs: str) -> list[str]:
    """The programs that are not there, and `TAP_DEVICE`, each as words for a sentence.

    Without any `needs`, everything is checked.
    """
    absent = (_absent(need) for need in dict.fromkeys(needs or (TAP_DEVICE, *_PACKAGES)))
    return [words for words in absent if words]


def require(*needs: str) -> None:
    """Do nothing if all is there; else skip the test, or fail it on a CI machine.

    Where CI=true the machine is ours to prepare, and a skipped test would hide that it is not.
    """
    if absent := missing(*needs):
        _cannot(f"live tests need {', '.join(absent)}", TAP_DEVICE not in needs)


def require_lab(*programs: str) -> None:
    """Do nothing if a private network and the programs can be had; else as `require`.

    What the kernel forbids to an ordinary user, a CI machine may forbid, too.
    """
    if programs:
        require(*programs)
    if (why := _unavailable()) is not None:
        _cannot(why, False)


def program(name: str) -> str:
    """The full path of a program; the sbin folders count even where PATH leaves them out.

    Raises:
        FileNotFoundError: It is not installed.
    """
    path = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
    if (found := shutil.which(name, path=path)) is None:
        raise FileNotFoundError(name)
    return found


def _cannot(why: str, anybody_could: bool) -> None:
    if os.environ.get("CI") == "true" and (anybody_could or os.geteuid() == 0):
        pytest.fail(why, pytrace=False)
    pytest.skip(why)


def _absent(need: str) -> str:
    if need == TAP_DEVICE:
        return "" if os.access(TAP_DEVICE, os.R_OK | os.W_OK) else f"access to {TAP_DEVICE}"
    try:
        program(need)
    except FileNotFoundError:
        return f"{need} (Debian package {_PACKAGES.get(need, need)})"
    return ""


@functools.cache
def _unavailable() -> str | None:
    try:
        with open_lab():
            return None
    except LabUnavailable as error:
        return str(error)
