"""Rules and replies: who is answered, when, where, and with what."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Any

import pytest

from pxeclient.practice.model import Reply, Rule, Server
from pxeclient.practice.option_spec import OptionSpec
from pxeclient.wire import dhcp, ethernet
from pxeclient.wire.addresses import ANY, BROADCAST, BROADCAST_MAC, multicast_mac
from tests.practice.client import (
    CLIENT,
    CLIENT_MAC,
    DHCP,
    PROXY,
    XID,
    Talk,
    datagram,
    dhcp_request,
    discover,
    mac_of,
    parse_udp,
    proxy_request,
    request,
    scenario,
)

OFFER = Reply(yiaddr=CLIENT, options=(OptionSpec(53, "u8", 2),))
NO_ADDRESS = Reply(options=(OptionSpec(53, "u8", 2),))
GROUP = IPv4Address("239.77.0.1")


def server(*rules: Rule, **keys: Any) -> Server:
    """The DHCP server with those rules."""
    return Server(name="dhcp", ip=DHCP, mac=mac_of(DHCP), bootp=rules, **keys)


def talk(*rules: Rule, **keys: Any) -> Talk:
    """A conversation with that server."""
    return Talk(scenario(server(*rules, **keys)))


def files(messages: list[dhcp.Message]) -> list[bytes]:
    """The boot file names of replies, by which these tests know them apart."""
    return [dhcp.text_field(message.file) for message in messages]


def naming(name: str, **keys: Any) -> Rule:
    """A rule for port 67 whose reply names that file."""
    return Rule(port=67, replies=(Reply(file=name),), **keys)


def test_first_rule_that_matches_answers() -> None:
    """Rules are tried in order: by message type, vendor, and boot item."""
    conversation = talk(
        naming("inform", msg="inform"),
        naming("item", item=True),
        naming("other", vendor="PXEServer"),
        naming("pxe", vendor="PXEClient:Arch"),
        naming("plain", item=False),
    )
    item = dhcp.Option(43, bytes.fromhex("47 04 00010000 ff"))
    asked = [
        dhcp_request(dhcp.INFORM),
        dhcp_request(dhcp.DISCOVER, item),
        dhcp_request(dhcp.DISCOVER),
        dhcp_request(dhcp.DISCOVER, vendor=b"MSFT 5.0"),
    ]
    answers = [files(conversation.ask(datagram(payload, 67))) for payload in asked]
    assert answers == [[b"inform"], [b"item"], [b"pxe"], [b"plain"]]


def test_skip_and_times_count_matches() -> None:
    """Of five requests the first is lost, two get the first rule, the rest the second."""
    conversation = talk(naming("first", skip=1, times=2), naming("second"))
    answers = [files(conversation.ask(discover())) for _ in range(5)]
    assert answers == [[], [b"first"], [b"first"], [b"second"], [b"second"]]


def test_request_for_another_server_is_ignored() -> None:
    """Option 54 that names another server silences port 67, unless the rule minds not."""
    assert files(talk(naming("mine")).ask(request(PROXY))) == []
    assert files(talk(naming("any", any_server_id=True)).ask(request(PROXY))) == [b"any"]
    assert files(talk(naming("mine")).ask(request(DHCP))) == [b"mine"]


def test_reply_copies_the_transaction() -> None:
    """Transaction, hardware address and flags are the request's; ciaddr only if asked for."""
    payload = dhcp_request(dhcp.REQUEST, flags=0x8001, ciaddr=CLIENT)
    first, second = talk(
        Rule(port=67, replies=(Reply(), Reply(flags=7, secs=9, ciaddr="echo", bad_xid=True)))
    ).ask(datagram(payload, 67))
    assert (first.xid, first.flags, first.secs, first.ciaddr) == (XID, 0x8001, 0, ANY)
    assert (second.xid, second.flags, second.secs) == (XID ^ 0x01010101, 7, 9)
    assert second.ciaddr == CLIENT
    assert first.chaddr == dhcp.chaddr_of(CLIENT_MAC)


def test_reply_copies_the_relay() -> None:
    """A relay knows its own requests' replies by giaddr (RFC 2131 §4.3.1, table 3)."""
    payload = dhcp_request(dhcp.DISCOVER)
    relayed = payload[:24] + DHCP.packed + payload[28:]
    [answer] = talk(Rule(port=67, replies=(Reply(),))).ask(datagram(relayed, 67))
    assert answer.giaddr == DHCP


def test_replies_are_padded() -> None:
    """A reply has BOOTP's 300 octets at least, or as many as the scenario says."""
    rule = Rule(port=67, replies=(Reply(), Reply(min_len=0), Reply(min_len=548)))
    sizes = [len(dhcp.build(message)) for message in talk(rule).ask(discover())]
    assert sizes == [300, 241, 548]


