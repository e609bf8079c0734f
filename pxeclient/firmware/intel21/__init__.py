"""The decisions of Intel's PXE 2.1 base code and the ROMs built on it (VMware's E1000e).

These ROMs collect every reply to the end of a window and then rank. What decides is option
60 together with option 43: a reply that says PXEClient and carries discovery sub-options
(6-10) is used as it says; one that says PXEClient without them sends the ROM to port 4011,
**even when it names a boot file**, and silence there is PXE-E55. Discovery control (43.6)
with bit 3 set makes the ROM take the file at once. A server that gives the address is
judged by its DHCPACK, a proxy by its offer.

Nobody outside has read this ROM: each rule says whether it was seen on VMware's ROM, on a
relative, in Intel's EFI port of the same code, in the specification, or is a guess.
"""

from __future__ import annotations

from pxeclient.boot.policy import Policy
from pxeclient.firmware.intel21 import bootfile, keys, lease, menu, multicast, offers, proxydhcp

INTEL21 = Policy(
    name="intel21",
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
    fetch_by=multicast.FETCH_BY,
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
"""Intel PXE 2.1, as VMware's E1000e ROM has it."""
