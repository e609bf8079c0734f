"""The download: what servers and ways do wrong."""

from __future__ import annotations

import pytest

from pxeclient.boot.actions import Finish
from pxeclient.boot.events import FrameReceived
from pxeclient.diagnose import Severity
from pxeclient.outcome import Booted, Failed, Failure
from pxeclient.playbook import (
    ACK,
    BROADCAST,
    DHCPDISCOVER,
    RRQ,
    Playbook,
    ack,
    data,
    icmp_error,
    oack,
    offer,
)
from pxeclient.trace import Trace
from tests.boots import profile
from tests.diagnose.boots import EDK2, IPXE, TFTP, VMWARE, boot, ended, found, hides, shows

STOPS, OTHERS = Severity.STOPS, Severity.OTHERS
ELSEWHERE = "10.77.0.9"
ONLY_OTHER: dict[str, object] = {"files": {"other.0": {}}}


def downloading(firmware: str = IPXE, file: str = "boot.0") -> Playbook:
    """A boot that has sent its read request."""
    book = Playbook(profile(firmware)).sends(DHCPDISCOVER, to=BROADCAST)
    book.gets(offer(siaddr=TFTP, file=file)).waits(1.0)
    for _ in range(5):
        if "DHCPREQUEST" not in book.ladder:
            book.waits(1.0)
    return book.gets(ack(siaddr=TFTP, file=file)).sends(RRQ, to=f"{TFTP}:69")


def test_t_found() -> None:
    """The file is not there."""
    for firmware in (IPXE, VMWARE, EDK2):
        trace = boot(firmware, tftp=ONLY_OTHER)
        shows(trace, "T-FOUND", STOPS, "ERROR 1", "boot.0")
        hides(trace, "T-PATH")


def test_t_found_is_found() -> None:
    """It is."""
    hides(boot(IPXE), "T-FOUND")


@pytest.mark.parametrize("name", ["/boot.0", "boot\\x64\\boot.0", "Boot.0", "a//b", "boot 0"])
def test_t_path(name: str) -> None:
    """It is not there by a name that servers understand differently."""
    trace = boot(IPXE, both={"file": name}, tftp=ONLY_OTHER)
    shows(trace, "T-PATH", STOPS, "ERROR 1")
    hides(trace, "T-FOUND")


def test_t_path_is_plain() -> None:
    """A name that all understand alike is another matter; and so is a path that works."""
    hides(boot(IPXE, both={"file": "efi/x64/boot.0"}, tftp=ONLY_OTHER), "T-PATH")
    hides(boot(IPXE, both={"file": "/boot.0"}), "T-PATH")


def test_t_denied() -> None:
    """ERROR 2."""
    trace = boot(IPXE, tftp={"error": [2, "Permission denied"]})
    shows(trace, "T-DENIED", STOPS, "Permission denied")


def test_t_denied_is_another_error() -> None:
    """ERROR 0."""
    trace = boot(IPXE, tftp={"error": [0, "disk full"]})
    hides(trace, "T-DENIED")
    shows(trace, "T-ERROR", STOPS, "ERROR 0: disk full")


def test_t_error_midway() -> None:
    """ERROR 0 at block 3."""
    trace = boot(IPXE, tftp={"files": {"*": {"size": 9000}}, "error_at_block": 3})
    shows(trace, "T-ERROR", STOPS)


def test_t_error_is_the_client_s_own() -> None:
    """VMware's ROM breaks its first request off with an ERROR: that is no fault of the server."""
    hides(boot(VMWARE), "T-ERROR")
    hides(boot(IPXE, tftp=ONLY_OTHER), "T-ERROR")


def test_t_win() -> None:
    """EDK II asks for windows; the server refuses with ERROR 8."""
    trace = boot(EDK2, tftp={"error": [8, "bad windowsize"]})
    shows(trace, "T-WIN", STOPS, "windowsize")


def test_t_win_is_not_asked_for() -> None:
    """iPXE does not; and a server that leaves the option out is right."""
    hides(boot(IPXE, tftp={"error": [8, "bad option"]}), "T-WIN")
    hides(boot(EDK2, tftp={"files": {"*": {}}, "only_opts": ["tsize", "blksize"]}), "T-WIN")


def test_t_silent() -> None:
    """The host is there, its TFTP service is not."""
    for firmware in (IPXE, VMWARE, EDK2):
        trace = boot(firmware, tftp={"silent": True})
        shows(trace, "T-SILENT", STOPS, "boot.0", f"{TFTP}:69")
        assert found(trace) == ["T-SILENT"]


