"""What PXE puts inside option 43, and iPXE inside option 175."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.wire import pxe
from pxeclient.wire.dhcp import END, PAD, Option, first, scan_options
from pxeclient.wire.errors import WireError
from pxeclient.wire.pxe import BootServers, MenuItem, MenuPrompt
from tests.wire.octets import addresses, cut_short, reads_or_refuses, words

TWO = IPv4Address("10.77.0.2")
FIVE = IPv4Address("10.77.0.5")

SERVERS = {
    "none": ((), ""),
    "one": ((BootServers(1, (FIVE,)),), "0001 01 0a4d0005"),
    "two of one type": ((BootServers(1, (FIVE, TWO)),), "0001 02 0a4d0005 0a4d0002"),
    "as dnsmasq lists a menu that it serves itself": (
        (BootServers(0x8000, (TWO,)), BootServers(0x8003, (TWO,))),
        "8000 01 0a4d0002 8003 01 0a4d0002",
    ),
    "without addresses": (
        (BootServers(3, ()), BootServers(0xFFFF, (TWO,))),
        "0003 00 ffff 01 0a4d0002",
    ),
}
MENUS = {
    "none": ((), ""),
    "one item": ((MenuItem(1, b"Boot item one"),), "0001 0d 426f6f74206974656d206f6e65"),
    "local boot and an empty text": (
        (MenuItem(0, b"Local"), MenuItem(9, b"")),
        "0000 05 4c6f63616c 0009 00",
    ),
    "dnsmasq's two": (
        (MenuItem(0x8000, b"Golden one"), MenuItem(0x8003, b"Golden two")),
        "8000 0a 476f6c64656e206f6e65 8003 0a 476f6c64656e2074776f",
    ),
}
each_list = pytest.mark.parametrize(("servers", "data"), SERVERS.values(), ids=SERVERS)
each_menu = pytest.mark.parametrize(("items", "data"), MENUS.values(), ids=MENUS)


@each_list
def test_boot_servers_read_and_write(servers: tuple[BootServers, ...], data: str) -> None:
    """Each list of boot servers is built to its octets and read back from them."""
    assert bytes.fromhex(data) == pxe.build_boot_servers(servers)
    assert servers == pxe.parse_boot_servers(bytes.fromhex(data))


@each_list
def test_boot_servers_cut_short(servers: tuple[BootServers, ...], data: str) -> None:
    """Cut between entries there are fewer of them; cut inside one, it is refused."""
    ends = {len(pxe.build_boot_servers(servers[:count])) for count in range(len(servers) + 1)}
    for part in cut_short(bytes.fromhex(data)):
        if len(part) in ends:
            assert part == pxe.build_boot_servers(pxe.parse_boot_servers(part))
        else:
            with pytest.raises(WireError, match=r"option 43\.8: the entry at octet \d+ is cut"):
                pxe.parse_boot_servers(part)


@each_list
@pytest.mark.parametrize("trailer", ["00", "0001", "000101", "0001010a4d00"])
def test_boot_servers_with_half_an_entry_more(
    servers: tuple[BootServers, ...], data: str, trailer: str
) -> None:
    """A broken last entry spoils the list; the error says where it begins."""
    with pytest.raises(WireError, match=f"at octet {len(bytes.fromhex(data))} is cut off"):
        pxe.parse_boot_servers(bytes.fromhex(data + trailer))


@each_menu
def test_a_menu_reads_and_writes(items: tuple[MenuItem, ...], data: str) -> None:
    """Each menu is built to its octets and read back from them."""
    assert bytes.fromhex(data) == pxe.build_menu(items)
    assert items == pxe.parse_menu(bytes.fromhex(data))


@each_menu
def test_a_menu_cut_short(items: tuple[MenuItem, ...], data: str) -> None:
    """Cut between items there are fewer of them; cut inside one, the menu is refused."""
    ends = {len(pxe.build_menu(items[:count])) for count in range(len(items) + 1)}
    for part in cut_short(bytes.fromhex(data)):
        if len(part) in ends:
            assert part == pxe.build_menu(pxe.parse_menu(part))
        else:
            with pytest.raises(WireError, match=r"option 43\.9: the item at octet \d+ is cut"):
                pxe.parse_menu(part)


@each_menu
@pytest.mark.parametrize("trailer", ["00", "0001", "000101", "00010561"])
def test_a_menu_with_half_an_item_more(
    items: tuple[MenuItem, ...], data: str, trailer: str
) -> None:
    """A broken last item spoils the menu; the error says where it begins."""
    with pytest.raises(WireError, match=f"at octet {len(bytes.fromhex(data))} is cut off"):
        pxe.parse_menu(bytes.fromhex(data + trailer))


@given(
    st.lists(st.builds(BootServers, words, st.lists(addresses, max_size=255).map(tuple))).map(tuple)
)
def test_any_boot_servers_read_back(servers: tuple[BootServers, ...]) -> None:
    """What was built is what is read, up to 255 addresses of a type."""
    assert servers == pxe.parse_boot_servers(pxe.build_boot_servers(servers))


@given(st.lists(st.builds(MenuItem, words, st.binary(max_size=255))).map(tuple))
def test_any_menu_reads_back(items: tuple[MenuItem, ...]) -> None:
    """What was built is what is read, up to 255 octets of text."""
    assert items == pxe.parse_menu(pxe.build_menu(items))


@given(st.binary(max_size=100))
def test_any_octets_are_read_or_refused(data: bytes) -> None:
    """No octets make anything but servers, items, a prompt, sub-options or a WireError."""
    reads_or_refuses(pxe.parse_boot_servers, data)
    reads_or_refuses(pxe.parse_menu, data)
    reads_or_refuses(pxe.parse_prompt, data)
    sub = pxe.parse_suboptions(data)
    pxe.discovery_control(sub)
    assert data.startswith(pxe.build_suboptions(sub, end=False))


@given(st.binary(max_size=100))
def test_what_is_read_is_written_back(data: bytes) -> None:
    """Lists that were read without complaint are built to the very same octets."""
    with suppress(WireError):
        assert data == pxe.build_boot_servers(pxe.parse_boot_servers(data))
    with suppress(WireError):
        assert data == pxe.build_menu(pxe.parse_menu(data))


@pytest.mark.parametrize(
    ("data", "prompt"),
    [
        ("00", MenuPrompt(0, b"")),
        ("00 50584520626f6f74", MenuPrompt(0, b"PXE boot")),
        ("0a 505845", MenuPrompt(10, b"PXE")),
        ("03 476f6c64656e206d656e75", MenuPrompt(3, b"Golden menu")),
        ("ff 50726573732046382e", MenuPrompt(255, b"Press F8.")),
    ],
)
def test_a_prompt_is_seconds_and_text(data: str, prompt: MenuPrompt) -> None:
    """The first octet is the time, 255 meaning for ever; the rest, if any, is shown."""
    assert prompt == pxe.parse_prompt(bytes.fromhex(data))


def test_an_empty_prompt_is_refused() -> None:
    """Without its first octet a prompt says nothing."""
    with pytest.raises(WireError, match=r"option 43\.10: empty"):
        pxe.parse_prompt(b"")


@given(
    st.lists(
        st.builds(Option, st.integers(1, 254), st.binary(max_size=255)) | st.just(Option(PAD))
    ).map(tuple),
    st.booleans(),
)
def test_any_suboptions_read_back(sub: tuple[Option, ...], end: bool) -> None:
    """Sub-options keep their order, with or without END behind them."""
    data = pxe.build_suboptions(sub, end=end)
    assert sub == pxe.parse_suboptions(data)
    assert end == (Option(END) in scan_options(data)[0])


def test_what_follows_a_broken_suboption_is_left_out() -> None:
    """Options before the one that overruns are read; END hides what comes after it."""
    assert (Option(6, b"\3"),) == pxe.parse_suboptions(bytes.fromhex("060103 0807 0001"))
    assert (Option(6, b"\3"),) == pxe.parse_suboptions(bytes.fromhex("060103 ff 0a0100"))
    assert pxe.parse_suboptions(b"") == ()


@pytest.mark.parametrize(
    ("data", "control"),
    [("060103ff", 3), ("060108", 8), ("06020108ff", 1), ("0600ff", None), ("0a0100ff", None)],
)
def test_discovery_control_is_one_octet_of_bits(data: str, control: int | None) -> None:
    """An absent and an empty 43.6 are the same: none."""
    assert control == pxe.discovery_control(pxe.parse_suboptions(bytes.fromhex(data)))


# --- as captured --------------------------------------------------------------------------


def test_a_menu_with_one_boot_server() -> None:
    """Option 43 of an offer that EDK II took its boot server from."""
    data = bytes.fromhex(
        "060103"
        "0807 0001 01 0a4d0005"
        "0910 0001 0d 426f6f74206974656d206f6e65"
        "0a09 00 50584520626f6f74"
        "ff"
    )
    sub = pxe.parse_suboptions(data)
    assert data == pxe.build_suboptions(sub)
    assert [option.code for option in sub] == [6, 8, 9, 10]
    assert pxe.discovery_control(sub) == pxe.NO_BROADCAST | pxe.NO_MULTICAST
    assert SERVERS["one"][0] == pxe.parse_boot_servers(first(sub, pxe.BOOT_SERVERS) or b"")
    assert MENUS["one item"][0] == pxe.parse_menu(first(sub, pxe.BOOT_MENU) or b"")
    assert MenuPrompt(0, b"PXE boot") == pxe.parse_prompt(first(sub, pxe.MENU_PROMPT) or b"")


def test_the_menu_of_dnsmasq() -> None:
    """Option 43 of dnsmasq with two services and a prompt."""
    data = bytes.fromhex(
        "060103080e8000010a4d00028003010a4d0002091a80000a476f6c64656e206f6e6580030a476f6c64656e"
        "2074776f0a0c03476f6c64656e206d656e75ff"
    )
    sub = pxe.parse_suboptions(data)
    assert data == pxe.build_suboptions(sub)
    assert pxe.discovery_control(sub) == 3
    listed = SERVERS["as dnsmasq lists a menu that it serves itself"][0]
    assert listed == pxe.parse_boot_servers(first(sub, pxe.BOOT_SERVERS) or b"")
    assert MENUS["dnsmasq's two"][0] == pxe.parse_menu(first(sub, pxe.BOOT_MENU) or b"")
    assert MenuPrompt(3, b"Golden menu") == pxe.parse_prompt(first(sub, pxe.MENU_PROMPT) or b"")


@pytest.mark.parametrize(
    ("data", "item"),
    [("470400010000ff", "00010000"), ("470480000000ff", "80000000")],
    ids=["EDK II asks for type 1", "iPXE asks for type 0x8000"],
)
def test_the_chosen_item(data: str, item: str) -> None:
    """A request to a boot server names the type and the layer that it wants, in option 43.71."""
    sub = pxe.parse_suboptions(bytes.fromhex(data))
    assert (Option(pxe.BOOT_ITEM, bytes.fromhex(item)),) == sub
    assert bytes.fromhex(data) == pxe.build_suboptions(sub)


def test_what_ipxe_says_about_itself() -> None:
    """Option 175 of an iPXE DISCOVER: its network card, and the features that it has."""
    data = bytes.fromhex(
        "b10501808610d3eb03010000170101220101130101110101270101190101290101100102210101150101"
        "180101120101"
    )
    sub = pxe.parse_suboptions(data)
    assert data == pxe.build_suboptions(sub, end=False)
    assert first(sub, pxe.IPXE_BUS_ID) == bytes.fromhex("01 8086 10d3")
    assert first(sub, 235) == bytes.fromhex("010000")
    assert [o.code for o in sub] == [177, 235, 23, 34, 19, 17, 39, 25, 41, 16, 33, 21, 24, 18]


def test_what_ipxe_is_told() -> None:
    """Option 175 of a server that says: do not wait for a ProxyDHCP server."""
    sub = pxe.parse_suboptions(bytes.fromhex("b00101 010105 ff"))
    assert first(sub, pxe.IPXE_NO_PXEDHCP) == b"\1"
    assert first(sub, pxe.IPXE_PRIORITY) == b"\5"


def test_mtftp_parameters_read_and_write() -> None:
    """Ports are in Intel order, the low octet first."""
    mtftp = pxe.Mtftp(IPv4Address("239.77.0.1"), 1758, 1759, 2, 3)
    options = pxe.build_mtftp(mtftp)
    written = bytes.fromhex("0104ef4d0001 0202de06 0302df06 040102 050103 ff")
    assert pxe.build_suboptions(options) == written
    assert pxe.parse_mtftp(pxe.parse_suboptions(written)) == mtftp
    assert mtftp.is_usable


@pytest.mark.parametrize("code", range(1, 6))
def test_mtftp_takes_all_five_whole_and_none_zero(code: int) -> None:
    """Without any one, with one of another length, or with a zero it is of no use."""
    mtftp = pxe.Mtftp(IPv4Address("239.77.0.1"), 1758, 1759, 2, 3)
    options = pxe.build_mtftp(mtftp)
    others = tuple(option for option in options if option.code != code)
    whole = next(option.data for option in options if option.code == code)
    assert pxe.parse_mtftp(others) is None
    assert pxe.parse_mtftp((*others, Option(code, whole + b"\1"))) is None
    zero = pxe.parse_mtftp((*others, Option(code, bytes(len(whole)))))
    assert zero is not None
    assert not zero.is_usable


@pytest.mark.parametrize(
    ("control", "needed"),
    [(0, False), (1, False), (2, False), (3, True), (4, True), (7, True), (8, False), (11, True)],
)
def test_discovery_control_may_leave_only_the_list(control: int, needed: bool) -> None:
    """Bit 2 says so, and bits 0 and 1 leave nothing else."""
    assert pxe.needs_list(control) is needed


@pytest.mark.parametrize(
    ("sub", "disables", "tags"),
    [
        ((), False, False),
        ((Option(6),), False, True),
        ((Option(6, b"\7"),), False, True),
        ((Option(6, b"\x0b"),), True, True),
        ((Option(71, b"\0\1\0\0"),), False, True),
        ((Option(1, bytes(4)),), False, False),
    ],
)
def test_what_option_43_says_of_discovery(
    sub: tuple[Option, ...], disables: bool, tags: bool
) -> None:
    """Bit 3 of discovery control switches it off; any of its options speaks of it."""
    assert (pxe.disables_discovery(sub), pxe.has_discovery_tags(sub)) == (disables, tags)
