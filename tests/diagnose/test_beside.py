"""What only several boots show, held beside each other."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pxeclient.boot.actions import SendFrame
from pxeclient.boot.events import FrameReceived
from pxeclient.diagnose import Finding, Severity, diagnose, diagnose_beside, ranked
from pxeclient.trace import Trace
from tests.diagnose.boots import EDK2, IPXE, VMWARE, boot, boot_on

STOPS = Severity.STOPS
EFI = {"files": {"*": {"kind": "efi"}}}
OTHER = bytes.fromhex("020000000099")


def beside(traces: Sequence[Trace], began: Sequence[float | None] | None = None) -> list[list[str]]:
    """The ids that are about each boot."""
    return [[one.id for one in found] for found in diagnose_beside(traces, began)]


def shows(traces: Sequence[Trace], at: int, id: str, *words: str,
          began: Sequence[float | None] | None = None) -> Finding:  # fmt: skip
    """One of them shows it, so severe, and the others nothing."""
    found = diagnose_beside(traces, began)
    [only] = found[at]
    assert (only.id, only.severity) == (id, STOPS)
    assert not any(more for number, more in enumerate(found) if number != at)
    for part in words:
        assert part in only.seen
    return only


def hides(traces: Sequence[Trace], id: str, began: Sequence[float | None] | None = None) -> None:
    """None of them shows it."""
    assert not any(id in found for found in beside(traces, began))


def renamed(trace: Trace, mac: bytes = OTHER) -> Trace:
    """The same boot of a machine with another MAC address."""
    old = mac_of(trace)
    whole = Trace(trace.profile, trace.title, trace.where, runs=trace.runs)
    for record in trace.records:
        item = record.item
        if isinstance(item, SendFrame):
            item = SendFrame(_with(item.frame, old, mac))
        elif isinstance(item, FrameReceived):
            item = FrameReceived(_with(item.frame, old, mac))
        whole.add(record.at, item)
    whole.ended = trace.ended
    return whole


def mac_of(trace: Trace) -> bytes:
    """The machine's."""
    return next(frame[6:12] for _, frame, ours in trace.frames() if ours)


def _with(frame: bytes, old: bytes, new: bytes) -> bytes:
    """UDP checksums of zero are none."""
    changed = frame.replace(old, new)
    if changed != frame and frame[12:14] == b"\x08\x00" and frame[23:24] == b"\x11":
        changed = changed[:40] + b"\0\0" + changed[42:]
    return changed


# --- the port -----------------------------------------------------------------------------
@pytest.mark.parametrize("first", [VMWARE, EDK2])
@pytest.mark.parametrize("pause", [1.0, 40.0])
def test_p_link(first: str, pause: float) -> None:
    """The ROM is served, and iPXE hears nothing on the same port."""
    rom = boot(first)
    ipxe = renamed(boot_on(IPXE, []), mac_of(rom))
    began = (0.0, rom.ended + pause)
    finding = shows([rom, ipxe], 1, "P-LINK", "DHCPDISCOVERs", began=began)
    assert "portfast" in finding.cures[0].do
    told = ranked([*diagnose_beside([rom, ipxe], began)[1], *diagnose(ipxe)])
    assert [(one.id, one.cause) for one in told] == [("P-LINK", None), ("N-OFFER", "P-LINK")]


def test_p_link_cannot_be_told() -> None:
    """Long after; before; the same firmware again; another machine; times that are not known."""
    rom = boot(VMWARE)
    ipxe = renamed(boot_on(IPXE, []), mac_of(rom))
    late = (0.0, rom.ended + 600.0)
    hides([rom, ipxe], "P-LINK", late)
    hides([ipxe, rom], "P-LINK", (0.0, 60.0))
    hides([rom, boot_on(VMWARE, [])], "P-LINK", (0.0, rom.ended + 5.0))
    hides([rom, renamed(ipxe)], "P-LINK", (0.0, rom.ended + 5.0))
    hides([rom, ipxe], "P-LINK")
    hides([boot_on(VMWARE, []), ipxe], "P-LINK", (0.0, 90.0))
    hides([rom, renamed(boot(IPXE), mac_of(rom))], "P-LINK", (0.0, rom.ended + 5.0))


# --- the machine --------------------------------------------------------------------------
@pytest.mark.parametrize("wrong", ["pxelinux.0", "undionly.kpxe"])
def test_m_host(wrong: str) -> None:
    """One UEFI machine is given a BIOS file, another one of its kind is not."""
    mine = boot(EDK2, both={"file": wrong}, tftp={"files": {"*": {"kind": "bios"}}})
    theirs = renamed(boot(EDK2, both={"file": "grub2/bootx64.efi"}, tftp=EFI))
    finding = shows([mine, theirs], 0, "M-HOST", wrong, "grub2/bootx64.efi", "02:00:00:00:00:99")
    assert "52:54:00:12:34:56" in finding.cures[0].do
    told = ranked([*diagnose_beside([mine, theirs])[0], *diagnose(mine)])
    stopping = [(one.id, one.cause) for one in told if one.severity is STOPS]
    assert stopping == [("M-HOST", None), ("A-FALL", "M-HOST")]


def test_m_host_is_of_another_kind_or_both_get_it() -> None:
    """Another architecture; the same wrong file; the same machine later."""
    mine = boot(EDK2, both={"file": "pxelinux.0"}, tftp={"files": {"*": {"kind": "bios"}}})
    hides([mine, renamed(boot(VMWARE))], "M-HOST")
    hides([mine, renamed(mine)], "M-HOST")
    hides([mine, boot(EDK2, tftp=EFI)], "M-HOST")


# --- the ports of clients -----------------------------------------------------------------
@pytest.mark.parametrize(("heard", "silent"), [(VMWARE, IPXE), (IPXE, VMWARE), (EDK2, IPXE)])
def test_t_ports(heard: str, silent: str) -> None:
    """The same TFTP server answers one firmware's ports, and none of the other's."""
    one, other = boot(heard), renamed(boot(silent, tftp={"silent": True}))
    finding = shows([one, other], 1, "T-PORTS", "answers requests from client ports", "and none")
    assert "69" in finding.cures[0].do


def test_t_ports_have_nothing_to_do_with_it() -> None:
    """All are silent; all are answered; the silent one asks from ports between those answered."""
    dead = {"silent": True}
    hides([boot(VMWARE, tftp=dead), renamed(boot(IPXE, tftp=dead))], "T-PORTS")
    hides([boot(VMWARE), renamed(boot(IPXE))], "T-PORTS")
    hides([boot(EDK2), boot(IPXE), renamed(boot(VMWARE, tftp=dead))], "T-PORTS")
