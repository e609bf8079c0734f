"""DHCPv6 messages, judged by scapy."""

from __future__ import annotations

from ipaddress import IPv6Address
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers import dhcp6 as scapys
from scapy.layers.inet6 import IPv6

from pxeclient.wire import dhcp6, ipv6
from pxeclient.wire import dhcp6_options as options
from pxeclient.wire.dhcp6 import Message, Option, Relay
from pxeclient.wire.dhcp6_options import Association, Lease, Status, VendorClass
from pxeclient.wire.errors import WireError

HERE = IPv6Address("fd77::50")
DUID = bytes.fromhex("00030001525400aa0001")

OPTIONS = st.builds(Option, st.integers(0, 0xFFFF).filter(lambda n: n != 9), st.binary(max_size=40))
MESSAGES = st.builds(
    Message,
    st.sampled_from([n for n in dhcp6.NAMES if n not in dhcp6.RELAYS]),
    st.integers(0, 0xFFFFFF),
    st.lists(OPTIONS, max_size=8).map(tuple),
)
ADDRESSES = st.integers(0, (1 << 128) - 1).map(IPv6Address)
RELAYS = st.lists(
    st.builds(
        Relay,
        st.sampled_from(sorted(dhcp6.RELAYS)),
        st.integers(0, 255),
        ADDRESSES,
        ADDRESSES,
        st.lists(OPTIONS, max_size=3).map(tuple),
    ),
    max_size=dhcp6.MOST_RELAYS,
).map(tuple)


@given(MESSAGES, RELAYS)
def test_what_is_built_is_read(message: Message, relays: tuple[Relay, ...]) -> None:
    """Any message, with any relays around it."""
    assert dhcp6.parse(dhcp6.build(message, relays)) == (relays, message)


def test_a_solicit_of_scapys() -> None:
    """All that a boot client puts into one, by another's hand."""
    octets = bytes(
        scapys.DHCP6_Solicit(trid=0x0D24B1)
        / scapys.DHCP6OptClientId(duid=scapys.DUID_LL(lladdr="52:54:00:12:34:56"))
        / scapys.DHCP6OptElapsedTime(elapsedtime=400)
        / scapys.DHCP6OptIA_NA(iaid=7, T1=1, T2=2)
        / scapys.DHCP6OptOptReq(reqopts=[59, 60, 23, 16])
        / scapys.DHCP6OptClientArchType(archtypes=[7])
        / scapys.DHCP6OptClientNetworkInterId(iitype=1, iimajor=3, iiminor=0)
        / scapys.DHCP6OptVendorClass(
            enterprisenum=343, vcdata=[scapys.VENDOR_CLASS_DATA(data=b"PXEClient:Arch:00007")]
        )
        / scapys.DHCP6OptUserClass(userclassdata=[scapys.USER_CLASS_DATA(data=b"iPXE")])
    )
    relays, message = dhcp6.parse(octets)
    assert relays == ()
    assert (message.type, message.xid) == (dhcp6.SOLICIT, 0x0D24B1)
    found = {one.code: one.data for one in message.options}
    assert list(found) == [1, 8, 3, 6, 61, 62, 16, 15]
    assert options.duid_words(found[1]) == "DUID-LL 52:54:00:12:34:56"
    assert options.association(found[3]) == Association(7, 1, 2)
    assert options.numbers(found[6]) == (59, 60, 23, 16)
    assert options.numbers(found[61]) == (7,)
    assert found[62] == bytes((1, 3, 0))
    assert options.vendor_class(found[16]) == VendorClass(343, (b"PXEClient:Arch:00007",))
    assert options.strings(found[15]) == (b"iPXE",)
    assert dhcp6.build(message) == octets


def test_a_reply_is_read_by_scapy() -> None:
    """What is built here says the same there."""
    lease = Association(7, 900, 1440, (Lease(HERE, 1800, 3600),), Status(0, b"fine"))
    message = Message(
        dhcp6.REPLY,
        5,
        (
            Option(dhcp6.SERVER_ID, DUID),
            Option(dhcp6.IA_NA, options.build_association(lease)),
            Option(dhcp6.STATUS, options.build_status(Status(2, b"none left"))),
            Option(dhcp6.BOOT_URL, b"tftp://[fd77::3]/boot.efi"),
            Option(dhcp6.BOOT_PARAMETERS, options.build_strings([b"12", b"root=/dev/ram"])),
        ),
    )
    assert options.association(options.build_association(lease)) == lease
    found = scapys.DHCP6_Reply(dhcp6.build(message))
    assert found.trid == 5
    identity = found[scapys.DHCP6OptIA_NA]
    assert (identity.iaid, identity.T1, identity.T2) == (7, 900, 1440)
    assert identity.ianaopts[0].addr == "fd77::50"
    assert identity.ianaopts[0].validlft == 3600
    assert identity.ianaopts[1].statusmsg == b"fine"
    status = found.getlayer(scapys.DHCP6OptStatusCode, statuscode=2)
    assert status is not None
    assert status.statusmsg == b"none left"
    assert found[scapys.DHCP6OptBootFileUrl].optdata == b"tftp://[fd77::3]/boot.efi"
    parameters = bytes(found[scapys.DHCP6OptBootFileUrl].payload)[4:]
    assert options.strings(parameters) == (
        b"12",
        b"root=/dev/ram",
    )


