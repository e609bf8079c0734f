"""How fast the codecs are, beside scapy's and tftpy's on the same octets.

    python benchmarks/codec.py [--seconds 3]

Every codec starts from plain values and ends with octets, or the other way round, and all of
them must first have produced the same. The laps of all codecs are interleaved, so that a busy
machine slows them alike. Read the ratios: the times depend on the machine.

Ours verifies the checksums of IPv4 and UDP when it reads; scapy and tftpy do not.
"""

from __future__ import annotations

import argparse
import gc
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from statistics import median
from time import perf_counter
from typing import Any

from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether
from scapy.layers.tftp import TFTP, TFTP_ACK, TFTP_DATA
from tftpy.TftpPacketFactory import TftpPacketFactory
from tftpy.TftpPacketTypes import TftpPacketACK

from pxeclient.wire import dhcp, ethernet, ipv4, tftp, udp
from pxeclient.wire.addresses import ANY, BROADCAST, BROADCAST_MAC, Mac
from pxeclient.wire.dhcp import END, Message, Option

LAP = 0.005
"""Seconds that one lap of one codec should take: long beside the clock's own cost."""

CLIENT = Mac.from_text("52:54:00:12:34:56")
SERVER = Mac.from_text("52:54:00:aa:00:01")
FIFTY = IPv4Address("10.77.0.50")
ONE = IPv4Address("10.77.0.1")
XID = 0xE3123456
GUID = bytes.fromhex("0033221100554477668899aabbccddeeff")
WANTED = bytes.fromhex("0102030405060c0d0f111216171c28292a2b3233363a3b3c4243618081828384858687")
CLASS = b"PXEClient:Arch:00007:UNDI:003000"
BOOT_FILE = b"ipxe.efi"
BLOCK = tftp.build(tftp.Data(1, bytes(range(256)) * 5 + bytes(152)))
"""A TFTP DATA packet of 1432 octets of content, as most firmwares ask for."""


@dataclass(slots=True)
class Contender:
    """One codec at one task."""

    work: Callable[[], object]
    laps: list[float] = field(default_factory=list)
    """Seconds for doing the work once, one mean per lap."""
    times: int = 1
    """How often a lap does the work."""

    def warm_up(self) -> None:
        """Find out how often the work must be done to fill a lap."""
        started = perf_counter()
        while (elapsed := perf_counter() - started) < LAP:
            for _ in range(self.times):
                self.work()
            self.times *= 2
        self.times = max(1, round(self.times * LAP / elapsed))

    def lap(self) -> None:
        """Do the work `times` times, and note how long once took."""
        work = self.work
        started = perf_counter()
        for _ in range(self.times):
            work()
        self.laps.append((perf_counter() - started) / self.times)


@dataclass(frozen=True, slots=True)
class Task:
    """Something that all contenders do to the same octets."""

    title: str
    octets: int
    contenders: dict[str, Contender]


# --- ours ---------------------------------------------------------------------------------


def build_discover() -> bytes:
    """EDK II's DISCOVER, from values to a frame."""
    message = Message(
        dhcp.BOOTREQUEST,
        XID,
        dhcp.chaddr_of(CLIENT),
        flags=dhcp.BROADCAST_FLAG,
        options=(
            Option(53, b"\1"),
            Option(57, b"\x05\xc0"),
            Option(55, WANTED),
            Option(97, GUID),
            Option(94, b"\1\3\0"),
            Option(93, b"\0\7"),
            Option(60, CLASS),
            Option(END),
        ),
    )
    datagram = udp.Datagram(dhcp.CLIENT_PORT, dhcp.SERVER_PORT, dhcp.build(message))
    packet = ipv4.Packet(ANY, BROADCAST, ipv4.UDP, udp.build(datagram, ANY, BROADCAST))
    frame = ethernet.Frame(BROADCAST_MAC, CLIENT, ethernet.IPV4, ipv4.build(packet))
    return ethernet.build(frame)


