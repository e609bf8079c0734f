"""A boot program: its script, and by what ways it asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pxeclient.decisions import Table
from pxeclient.fetch.tftp.refusal import TftpErrorUse, TftpRefusal
from pxeclient.fetch.tftp.traits import TftpTraits
from pxeclient.machine.given import Given
from pxeclient.machine.wants import Script
from pxeclient.stack.traits import IpTraits


@dataclass(frozen=True, slots=True)
class Download:
    """How a program itself fetches by TFTP."""

    tftp: TftpTraits
    tftp_error: Table[TftpRefusal, TftpErrorUse]


@dataclass(frozen=True, slots=True)
class Program:
    """A program that a machine can run.

    What it does not bring, the firmware does for it: PXELINUX sends by the ROM's UDP, shim has UEFI
    fetch its files. What it brings begins anew, without the neighbours that the firmware knows.
    """

    name: str
    """Such as ``pxelinux``."""
    run: Callable[[Given], Script[None]]
    ip: IpTraits | None = None
    """Its own stack, with the address that the firmware had."""
    download: Download | None = None
    """How it fetches, from ports of its own."""
