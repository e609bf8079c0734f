"""What live tests need of the machine, and a sentence for each thing that is not there."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess

import pytest

RIGHTS = "root rights for network namespaces"
TAP_DEVICE = "/dev/net/tun"

_PACKAGES = {
    "ip": "iproute2",
    "ss": "iproute2",
    "setpriv": "util-linux",
    "dnsmasq": "dnsmasq-base",
    "dhcpd": "isc-dhcp-server",
    "kea-dhcp4": "kea-dhcp4-server",
    "in.tftpd": "tftpd-hpa",
    "atftpd": "atftpd",
    "tshark": "tshark",
}
"""Debian package of each program. atftpd and tftpd-hpa exclude each other: unpack one of them
with `dpkg -x` and put its usr/sbin in PATH."""

LAB = (RIGHTS, "ip", "ss", "setpriv")
"""What every lab needs; servers and TAPs ask for their own on top."""


def missing(*needs: str) -> list[str]:
    """The programs and rights that are not there, each as words for a sentence.

    `needs` are program names, `RIGHTS` and `TAP_DEVICE`; without any, everything is checked.
    """
    wanted = needs or (*LAB, TAP_DEVICE, *_PACKAGES)
    absent = (_absent(need) for need in dict.fromkeys(wanted))
    return [words for words in absent if words]


def require(*needs: str) -> None:
    """Do nothing if all is there; else skip the test, or fail it on a CI machine.

    Where CI=true the machine is ours to prepare, and a skipped test would hide that it is not.
    """
    absent = missing(*needs)
    if not absent:
        return
    sentence = f"live tests need {', '.join(absent)}"
    if os.environ.get("CI") == "true":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


def program(name: str) -> str:
    """The full path of a program; the sbin folders count even where PATH leaves them out.

    Raises:
        FileNotFoundError: It is not installed.
    """
    path = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
    if (found := shutil.which(name, path=path)) is None:
        raise FileNotFoundError(name)
    return found


def _absent(need: str) -> str:
    if need == RIGHTS:
        return "" if _may_make_namespaces() else RIGHTS
    if need == TAP_DEVICE:
        return "" if os.access(TAP_DEVICE, os.R_OK | os.W_OK) else f"access to {TAP_DEVICE}"
    try:
        program(need)
    except FileNotFoundError:
        return f"{need} (Debian package {_PACKAGES.get(need, need)})"
    return ""


@functools.cache
def _may_make_namespaces() -> bool:
    if os.geteuid() != 0:
        return False
    # Root of a container may lack the right all the same.
    trial = subprocess.run(
        ["unshare", "--net", "--mount", "true"], capture_output=True, timeout=10, check=False
    )
    return trial.returncode == 0
