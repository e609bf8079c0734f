"""The families' decision tables as tables: complete, comparable, in words."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from pxeclient.boot.dhcp.reply import Reply, read
from pxeclient.boot.dhcp.traits import FileOrder, ReadTraits
from pxeclient.boot.policy import BootFrom, Policy, Sources
from pxeclient.decisions import always, condition
from pxeclient.firmware.intel21 import INTEL21
from pxeclient.firmware.ipxe import IPXE, IPXE_2019
from pxeclient.firmware.ipxe.lease import has_pxe_options
from pxeclient.playbook import Client, DhcpReply, ack, mac_of, proxy_ack, proxy_offer
from pxeclient.profile import POLICIES, tables

CLIENT = Client(mac_of("10.77.0.50"))
READS = ReadTraits(overload=False, join_long=False, file_order=FileOrder.FIELD)
MENU = b"\0\1\1x"


def replies(*said: DhcpReply) -> Sources:
    """The replies in which a boot file is looked for."""
    return Sources(tuple(map(reading, said)))


def reading(reply: DhcpReply) -> Reply:
    """One of them."""
    source = IPv4Address(reply.server)
    return read(reply.message(CLIENT), source, reply.source_port, READS, 0.0)


@pytest.mark.parametrize("policy", POLICIES.values(), ids=list(POLICIES))
def test_every_table_ends_with_otherwise(policy: Policy) -> None:
    """So it always answers; and only its last rule always holds."""
    for table in tables(policy):
        assert [rule.when is always for rule in table.rules].index(True) == len(table.rules) - 1


def test_the_families_answer_the_same_questions() -> None:
    """In the order in which a boot asks them."""
    asked = {
        tuple((table.question, table.asks) for table in tables(policy))
        for policy in POLICIES.values()
    }
    assert len(asked) == 1
    (questions,) = asked
    assert [question for question, _ in questions] == [
        name.replace("_", "-") for name in Policy.__dataclass_fields__ if name != "name"
    ]


@pytest.mark.parametrize("policy", POLICIES.values(), ids=list(POLICIES))
def test_conditions_are_read_as_a_phrase(policy: Policy) -> None:
    """They begin in lower case (but for names) and end without a full stop."""
    for table in tables(policy):
        for rule in table.rules:
            words = condition(rule)
            assert words
            assert not words.endswith(".")


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ((ack(vendor_class="PXEClient", menu=MENU),), "menu"),
        (
            (ack(vendor_class="PXEClient", menu=MENU, control=8, siaddr="10.77.0.3", file="x"),),
            "file-and-server",
        ),
        ((ack(vendor_class="PXEClient", menu=MENU, control=8),), "menu"),
        (
            (ack(vendor_class="PXEClient", menu=b"", siaddr="10.77.0.3", file="x"),),
            "file-and-server",
        ),
        ((ack(menu=MENU, siaddr="10.77.0.3", file="x"),), "file-and-server"),
        ((ack(siaddr="10.77.0.3", file="x"), proxy_offer(menu=MENU)), "menu"),
        (
            (ack(vendor_class="MSFT"), proxy_offer(menu=MENU, siaddr="10.77.0.3", file="x")),
            "file-and-server",
        ),
        (
            (ack(control=8, siaddr="10.77.0.3", file="x"), proxy_offer(menu=MENU, control=0)),
            "file-and-server",
        ),
        ((ack(), proxy_ack(siaddr="10.77.0.3", file="x")), "file-and-server"),
    ],
)
def test_ipxe_looks_for_its_menu_in_all_replies(said: tuple[DhcpReply, ...], rule: str) -> None:
    """Vendor class, menu and 43.6 are each taken from the first reply that has them."""
    assert IPXE.boot_from.decide(replies(*said)).rule == rule


@pytest.mark.parametrize(
    ("name", "today", "in_2019"),
    [
        ("http://a/b", BootFrom.UNSUPPORTED_SCHEME, BootFrom.UNSUPPORTED_SCHEME),
        ("x-y_z:/b", BootFrom.UNSUPPORTED_SCHEME, BootFrom.UNSUPPORTED_SCHEME),
        ("a1:/b", BootFrom.DOWNLOAD, BootFrom.UNSUPPORTED_SCHEME),
        ("d/a:/b", BootFrom.DOWNLOAD, BootFrom.UNSUPPORTED_SCHEME),
        ("C:\\b", BootFrom.DOWNLOAD, BootFrom.DOWNLOAD),
        (":/b", BootFrom.DOWNLOAD, BootFrom.DOWNLOAD),
        ("a:b/c", BootFrom.DOWNLOAD, BootFrom.DOWNLOAD),
        ("tftp://10.77.0.9/x", BootFrom.DOWNLOAD, BootFrom.DOWNLOAD),
        ("tftp://host/x", BootFrom.UNSUPPORTED_SCHEME, BootFrom.UNSUPPORTED_SCHEME),
    ],
)
def test_what_is_a_uri_to_ipxe(name: str, today: BootFrom, in_2019: BootFrom) -> None:
    """Today a scheme is of letters, '-' and '_'; in 2019 it was all before the first colon."""
    sources = replies(ack(siaddr="10.77.0.3", file=name))
    assert IPXE.boot_from.decide(sources).answer is today
    assert IPXE_2019.boot_from.decide(sources).answer is in_2019


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        (ack(vendor_class="PXEClient", control=8, siaddr="10.77.0.3", file="x"), "bit-3-and-file"),
        (ack(vendor_class="PXEClient", control=8), "discovery"),
        (ack(vendor_class="PXEClient", suboptions={8: b""}, file="x"), "discovery"),
        (ack(control=8, siaddr="10.77.0.3", file="x"), "file"),
        (ack(control=3, siaddr="10.77.0.3", file="x"), "file"),
        (proxy_ack(vendor_class=None, control=8, siaddr="10.77.0.3", file="x"), "bit-3-and-file"),
        (proxy_ack(vendor_class=None, control=3, siaddr="10.77.0.3", file="x"), "discovery"),
        (ack(), "no-file"),
        (ack(file="x"), "file"),
        (ack(server_id=None, file="x"), "no-server"),
    ],
)
def test_what_intels_rom_boots_from_a_reply(said: DhcpReply, rule: str) -> None:
    """A reply from port 4011 belongs to PXE without saying so again."""
    assert INTEL21.boot_from.decide(replies(said)).rule == rule


@pytest.mark.parametrize(
    ("complete", "said"),
    [
        (True, proxy_offer(siaddr="10.77.0.3", file="x")),
        (True, proxy_offer(siaddr="10.77.0.3", options={67: b"x"})),
        (True, proxy_offer(menu=MENU)),
        (False, proxy_offer(siaddr="10.77.0.3")),
        (False, proxy_offer(file="x")),
        (False, proxy_offer(control=8, siaddr="10.77.0.3")),
        (False, proxy_offer(menu=b"")),
        (False, proxy_offer(file="x", options={175: b"\3\4\x0a\0\0\1"})),
    ],
)
def test_what_makes_a_proxy_offer_complete_to_ipxe(complete: bool, said: DhcpReply) -> None:
    """siaddr in the header and a name, or a menu; 175.3 is no siaddr here."""
    assert has_pxe_options(reading(said)) is complete
