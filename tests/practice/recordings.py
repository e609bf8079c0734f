"""Some recordings of real firmwares against scripted servers, and what each of them shows."""

from __future__ import annotations

from tools.record.stored import CAPTURES

RECORDINGS = tuple(
    CAPTURES / name
    for name in (
        "ipxe-head-e1000e/nak-then-ack",  # rules that answer so many times; a broadcast NAK
        "ipxe-head-e1000e/overload-52",  # options in the `file` field
        "ipxe-head-e1000e/plain-dhcp-bootfile",  # DHCP without option 60
        "ovmf-virtio/proxy-60-file",  # two hosts, the request's option 97 echoed
        "ipxe-head-e1000e/samehost-60-43-menu-mcast",  # a boot server in a group, 43.71 echoed
        "ipxe-head-e1000e/samehost-60-only",  # one host, port 4011
        "ipxe-head-e1000e/wrong-xid",  # replies of a wrong transaction before the right ones
    )
)
