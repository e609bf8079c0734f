"""Each probe on a network that has the fault, and on one that has not."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

import pytest

from pxeclient.check.probes import PROBES
from pxeclient.check.results import Status
from pxeclient.wire import ethernet, ipv4, udp
from tests.check.networks import (
    LEASE,
    NAMED,
    RELAYED,
    Changes,
    not_met,
    proxy,
    servers,
    statuses,
    tried,
    tried_behind,
)
from tests.diagnose.boots import PROXY, SAYS_PXE, TFTP, rule

GOOD = servers({"options": [RELAYED]})
BARE_FILE = {"siaddr": TFTP, "file": "boot.0"}


def for_arch(arch: int, **named: Any) -> list[Changes]:
    """Rules that name something else to that architecture."""
    return [
        rule(67, message, NAMED, [[53, "u8", type], *LEASE], named)
        | {"vendor": f"PXEClient:Arch:{arch:05}"}
        for message, type in (("discover", 2), ("request", 5))
    ]


@pytest.mark.parametrize("probe", sorted(PROBES))
def test_nothing_is_wrong_with_a_good_network(probe: str) -> None:
    """No probe complains where servers do as they should."""
    case: dict[str, Any] = {"archs": [0, 7, 9, 11]} if probe == "architectures" else {}
    found = tried(GOOD, probe=probe, **case)
    assert Status.NOT_MET not in {point.status for point in found.points}, found.points
    assert found.points


@pytest.mark.parametrize("probe", sorted(PROBES))
def test_nothing_is_told_of_silence(probe: str) -> None:
    """A network without servers has none of the faults, and none of the virtues."""
    found = tried("silence", probe=probe, archs=[0, 7])
    assert {point.status for point in found.points} == {Status.UNKNOWN}
    assert found.status is Status.UNKNOWN


@pytest.mark.parametrize("probe", sorted(PROBES))
def test_a_probe_has_a_description(probe: str) -> None:
    """A line, for `pxeclient check --probes`."""
    words = PROBES[probe].__doc__ or ""
    assert words.endswith(".")
    assert "\n" not in words


@pytest.mark.parametrize(
    ("probe", "network", "expected", "happened"),
    [
        pytest.param(
            "arch-7-and-9",
            servers(rules=for_arch(7, file="x64.efi")),
            "architecture 9 gets the file of 7",
            "7: x64.efi of 10.77.0.3; 9: boot.0 of 10.77.0.3",
            id="9-falls-to-the-default",
        ),
        pytest.param(
            "architectures",
            servers(tftp={"files": {"boot.0": {"kind": "bios"}}}),
            "x64 UEFI (7) gets a file that it can run",
            "boot.0 of 10.77.0.3 is raw code",
            id="bios-file-for-all",
        ),
        pytest.param(
            "architectures",
            servers(rules=for_arch(7, file="none.efi")),
            "x64 UEFI (7) gets a file that it can run",
            "none.efi of 10.77.0.3 cannot be fetched: ERROR 1",
            id="file-is-not-there",
        ),
        pytest.param(
            "architectures",
            servers(rules=for_arch(7, file="http://10.77.0.3/boot.efi")),
            "x64 UEFI (7) gets a file that it can run",
            "is told http://10.77.0.3/boot.efi, which is no file for TFTP",
            id="url-for-a-rom",
        ),
        pytest.param(
            "broadcast-flag",
            servers({"flags": 0}),
            "no finding R-BFLAG",
            "has flags 0000; the client's flags are 8000",
            id="flag-lost",
        ),
        pytest.param(
            "broadcast-flag",
            servers({"flags": 0x8000}),
            "the flags of a client that takes unicast are returned (0000)",
            "has flags 8000",
            id="flag-invented",
        ),
        pytest.param(
            "http",
            servers({"options": [[60, "str", "HTTPClient"]]}),
            "no finding A-HTTP",
            "names boot.0, no http URL",
            id="http-client-without-url",
        ),
        pytest.param(
            "machine-id",
            servers({"options": [SAYS_PXE, [97, "hex", "00 01"]]}),
            "no finding A97",
            "has option 97",
            id="another-uuid",
        ),
        pytest.param(
            "port-4011",
            servers(more=[proxy({})]),
            "port 4011 answers where an offer says PXEClient",
            "10.77.0.2:4011 did not answer",
            id="deaf",
        ),
        pytest.param(
            "port-4011",
            servers(more=[proxy({}, {})]),
            "no finding D4011-REPLY",
            "neither a boot file nor a boot menu",
            id="answers-nothing",
        ),
        pytest.param(
            "port-4011",
            servers(more=[proxy({}, {**BARE_FILE, "options": [[53, "u8", 2]]})]),
            "port 4011 answers where an offer says PXEClient",
            "is no DHCPACK",
            id="answers-with-an-offer",
        ),
        pytest.param(
            "port-4011",
            servers(more=[proxy({}, {**BARE_FILE, "src_port": 67})]),
            "the answer comes from the address and port that were asked",
            "it came from 10.77.0.2, port 67",
            id="answers-from-67",
        ),
        pytest.param(
            "relay",
            servers({"options": [RELAYED], "to": "broadcast"}),
            "replies to a relay go to it, port 67 (10.77.0.50:67)",
            "went to 255.255.255.255, port 68",
            id="relay-is-passed-by",
        ),
        pytest.param(
            "relay",
            servers({"options": [[82, "hex", "01 01 00"]]}),
            "option 82 is returned as it was",
            "has option 82 = 010100",
            id="option-82-changed",
        ),
        pytest.param(
            "replies",
            servers({"min_len": 0}),
            "no finding B-SIZE",
            "octets",
            id="short",
        ),
        pytest.param(
            "replies",
            servers({"siaddr": "0.0.0.0"}),
            "no finding B-NEXT",
            "siaddr 0.0.0.0",
            id="no-next-server",
        ),
        pytest.param(
            "tftp-blocks",
            servers(tftp={"stall_at_block": 1}),
            "blksize 512 works",
            "512 agreed; 0 blocks, 0 octets: larger blocks are lost on the way",
            id="blocks-are-lost",
        ),
        pytest.param(
            "tftp-blocks",
            servers(tftp={"oack": {"blksize": "9000"}}),
            "blksize 512 works",
            "9000 is granted",
            id="more-is-granted",
        ),
        pytest.param(
            "tftp-size",
            servers(tftp={"options": ["blksize"]}),
            "no finding T-TSIZE",
            "answers without options",
            id="no-size",
        ),
        pytest.param(
            "tftp-source",
            servers(tftp={"silent": True}),
            "TFTP answers come from the address that was asked",
            "no answer",
            id="silent",
        ),
        pytest.param(
            "user-class",
            servers({"file": "undionly.kpxe"}),
            "no finding C-LOOP",
            "names undionly.kpxe to a client that says it is iPXE",
            id="loop",
        ),
    ],
)
def test_a_fault_is_seen(probe: str, network: list[Changes], expected: str, happened: str) -> None:
    """The probe says what was expected, what came instead, in which frame, and by whose word."""
    found = tried(network, probe=probe, archs=[7])
    failed = [point for point in found.points if point.status is Status.NOT_MET]
    assert expected in failed[0].expected
    assert happened in failed[0].happened
    assert failed[0].source


def test_a_server_that_ignores_some_machines_is_told() -> None:
    """It answers the client with a UUID, and of two others only the first that asks."""
    once = rule(67, "discover", NAMED, [[53, "u8", 2], *LEASE], {"times": 1})
    deaf = {"port": 67, "msg": "discover", "replies": []}
    point = not_met(tried(servers(rules=[once, deaf]), probe="machine-id"))
    assert point.expected == "an offer with a UUID of zeros in option 97"
    assert point.happened == "no offer from 10.77.0.1"


def test_what_a_server_says_is_shown_safely() -> None:
    """Its words have no power over a terminal."""
    found = tried(servers(tftp={"error": [0, "busy\x1b[31m"]}), probe="tftp-source")
    assert statuses(found) == ["met", "met"]
    assert all(point.happened.endswith("ERROR 0 busy<1b>[31m") for point in found.points)


def test_an_excused_silence_on_port_4011() -> None:
    """Who names a file and sets bit 3 promises no answer; nor does who has a menu."""
    bit_3 = {**BARE_FILE, "options": [SAYS_PXE, [43, "hex", "06 01 08 ff"]]}
    (point,) = tried(servers(more=[proxy(bit_3)]), probe="port-4011").points
    assert point.status is Status.MET
    assert "need not: its offer names a file and has 43.6 bit 3" in point.happened
    menu = [43, "sub", [[6, "u8", 7], [8, "bootservers", [[1, [PROXY]]]], [9, "menu", [[1, "x"]]]]]
    (point,) = tried(servers(more=[proxy({"options": [menu]})]), probe="port-4011").points
    assert point.status is Status.UNKNOWN


def test_a_closed_port_is_told_from_a_deaf_one() -> None:
    """An ICMP error says that nobody listens there."""
    network = servers(more=[{**proxy({}), "icmp_unreach": True}])
    point = not_met(tried(network, probe="port-4011"))
    assert "is closed: an ICMP error from 10.77.0.2" in point.happened


def test_the_file_is_found_on_port_4011() -> None:
    """Where no offer names it, the probes of TFTP ask there."""
    no_file = {"siaddr": "0.0.0.0", "file": ""}
    network = servers(no_file, more=[proxy({}, BARE_FILE)])
    assert statuses(tried(network, probe="tftp-source")) == ["met", "met"]
    found = tried(network, probe="architectures", archs=[0, 7])
    assert statuses(found) == ["met", "met"]


def test_the_file_of_a_menu_is_found() -> None:
    """Its first item's boot server is asked for it."""
    assert tried("menu", probe="tftp-size").status is Status.MET


