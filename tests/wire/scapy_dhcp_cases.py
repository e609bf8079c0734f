"""One DHCP message of every type, in our words and in scapy's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address

import pytest

from pxeclient.wire import dhcp, pxe
from pxeclient.wire.addresses import ANY
from pxeclient.wire.dhcp import END, PAD, Message, Option
from tests.wire.scapy_paths import (
    CLIENT,
    CLIENT_TO_4011,
    CLIENT_TO_ALL,
    CLIENT_TO_SERVER,
    FIFTY,
    FIVE,
    FROM_4011,
    GUID,
    ONE,
    SERVER_TO_ALL,
    SERVER_TO_CLIENT,
    Path,
)

ScapyOption = tuple[object, ...] | str
"""One element of scapy's list: ``("router", "10.77.0.1")``, ``"end"``."""


@dataclass(frozen=True, slots=True)
class Case:
    """One message, in our words and in scapy's."""

    path: Path
    message: Message
    options: list[ScapyOption]
    """What scapy should find in the option area, padding included."""


def request(options: Iterable[Option], *, ciaddr: IPv4Address = ANY, flags: int = 0) -> Message:
    """A client's message with these options and END."""
    return Message(
        dhcp.BOOTREQUEST,
        0xE3123456,
        dhcp.chaddr_of(CLIENT),
        secs=4,
        flags=flags,
        ciaddr=ciaddr,
        options=(*options, Option(END)),
    )


def reply(
    options: Iterable[Option],
    *,
    yiaddr: IPv4Address = ANY,
    siaddr: IPv4Address = ANY,
    sname: bytes = b"",
    file: bytes = b"",
    padding: int = 0,
) -> Message:
    """A server's message with these options, END and padding."""
    return Message(
        dhcp.BOOTREPLY,
        0xE3123456,
        dhcp.chaddr_of(CLIENT),
        flags=dhcp.BROADCAST_FLAG,
        yiaddr=yiaddr,
        siaddr=siaddr,
        sname=sname.ljust(64, b"\0"),
        file=file.ljust(128, b"\0"),
        options=(*options, Option(END)),
        rest=bytes(padding),
        hops=1,
    )


EDK2 = (
    Option(55, bytes([1, 2, 3, 4, 5, 6, 12, 13, 15, 17, 43, 54, 60, 66, 67, 97, 128, 135])),
    Option(97, GUID),
    Option(94, b"\1\3\0"),
    Option(93, b"\0\7"),
    Option(60, b"PXEClient:Arch:00007:UNDI:003000"),
)
EDK2_SCAPY: list[ScapyOption] = [
    ("param_req_list", [1, 2, 3, 4, 5, 6, 12, 13, 15, 17, 43, 54, 60, 66, 67, 97, 128, 135]),
    ("pxe_client_machine_identifier", GUID),
    ("pxe_client_network_interface", b"\1\3\0"),
    ("pxe_client_architecture", b"\0\7"),
    ("vendor_class_id", b"PXEClient:Arch:00007:UNDI:003000"),
]
IPXE_SAYS = bytes.fromhex("b10501808610d3eb03010000170101220101130101")
MENU = pxe.build_suboptions(
    (
        Option(pxe.DISCOVERY_CONTROL, b"\3"),
        Option(pxe.BOOT_SERVERS, pxe.build_boot_servers((pxe.BootServers(1, (FIVE,)),))),
        Option(pxe.BOOT_MENU, pxe.build_menu((pxe.MenuItem(1, b"Boot item one"),))),
        Option(pxe.MENU_PROMPT, b"\0PXE boot"),
    )
)
ITEM = pxe.build_suboptions((Option(pxe.BOOT_ITEM, b"\0\1\0\0"),))
LEASE = (
    Option(54, ONE.packed),
    Option(51, (3600).to_bytes(4, "big")),
    Option(1, b"\xff\xff\xff\0"),
    Option(3, ONE.packed),
    Option(6, ONE.packed + FIVE.packed),
)
LEASE_SCAPY: list[ScapyOption] = [
    ("server_id", "10.77.0.1"),
    ("lease_time", 3600),
    ("subnet_mask", "255.255.255.0"),
    ("router", "10.77.0.1"),
    ("name_server", "10.77.0.1", "10.77.0.5"),
]

