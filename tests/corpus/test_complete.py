"""A corpus has every kind of message that a firmware sends, and tells where each comes from."""

from __future__ import annotations

import pytest

from pxeclient.corpus.collecting import messages
from pxeclient.corpus.purposes import DHCP, MessagePurpose, described, form_of
from pxeclient.corpus.situations import Situation, situations
from pxeclient.fetch.tftp.refusal import TftpErrorUse
from pxeclient.practice.scenario import names, recorded_names
from pxeclient.report.frames import MALFORMED
from pxeclient.wire import pxe, tftp
from pxeclient.wire.dhcp import first
from pxeclient.wire.pxe import Purpose
from tests.corpus.made import PROFILES, entries, manifest, subject
from tests.examples import some

WITHOUT_MENU = {"ipxe-efi", "ipxe-efi-20190125"}
"""Firmwares that never look for boot servers: they have no boot menu."""


@pytest.mark.parametrize("name", PROFILES)
def test_all_that_the_profile_describes(name: str) -> None:
    """Each purpose is there; what is not stands in the manifest."""
    found = {entry.sent.purpose for entry in entries(name)}
    missing = described(subject(name).profile) - found
    expected = {MessagePurpose.BOOT_SERVER_REQUEST} if name in WITHOUT_MENU else set()
    assert missing == expected
    assert manifest(name)["profiles"][0]["described_but_never_sent"] == sorted(expected)


def test_described_follows_the_profile() -> None:
    """It is read from the values, so it differs where they do."""
    found = {name: described(subject(name).profile) for name in PROFILES}
    assert all(set(DHCP) <= purposes for purposes in found.values())
    assert set(DHCP.values()) == set(Purpose)
    with_mtftp = {name for name in PROFILES if MessagePurpose.MTFTP_OPEN in found[name]}
    assert with_mtftp == {name for name in PROFILES if _has_mtftp(name)} != set()
    announcing = {name for name in PROFILES if MessagePurpose.ARP_ANNOUNCEMENT in found[name]}
    assert announcing == {n for n in PROFILES if subject(n).profile.traits.ip.gratuitous_arp}
    assert announcing not in (set(), set(PROFILES))


def _has_mtftp(name: str) -> bool:
    return "mtftp.opens" in subject(name).profile.values


@pytest.mark.parametrize("name", PROFILES)
def test_no_network_shows_another_form(name: str) -> None:
    """Whatever the firmware sends in any practice network or recorded situation is there.

    The file of 100 MB is left out: it has no message of its own, only many. The recorded
    situations, many of which are alike, take turns.
    """
    known = {form_of(entry.sent) for entry in entries(name)}
    recorded = some(recorded_names(), 3, PROFILES.index(name))
    for network in (*names(), *recorded):
        if network == "big-file":
            continue
        for sent in messages(subject(name), Situation(network=network)):
            assert form_of(sent) in known, (network, sent.summary)


@pytest.mark.parametrize("name", PROFILES)
def test_every_message_has_a_purpose(name: str) -> None:
    """None is malformed, none is anything else, and no two of one purpose are the same."""
    for entry in entries(name):
        assert entry.sent.purpose is not MessagePurpose.OTHER, entry.sent.summary
        assert entry.sent.summary.kind != MALFORMED
    same = [
        (entry.sent.purpose, entry.sent.summary.destination, entry.sent.layers.innermost)
        for entry in entries(name)
    ]
    assert len(set(same)) == len(same)
    assert [entry.name for entry in entries(name)] == sorted(
        (entry.name for entry in entries(name)), key=_rank
    )


def _rank(name: str) -> tuple[int, int]:
    purpose, _, number = name.rpartition("-")
    return list(MessagePurpose).index(MessagePurpose(purpose)), int(number)


@pytest.mark.parametrize("name", PROFILES)
def test_purposes_show_in_the_octets(name: str) -> None:
    """The stage of the boot says what a message is for; so do port, 43.71 and opcode."""
    for entry in entries(name):
        sent = entry.sent
        ports = sent.layers.ports or (0, 0)
        match sent.purpose:
            case MessagePurpose.DISCOVER | MessagePurpose.REQUEST:
                assert ports == (68, 67)
                assert not _asks_for_a_type(entry.sent.summary.message)
            case MessagePurpose.PROXY_REQUEST:
                assert ports[1] == 4011
                assert not _asks_for_a_type(entry.sent.summary.message)
            case MessagePurpose.BOOT_SERVER_REQUEST:
                assert ports[1] in (67, 4011)
                assert _asks_for_a_type(entry.sent.summary.message)
            case MessagePurpose.TFTP_READ_REQUEST:
                assert ports[1] == 69
                assert isinstance(sent.summary.tftp, tftp.Request)
            case MessagePurpose.MTFTP_OPEN:
                assert ports == (1758, 1759)
                assert isinstance(sent.summary.tftp, tftp.Request)
            case _:
                assert sent.summary.message is None


