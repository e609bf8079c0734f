"""From what somebody types to the page that explains it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.errors.lookup import UnknownError, look_up, pages
from pxeclient.errors.meanings import meanings

PUBLISHED = {
    # published lists of PXE error codes, Intel's ROMs for BIOS
    "PXE-E00": "Could not find enough free base memory",
    "PXE-E01": "PCI Vendor and Device IDs do not match",
    "PXE-E04": "Error reading PCI configuration space",
    "PXE-E05": "EEPROM checksum error",
    "PXE-E06": "Option ROM requires DDIM support",
    "PXE-E07": "PCI BIOS calls not supported",
    "PXE-E08": "Unexpected API error",
    "PXE-E09": "Unexpected UNDI loader error",
    "PXE-E11": "ARP timeout",
    "PXE-E20": "BIOS extended memory copy error",
    "PXE-E21": "BIS integrity check failed",
    "PXE-E22": "BIS image/credential validation failed",
    "PXE-E23": "BIS initialization failed",
    "PXE-E24": "BIS shutdown failed",
    "PXE-E25": "BIS get boot object authorization check flag failed",
    "PXE-E26": "BIS free memory failed",
    "PXE-E27": "BIS get signature information failed",
    "PXE-E28": "BIS bad entry structure checksum",
    "PXE-E32": "TFTP open timeout",
    "PXE-E35": "TFTP read timeout",
    "PXE-E36": "Error received from TFTP server",
    "PXE-E38": "TFTP cannot open connection",
    "PXE-E39": "TFTP cannot read from connection",
    "PXE-E3A": "TFTP too many packages",
    "PXE-E3B": "TFTP Error - File Not found",
    "PXE-E3C": "TFTP Error - Access Violation",
    "PXE-E3F": "TFTP packet size is invalid",
    "PXE-E51": "No DHCP or proxyDHCP offers were received",
    "PXE-E52": "proxyDHCP offers were received. No DHCP offers were received",
    "PXE-E53": "No boot filename received",
    "PXE-E55": "ProxyDHCP service did not reply to request on port 4011",
    "PXE-E60": "Invalid UNDI API function number",
    "PXE-E61": "Media test failure, check cable",
    "PXE-E63": "Error while initializing the NIC",
    "PXE-E64": "Error while initializing the PHY",
    "PXE-E65": "Error while reading the configuration data",
    "PXE-E66": "Error while reading the initialization data",
    "PXE-E67": "Invalid MAC address",
    "PXE-E68": "Invalid EEPROM checksum",
    "PXE-E69": "Error while setting interrupt",
    "PXE-E74": "Bad or missing PXE menu and/or prompt information",
    "PXE-E76": "Bad or missing multicast discovery address",
    "PXE-E77": "Bad or missing discovery server list",
    "PXE-E78": "Could not locate boot server",
    "PXE-E79": "NBP is too big to fit in free base memory",
    "PXE-E7A": "Client could not locate a secure server",
    "PXE-E7B": "Missing MTFTP server IP address",
    "PXE-EA0": "Network boot canceled by keystroke",
    "PXE-EC1": "BaseCode ROM ID structure was not found",
    "PXE-EC3": "BaseCode ROM ID structure is invalid",
    "PXE-EC4": "UNDI ROM ID structure was not found",
    "PXE-EC5": "UNDI ROM ID structure is invalid",
    "PXE-EC6": "UNDI driver image is invalid",
    "PXE-EC8": "!PXE structure was not found in UNDI driver code segment",
    "PXE-EC9": "PXENV+ structure was not found in UNDI driver code segment",
    "PXE-M0F": "Exiting Intel PXE ROM",
    # EDK II, PxeBcBoot.c
    "PXE-E12": "Could not detect network connection",
    "PXE-E16": "No valid offer received",
    "PXE-E18": "Server response timeout",
    "PXE-E99": "Unexpected network error",
}


@pytest.mark.parametrize("code", PUBLISHED)
def test_every_published_code_has_its_page(code: str) -> None:
    """With the text that the lists give it."""
    page = look_up(code)
    assert page.name == code
    assert f"{code}: {PUBLISHED[code]}" in [text.rstrip(".") for text in page.texts]


@pytest.mark.parametrize(
    ("code", "family"),
    [
        ("PXE-E05", "edk2"),
        ("PXE-E07", "edk2"),
        ("PXE-E21", "edk2"),
        ("PXE-E22", "edk2"),
        ("PXE-E23", "edk2"),
    ],
)
def test_a_code_means_different_things(code: str, family: str) -> None:
    """On UEFI a network causes it, on Intel's ROMs for BIOS the machine itself does."""
    page = look_up(code)
    assert {meaning.family.name for meaning in page.meanings} == {family}
    assert [group.family for group, _ in page.others] == ["intel21"]


