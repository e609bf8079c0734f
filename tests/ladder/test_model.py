"""What a trace becomes before it is drawn: stations, events, and what is left out."""

from __future__ import annotations

from pxeclient.boot.actions import AwaitKey, Enter, Finish, Print, StateName
from pxeclient.boot.events import FrameReceived, KeyPressed, PowerOn
from pxeclient.outcome import Failed, Failure
from pxeclient.report.ladder.building import build
from pxeclient.report.ladder.model import (
    Decided,
    Dropped,
    Ended,
    Entered,
    Folded,
    Keyboard,
    Lifeline,
    Message,
    Role,
    Shown,
    clean,
)
from pxeclient.stack.acts import Ignore, SendFrame
from pxeclient.wire import arp, ethernet, tftp
from tests.boots import booted
from tests.ladder.boots import dead, drawn, everywhere, kinds, ladders
from tests.report.frames import CLIENT, SERVER, arp_frame, datagram, ether
from tests.report.traces import in_fragments, of


def names(*stations: Lifeline) -> list[tuple[str, str]]:
    """Stations in words."""
    return [(station.name, station.address) for station in stations]


def test_every_server_is_what_it_was_seen_to_do() -> None:
    """A host that was only asked on port 4011 is no ProxyDHCP server."""
    assert names(*build(dead("vmware-e1000e")).stations) == [
        ("client", "00:50:56:12:34:56"),
        ("DHCP server", "10.77.0.1"),
        ("ProxyDHCP server", "10.77.0.2"),
        ("next server, asked on port 4011", "10.77.0.3"),
        ("broadcast", ""),
    ]
    assert names(*build(dead("ipxe")).stations)[3:] == [
        ("TFTP server", "10.77.0.3"),
        ("multicast", ""),
        ("broadcast", ""),
    ]


def test_one_host_may_be_everything() -> None:
    """Its roles are named in one."""
    stations = build(booted("vmware-e1000e", "samehost-60-only")).stations
    roles = {station.address: set(station.roles) for station in stations}
    assert roles["10.77.0.1"] >= {Role.DHCP, Role.PROXY}
    [name] = [name for name, address in names(*stations) if address == "10.77.0.1"]
    assert name.startswith("DHCP and ProxyDHCP")


def test_a_silent_tftp_server_was_only_asked() -> None:
    """Nothing is claimed of a host that never spoke TFTP."""
    stations = build(booted("ipxe", "tftp-silent")).stations
    [asked] = [station for station in stations if Role.ASKED_TFTP in station.roles]
    assert Role.TFTP not in asked.roles


def test_hosts_without_part_in_the_boot_share_a_station() -> None:
    """However many there are on the segment."""
    noise = [
        FrameReceived(arp_frame(arp.REQUEST, type(SERVER)(int(SERVER) + at), CLIENT))
        for at in range(40)
    ]
    ladder = drawn(*noise)
    assert names(*ladder.stations) == [("client", ""), ("other hosts", "")]
    assert {event.source for event in ladder.events if isinstance(event, Message)} == {"others"}


def test_frames_that_cannot_be_read_have_a_place() -> None:
    """Too short, malformed, or of no known kind."""
    ladder = drawn(
        FrameReceived(b""),
        FrameReceived(b"short"),
        SendFrame(b""),
        FrameReceived(ether(ethernet.IPV4, b"\x45")),
        SendFrame(ether(ethernet.EAPOL, b"\1\1\0\0")),
    )
    assert [event.kind for event in ladder.events if isinstance(event, Message)] == [
        "malformed",
        "malformed",
        "malformed",
        "malformed",
        "802.1X",
    ]


def test_every_event_is_between_known_stations() -> None:
    """On every practice network, and in the order of time."""
    for ladder in ladders():
        known = {station.id for station in ladder.stations}
        for event in ladder.events:
            if isinstance(event, Message):
                assert {event.source, event.target} <= known
            if isinstance(event, Folded):
                assert event.peer in known
        times = [event.at for event in ladder.events]
        assert times == sorted(times)


def test_nothing_is_lost_but_what_is_folded() -> None:
    """All frames are there, or counted."""
    for trace, short in zip(everywhere(), ladders(), strict=True):
        frames = len(list(trace.frames()))
        whole = build(trace, every=True, unfolded=True)
        folded = sum(event.count for event in short.events if isinstance(event, Folded))
        assert len(kinds(short.events, Message)) + folded == frames
        assert len(kinds(whole.events, Message)) == frames
        assert not kinds(whole.events, Folded)
        assert all(event.telling for event in whole.events if isinstance(event, Decided))