def build_offer() -> bytes:
    """A server's OFFER with a boot file, from values to a frame."""
    message = Message(
        dhcp.BOOTREPLY,
        XID,
        dhcp.chaddr_of(CLIENT),
        flags=dhcp.BROADCAST_FLAG,
        yiaddr=FIFTY,
        siaddr=ONE,
        file=BOOT_FILE.ljust(128, b"\0"),
        options=(
            Option(53, b"\2"),
            Option(54, ONE.packed),
            Option(51, b"\0\0\x0e\x10"),
            Option(1, b"\xff\xff\xff\0"),
            Option(3, ONE.packed),
            Option(60, b"PXEClient"),
            Option(43, b"\6\1\x08\xff"),
            Option(END),
        ),
    )
    datagram = udp.Datagram(dhcp.SERVER_PORT, dhcp.CLIENT_PORT, dhcp.build(message))
    packet = ipv4.Packet(ONE, FIFTY, ipv4.UDP, udp.build(datagram, ONE, FIFTY))
    return ethernet.build(ethernet.Frame(CLIENT, SERVER, ethernet.IPV4, ipv4.build(packet)))


def parse_frame(data: bytes) -> Message:
    """A DHCP message from its frame, with both checksums verified."""
    packet = ipv4.parse(ethernet.parse(data).payload)
    return dhcp.parse(udp.parse(packet.payload, packet.source, packet.destination).payload)


def acknowledge(data: bytes) -> bytes:
    """Read a DATA packet and build its ACK."""
    message = tftp.parse(data)
    assert isinstance(message, tftp.Data)
    return tftp.build(tftp.Ack(message.block))


# --- scapy's and tftpy's ------------------------------------------------------------------


def scapy_build_discover() -> bytes:
    """The same DISCOVER from scapy's fields."""
    return bytes(
        Ether(src="52:54:00:12:34:56", dst="ff:ff:ff:ff:ff:ff")
        / IP(src="0.0.0.0", dst="255.255.255.255", id=0)
        / UDP(sport=68, dport=67)
        / BOOTP(xid=XID, flags=0x8000, chaddr=bytes(CLIENT), options=dhcp.COOKIE)
        / DHCP(
            options=[
                ("message-type", 1),
                ("max_dhcp_size", 1472),
                ("param_req_list", list(WANTED)),
                ("pxe_client_machine_identifier", GUID),
                ("pxe_client_network_interface", b"\1\3\0"),
                ("pxe_client_architecture", b"\0\7"),
                ("vendor_class_id", CLASS),
                "end",
            ]
        )
    )


def scapy_build_offer() -> bytes:
    """The same OFFER from scapy's fields."""
    return bytes(
        Ether(src="52:54:00:aa:00:01", dst="52:54:00:12:34:56")
        / IP(src="10.77.0.1", dst="10.77.0.50", id=0)
        / UDP(sport=67, dport=68)
        / BOOTP(
            op=2,
            xid=XID,
            flags=0x8000,
            yiaddr="10.77.0.50",
            siaddr="10.77.0.1",
            chaddr=bytes(CLIENT),
            file=BOOT_FILE,
            options=dhcp.COOKIE,
        )
        / DHCP(
            options=[
                ("message-type", 2),
                ("server_id", "10.77.0.1"),
                ("lease_time", 3600),
                ("subnet_mask", "255.255.255.0"),
                ("router", "10.77.0.1"),
                ("vendor_class_id", b"PXEClient"),
                ("vendor_specific", b"\6\1\x08\xff"),
                "end",
            ]
        )
    )


def scapy_acknowledge(data: bytes) -> bytes:
    """Read a DATA packet and build its ACK by scapy."""
    return bytes(TFTP(op=4) / TFTP_ACK(block=TFTP(data)[TFTP_DATA].block))


