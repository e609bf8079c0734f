"""Which frames of a whole network can be of a boot: for whoever listens to all of them.

ARP and EAPOL; of IPv4 and IPv6 all of ICMP, UDP but for what is known to be others' (`NOT_OURS`),
and of TCP where it begins and ends, and all of HTTP's ports. A boot by HTTP from another port shows
so without its content. What is in VLAN tags and in fragments is taken. The rest of a busy server's
traffic is dropped by the kernel.

Once as a question in Python, and once as a program for the kernel.
"""

from __future__ import annotations

import socket

from pxeclient.link.bpf import (
    JEQ,
    JSET,
    LDB,
    LDB_BEHIND,
    LDH,
    LDH_BEHIND,
    LDX_HEADER,
    RET,
    WHOLE,
    Step,
    assemble,
    attach,
)
from pxeclient.wire import ethernet, icmpv6, ipv4

NOT_OURS = (123, 137, 138, 443, 500, 514, 1194, 1900, 2049, 4500, 4789, 5353, 6081, 8472, 51820)
"""UDP ports of others: clocks, names, NFS, syslog, QUIC, and what tunnels (IANA)."""
HTTP = (80, 8080)
"""TCP ports of which all is taken."""
_TAKEN = (ethernet.ARP, ethernet.EAPOL, ethernet.VLAN, ethernet.PROVIDER_VLAN)
_TCP, _ICMP, _HOP_BY_HOP, _FRAGMENT = 6, 1, 0, 44
_SIGNS = 0x07
"""FIN, SYN, RST (RFC 9293 section 3.1), in the octet at 13."""
_IP, _IPV6 = ethernet.HEADER, ethernet.HEADER + 40
_LATER = 0x1FFF


def matters(frame: bytes) -> bool:
    """The frame can be of a boot."""
    try:
        return _matters(frame)
    except IndexError:  # it ends before what is asked of it
        return False


def _matters(frame: bytes) -> bool:
    kind = frame[12] << 8 | frame[13]
    if kind in _TAKEN:
        return True
    if kind == ethernet.IPV4:
        protocol, at = frame[_IP + 9], _IP + (frame[_IP] & 15) * 4
        if protocol in (_ICMP, ipv4.IGMP):
            return True
        if protocol not in (ipv4.UDP, _TCP):
            return False
        if (frame[_IP + 6] << 8 | frame[_IP + 7]) & _LATER:
            return True
    elif kind == ethernet.IPV6:
        protocol, at = frame[_IP + 6], _IPV6
        if protocol in (icmpv6.NEXT_HEADER, _HOP_BY_HOP, _FRAGMENT):
            return True
        if protocol not in (ipv4.UDP, _TCP):
            return False
    else:
        return False
    ports = frame[at] << 8 | frame[at + 1], frame[at + 2] << 8 | frame[at + 3]
    if protocol == ipv4.UDP:
        return not any(port in NOT_OURS for port in ports)
    return any(port in HTTP for port in ports) or bool(frame[at + 13] & _SIGNS)


def attach_filter(receiver: socket.socket) -> None:
    """Have the kernel queue only the frames that `matters` accepts.

    Raises:
        OSError: The kernel refused.
    """
    attach(receiver, assemble(_STEPS))


_STEPS: list[Step] = [
    ("", LDH, 12, "", ""),
    *(("", JEQ, kind, "take", "") for kind in _TAKEN),
    ("", JEQ, ethernet.IPV6, "ipv6", ""),
    ("", JEQ, ethernet.IPV4, "", "drop"),
    ("", LDX_HEADER, _IP, "", ""),
    ("", LDB, _IP + 9, "", ""),
    ("", JEQ, _ICMP, "take", ""),
    ("", JEQ, ipv4.IGMP, "take", ""),
    ("", JEQ, ipv4.UDP, "whole", ""),
    ("", JEQ, _TCP, "", "drop"),
    ("whole", LDH, _IP + 6, "", ""),
    ("", JSET, _LATER, "take", ""),
    ("", LDB, _IP + 9, "", ""),
    ("", JEQ, _TCP, "tcp", ""),
    ("", LDH_BEHIND, _IP, "", ""),
    *(("", JEQ, port, "drop", "") for port in NOT_OURS),
    ("", LDH_BEHIND, _IP + 2, "", ""),
    *(("", JEQ, port, "drop", "") for port in NOT_OURS),
    ("", RET, WHOLE, "", ""),
    ("tcp", LDB_BEHIND, _IP + 13, "", ""),
    ("", JSET, _SIGNS, "take", ""),
    ("", LDH_BEHIND, _IP, "", ""),
    *(("", JEQ, port, "take", "") for port in HTTP),
    ("", LDH_BEHIND, _IP + 2, "", ""),
    *(("", JEQ, port, "take", "") for port in HTTP),
    ("", RET, 0, "", ""),
    ("ipv6", LDB, _IP + 6, "", ""),
    *(("", JEQ, one, "take", "") for one in (icmpv6.NEXT_HEADER, _HOP_BY_HOP, _FRAGMENT)),
    ("", JEQ, ipv4.UDP, "udp6", ""),
    ("", JEQ, _TCP, "", "drop"),
    ("", LDB, _IPV6 + 13, "", ""),
    ("", JSET, _SIGNS, "take", ""),
    ("", LDH, _IPV6, "", ""),
    *(("", JEQ, port, "take", "") for port in HTTP),
    ("", LDH, _IPV6 + 2, "", ""),
    *(("", JEQ, port, "take", "") for port in HTTP),
    ("", RET, 0, "", ""),
    ("udp6", LDH, _IPV6, "", ""),
    *(("", JEQ, port, "drop", "") for port in NOT_OURS),
    ("", LDH, _IPV6 + 2, "", ""),
    *(("", JEQ, port, "drop", "") for port in NOT_OURS),
    ("take", RET, WHOLE, "", ""),
    ("drop", RET, 0, "", ""),
]
