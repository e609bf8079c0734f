"""The files of a corpus: what the manifest says of them, and what scapy reads in them."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scapy.layers.dhcp import BOOTP
from scapy.layers.igmp import IGMP
from scapy.layers.inet import ICMP, IP, UDP
from scapy.layers.l2 import ARP, Ether
from scapy.layers.tftp import TFTP

from pxeclient.corpus import SCHEMA, CorpusError, Subject, files, listed
from pxeclient.wire.addresses import Mac
from tests.corpus.made import PROFILES, folder, manifest, messages, subject
from tests.examples import examples

LAYERS = ("frame", "ip-packet", "ip-payload", "udp-payload")


@pytest.mark.parametrize("name", PROFILES)
def test_every_file_is_listed_and_every_listed_file_is_there(name: str) -> None:
    """The folder and the manifest have the same files."""
    found = folder(name)
    assert listed(found["manifest.json"]) == set(found)
    assert next(reversed(found)) == "manifest.json"
    for path in found:
        pure = PurePosixPath(path)
        assert not pure.is_absolute()
        assert ".." not in pure.parts


@pytest.mark.parametrize("name", PROFILES)
def test_sizes_and_hashes(name: str) -> None:
    """Of each file; the hexadecimal one holds the same octets, a layer is part of its frame."""
    _check_hashes(folder(name), messages(name))


def _check_hashes(found: dict[str, bytes], told: list[dict[str, Any]]) -> None:
    for message in told:
        assert tuple(message["files"]) == LAYERS
        frame = found[message["files"]["frame"]["bin"]]
        for file in message["files"].values():
            if file is None:
                continue
            octets = found[file["bin"]]
            assert len(octets) == file["size"]
            assert sha256(octets).hexdigest() == file["sha256"]
            assert bytes.fromhex(found[file["hex"]].decode()) == octets
            assert frame[file["offset"] :][: file["size"]] == octets
            assert max(map(len, found[file["hex"]].decode().splitlines())) <= 64


@pytest.mark.parametrize("name", PROFILES)
def test_layers_that_are_not_there(name: str) -> None:
    """Only UDP has all four; ARP and what is not IPv4 has the frame alone."""
    for message in messages(name):
        there = tuple(layer for layer, file in message["files"].items() if file is not None)
        assert there == LAYERS[: 4 if "udp" in message else 3 if "ipv4" in message else 1]


@pytest.mark.parametrize("name", PROFILES)
def test_scapy_reads_the_same(name: str) -> None:
    """Every frame, its headers as the manifest has them, and its checksums right."""
    for message in messages(name):
        frame = Ether(folder(name)[message["files"]["frame"]["bin"]])
        head = message["ethernet"]
        assert (frame.dst, frame.src, frame.type) == (
            head["destination"],
            head["source"],
            head["type"],
        )
        assert ("ipv4" in message) == frame.haslayer(IP)
        assert ("arp" in message) == frame.haslayer(ARP)
        if "ipv4" in message:
            _compare_ip(message, frame[IP])
        if "arp" in message:
            _compare_arp(message, frame[ARP])
            assert head["padding"] == len(bytes(frame)) - 14 - 28


def _compare_ip(message: dict[str, Any], packet: IP) -> None:
    head = message["ipv4"]
    assert (packet.src, packet.dst, packet.proto, packet.ttl, packet.id, packet.len) == (
        head["source"],
        head["destination"],
        head["protocol"],
        head["ttl"],
        head["identification"],
        head["length"],
    )
    assert bool(packet.flags.DF) == head["dont_fragment"]
    assert packet.ihl * 4 - 20 == len(bytes.fromhex(head["options_hex"]))
    assert _rebuilt(packet).chksum == packet.chksum
    if "udp" in message:
        udp = packet[UDP]
        assert (udp.sport, udp.dport, udp.len, udp.chksum) == (
            message["udp"]["source_port"],
            message["udp"]["destination_port"],
            message["udp"]["length"],
            message["udp"]["checksum"],
        )
        assert _rebuilt(packet)[UDP].chksum == udp.chksum
    if "dhcp" in message:
        _compare_dhcp(message, BOOTP(bytes(packet[UDP].payload)))
    if "tftp" in message:
        assert TFTP(bytes(packet[UDP].payload)).op == message["tftp"]["operation"]
    if "igmp" in message:
        igmp = IGMP(bytes(packet.payload))
        assert (igmp.type, igmp.gaddr) == (message["igmp"]["type"], message["igmp"]["group"])
    if "icmp" in message:
        assert (packet[ICMP].type, packet[ICMP].code) == (0, 0)


def _rebuilt(packet: IP) -> IP:
    """The packet with the checksums that scapy computes."""
    copy = packet.copy()
    del copy.chksum
    if copy.haslayer(UDP):
        del copy[UDP].chksum
    return IP(bytes(copy))


def _compare_dhcp(message: dict[str, Any], bootp: BOOTP) -> None:
    head = message["dhcp"]
    assert (bootp.op, bootp.htype, bootp.hlen, bootp.hops, bootp.xid, bootp.secs) == tuple(
        head[key] for key in ("op", "htype", "hlen", "hops", "xid", "secs")
    )
    assert int(bootp.flags) == head["flags"]
    addresses = (bootp.ciaddr, bootp.yiaddr, bootp.siaddr, bootp.giaddr)
    assert addresses == tuple(head[key] for key in ("ciaddr", "yiaddr", "siaddr", "giaddr"))
    assert bootp.chaddr.hex() == head["chaddr_hex"]


def _compare_arp(message: dict[str, Any], arp: ARP) -> None:
    head = message["arp"]
    assert (arp.op, arp.hwsrc, arp.psrc, arp.hwdst, arp.pdst) == (
        head["operation"],
        head["sender_mac"],
        head["sender"],
        head["target_mac"],
        head["target"],
    )


@pytest.mark.parametrize("name", PROFILES)
def test_options_in_wire_order(name: str) -> None:
    """Read from the octets again, one after the other from octet 240 on, to END and the rest."""
    for message in messages(name):
        if "dhcp" not in message:
            continue
        octets = folder(name)[message["files"]["udp-payload"]["bin"]]
        at = 240
        for option in message["dhcp"]["options"]:
            assert (option["offset"], octets[at]) == (at, option["code"])
            if option["length"] is None:
                at += 1
                continue
            assert octets[at + 1] == option["length"]
            at += 2 + option["length"]
            assert octets[at - option["length"] : at].hex() == option["hex"]
        assert option["name"] == "end"
        assert len(octets) - at == message["dhcp"]["after_end"]
        assert not any(octets[at:])


@pytest.mark.parametrize("name", PROFILES)
def test_boot_server_type(name: str) -> None:
    """43.71 is told apart: the type that is asked for."""
    for message in messages(name):
        for option in message.get("dhcp", {}).get("options", ()):
            if option["code"] == 43:
                inside = {sub["code"]: sub["hex"] for sub in option["suboptions"]}
                assert int(inside[71][:4], 16) == option["boot_server_type"]


def test_the_table_has_the_same_files() -> None:
    """`index.tsv` is the manifest in short."""
    rows = [line.split("\t") for line in folder("ipxe")["index.tsv"].decode().splitlines()]
    assert rows[0] == ["profile", "purpose", "number", "layer", "file", "size", "sha256"]
    expected = [
        ["ipxe", m["purpose"], str(m["number"]), layer, f["bin"], str(f["size"]), f["sha256"]]
        for m in messages("ipxe")
        for layer, f in m["files"].items()
        if f
    ]
    assert rows[1:] == expected


def test_head_of_the_manifest() -> None:
    """Schema, machines and situations."""
    found = manifest("ipxe", "edk2")
    assert found["schema"] == SCHEMA
    assert [profile["name"] for profile in found["profiles"]] == ["ipxe", "edk2"]
    for profile in found["profiles"]:
        purposes = [m["purpose"] for m in found["messages"] if m["profile"] == profile["name"]]
        assert profile["purposes"] == {one: purposes.count(one) for one in purposes}
    ids = {situation["id"] for situation in found["situations"]}
    assert {message["situation"] for message in found["messages"]} <= ids
    text = folder("ipxe", "edk2")["README.md"].decode()
    assert f"{len(found['messages'])} messages of 2 profiles" in text


def test_equal_seeds_make_equal_folders() -> None:
    """Made anew, octet by octet; another seed gives other transaction ids where they are drawn."""
    again = files([subject("ipxe"), subject("vmware-e1000e")])
    assert dict(again) == folder("ipxe", "vmware-e1000e")
    assert _xids("ipxe", seed=7) != _xids("ipxe")
    assert _xids("vmware-e1000e", seed=7) == _xids("vmware-e1000e")


def _xids(name: str, **machine: Any) -> list[int]:
    return [message["dhcp"]["xid"] for message in messages(name, **machine) if "dhcp" in message]


@settings(max_examples=examples(0.25))
@given(
    st.sampled_from(PROFILES),
    st.binary(min_size=6, max_size=6).filter(lambda mac: any(mac) and not mac[0] & 1),
    st.uuids(),
    st.integers(0, 1 << 40),
)
def test_any_machine(name: str, mac: bytes, uuid: UUID, seed: int) -> None:
    """MAC and UUID are where they belong, and the files are whole, whatever the machine."""
    found = messages(name, mac=Mac(mac), uuid=uuid, seed=seed)
    own = [(m["purpose"], m["situation"]) for m in messages(name)]
    assert [(m["purpose"], m["situation"]) for m in found] == own
    for message in found:
        assert message["ethernet"]["source"] == mac.hex(":")
        if "dhcp" in message:
            assert message["dhcp"]["chaddr_hex"] == mac.hex().ljust(32, "0")
            values = {option["code"]: option["hex"] for option in message["dhcp"]["options"]}
            assert values[97][2:] in (uuid.hex, uuid.bytes_le.hex())
    _check_hashes(folder(name, mac=Mac(mac), uuid=uuid, seed=seed), found)


def test_a_profile_twice() -> None:
    """Two of one name cannot share a folder."""
    with pytest.raises(CorpusError, match="2 profiles are called ipxe"):
        files([subject("ipxe"), subject("ipxe")])


@pytest.mark.parametrize("name", ["../ipxe", "", "a/b", ".hidden", "a\nb", "a b"])
def test_a_profile_whose_name_is_no_folder(name: str) -> None:
    """A profile of somebody's own may be called anything, but not written anywhere."""
    from dataclasses import replace

    odd = Subject(replace(subject("ipxe").profile, name=name), subject("ipxe").machine)
    with pytest.raises(CorpusError, match="folder cannot be called"):
        files([odd])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inside: st.lists(inside) | st.dictionaries(st.text(), inside),
    max_leaves=10,
)


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_manifest(content: bytes) -> None:
    """Whatever lies there as a manifest, reading it is no error."""
    assert listed(content) == frozenset()


@pytest.mark.parametrize(
    "path", ["../x.frame.bin", "/etc/x.frame.bin", "a/../../b.frame.bin", "a/b/c.frame.bin", "x"]
)
def test_a_manifest_that_was_altered(path: str) -> None:
    """Names that no corpus writes do not count as its own."""
    file = {"bin": path, "hex": "ipxe/a-01.frame.hex"}
    altered = {"schema": SCHEMA, "messages": [{"files": {"frame": file}}]}
    found = listed(json.dumps(altered).encode())
    assert found == {"ipxe/a-01.frame.hex", "manifest.json", "index.tsv", "README.md"}


@pytest.mark.parametrize("messages", [None, 5, [None], [{}], [{"files": 3}], [{"files": {"a": 1}}]])
def test_a_manifest_of_another_shape(messages: object) -> None:
    """The schema's name alone does not make it ours."""
    broken = {"schema": SCHEMA, "messages": messages}
    assert listed(json.dumps(broken).encode()) == frozenset()
