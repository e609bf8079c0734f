"""Real DHCP and TFTP servers, each started in the foreground in one host's namespace."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.live.needs import program, require
from tests.live.processes import Server

_TFTP_PORT = 69


def says(words: str) -> Any:
    """Ready as soon as the log has these words, which the server prints after its sockets open."""
    return lambda server: words in server.log


def kea_is_ready(server: Server) -> bool:
    """Ready as soon as it says so, unless it says that it serves no interface."""
    if "DHCPSRV_NO_SOCKETS_OPEN" in server.log:
        raise RuntimeError(f"kea serves no interface:\n{server.log}")
    return "DHCP4_STARTED" in server.log


def serves_tftp(server: Server) -> bool:
    """Ready as soon as something listens on UDP port 69."""
    return server.listens(_TFTP_PORT)


class ServerHost:
    """A host that servers can be started on: a namespace, an interface, an address, a folder."""

    def __init__(self, namespace: str, interface: str, address: str, folder: Path) -> None:
        self.namespace = namespace
        self.interface = interface
        self.address = address
        self.folder = folder
        self.servers: list[Server] = []

    def dnsmasq(self, *arguments: str) -> Server:
        """Start dnsmasq without DNS and without a lease file; `arguments` say what it serves."""
        require("dnsmasq")
        fixed = (
            "--keep-in-foreground",
            "--conf-file=/dev/null",
            "--no-hosts",
            "--no-resolv",
            "--port=0",
            "--leasefile-ro",
            "--no-ping",  # else each offer waits for an ICMP echo of three seconds
            "--bind-interfaces",
            f"--interface={self.interface}",
            "--except-interface=lo",
            # Another group would clear the order to die with us.
            "--user=root",
            "--group=root",
            "--log-facility=-",
            "--log-dhcp",
            f"--pid-file={self._folder('dnsmasq') / 'pid'}",
        )
        return self._start("dnsmasq", (*fixed, *arguments), says("started, version"))

    def isc_dhcpd(self, config: str) -> Server:
        """Start ISC dhcpd with that text as its dhcpd.conf and an empty lease file."""
        require("dhcpd")
        folder = self._folder("dhcpd")
        (folder / "dhcpd.conf").write_text(config)
        (folder / "leases").write_text("")
        arguments = (
            *("-4", "-f", "-d", "--no-pid"),
            *("-cf", str(folder / "dhcpd.conf")),
            *("-lf", str(folder / "leases")),
            self.interface,
        )
        return self._start("dhcpd", arguments, says("Server starting service."))

    def kea(self, config: Mapping[str, Any]) -> Server:
        """Start kea-dhcp4 with that value of `Dhcp4`; not on a TAP, which has no carrier yet.

        Interface, lease file (memory only) and logging are filled in where the value has none.
        """
        require("kea-dhcp4")
        folder = self._folder("kea-dhcp4")
        whole = {
            "interfaces-config": {"interfaces": [self.interface]},
            "lease-database": {"type": "memfile", "persist": False},
            "loggers": [
                {
                    "name": "kea-dhcp4",
                    "severity": "INFO",
                    "output_options": [{"output": "stdout", "flush": True}],
                }
            ],
            **config,
        }
        (folder / "kea.json").write_text(json.dumps({"Dhcp4": whole}))
        environment = {"KEA_PIDFILE_DIR": str(folder), "KEA_LOCKFILE_DIR": str(folder)}
        arguments = ("-c", str(folder / "kea.json"))
        return self._start("kea-dhcp4", arguments, kea_is_ready, environment)

    def tftpd_hpa(self, root: Path, *arguments: str) -> Server:
        """Start tftpd-hpa on a folder. Its log goes to syslog only: `log` stays empty."""
        require("in.tftpd")
        fixed = ("--foreground", "--secure", "--user", "root")
        where = ("--address", f"{self.address}:{_TFTP_PORT}")
        return self._start("in.tftpd", (*fixed, *where, *arguments, str(root)), serves_tftp)

    def atftpd(self, root: Path, *arguments: str) -> Server:
        """Start atftpd on a folder."""
        require("atftpd")
        fixed = ("--daemon", "--no-fork", "--user", "root.root", "--logfile", "-", "--verbose=7")
        where = ("--bind-address", self.address)
        return self._start("atftpd", (*fixed, *where, *arguments, str(root)), serves_tftp)

    def stop(self) -> None:
        """End all servers on this host, the last one first. Harmless when repeated."""
        for server in reversed(self.servers):
            server.stop()

    def _folder(self, name: str) -> Path:
        folder = self.folder / f"{name}-{len(self.servers)}"
        folder.mkdir(exist_ok=True)
        return folder

    def tftpy(self, root: Path) -> Server:
        """Start tftpy's server on a folder: the one that answers options nobody asked for."""
        code = "import sys, tftpy; tftpy.TftpServer(sys.argv[1]).listen(sys.argv[2], 69)"
        command = (sys.executable, "-c", code, str(root), self.address)
        server = Server(self.namespace, command, self._folder("tftpy") / "log", serves_tftp, None)
        self.servers.append(server)
        return server

    def _start(
        self, name: str, arguments: tuple[str, ...], ready: Any, environment: Any = None
    ) -> Server:
        log = self._folder(name) / "log"
        command = (program(name), *arguments)
        server = Server(self.namespace, command, log, ready, environment)
        self.servers.append(server)
        return server
