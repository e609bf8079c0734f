"""Field by field: every octet has one name, whatever comes; scapy judges what the values say."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.dhcp import BOOTP, DHCP, DHCPRevOptions
from scapy.layers.inet import ICMP, IP, UDP
from scapy.layers.l2 import ARP, Ether
from scapy.layers.tftp import TFTP
from scapy.packet import Packet
from scapy.utils import RawPcapReader

from pxeclient.report.fields import UNDECODED, Field, dissect
from pxeclient.wire import arp, dhcp, ethernet, icmp, icmpv6, ipv4, tftp
from pxeclient.wire.options import printable
from tests.report.frames import (
    CLIENT,
    CLIENT_MAC,
    SERVER,
    arp_frame,
    datagram,
    dhcp_frame,
    ether,
    message,
    packet,
)

CAPTURES = sorted((Path(__file__).parents[1] / "captures").glob("*/*/capture.pcap"))
PORTS = {dhcp.SERVER_PORT, dhcp.CLIENT_PORT, dhcp.PROXY_PORT}


def recorded() -> Iterator[bytes]:
    """The first frames of every recording: all that firmwares and servers say but the bulk."""
    for capture in CAPTURES:
        with RawPcapReader(str(capture)) as reader:
            yield from (frame for frame, _ in islice(reader, 14))


RECORDED = sorted(set(recorded()))


def named(frame: bytes) -> dict[tuple[str, str], Field]:
    """The fields by layer and name; of repeats the first."""
    found: dict[tuple[str, str], Field] = {}
    for field in dissect(frame):
        found.setdefault((field.layer, field.name), field)
    return found


def tiles(frame: bytes) -> tuple[Field, ...]:
    """The fields, which cover the frame: each octet is in exactly one, and all is printable."""
    fields = dissect(frame)
    at = 0
    for field in fields:
        assert field.offset == at
        assert field.length > 0
        assert field.layer
        assert all(words.isprintable() for words in field[2:])
        at += field.length
    assert at == len(frame)
    return fields


MENU = bytes.fromhex("060108 0807 0000 01 0a4d0004 0908 0000 05") + b"Local" + bytes.fromhex(
    "0a05 05") + b"Menu" + bytes.fromhex("4704 00010000 ff")  # fmt: skip
OFFER = message(
    dhcp.BOOTREPLY,
    (53, b"\2"),
    (60, b"PXEClient"),
    (43, MENU),
    (97, bytes(17)),
    (121, bytes.fromhex("18 0a4d01 0a4d0001 00 0a4d0002")),
    (224, b"\1\2"),
    yiaddr=CLIENT,
    siaddr=SERVER,
    file=b"boot.0".ljust(128, b"\0"),
)
WHOLE = {
    "discover": dhcp_frame(message(dhcp.BOOTREQUEST, (53, b"\1"), (55, b"\1\3\x2b"))),
    "offer": dhcp_frame(OFFER, 68),
    "overload": dhcp_frame(
        message(
            dhcp.BOOTREPLY,
            (52, b"\3"),
            file=(b"\x43\x04boot\xff").ljust(128, b"\0"),
            sname=(b"\x0c\x01h\xff").ljust(64, b"\0"),
        ),
        68,
    ),
    "arp": arp_frame(arp.REQUEST, CLIENT, SERVER).ljust(60, b"\0"),
    "ping": packet(ipv4.ICMP, icmp.build(icmp.Icmp(8, 0, b"12345678"))),
    "unreachable": packet(ipv4.ICMP, icmp.build(icmp.Icmp(3, 3, bytes(32)))),
    "rrq": datagram(tftp.build(tftp.Request(b"a.0", ((b"blksize", b"1456"),))), 69),
    "oack": datagram(tftp.build(tftp.OptionAck(((b"tsize", b"10"),))), 2001),
    "data": datagram(tftp.build(tftp.Data(1, b"x" * 30)), 2001),
    "error": datagram(tftp.build(tftp.Error(1, b"no <such> file")), 2001),
    "udp": datagram(b"hello", 9999),
    "fragment": packet(ipv4.UDP, b"x" * 24, offset=1480, more=True),
    "igmp": packet(ipv4.IGMP, bytes(8)),
    "ipv6": ether(ethernet.IPV6, icmpv6.router_solicitation(CLIENT_MAC)),
    "listener": ether(ethernet.IPV6, icmpv6.listener_report(CLIENT_MAC)),
    "eapol": ether(ethernet.EAPOL, b"\1\1\0\0".ljust(46, b"\0")),
    "spanning tree": ether(0x26, bytes(46)),
}


@pytest.mark.parametrize("frame", WHOLE.values(), ids=WHOLE)
def test_a_whole_frame_has_no_gap_and_nothing_undecoded(frame: bytes) -> None:
    """Every octet is in exactly one field, and every field has a name."""
    assert UNDECODED not in {field.name for field in tiles(frame)}


def test_recordings_have_no_gap_and_nothing_undecoded() -> None:
    """What real firmwares and servers sent is named in full, but for what a test server broke."""
    assert len(RECORDED) > 1000
    broken = [
        (field.layer, field.note)
        for frame in RECORDED
        for field in tiles(frame)
        if field.name == UNDECODED
    ]
    assert {layer for layer, _ in broken} <= {"DHCP options", "TFTP"}
    assert len(broken) < len(RECORDED) / 100


@given(st.binary(max_size=400))
def test_anything_is_covered(octets: bytes) -> None:
    """Noise is named somehow, without an exception."""
    tiles(octets)


@given(
    st.sampled_from(sorted(WHOLE)),
    st.lists(st.tuples(st.integers(0, 600), st.integers(0, 255)), max_size=6),
    st.integers(0, 600),
)
def test_damaged_frames_are_covered(name: str, changes: list[tuple[int, int]], cut: int) -> None:
    """So is a frame with wrong octets, or one that breaks off."""
    octets = bytearray(WHOLE[name])
    for at, value in changes:
        octets[at % len(octets)] = value
    tiles(bytes(octets))
    tiles(bytes(octets[:cut]))


@given(st.binary(max_size=80), st.sampled_from((43, 82, 175, 61, 94, 97, 121, 55, 52, 93, 60, 224)))
def test_any_option_is_covered(data: bytes, code: int) -> None:
    """Whatever an option holds."""
    tiles(dhcp_frame(message(dhcp.BOOTREPLY, (code, data)), 68))


@pytest.mark.parametrize(
    ("frame", "layer", "name", "value", "note"),
    [
        ("offer", "DHCP", "boot file (file)", "boot.0", ""),
        ("offer", "DHCP", "next server (siaddr)", "10.77.0.1", "where the boot file is"),
        ("offer", "DHCP options", "53 message type", "DHCPOFFER", "RFC 2132 §9.6"),
        (
            "offer",
            "DHCP options",
            "121 classless routes",
            "10.77.1.0/24 by 10.77.0.1, 0.0.0.0/0 by 10.77.0.2",
            "RFC 3442",
        ),
        ("offer", "DHCP options", "option 224", "01 02", ""),
        (
            "offer",
            "DHCP option 43",
            "43.6 discovery control",
            "0x08",
            "boot the offered file, no discovery",
        ),
        ("offer", "DHCP option 43", "43.8 boot servers", "type 0: 10.77.0.4", ""),
        ("offer", "DHCP option 43", "43.9 boot menu", "0 Local", ""),
        ("offer", "DHCP option 43", "43.10 menu prompt", "5 s, Menu", ""),
        ("offer", "DHCP option 43", "43.71 boot item", "type 1, layer 0", ""),
        (
            "overload",
            "DHCP options in boot file (file)",
            "67 boot file name",
            "boot",
            "RFC 2132 §9.5",
        ),
        ("overload", "DHCP options in server name (sname)", "12 host name", "h", "RFC 2132 §3.14"),
        (
            "discover",
            "DHCP options",
            "55 parameter request list",
            "1 3 43",
            "subnet mask, router, vendor-specific information",
        ),
        ("error", "TFTP", "message", "no <such> file", ""),
        ("error", "TFTP", "error code", "1", "file not found"),
        ("rrq", "TFTP", "option blksize", "1456", "octets in a block (RFC 2348)"),
        ("eapol", "802.1X", "type", "1", "EAPOL-Start"),
        ("listener", "IPv6", "next header", "0", ""),
        ("ipv6", "ICMPv6", "type", "133", "router solicitation"),
    ],
)
def test_values_in_words(frame: str, layer: str, name: str, value: str, note: str) -> None:
    """What a value says, and what it means."""
    field = named(WHOLE[frame])[layer, name]
    assert (value, note) == (field.value, field.note)


def test_a_wrong_checksum_is_noted_and_the_rest_read() -> None:
    """A codec would refuse the frame; who looks at it wants to see it."""
    frame = bytearray(WHOLE["rrq"])
    frame[24:26] = b"\0\0"
    frame[40:42] = b"\0\1"
    found = named(bytes(frame))
    assert found["IPv4", "header checksum"].note.startswith("wrong, 0x")
    assert found["UDP", "checksum"].note.startswith("wrong, 0x")
    assert found["TFTP", "file name"].value == "a.0"


def test_what_breaks_off_is_undecoded_with_its_reason() -> None:
    """The note of the field says why."""
    broken = dhcp.build(message(dhcp.BOOTREPLY))[:-1] + b"\x43\x20boot"
    *_, last = tiles(datagram(broken, 68, 67))
    assert (last.name, last.note) == (UNDECODED, "option 67 claims 32 octets, 4 are left")
    *_, last = tiles(datagram(b"\0\1name", 69))
    assert (last.layer, last.name) == ("TFTP", UNDECODED)


def scapys(layer: Packet) -> dict[str, str]:
    """scapy's values under our names."""
    match layer:
        case Ether():
            return {"destination": layer.dst, "source": layer.src}
        case ARP():
            return {
                "operation": str(layer.op),
                "sender MAC": layer.hwsrc,
                "sender address": layer.psrc,
                "target MAC": layer.hwdst,
                "target address": layer.pdst,
            }
        case IP():
            return {
                "version, header length": f"{layer.version}, {layer.ihl * 4}",
                "type of service": f"0x{layer.tos:02x}",
                "total length": str(layer.len),
                "identification": str(layer.id),
                "time to live": str(layer.ttl),
                "protocol": str(layer.proto),
                "header checksum": f"0x{layer.chksum:04x}",
                "source": layer.src,
                "destination": layer.dst,
            }
        case UDP():
            return {
                "source port": str(layer.sport),
                "destination port": str(layer.dport),
                "length": str(layer.len),
                "checksum": f"0x{layer.chksum:04x}",
            }
        case ICMP():
            return {"type": str(layer.type), "code": str(layer.code)}
        case _:
            return {}


