"""A boot server as somebody might write one: DHCP, TFTP without options, and maybe port 4011.

    small_server.py INTERFACE ADDRESS DHCP_PORT TFTP_PORT FIRST_LEASE [PROXY_PORT]

With the last argument, even 0, it calls itself a PXE server in its offers; it answers on that port
unless that is 0. It knows of no package but Python's own, as a stranger's server would not.
"""

from __future__ import annotations

import select
import socket
import struct
import sys

FILE = b"boot me " * 400
COOKIE = bytes.fromhex("63825363")


def options(message: bytes) -> dict[int, bytes]:
    """Those of a DHCP message."""
    found, at = {}, 240
    while at < len(message) and message[at] != 255:
        if message[at] == 0:
            at += 1
            continue
        found[message[at]] = message[at + 2 : at + 2 + message[at + 1]]
        at += 2 + message[at + 1]
    return found


def reply(message: bytes, own: bytes, lease: bytes, pxe: bool) -> bytes:
    """The DHCPOFFER or DHCPACK to a message."""
    kind = 2 if options(message).get(53) == b"\x01" else 5
    head = bytearray(message[:236])
    head[0] = 2
    head[16:24] = lease + own
    head[108:115] = b"boot.0\0"
    said = [(53, bytes([kind])), (54, own), (51, b"\0\0\x0e\x10"), (1, b"\xff\xff\xff\0")]
    said += [(60, b"PXEClient")] * pxe
    return bytes(head) + COOKIE + b"".join(bytes([c, len(v)]) + v for c, v in said) + b"\xff"


def send_file(own: str, peer: tuple[str, int]) -> None:
    """From a port of its own, block by block."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.bind((own, 0))
        out.settimeout(60)
        for number in range(1, len(FILE) // 512 + 2):
            block = FILE[(number - 1) * 512 : number * 512]
            out.sendto(struct.pack("!HH", 3, number) + block, peer)
            try:
                answer = out.recv(600)
            except TimeoutError:
                return
            if answer[:4] != struct.pack("!HH", 4, number):
                return


def dhcp_socket(interface: str, own: str, port: int) -> socket.socket:
    """Where machines without addresses are heard, or the relay agent of a loopback interface."""
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if interface == "lo":
        opened.bind((own, port))
        return opened
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
    opened.bind(("", port))
    return opened


def main() -> None:
    """Serve for ever."""
    interface, own, dhcp_port, tftp_port, first, *proxy_port = sys.argv[1:]
    opened = [dhcp_socket(interface, own, int(dhcp_port))]
    for port in (tftp_port, *(port for port in proxy_port if port != "0")):
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        one.bind((own, int(port)))
        opened.append(one)
    packed, lease = socket.inet_aton(own), socket.inet_aton(first)
    while True:
        for one in select.select(opened, [], [])[0]:
            message, peer = one.recvfrom(2048)
            if one is opened[1]:
                send_file(own, peer)
            elif one is opened[0]:
                answer = reply(message, packed, lease, bool(proxy_port))
                relay = socket.inet_ntoa(message[24:28])
                one.sendto(
                    answer,
                    (relay, int(dhcp_port)) if any(message[24:28]) else ("255.255.255.255", 68),
                )
            else:
                one.sendto(reply(message, packed, bytes(4), True), peer)


if __name__ == "__main__":
    main()
