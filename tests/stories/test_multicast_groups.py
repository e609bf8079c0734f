"""Groups that a host joins, and routers that ask who is a member of which (IGMP)."""

from __future__ import annotations

from pxeclient.playbook import (
    ACK as ACKED,
)
from pxeclient.playbook import (
    DHCPDISCOVER,
    DHCPREQUEST,
    IGMP,
    RRQ,
    TFTP_SERVER,
    ack,
    igmp_message,
    offer,
    sight,
)
from pxeclient.wire import igmp
from tests.stories.firmwares import VMWARE, any_edk2, any_ipxe, book
from tests.stories.multicasts import (
    BLOCKS,
    FILE,
    GROUP,
    LISTEN,
    MTFTP,
    SLACK,
    block,
    listening,
)

ALL = str(igmp.ALL_SYSTEMS)


# --- Intel's code -------------------------------------------------------------------------
def test_the_report_is_repeated_once() -> None:
    """Ten seconds after the first, and up to 6.6 ms as chance has it."""
    heard = listening()
    started = heard.now
    for number in range(1, 5):
        heard.gets(block(number), after=2.0)
    heard.gets(block(4), after=1.9)
    heard.sends(IGMP, to=GROUP, igmp_type=igmp.REPORT_V1)
    assert 10.0 <= heard.now - started <= 10.01
    heard.gets(block(5)).ends("boot.0", content=FILE)


def test_a_query_is_answered_when_its_time_is_up() -> None:
    """Not before, as RFC 2236 has it, but up to 6.6 ms after; and in version 1."""
    for group in ("0.0.0.0", GROUP):
        heard = listening().gets(igmp_message(igmp.QUERY, group, 20), after=0.5)
        heard.sends(IGMP, to=GROUP, igmp_type=igmp.REPORT_V1, within=(2.0, 2.007))


def test_a_query_for_another_group_is_none_of_its_business() -> None:
    """It goes on listening."""
    heard = listening().gets(igmp_message(igmp.QUERY, "239.9.9.9", 20), after=1.0)
    heard.sends(RRQ, to=MTFTP, after=LISTEN + SLACK - 1.0)


def test_another_hosts_report_spares_its_own() -> None:
    """The router knows enough with one."""
    heard = listening().gets(igmp_message(igmp.QUERY, "0.0.0.0", 20), after=0.5)
    heard.gets(igmp_message(igmp.REPORT_V2, GROUP, sender="10.77.0.2"), after=0.5)
    heard.sends(RRQ, to=MTFTP, after=LISTEN + SLACK - 1.0)


def test_where_a_router_speaks_version_1_it_is_told_of_the_end() -> None:
    """The wrong way round: version 1 does not know LEAVE."""
    heard = listening().gets(igmp_message(igmp.QUERY))
    for number in range(1, 5):
        heard.gets(block(number), after=0.1)
    heard.gets(block(5)).sends(IGMP, to="224.0.0.2", igmp_type=igmp.LEAVE, group=GROUP)
    heard.ends("boot.0", content=FILE)


def test_a_master_answers_queries_too() -> None:
    """The download goes on meanwhile."""
    book_ = listening().gets(igmp_message(igmp.QUERY, "0.0.0.0", 40), after=0.5)
    book_.sends(RRQ, to=MTFTP).gets(block(1, to="")).gets(block(1)).sends(ACKED, block=1)
    book_.sends(IGMP, to=GROUP)
    book_.gets(block(2, b"x")).sends(ACKED, block=2).ends("boot.0", content=BLOCKS[0] + b"x")


def test_without_a_group_it_does_not_hear_the_question() -> None:
    """Its card is told of no group before a multicast download."""
    book(VMWARE).sends(DHCPDISCOVER).gets(igmp_message(igmp.QUERY, "0.0.0.0", 5)).sends(
        DHCPDISCOVER, after=2.087 - 0.001
    )


def test_a_group_is_forgotten_when_it_is_left() -> None:
    """A report that was due is not sent any more, and nothing is said on leaving."""
    book_ = listening().gets(igmp_message(igmp.QUERY, "0.0.0.0", 200))
    book_.gets(block(4)).gets(block(1)).waits(30.0)
    sent = [sight(frame).kind for _, frame, ours in book_.trace.frames() if ours]
    assert sent.count(IGMP) == 1
    assert sent.count(RRQ) == 5


# --- EDK II -------------------------------------------------------------------------------
@any_edk2
def test_edk2_reports_the_group_that_everybody_is_in(firmware: str) -> None:
    """RFC 2236 has nobody report 224.0.0.1; EDK II does, in whole seconds, to TTL 1."""
    (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(igmp_message(igmp.QUERY, "0.0.0.0", 19))
        .sends(IGMP, to=ALL, igmp_type=igmp.REPORT_V2, ttl=1, source="0.0.0.0", after=1.0)
        .gets(offer(siaddr=TFTP_SERVER, file="boot.0", broadcast=True))
        .sends(DHCPREQUEST)
        .gets(ack(siaddr=TFTP_SERVER, file="boot.0", broadcast=True))
        .sends(RRQ)
        .gets(igmp_message(igmp.QUERY))
        .gets(igmp_message(igmp.QUERY, "0.0.0.0", 10))
        .sends(IGMP, to=ALL, igmp_type=igmp.REPORT_V1, source="10.77.0.50", after=1.0)
    )


@any_edk2
def test_edk2_lets_another_host_report(firmware: str) -> None:
    """Then its own report is not due."""
    (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(igmp_message(igmp.QUERY, "0.0.0.0", 20))
        .gets(igmp_message(igmp.REPORT_V2, ALL, sender="10.77.0.2"))
        .sends(DHCPDISCOVER)
    )


# --- iPXE ---------------------------------------------------------------------------------
@any_ipxe
def test_ipxe_has_no_igmp(firmware: str) -> None:
    """The question reaches it, and nothing comes of it."""
    (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(igmp_message(igmp.QUERY, "0.0.0.0", 5))
        .ignores(because="IP protocol 2")
        .sends(DHCPDISCOVER)
    )
