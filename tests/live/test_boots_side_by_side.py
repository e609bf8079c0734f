"""Three firmwares beside each other before the same real servers: three stories of each set-up.

VMware's ROM, iPXE of 2019 and EDK II boot one after the other in one lab. Each test says what
the servers are, and for each firmware what it boots, who named it, how often port 4011 was
asked, or the code it ends with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest

from pxeclient.lab import Lab
from tests.live.boots import (
    CONTENT,
    EDK2,
    IPXE_2019,
    VMWARE,
    Boot,
    assert_booted,
    assert_failed,
    boot,
    dhcpd_conf,
)
from tests.live.test_boots_servers import (
    NEXT_SERVER_AND_FILE,
    NO_DISCOVERY,
    PROXY,
    SAYS_PXECLIENT,
    SERVER,
    Servers,
    dhcpd,
    dnsmasq,
    proxy,
)

pytestmark = pytest.mark.live

PACE = 0.1
"""--time-scale: these boots wait for a prompt, a spanning tree, or for nobody."""


@dataclass(frozen=True, slots=True)
class Story:
    """What comes of one firmware's boot."""

    asked: int
    """Requests to port 4011."""
    file: str = ""
    """The boot file; empty where it fails."""
    port: int = 4011
    """Where the reply that names the file comes from; 67 is the DHCP server's own DHCPACK."""
    types: tuple[int, ...] = ()
    """The boot-server types that were asked for, without repeats."""
    status: int = 0
    failure: str = ""
    code: str = ""


SECOND = b"the second file"
CONTENTS = {"boot.0": CONTENT, "menu2.0": SECOND}


def services(*items: tuple[str, str]) -> list[str]:
    """dnsmasq's menu: the same items for BIOS and x64 UEFI machines, each as text and file.

    EDK II says architecture 7, which dnsmasq calls X86-64_EFI, and 9 BC_EFI.
    """
    return [
        f"--pxe-service={machine},{text},{file}"
        for machine in ("x86PC", "X86-64_EFI")
        for text, file in items
    ]


ONE = services(("Boot", "boot"))
TWO = [*services(("First", "boot"), ("Second", "menu2")), "--pxe-prompt=Press F8,3"]
SECOND_ITEM = ("--key", "F8", "--key", "Down", "--key", "Enter")
BIOS, EFI = 0x8000, 0x8002
"""The types that dnsmasq gives the first items of BIOS and of UEFI machines, counting all."""


def beside_dhcpd(*options: str) -> Servers:
    """Dnsmasq in proxy mode beside ISC dhcpd on another host."""
    return lambda lab: proxy(lab, *options, serves_address=dhcpd_conf())


def tell(lab: Lab, servers: Servers, keys: tuple[str, ...] = ()) -> dict[str, Boot]:
    """Boot the three, one after the other."""
    servers(lab)
    (lab.folder / "tftp" / "menu2.0").write_bytes(SECOND)
    return {
        firmware: boot(lab, firmware, *keys, scale=PACE) for firmware in (VMWARE, IPXE_2019, EDK2)
    }


def check(boots: Mapping[str, Boot], stories: Mapping[str, Story], asked: str = SERVER) -> None:
    """Hold each boot against its story; `asked` is the host that has port 4011."""
    for firmware, story in stories.items():
        done = boots[firmware]
        assert done.asked == [asked] * story.asked, firmware
        types = [request["boot_server_type"] for request in done.report["requests_on_4011"]]
        assert tuple(dict.fromkeys(kind for kind in types if kind is not None)) == story.types
        if not story.file:
            assert_failed(done, story.status, story.failure, story.code)
            assert "RRQ" not in {event["kind"] for event in done.sent}
            continue
        who = (
            f"the DHCPACK from {asked}:4011" if story.port == 4011 else f"the DHCPACK from {asked}"
        )
        assert_booted(done, asked, name=story.file, content=CONTENTS[story.file])
        assert done.report["boot_file"]["named_by"] == who
        assert done.report["lease"]["server"] == SERVER


ONE_ITEM = {
    VMWARE: Story(1, "boot.0", types=(BIOS,)),
    IPXE_2019: Story(1, "boot.0", types=(BIOS,)),
}


def test_one_service_on_the_dhcp_host(lab: Lab) -> None:
    """dnsmasq, one pxe-service: the BIOS firmwares ask its boot server; EDK II asks in vain.

    For a UEFI machine with one item dnsmasq leaves the menu out, and as the DHCP server it does
    not answer the request for the file that EDK II then makes.
    """
    silent = Story(4, status=13, failure="no-proxy-reply", code="PXE-E16")
    check(tell(lab, dnsmasq(*ONE)), {**ONE_ITEM, EDK2: silent})


def test_one_service_of_a_proxy(lab: Lab) -> None:
    """The same in proxy mode: now it answers EDK II, which asks for no type."""
    boots = tell(lab, beside_dhcpd(*ONE))
    check(boots, {**ONE_ITEM, EDK2: Story(1, "boot.0")}, PROXY)