def test_what_relays_pass_on() -> None:
    """Two of them, as scapy writes it; the outer one first."""
    inner = scapys.DHCP6_Solicit(trid=9)
    one = scapys.DHCP6_RelayForward(
        hopcount=0, linkaddr="fd77::1", peeraddr="fe80::5054:ff:fe12:3456"
    ) / scapys.DHCP6OptRelayMsg(message=inner)
    two = scapys.DHCP6_RelayForward(hopcount=1, linkaddr="::", peeraddr="fd77::1")
    two = two / scapys.DHCP6OptIfaceId(ifaceid="eth0") / scapys.DHCP6OptRelayMsg(message=one)
    relays, message = dhcp6.parse(bytes(two))
    assert message == Message(dhcp6.SOLICIT, 9)
    assert [relay.hops for relay in relays] == [1, 0]
    assert str(relays[1].peer) == "fe80::5054:ff:fe12:3456"
    assert relays[0].options == (Option(dhcp6.INTERFACE_ID, b"eth0"),)
    assert dhcp6.build(message, relays) == bytes(two)


def test_too_many_relays() -> None:
    """The depth is bounded, however often a message is wrapped."""
    relay = Relay(dhcp6.RELAY_FORWARD, 0, HERE, HERE)
    with pytest.raises(WireError, match="more than 8 relays"):
        dhcp6.parse(dhcp6.build(Message(1, 1), (relay,) * 9))


@pytest.mark.parametrize(
    ("octets", "why"),
    [
        ("01", "1 octets, a message has at least 4"),
        ("0c00", "a message has at least 34"),
        ("01000001 0003 0028 00", "an option of 44 octets at octet 4, 5 are left"),
        ("01000001 00", "an option at octet 4 that is cut off, 1 are left"),
        ("0c" + "00" * 33, "RELAY-FORW has no message"),
    ],
)
def test_what_does_not_fit(octets: str, why: str) -> None:
    """Where and why."""
    with pytest.raises(WireError, match=why):
        dhcp6.parse(bytes.fromhex(octets))


def test_a_cut_message() -> None:
    """What is there is read."""
    octets = dhcp6.build(Message(1, 1, (Option(1, DUID), Option(3, bytes(12)))))
    _, found = dhcp6.parse(octets[:-5], is_cut=True)
    assert found.options == (Option(1, DUID),)


def test_boot_parameters_without_their_lengths() -> None:
    """A server that sends plain text in option 60: its first two letters are taken for a length."""
    with pytest.raises(WireError, match="a length of 29285 at octet 0"):
        options.strings(b"resume")


@pytest.mark.parametrize(
    ("duid", "words"),
    [
        ("0004 00112233445566778899aabbccddeeff", "DUID-UUID 00112233-4455-6677-8899-aabbccddeeff"),
        ("0001 0001 2a2a2a2a 525400aa0001", "DUID-LLT 52:54:00:aa:00:01"),
        ("0002 00000009 0ac0", "DUID-EN 9 0ac0"),
        ("0003 0006 525400aa0001", "DUID 00030006525400aa0001"),
        ("", "an empty DUID"),
    ],
)
def test_identifiers(duid: str, words: str) -> None:
    """The four kinds, and what is none of them."""
    assert options.duid_words(bytes.fromhex(duid)) == words


def test_domain_names() -> None:
    """Each in labels; a pointer is none here."""
    assert options.names(b"\4boot\4test\0\1a\0") == (b"boot.test", b"a")
    for wrong in (b"\xc0\x0c", b"\4boot", b"\2ab"):
        with pytest.raises(WireError):
            options.names(wrong)


READERS = (
    options.association,
    options.lease,
    options.status,
    options.strings,
    options.vendor_class,
    options.vendor_options,
    options.addresses,
    options.numbers,
    options.names,
    options.link_layer,
    options.duid_words,
    dhcp6.parse,
)


@given(st.binary(max_size=80), st.integers(1, 13))
def test_any_octets(octets: bytes, kind: int) -> None:
    """`WireError` and nothing else."""
    for read in READERS:
        for data in (octets, bytes((kind,)) + octets, bytes(3) + octets):
            try:
                read(data)
            except WireError:
                continue


@given(MESSAGES, st.data())
def test_a_message_that_is_cut_anywhere(message: Message, data: st.DataObject) -> None:
    """What there is of it is a beginning of it."""
    octets = dhcp6.build(message)
    cut = data.draw(st.integers(4, len(octets)))
    _, found = dhcp6.parse(octets[:cut], is_cut=True)
    assert found.options == message.options[: len(found.options)]


def test_the_largest_message_takes_no_longer_than_its_size() -> None:
    """Sixteen thousand empty options, inside eight relays."""
    message = Message(1, 1, (Option(99, b""),) * 15000)
    relay = Relay(dhcp6.RELAY_FORWARD, 0, HERE, HERE)
    octets = dhcp6.build(message, (relay,) * 8)
    assert len(octets) < 0xFFFF
    began = perf_counter()
    dhcp6.parse(octets)
    assert perf_counter() - began < 5


def test_a_whole_packet() -> None:
    """From Ethernet's payload on, with its checksum: scapy computes the same."""
    content = dhcp6.build(Message(1, 1))
    octets = ipv6.datagram(HERE, dhcp6.ALL_SERVERS, (546, 547), content)
    scapy = IPv6(octets)
    told = scapy["UDP"].chksum
    del scapy["UDP"].chksum
    assert IPv6(bytes(scapy))["UDP"].chksum == told
    ipv6.check(ipv6.parse(octets), "UDP")
