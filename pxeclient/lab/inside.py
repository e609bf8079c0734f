"""The process inside: number 1 of the lab's process namespace. It has the switch and the hosts.

    client's namespace (this process)         a host's namespace
      c0 ---- q0 [ br0 ] p0 ------------------- s0  10.77.0.1/24
                         p1 ------------------- s0  10.77.0.2/24
                                                s1  10.78.0.1/24 ---- p2 [ br1 ]

A further segment is a further switch, and a host may be plugged into several.
When it ends, the kernel ends all that runs inside, and with the last process goes the network.
In a lab on loopback there is no network to make: all hosts are the machine itself.
"""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path
from typing import Any, TypeAlias

from pxeclient.lab import channel, kernel, netlink
from pxeclient.lab.private import make_private
from pxeclient.lab.programs import Order, Programs
from pxeclient.link.base import LinkError
from pxeclient.link.packet import open_socket
from pxeclient.link.rtnetlink import DOWN, UP, await_state
from pxeclient.link.tap import make_persistent, open_descriptor

LOOPBACK = "loopback"
"""The kind of lab that makes no network."""
_TUN = "/dev/net/tun"
_FORWARDS = Path("/proc/sys/net/ipv4/ip_forward")
_CARRIER_PATIENCE = 60.0
_CABLE, _GUESTS = "s0", "br0"
"""On a host of virtual machines: its cable, and its own switch."""

Answer: TypeAlias = tuple[dict[str, Any], list[int]]
"""To an order: values, and descriptors that go with them."""


class Doing:
    """Says what was being done when the kernel refused."""

    doing = "starting"


def serve(end: socket.socket, folder: Path, kind: str, step: Doing) -> None:
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
            "status": self._status,
            "watch": self._watch,
            "signal": self._signal,
            "stop": self._stop,
        }
        if switch is not None:
            self._does |= {
                "segment": switch.add_segment,
                "plug": self._plug,
                "route": self._route,
                "link": switch.link,
                "unplug": switch.unplug,
            }

    def do(self, message: dict[str, Any]) -> Answer:
        """One order of the owner's."""
        return self._does[message.pop("do")](**message)

    def end(self) -> None:
        """Let the servers end in order."""
        self._programs.stop_all()

    def _host(self, **first: Any) -> Answer:
        """A further host, with its first interface."""
        network = None if self._switch is None else self._switch.add_host(**first)
        self._hosts.append(network)
        return {"host": len(self._hosts) - 1}, []

    def _plug(self, host: int, **interface: Any) -> Answer:
        """A further interface of a host, which from now on is a router."""
        network = self._hosts[host]
        assert self._switch is not None
        assert network is not None
        self._switch.plug(network, **interface)
        with kernel.network(network):
            _FORWARDS.write_text("1")
        return {}, []

    def _route(self, host: int, network: str, gateway: str) -> Answer:
        """A way to a further network."""
        own = self._hosts[host]
        assert own is not None
        with kernel.network(own):
            netlink.add_route(IPv4Network(network), IPv4Address(gateway))
        return {}, []

    def _start(self, host: int, **order: Any) -> Answer:
        argv, ports = tuple(order.pop("argv")), tuple(order.pop("ports"))
        started = Order(argv, **order, ports=ports)
        return {"program": self._programs.start(started, self._hosts[host])}, []

    def _look(self, program: int, host: int) -> Answer:
        programs = self._programs
        listens, busy = programs.listens(program, self._hosts[host]), programs.is_busy(program)
        return {"status": programs.status(program), "listens": listens, "busy": busy}, []

    def _status(self, program: int) -> Answer:
        return {"status": self._programs.status(program)}, []

    def _watch(self, program: int) -> Answer:
        """What becomes readable when it ends, if it has not."""
        handle = self._programs.handle(program)
        return {}, [] if handle is None else [handle]

    def _signal(self, program: int, number: int) -> Answer:
        self._programs.send(program, number)
        return {}, []

    def _stop(self, program: int) -> Answer:
        self._programs.stop(program)
        return {"status": self._programs.status(program)}, []


