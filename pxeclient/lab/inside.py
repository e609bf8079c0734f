"""The process inside: number 1 of the lab's process namespace. It has the switch and the hosts.

    client's namespace (this process)         a host's namespace
      c0 ---- q0 [ br0 ] p0 ------------------- s0  10.77.0.1/24
                         p1 ------------------- s0  10.77.0.2/24

When it ends, the kernel ends all that runs inside, and with the last process goes the network.
"""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import struct
import time
from collections.abc import Callable
from ipaddress import IPv4Interface
from pathlib import Path
from typing import Any

from pxeclient.lab import channel, kernel, netlink
from pxeclient.lab.private import make_private
from pxeclient.lab.programs import Order, Programs
from pxeclient.link.base import LinkError
from pxeclient.link.packet import open_socket
from pxeclient.link.tap import open_descriptor

SERVER_INTERFACE = "s0"
_BRIDGE = "br0"
_TUN = "/dev/net/tun"
_SIOCGIFFLAGS = 0x8913
_IFF_RUNNING = 0x40
_CARRIER_PATIENCE = 5.0


class Step:
    """Says what was being done when the kernel refused."""

    doing = "starting"


def serve(end: socket.socket, folder: Path, kind: str, step: Step) -> None:
    """Make the segment, then do what the owner asks for, until the owner is gone."""
    inside = _Inside(folder, kind == "rootless", step)
    channel.send(end, {"kind": kind, "folder": str(folder)})
    while (received := channel.receive(end)) is not None:
        message, _ = received
        try:
            answer, descriptors = inside.do(message)
        except (OSError, LinkError) as error:
            answer, descriptors = {"error": error.strerror or str(error)}, []
        channel.send(end, answer, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
    inside.end()


class _Inside:
    """The segment and what runs on it."""

    def __init__(self, folder: Path, rootless: bool, step: Step) -> None:
        step.doing = "making a network namespace"
        kernel.unshare(kernel.CLONE_NEWNET | kernel.CLONE_NEWNS)
        make_private(folder)
        _forget_ipv6()
        step.doing = "making a network in it"
        netlink.bring_up("lo")
        netlink.add_bridge(_BRIDGE)
        netlink.bring_up(_BRIDGE)
        self._hosts: list[int] = []
        self._plugs = 0
        self._programs = Programs(rootless, folder.name)
        self._does: dict[str, Callable[..., tuple[dict[str, Any], list[int]]]] = {
            "host": self._host,
            "start": self._start,
            "look": self._look,
            "stop": self._stop,
            "link": self._link,
            "unplug": self._unplug,
        }

    def do(self, message: dict[str, Any]) -> tuple[dict[str, Any], list[int]]:
        """One order of the owner's."""
        return self._does[message.pop("do")](**message)

    def end(self) -> None:
        """Let the servers end in order."""
        self._programs.stop_all()

    def _host(self, address: str) -> tuple[dict[str, Any], list[int]]:
        """A further host."""
        number = len(self._hosts)
        network = kernel.new_network()
        with kernel.network(network):
            _forget_ipv6()
            netlink.bring_up("lo")
        port = f"p{number}"
        netlink.add_cable(port, SERVER_INTERFACE, network)
        netlink.plug_in(port, _BRIDGE)
        with kernel.network(network):
            netlink.bring_up(SERVER_INTERFACE)
            netlink.add_address(SERVER_INTERFACE, IPv4Interface(address))
            _await_carrier(SERVER_INTERFACE)
        self._hosts.append(network)
        return {"host": number}, []

    def _start(self, host: int, **order: Any) -> tuple[dict[str, Any], list[int]]:
        argv = tuple(order.pop("argv"))
        return {"program": self._programs.start(Order(argv, **order), self._hosts[host])}, []

    def _look(self, program: int, host: int) -> tuple[dict[str, Any], list[int]]:
        listens = self._programs.listens(program, self._hosts[host])
        return {"status": self._programs.status(program), "listens": listens}, []

    def _stop(self, program: int) -> tuple[dict[str, Any], list[int]]:
        self._programs.stop(program)
        return {"status": self._programs.status(program)}, []

    def _link(self, mac: str, tap: bool) -> tuple[dict[str, Any], list[int]]:
        """A cable, or a TAP as a virtual machine has it, from a client of its own to the switch."""
        number, self._plugs = self._plugs, self._plugs + 1
        name = f"t{number}" if tap else f"c{number}"
        if tap:
            if not os.access(_TUN, os.R_OK | os.W_OK):
                raise PermissionError(errno.EACCES, f"a TAP needs access to {_TUN}")
            descriptor = open_descriptor(name)
            netlink.plug_in(name, _BRIDGE)
        else:
            netlink.add_cable(name, f"q{number}")
            netlink.plug_in(f"q{number}", _BRIDGE)
            netlink.bring_up(name)
            descriptor = open_socket(name, bytes.fromhex(mac)).detach()
        _await_carrier(name)
        return {"interface": name}, [descriptor]

    def _unplug(self, interface: str) -> tuple[dict[str, Any], list[int]]:
        netlink.delete_link(interface)
        return {}, []


def _forget_ipv6() -> None:
    """Without it each interface sends router solicitations of its own into the captures."""
    for which in ("all", "default"):
        switch = Path(f"/proc/sys/net/ipv6/conf/{which}/disable_ipv6")
        try:
            switch.write_text("1")
        except OSError:  # a kernel without IPv6, or a container that may not: it only adds noise
            return


def _await_carrier(name: str) -> None:
    # The kernel notices a carrier in the background, and servers look for it when they start.
    deadline = time.monotonic() + _CARRIER_PATIENCE
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        while True:
            answer = fcntl.ioctl(control, _SIOCGIFFLAGS, struct.pack("16s24x", name.encode()))
            if struct.unpack_from("H", answer, 16)[0] & _IFF_RUNNING:
                return
            if time.monotonic() > deadline:
                raise OSError(0, f"{name} has no carrier")
            time.sleep(0.002)
