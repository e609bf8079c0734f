"""Servers that speak of a boot menu and of boot servers."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from pxeclient.playbook import (
    DHCPDISCOVER,
    DHCPREQUEST,
    DhcpReply,
    Playbook,
    boot_menu,
    boot_reply,
    offer,
)
from pxeclient.wire import dhcp
from tests.stories.firmwares import book

FIRST, SECOND, STRANGER = "10.77.0.5", "10.77.0.6", "10.77.0.7"
"""Boot servers; the last is on no list."""
FIRST_4011, SECOND_4011 = f"{FIRST}:4011", f"{SECOND}:4011"
GROUP = "239.77.0.1"
GROUP_4011 = f"{GROUP}:4011"

ITEMS = boot_menu((1, "One"), (2, "Two"), (0, "Local boot"))
LISTED = {1: (FIRST,), 2: (FIRST, SECOND)}

ITEM_1, ITEM_2 = (bytes.fromhex(f"47 04 {kind} 00 00 ff") for kind in ("0001", "0002"))
"""Option 43 of a request for a boot server of type 1, of type 2."""

AT_THE_PROMPT, AT_THE_MENU = "the menu prompt", "the boot menu"

BY_LIST, LISTED_ONLY = 3, 4
"""43.6: neither multicast nor broadcast; only listed servers count."""

said = partial(
    offer,
    vendor_class="PXEClient",
    broadcast=True,
    control=BY_LIST,
    servers=LISTED,
    menu=ITEMS,
    prompt=(0, "Boot:"),
)
"""What the server that gives the address says in offer and DHCPACK."""


def told(firmware: str, offered: DhcpReply, *absent: str) -> Playbook:
    """A book in which the address is confirmed and option 43 was said twice."""
    return (
        book(firmware, *absent)
        .sends(DHCPDISCOVER)
        .gets(offered)
        .sends(DHCPREQUEST)
        .gets(replace(offered, type=dhcp.ACK))
    )


def answer(
    server: str = FIRST,
    *,
    kind: int | None = 1,
    layer: int = 0,
    file: str = "boot.0",
    siaddr: str | None = None,
    source_port: int = dhcp.PROXY_PORT,
    type: int = dhcp.ACK,
    server_id: str | None = "",
) -> DhcpReply:
    """A boot server's answer; its next server is itself unless `siaddr` says otherwise."""
    return boot_reply(
        server=server,
        boot_item=kind,
        layer=layer,
        file=file,
        siaddr=server if siaddr is None else siaddr,
        source_port=source_port,
        type=type,
        server_id=server_id,
    )
