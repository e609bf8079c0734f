"""In which order findings are told, and that none contradicts how the boot ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from ipaddress import IPv4Address
from typing import Any

import pytest

from pxeclient.boot.events import FrameReceived
from pxeclient.diagnose import Finding, Severity, diagnose
from pxeclient.matrix import advice
from pxeclient.report import findings
from pxeclient.stack.acts import SendFrame
from pxeclient.trace import Trace
from pxeclient.wire import ethernet, icmp, ipv4, tftp, udp
from pxeclient.wire.ipv4 import Packet
from pxeclient.wire.udp import Datagram
from tests.diagnose.boots import (
    DHCP,
    EDK2,
    IPXE,
    PROXY,
    SAYS_PXE,
    TFTP,
    VMWARE,
    boot,
    boot_on,
    found,
    host,
    rule,
    shows,
)

STOPS, NEXT, OTHERS, NOTE = (
    Severity.STOPS,
    Severity.NEXT,
    Severity.OTHERS,
    Severity.NOTE,
)
GRUB = {"siaddr": PROXY, "file": "grub/grubx64.efi", "options": [[43, "hex", "06 01 08 ff"]]}


def told(trace: Trace, id: str) -> Finding:
    """The finding of that id."""
    return next(one for one in diagnose(trace) if one.id == id)


CLOSED_HOST, SILENT_HOST, ABSENT = "10.77.0.87", "10.77.0.88", "10.77.0.99"
HOSTS = (
    host("deaf", SILENT_HOST, tftp={"files": {}, "silent": True}),
    host("closed", CLOSED_HOST, icmp_unreach=True),
)


@pytest.mark.parametrize("firmware", [VMWARE, EDK2, IPXE])
@pytest.mark.parametrize("next_server", [CLOSED_HOST, SILENT_HOST, ABSENT])
@pytest.mark.parametrize(
    "named", [{"options": [[66, "str", TFTP], [67, "str", "boot.0"]]}, {"sname": TFTP}]
)
def test_a_dead_next_server_is_explained_by_the_other(
    firmware: str, next_server: str, named: Mapping[str, Any]
) -> None:
    """It is closed, silent or absent, and option 66 or sname names a host that serves."""
    trace = boot(firmware, both={"siaddr": next_server, **named}, more=HOSTS)
    first, *rest = [one for one in diagnose(trace) if one.severity is STOPS]
    assert first.id == "B-66"
    assert f"dhcp-boot=boot.0,,{TFTP}" in first.cures[0].dnsmasq
    assert rest
    assert {one.cause for one in rest} == {"B-66"}
    lines = list(findings.lines(diagnose(trace), failed=True))
    assert lines[0].startswith("▲ B-66: ")
    assert not any(line.startswith(("▲ T-", "▲ N-ARP")) for line in lines)
    assert any(line.startswith("  So also ") for line in lines)


def test_a_dead_next_server_that_nothing_contradicts() -> None:
    """Without another name it stands for itself; so does a refusal where 66 agrees."""
    for options in ([], [[66, "str", CLOSED_HOST]]):
        both = {"siaddr": CLOSED_HOST, "options": options}
        trace = boot(VMWARE, both=both, more=HOSTS)
        assert told(trace, "T-CLOSED").cause is None


def test_what_stops_the_next_stage_comes_before_other_firmwares() -> None:
    """GRUB is fetched from the proxy; a bare offer beside it would stop others."""
    router = [
        rule(67, asked, {"yiaddr": "10.77.0.50", "siaddr": DHCP}, _lease(type))
        for asked, type in (("discover", 2), ("request", 5))
    ]
    offers = [rule(67, "discover", {}, [[53, "u8", 2], [54, "ip", PROXY], SAYS_PXE], GRUB)]
    files = {"files": {"*": {"kind": "efi"}}}
    trace = boot_on(
        EDK2, [host("dhcp", DHCP, bootp=router), host("proxy", PROXY, bootp=offers, tftp=files)]
    )
    severities = [one.severity for one in diagnose(trace)]
    assert severities == sorted(severities, key=list(Severity).index)
    assert found(trace)[0] == "C-PROXYSRV"
    assert told(trace, "C-PROXYSRV").severity is NEXT
    lines = list(findings.lines(diagnose(trace), failed=False))
    assert lines[0].startswith("▲ C-PROXYSRV (stops the next stage)")
    assert any(f"next-server {PROXY};" in line for line in lines)
    table = "\n".join(advice.lines([trace]))
    assert table.startswith("▲ C-PROXYSRV (stops the next stage)")
    assert "It stops what runs next on edk2." in table


def _lease(type: int) -> list[list[Any]]:
    return [[53, "u8", type], [54, "ip", DHCP], [51, "u32", 600], [1, "ip", "255.255.255.0"]]


# --- what the client took, and how it ended -----------------------------------------------
Forge = Callable[[bytes], bytes]
"""From the client's read request to a frame that somebody else sends at that moment."""


