"""The multicast TFTP server of a practice network, and a client that gets its file from it."""

from __future__ import annotations

from ipaddress import IPv4Address
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.outcome import Booted
from pxeclient.practice.boot_files import Kind, boot_file
from pxeclient.practice.model import FileSpec, Mtftp, Scenario
from pxeclient.practice.scenario import ScenarioError, by_name, load
from pxeclient.wire import ethernet, igmp, ipv4, tftp
from pxeclient.wire.addresses import multicast_mac
from tests.boots import boot_on
from tests.practice.client import CLIENT, CLIENT_MAC, TFTP, Talk, datagram, parse_udp

GROUP = IPv4Address("239.77.0.1")
SIZE = 4000
BLOCKS = SIZE // tftp.BLOCK + 1
ASKED = 1759


def scripted(**changes: object) -> Scenario:
    """The network `mtftp` with another script for its multicast server."""
    network = by_name("mtftp")
    *others, host = network.servers
    assert host.mtftp is not None
    script: Mtftp = msgspec.structs.replace(host.mtftp, **changes)
    changed = msgspec.structs.replace(host, mtftp=script)
    return msgspec.structs.replace(network, servers=(*others, changed))


def packet(message: tftp.Message, port: int = ASKED) -> bytes:
    """A frame from the client to the multicast server."""
    return datagram(tftp.build(message), port, TFTP, CLIENT, 1758)


def report(group: IPv4Address = GROUP, kind: int = igmp.REPORT_V2) -> bytes:
    """The client tells of its group."""
    told = igmp.build(igmp.Igmp(kind, group))
    built = ipv4.Packet(CLIENT, group, ipv4.IGMP, told, ttl=1, options=ipv4.ROUTER_ALERT)
    frame = ethernet.Frame(multicast_mac(group), CLIENT_MAC, ethernet.IPV4, ipv4.build(built))
    return ethernet.build(frame)


def read(frames: list[bytes]) -> list[tuple[str, int, tftp.Message]]:
    """Where each packet goes, and what it is; all come from the port that is asked."""
    found = []
    for frame in frames:
        outer, inner = parse_udp(frame)
        assert inner.source_port == ASKED
        if outer.destination == GROUP:
            assert frame[:6] == multicast_mac(GROUP)
        message = tftp.parse(inner.payload)
        found.append((str(outer.destination), inner.destination_port, message))
    return found


def heard(talk: Talk, frame: bytes) -> list[tuple[str, int]]:
    """The blocks that come back at once, and where they go."""
    return [
        (to, message.block)
        for to, _, message in read(talk.say(frame))
        if isinstance(message, tftp.Data)
    ]


ME, ALL = str(CLIENT), str(GROUP)


def test_block_1_goes_to_the_asker_and_to_the_group() -> None:
    """The others go to the group alone, one for each ACK of the master."""
    talk = Talk(scripted())
    assert heard(talk, packet(tftp.Request(b"boot.0"))) == [(ME, 1), (ALL, 1)]
    for block in range(1, BLOCKS):
        assert heard(talk, packet(tftp.Ack(block))) == [(ALL, block + 1)]
    assert heard(talk, packet(tftp.Ack(BLOCKS))) == []
    assert talk.network.next_at() is None


def test_who_asks_while_a_transfer_goes_on_hears_that() -> None:
    """No second transfer begins; and only its master's ACKs count."""
    talk = Talk(scripted())
    heard(talk, packet(tftp.Request(b"boot.0")))
    assert heard(talk, packet(tftp.Request(b"boot.0"))) == []
    stranger = datagram(tftp.build(tftp.Ack(1)), ASKED, TFTP, IPv4Address("10.77.0.51"), 1758)
    assert heard(talk, stranger) == []
    assert heard(talk, packet(tftp.Ack(1))) == [(ALL, 2)]
    assert heard(talk, packet(tftp.Error(8, b""))) == []
    assert heard(talk, packet(tftp.Request(b"boot.0"))) == [(ME, 1), (ALL, 1)]


@pytest.mark.parametrize(
    ("first_block", "goes"), [("client", [(ME, 1)]), ("group", []), ("both", [(ME, 1), (ALL, 1)])]
)
def test_where_block_1_goes(first_block: str, goes: list[tuple[str, int]]) -> None:
    """As the scenario says; a transfer of others begins by itself."""
    talk = Talk(scripted(first_block=first_block))
    assert heard(talk, packet(tftp.Request(b"boot.0"))) == goes
    if first_block == "group":
        later = [frame for _, frame in talk.wait(1.0)]
        assert [(to, message) for to, _, message in read(later)] == [
            (ALL, tftp.Data(block, content(block))) for block in range(1, BLOCKS + 1)
        ]


