"""iPXE's decisions.

iPXE keeps two things while it discovers: the best DHCP offer and the best ProxyDHCP offer.
Any reply that says PXEClient is a ProxyDHCP offer, an ordinary DHCPOFFER included, so one
packet can be both. It leaves discovery when it holds both, or holds an offer and two seconds
have passed. After the DHCPACK it goes to port 4011 only if the ProxyDHCP offer names neither
server and file nor a menu; and if nobody answers there, it simply goes on.

What it boots is looked up in all replies that it holds: the DHCPACK first, so the DHCP
server's boot file beats the proxy's; but a boot menu, wherever it is, beats every file.

Sources are lines of iPXE at 0ab2277c4 unless they say otherwise; what was also seen in
recordings of the real ROMs says "observed".
"""

from __future__ import annotations

from dataclasses import replace

from pxeclient.boot.policy import Policy
from pxeclient.firmware.ipxe import bootfile, keys, lease, menu, offers, proxydhcp

IPXE = Policy(
    name="ipxe",
    hear=offers.HEAR,
    classify_offer=offers.CLASSIFY_OFFER,
    leave_discovery=offers.LEAVE_DISCOVERY,
    select_offer=offers.SELECT_OFFER,
    no_lease=offers.NO_LEASE,
    accept_ack=lease.ACCEPT_ACK,
    after_ack=lease.AFTER_ACK,
    proxy_server=proxydhcp.PROXY_SERVER,
    accept_proxy_reply=proxydhcp.ACCEPT_PROXY_REPLY,
    proxy_silent=proxydhcp.PROXY_SILENT,
    boot_from=bootfile.BOOT_FROM,
    boot_server=bootfile.BOOT_SERVER,
    fetch_by=bootfile.FETCH_BY,
    menu_prompt=menu.MENU_PROMPT,
    prompt_key=keys.PROMPT_KEY,
    menu_key=keys.MENU_KEY,
    menu_cancelled=menu.MENU_CANCELLED,
    menu_choice=menu.MENU_CHOICE,
    discover_by=menu.DISCOVER_BY,
    accept_boot_reply=menu.ACCEPT_BOOT_REPLY,
    tftp_error=bootfile.TFTP_ERROR,
    icmp_error=bootfile.ICMP_ERROR,
)
"""iPXE from 2023 on."""

IPXE_2019 = replace(
    IPXE, name="ipxe-2019", accept_ack=lease.ACCEPT_ACK_2019, boot_from=bootfile.BOOT_FROM_2019
)
"""iPXE at 36a4c85 (January 2019)."""

IPXE_EFI = replace(IPXE, name="ipxe-efi", boot_from=bootfile.BOOT_FROM_EFI)
"""The same for EFI, which has no boot menu."""

IPXE_EFI_2019 = replace(IPXE_2019, name="ipxe-efi-2019", boot_from=bootfile.BOOT_FROM_EFI_2019)
"""iPXE of January 2019 for EFI."""
