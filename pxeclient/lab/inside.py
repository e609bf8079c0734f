"""The process inside: number 1 of the lab's process namespace. It has the switch and the hosts.

    client's namespace (this process)         a host's namespace
      c0 ---- q0 [ br0 ] p0 ------------------- s0  10.77.0.1/24
                         p1 ------------------- s0  10.77.0.2/24

When it ends, the kernel ends all that runs inside, and with the last process goes the network.
In a lab on loopback there is no network to make: all hosts are the machine itself.
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
from typing import Any, TypeAlias

from pxeclient.lab import channel, kernel, netlink
from pxeclient.lab.private import make_private
from pxeclient.lab.programs import Order, Programs
from pxeclient.link.base import LinkError
from pxeclient.link.packet import open_socket
from pxeclient.link.tap import open_descriptor

LOOPBACK = "loopback"
"""The kind of lab that makes no network."""
SERVER_INTERFACE = "s0"
_BRIDGE = "br0"
_TUN = "/dev/net/tun"
_SIOCGIFFLAGS = 0x8913
_IFF_RUNNING = 0x40
_CARRIER_PATIENCE = 5.0

Answer: TypeAlias = tuple[dict[str, Any], list[int]]
"""To an order: values, and descriptors that go with them."""


class Step:
    """Says what was being done when the kernel refused."""

    doing = "starting"


def serve(end: socket.socket, folder: Path, kind: str, step: Step) -> None:
    """Make the segment, then do what the owner asks for, until the owner is gone."""
    switch = None if kind == LOOPBACK else _Switch(folder, step)
    inside = _Inside(switch, Programs(folder.name, kind))
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
    """The hosts and what runs on them."""

    def __init__(self, switch: _Switch | None, programs: Programs) -> None:
        self._switch = switch
        self._programs = programs
        self._hosts: list[int | None] = []
        """Their network namespaces; None is our own."""
        self._does: dict[str, Callable[..., Answer]] = {
            "host": self._host,
            "start": self._start,
            "look": self._look,
            "stop": self._stop,
        }
        if switch is not None:
            self._does |= {"link": switch.link, "unplug": switch.unplug}

    def do(self, message: dict[str, Any]) -> Answer:
        """One order of the owner's."""
        return self._does[message.pop("do")](**message)

    def end(self) -> None:
        """Let the servers end in order."""
        self._programs.stop_all()

    def _host(self, address: str) -> Answer:
        """A further host."""
        number = len(self._hosts)
        switch = self._switch
        self._hosts.append(None if switch is None else switch.add_host(number, address))
        return {"host": number}, []

    def _start(self, host: int, **order: Any) -> Answer:
        argv, ports = tuple(order.pop("argv")), tuple(order.pop("ports"))
        started = Order(argv, **order, ports=ports)
        return {"program": self._programs.start(started, self._hosts[host])}, []

    def _look(self, program: int, host: int) -> Answer:
        listens = self._programs.listens(program, self._hosts[host])
        return {"status": self._programs.status(program), "listens": listens}, []

    def _stop(self, program: int) -> Answer:
        self._programs.stop(program)
        return {"status": self._programs.status(program)}, []


class _Switch:
    """The segment: a network of our own, with a namespace more for each host."""

    def __init__(self, folder: Path, step: Step) -> None:
        step.doing = "making a network namespace"
        kernel.unshare(kernel.CLONE_NEWNET | kernel.CLONE_NEWNS)
        make_private(folder)
        _forget_ipv6()
        step.doing = "making a network in it"
        netlink.bring_up("lo")
        netlink.add_bridge(_BRIDGE)
        netlink.bring_up(_BRIDGE)
        self._plugs = 0

    def add_host(self, number: int, address: str) -> int:
        """A host with an interface of that address; its network namespace."""
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
        return network

    def link(self, mac: str, tap: bool) -> Answer:
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

    def unplug(self, interface: str) -> Answer:
        """Take a cable away."""
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
