"""Intel's ROMs and the boot file: bit 3, which server, and what a TFTP ERROR means."""

from __future__ import annotations

from pxeclient.boot.dhcp.reply import Reply
from pxeclient.boot.policy import (
    AddressOf,
    BootFrom,
    IcmpTold,
    IcmpUse,
    Naming,
    Sources,
)
from pxeclient.decisions import Rule, Table, always
from pxeclient.fetch.tftp.refusal import TftpErrorUse, TftpRefusal
from pxeclient.firmware.facts import is_access_violation, is_file_not_found, no_file_named
from pxeclient.firmware.intel21.sources import inferred, observed, related, specified
from pxeclient.firmware.ranks import has_no_server, names_next_server
from pxeclient.wire import dhcp


def _is_pxe10(reply: Reply) -> bool:
    # A reply from port 4011 belongs to PXE without saying so again.
    says_so = reply.is_pxe or reply.source_port == dhcp.PROXY_PORT
    return says_so and reply.has_discovery_tags


def file_and_bit_3(sources: Sources) -> bool:
    """it names a boot file, and discovery control (43.6) has bit 3 set"""
    reply = sources.replies[0]
    return _is_pxe10(reply) and reply.disables_discovery and reply.names_file


def wants_discovery(sources: Sources) -> bool:
    """it has PXE discovery options in option 43"""
    return _is_pxe10(sources.replies[0])


BOOT_FROM: Table[Sources, BootFrom] = Table(
    "boot-from",
    "The machine is configured: what does it boot?",
    (
        Rule(
            "bit-3-and-file",
            file_and_bit_3,
            BootFrom.DOWNLOAD,
            "Discovery control (43.6) bit 3 says: take the boot file named here, without prompt,"
            " menu, discovery or port 4011.",
            observed("a note on VMware ESXi's E1000e; pixiecore and dnsmasq rely on it (row R4)"),
        ),
        Rule(
            "discovery",
            wants_discovery,
            BootFrom.BOOT_SERVER,
            "Option 43 has discovery options and bit 3 is not in force: a boot file named beside"
            " them is not looked at.",
            specified("PXE 2.1 as restated in draft-henry-remote-boot-protocol-00 (rows R5-R8)"),
        ),
        Rule(
            "no-file",
            no_file_named,
            BootFrom.NO_BOOT_FILE,
            "The reply that counts names no boot file.",
            specified("text of PXE-E53 (rows R3c, R4c)"),
        ),
        Rule(
            "no-server",
            has_no_server,
            BootFrom.NO_NEXT_SERVER,
            "The reply that counts names a boot file, but no server.",
            inferred("text of PXE-E7B"),
        ),
        Rule(
            "file",
            always,
            BootFrom.DOWNLOAD,
            "The reply that counts names a boot file.",
            observed("vmware-bios-plain-dhcpd-2017 (rows R1, R3a)"),
        ),
    ),
)


BOOT_SERVER: Table[Naming, AddressOf] = Table(
    "boot-server",
    "Which address is the TFTP server?",
    (
        Rule(
            "siaddr",
            names_next_server,
            AddressOf.SIADDR,
            "The next server (siaddr) of the reply that names the file.",
            observed("vmware-bios-plain-dhcpd-2017 (row R1)"),
        ),
        Rule(
            "server-id",
            always,
            AddressOf.SERVER_ID,
            "Without siaddr, the server identifier of the same reply; option 66 is not read.",
            inferred("EDK1 pxe_bc_dhcp.c (row R1b)"),
        ),
    ),
)


def refuses_options(refusal: TftpRefusal) -> bool:
    """it answers a read request that had options"""
    return refusal.answers_options


TFTP_ERROR: Table[TftpRefusal, TftpErrorUse] = Table(
    "tftp-error",
    "The TFTP server sent an ERROR: what now?",
    (
        Rule(
            "not-found",
            is_file_not_found,
            TftpErrorUse.NOT_FOUND,
            "Code 1: the file is not there.",
            specified("texts of PXE-T01 and PXE-E3B (row R19)"),
        ),
        Rule(
            "access-violation",
            is_access_violation,
            TftpErrorUse.ACCESS_VIOLATION,
            "Code 2: access violation.",
            specified("texts of PXE-T02 and PXE-E3C (row R19)"),
        ),
        Rule(
            "options-refused",
            refuses_options,
            TftpErrorUse.RETRY_PLAIN,
            "The server may dislike the options: the file is asked for without any.",
            inferred("EDK1 pxe_bc_mtftp.c retries without options"),
        ),
        Rule(
            "other",
            always,
            TftpErrorUse.ERROR,
            "Any other code ends the download.",
            specified("text of PXE-E36 (row R19)"),
        ),
    ),
)

ICMP_ERROR: Table[IcmpTold, IcmpUse] = Table(
    "icmp-error",
    "Somebody says that a packet could not be delivered: what now?",
    (
        Rule(
            "any",
            always,
            IcmpUse.IGNORE,
            "The ROM does not mind ICMP errors: it asks again until its waits are over.",
            related(
                "a forum's transcript of 2010: an ASUS board's ROM asks on for 30 s, with ICMP port"
                " unreachable after each request; acer-intelrom-2018"
            ),
        ),
    ),
)
