"""How long a silence must be in a recording to be called one, and not the recording's end."""

from __future__ import annotations

PATIENCE = 2.0
"""Seconds after a question, or after the last packet of a transfer."""
PATIENCE_FOR_ADDRESS = 4.0
"""Seconds after a DHCPDISCOVER or DHCPREQUEST: servers that ping an address first take 3."""
REPEATED = 1.0
"""Seconds after which a client that asks the same again has waited in vain, whenever the recording
ends then."""
