"""The firmwares of the stories, and how to open a book about one."""

from __future__ import annotations

import pytest

from pxeclient.playbook import (
    DHCP_SERVER,
    PROXY_SERVER,
    TFTP_SERVER,
    Playbook,
    router_advertisement,
)
from tests.boots import profile

IPXE, IPXE_2019, VIRTUALBOX = "ipxe", "ipxe-20190125", "virtualbox-82540em"
IPXE_EFI, IPXE_EFI_2019 = "ipxe-efi", "ipxe-efi-20190125"
VMWARE = "vmware-e1000e"
BOOT_AGENT, VIRTUALBOX_INTEL, SPEC = "intel-boot-agent", "virtualbox-intel", "pxe-2.1-spec"
EDK2, EDK2_ARM, VMWARE_EFI = "edk2", "edk2-aarch64", "vmware-efi"

DHCP_4011, PROXY_4011, TFTP_4011 = (
    f"{server}:4011" for server in (DHCP_SERVER, PROXY_SERVER, TFTP_SERVER)
)
SERVER_69, SERVER_DATA = f"{TFTP_SERVER}:69", f"{TFTP_SERVER}:50001"
"""Where the TFTP server is asked, and from where it sends a file."""

any_ipxe = pytest.mark.parametrize("firmware", [IPXE, IPXE_2019, VIRTUALBOX])
"""All that is said holds for the whole family."""
any_ipxe_2019 = pytest.mark.parametrize("firmware", [IPXE_2019, VIRTUALBOX])
any_efi_ipxe = pytest.mark.parametrize("firmware", [IPXE_EFI, IPXE_EFI_2019])
any_edk2 = pytest.mark.parametrize("firmware", [EDK2, EDK2_ARM, VMWARE_EFI])
any_firmware = pytest.mark.parametrize("firmware", [IPXE, IPXE_2019, VIRTUALBOX, VMWARE])


def lonely(firmware: str, *absent: str) -> Playbook:
    """A new playbook; nobody answers ARP for the `absent`, and no IPv6 router is there."""
    return Playbook(profile(firmware), absent=absent)


def book(firmware: str, *absent: str) -> Playbook:
    """The same, but a router's advertisement spares builds with IPv6 their wait for one."""
    opened = lonely(firmware, *absent)
    if any(item.holds_until for item in profile(firmware).traits.background):
        opened.gets(router_advertisement(), after=0.0)
    return opened


PATIENCE = {IPXE: 15.0, IPXE_2019: 15.75, VIRTUALBOX: 15.0}
"""When iPXE says that nothing is configured; with IPv6 built in, not before that is over too."""