def _asks_for_a_type(message: object) -> bool:
    assert message is not None
    vendor = first(message.options, 43)  # type: ignore[attr-defined]
    return bool(vendor and first(pxe.parse_suboptions(vendor), pxe.BOOT_ITEM))


@pytest.mark.parametrize("name", PROFILES)
def test_retransmissions(name: str) -> None:
    """As many DISCOVERs as the profile has waiting times: their xid or secs tells them apart."""
    discovers = [e for e in entries(name) if e.sent.purpose is MessagePurpose.DISCOVER]
    waits = subject(name).profile.traits.dhcp.messages[Purpose.DISCOVER].waits
    assert len(discovers) == len(waits)
    assert [entry.sent.at for entry in discovers] == sorted(entry.sent.at for entry in discovers)


@pytest.mark.parametrize("name", PROFILES)
def test_every_read_request_of_the_profile(name: str) -> None:
    """With tsize, blksize and windowsize as the profile has them, in their order."""
    wanted = [
        [[key, value] for key, value in request.options]
        for request in subject(name).profile.traits.tftp.requests
    ]
    found = [
        message["tftp"]["options"]
        for message in manifest(name)["messages"]
        if message["purpose"] == "tftp-read-request"
    ]
    assert found[: len(wanted)] == wanted
    assert found[len(wanted) :] in ([], [[]])
    rules = subject(name).profile.policy.tftp_error.rules
    retries = any(rule.then is TftpErrorUse.RETRY_PLAIN for rule in rules)
    assert bool(found[len(wanted) :]) == retries


@pytest.mark.parametrize("name", sorted({"vmware-e1000e", "edk2", "ipxe"}))
def test_boot_servers_are_asked_in_three_ways(name: str) -> None:
    """One by one, by multicast and by broadcast."""
    to = {
        message["ipv4"]["destination"].partition(".")[0]
        for message in manifest(name)["messages"]
        if message["purpose"] == "boot-server-request"
    }
    assert to == {"10", "239", "255"}


@pytest.mark.parametrize("name", PROFILES)
def test_evidence(name: str) -> None:
    """Each message names the values that made it, and counts how well they are known."""
    found = manifest(name)
    values = found["profiles"][0]["values"]
    evidence = subject(name).profile.evidence
    assert values == {
        key: {"evidence": evidence[key].level.value, "source": evidence[key].where}
        for key in values
    }
    for message in found["messages"]:
        told = message["evidence"]
        assert sum(told["levels"].values()) == len(told["values"])
        assert set(told["values"]) <= set(values)
        levels = {values[key]["evidence"] for key in told["values"]}
        assert levels == set(told["levels"])
        assert told["weakest"] in (levels if told["note"] is None else {"inferred"}), message["id"]
        assert told["values"] or told["note"], message["id"]
        assert not [key for key in told["values"] if key.endswith("waits") and "dhcp" in key]


def test_what_is_not_known_is_not_claimed() -> None:
    """VMware's request to port 4011 was never seen; its DISCOVER's length was."""
    found = {message["id"]: message for message in manifest("vmware-e1000e")["messages"]}
    proxy = found["vmware-e1000e/proxydhcp-request-01"]
    assert proxy["evidence"]["weakest"] == "inferred"
    discover = found["vmware-e1000e/dhcp-discover-01"]
    assert "dhcp.size" in discover["evidence"]["values"]
    by_code = {option["code"]: option for option in discover["dhcp"]["options"]}
    assert by_code[97]["evidence"] == "observed"
    assert by_code[60]["evidence"] == "observed on a related firmware"
    assert by_code[53]["value"] == "dhcp.messages.discover.options"
    reply = found["vmware-e1000e/arp-reply-01"]["evidence"]
    assert (reply["weakest"], "answers ARP" in reply["note"]) == ("inferred", True)
    assert "answers pings" in found["vmware-e1000e/icmp-echo-reply-01"]["evidence"]["note"]


def test_situations_are_all_used() -> None:
    """Each gives some profile a message that no earlier one shows, and has its own name."""
    used = {entry.situation.id for name in PROFILES for entry in entries(name)}
    ids = [situation.id for situation in situations()]
    assert len(set(ids)) == len(ids)
    assert set(ids) == used


def test_a_profile_that_says_how_it_answers_arp() -> None:
    """It says that it does: nothing is left to be noted."""
    found = {message["id"]: message for message in manifest("ipxe")["messages"]}
    told = found["ipxe/arp-reply-01"]["evidence"]
    assert told["note"] is None
    assert told["values"] == ["ip.arp-reply-in-place"]


@pytest.mark.parametrize("name", ["ipxe", "vmware-e1000e"])
def test_a_frame_can_be_found_again(name: str) -> None:
    """Situation and frame number lead to the very frame."""
    by_id = {situation.id: situation for situation in situations()}
    for entry in entries(name)[::7]:
        again = messages(subject(name), by_id[entry.situation.id])
        frames = {sent.number: sent.layers.octets for sent in again}
        assert frames[entry.sent.number] == entry.sent.layers.octets