def test_t_silent_is_refused_or_absent() -> None:
    """An ICMP error is no silence; neither is a host that does not answer ARP."""
    refused = ended(downloading(VMWARE).gets(icmp_error()))
    hides(refused, "T-SILENT")
    shows(refused, "T-CLOSED", STOPS, "port 69 is closed on")


def test_t_closed_is_about_the_request() -> None:
    """Silence; and an ICMP error about something else."""
    hides(boot(VMWARE, tftp={"silent": True}), "T-CLOSED")
    hides(ended(downloading(VMWARE).gets(icmp_error(sender=ELSEWHERE, to=ELSEWHERE))), "T-CLOSED")


def test_t_srcip() -> None:
    """The answer comes from the server's other address."""
    trace = ended(downloading().gets(oack(blksize=1432, tsize=13, server=ELSEWHERE)))
    shows(trace, "T-SRCIP", STOPS, TFTP, ELSEWHERE)
    hides(trace, "T-SILENT")


def test_t_srcip_is_the_server() -> None:
    """It comes from the address that was asked; a stranger's packet beside it hurts nobody."""
    hides(boot(IPXE), "T-SRCIP")
    book = downloading().gets(oack(blksize=1432, tsize=13)).sends(ACK)
    trace = ended(book.gets(data(1, server=ELSEWHERE)).gets(data(1)))
    hides(trace, "T-SRCIP")


def repeating(firmware: str = IPXE, repeats: int = 3) -> Trace:
    """The server repeats its OACK although the client acknowledges it."""
    book = downloading(firmware)
    for _ in range(repeats):
        book.gets(oack(blksize=1432, tsize=4000), after=1.0).waits(0.1)
    return ended(book)


def test_t_nat() -> None:
    """What we send to the server's new port is lost."""
    trace = repeating()
    shows(trace, "T-NAT", STOPS, f"{TFTP}:50001 repeats")
    assert not {"T-MTU", "T-STALL"} & set(found(trace))


def test_t_nat_is_a_single_repeat() -> None:
    """Packets are repeated once in good networks too; and a boot that goes on has no fault."""
    hides(repeating(repeats=1), "T-NAT")
    hides(boot(IPXE, tftp={"files": {"*": {}}, "dup": True}), "T-NAT")


def test_t_mtu() -> None:
    """The options are agreed, and then nothing."""
    book = downloading().gets(oack(blksize=1432, tsize=4000)).sends(ACK)
    shows(ended(book), "T-MTU", STOPS, "blksize 1432")


def test_t_mtu_is_past() -> None:
    """A block has come: its size is not the fault."""
    book = downloading().gets(oack(blksize=1432, tsize=4000)).sends(ACK)
    trace = ended(book.gets(data(1, bytes(1432))))
    hides(trace, "T-MTU")
    shows(trace, "T-STALL", STOPS, "after block 1")


@pytest.mark.parametrize(("mtu", "size"), [(1450, 42000), (1400, 3000), (576, 1433)])
def test_t_frag(mtu: int, size: int) -> None:
    """The way is narrower than a block: iPXE and EDK II put it together, VMware's ROM does not."""
    narrow = {"files": {"*": {"size": size}}, "wire": {"mtu": mtu}}
    for firmware in (IPXE, EDK2):
        trace = boot(firmware, tftp=narrow)
        assert isinstance(trace.outcome, Booted)
        shows(trace, "T-FRAG", OTHERS, "came in fragments, the first in frames")
    trace = boot(VMWARE, tftp=narrow)
    assert isinstance(trace.outcome, Failed)
    assert trace.outcome.code == "PXE-E32"
    shows(trace, "T-MTU", STOPS, "blksize 1456", "only fragments came")
    hides(trace, "T-FRAG")


def test_t_frag_fits() -> None:
    """Blocks that fit, on a narrow way too."""
    for wire in ({}, {"mtu": 1488}):
        hides(boot(IPXE, tftp={"files": {"*": {"size": 42000}}, "wire": wire}), "T-FRAG")
    small = {"files": {"*": {"size": 3000}}, "wire": {"mtu": 1450}, "max_blksize": 1418}
    trace = boot(VMWARE, tftp=small)
    assert isinstance(trace.outcome, Booted)
    hides(trace, "T-FRAG")


