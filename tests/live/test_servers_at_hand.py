"""Real servers, recognised by what they send."""

from __future__ import annotations

import pytest

from pxeclient.advice import Server
from pxeclient.boots.boot import Wire, boot
from pxeclient.diagnose.at_hand import recognised
from pxeclient.lab import Lab
from pxeclient.profile import load
from tests.live import daemons
from tests.live.boots import BOTH
from tests.live.test_boots_servers import KEA, NEXT_SERVER_AND_FILE, Servers, dhcpd, dnsmasq

pytestmark = pytest.mark.live


def kea(lab: Lab) -> None:
    """Kea alone."""
    daemons.kea(lab, KEA)


@pytest.mark.parametrize("profile", BOTH)
@pytest.mark.parametrize(
    ("servers", "server"),
    [
        pytest.param(dnsmasq("--dhcp-boot=boot.0"), Server.DNSMASQ, id="dnsmasq"),
        pytest.param(
            dnsmasq("--dhcp-boot=boot.0", "--dhcp-no-override", "--dhcp-option=60,PXEClient"),
            Server.DNSMASQ,
            id="dnsmasq-header",
        ),
        pytest.param(kea, Server.KEA, id="kea"),
        pytest.param(dhcpd(*NEXT_SERVER_AND_FILE), None, id="dhcpd"),
    ],
)
def test_recognised(lab: Lab, servers: Servers, server: Server | None, profile: str) -> None:
    """By every offer and DHCPACK; ISC dhcpd writes as many others do, and is not guessed."""
    servers(lab)
    found = load(profile)
    with lab.link(found.machine.mac) as link:
        trace = boot(found, found.machine, Wire(link, "lab"), deadline=20)
    replies = [said for said in trace.talk().dhcp if said.is_reply and said.offers_address]
    assert replies
    assert {recognised(reply) for reply in replies} == {server}
