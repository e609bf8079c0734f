"""Real DHCP and TFTP servers with the options that all live tests give them."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pxeclient.lab import Host, LabError, Program
from tests.live.needs import require

_DNSMASQ = (
    *("dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-hosts", "--no-resolv"),
    *("--port=0", "--leasefile-ro", "--pid-file={folder}/dnsmasq.pid"),
    *("--bind-interfaces", "--interface={interface}", "--except-interface=lo"),
    "--no-ping",  # else each offer waits for an ICMP echo of three seconds
    *("--user=root", "--group=root"),  # who may read what a test has written
    *("--log-facility=-", "--log-dhcp"),
)
_DHCPD = (
    *("dhcpd", "-4", "-f", "-d", "--no-pid"),
    *("-cf", "{folder}/dhcpd.conf", "-lf", "{folder}/leases", "{interface}"),
)
_TFTPY = "import sys, tftpy; tftpy.TftpServer(sys.argv[1]).listen(sys.argv[2], 69)"


def dnsmasq(host: Host, *arguments: str) -> Program:
    """Start dnsmasq without DNS and without a lease file; `arguments` say what it serves."""
    require("dnsmasq")
    return host.start([*_DNSMASQ, *arguments], ready="started, version")


def isc_dhcpd(host: Host, config: str) -> Program:
    """Start ISC dhcpd with that text as its dhcpd.conf and an empty lease file."""
    require("dhcpd")
    (host.folder / "dhcpd.conf").write_text(config)
    (host.folder / "leases").write_text("")
    return host.start(_DHCPD, ready="Server starting service.")


def kea(host: Host, config: Mapping[str, Any]) -> Program:
    """Start kea-dhcp4 with that value of `Dhcp4`; not on a TAP that nobody has joined.

    Interface, lease file (memory only) and logging are filled in where the value has none.
    """
    require("kea-dhcp4")
    output = {"output": "stdout", "flush": True}
    logger = {"name": "kea-dhcp4", "severity": "INFO", "output_options": [output]}
    whole = {
        "interfaces-config": {"interfaces": [host.interface]},
        "lease-database": {"type": "memfile", "persist": False},
        "loggers": [logger],
        **config,
    }
    (host.folder / "kea.json").write_text(json.dumps({"Dhcp4": whole}))
    environment = {"KEA_PIDFILE_DIR": "{folder}", "KEA_LOCKFILE_DIR": "{folder}"}
    command = ["kea-dhcp4", "-c", "{folder}/kea.json"]
    started = host.start(command, ready="DHCP4_STARTED", environment=environment)
    if "DHCPSRV_NO_SOCKETS_OPEN" in started.log:
        raise LabError(f"kea serves no interface:\n{started.log}")
    return started


def tftpd_hpa(host: Host, root: Path, *arguments: str) -> Program:
    """Start tftpd-hpa on a folder. Its log goes to syslog only: `log` stays empty."""
    require("in.tftpd")
    fixed = ("in.tftpd", "--foreground", "--secure", "--user", "root", "--address", "{address}:69")
    return host.start([*fixed, *arguments, str(root)])


def atftpd(host: Host, root: Path, *arguments: str) -> Program:
    """Start atftpd on a folder."""
    require("atftpd")
    fixed = ("atftpd", "--daemon", "--no-fork", "--user", "root.root")
    more = ("--logfile", "-", "--verbose=7", "--bind-address", "{address}")
    return host.start([*fixed, *more, *arguments, str(root)])


def tftpy(host: Host, root: Path) -> Program:
    """Start tftpy's server on a folder: the one that answers options nobody asked for."""
    return host.start([sys.executable, "-c", _TFTPY, str(root), "{address}"])
