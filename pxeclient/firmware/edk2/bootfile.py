"""EDK II's boot file: which name, from which server, and what a TFTP ERROR means."""

from __future__ import annotations

from pxeclient.boot.policy import (
    AddressOf,
    BootFrom,
    FetchBy,
    Fetching,
    Naming,
    Sources,
)
from pxeclient.decisions import Rule, Table, always
from pxeclient.fetch.tftp.refusal import TftpErrorUse, TftpRefusal
from pxeclient.firmware.edk2.offers import is_pxe10
from pxeclient.firmware.edk2.sources import BOOT, read, seen
from pxeclient.firmware.facts import no_file_named
from pxeclient.firmware.ranks import has_no_server, names_next_server
from pxeclient.wire import pxe


def file_and_bit_3(sources: Sources) -> bool:
    """it says PXEClient, discovery control (43.6) has bit 3 set, and it names a boot file"""
    reply = sources.replies[0]
    return is_pxe10(reply) and reply.disables_discovery and reply.names_file


def wants_discovery(sources: Sources) -> bool:
    """it says PXEClient, and option 43 has any of 6, 7, 8, 9, 10"""
    return is_pxe10(sources.replies[0])


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
            seen(f"{BOOT}:893-987", "samehost-60-43.6=8-file"),
        ),
        Rule(
            "discovery",
            wants_discovery,
            BootFrom.BOOT_SERVER,
            "Option 43 has discovery options and bit 3 is not in force.",
            seen(f"{BOOT}:893-987", "samehost-60-43-menu"),
        ),
        Rule(
            "no-file",
            no_file_named,
            BootFrom.NO_BOOT_FILE,
            "The reply that counts names no boot file.",
            seen(f"{BOOT}:475-490", "offer-file-ack-nofile"),
        ),
        Rule(
            "no-server",
            has_no_server,
            BootFrom.NO_NEXT_SERVER,
            "The reply that counts names a boot file, but no server.",
            read("UefiPxeBcDxe/PxeBcImpl.c:889"),
        ),
        Rule(
            "file",
            always,
            BootFrom.DOWNLOAD,
            "The reply that counts names a boot file.",
            seen(f"{BOOT}:454-586", "plain-dhcp-bootfile"),
        ),
    ),
)


def lists_servers_with_bit_3(naming: Naming) -> bool:
    """discovery control (43.6) has bit 3 set, and a boot server is listed (43.8)"""
    if not (naming.reply.is_pxe and naming.reply.disables_discovery):
        return False
    return any(entry.addresses for entry in pxe.listed(naming.reply.vendor))


def was_asked(naming: Naming) -> bool:
    """the boot server was found by asking its address"""
    return naming.asked is not None


BOOT_SERVER: Table[Naming, AddressOf] = Table(
    "boot-server",
    "Which address is the TFTP server?",
    (
        Rule(
            "listed",
            lists_servers_with_bit_3,
            AddressOf.LISTED,
            "With bit 3 the first boot server of the list (43.8) is the TFTP server, not siaddr.",
            seen(f"{BOOT}:505-514", "samehost-60-43-menu-6=8-file"),
        ),
        Rule(
            "asked",
            was_asked,
            AddressOf.ASKED,
            "After unicast discovery it is the server that was asked last.",
            seen("UefiPxeBcDxe/PxeBcImpl.c:697-701", "samehost-60-43-menu"),
        ),
        Rule(
            "siaddr",
            names_next_server,
            AddressOf.SIADDR,
            "The next server (siaddr) of the reply that names the file.",
            seen(f"{BOOT}:516-530", "plain-dhcp-bootfile"),
        ),
        Rule(
            "server-id",
            always,
            AddressOf.SERVER_ID,
            "Without siaddr, the server identifier of the same reply; option 66 is not read.",
            seen(f"{BOOT}:516-530", "plain-dhcp-file-no-siaddr"),
        ),
    ),
)

FETCH_BY: Table[Fetching, FetchBy] = Table(
    "fetch-by",
    "Option 43 has the parameters of a multicast download (1 to 5): how is the file fetched?",
    (
        Rule(
            "tftp",
            always,
            FetchBy.TFTP,
            "EDK II has no multicast download: whoever names the file is asked for it by TFTP.",
            read("UefiPxeBcDxe/PxeBcImpl.c EfiPxeBcMtftp: multicast is unsupported"),
        ),
    ),
)

TFTP_ERROR: Table[TftpRefusal, TftpErrorUse] = Table(
    "tftp-error",
    "The TFTP server sent an ERROR: what now?",
    (
        Rule(
            "any",
            always,
            TftpErrorUse.ERROR,
            "Any ERROR ends the boot; its code and text are never shown.",
            seen("Mtftp4Dxe/Mtftp4Rrq.c, UefiPxeBcDxe/PxeBcBoot.c:1243-1268", "tftp-notfound"),
        ),
    ),
)