def tftpy_acknowledge(data: bytes) -> bytes:
    """Read a DATA packet and build its ACK by tftpy, as its client does."""
    ack = TftpPacketACK()
    ack.blocknumber = FACTORY.parse(data).blocknumber
    return bytes(ack.encode().buffer)


FACTORY: Any = TftpPacketFactory()


# --- the race -----------------------------------------------------------------------------


def tasks() -> list[Task]:
    """All tasks, once all contenders have been seen to agree."""
    discover, offer = build_discover(), build_offer()
    assert discover == scapy_build_discover()
    assert offer == scapy_build_offer()
    for frame in (discover, offer):
        check_reading(frame)
    assert acknowledge(BLOCK) == scapy_acknowledge(BLOCK) == tftpy_acknowledge(BLOCK)
    return [
        Task(
            "build DISCOVER frame",
            len(discover),
            {"ours": Contender(build_discover), "scapy": Contender(scapy_build_discover)},
        ),
        Task(
            "parse DISCOVER frame",
            len(discover),
            {
                "ours": Contender(lambda: parse_frame(discover)),
                "scapy": Contender(lambda: Ether(discover)),
            },
        ),
        Task(
            "build OFFER frame",
            len(offer),
            {"ours": Contender(build_offer), "scapy": Contender(scapy_build_offer)},
        ),
        Task(
            "parse OFFER frame",
            len(offer),
            {
                "ours": Contender(lambda: parse_frame(offer)),
                "scapy": Contender(lambda: Ether(offer)),
            },
        ),
        Task(
            "parse TFTP DATA, build ACK",
            len(BLOCK),
            {
                "ours": Contender(lambda: acknowledge(BLOCK)),
                "scapy": Contender(lambda: scapy_acknowledge(BLOCK)),
                "tftpy": Contender(lambda: tftpy_acknowledge(BLOCK)),
            },
        ),
    ]


def check_reading(frame: bytes) -> None:
    """Ours and scapy read the same message: fields, and options in their order."""
    message, judge = parse_frame(frame), Ether(frame)
    bootp = judge[BOOTP]
    assert (message.op, message.xid, message.chaddr) == (bootp.op, bootp.xid, bootp.chaddr)
    assert (str(message.yiaddr), str(message.siaddr)) == (bootp.yiaddr, bootp.siaddr)
    assert (message.sname, message.file) == (bootp.sname, bootp.file)
    again = DHCP(options=judge[DHCP].options)
    assert dhcp.build_options(message.options) + message.rest == bytes(again)
    assert len(message.options) == len(judge[DHCP].options)


def race(every: list[Task], seconds: float) -> None:
    """Lap after lap, each contender in turn, until the time is up; at least one lap each."""
    contenders = [contender for task in every for contender in task.contenders.values()]
    until = perf_counter() + seconds
    gc.disable()
    try:
        for contender in contenders:
            contender.warm_up()
        while True:
            for contender in contenders:
                contender.lap()
            if perf_counter() >= until:
                return
    finally:
        gc.enable()


def table(every: list[Task]) -> str:
    """One line for each task and contender; the ratio is of the medians."""
    lines = [f"{'':28}{'octets':>7}{'codec':>8}{'min µs':>10}{'median µs':>11}{'ratio':>8}"]
    for task in every:
        ours = median(task.contenders["ours"].laps)
        title, octets = task.title, str(task.octets)
        for name, contender in task.contenders.items():
            middle = median(contender.laps)
            lines.append(
                f"{title:28}{octets:>7}{name:>8}"
                f"{min(contender.laps) * 1e6:>10.2f}{middle * 1e6:>11.2f}{middle / ours:>7.1f}x"
            )
            title = octets = ""
    return "\n".join(lines)


def main() -> None:
    """Read the command line, race, print."""
    parser = argparse.ArgumentParser(description="Time the codecs beside scapy's and tftpy's.")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long to run (default: 3)")
    seconds = parser.parse_args().seconds
    every = tasks()
    race(every, seconds)
    print(table(every))


if __name__ == "__main__":
    main()
