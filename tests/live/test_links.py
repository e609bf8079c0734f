"""The links on real interfaces of a lab: what they send and receive."""

from __future__ import annotations

import signal
import sys
import time

import pytest
from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether

from pxeclient.lab import Host, Lab
from pxeclient.link.base import Link
from tests.live import daemons
from tests.live.boots import a_tap
from tests.live.deeds import (
    BROADCAST,
    MAC,
    OTHER,
    PATIENCE,
    deed,
    discover,
    frame,
    on,
    speak,
)
from tests.live.needs import TAP_DEVICE, require

pytestmark = pytest.mark.live

PROMISE = """
import fcntl, os, struct, sys
descriptor = os.open("/dev/net/tun", os.O_RDWR)
IFF_TAP, IFF_NO_PI, IFF_VNET_HDR = 0x2, 0x1000, 0x4000
flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR
fcntl.ioctl(descriptor, 0x400454CA, struct.pack("16sH22x", sys.argv[1].encode(), flags))
fcntl.ioctl(descriptor, 0x400454D0, 1)  # TUN_F_CSUM
"""


def has_right_checksum(octets: str) -> bool:
    """Scapy computes the same UDP checksum as the frame carries."""
    parsed = Ether(bytes.fromhex(octets))
    carried = parsed[UDP].chksum
    del parsed[UDP].chksum
    return bool(carried == Ether(bytes(parsed))[UDP].chksum)


def assert_offer(octets: str) -> None:
    """The frame is a DHCPOFFER for us, from the lab's server, with all checksums right."""
    offer = Ether(bytes.fromhex(octets))
    assert offer.dst in ("52:54:00:12:34:56", "ff:ff:ff:ff:ff:ff")
    assert offer[IP].src == "10.77.0.1"
    assert offer[BOOTP].xid == 0x12345678
    assert ("message-type", 2) in offer[DHCP].options
    assert has_right_checksum(octets)


def heard(link: Link) -> str:
    """The next frame, as a hexadecimal string."""
    octets = link.receive(link.now() + PATIENCE)
    assert octets is not None
    return octets.hex()


def test_packet_link_gets_an_offer(lab: Lab, client: Host) -> None:
    """A DISCOVER sent on a veth is answered, and the first frame received is the OFFER."""
    daemons.dnsmasq(lab, "--dhcp-range=10.77.0.100,10.77.0.150")
    with deed(client, "use", "packet", "c0", discover()) as opened:
        opened.step()
        assert_offer(opened.step())


def test_tap_link_gets_an_offer(lab: Lab) -> None:
    """A DISCOVER sent on a joined TAP is answered, and the TAP outlives the link."""
    host = a_tap(lab)
    daemons.dnsmasq(host, "--dhcp-range=10.77.0.100,10.77.0.150")
    with deed(host, "use", "tap", host.interface, discover()) as joined:
        assert joined.step() is False
        assert_offer(joined.step())
        assert host.interface in joined.step()


def test_partial_checksum_is_completed(lab: Lab, client: Host) -> None:
    """A datagram of the kernel arrives with half a checksum, and the link completes it."""
    with deed(client, "beside_a_plain_socket", "c0") as opened:
        opened.step()
        speak(lab)
        raw, received = opened.step()
    assert not has_right_checksum(raw)  # else this test shows nothing
    assert has_right_checksum(received)


def test_stripped_vlan_tag_is_put_back(lab: Lab, client: Host) -> None:
    """A tagged frame arrives with its tag, which the kernel had taken out."""
    tagged = BROADCAST + OTHER + "81006005" + frame(BROADCAST)[24:]
    with deed(client, "beside_a_plain_socket", "c0") as opened:
        opened.step()
        with lab.link(bytes.fromhex(OTHER)) as other:
            other.send(bytes.fromhex(tagged))
            raw, received = opened.step()
    assert raw == frame(BROADCAST)  # else this test shows nothing
    assert received == tagged


