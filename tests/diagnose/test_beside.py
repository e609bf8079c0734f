"""What only several boots show, held beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from ipaddress import IPv4Address

import pytest

from pxeclient.boot.events import FrameReceived
from pxeclient.diagnose import Finding, Severity, diagnose, diagnose_beside, ranked
from pxeclient.seen.frame import Frame
from pxeclient.seen.reading import read
from pxeclient.stack.acts import SendFrame
from pxeclient.trace import Trace
from pxeclient.wire import dhcp, ethernet, ipv4, udp
from pxeclient.wire.addresses import Mac
from pxeclient.wire.dhcp import Option
from pxeclient.wire.ipv4 import Packet
from pxeclient.wire.udp import Datagram
from tests.diagnose.boots import DHCP, EDK2, IPXE, VMWARE, boot, boot_on

STOPS, OTHERS = Severity.STOPS, Severity.OTHERS
RELAY = "10.5.0.1"
EFI = {"files": {"*": {"kind": "efi"}}}
OTHER = bytes.fromhex("020000000099")


def shows(traces: Sequence[Trace], at: int, id: str, *words: str,
          began: Sequence[float | None] | None = None, whole: Sequence[Frame] = (),
          severity: Severity = STOPS) -> Finding:  # fmt: skip
    """One of them shows it, so severe, and the others nothing."""
    found = diagnose_beside(traces, began, whole)
    [only] = found[at]
    assert (only.id, only.severity) == (id, severity)
    assert not any(more for number, more in enumerate(found) if number != at)
    for part in words:
        assert part in only.seen
    return only


def hides(traces: Sequence[Trace], id: str, began: Sequence[float | None] | None = None,
          whole: Sequence[Frame] = ()) -> None:  # fmt: skip
    """None of them shows it."""
    assert not any(one.id == id for found in diagnose_beside(traces, began, whole) for one in found)


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


# --- both sides of a relay ----------------------------------------------------------------
def server_side(trace: Trace, *options: Option) -> list[Frame]:
    """The DHCPOFFER of a boot as its server sent it to a relay, with these options at its end."""
    offer = next(frame for frame in trace.talk().heard(dhcp.OFFER))
    assert offer.message is not None
    said = offer.message.message
    kept = [one for one in said.options if one.code != dhcp.END]
    copy = replace(said, giaddr=IPv4Address(RELAY), options=(*kept, *options, Option(dhcp.END)))
    payload = dhcp.build(copy)
    source, to = IPv4Address(DHCP), IPv4Address(RELAY)
    datagram = udp.build(Datagram(67, 67, payload), source, to)
    packet = ipv4.build(Packet(source, to, ipv4.UDP, datagram))
    octets = ethernet.join(Mac(OTHER), Mac(OTHER), ethernet.IPV4, packet)
    return [read(0, offer.at, octets, ours=False)]


AGENT, NAME = Option(82, b"\1\4eth0"), Option(67, b"boot.0")
NOTHING = {"siaddr": "0.0.0.0", "file": ""}


def test_m_relay() -> None:
    """What stood behind option 82 did not come through, and the boot failed for want of it."""
    failed = boot(VMWARE, both=NOTHING)
    whole = server_side(failed, AGENT, NAME)
    shows([failed], 0, "M-RELAY", "option 67", "behind option 82", whole=whole)
    told = ranked([*diagnose_beside([failed], whole=whole)[0], *diagnose(failed)])
    assert [one.cause for one in told if one.id == "N-FILE"] == ["M-RELAY"]
    works = boot(IPXE)
    shows([works], 0, "M-RELAY", whole=server_side(works, NAME, AGENT), severity=OTHERS)


def test_m_relay_takes_what_is_its_own() -> None:
    """Option 82 alone; and a reply of another exchange, or to another machine."""
    failed = boot(VMWARE, both=NOTHING)
    hides([failed], "M-RELAY", whole=server_side(failed, AGENT))
    hides([failed], "M-RELAY", whole=server_side(boot(IPXE), AGENT, NAME))
    hides([renamed(failed)], "M-RELAY", whole=server_side(failed, AGENT, NAME))
