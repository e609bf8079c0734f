"""Which frames are handed to the machine: what its card would take, as far as it can matter.

A card takes what goes to its own address or to a group. Of what goes to groups, a busy segment
is full, and a hostile one can send a hundred thousand frames a second; a boot can only take notice
of ARP, of DHCP and multicast UDP, IGMP, EAPOL and IPv6 router advertisements. The rest is dropped
before it costs anything. (iPXE counts all that its card receives into the low octet of its IP
identifications; what we do not see we do not count.)

Once as a question in Python, and once as a classic BPF program that the kernel runs. The kernel may
have taken a VLAN tag off before it asks.
"""

from __future__ import annotations

import socket
import struct

from pxeclient.link.bpf import (
    JEQ,
    JSET,
    LD,
    LDB,
    LDH,
    LDH_BEHIND,
    LDX_HEADER,
    RET,
    WHOLE,
    Step,
    assemble,
    attach,
)
from pxeclient.wire import ethernet, icmpv6, ipv4, ports

_IP = ethernet.HEADER
_TAKEN = (ethernet.ARP, ethernet.EAPOL, ethernet.VLAN, ethernet.PROVIDER_VLAN)
"""Ethertypes of which all is taken; what is tagged is told of, though no firmware takes it."""
_LATER = 0x1FFF
"""The fragment offset: a later fragment has no ports."""
_PORTS = (ports.SERVER_PORT, ports.CLIENT_PORT, ports.PROXY_PORT)
"""Of broadcasts. To 67 goes what others ask, with our MAC address perhaps."""


def check_mac(mac: bytes) -> bytes:
    """The address itself, if a station can have it.

    Raises:
        ValueError: Not six octets, or a group address.
    """
    if len(mac) != 6:
        raise ValueError(f"a MAC address has 6 octets, not {len(mac)}")
    if mac[0] & 1:
        raise ValueError(f"a station cannot have the group address {mac.hex(':')}")
    return mac


def is_for(frame: bytes, *macs: bytes) -> bool:
    """The frame goes to one of `macs`, or to a group (broadcast is one) and can matter."""
    try:
        return frame[:6] in macs or (bool(frame[0] & 1) and _matters(frame))
    except IndexError:  # it ends before what is asked of it
        return False


def _matters(frame: bytes) -> bool:
    kind = frame[12] << 8 | frame[13]
    if kind in _TAKEN:
        return True
    if kind == ethernet.IPV6:
        return frame[_IP + 6] == icmpv6.NEXT_HEADER and (
            frame[_IP + icmpv6.HEADER] == icmpv6.ROUTER_ADVERTISEMENT
        )
    if kind != ethernet.IPV4:
        return False
    if frame[_IP + 9] != ipv4.UDP:
        return frame[_IP + 9] == ipv4.IGMP
    if frame[0] != 0xFF or (frame[_IP + 6] << 8 | frame[_IP + 7]) & _LATER:
        return True  # a firmware joins whatever group a server names, and listens on any port
    ports = _IP + (frame[_IP] & 15) * 4
    return (frame[ports + 2] << 8 | frame[ports + 3]) in _PORTS


def attach_filter(receiver: socket.socket, *macs: bytes) -> None:
    """Have the kernel queue only the frames that `is_for` accepts.

    Frames queued before stay queued.

    Raises:
        OSError: The kernel refused.
    """
    attach(receiver, _program(macs))


def attach_deafness(receiver: socket.socket) -> None:
    """Have the kernel queue nothing at all.

    Raises:
        OSError: The kernel refused.
    """
    attach(receiver, assemble([("", RET, 0, "", "")]))


def _program(macs: tuple[bytes, ...]) -> bytes:
    steps: list[Step] = [
        ("", LDB, 0, "", ""),
        ("", JSET, 1, "", "mac 0"),
        ("", LDH, 12, "", ""),
        *(("", JEQ, kind, "take", "") for kind in _TAKEN),
        ("", JEQ, ethernet.IPV6, "ipv6", ""),
        ("", JEQ, ethernet.IPV4, "", "drop"),
        ("", LDB, _IP + 9, "", ""),
        ("", JEQ, ipv4.IGMP, "take", ""),
        ("", JEQ, ipv4.UDP, "", "drop"),
        ("", LDB, 0, "", ""),
        ("", JEQ, 0xFF, "", "take"),
        ("", LDH, _IP + 6, "", ""),
        ("", JSET, _LATER, "take", ""),
        ("", LDX_HEADER, _IP, "", ""),
        ("", LDH_BEHIND, _IP + 2, "", ""),
        *(("", JEQ, port, "take", "") for port in _PORTS),
        ("", RET, 0, "", ""),
        ("ipv6", LDB, _IP + 6, "", ""),
        ("", JEQ, icmpv6.NEXT_HEADER, "", "drop"),
        ("", LDB, _IP + icmpv6.HEADER, "", ""),
        ("", JEQ, icmpv6.ROUTER_ADVERTISEMENT, "take", ""),
        ("drop", RET, 0, "", ""),
        ("take", RET, WHOLE, "", ""),
    ]
    for number, mac in enumerate(macs):
        high, low = struct.unpack("!IH", mac)
        following = f"mac {number + 1}"
        steps += [
            (f"mac {number}", LD, 0, "", ""),
            ("", JEQ, high, "", following),
            ("", LDH, 4, "", ""),
            ("", JEQ, low, "", following),
            ("", RET, WHOLE, "", ""),
        ]
    steps.append((f"mac {len(macs)}", RET, 0, "", ""))
    return assemble(steps)
