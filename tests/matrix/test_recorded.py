"""What the table says of the servers of a recording; `tests/replay` says whether it is true."""

from __future__ import annotations

from pxeclient.matrix.row import Cell
from tests.matrix.recorded import rows_of
from tests.replay.recorded import Recorded, servers_of


def test_what_comes_after_the_emulation_is_open() -> None:
    """IPXE fetches the URL by HTTP; that it does not boot is not what its recording shows."""
    (row,) = rows_of(servers_of(Recorded("ipxe-head-e1000e", "http-uri-filename")), "ipxe")
    assert (row.result, row.failure) == (Cell.CANNOT_TELL, "unsupported-scheme")
    assert "a URI that pxeclient does not fetch" in (row.remark or "")


def test_port_4011_that_was_never_asked_leaves_it_open() -> None:
    """IPXE boots from the proxy offer as it is; VMware asks port 4011, which nobody recorded."""
    known = servers_of(Recorded("ipxe-e1000e", "proxy-60-file"))
    ipxe, vmware = rows_of(known, "ipxe", "vmware-e1000e")
    assert (ipxe.result, ipxe.file, ipxe.server) == (
        Cell.BOOTED,
        "proxy67.0",
        "10.77.0.3",
    )
    assert vmware.result is Cell.CANNOT_TELL
    assert vmware.remark == (
        "it sends a request to port 4011 of 10.77.0.3, which the recorded client never did"
    )
    assert vmware.code == "PXE-E55"


def test_a_silent_port_4011_that_was_asked_is_silent_for_all() -> None:
    """Both asked the proxy, so what VMware's ROM says is told."""
    known = servers_of(Recorded("ovmf-virtio", "proxy-60-only-4011-dead"))
    (vmware,) = rows_of(known, "vmware-e1000e")
    assert (vmware.result, vmware.code) == (Cell.FAILED, "PXE-E55")


def test_replies_come_as_our_client_asks_for_them() -> None:
    """EDK II asks for broadcasts, and hears nothing else; the recorded iPXE got unicasts."""
    known = servers_of(Recorded("ipxe-82540em", "plain-dhcp-bootfile"))
    (edk2,) = rows_of(known, "edk2")
    assert (edk2.result, edk2.file) == (Cell.NOT_JUDGED, "dhcp-file.0")


def test_the_file_is_the_recorded_one() -> None:
    """Octet by octet, whatever block size was agreed: size and digest are the recording's."""
    known = servers_of(Recorded("ipxe-82540em", "plain-dhcp-bootfile"))
    rows = rows_of(known, "ipxe-20190125", "vmware-e1000e", "intel-boot-agent", "edk2")
    assert [row.result for row in rows] == [*[Cell.BOOTED] * 3, Cell.NOT_JUDGED]
    assert len({row.fetched.sha256 for row in rows if row.fetched}) == 1