def forged(trace: Trace, forge: Forge, after: int = 1) -> Trace:
    """The boot with such a frame behind the `after`th read request, which the client overlooks."""
    whole = Trace(trace.profile, trace.title, trace.where)
    seen = 0
    for record in trace.records:
        whole.add(record.at, record.item)
        item = record.item
        if isinstance(item, SendFrame) and item.frame[23:24] == b"\x11":
            seen += item.frame[36:38] == b"\0\x45"
            if item.frame[36:38] == b"\0\x45" and seen == after:
                whole.add(record.at, FrameReceived(forge(item.frame)))
    return whole


def closed(sender: str, code: int = icmp.PORT_UNREACHABLE) -> Forge:
    """An ICMP error of that host about the request."""

    def forge(request: bytes) -> bytes:
        asked = ethernet.parse(request)
        said = icmp.build(icmp.Icmp(icmp.UNREACHABLE, code, bytes(4) + asked.payload[:28]))
        packet = Packet(IPv4Address(sender), ipv4.parse(asked.payload).source, ipv4.ICMP, said)
        return ethernet.join(asked.source, asked.destination, ethernet.IPV4, ipv4.build(packet))

    return forge


def error_from(port: int) -> Forge:
    """An ERROR of the server's address from that port, which the client has not answered to."""

    def forge(request: bytes) -> bytes:
        asked = ethernet.parse(request)
        packet = ipv4.parse(asked.payload)
        ours = udp.parse(packet.payload, packet.source, packet.destination)
        error = tftp.build(tftp.Error(0, b"go away"))
        datagram = udp.build(
            Datagram(port, ours.source_port, error), packet.destination, packet.source
        )
        answer = Packet(packet.destination, packet.source, ipv4.UDP, datagram)
        return ethernet.join(asked.source, asked.destination, ethernet.IPV4, ipv4.build(answer))

    return forge


@pytest.mark.parametrize("firmware", [IPXE, VMWARE, EDK2])
@pytest.mark.parametrize("sender", ["10.77.0.66", DHCP, TFTP])
@pytest.mark.parametrize("code", [1, 3])
def test_an_icmp_error_does_not_undo_a_boot(firmware: str, sender: str, code: int) -> None:
    """A boot that works shows nothing that stopped it, whoever complains meanwhile."""
    trace = forged(boot(firmware), closed(sender, code))
    assert not [one for one in diagnose(trace) if one.severity is STOPS]


@pytest.mark.parametrize("firmware", [IPXE, VMWARE, EDK2])
def test_a_third_hosts_closed_port_is_nobodys(firmware: str) -> None:
    """Of a silent TFTP service a stranger cannot know that its port is closed."""
    trace = forged(boot(firmware, tftp={"silent": True}), closed("10.77.0.66"))
    assert "T-CLOSED" not in found(trace)
    shows(trace, "T-SILENT", STOPS)


def test_an_error_from_a_port_that_was_not_answered() -> None:
    """The download stalls; an ERROR of another transfer (TID) is not what it died of."""
    stalled = boot(IPXE, tftp={"files": {"*": {"size": 9000}}, "stall_at_block": 2})
    assert stalled.outcome is not None
    at_end = _late(stalled, error_from(50999))
    assert "T-ERROR" not in found(at_end)
    assert "T-ERROR" not in found(forged(boot(IPXE), error_from(50999), after=1))


def _late(trace: Trace, forge: Forge) -> Trace:
    """The same, before the end."""
    requests = [
        record.item.frame
        for record in trace.records
        if isinstance(record.item, SendFrame) and record.item.frame[36:38] == b"\0\x45"
        and record.item.frame[23:24] == b"\x11"
    ]  # fmt: skip
    whole = Trace(trace.profile, trace.title, trace.where)
    *before, finish = trace.records
    for record in before:
        whole.add(record.at, record.item)
    whole.add(finish.at, FrameReceived(forge(requests[-1])))
    whole.add(finish.at, finish.item)
    return whole


@pytest.mark.parametrize("firmware", [IPXE, VMWARE, EDK2])
def test_an_error_of_the_one_that_was_asked_counts(firmware: str) -> None:
    """Any port of the server may say it, as long as the client has answered to none."""
    trace = boot(firmware, tftp={"error": [0, "go away"]})
    assert "T-ERROR" in found(trace)
