"""A recorded console log as the screen showed it."""

from __future__ import annotations

import pytest

from pxeclient.compare.console import differing_lines, recorded

CTRL_B = "Press Ctrl-B for the iPXE command line"
IPXE = "iPXE 2.0.0+ (g0ab22) -- Open Source Network Boot Firmware -- https://ipxe.org\n"


def of_ipxe(text: str) -> list[str]:
    """The lines after the banner."""
    return recorded("SeaBIOS\niPXE (https://ipxe.org) 00:02.0\n\n" + IPXE + text)[1:]


def test_only_the_firmwares_part_counts() -> None:
    """From its banner to what the boot file prints."""
    log = "SeaBIOS\nBooting from ROM...\n\n" + IPXE + "Filename: a\n\nGOLDEN-NBP-EXECUTED\n"
    assert recorded(log) == [IPXE.strip(), "Filename: a"]
    uefi = "\x1b[=3h\n>>Start PXE over IPv4.\n  PXE-E18\n\n>>Start PXE over IPv6.\n"
    assert recorded(uefi) == [">>Start PXE over IPv4.", "  PXE-E18"]
    assert recorded("SeaBIOS\n") == []


@pytest.mark.parametrize(
    ("log", "screen"),
    [
        ("Press Ctrl-B for the iPXE command line..net0: up", ["net0: up"]),
        ("Press F8 (3 (2 (1\nPXEBS", ["Press F8", "PXEBS"]),
        ("tftp://10.0.0.1/a...  0    ok", ["tftp://10.0.0.1/a... ok"]),
        ("a : 512 bytes [PXE-NBP\nGOLDEN-NBP", ["a : 512 bytes [PXE-NBP]"]),
        ("[Link:up, TX:1 TXE:2 RX:0]\n  [TXE: 2 x", ["[Link:up, TX:0 TXE:0 RX:0]"]),
        ("\n A. One\n A. One", ["", " A. One"]),
        (f"ok\n\n{CTRL_B}..BdsDxe: failed", ["ok", "", f"{CTRL_B}..."]),
    ],
)  # fmt: skip
def test_a_rule_for_each_trait_of_the_log(log: str, screen: list[str]) -> None:
    """As the module lists them."""
    assert of_ipxe(log) == screen


def test_edk2s_countdown_stands_behind_its_text() -> None:
    """And the cursor goes to an empty line below."""
    log = ">>Start PXE over IPv4.\nPress F8\n(3) (2) (1)\n  Server IP address is 10.0.0.1\n"
    assert recorded(log)[1:] == ["Press F8(1)", "", "  Server IP address is 10.0.0.1"]


def test_what_differs_is_told_line_by_line() -> None:
    """With who shows it."""
    assert list(differing_lines(["a", "b."], ["a", "b.."])) == [
        "our screen shows 'b.', the recorded one does not",
        "the recorded screen shows 'b..', ours does not",
    ]
    assert list(differing_lines(["a"], ["a"])) == []
