"""The decisions of EDK II's PXE client (OVMF, and UEFI firmware built on it).

EDK II waits out a whole interval of about four seconds, sorts the offers into classes and
takes the best class. A reply that says PXEClient without PXE discovery options is to be
asked on port 4011, even when it names a boot file, and then that answer is decisive: if none
comes, nothing else is tried and the screen shows PXE-E16. With discovery options it follows
them to the letter: bit 3 and a file mean download; otherwise prompt, menu and discovery, and
without a menu the item is type 0, which is PXE-E21.

Sources are lines of edk2 at c5aa7e7d; they read the same in 2022.11, which was recorded.
"""

from __future__ import annotations

from pxeclient.boot.policy import Policy
from pxeclient.firmware.edk2 import bootfile, complaints, keys, lease, menu, offers, proxydhcp

EDK2 = Policy(
    name="edk2",
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
    icmp_error=complaints.ICMP_ERROR,
)
"""EDK II from 2019 on (NetworkPkg)."""
