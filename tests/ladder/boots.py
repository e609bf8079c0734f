"""Boots to draw: on practice networks, and made of single things that happen."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from pxeclient.boot.actions import Enter, Finish, Print, StateName
from pxeclient.boot.events import FrameReceived
from pxeclient.outcome import Failed, Failure
from pxeclient.practice import scenario as networks
from pxeclient.report.ladder.building import build
from pxeclient.report.ladder.model import Event, Ladder
from pxeclient.stack.acts import Ignore, SendFrame
from pxeclient.trace import Item, Trace
from pxeclient.wire import dhcp
from tests.boots import booted
from tests.report.frames import dhcp_frame, message
from tests.report.traces import SMALL, of

DEAD = "proxy-60-file-4011-dead"
"""The network on which iPXE boots and VMware's ROM does not."""

FIRMWARES = ("vmware-e1000e", "ipxe")

HOSTILE = "</script><script>alert(1)</script>\"'&;#%%\x1b[31m\u202e"
"""What must stay text, whatever it is drawn as."""


HOSTILES = (
    HOSTILE,
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "{title} {0} %s --><!-- ]]> <![CDATA[",
    "&lt;b&gt; &amp; \x85\u2028<b>bold</b>",
    "javascript:alert(1)//<a href=javascript:alert(1)>",
)
"""Others of the kind."""


def dead(name: str) -> Trace:
    """The boot of a firmware on that network, named as the command line names it."""
    return replace(booted(name, DEAD), where=f"practice network {DEAD}")


def drawn(*items: Item) -> Ladder:
    """The ladder of these items."""
    return build(of(*items))


def kinds(events: tuple[Event, ...], kind: type) -> list[Event]:
    """The events of one kind."""
    return [event for event in events if isinstance(event, kind)]


def hostile() -> Trace:
    """A boot in which everything that can hold somebody's words holds bad ones."""
    name = HOSTILE.encode("utf-8")[:127]
    offer = message(
        dhcp.BOOTREPLY, (53, b"\2"), (60, name), (56, name), (67, name), (43, b"\x0a\x05\x05<b>x")
    )
    offer = replace(offer, file=name.ljust(128, b"\0"), sname=name[:63].ljust(64, b"\0"))
    made = of(
        Print(HOSTILE),
        SendFrame(dhcp_frame(message(dhcp.BOOTREQUEST, (53, b"\1"), (60, name)))),
        Enter(StateName.DISCOVERY),
        FrameReceived(dhcp_frame(offer, 68)),
        Ignore(HOSTILE, HOSTILE),
        Finish(Failed(Failure.NO_OFFER, "", HOSTILE, HOSTILE)),
    )
    made.profile = made.title = made.where = HOSTILE
    return made


@cache
def everywhere() -> list[Trace]:
    """Every firmware of the two on every small network."""
    assert len(networks.names()) > len(SMALL) > 10
    return [booted(name, network) for name in FIRMWARES for network in SMALL]


@cache
def ladders() -> list[Ladder]:
    """Their ladders: building one takes longer than drawing it."""
    return [build(trace) for trace in everywhere()]