@pytest.mark.parametrize(
    ("keys", "file", "item"), [((), "boot.0", 0), (SECOND_ITEM, "menu2.0", 1)], ids=["wait", "keys"]
)
def test_two_services_on_the_dhcp_host(
    lab: Lab, keys: tuple[str, ...], file: str, item: int
) -> None:
    """Two pxe-service and a prompt of three seconds: the first item in the end, or the one chosen.

    Each asks the boot server once, for the type that dnsmasq gave the item.
    """
    boots = tell(lab, dnsmasq(*TWO), keys)
    bios = Story(1, file, types=(BIOS + item,))
    check(boots, {VMWARE: bios, IPXE_2019: bios, EDK2: Story(1, file, types=(EFI + item,))})
    # Not told of iPXE, which waits for an IPv6 router first, far longer than the prompt lasts.
    at_prompt = {firmware for firmware in (VMWARE, EDK2) if waited(boots[firmware])}
    assert at_prompt == (set() if keys else {VMWARE, EDK2})


@pytest.mark.parametrize(
    ("keys", "file", "item"), [((), "boot.0", 0), (SECOND_ITEM, "menu2.0", 1)], ids=["wait", "keys"]
)
def test_two_services_of_a_proxy(lab: Lab, keys: tuple[str, ...], file: str, item: int) -> None:
    """The same beside dhcpd: EDK II asks port 4011 for the menu first, the others have it."""
    boots = tell(lab, beside_dhcpd(*TWO), keys)
    bios = Story(1, file, types=(BIOS + item,))
    efi = Story(2, file, types=(EFI + item,))
    check(boots, {VMWARE: bios, IPXE_2019: bios, EDK2: efi}, PROXY)


def waited(done: Boot) -> bool:
    """The three seconds of the prompt passed between the DHCPACK and the boot server."""
    leased = min(event["at"] for event in done.received if event["kind"] == "DHCPACK")
    asked = max(event["at"] for event in done.sent if event["to"].endswith(":4011"))
    return bool(asked - leased >= 2.9)


def test_discovery_switched_off(lab: Lab) -> None:
    """Dhcpd: option 60, server, file, and 43.6 with bit 3: all three boot the file at once."""
    boots = tell(lab, dhcpd(SAYS_PXECLIENT, NO_DISCOVERY, *NEXT_SERVER_AND_FILE))
    check(boots, dict.fromkeys(boots, Story(0, "boot.0", port=67)))


def test_option_60_and_file(lab: Lab) -> None:
    """The same without option 43: PXE-E55, a boot, PXE-E16."""
    boots = tell(lab, dhcpd(SAYS_PXECLIENT, *NEXT_SERVER_AND_FILE))
    check(
        boots,
        {
            VMWARE: Story(4, status=13, failure="no-proxy-reply", code="PXE-E55"),
            IPXE_2019: Story(0, "boot.0", port=67),
            EDK2: Story(4, status=13, failure="no-proxy-reply", code="PXE-E16"),
        },
    )


MENU_ITEM = 0x8001
MENU_OF_ONE = (
    "option vendor-encapsulated-options"
    " 06:01:03:"  # no broadcast, no multicast
    "08:07:80:01:01:0a:4d:00:01:"  # boot servers of type 0x8001: 10.77.0.1
    "09:0a:80:01:07:42:6f:6f:74:20:75:70:"  # the menu: that type, "Boot up"
    "0a:03:00:47:6f:ff;"  # the prompt: choose at once, "Go"
)


def test_a_menu_that_leads_to_nobody(lab: Lab) -> None:
    """Dhcpd: 43.6 without bit 3, a list and a menu: the list's server has no port 4011.

    The file in the offer helps nobody; they differ in patience and in words.
    """
    boots = tell(lab, dhcpd(SAYS_PXECLIENT, MENU_OF_ONE, *NEXT_SERVER_AND_FILE))
    lost = Story(4, types=(MENU_ITEM,), status=14, failure="no-discovery-reply")
    check(
        boots,
        {
            VMWARE: replace(lost, code="PXE-E78"),
            IPXE_2019: replace(lost, code="4c106035", asked=2),
            EDK2: replace(lost, code="PXE-E18"),
        },
    )


def test_discovery_without_list_or_menu(lab: Lab) -> None:
    """Dhcpd: 43.6 = 0 and nothing else in option 43: PXE-E76, a boot, the next boot device."""
    discovery = "option vendor-encapsulated-options 06:01:00:ff;"
    boots = tell(lab, dhcpd(SAYS_PXECLIENT, discovery, *NEXT_SERVER_AND_FILE))
    check(
        boots,
        {
            VMWARE: Story(0, status=14, failure="bad-multicast-address", code="PXE-E76"),
            IPXE_2019: Story(0, "boot.0", port=67),
            EDK2: Story(0, status=15, failure="local-boot", code="PXE-E21"),
        },
    )
