"""Two servers and one boot."""

from __future__ import annotations

import pytest

from pxeclient.diagnose import Severity
from pxeclient.trace import Trace
from tests.diagnose.boots import (
    DHCP,
    EDK2,
    IPXE,
    NO_DISCOVERY,
    PROXY,
    TFTP,
    VMWARE,
    boot,
    hides,
    shows,
)

STOPS, OTHERS = Severity.STOPS, Severity.OTHERS
WDS = {"siaddr": PROXY}
WDS_4011 = {"siaddr": TFTP, "file": "boot\\x64\\wdsmgfw.efi"}
GRUB = {"siaddr": TFTP, "file": "grub.efi", "options": [NO_DISCOVERY]}


@pytest.mark.parametrize(
    ("firmware", "winner", "file"),
    [(EDK2, PROXY, "wdsmgfw.efi"), (VMWARE, PROXY, "wdsmgfw.efi"), (IPXE, DHCP, "boot.0")],
)
def test_r_rival(firmware: str, winner: str, file: str) -> None:
    """WDS answers beside a DHCP server that names a boot: who wins, and what is fetched."""
    trace = boot(firmware, proxy=WDS, proxy_4011=WDS_4011)
    finding = shows(trace, "R-RIVAL", OTHERS, f"The boot of {winner} wins", file)
    assert PROXY in finding.cures[0].do
    assert "do not respond" in finding.cures[0].windows


@pytest.mark.parametrize("firmware", [EDK2, VMWARE])
def test_r_rival_names_the_file_in_its_offer(firmware: str) -> None:
    """The other kind of proxy: with 43.6 = 8, without port 4011."""
    shows(boot(firmware, proxy=GRUB), "R-RIVAL", OTHERS, f"{PROXY} wins", "grub.efi")


def test_r_rival_is_none() -> None:
    """The DHCP server names nothing; both name the same; it is one host; there is no proxy."""
    nothing = {"siaddr": "0.0.0.0", "file": ""}
    hides(boot(EDK2, both=nothing, proxy=WDS, proxy_4011=WDS_4011), "R-RIVAL")
    same = {"siaddr": TFTP, "file": "boot.0", "options": [NO_DISCOVERY]}
    hides(boot(EDK2, proxy=same), "R-RIVAL")
    hides(boot(EDK2, proxy={**GRUB, "options": [NO_DISCOVERY, [54, "ip", DHCP]]}), "R-RIVAL")
    hides(boot(EDK2), "R-RIVAL")


def without_requests(trace: Trace, again: int) -> Trace:
    """The discovery of a boot, `again` times, and nothing else: a client that takes no offer."""
    whole = Trace(trace.profile, trace.title, trace.where)
    discovery = [
        record for record in trace.records
        if (seen := record.seen()) is not None and seen.message is not None
        and seen.message.type in (1, 2)
    ]  # fmt: skip
    for number in range(again):
        for record in discovery:
            whole.add(record.at + 10.0 * number, record.item)
    whole.stopped = "end-of-capture"
    return whole


@pytest.mark.parametrize("firmware", [EDK2, VMWARE])
@pytest.mark.parametrize("proxy", [{"siaddr": TFTP, "file": "a.efi"}, GRUB])
def test_r_split(firmware: str, proxy: dict[str, object]) -> None:
    """An address here, a boot there, and no DHCPREQUEST however often it asks."""
    trace = boot(firmware, both={"siaddr": "0.0.0.0", "file": ""}, proxy=proxy)
    finding = shows(without_requests(trace, 4), "R-SPLIT", STOPS, "no DHCPREQUEST", PROXY)
    assert any(TFTP in line for line in finding.cures[0].dnsmasq)


def test_r_split_is_whole_or_too_early() -> None:
    """One offer has both; it asked but twice; it requests; or the offers' port is the reason."""
    nothing = {"siaddr": "0.0.0.0", "file": ""}
    split = boot(EDK2, both=nothing, proxy=GRUB)
    hides(split, "R-SPLIT")
    hides(without_requests(split, 2), "R-SPLIT")
    hides(without_requests(boot(EDK2, proxy=GRUB), 4), "R-SPLIT")
    odd = boot(IPXE, both={**nothing, "src_port": 6767}, proxy={**GRUB, "src_port": 6767})
    hides(without_requests(odd, 4), "R-SPLIT")
