"""The last lines of a boot: the verdict, for a person who reads nothing else."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from pxeclient.advice import Server
from pxeclient.diagnose import AtHand, Finding, Severity, diagnose
from pxeclient.endings import end_of
from pxeclient.practice.scenario import names
from pxeclient.report.closing import LONGEST, beside, closing, main
from pxeclient.report.transcript import fitted
from pxeclient.trace import Trace
from tests.boots import boot_on, booted

DEAD = "proxy-60-file-4011-dead"
SMALL = [name for name in names() if name != "big-file"]


@cache
def found_in(firmware: str, network: str) -> tuple[Trace, tuple[Finding, ...]]:
    """The boot of that firmware on a built-in network, and what is wrong there."""
    trace = booted(firmware, network, 3600.0)
    return trace, tuple(diagnose(trace))


def last_lines(trace: Trace, kind: Server | None = None) -> list[str]:
    """As `pxeclient boot -q` prints them."""
    return list(closing(trace, diagnose(trace), kind))


@pytest.mark.parametrize("columns", ["40", "80", "160"])
@pytest.mark.parametrize("firmware", ["ipxe", "vmware-e1000e", "edk2"])
@pytest.mark.parametrize("network", SMALL)
def test_it_fits_a_terminal(
    monkeypatch: pytest.MonkeyPatch, network: str, firmware: str, columns: str
) -> None:
    """24 rows of 80 columns with the prompt; the code first, the finding named if there is one."""
    monkeypatch.setenv("COLUMNS", columns)
    trace, findings = found_in(firmware, network)
    found = main(findings, end_of(trace))
    for kind in (None, *Server):
        lines = list(closing(trace, findings, kind))
        assert lines[0].startswith("■ ")
        if columns != "40":
            rows = sum(-(-len(line) // int(columns)) or 1 for line in lines)
            assert rows <= 23
        if found is not None:
            named = [line for line in lines if line.endswith(f" {found.id}")]
            assert named, lines
            assert sum(line.startswith("  Cure  ") for line in lines) == 1
            assert any(f"pxeclient findings {found.id}" in line for line in lines)


@pytest.mark.parametrize(
    ("kind", "cure"),
    [
        (Server.DNSMASQ, "  Cure  dnsmasq: dhcp-option=vendor:PXEClient,6,8"),
        (Server.DHCPD, "          option vendor-encapsulated-options 06:01:08:ff;"),
        (Server.WINDOWS, "  Cure  Windows DHCP: In the scope's options: 060 = PXEClient"),
        (Server.KEA, "  Cure  Say that the boot file and the server named beside it"),
        (None, "  Cure  Say that the boot file and the server named beside it"),
    ],
)
def test_the_cure_for_the_server_at_hand(kind: Server | None, cure: str) -> None:
    """Lines that can be copied whole, or words: never a part of a configuration."""
    lines = last_lines(booted("vmware-e1000e", DEAD), kind)
    assert any(line.startswith(cure) for line in lines)
    assert sum(line.startswith("          ") for line in lines) <= LONGEST


def test_lines_to_be_copied_are_never_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal may be too narrow for them: what it breaks can be copied whole."""
    monkeypatch.setenv("COLUMNS", "40")
    trace = booted("vmware-e1000e", DEAD)
    found = diagnose(trace)
    told = main(found, end_of(trace))
    shown = [
        part
        for line in (*beside(found, told, end_of(trace), True), *closing(trace, found, Server.KEA))
        for part in fitted(line, 40)
    ]
    (always,) = {line.strip() for line in shown if '"vendor-encapsulated-options", "alw' in line}
    assert always == '{ "name": "vendor-encapsulated-options", "always-send": true },'


def test_a_server_that_was_recognised_says_on_what_ground() -> None:
    """Its lines come first, and what they rest on stands below."""
    trace = booted("vmware-e1000e", DEAD)
    known = AtHand(Server.DNSMASQ, "10.77.0.2 writes its options in dnsmasq's order (frame 3)")
    found = [replace(one, at_hand=known) for one in diagnose(trace)]
    shown = "\n".join(closing(trace, found))
    assert "  Cure  dnsmasq: dhcp-option=vendor:PXEClient,6,8" in shown
    assert "10.77.0.2 writes its options in dnsmasq's order (frame 3); other servers:" in shown
    assert "  Cure  ISC dhcpd:" in "\n".join(closing(trace, found, Server.DHCPD))


def test_a_firmware_that_boots_is_not_told_what_stops_others() -> None:
    """That stands before the verdict, in a line."""
    trace = booted("ipxe", DEAD)
    found = diagnose(trace)
    assert main(found, end_of(trace)) is None
    assert all(line.startswith(("■ Booted boot.0", "  ")) for line in closing(trace, found))
    before = list(beside(found, None, end_of(trace)))
    assert before[0].startswith("▲ D43-VMW (would stop another firmware): ")


def test_nothing_found() -> None:
    """Then the reason is the firmware's own."""
    trace = booted("vmware-e1000e", DEAD)
    lines = list(closing(trace, []))
    assert lines[1].startswith("  Why   10.77.0.3:4011 gave no usable answer")
    assert lines[-1] == "  More  what PXE-E55 means: pxeclient errors PXE-E55"


def test_what_stops_the_next_stage() -> None:
    """Of a boot that worked so far: it is no reason of an end, but what comes next."""
    trace = booted("ipxe", DEAD)
    finding: Finding = replace(diagnose(trace)[0], severity=Severity.NEXT)
    shown = list(closing(trace, [finding]))
    assert shown[0].startswith("■ Booted")
    assert any(line.startswith("  Next  ") for line in shown)


@pytest.mark.parametrize(
    ("firmware", "network", "deadline", "waits"),
    [
        ("vmware-e1000e", "silence", 3.0, "an answer to a DHCPDISCOVER, sent 2 times, the last"),
        ("ipxe", "silence", 0.5, "an answer to a DHCPDISCOVER, sent once,"),
        ("vmware-e1000e", DEAD, 4.0, "a request to port 4011 of 10.77.0.3, sent 2 times,"),
        ("vmware-e1000e", "tftp-silent", 4.0, "an answer to the file boot.0 of 10.77.0.3"),
    ],
)
def test_stopped_in_a_silence(firmware: str, network: str, deadline: float, waits: str) -> None:
    """Whoever stops a boot is told what it was waiting for."""
    trace = boot_on(firmware, network, deadline=deadline)
    for stopped in ("deadline", "interrupted"):
        trace.stopped = stopped
        shown = " ".join(" ".join(last_lines(trace)).split())
        assert waits in shown
