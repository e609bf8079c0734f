"""How EDK II's rules name their sources: c5aa7e7d, which reads the same in 2022.11."""

from __future__ import annotations

from pxeclient.decisions import Evidence, Known


def read(where: str) -> Known:
    """Read in EDK II's source at c5aa7e7d, in these files below ``NetworkPkg/``."""
    return Known(Evidence.SOURCE, f"edk2@c5aa7e7d NetworkPkg/{where}")


def seen(where: str, recordings: str) -> Known:
    """Read in the same source, and seen in these recordings of OVMF 2022.11."""
    return Known(Evidence.OBSERVED, f"recordings {recordings}; edk2@c5aa7e7d NetworkPkg/{where}")


DHCP4 = "UefiPxeBcDxe/PxeBcDhcp4.c"
BOOT = "UefiPxeBcDxe/PxeBcBoot.c"
ENGINE = "Dhcp4Dxe/Dhcp4Io.c"