class _Switch:
    """The segments: a network of our own, with a namespace more for each host."""

    def __init__(self, folder: Path, step: Doing) -> None:
        step.doing = "making a network namespace"
        kernel.unshare(kernel.CLONE_NEWNET | kernel.CLONE_NEWNS)
        make_private(folder)
        _forget_ipv6()
        step.doing = "making a network in it"
        netlink.bring_up("lo")
        self._segments = self._plugs = self._ports = 0
        self.add_segment()

    def add_segment(self) -> Answer:
        """A further switch."""
        number, self._segments = self._segments, self._segments + 1
        netlink.add_bridge(f"br{number}")
        netlink.bring_up(f"br{number}")
        return {"segment": number}, []

    def add_host(self, tap: bool, interface: str, guest: bool = False, **wanted: Any) -> int:
        """A host with an interface, to be joined there if it is a TAP; its network namespace.

        With `guest` it is a host of virtual machines: its cable ends in a switch of its own, with
        a TAP besides, which is what a virtual machine that runs there has for a card.
        """
        network = kernel.new_network()
        try:
            with kernel.network(network):
                _forget_ipv6()
                netlink.bring_up("lo")
            if tap:
                _require_tun()
                with kernel.network(network):
                    make_persistent(interface)
                    _configure(interface, wanted["address"], wanted["mtu"])
                    _await(interface, DOWN)
            else:
                self.plug(network, _CABLE if guest else interface, **wanted)
            if guest:
                _require_tun()
                with kernel.network(network):
                    _join(_CABLE, interface)
        except BaseException:
            os.close(network)
            raise
        return network

    def plug(
        self, network: int, interface: str, segment: int, address: str | None, mtu: int | None
    ) -> None:
        """A cable from a host to a switch."""
        number, self._ports = self._ports, self._ports + 1
        netlink.add_cable(f"p{number}", interface, network, mtu)
        netlink.plug_in(f"p{number}", f"br{segment}")
        with kernel.network(network):
            _configure(interface, address, mtu)
            _await(interface, UP)
        _await(f"p{number}", UP)

    def link(self, macs: list[str], tap: bool, segment: int) -> Answer:
        """A cable, or a TAP as a virtual machine has it, from clients of its own to a switch."""
        number, self._plugs = self._plugs, self._plugs + 1
        bridge = f"br{segment}"
        name = f"t{number}" if tap else f"c{number}"
        if tap:
            _require_tun()
            descriptor = open_descriptor(name)
            netlink.plug_in(name, bridge)  # a TAP has its carrier from the first
        else:
            netlink.add_cable(name, f"q{number}")
            netlink.plug_in(f"q{number}", bridge)
            netlink.bring_up(name)
            descriptor = open_socket(name, *map(bytes.fromhex, macs)).detach()
            _await(f"q{number}", UP)
            _await(name, UP)
        return {"interface": name}, [descriptor]

    def unplug(self, interface: str) -> Answer:
        """Take a cable away."""
        netlink.delete_link(interface)
        return {}, []


def _configure(interface: str, address: str | None, mtu: int | None) -> None:
    if mtu is not None:
        netlink.set_mtu(interface, mtu)
    netlink.bring_up(interface)
    if address is not None:
        netlink.add_address(interface, IPv4Interface(address))


def _join(cable: str, tap: str) -> None:
    """A switch of a cable and a TAP, which has its carrier when a virtual machine opens it."""
    make_persistent(tap)
    netlink.add_bridge(_GUESTS)
    for name in (cable, tap):
        netlink.plug_in(name, _GUESTS)
    netlink.bring_up(tap)
    netlink.bring_up(_GUESTS)


def _require_tun() -> None:
    if not os.access(_TUN, os.R_OK | os.W_OK):
        raise PermissionError(errno.EACCES, f"a TAP needs access to {_TUN}")


def _forget_ipv6() -> None:
    """Without it each interface sends router solicitations of its own into the captures."""
    for which in ("all", "default"):
        switch = Path(f"/proc/sys/net/ipv6/conf/{which}/disable_ipv6")
        try:
            switch.write_text("1")
        except OSError:  # a kernel without IPv6, or a container that may not: it only adds noise
            return


def _await(name: str, state: int) -> None:
    # The kernel notices a carrier in the background: servers look for it when they start, and a
    # switch forwards nothing to a port without one.
    if not await_state(name, state, _CARRIER_PATIENCE):
        raise OSError(0, f"{name} has {'no' if state == UP else 'a'} carrier")
    netlink.bring_up(name)  # it is: an order that waits for what the kernel does with the state