@pytest.mark.parametrize("code", ["PXE-E16", "PXE-E18", "PXE-E99", "PXE-E12"])
def test_codes_that_only_uefi_has(code: str) -> None:
    """Intel's ROMs for BIOS never print them."""
    page = look_up(code)
    families = {m.family.name for m in page.meanings} | {g.family for g, _ in page.others}
    assert families == {"edk2"}


@pytest.mark.parametrize(
    "query",
    [
        "PXE-E55",
        "E55",
        "pxe-e55",
        "pxee55",
        " e55 ",
        "PXE-E55:",
        "PXE-E55: ProxyDHCP service did not reply to request on port 4011",
        "did not reply to request on port 4011",
    ],
)
def test_ways_to_name_a_pxe_code(query: str) -> None:
    """With and without prefix, in any case, with what stands behind it on the screen."""
    assert look_up(query).name == "PXE-E55"


@pytest.mark.parametrize(
    "query",
    [
        "2d03e13b",
        "2D03E13B",
        "0x2d03e13b",
        "https://ipxe.org/2d03e13b",
        "http://ipxe.org/2d03e13b",
        "http://ipxe.org/err/2d03e13b",
        "Nothing to boot: No such file or directory (http://ipxe.org/2d03e13b)",
    ],
)
def test_ways_to_name_a_number_of_ipxe(query: str) -> None:
    """As a number, as a URL, as the line on the screen."""
    assert look_up(query).name == "2d03e13b"


@pytest.mark.parametrize("query", ["PXE-T", "PXE-Tnn", "T01", "PXE-T00: scripted failure"])
def test_the_line_with_the_servers_words(query: str) -> None:
    """Whatever its number is."""
    assert look_up(query).name == "PXE-T"


@pytest.mark.parametrize("name", list(dict.fromkeys(each.name for each in meanings())))
def test_every_name_in_the_list_leads_to_its_page(name: str) -> None:
    """Codes, and texts that have none."""
    assert look_up(name).name == name


@given(st.text(max_size=40))
def test_any_text_gets_an_answer(query: str) -> None:
    """A page, or a sentence that names pages there are or, where none is alike, the query."""
    try:
        answer = look_up(query).name
    except UnknownError as error:
        answer = str(error.args[0])
    unknown = "the closest are" not in answer and repr(query.strip()) in answer
    assert any(name in answer for name in pages()) or unknown


@pytest.mark.parametrize(
    ("query", "close"),
    [
        ("PXE-E5A", "PXE-E51, PXE-E52, PXE-E53"),
        ("2d03e13a", "2d03e13b, "),
        ("No more network device5", "No more network devices"),
    ],
)
def test_the_closest_are_named(query: str, close: str) -> None:
    """Codes that begin alike, texts that look alike."""
    with pytest.raises(UnknownError, match=f"the closest are .*{close}"):
        look_up(query)


def test_a_text_of_several_codes() -> None:
    """They are named, and none is chosen."""
    with pytest.raises(UnknownError, match="stands in several texts: 4c106035, 4c126035"):
        look_up("Connection timed out")
