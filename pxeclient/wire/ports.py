"""The UDP ports of DHCP, for whoever needs no more of it: a lab's processes import no library."""

from __future__ import annotations

SERVER_PORT, CLIENT_PORT = 67, 68
"""RFC 2131 §4.1."""
PROXY_PORT = 4011
"""ProxyDHCP and boot servers (PXE 2.1 §2.2)."""
