"""Every error code that a network can cause, on the network that shows it: the last screen lines.

The texts are those of the published lists of PXE error codes, which VMware's ROM prints too, and
EDK II's own. `pxeclient errors CODE` names the same networks.
"""

from __future__ import annotations

import pytest

from pxeclient.compare.console import printed
from pxeclient.outcome import Failed
from tests.boots import boot_on, profile
from tests.stories.firmwares import EDK2, EDK2_ARM, VMWARE, VMWARE_EFI

GOODBYE = "PXE-M0F: Exiting Intel PXE ROM."
"""What Intel's ROM says at the end of every boot that failed."""

BIOS = "Operating System not found"
"""What the machine itself says then."""

INTEL = [
    # code, network, keys, the lines before the goodbye
    ("PXE-E11", "arp-silent", (), ["PXE-E11: ARP timeout"]),
    ("PXE-E32", "tftp-silent", (), ["PXE-E32: TFTP open timeout"]),
    ("PXE-E32", "tftp-port-closed", (), ["PXE-E32: TFTP open timeout"]),
    ("PXE-E35", "tftp-stalls", (), ["PXE-E35: TFTP read timeout"]),
    (
        "PXE-E36",
        "tftp-error-0",
        (),
        ["PXE-T00: Volume is not mounted", "PXE-E36: Error received from TFTP server"],
    ),
    (
        "PXE-E36",
        "tftp-error-4",
        (),
        ["PXE-T04: Illegal TFTP operation", "PXE-E36: Error received from TFTP server"],
    ),
    (
        "PXE-E36",
        "tftp-error-midway",
        (),
        ["PXE-T00: scripted failure", "PXE-E36: Error received from TFTP server"],
    ),
    (
        "PXE-E3B",
        "tftp-missing",
        (),
        ["PXE-T01: File not found", "PXE-E3B: TFTP Error - File Not found"],
    ),
    (
        "PXE-E3C",
        "tftp-denied",
        (),
        ["PXE-T02: Access violation", "PXE-E3C: TFTP Error - Access Violation"],
    ),
    ("PXE-E3F", "tftp-block-too-long", (), ["PXE-E3F: TFTP packet size is invalid"]),
    ("PXE-E51", "silence", (), ["PXE-E51: No DHCP or proxyDHCP offers were received"]),
    (
        "PXE-E52",
        "proxy-only",
        (),
        ["PXE-E52: proxyDHCP offers were received. No DHCP offers were received"],
    ),
    ("PXE-E53", "no-boot-file", (), ["PXE-E53: No boot filename received"]),
    ("PXE-E53", "ack-without-boot-file", (), ["PXE-E53: No boot filename received"]),
    (
        "PXE-E55",
        "proxy-60-file-4011-dead",
        (),
        ["PXE-E55: ProxyDHCP service did not reply to request on port 4011"],
    ),
    (
        "PXE-E55",
        "samehost-60-only-4011-dead",
        (),
        ["PXE-E55: ProxyDHCP service did not reply to request on port 4011"],
    ),
    (
        "PXE-E74",
        "menu-without-prompt",
        (),
        ["PXE-E74: Bad or missing PXE menu and/or prompt information"],
    ),
    (
        "PXE-E74",
        "pxe-options-without-menu",
        (),
        ["PXE-E74: Bad or missing PXE menu and/or prompt information"],
    ),
    (
        "PXE-E76",
        "discovery-no-multicast-address",
        (),
        ["PXE-E76: Bad or missing multicast discovery address"],
    ),
    ("PXE-E77", "discovery-no-list", (), ["PXE-E77: Bad or missing discovery server list"]),
    ("PXE-E78", "boot-server-silent", (), ["PXE-E78: Could not locate boot server"]),
    ("PXE-E79", "boot-file-too-big", (), ["PXE-E79: NBP is too big to fit in free base memory"]),
    ("PXE-E7B", "no-server-address", (), ["PXE-E7B: Missing MTFTP server IP address"]),
    ("PXE-EA0", "menu", ("ESC",), ["PXE-EA0: Network boot canceled by keystroke"]),
    ("PXE-EA0", "menu", ("F8", "Ctrl-C"), ["PXE-EA0: Network boot canceled by keystroke"]),
]

UEFI = [
    ("PXE-E05", "tftp-size-understated", "Buffer size is smaller than the requested file."),
    ("PXE-E07", "nak", "Network device error."),
    ("PXE-E16", "no-boot-file", "No valid offer received."),
    ("PXE-E16", "request-unanswered", "No valid offer received."),
    ("PXE-E16", "proxy-60-file-4011-dead", "No valid offer received."),
    ("PXE-E18", "silence", "Server response timeout."),
    ("PXE-E18", "boot-server-silent", "Server response timeout."),
    ("PXE-E18", "tftp-silent", "Server response timeout."),
    ("PXE-E21", "menu-local-boot", "Remote boot cancelled."),
    ("PXE-E22", "tftp-icmp-error", "Client received ICMP error from server."),
    ("PXE-E23", "tftp-missing", "Client received TFTP error from server."),
    ("PXE-E53", "boot-server-stranger", "No boot filename received."),
    ("PXE-E99", "ack-without-boot-file", "Unexpected network error."),
    ("PXE-E99", "tftp-no-options", "Unexpected network error."),
    ("PXE-E99", "tftp-port-closed", "Unexpected network error."),
]


def boot(firmware: str, network: str, keys: tuple[str, ...] = ()) -> tuple[str, list[str]]:
    """Boot on the practice network: the code of the failure, and the machine's screen."""
    trace = boot_on(firmware, network, keys=keys)
    assert isinstance(trace.outcome, Failed)
    return trace.outcome.code, list(printed(trace, profile(firmware).traits.screen.columns))


@pytest.mark.parametrize(("code", "network", "keys", "lines"), INTEL)
def test_intels_rom_ends_with(
    code: str, network: str, keys: tuple[str, ...], lines: list[str]
) -> None:
    """Code, text, the server's words before it, and the goodbye; nothing else after TFTP."""
    ended, shown = boot(VMWARE, network, keys)
    assert ended == code
    assert shown[-len(lines) - 2 :] == [*lines, GOODBYE, BIOS]
    assert [line for line in shown if line.startswith("PXE-")] == [*lines, GOODBYE]


def test_a_local_boot_says_goodbye_once() -> None:
    """PXE-M0F alone: there is no error."""
    code, shown = boot(VMWARE, "menu-local-boot")
    assert code == ""
    assert [line for line in shown if line.startswith("PXE-")] == [GOODBYE]


@pytest.mark.parametrize("firmware", [EDK2, EDK2_ARM, VMWARE_EFI])
@pytest.mark.parametrize(("code", "network", "text"), UEFI)
def test_edk2_ends_with(firmware: str, code: str, network: str, text: str) -> None:
    """One code for many failures, and never the server's words."""
    ended, shown = boot(firmware, network)
    assert ended == code
    assert [line.strip() for line in shown if "PXE-" in line] == [f"{code}: {text}"]


def test_every_code_that_a_network_can_cause_is_here() -> None:
    """Those of Intel's ROM and of EDK II, each at least once."""
    for firmware, told in ((VMWARE, INTEL), (EDK2, UEFI)):
        known = profile(firmware).traits.failures.values()
        assert {row[0] for row in told} == {words.code for words in known if words.code}
