"""The built-in practice networks: what each is to each firmware."""

from __future__ import annotations

import pytest

from pxeclient.outcome import Booted
from pxeclient.playbook import DHCPREQUEST, Sight, sight
from pxeclient.practice.scenario import names
from pxeclient.trace import Trace
from tests.boots import boot_on
from tests.stories.firmwares import IPXE, IPXE_2019, VIRTUALBOX, VMWARE

TOO_LONG = {"big-file"}

BOOTS = "boots"
NOTHING_CONFIGURED, NOTHING_TO_BOOT, TIMED_OUT = "040ee119", "2d03e13b", "4c126035"
REFUSED = "3c126003"

OUTCOMES: dict[str, tuple[str, str]] = {
    # network: (the iPXE family, VMware's ROM); * asks port 4011; local boot has no code
    "ack-without-boot-file": (NOTHING_TO_BOOT, "PXE-E53"),
    "arp-silent": (TIMED_OUT, "PXE-E11"),
    "boot-file-too-big": (BOOTS, "PXE-E79"),
    "boot-server-no-file": (" *", "PXE-E53 *"),
    "boot-server-not-listed": ("1c106002", "PXE-E78"),
    "boot-server-other-type": ("4c106035 *", "PXE-E78 *"),
    "boot-server-silent": ("4c106035 *", "PXE-E78 *"),
    "boot-server-stranger": ("boots *", "boots *"),
    "discovery-no-list": ("1c106002", "PXE-E77"),
    "discovery-no-multicast-address": ("boots *", "PXE-E76"),
    "menu": ("boots *", "boots *"),
    "menu-local-boot": ("", ""),
    "menu-without-prompt": ("waiting", "PXE-E74"),
    "mtftp": (BOOTS, BOOTS),
    "mtftp-in-progress": (BOOTS, BOOTS),
    "mtftp-master-lost": (BOOTS, BOOTS),
    "mtftp-proxy": (BOOTS, BOOTS),
    "mtftp-silent": (BOOTS, BOOTS),
    "mtftp-unicast-first": (BOOTS, BOOTS),
    "nak": (NOTHING_CONFIGURED, "PXE-E51"),
    "no-boot-file": (NOTHING_TO_BOOT, "PXE-E53"),
    "no-next-server": (NOTHING_TO_BOOT, BOOTS),
    "no-server-address": (NOTHING_CONFIGURED, "PXE-E7B"),
    "offer-fragments-backwards": (NOTHING_CONFIGURED, BOOTS),
    "offer-from-port-6767": (NOTHING_CONFIGURED, BOOTS),
    "offer-oversized": (BOOTS, "PXE-E51"),
    "offer-tagged": (NOTHING_CONFIGURED, "PXE-E51"),
    "plain-dhcp": (BOOTS, BOOTS),
    "proxy-60-file-4011-dead": (BOOTS, "PXE-E55 *"),
    "proxy-60-file-bit3": (BOOTS, BOOTS),
    "proxy-60-only": ("boots *", "boots *"),
    "proxy-only": (NOTHING_CONFIGURED, "PXE-E52"),
    "pxe-options-without-menu": ("2d03e13b *", "PXE-E74"),
    "request-unanswered": (NOTHING_CONFIGURED, "PXE-E51"),
    "samehost-60-file-4011-dead": (BOOTS, "PXE-E55 *"),
    "samehost-60-file-bit3": (BOOTS, BOOTS),
    "samehost-60-only": ("boots *", "boots *"),
    "samehost-60-only-4011-dead": ("2d03e13b *", "PXE-E55 *"),
    "samehost-60-menu-without-list": ("1c106002", "PXE-E77"),
    "samehost-60-opt67-4011-dead": (BOOTS, "PXE-E55 *"),
    "silence": (NOTHING_CONFIGURED, "PXE-E51"),
    "tftp-blksize-garbled": ("1c126102", "PXE-E3F"),
    "tftp-blksize-raised": (BOOTS, BOOTS),
    "tftp-block-too-long": ("1c126002", "PXE-E3F"),
    "tftp-denied": ("0212603c", "PXE-E3C"),
    "tftp-empty-file": ("2e008001", BOOTS),
    "tftp-error-0": (REFUSED, "PXE-E36"),
    "tftp-error-4": ("3d126001", "PXE-E36"),
    "tftp-error-midway": (REFUSED, "PXE-E36"),
    "tftp-fragments": (BOOTS, "PXE-E32"),
    "tftp-icmp-about-others": (TIMED_OUT, "PXE-E32"),
    "tftp-icmp-error": (TIMED_OUT, "PXE-E32"),
    "tftp-missing": ("2d12603b", "PXE-E3B"),
    "tftp-no-options": (BOOTS, BOOTS),
    "tftp-no-tsize": (BOOTS, BOOTS),
    "tftp-port-closed": (TIMED_OUT, "PXE-E32"),
    "tftp-silent": (TIMED_OUT, "PXE-E32"),
    "tftp-size-garbled": ("1c126202", "PXE-E36"),
    "tftp-size-understated": (BOOTS, BOOTS),
    "tftp-stalls": (TIMED_OUT, "PXE-E35"),
    "tftp-starts-at-0": ("1c126002", BOOTS),
    "two-dhcp": (BOOTS, BOOTS),
}

ALSO = {(IPXE, "tftp-missing"): "2d12613b", (IPXE, "tftp-empty-file"): "460f2001"}
"""Where today's iPXE differs from that of 2019."""


def wanted(firmware: str, network: str) -> str:
    """What the table says."""
    ipxe, vmware = OUTCOMES[network]
    return vmware if firmware == VMWARE else ALSO.get((firmware, network), ipxe)


def boot(firmware: str, network: str) -> Trace:
    """Boot on the practice network."""
    return boot_on(firmware, network, where=network)


def sent(trace: Trace) -> list[Sight]:
    """The frames of the client."""
    return [sight(frame) for _, frame, by_client in trace.frames() if by_client]


def outcome(trace: Trace) -> str:
    """As in the table."""
    ended = trace.outcome
    asked = any(seen.kind is DHCPREQUEST and seen.to.endswith(":4011") for seen in sent(trace))
    words = trace.stopped if ended is None else BOOTS if isinstance(ended, Booted) else ended.code
    return words + (" *" if asked else "")


def test_the_table_names_every_network() -> None:
    """All but those that take too long."""
    assert set(OUTCOMES) == set(names()) - TOO_LONG


@pytest.mark.parametrize("network", OUTCOMES)
@pytest.mark.parametrize("firmware", [IPXE, IPXE_2019, VIRTUALBOX, VMWARE])
def test_a_practice_network_ends_as_it_should(firmware: str, network: str) -> None:
    """The firmware's outcome, and whether port 4011 was asked, are those of the table."""
    assert outcome(boot(firmware, network)) == wanted(firmware, network)


@pytest.mark.parametrize(
    ("firmware", "seconds"),
    [(IPXE, 15.0), (IPXE_2019, 15.75), (VIRTUALBOX, 15.0), (VMWARE, 31.307)],
)
def test_silence_lasts_as_long_as_the_firmwares_patience(firmware: str, seconds: float) -> None:
    """With IPv6 built in, the wait for a router outlasts discovery."""
    assert boot(firmware, "silence").ended == pytest.approx(seconds)


@pytest.mark.parametrize("firmware", [IPXE, VMWARE])
def test_two_boots_are_the_same(firmware: str) -> None:
    """Equal seeds and networks give equal traces."""
    assert boot(firmware, "proxy-60-only") == boot(firmware, "proxy-60-only")
