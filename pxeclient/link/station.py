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

import ctypes
import socket
import struct

from pxeclient.wire import dhcp, ethernet, icmpv6, ipv4

_SO_ATTACH_FILTER = 26  # asm-generic/socket.h; the socket module does not name it

# Classic BPF, linux/bpf_common.h: load octet, half word, word at an offset; half word at an offset
# behind the index; the index is the length of the IP header at an offset; jump; return.
_LDB, _LDH, _LD, _LDH_BEHIND, _LDX_HEADER = 0x30, 0x28, 0x20, 0x48, 0xB1
_JSET, _JEQ = 0x45, 0x15
_RET = 0x06
_WHOLE = 0xFFFFFFFF

_IP = ethernet.HEADER
_TAKEN = (ethernet.ARP, ethernet.EAPOL, ethernet.VLAN, ethernet.PROVIDER_VLAN)
"""Ethertypes of which all is taken; what is tagged is told of, though no firmware takes it."""
_LATER = 0x1FFF
"""The fragment offset: a later fragment has no ports."""
_PORTS = (dhcp.SERVER_PORT, dhcp.CLIENT_PORT, dhcp.PROXY_PORT)
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
    _attach(receiver, _program(macs))


def attach_deafness(receiver: socket.socket) -> None:
    """Have the kernel queue nothing at all.

    Raises:
        OSError: The kernel refused.
    """
    _attach(receiver, struct.pack("=HBBI", _RET, 0, 0, 0))


def _attach(receiver: socket.socket, program: bytes) -> None:
    instructions = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog, native alignment; the buffer must live until the call returns.
    descriptor = struct.pack("HP", len(program) // 8, ctypes.addressof(instructions))
    receiver.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, descriptor)


_Step = tuple[str, int, int, str, str]
"""Its name, if anybody jumps to it; code; operand; where to go if it holds, and if not."""


def _program(macs: tuple[bytes, ...]) -> bytes:
    steps: list[_Step] = [
        ("", _LDB, 0, "", ""),
        ("", _JSET, 1, "", "mac 0"),
        ("", _LDH, 12, "", ""),
        *(("", _JEQ, kind, "take", "") for kind in _TAKEN),
        ("", _JEQ, ethernet.IPV6, "ipv6", ""),
        ("", _JEQ, ethernet.IPV4, "", "drop"),
        ("", _LDB, _IP + 9, "", ""),
        ("", _JEQ, ipv4.IGMP, "take", ""),
        ("", _JEQ, ipv4.UDP, "", "drop"),
        ("", _LDB, 0, "", ""),
        ("", _JEQ, 0xFF, "", "take"),
        ("", _LDH, _IP + 6, "", ""),
        ("", _JSET, _LATER, "take", ""),
        ("", _LDX_HEADER, _IP, "", ""),
        ("", _LDH_BEHIND, _IP + 2, "", ""),
        *(("", _JEQ, port, "take", "") for port in _PORTS),
        ("", _RET, 0, "", ""),
        ("ipv6", _LDB, _IP + 6, "", ""),
        ("", _JEQ, icmpv6.NEXT_HEADER, "", "drop"),
        ("", _LDB, _IP + icmpv6.HEADER, "", ""),
        ("", _JEQ, icmpv6.ROUTER_ADVERTISEMENT, "take", ""),
        ("drop", _RET, 0, "", ""),
        ("take", _RET, _WHOLE, "", ""),
    ]
    for number, mac in enumerate(macs):
        high, low = struct.unpack("!IH", mac)
        following = f"mac {number + 1}"
        steps += [
            (f"mac {number}", _LD, 0, "", ""),
            ("", _JEQ, high, "", following),
            ("", _LDH, 4, "", ""),
            ("", _JEQ, low, "", following),
            ("", _RET, _WHOLE, "", ""),
        ]
    steps.append((f"mac {len(macs)}", _RET, 0, "", ""))
    places = {name: at for at, (name, *_) in enumerate(steps) if name}
    return b"".join(
        struct.pack("=HBBI", code, *(_ahead(places, at, to) for to in (holds, not_so)), operand)
        for at, (_, code, operand, holds, not_so) in enumerate(steps)
    )


def _ahead(places: dict[str, int], at: int, to: str) -> int:
    """How many steps a jump leaves out; jumps go forwards only."""
    return places[to] - at - 1 if to else 0
