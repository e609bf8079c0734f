"""The numbers that a firmware invents."""

from __future__ import annotations

from itertools import islice

import pytest

from pxeclient.boot.dhcp.numbering import secs, xid
from pxeclient.boot.dhcp.traits import Secs, Xid
from pxeclient.stack.chance import Dice, ip_id
from pxeclient.stack.traits import IpId, IpTraits
from pxeclient.wire.addresses import Mac
from tests.boots import profile
from tests.stories.firmwares import IPXE, VMWARE

MAC = Mac.from_text("00:0c:29:79:86:c1")


def test_equal_seeds_throw_equal_dice() -> None:
    """And different seeds others."""
    first, again, other = Dice(7), Dice(7), Dice(8)
    assert [first.next() for _ in range(5)] == [again.next() for _ in range(5)]
    assert Dice(7).next() != other.next()


@pytest.mark.parametrize("seed", [0, 1, 2147483561, 2147483562, 2147483563, 1 << 80, -5])
def test_any_seed_will_do(seed: int) -> None:
    """Numbers stay in iPXE's range, ports in that of ephemeral ones."""
    dice = Dice(seed)
    assert all(1 <= dice.next() <= 2147483562 for _ in range(100))
    assert all(1025 <= dice.port() <= 65535 for _ in range(100))


def test_ports_vary() -> None:
    """They are drawn anew."""
    dice = Dice(1)
    assert len(set(islice(iter(dice.port, 0), 50))) > 45


def test_a_random_xid_is_in_host_order() -> None:
    """Its last octet on the wire is below 0x80."""
    assert xid(Xid.RANDOM, MAC, 0x12345678, 1) == 0x78563412
    dice = Dice(3)
    assert all(xid(Xid.RANDOM, MAC, dice.next(), 1) & 0x80 == 0 for _ in range(50))


def test_intels_xid_is_made_of_the_mac_and_the_attempt() -> None:
    """The first DISCOVER of ..:29:79:86:c1 has 0x2a7986c1, as one was seen to have."""
    assert xid(Xid.MAC_ATTEMPT, MAC, 0, 1) == 0x2A7986C1
    assert xid(Xid.MAC_ATTEMPT, MAC, 0, 4) == 0x2D7986C1
    assert xid(Xid.MAC_ATTEMPT, Mac(b"\0\0\xff\0\0\1"), 0, 1) == 1
    assert xid(Xid.MAC, MAC, 0, 4) == 0x297986C1


def test_ipxes_secs_count_timers_and_offers() -> None:
    """4, 10 and 18 in a boot from plain DHCP; 11 and 15 with a proxy offer at once."""
    dhcp = profile(IPXE).traits.dhcp
    assert dhcp.secs is Secs.IPXE
    counted = [secs(dhcp, 0, *facts) for facts in ((1, False, False), (2, True, False))]
    assert counted == [4, 10]
    assert [secs(dhcp, 0, 4, True, False), secs(dhcp, 0, 2, True, True)] == [18, 11]
    assert secs(dhcp, 0, 3, True, True) == 15


def test_listed_secs_go_by_the_discover() -> None:
    """The last one holds for all that follow."""
    dhcp = profile(VMWARE).traits.dhcp
    assert [secs(dhcp, number, 0, True, True) for number in (1, 2, 3, 4, 9)] == [4, 6, 10, 18, 18]


@pytest.mark.parametrize(
    ("kind", "sent", "received", "number"),
    [
        (IpId.COUNTER, 0, 5, 0),
        (IpId.COUNTER, 65537, 0, 1),
        (IpId.IPXE, 0, 0, 0x0100),
        (IpId.IPXE, 1, 1, 0x0201),
        (IpId.IPXE, 255, 0x12, 0x0002),
    ],
)
def test_ip_identifications_count(kind: IpId, sent: int, received: int, number: int) -> None:
    """One up for each packet; iPXE's low octet is a statistic of what it received."""
    traits = IpTraits(ttl=64, id=kind, arp_waits=(), gratuitous_arp=False)
    assert ip_id(traits, sent, received) == number
