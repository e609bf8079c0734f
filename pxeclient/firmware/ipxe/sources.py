"""How iPXE's rules name their sources."""

from __future__ import annotations

from pxeclient.decisions import Evidence, Known


def read(where: str) -> Known:
    """Read in iPXE's source at 0ab2277c4, in the given file and lines below ``src/``."""
    return Known(Evidence.SOURCE, f"ipxe@0ab2277c4 src/{where}")


def seen(where: str, recordings: str) -> Known:
    """Read in the same source, and seen in these recordings of real iPXE."""
    return Known(Evidence.OBSERVED, f"recordings {recordings}; ipxe@0ab2277c4 src/{where}")