def test_a_long_download_is_folded_as_in_the_transcript() -> None:
    """The first blocks are shown; whatever else happens ends the fold."""
    blocks = [
        FrameReceived(datagram(tftp.build(tftp.Data(at, b"x")), 2000, 50001, SERVER))
        for at in range(1, 9)
    ]
    ladder = drawn(*blocks[:6], Print("half"), *blocks[6:])
    shown = [type(event).__name__ for event in ladder.events]
    assert shown == ["Message", "Message", "Folded", "Shown", "Folded", "Ended"]
    folds = [event for event in ladder.events if isinstance(event, Folded)]
    assert [fold.count for fold in folds] == [4, 2]
    assert folds[0].last == "DATA block 6, 1 octets"
    assert (folds[0].at, folds[0].until) == (1.0, 2.5)


def test_a_repeated_story_is_told_three_times() -> None:
    """With a word that it goes on."""
    same = [Ignore(f"DATA block {at}", "it is late", "late") for at in range(6)]
    told = [event for event in drawn(*same).events if isinstance(event, Dropped)]
    assert [event.last_told for event in told] == [False, False, True]
    assert len(kinds(build(of(*same), unfolded=True).events, Dropped)) == 6


def test_the_screen_is_one_event_until_something_else_happens() -> None:
    """Blank lines are kept."""
    ladder = drawn(PowerOn(), Print("a"), Print(""), Print("b"), Enter(StateName.MENU), Print("c"))
    assert [event.lines for event in ladder.events if isinstance(event, Shown)] == [
        ("a", "", "b"),
        ("c",),
    ]
    assert [event.stage for event in ladder.events if isinstance(event, Entered)] == ["boot menu"]


def test_keys() -> None:
    """Waiting for a key, and the key."""
    ladder = drawn(AwaitKey("the menu"), KeyPressed("F8"))
    assert [event.words for event in ladder.events if isinstance(event, Keyboard)] == [
        "waits for a key: the menu",
        "key F8",
    ]


def test_a_decision_carries_what_is_known_of_it() -> None:
    """Rule, reason, source, evidence, and the rules that did not hold."""
    [asked] = [
        event
        for event in build(dead("vmware-e1000e")).events
        if isinstance(event, Decided) and event.question == "after-ack"
    ]
    assert asked.rule == "proxy-binl"
    assert asked.about == "the proxy offer from 10.77.0.2"
    assert asked.evidence == "observed"
    assert asked.source
    assert asked.telling
    [chosen] = [
        event
        for event in build(dead("vmware-e1000e")).events
        if isinstance(event, Decided) and event.question == "select-offer"
    ]
    assert "rank-1" in " ".join(chosen.passed_over)


def test_the_end() -> None:
    """The firmware's own words first; or why the boot was stopped."""
    last = build(dead("vmware-e1000e")).events[-1]
    assert isinstance(last, Ended)
    assert (last.booted, len(last.lines)) == (False, 3)
    assert last.lines[2].startswith("▲ D43-VMW: ")
    assert last.cause == "Why"
    [dnsmasq, *_, others] = last.problems[0].remedies[0].settings
    assert (last.problems[0].id, dnsmasq.server, others.server) == ("D43-VMW", "dnsmasq", "others")
    assert "dhcp-option=vendor:PXEClient,6,8" in dnsmasq.lines
    assert last.lines[0].startswith("PXE-E55: ")
    good = build(dead("ipxe")).events[-1]
    assert isinstance(good, Ended)
    assert good.booted
    assert good.lines[0].startswith("Booted boot.0 from ")
    stopped = of(PowerOn())
    stopped.stopped, stopped.ended = "deadline", 3.0
    end = build(stopped).events[-1]
    assert isinstance(end, Ended)
    assert end.lines == ("Deadline passed after 3.000 s",)
    short = of(Finish(Failed(Failure.NO_OFFER, "", "no offer", "no offer"))).records[-1]
    assert isinstance(short.item, Finish)


def test_words_that_do_not_show_are_spelt_out() -> None:
    """No control, no change of direction, no half of a surrogate pair."""
    assert clean("a\x1b\u202e\ud800\n…§") == "a\\x1b\\u202e\\ud800\\x0a…§"


def test_the_roles_of_servers_that_answer_in_fragments() -> None:
    """They are what they say, however it comes; each fragment is drawn as one."""
    trace = booted("ipxe")
    whole, parted = build(trace), build(in_fragments(trace))
    assert parted.stations == whole.stations
    drawn = [event.kind for event in parted.events if isinstance(event, Message)]
    assert "IPv4 fragment" in drawn
    assert "DHCPACK" not in drawn