def test_t_stall_is_over() -> None:
    """A lost block is sent again."""
    hides(boot(IPXE, tftp={"files": {"*": {"size": 9000}}, "drop_blocks": [2]}), "T-STALL")


def stopped_at(block: int) -> Trace:
    """A download that ended with that block, and a boot that failed for it."""
    book = downloading().gets(oack(blksize=1432, tsize=99_999_999)).sends(ACK)
    trace = book.trace
    trace.add(60.0, FrameReceived(data(block, bytes(1432))(book.client)))
    failed = Failed(Failure.TFTP_READ_TIMEOUT, "", "", "nothing followed")
    trace.add(120.0, Finish(failed))
    return trace


def test_t_wrap() -> None:
    """Nothing follows block 65535."""
    trace = stopped_at(65535)
    shows(trace, "T-WRAP", STOPS, "65535")
    hides(trace, "T-STALL")


def test_t_wrap_at_another_block() -> None:
    """Nothing follows block 65534."""
    trace = stopped_at(65534)
    hides(trace, "T-WRAP")
    shows(trace, "T-STALL", STOPS, "65534")


def test_t_tsize() -> None:
    """The server knows no options, or not this one, and EDK II insists."""
    none = {"files": {"*": {}}, "options": []}
    shows(boot(EDK2, tftp=none), "T-TSIZE", STOPS, "answers without options")
    shows(boot(IPXE, tftp=none), "T-TSIZE", OTHERS)
    only = {"files": {"*": {}}, "only_opts": ["blksize"]}
    shows(boot(EDK2, tftp=only), "T-TSIZE", STOPS, "without tsize")


def test_t_tsize_that_is_wrong() -> None:
    """The server says 0, and 13 octets come."""
    book = downloading().gets(oack(blksize=1432, tsize=7)).sends(ACK)
    shows(ended(book.gets(data(1))), "T-TSIZE", OTHERS, "tsize 7", "13 octets came")


def test_t_tsize_is_told() -> None:
    """It is, and right."""
    for firmware in (IPXE, VMWARE, EDK2):
        hides(boot(firmware), "T-TSIZE")


def test_t_long() -> None:
    """A block of 600 octets where 512 hold."""
    trace = ended(downloading().gets(data(1, bytes(600))))
    shows(trace, "T-LONG", STOPS, "has 600 octets, 512 were agreed")


def test_t_long_is_agreed() -> None:
    """600 octets of 1432."""
    book = downloading().gets(oack(blksize=1432, tsize=600)).sends(ACK)
    hides(ended(book.gets(data(1, bytes(600)))), "T-LONG")


def test_t_grant() -> None:
    """The server grants what nobody asked for, and a larger block."""
    more = downloading().gets(oack(blksize=1432, tsize=13, windowsize=4)).sends(ACK)
    shows(ended(more.gets(data(1))), "T-GRANT", OTHERS, "windowsize")
    large = downloading().gets(oack(blksize=8192, tsize=13))
    shows(ended(large), "T-GRANT", OTHERS, "blksize 8192")


def test_t_grant_is_less() -> None:
    """A smaller block is the server's right."""
    book = downloading().gets(oack(blksize=512, tsize=13)).sends(ACK)
    hides(ended(book.gets(data(1))), "T-GRANT")


def test_t_big() -> None:
    """VMware's ROM takes no file of a megabyte."""
    trace = boot(VMWARE, tftp={"files": {"*": {"size": 1_000_000}}})
    shows(trace, "T-BIG", STOPS, "1000000 octets")


def test_t_big_is_not_for_all() -> None:
    """iPXE takes it."""
    hides(boot(IPXE, tftp={"files": {"*": {"size": 1_000_000}}}), "T-BIG")


def test_t_outgrown() -> None:
    """Option 13 announces one unit of 512 octets, and more come; EDK II minds."""
    options = {"options": [[13, "u16", 1]]}
    trace = boot(EDK2, both=options, tftp={"files": {"*": {"size": 9000}}})
    shows(trace, "T-OUTGROWN", STOPS)


def test_t_outgrown_is_announced() -> None:
    """It announces as many as come."""
    options = {"options": [[13, "u16", 18]]}
    hides(boot(EDK2, both=options, tftp={"files": {"*": {"size": 9000}}}), "T-OUTGROWN")


def test_what_our_own_buffer_lost_is_no_fault_of_the_server() -> None:
    """Frames were lost in this machine: nothing is said of a stall."""
    trace = stopped_at(65534)
    trace.lost = 3
    hides(trace, "T-STALL")