def test_fields_can_hold_options() -> None:
    """With option 52 the file field is an option area of its own."""
    overload = Reply(
        file=(OptionSpec(67, "str", "boot.0"),),
        sname=(OptionSpec(97, "echo"),),
        options=(OptionSpec(52, "u8", 3),),
    )
    [message] = talk(Rule(port=67, replies=(overload,))).ask(discover())
    assert dhcp.first(message.overloaded(), 67) == b"boot.0"
    assert dhcp.first(message.overloaded(), 97) is not None


def test_delays_and_repeats_keep_time() -> None:
    """Each reply has its delay; repeats follow after the gap."""
    rule = Rule(
        port=67, replies=(Reply(delay=0.5, repeat=3, gap=0.25), Reply(delay=0.6, file="late"))
    )
    conversation = talk(rule)
    assert conversation.say(discover()) == []
    heard = conversation.wait(5)
    names = [dhcp.text_field(dhcp.parse(parse_udp(frame)[1].payload).file) for _, frame in heard]
    assert [at for at, _ in heard] == [0.5, 0.6, 0.75, 1.0]
    assert names == [b"", b"late", b"", b""]
    assert conversation.network.next_at() is None


UNICAST = (CLIENT_MAC, CLIENT, 68)
EVERYONE = (BROADCAST_MAC, BROADCAST, 68)


@pytest.mark.parametrize(
    ("reply", "frame", "where"),
    [
        (OFFER, discover(), UNICAST),
        (NO_ADDRESS, discover(), EVERYONE),
        (OFFER, datagram(dhcp_request(1, flags=0x8000), 67), EVERYONE),
        (OFFER, datagram(dhcp_request(3), 67, source=CLIENT, source_port=68), UNICAST),
        (OFFER, datagram(dhcp_request(3), 67, source=CLIENT, source_port=99), (*UNICAST[:2], 99)),
        (Reply(yiaddr=CLIENT, to="broadcast"), discover(), EVERYONE),
        (Reply(yiaddr=CLIENT, to="unicast"), discover(), UNICAST),
        (Reply(to="unicast"), proxy_request(DHCP, 4011), (*UNICAST[:2], 4011)),
        (NO_ADDRESS, proxy_request(DHCP, 4011), (*UNICAST[:2], 4011)),
        (NO_ADDRESS, proxy_request(DHCP, 68), UNICAST),
        (Reply(to="broadcast"), proxy_request(DHCP, 4011), (*EVERYONE[:2], 4011)),
    ],
)
def test_reply_goes_where_the_client_can_hear_it(
    reply: Reply, frame: bytes, where: tuple[object, ...]
) -> None:
    """By source address, broadcast flag and offered address; on 4011 to the source port."""
    [answer] = talk(Rule(port=67, replies=(reply,)), Rule(port=4011, replies=(reply,))).say(frame)
    packet, data = parse_udp(answer)
    destination = ethernet.parse(answer).destination
    assert where == (destination, packet.destination, data.destination_port)
    assert packet.source == DHCP
    assert data.source_port == parse_udp(frame)[1].destination_port


def test_source_port_can_be_another() -> None:
    """Some servers answer requests on 4011 from a port of their own."""
    rule = Rule(port=4011, replies=(Reply(src_port=4000),))
    [answer] = talk(rule).say(proxy_request(DHCP))
    assert parse_udp(answer)[1].source_port == 4000


def test_groups_subnet_broadcast_and_aliases_are_heard() -> None:
    """A server hears its groups, its network's broadcast, and answers from an asked alias."""
    alias = IPv4Address("10.77.0.9")
    conversation = talk(naming("x"), groups=(GROUP,), aliases=(alias,))
    payload = dhcp_request(dhcp.DISCOVER)
    to_group = datagram(payload, 67, GROUP, mac=multicast_mac(GROUP))
    to_subnet = datagram(payload, 67, IPv4Address("10.77.0.255"), mac=BROADCAST_MAC)
    to_alias = datagram(payload, 67, alias, mac=mac_of(DHCP))
    sources = [parse_udp(conversation.say(f)[0])[0].source for f in (to_group, to_subnet, to_alias)]
    assert [DHCP, DHCP, alias] == sources
    other = IPv4Address("239.1.1.1")
    assert conversation.say(datagram(payload, 67, other, mac=multicast_mac(other))) == []
    assert conversation.say(datagram(payload, 67, PROXY, mac=mac_of(DHCP))) == []


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        bytes(300),
        dhcp_request(dhcp.DISCOVER)[:239],
        b"\2" + dhcp_request(dhcp.DISCOVER)[1:],
        dhcp_request(dhcp.DISCOVER).replace(dhcp.COOKIE, b"none"),
    ],
)
def test_what_is_no_request_is_not_answered(payload: bytes) -> None:
    """Replies, BOOTP without cookie and cut messages are passed over in silence."""
    assert talk(naming("x")).say(datagram(payload, 67)) == []


def test_bootp_request_has_no_type() -> None:
    """A rule can ask for messages without option 53."""
    bootp = dhcp_request(dhcp.DISCOVER)[:240] + b"\xff"
    assert files(talk(naming("bootp", msg="none")).ask(datagram(bootp, 67))) == [b"bootp"]
