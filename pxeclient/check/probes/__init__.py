"""The probes: questions that no firmware asks, by the name that a suite calls them.

A probe tells what another client, a relay or another architecture would meet; what one boot
shows by itself is a finding (`pxeclient.diagnose`), which probes reuse and never repeat.
"""

from __future__ import annotations

from pxeclient.check.probes.architectures import architectures, same_for_7_and_9
from pxeclient.check.probes.clients import http, machine_id, user_class
from pxeclient.check.probes.delivery import broadcast_flag, relay
from pxeclient.check.probes.port4011 import port_4011
from pxeclient.check.probes.replies import replies
from pxeclient.check.probes.transfers import tftp_blocks, tftp_size, tftp_source
from pxeclient.check.probing import Probe

PROBES: dict[str, Probe] = {
    "architectures": architectures,
    "arch-7-and-9": same_for_7_and_9,
    "broadcast-flag": broadcast_flag,
    "http": http,
    "machine-id": machine_id,
    "port-4011": port_4011,
    "relay": relay,
    "replies": replies,
    "tftp-blocks": tftp_blocks,
    "tftp-size": tftp_size,
    "tftp-source": tftp_source,
    "user-class": user_class,
}