def test_option_82_need_not_be_known() -> None:
    """A server without it says nothing of it (RFC 3046 §2.2 binds those who claim to have it)."""
    assert statuses(tried(servers(), probe="relay")) == ["met", "met", "cannot tell"]


def test_blocks_too_large_for_the_file_tell_nothing() -> None:
    """A file of less than a block shows no whole block."""
    small = servers(tftp={"files": {"boot.0": {"size": 700}}})
    found = tried(small, probe="tftp-blocks", sizes=[512, 1024], windows=[1])
    assert statuses(found) == ["met", "cannot tell", "met"]


def small_mtu(frame: bytes) -> bytes | None:
    """A tunnel on the way that takes no more than 1000 octets, and says nothing."""
    return frame if len(frame) <= 1014 else None


def test_large_blocks_are_lost_on_the_way() -> None:
    """The sizes below the tunnel's arrive, those above do not, and that is how it is told."""
    found = tried_behind(
        small_mtu, servers(), probe="tftp-blocks", sizes=[512, 900, 1468], windows=[1]
    )
    assert statuses(found) == ["met", "met", "not met", "met"]
    assert "1468 agreed; 0 blocks, 0 octets: larger blocks are lost" in not_met(found).happened


def moved(frame: bytes) -> bytes:
    """TFTP answers leave by the server's other address."""
    data = ethernet.parse(frame)
    if data.ethertype != ethernet.IPV4:
        return frame
    packet = ipv4.parse(data.payload)
    if packet.source != IPv4Address(TFTP):
        return frame
    source = IPv4Address("10.77.0.9")
    payload = udp.build(udp.parse(packet.payload, packet.source, packet.destination), source,
                        packet.destination)  # fmt: skip
    whole = replace(packet, source=source, payload=payload)
    return ethernet.build(replace(data, payload=ipv4.build(whole)))


def test_an_answer_from_another_address() -> None:
    """The file is there for clients that do not look; firmware does (T-SRCIP)."""
    point = not_met(tried_behind(moved, servers(), probe="tftp-source", finding="T-SRCIP"))
    assert point.expected == "no finding T-SRCIP"
    assert "the answer (frame" in point.happened
    assert "came from 10.77.0.9" in point.happened


def test_blocks_in_fragments_arrive() -> None:
    """More than an Ethernet frame holds comes in pieces."""
    found = tried(servers(), probe="tftp-blocks", sizes=[8192], windows=[2])
    assert statuses(found) == ["met", "met"]
    assert "8192 agreed; 2 blocks, 16384 octets" in found.points[0].happened


def test_every_architecture_of_the_registry_is_asked_for() -> None:
    """Without a list in the case, all 42."""
    found = tried(servers(tftp={"files": {"*": {}}}), probe="architectures")
    assert len(found.points) == 42


def test_a_case_may_expect_findings_of_a_probe() -> None:
    """The probe's frames are searched like a boot's."""
    found = tried(servers({"file": "undionly.kpxe"}), probe="user-class", finding="C-LOOP")
    assert [point.expected for point in found.points if point.status is Status.MET][-1] == (
        "finding C-LOOP"
    )