def test_filter_drops_the_unicast_of_others(lab: Lab) -> None:
    """Of frames to another, to us, to a group and to all, the first is never seen."""
    strange, own = frame("525400999999"), frame(MAC)
    group, everybody = frame("01005e000001"), frame(BROADCAST)
    with lab.link(bytes.fromhex(MAC)) as link, lab.link(bytes.fromhex(OTHER)) as other:
        for octets in (strange, own, group, everybody):
            other.send(bytes.fromhex(octets))
        assert [heard(link) for _ in range(3)] == [own, group, everybody]


def test_tap_link_drops_the_unicast_of_others(lab: Lab) -> None:
    """A frame that the kernel sends to another station on the TAP is never seen."""
    host = a_tap(lab)
    strange, own = frame("525400999999"), frame(MAC)
    with deed(host, "from_the_kernel", host.interface, strange, own) as joined:
        assert joined.step() == own


def test_frames_of_the_machine_itself_are_not_received(lab: Lab, client: Host) -> None:
    """What others on this machine send on the interface is no more seen than on a real card."""
    outgoing, incoming = frame(BROADCAST, b"out"), frame(BROADCAST, b"in")
    with (
        deed(client, "beside_another_link", "c0", outgoing) as opened,
        lab.link(bytes.fromhex(OTHER)) as other,
    ):
        opened.step()
        other.send(bytes.fromhex(incoming))
        assert opened.step() == incoming


def test_interface_is_promiscuous_while_in_use(client: Host) -> None:
    """A card that filters for itself lets our unicast in, until the link is closed."""
    show = ("ip", "-d", "-o", "link", "show", "dev", "c0")
    with deed(client, "hold", "c0") as opened:
        opened.step()
        assert "promiscuity 1" in on(client, *show)
        opened.step()
        assert "promiscuity 0" in on(client, *show)


def test_checksum_promise_of_a_former_owner_is_void(lab: Lab) -> None:
    """A TAP that was a virtual machine's before still brings whole checksums."""
    host = a_tap(lab)
    on(host, sys.executable, "-c", PROMISE, host.interface)
    with deed(host, "use", "tap", host.interface) as joined:
        joined.step()
        speak(host)
        assert has_right_checksum(joined.step())


def test_lost_frames_add_up(lab: Lab, client: Host) -> None:
    """Frames beyond the queue are counted once, and asking again does not forget them."""
    octets = bytes.fromhex(frame(BROADCAST))
    # With that right the queue would hold them all.
    with (
        deed(client, "lose", "c0", without="net_admin") as opened,
        lab.link(bytes.fromhex(OTHER)) as other,
    ):
        opened.step()
        for _ in range(40_000):
            other.send(octets)
        first, second = opened.step()
    assert 0 < first < 40_000
    assert second == first


def test_receive_is_on_time(lab: Lab) -> None:
    """A wait in which nothing comes is never cut short, and not rounded up to milliseconds."""
    wait, shortest = 0.0203, 9.0  # whole milliseconds would make it 0.021
    with lab.link(bytes.fromhex(MAC)) as link:
        for _ in range(500):  # a machine that is busy comes back late, but not every time
            start = time.monotonic()
            assert link.receive(start + wait) is None
            waited = time.monotonic() - start
            assert waited >= wait
            shortest = min(shortest, waited)
            if shortest < wait + 0.0005:
                return
    raise AssertionError(shortest)


def test_interrupt_ends_a_wait(client: Host) -> None:
    """Ctrl-C during a long wait is a KeyboardInterrupt at once."""
    with deed(client, "wait", "c0") as opened:
        assert opened.step() == "waiting"
        opened.program.send_signal(signal.SIGINT)
        assert opened.step() == "interrupted"
        assert opened.program.wait() == 0


def test_created_tap_vanishes(client: Host) -> None:
    """A TAP that was not there is created, up and without an address, and goes with the link."""
    require(TAP_DEVICE)
    with deed(client, "hold", "tap9", "tap") as opened:
        assert opened.step() is True
        assert on(client, "ip", "-4", "-o", "address", "show", "dev", "tap9") == ""
        assert "tap9" in on(client, "ip", "-o", "link", "show", "dev", "tap9", "up")
        assert opened.step() == ["c0", "lo"]
