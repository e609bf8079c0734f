"""The links on real interfaces of a lab: what they send and receive."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest
from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether

from tests.live.needs import TAP_DEVICE, require
from tests.live.netns import CHECKOUT, Lab
from tests.live.orders import (
    BROADCAST,
    MAC,
    STATION,
    discover,
    frame,
    order,
    run_steps,
    speak,
    utter,
)
from tests.live.processes import inside

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


def test_packet_link_gets_an_offer(lab: Lab) -> None:
    """A DISCOVER sent on a veth is answered, and the first frame received is the OFFER."""
    lab.server.dnsmasq("--dhcp-range=10.77.0.100,10.77.0.150")
    results = run_steps(lab, ["packet", "c0", MAC], ["send", discover()], ["receive", 1, 5])
    assert_offer(results[-1][0])


def test_tap_link_gets_an_offer(lab: Lab) -> None:
    """A DISCOVER sent on a joined TAP is answered, and the TAP outlives the link."""
    name = lab.tap()
    lab.server.dnsmasq("--dhcp-range=10.77.0.100,10.77.0.150")
    results = run_steps(
        lab,
        ["tap", name, MAC],
        ["send", discover()],
        ["receive", 1, 5],
        ["close"],
        ["names"],
        namespace=lab.server.namespace,
    )
    created, _, received, _, names = results
    assert created is False
    assert_offer(received[0])
    assert name in names


def test_partial_checksum_is_completed(lab: Lab) -> None:
    """A datagram of the kernel arrives with half a checksum, and the link completes it."""
    results = run_steps(
        lab, ["raw", "c0"], ["packet", "c0", MAC], speak(lab), ["raw_receive", 5], ["receive", 1, 5]
    )
    raw, (received,) = results[-2:]
    assert not has_right_checksum(raw)  # else this test shows nothing
    assert has_right_checksum(received)


def test_stripped_vlan_tag_is_put_back(lab: Lab) -> None:
    """A tagged frame arrives with its tag, which the kernel had taken out."""
    tagged = BROADCAST + "525400000002" + "81006005" + frame(BROADCAST)[24:]
    results = run_steps(
        lab,
        ["raw", "c0"],
        ["packet", "c0", MAC],
        utter(lab, ["packet", "s0", "525400000002"], ["send", tagged]),
        ["raw_receive", 5],
        ["receive", 1, 5],
    )
    raw, received = results[-2:]
    assert raw == frame(BROADCAST)  # else this test shows nothing
    assert received == [tagged]


def test_filter_drops_the_unicast_of_others(lab: Lab) -> None:
    """Of frames to another, to us, to a group and to all, the first is never seen."""
    strange, own = frame("525400999999"), frame(MAC)
    group, everybody = frame("01005e000001"), frame(BROADCAST)
    results = run_steps(
        lab,
        ["packet", "c0", MAC],
        utter(lab, ["packet", "s0", "525400000002"], ["send", strange, own, group, everybody]),
        ["receive", 3, 5],
    )
    assert results[-1] == [own, group, everybody]


def test_tap_link_drops_the_unicast_of_others(lab: Lab) -> None:
    """A frame that the kernel sends to another station on the TAP is never seen."""
    name = lab.tap()
    strange, own = frame("525400999999"), frame(MAC)
    results = run_steps(
        lab,
        ["tap", name, MAC],
        utter(lab, ["packet", name, "525400000002"], ["send", strange, own]),
        ["receive", 1, 5],
        namespace=lab.server.namespace,
    )
    assert results[-1] == [own]


def test_frames_of_the_machine_itself_are_not_received(lab: Lab) -> None:
    """What others on this machine send on the interface is no more seen than on a real card."""
    outgoing, incoming = frame(BROADCAST, b"out"), frame(BROADCAST, b"in")
    results = run_steps(
        lab,
        ["packet", "c0", MAC],
        ["packet", "c0", MAC],
        ["send", outgoing],
        ["first"],
        utter(lab, ["packet", "s0", "525400000002"], ["send", incoming]),
        ["receive", 1, 5],
    )
    assert results[-1] == [incoming]


def test_interface_is_promiscuous_while_in_use(lab: Lab) -> None:
    """A card that filters for itself lets our unicast in, until the link is closed."""
    show = order("ip -d -o link show dev c0")
    results = run_steps(lab, ["packet", "c0", MAC], show, ["close"], show)
    assert "promiscuity 1" in results[1]
    assert "promiscuity 0" in results[3]


def test_checksum_promise_of_a_former_owner_is_void(lab: Lab) -> None:
    """A TAP that was a virtual machine's before still brings whole checksums."""
    name = lab.tap()
    results = run_steps(
        lab,
        ["run", sys.executable, "-c", PROMISE, name],
        ["tap", name, MAC],
        speak(lab),
        ["receive", 1, 5],
        namespace=lab.server.namespace,
    )
    assert has_right_checksum(results[-1][0])


def test_lost_frames_add_up(lab: Lab) -> None:
    """Frames beyond the queue are counted once, and asking again does not forget them."""
    results = run_steps(
        lab,
        ["packet", "c0", MAC],
        utter(lab, ["packet", "s0", "525400000002"], ["repeat", 40_000, frame(BROADCAST)]),
        ["lost"],
        without="net_admin",  # else the queue holds them all
    )
    first, second = results[-1]
    assert 0 < first < 40_000
    assert second == first


def test_receive_is_on_time(lab: Lab) -> None:
    """A wait in which nothing comes is never cut short, and not rounded up to milliseconds."""
    wait = 0.0203  # whole milliseconds would make it 0.021
    steps = [["waited", wait]] * 9
    results = run_steps(lab, ["packet", "c0", MAC], *steps)
    shortest = min(results[1:])
    assert wait <= shortest < wait + 0.0005


def test_interrupt_ends_a_wait(lab: Lab) -> None:
    """Ctrl-C during a long wait is a KeyboardInterrupt at once."""
    steps = json.dumps([["packet", "c0", MAC], ["receive", 1, 60]])
    command = inside(lab.client, [sys.executable, *STATION, steps])
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, cwd=CHECKOUT) as waiting:
        assert waiting.stdout is not None
        assert waiting.stdout.readline() == "null\n"
        waiting.send_signal(signal.SIGINT)
        out, err = waiting.communicate(timeout=5)
    assert (out, err) == ('"interrupted"\n', "")


def test_created_tap_vanishes(lab: Lab) -> None:
    """A TAP that was not there is created, up and without an address, and goes with the link."""
    require(TAP_DEVICE)
    results = run_steps(
        lab,
        ["tap", "tap9", MAC],
        ["run", "ip", "-4", "-o", "address", "show", "dev", "tap9"],
        ["run", "ip", "-o", "link", "show", "dev", "tap9", "up"],
        ["close"],
        ["names"],
    )
    created, addresses, up, _, names = results
    assert created is True
    assert addresses == ""
    assert "tap9" in up
    assert names == ["c0", "lo"]
