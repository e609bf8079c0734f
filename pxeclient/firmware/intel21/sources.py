"""How the rules of the Intel family name their sources.

Rows (R1, X5 and so on) are those of the decision table for VMware's E1000e ROM in
``docs/vmware-e1000e.md``. EDK1 is Intel's own EFI port of the PXE base code
(tianocore/edk@321b15a5 ``Sample/Universal/Network/PxeBc/Dxe``), whose comments refer to the
16-bit ROMs.
"""

from __future__ import annotations

from pxeclient.boot.decisions import Evidence, Source


def observed(where: str) -> Source:
    """Seen on a VMware BIOS ROM."""
    return Source(Evidence.OBSERVED, where)


def related(where: str) -> Source:
    """Seen on another ROM of Intel's family, not on VMware's."""
    return Source(Evidence.RELATED, where)


def edk1(where: str) -> Source:
    """Read in Intel's EFI port, never seen on the wire of a BIOS ROM."""
    return Source(Evidence.SOURCE, f"EDK1 {where}")


def specified(where: str) -> Source:
    """Said by PXE 2.1, its published ancestor, or the published list of error codes."""
    return Source(Evidence.SPECIFIED, where)


def inferred(where: str) -> Source:
    """Our guess, for want of a recording."""
    return Source(Evidence.INFERRED, where)
