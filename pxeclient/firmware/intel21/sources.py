"""How the rules of the Intel family name their sources.

Rows (R1, X5 and so on) are those of the decision table for VMware's E1000e ROM in
``docs/explanation/vmware-e1000e.md``. EDK1 is Intel's own EFI port of the PXE base code
(tianocore/edk@321b15a5 ``Sample/Universal/Network/PxeBc/Dxe``), whose comments refer to the
16-bit ROMs.
"""

from __future__ import annotations

from pxeclient.decisions import Evidence, Known


def observed(where: str) -> Known:
    """Seen on a VMware BIOS ROM."""
    return Known(Evidence.OBSERVED, where)


def related(where: str) -> Known:
    """Seen on another ROM of Intel's family, not on VMware's."""
    return Known(Evidence.RELATED, where)


def edk1(where: str) -> Known:
    """Read in Intel's EFI port, never seen on the wire of a BIOS ROM."""
    return Known(Evidence.SOURCE, f"EDK1 {where}")


def specified(where: str) -> Known:
    """Said by PXE 2.1, its published ancestor, or the published list of error codes."""
    return Known(Evidence.SPECIFIED, where)


def inferred(where: str) -> Known:
    """Our guess, for want of a recording."""
    return Known(Evidence.INFERRED, where)