def content(block: int) -> bytes:
    """The octets of a block."""
    return boot_file(Kind.BIOS, SIZE).read((block - 1) * tftp.BLOCK, tftp.BLOCK)


def test_a_transfer_under_way_is_heard_by_who_joins() -> None:
    """From its block on, at its pace, once."""
    talk = Talk(scripted(under_way=4, gap=0.5, stops_after=6))
    assert talk.say(report(IPv4Address("239.205.0.1"))) == []  # the same MAC, another group
    assert talk.say(report(kind=igmp.LEAVE)) == []
    assert talk.say(report()) == []
    talk.say(report())
    at = {when: read([frame])[0] for when, frame in talk.wait(10.0)}
    assert {when: message.block for when, (_, _, message) in at.items()} == {  # type: ignore[union-attr]
        0.5: 4, 1.0: 5, 1.5: 6,
    }  # fmt: skip
    assert {(to, port) for to, port, _ in at.values()} == {(ALL, 1758)}


@pytest.mark.parametrize(
    ("changes", "request_", "answer"),
    [
        ({"silent": True}, tftp.Request(b"boot.0"), []),
        ({"error": (2, "go away")}, tftp.Request(b"boot.0"), [tftp.Error(2, b"go away")]),
        ({}, tftp.Request(b"other"), [tftp.Error(1, b"File not found")]),
        ({}, tftp.Request(b"boot.0", write=True), [tftp.Error(2, b"Access violation")]),
        ({}, tftp.Ack(1), []),
        ({}, tftp.OptionAck(()), []),
    ],
    ids=["silent", "scripted", "another file", "a write", "an ACK", "an OACK"],
)
def test_refusals(
    changes: dict[str, object], request_: tftp.Message, answer: list[tftp.Message]
) -> None:
    """To the client alone, or nothing."""
    said = read(Talk(scripted(**changes)).say(packet(request_)))
    assert [(ME, 1758, message) for message in answer] == said


def test_what_is_no_tftp_gets_nothing() -> None:
    """Octets of any kind."""
    talk = Talk(scripted())
    assert talk.say(datagram(b"\0", ASKED, TFTP, CLIENT, 1758)) == []


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('group = "10.77.0.9"', "servers[0].mtftp.group: 10.77.0.9 is not a multicast address"),
        ('first_block = "nobody"', "servers[0].mtftp.first_block: 'nobody' is not one of both"),
        ("under_way = 0", "servers[0].mtftp.under_way: expected"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, line: str, complaint: str) -> None:
    """The file, the key, and what is wrong."""
    path = tmp_path / "mine.toml"
    given_ = {
        "group": 'group = "239.0.0.1"', "client_port": "client_port = 1", "port":
        "server_port = 2", "name": 'name = "x"',
    }  # fmt: skip
    given_[line.split(" ")[0]] = line
    head = '[[servers]]\nname = "a"\nip = "10.0.0.1"\nmac = "52:54:00:00:00:01"\n[servers.mtftp]\n'
    path.write_text(head + "\n".join(given_.values()))
    with pytest.raises(ScenarioError) as failure:
        load(path)
    assert str(failure.value).startswith(f"{path}: {complaint}")


# --- a client and this server -------------------------------------------------------------
scripts = st.fixed_dictionaries(
    {
        "file": st.builds(FileSpec, size=st.sampled_from([512, 600, 1024, 3000, 4000])),
        "first_block": st.sampled_from(["both", "both", "client", "group"]),
        "under_way": st.one_of(st.none(), st.integers(1, 10)),
        "stops_after": st.one_of(st.none(), st.integers(1, 10)),
        "gap": st.sampled_from([0.01, 1.0, 3.0]),
        "drop_blocks": st.sets(st.integers(1, 10), max_size=5).map(
            lambda lost: tuple(sorted(lost))
        ),
        "silent": st.sampled_from([False, False, False, True]),
    }
)


@given(scripts)
def test_whatever_the_server_does_the_file_is_what_it_serves(script: dict[str, object]) -> None:
    """By multicast or, where that fails, by TFTP: the same octets, in a time that is bounded."""
    network = scripted(**script)
    trace = boot_on("vmware-e1000e", network, deadline=600.0)
    if script["first_block"] == "group" and trace.outcome is None:
        return  # nobody can get what others acknowledge badly for ever: Intel's code asks again
    assert isinstance(trace.outcome, Booted), trace.outcome
    spec = script["file"]
    assert isinstance(spec, FileSpec)
    sizes = {spec.size, 4000}  # by TFTP the host serves 4000 octets
    served = [boot_file(Kind.BIOS, size or 0) for size in sizes]
    assert trace.outcome.content in [file.read(0, file.size) for file in served]
