"""The two DHCPv6 clients of one machine: which messages are the boot's, and which the stack's.

EDK II's IPv6 stack configures itself beside the boot client, from the same link-local address, port
and DUID, and with transaction ids of one counter. The boot client says what it is in every message
that asks (options 16, 61, 62); its RELEASE and the servers' replies are known by the IAID and by
the transaction id.
"""

from __future__ import annotations

from collections.abc import Iterable

from pxeclient.seen.dhcp6 import Dhcp6
from pxeclient.wire import dhcp6


def boot_messages(messages: Iterable[Dhcp6]) -> tuple[Dhcp6, ...]:
    """The boot client's messages and what answers them, of one machine's, in order."""
    found: list[Dhcp6] = []
    xids: set[int] = set()
    iaids: set[int] = set()
    for one in messages:
        is_boot = one.is_boot if one.ours else one.xid in xids
        if one.ours and not is_boot and one.type not in _ASKING:
            # RELEASE and DECLINE name no class.
            is_boot = not iaids.isdisjoint(one.iaids)
        if one.source_port == dhcp6.PROXY_PORT and not one.ours:
            is_boot = True
        if not is_boot:
            continue
        found.append(one)
        if one.ours:
            xids.add(one.xid)
            iaids |= one.iaids
    return tuple(found)


_ASKING = (dhcp6.SOLICIT, dhcp6.INFORMATION_REQUEST)
