"""The segment that is recorded: a switch, the machine's TAP, and hosts that hang on it.

  tap0 (QEMU, tcpdump) ---- [ br0 ] ---- srv0b = srv0 (scripted servers, raw)
kernel servers' addresses on br0   |----- p0 = eth0 of a host with real servers, ...
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import IO

from tools.record.scenario import Table
from tools.record.shape import Host
from tools.record.stored import ROOT

TAP, RAW = "tap0", "srv0"
_BRIDGE = "br0"
_HTTP_MAC = {"files": "52:54:00:aa:00:07", "paths": "52:54:00:aa:00:04"}
"""The switch's own address, by the notation of the HTTP server that has it."""
_QUIET6 = ("addr_gen_mode=1", "accept_ra=0", "router_solicitations=0")
_PATIENCE = 3.0


def run(*command: str) -> None:
    """Run a command that must succeed.

    Raises:
        SegmentError: It does not; the text is its own.
    """
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SegmentError(f"{' '.join(command)}: {done.stderr.strip() or done.returncode}")


class SegmentError(RuntimeError):
    """The network cannot be made."""


class Segment:
    """The network of one recording, and the processes on it."""

    def __init__(self) -> None:
        self._processes: list[subprocess.Popen[bytes]] = []
        _quiet(())
        ip = ("ip", "link", "add")
        run(*ip, _BRIDGE, "type", "bridge", "stp_state", "0", "forward_delay", "0",
            "mcast_snooping", "0")  # fmt: skip
        run("ip", "tuntap", "add", TAP, "mode", "tap")
        run(*ip, RAW, "type", "veth", "peer", "name", f"{RAW}b")
        for port in (TAP, f"{RAW}b"):
            run("ip", "link", "set", port, "master", _BRIDGE)
        for name in (_BRIDGE, TAP, f"{RAW}b", RAW):
            run("ip", "link", "set", name, "up")
            _no_offload((), name)
        run("ip", "link", "set", RAW, "promisc", "on")

    def add_addresses(self, servers: Sequence[Table]) -> None:
        """Give the kernel the addresses of the HTTP servers."""
        if not servers:
            return
        notation = "paths" if "paths" in servers[0] else "files"
        run("ip", "link", "set", _BRIDGE, "address", _HTTP_MAC[notation])
        for address in sorted({server["ip"] for server in servers if "ip" in server}):
            run("ip", "addr", "add", f"{address}/24", "dev", _BRIDGE)
        six = sorted({server["ip6"] for server in servers if "ip6" in server})
        if six:
            _use_ipv6((), _BRIDGE)
            for address in [*six, "fe80::7"]:
                run("ip", "addr", "add", f"{address}/64", "dev", _BRIDGE, "nodad")

    def start(
        self, command: Sequence[str], output: Path, inside: Sequence[str] = ()
    ) -> subprocess.Popen[bytes]:
        """Start a program on the segment, or on a host; its output goes to a file."""
        with output.open("wb") as file:
            return self._start([*inside, *command], file, None)

    def _start(
        self, command: Sequence[str], file: IO[bytes], environment: dict[str, str] | None
    ) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT,
            env=environment, cwd=ROOT,
            start_new_session=True,  # a Ctrl-C is for us
        )  # fmt: skip
        self._processes.append(process)
        return process

    def add_host(self, number: int, host: Host, folder: Path) -> list[Path]:
        """A host with real servers, in a network namespace of its own; their logs."""
        inside = self._namespace()
        _quiet(inside)
        holder = inside[2]
        run("ip", "link", "add", f"p{number}", "type", "veth", "peer", "name", "eth0",
            "netns", holder)  # fmt: skip
        last = ip_address(host.ip).packed[-1]
        mac = f"52:54:00:bb:00:{last:02x}"
        run(*inside, "ip", "link", "set", "eth0", "address", mac)
        run(*inside, "ip", "addr", "add", f"{host.ip}/24", "brd", "+", "dev", "eth0")
        run("ip", "link", "set", f"p{number}", "master", _BRIDGE, "up")
        run(*inside, "ip", "link", "set", "eth0", "up")
        if host.ip6:
            _use_ipv6(inside, "eth0", f"forwarding={host.forwarding}")
        for address in host.ip6:
            run(*inside, "ip", "addr", "add", f"{address}/64", "dev", "eth0", "nodad")
        _no_offload(inside, "eth0")
        return self._serve(host, folder, inside)

    def _namespace(self) -> list[str]:
        """Make a network namespace; the words that run a command in it."""
        holding = ["unshare", "--net", sys.executable, "-c", _HOLD]
        holder = subprocess.Popen(
            holding, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        self._processes.append(holder)
        assert holder.stdout is not None
        holder.stdout.readline()
        return ["nsenter", "-t", str(holder.pid), "-n"]

    def _serve(self, host: Host, folder: Path, inside: Sequence[str]) -> list[Path]:
        def fill(text: str) -> str:
            return text.replace("{dir}", str(folder)).replace("{tftp}", str(folder / "tftp"))

        for name, text in host.files.items():
            (folder / name).write_text(fill(text), encoding="utf-8")
        for name in host.touch:
            (folder / name).touch()
        environment = dict(os.environ) | {k: fill(v) for k, v in host.env.items()}
        logs = []
        for number, command in enumerate(host.cmds):
            logs.append(folder / f"command{number}.log")
            with logs[-1].open("wb") as file:
                self._start([*inside, *map(fill, command)], file, environment)
        return logs

    def stop(self) -> None:
        """End what runs, the last first."""
        for process in reversed(self._processes):
            if process.poll() is None:
                process.terminate()
        for process in reversed(self._processes):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_PATIENCE)
                continue
            process.kill()
            process.wait()


_HOLD = "import sys; print(flush=True); sys.stdin.read()"
"""Keeps a namespace until its standard input ends."""


def _quiet(inside: Sequence[str]) -> None:
    """No IPv6 by itself, and ARP answered on the interface that has the address only."""
    for which in ("all", "default"):
        _set(inside, f"net.ipv6.conf.{which}.disable_ipv6=1")
    _set(inside, "net.ipv4.conf.all.arp_ignore=1")
    run(*inside, "ip", "link", "set", "lo", "up")


def _use_ipv6(inside: Sequence[str], name: str, *more: str) -> None:
    for one in ("disable_ipv6=0", *_QUIET6, *more):
        _set(inside, f"net.ipv6.conf.{name}.{one}")


def _set(inside: Iterable[str], what: str) -> None:
    run(*inside, "sysctl", "-qw", what)


def _no_offload(inside: Iterable[str], name: str) -> None:
    """Have the kernel compute checksums and cut segments, so that the capture shows real ones."""
    for what in ("tx", "tso", "gso", "gro"):
        # Where a kind of interface cannot, it does not.
        subprocess.run([*inside, "ethtool", "-K", name, what, "off"], capture_output=True)