def scapys_bootp(octets: bytes) -> dict[str, str]:
    """scapy's values of a DHCP header under our names."""
    judge = BOOTP(octets)
    return {
        "op": str(judge.op),
        "hardware type": str(judge.htype),
        "hops": str(judge.hops),
        "transaction id (xid)": f"0x{judge.xid:08x}",
        "seconds (secs)": str(judge.secs),
        "flags": f"0x{int(judge.flags):04x}",
        "client address (ciaddr)": judge.ciaddr,
        "your address (yiaddr)": judge.yiaddr,
        "next server (siaddr)": judge.siaddr,
        "relay (giaddr)": judge.giaddr,
    }


def scapys_tftp(octets: bytes) -> dict[str, str]:
    """scapy's values of a TFTP packet under our names."""
    judge = TFTP(octets)
    inner = judge.payload
    found = {"operation": str(judge.op)}
    for ours, theirs in (("block", "block"), ("error code", "errorcode")):
        if theirs in inner.fields:
            found[ours] = str(inner.fields[theirs])
    for ours, theirs in (("file name", "filename"), ("mode", "mode"), ("message", "errormsg")):
        if theirs in inner.fields:
            found[ours] = printable(inner.fields[theirs])
    return found


def judged(frame: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    """What scapy reads in each layer of a frame."""
    layer: Packet = Ether(frame)
    while isinstance(layer, Ether | ARP | IP | UDP | ICMP):
        yield type(layer).__name__, scapys(layer)
        if isinstance(layer, UDP):
            payload = bytes(frame[42 : 34 + layer.len])
            if {layer.sport, layer.dport} & PORTS:
                yield "BOOTP", scapys_bootp(payload)
            elif 1 <= int.from_bytes(payload[:2], "big") <= 6:
                yield "TFTP", scapys_tftp(payload)
            return
        if isinstance(layer, ICMP):
            return  # what an error quotes is data to us
        layer = layer.payload


LAYERS = {"Ether": "Ethernet", "ARP": "ARP", "IP": "IPv4", "UDP": "UDP", "ICMP": "ICMP",
          "BOOTP": "DHCP", "TFTP": "TFTP"}  # fmt: skip


def has_header_options(frame: bytes) -> bool:
    """An IPv4 header of more than 20 octets; scapy is given the message from octet 42 on."""
    return frame[12:14] == b"\x08\x00" and frame[14] != 0x45


def test_scapy_reads_the_same_values() -> None:
    """In real frames, every value that scapy has a name for is the one that we show."""
    met: dict[str, int] = {}
    for frame in chain(RECORDED[::4], WHOLE.values()):
        ours = named(frame)
        if any(field.name == UNDECODED for field in ours.values()) or has_header_options(frame):
            continue
        fragment = ("IPv4", "fragment") in ours
        for theirs, values in judged(frame):
            if fragment and theirs not in ("Ether", "IP"):
                continue
            met[theirs] = met.get(theirs, 0) + 1
            layer = LAYERS[theirs]
            for name, value in values.items():
                assert value == ours[layer, name].value, (layer, name, frame.hex())
    assert set(met) == set(LAYERS)
    assert met["BOOTP"] > 200


def codes_of(frame: bytes) -> list[int]:
    """The codes of the options that scapy finds, in wire order, without pads."""
    found = []
    for option in BOOTP(frame[42:])[DHCP].options:
        name = option[0] if isinstance(option, tuple) else option
        if name != "pad":
            found.append(END if name == "end" else name if isinstance(name, int) else CODES[name])
    return found


END = 255
CODES = {name: code for name, (code, _) in DHCPRevOptions.items()}


def test_scapy_finds_the_same_options() -> None:
    """All options of real messages, in wire order."""
    compared = 0
    for frame in RECORDED[::4]:
        fields = dissect(frame)
        mine = [field for field in fields if field.layer == "DHCP options"]
        if not mine or any(field.name == UNDECODED for field in fields):
            continue
        if has_header_options(frame):
            continue
        numbers = [field.name.removeprefix("option ").split()[0] for field in mine]
        ours = [int(number) for number in numbers if number.isdigit() and number != "0"]
        assert codes_of(frame) == ours, frame.hex()
        compared += 1
    assert compared > 200


def test_broadcast_is_named() -> None:
    """The note of an address says whom it means."""
    assert named(WHOLE["arp"])["Ethernet", "destination"].note == "broadcast"
    assert named(WHOLE["ping"])["Ethernet", "destination"].note == ""


RECORDINGS6 = Path(__file__).parents[1] / "captures6"


def octets_of(path: Path) -> list[bytes]:
    """A capture's frames."""
    with RawPcapReader(str(path)) as reader:
        return [octets for octets, _ in reader]


def test_recordings_over_ipv6_have_no_gap() -> None:
    """DHCPv6 with every option named; only what is malformed on the wire is undecoded or noted."""
    named = set()
    for path in sorted(RECORDINGS6.glob("ovmf-virtio/[pdk]*/capture.pcap")):
        for octets in octets_of(path):
            found = tiles(octets)
            assert all(one.name != UNDECODED for one in found), path
            named |= {one.layer for one in found if one.layer.startswith("DHCPv6")}
    assert {f"DHCPv6 option {code}" for code in (1, 2, 3, 6, 8, 13, 16, 23, 59, 61, 62)} <= named


@pytest.mark.parametrize(
    ("path", "number", "layer", "name", "value"),
    [
        ("p6-plain", 11, "DHCPv6 option 16", "value", "343 PXEClient:Arch:00007:UNDI:003000"),
        ("p6-plain", 11, "DHCPv6 option 6", "value", "59, 60, 23, 16"),
        ("p6-plain", 12, "DHCPv6 option 59", "value", "tftp://[fd77::3]/boot.efi"),
        ("p6-plain", 12, "UDP", "source port", "547"),
        ("p6-noaddrs", 10, "DHCPv6 option 3", "value", "status NoAddrsAvail"),
    ],
)
def test_values_of_dhcpv6(path: str, number: int, layer: str, name: str, value: str) -> None:
    """In words."""
    octets = octets_of(RECORDINGS6 / "ovmf-virtio" / path / "capture.pcap")[number - 1]
    (found,) = (one for one in tiles(octets) if (one.layer, one.name) == (layer, name))
    assert value in found.value
