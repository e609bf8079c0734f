"""Boots on networks of a test's own, and what is found in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from pxeclient import profile as profiles
from pxeclient.diagnose import Finding, Severity, diagnose
from pxeclient.playbook import Client, DhcpReply, Playbook, ServerMessage, UdpDatagram
from pxeclient.practice.model import Scenario
from pxeclient.practice.option_spec import from_text
from pxeclient.trace import Trace
from pxeclient.wire import dhcp
from tests import boots

IPXE, IPXE_EFI, VMWARE, EDK2 = "ipxe", "ipxe-efi", "vmware-e1000e", "edk2"
EVERYBODY = tuple(profiles.names())

DHCP, PROXY, TFTP, BOOT_SERVER = "10.77.0.1", "10.77.0.2", "10.77.0.3", "10.77.0.5"

Options = Sequence[list[Any]]
Reply = Mapping[str, Any]
"""A reply as in a scenario; ``options`` replace those of the same code, and come last."""

SAYS_PXE = [60, "str", "PXEClient"]
NO_DISCOVERY = [43, "hex", "06 01 08 ff"]
BARE: Reply = {"siaddr": "0.0.0.0", "file": "", "options": [SAYS_PXE]}
"""PXEClient, and nothing else to boot from."""


def boot(
    firmware: str = IPXE,
    *,
    both: Reply | None = None,
    offer: Reply | None = None,
    ack: Reply | None = None,
    own_4011: Reply | None = None,
    proxy: Reply | None = None,
    proxy_4011: Reply | None = None,
    more: Iterable[Mapping[str, Any]] = (),
    tftp: Mapping[str, Any] | None = None,
) -> Trace:
    """The trace of a boot where a DHCP server names TFTP server and file, but for these changes.

    Args:
        firmware: The profile.
        both: Changes to its offer and its DHCPACK.
        offer: Changes to its offer.
        ack: Changes to its DHCPACK.
        own_4011: What it answers on port 4011; None is nothing.
        proxy: The offer of a ProxyDHCP server; None is that there is none.
        proxy_4011: What the ProxyDHCP server answers on port 4011.
        more: More servers of the scenario.
        tftp: What the TFTP server does.
    """
    named = {"yiaddr": "10.77.0.50", "siaddr": TFTP, "file": "boot.0"}
    rules = [
        rule(67, "discover", named, _lease(2), both, offer),
        rule(67, "request", named, _lease(5), {"item": False}, both, ack),
    ]
    if own_4011 is not None:
        rules.append(rule(4011, "request", {}, _answer(5, DHCP), own_4011))
    servers = [
        host("dhcp", DHCP, bootp=rules),
        host("tftp", TFTP, tftp=tftp or {"files": {"*": {}}}),
    ]
    if proxy is not None:
        rules = [rule(67, "discover", {}, _answer(2, PROXY), proxy)]
        if proxy_4011 is not None:
            rules.append(rule(4011, "request", {}, _answer(5, PROXY), proxy_4011))
        servers.append(host("proxy", PROXY, bootp=rules))
    return boot_on(firmware, [*servers, *more])


def boot_on(firmware: str, servers: Sequence[Mapping[str, Any]]) -> Trace:
    """The trace of a boot with these servers."""
    table = {"name": "test", "servers": list(servers)}
    return boot_in(firmware, msgspec.convert(table, Scenario, dec_hook=from_text))


def boot_in(firmware: str, script: Scenario) -> Trace:
    """The trace of a boot in that situation, with boot files for its architecture."""
    return boots.boot_on(firmware, script)


def host(name: str, ip: str, **more: Any) -> dict[str, Any]:
    """A host of a scenario."""
    return {
        "name": name,
        "ip": ip,
        "mac": f"52:54:00:aa:00:{int(ip.rsplit('.', 1)[1]):02x}",
        **more,
    }


def rule(
    port: int, msg: str, base: Reply, options: Options, *changes: Reply | None
) -> dict[str, Any]:
    """When to answer `msg`: with `base` and `options`, changed."""
    made: dict[str, Any] = {**base}
    every: dict[int, list[Any]] = {option[0]: option for option in options}
    keys: dict[str, Any] = {}
    for change in changes:
        given = {**(change or {})}
        every |= {option[0]: option for option in given.pop("options", ())}
        keys |= {key: given.pop(key) for key in ("item", "skip", "times") if key in given}
        made |= given
    made["options"] = [option for option in every.values() if option[1] != "none"]
    return {"port": port, "msg": msg, **keys, "replies": [made]}


def _lease(type: int) -> Options:
    return [
        [53, "u8", type],
        [54, "ip", DHCP],
        [51, "u32", 3600],
        [1, "ip", "255.255.255.0"],
        [3, "ip", DHCP],
    ]


def _answer(type: int, server: str) -> Options:
    return [[53, "u8", type], [54, "ip", server], SAYS_PXE, [97, "echo"]]


def changed(reply: DhcpReply, **fields: Any) -> ServerMessage:
    """A playbook's reply with other header fields or octets."""

    def frame(client: Client) -> bytes:
        payload = dhcp.build(replace(reply.message(client), **fields))
        return UdpDatagram(payload, 68, reply.source_port, reply.server, reply.yiaddr)(client)

    return frame


def ended(book: Playbook | Callable[[], Playbook], seconds: float = 400.0) -> Trace:
    """The trace of a playbook's boot after so much time."""
    opened = book if isinstance(book, Playbook) else book()
    return opened.waits(seconds).trace


def found(trace: Trace) -> list[str]:
    """The ids of the findings."""
    return [finding.id for finding in diagnose(trace)]


def shows(trace: Trace, id: str, severity: Severity, *words: str) -> Finding:
    """The boot shows that finding, so severe, and these words are in what was seen."""
    mine = [finding for finding in diagnose(trace) if finding.id == id]
    assert mine, f"{id} is not among {found(trace)}"
    assert mine[0].severity is severity
    for part in words:
        assert part in mine[0].seen
    frames = {record.frame for record, _, _ in trace.frames()}
    assert mine[0].frames
    assert set(mine[0].frames) <= frames
    return mine[0]


def hides(trace: Trace, id: str) -> None:
    """The boot does not show that finding."""
    assert id not in found(trace)
