"""A host that gives the address and says PXEClient (option 60); port 4011 is its own."""

from __future__ import annotations

from functools import partial

import pytest

from pxeclient.playbook import DHCP_SERVER, ack, offer, proxy_ack

OFFER = partial(offer, vendor_class="PXEClient")
ACK = partial(ack, vendor_class="PXEClient")
ANSWER = partial(proxy_ack, server=DHCP_SERVER)

named = pytest.mark.parametrize(
    ("file", "options"),
    [("boot.0", {}), ("", {67: b"boot.0"}), ("", {67: b"boot.0\0"})],
    ids=["header", "option 67", "option 67 with NUL"],
)
"""The name may stand in the header or in option 67."""
