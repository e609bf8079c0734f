"""One firmware's recording foretells another's boot, or says that it cannot."""

from __future__ import annotations

import pytest

from pxeclient.compare.suite import firmwares
from pxeclient.matrix.row import Result, Row
from tests.matrix.recorded import CAPTURES, open_recording, outcome, rows_of

FIRMWARES = {firmware.name: firmware.profile for firmware in firmwares(CAPTURES)}

OTHER_SERVERS = {
    # dnsmasq was asked by a BIOS and by a UEFI machine, and serves them differently.
    "dnsmasq-samehost",
    # iPXE fetched it by HTTP, which is not emulated.
    "http-uri-filename",
}
"""Situations in which what was recorded does not carry over."""

RESULTS = {"booted": Result.BOOTED, "failed": Result.FAILED, "timeout": Result.STOPPED}


def scenarios(*names: str) -> list[str]:
    """The situations in which all these firmwares were recorded."""
    found = [{path.name for path in (CAPTURES / name).iterdir() if path.is_dir()} for name in names]
    return sorted(set.intersection(*found) - OTHER_SERVERS)


def foretold(recorded: str, scenario: str, firmware: str) -> Row:
    """What a recording says of another firmware."""
    (row,) = rows_of(open_recording(recorded, scenario), FIRMWARES[firmware])
    return row


@pytest.mark.parametrize(
    ("recorded", "firmware", "least"),
    [
        ("ipxe-82540em", "ovmf-virtio", 60),
        ("ipxe-82540em", "ipxe-head-e1000e", 90),
        ("ovmf-virtio", "ipxe-head-e1000e", 50),
    ],
)
def test_what_is_foretold_is_what_happened(recorded: str, firmware: str, least: int) -> None:
    """In every situation that both were recorded in, the other one's end is right or open.

    `least` is how many are told: a recording that is always silent would never be wrong.
    """
    told = 0
    for scenario in scenarios(recorded, firmware):
        row = foretold(recorded, scenario, firmware)
        if row.result is Result.CANNOT_TELL:
            continue
        told += 1
        really = outcome(firmware, scenario)
        assert row.result is RESULTS[really.result], (scenario, row)
        if row.result is Result.BOOTED:
            assert (row.file, row.server) == (really.boot_file, really.tftp_server), scenario
    assert told >= least


OPEN = {
    # The recording has the client's frames alone: it may be of one direction only.
    ("no-server", "*"): "nobody's frames but the recorded client's",
    # All that it heard was broadcast, and ARP replies would not have been.
    ("tftp-no-arp", "ovmf-virtio"): "no frame that was sent to the recorded client alone",
    # No whole file was recorded that could be served anew.
    ("tftp-error-midway", "*"): "the capture has only the first 5",
    ("odd-tftp-fragments", "*"): "the capture has only the first 0 octets",
    ("tftp-no-options", "ovmf-virtio"): "the capture has only the first 512 octets",
    ("tftp-only-blksize", "ovmf-virtio"): "the capture has only the first 0 octets",
    ("tftp-zero-file", "ovmf-virtio"): "the capture has only the first 0 octets",
}
"""What a firmware's own recording leaves open (situation, firmware), and why."""


def test_every_firmware_foretells_itself() -> None:
    """Its own recording leaves almost nothing open, and says what happened."""
    for name in FIRMWARES:
        for scenario in scenarios(name):
            row = foretold(name, scenario, name)
            why = OPEN.get((scenario, name), OPEN.get((scenario, "*")))
            if why is None:
                assert row.result is RESULTS[outcome(name, scenario).result], (name, scenario)
            else:
                assert row.result is Result.CANNOT_TELL, (name, scenario)
                assert why in (row.remark or ""), (name, scenario)


def test_what_comes_after_the_emulation_is_open() -> None:
    """IPXE fetches the URL by HTTP; that it does not boot is not what its recording shows."""
    row = foretold("ipxe-head-e1000e", "http-uri-filename", "ipxe-head-e1000e")
    assert (row.result, row.failure) == (Result.CANNOT_TELL, "unsupported-scheme")
    assert "a URI that pxeclient does not fetch" in (row.remark or "")


def test_port_4011_that_was_never_asked_leaves_it_open() -> None:
    """IPXE boots from the proxy offer as it is; VMware asks port 4011, which nobody recorded."""
    known = open_recording("ipxe-e1000e", "proxy-60-file")
    ipxe, vmware = rows_of(known, "ipxe", "vmware-e1000e")
    assert (ipxe.result, ipxe.file, ipxe.server) == (
        Result.BOOTED,
        "proxy67.0",
        "10.77.0.3",
    )
    assert vmware.result is Result.CANNOT_TELL
    assert vmware.remark == (
        "it sends a request to port 4011 of 10.77.0.3, which the recorded client never did"
    )
    assert vmware.code == "PXE-E55"


def test_a_silent_port_4011_that_was_asked_is_silent_for_all() -> None:
    """Both asked the proxy, so what VMware's ROM says is told."""
    known = open_recording("ovmf-virtio", "proxy-60-only-4011-dead")
    (vmware,) = rows_of(known, "vmware-e1000e")
    assert (vmware.result, vmware.code) == (Result.FAILED, "PXE-E55")


def test_replies_come_as_our_client_asks_for_them() -> None:
    """EDK II asks for broadcasts, and hears nothing else; the recorded iPXE got unicasts."""
    known = open_recording("ipxe-82540em", "plain-dhcp-bootfile")
    (edk2,) = rows_of(known, "edk2")
    assert edk2.result is Result.BOOTED


def test_the_file_is_the_recorded_one() -> None:
    """Octet by octet, whatever block size was agreed: size and digest are the recording's."""
    known = open_recording("ipxe-82540em", "plain-dhcp-bootfile")
    rows = rows_of(known, "ipxe-20190125", "vmware-e1000e", "intel-boot-agent", "edk2")
    assert all(row.result is Result.BOOTED for row in rows)
    assert len({row.fetched.sha256 for row in rows if row.fetched}) == 1