CASES = {
    "DISCOVER of EDK II": Case(
        CLIENT_TO_ALL,
        request((Option(53, b"\1"), Option(57, b"\x05\xc0"), *EDK2), flags=dhcp.BROADCAST_FLAG),
        [("message-type", 1), ("max_dhcp_size", 1472), *EDK2_SCAPY, "end"],
    ),
    "DISCOVER of iPXE": Case(
        CLIENT_TO_ALL,
        request(
            (
                Option(53, b"\1"),
                Option(93, b"\0\0"),
                Option(60, b"PXEClient:Arch:00000:UNDI:002001"),
                Option(77, b"iPXE"),
                Option(175, IPXE_SAYS),
                Option(61, b"\1" + CLIENT),
            )
        ),
        [
            ("message-type", 1),
            ("pxe_client_architecture", b"\0\0"),
            ("vendor_class_id", b"PXEClient:Arch:00000:UNDI:002001"),
            ("user_class", b"iPXE"),
            (175, IPXE_SAYS),
            ("client_id", b"\1RT\0\x124V"),
            "end",
        ],
    ),
    "OFFER": Case(
        SERVER_TO_ALL,
        reply(
            (Option(53, b"\2"), *LEASE, Option(66, b"tftp"), Option(67, b"a.0\0")),
            yiaddr=FIFTY,
            siaddr=FIVE,
            sname=b"server",
            file=b"undionly.kpxe",
            padding=3,
        ),
        [
            ("message-type", 2),
            *LEASE_SCAPY,
            ("tftp_server_name", b"tftp"),
            ("boot-file-name", b"a.0\0"),
            "end",
            "pad",
            "pad",
            "pad",
        ],
    ),
    "OFFER of a ProxyDHCP server with a menu": Case(
        SERVER_TO_CLIENT,
        reply(
            (
                Option(53, b"\2"),
                Option(54, ONE.packed),
                Option(60, b"PXEClient"),
                Option(97, GUID),
                Option(43, MENU),
            )
        ),
        [
            ("message-type", 2),
            ("server_id", "10.77.0.1"),
            ("vendor_class_id", b"PXEClient"),
            ("pxe_client_machine_identifier", GUID),
            ("vendor_specific", MENU),
            "end",
        ],
    ),
    "OFFER with pads and a repeated option": Case(
        SERVER_TO_CLIENT,
        reply(
            (
                Option(53, b"\2"),
                Option(PAD),
                Option(43, MENU[:10]),
                Option(PAD),
                Option(PAD),
                Option(43, MENU[10:]),
                Option(224, b""),
            )
        ),
        [
            ("message-type", 2),
            "pad",
            ("vendor_specific", MENU[:10]),
            "pad",
            "pad",
            ("vendor_specific", MENU[10:]),
            (224, b""),
            "end",
        ],
    ),
    "OFFER with overloaded fields": Case(
        SERVER_TO_CLIENT,
        reply(
            (Option(53, b"\2"), Option(52, b"\3")),
            sname=b"\x42\4tftp\xff",
            file=b"\x43\3a.0\xff",
        ),
        [("message-type", 2), ("dhcp-option-overload", 3), "end"],
    ),
    "REQUEST": Case(
        CLIENT_TO_ALL,
        request((Option(53, b"\3"), Option(54, ONE.packed), Option(50, FIFTY.packed), *EDK2)),
        [
            ("message-type", 3),
            ("server_id", "10.77.0.1"),
            ("requested_addr", "10.77.0.50"),
            *EDK2_SCAPY,
            "end",
        ],
    ),
    "REQUEST to port 4011": Case(
        CLIENT_TO_4011,
        request((Option(43, ITEM), Option(53, b"\3"), *EDK2), ciaddr=FIFTY),
        [("vendor_specific", ITEM), ("message-type", 3), *EDK2_SCAPY, "end"],
    ),
    "ACK": Case(
        SERVER_TO_CLIENT,
        reply((Option(53, b"\5"), *LEASE), yiaddr=FIFTY, padding=1),
        [("message-type", 5), *LEASE_SCAPY, "end", "pad"],
    ),
    "ACK from port 4011": Case(
        FROM_4011,
        reply((Option(53, b"\5"), Option(43, ITEM)), siaddr=FIVE, file=b"x" * 128),
        [("message-type", 5), ("vendor_specific", ITEM), "end"],
    ),
    "NAK": Case(
        SERVER_TO_ALL,
        reply((Option(53, b"\6"), Option(54, ONE.packed), Option(56, b"wrong network"))),
        [
            ("message-type", 6),
            ("server_id", "10.77.0.1"),
            ("error_message", b"wrong network"),
            "end",
        ],
    ),
    "DECLINE": Case(
        CLIENT_TO_ALL,
        request((Option(53, b"\4"), Option(50, FIFTY.packed), Option(54, ONE.packed))),
        [
            ("message-type", 4),
            ("requested_addr", "10.77.0.50"),
            ("server_id", "10.77.0.1"),
            "end",
        ],
    ),
    "RELEASE": Case(
        CLIENT_TO_SERVER,
        request((Option(53, b"\7"), Option(54, ONE.packed)), ciaddr=FIFTY),
        [("message-type", 7), ("server_id", "10.77.0.1"), "end"],
    ),
    "INFORM": Case(
        CLIENT_TO_ALL,
        request((Option(53, b"\x08"), Option(55, b"\x01\xff")), ciaddr=FIFTY),
        [("message-type", 8), ("param_req_list", [1, 255]), "end"],
    ),
}
each_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)
