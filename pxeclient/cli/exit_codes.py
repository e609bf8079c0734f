"""What the exit status of ``pxeclient boot`` means."""

from __future__ import annotations

from pxeclient.endings import End, doubt, end_of
from pxeclient.outcome import Booted, Failed, Failure
from pxeclient.trace import Trace

OK = 0
USAGE = 2
ENVIRONMENT = 3
WRONG_FILE = 23
UNTOLD = 24
"""Of `watch --once` alone: how the boot ended cannot be told."""
DEADLINE = 124
INTERRUPTED = 130

MEANINGS = {
    OK: "the boot file was fetched, and nothing says that the machine cannot run it",
    USAGE: "wrong usage: an option, a profile, a network or a file",
    ENVIRONMENT: "the environment: no rights, no such interface, a file that cannot be written; or"
    " nobody can tell, because frames were lost on our side",
    10: "no offer: nobody offered an address",
    11: "no DHCPACK, or a DHCPNAK",
    12: "nobody named a boot file (or its server)",
    13: "no reply on port 4011",
    14: "boot-server discovery failed",
    15: "the boot menu led back to the machine: local boot, or waiting for a key",
    20: "the TFTP server is silent",
    21: "the TFTP server sent an error",
    22: "the transfer broke, or what came is no boot file",
    WRONG_FILE: "the boot file was fetched, and the machine cannot run it",
    30: "the boot needs something that pxeclient does not emulate",
    DEADLINE: "the deadline passed",
    INTERRUPTED: "interrupted",
}

OF_FAILURE = {
    Failure.NO_OFFER: 10,
    Failure.ONLY_PROXY_OFFERS: 10,
    Failure.NO_VALID_OFFER: 12,
    Failure.NO_ACK: 11,
    Failure.REFUSED: 11,
    Failure.NO_BOOT_FILE: 12,
    Failure.NO_NEXT_SERVER: 12,
    Failure.NO_PROXY_REPLY: 13,
    Failure.NO_MENU: 14,
    Failure.BAD_MULTICAST: 14,
    Failure.BAD_SERVERS: 14,
    Failure.BAD_MENU: 14,
    Failure.TYPE_NOT_LISTED: 14,
    Failure.DISCOVERY_REFUSED: 14,
    Failure.NO_BOOT_SERVER: 14,
    Failure.NO_DISCOVERY_REPLY: 14,
    Failure.DISCOVERY_NO_FILE: 14,
    Failure.BAD_MTFTP: 12,
    Failure.LOCAL_BOOT: 15,
    Failure.CANCELLED: 15,
    Failure.ARP_TIMEOUT: 20,
    Failure.TFTP_OPEN_TIMEOUT: 20,
    Failure.TFTP_NOT_FOUND: 21,
    Failure.TFTP_ACCESS_VIOLATION: 21,
    Failure.TFTP_ILLEGAL_OPERATION: 21,
    Failure.TFTP_ERROR: 21,
    Failure.TFTP_READ_TIMEOUT: 22,
    Failure.TFTP_BLOCK_TOO_LONG: 22,
    Failure.TFTP_MALFORMED: 22,
    Failure.TFTP_BAD_BLKSIZE: 22,
    Failure.TFTP_BAD_TSIZE: 22,
    Failure.TFTP_NO_OPTIONS: 22,
    Failure.TFTP_NO_TSIZE: 22,
    Failure.TFTP_BAD_OACK: 22,
    Failure.ICMP_UNREACHABLE: 20,
    Failure.ICMP_ERROR: 22,
    Failure.EMPTY_FILE: 22,
    Failure.FILE_TOO_BIG: 22,
    Failure.FILE_OUTGROWN: 22,
    Failure.UNSUPPORTED_SCHEME: 30,
    Failure.NOT_EMULATED: 30,
}

_OF_STOP = {
    "waiting": 15,
    "deadline": DEADLINE,
    "interrupted": INTERRUPTED,
    "link-error": ENVIRONMENT,
}


def exit_code(trace: Trace) -> int:
    """The status for a boot that ended or was stopped.

    What may be our own loss is no failure of the servers.
    """
    if doubt(trace):
        return ENVIRONMENT
    match trace.outcome:
        case None:
            return _OF_STOP[trace.stopped]
        case Failed(failure):
            return OF_FAILURE[failure]
        case Booted():
            return OK if end_of(trace) is End.BOOTED else WRONG_FILE
