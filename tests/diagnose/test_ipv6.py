"""Findings of boots over IPv6: recordings of real firmware, and frames like theirs with one change.

Nothing boots over IPv6 here by itself, so each finding has a recording that shows it and one like
it that does not.
"""

from __future__ import annotations

from functools import cache
from ipaddress import IPv6Address
from pathlib import Path

import pytest

from pxeclient.boot.events import FrameReceived
from pxeclient.diagnose import Severity, diagnose
from pxeclient.explain.story import explain
from pxeclient.stack.acts import SendFrame
from pxeclient.trace import Trace
from pxeclient.wire import dhcp6, ndp
from pxeclient.wire import dhcp6_options as options
from pxeclient.wire.dhcp6 import Option
from pxeclient.wire.dhcp6_options import Association, Status, VendorClass
from tests.diagnose.boots import hides, shows
from tests.seen.ipv6 import (
    ADDRESS,
    BOOT,
    HTTP,
    PXE,
    SERVER,
    SERVER_MAC,
    answered,
    neighbour,
    release,
    reply,
    request,
    router,
    solicit,
    stateless,
)

FOLDER = Path(__file__).parents[1] / "captures6"
FILES = Path(__file__).parents[1] / "explain" / "files"
STOPS, OTHERS, NOTE = Severity.STOPS, Severity.OTHERS, Severity.NOTE


@cache
def recorded(name: str, firmware: str = "ovmf-virtio") -> Trace:
    """A recording's attempt."""
    return captured(FOLDER / firmware / name / "capture.pcap")


@cache
def captured(path: Path) -> Trace:
    """The first attempt in a capture."""
    (story,) = explain(path, []).stories
    return story.attempts[0].trace


def trace(*frames: bytes) -> Trace:
    """The client's frames and those that it heard, half a second apart."""
    found = Trace("unknown", "an unknown firmware", "a test")
    for at, octets in enumerate(frames):
        ours = octets[6:12] == solicit()[6:12]
        found.add(at / 2, SendFrame(octets) if ours else FrameReceived(octets))
    return found


def lease(*more: Option, url: bytes | None = b"tftp://[fd77::3]/boot.efi") -> tuple[bytes, ...]:
    """ADVERTISE, REQUEST and REPLY with these options."""
    return (
        answered(reply(dhcp6.ADVERTISE, 1, *more, url=url)),
        request(),
        answered(reply(dhcp6.REPLY, 2, *more, url=url)),
    )


# --- the URL --------------------------------------------------------------------------------
def test_no_url() -> None:
    """In none of its messages; in the REPLY alone."""
    shows(recorded("p6-no-url"), "V6-URL", STOPS, "fe80::1", "architecture 7")
    shows(recorded("p6-url-adv-only"), "V6-URL", STOPS, "REPLY", "other of the two has one")
    hides(recorded("p6-plain"), "V6-URL")


def test_a_rule_that_matches_dhcpv4s_option() -> None:
    """No server's message has a URL; the cure names DHCPv6's option, for this architecture."""
    found = shows(captured(FILES / "dnsmasq-v4-option-name.pcap"), "V6-URL", STOPS)
    assert found.cures[0].dnsmasq[0] == "dhcp-match=set:arch,option6:61,00:07"
    assert "option6:61" in found.cures[0].do


@pytest.mark.parametrize(("arch", "colon"), [(11, "00:0b"), (9, "00:09"), (6, "00:06")])
def test_no_url_for_another_architecture(arch: int, colon: str) -> None:
    """The cure is for the machine at hand."""
    answer = answered(reply(dhcp6.ADVERTISE, 1, url=None))
    found = shows(trace(solicit(arch=arch), answer), "V6-URL", STOPS, f"architecture {arch}")
    assert found.cures[0].dnsmasq[0].endswith(colon)
    assert found.cures[0].kea[0].endswith(f'0x{arch:04x}",')
    hides(trace(solicit(arch=arch), *lease()), "V6-URL")


def test_another_server_has_the_url() -> None:
    """Then somebody told the client."""
    bare = answered(reply(dhcp6.ADVERTISE, 1, url=None))
    hides(trace(solicit(), bare, answered(reply(dhcp6.ADVERTISE, 1))), "V6-URL")


def test_a_url_of_port_4011() -> None:
    """A PXE server's messages need none."""
    says = Option(16, options.build_vendor_class(VendorClass(343, (b"PXEClient",))))
    hides(trace(solicit(), *lease(says, url=None)), "V6-URL")


def test_not_tftp() -> None:
    """A scheme that EDK II's PXE client does not take, or not so written."""
    shows(recorded("p6-url-http"), "V6-SCHEME", STOPS, "http://[fd77::7]/boot.efi")
    shows(recorded("p6-url-upper"), "V6-SCHEME", STOPS, "TFTP://")
    hides(recorded("p6-plain"), "V6-SCHEME")
    hides(recorded("h6-plain"), "V6-SCHEME")
    hides(recorded("i6-http", "ipxe-e1000e"), "V6-SCHEME")


def test_a_name_without_a_name_server() -> None:
    """An IPv4 address is a name, too."""
    shows(recorded("p6-url-name-no-dns"), "V6-DNS", STOPS, "boot.test")
    shows(recorded("p6-url-v4"), "V6-DNS", STOPS, "10.77.0.3")
    shows(recorded("h6-name-no-dns"), "V6-DNS", STOPS, "boot.test")
    hides(recorded("p6-url-name"), "V6-DNS")
    hides(recorded("p6-plain"), "V6-DNS")


@pytest.mark.parametrize("url", [b"tftp://[fd77::zz]/x", b"tftp://[boot]/x", b"http://a/"])
def test_what_is_no_address(url: bytes) -> None:
    """However it is written."""
    shows(trace(solicit(), *lease(url=url)), "V6-DNS", STOPS)


# --- who answers ----------------------------------------------------------------------------
def test_port_4011_is_silent() -> None:
    """The server says PXEClient; the next one answers there, or has another enterprise number."""
    shows(recorded("p6-vclass-pxe"), "V6-4011", STOPS, "fe80::1", "fd77::3")
    shows(recorded("p6-proxy-pxe"), "V6-4011", STOPS, "fe80::2")
    for name in ("p6-vclass-pxe-4011", "p6-vclass-pxe-nourl-4011", "p6-vclass-0"):
        hides(recorded(name), "V6-4011")


def test_port_4011_may_still_answer() -> None:
    """Until the client has given its lease back."""
    says = Option(16, options.build_vendor_class(VendorClass(343, (b"PXEClient",))))
    begun = (solicit(), *lease(says), request(1, port=4011))
    hides(trace(*begun), "V6-4011")
    shows(trace(*begun, release(3, BOOT)), "V6-4011", STOPS)


def test_an_answer_without_an_address() -> None:
    """With a URL, and before any other of both."""
    shows(recorded("p6-ra-o-only"), "V6-STATELESS", STOPS, "fe80::1")
    shows(recorded("p6-proxy-url"), "V6-STATELESS", STOPS, "fe80::2")
    for name in ("p6-plain", "p6-proxy-pxe", "h6-proxy", "h6-ra-slaac"):
        hides(recorded(name), "V6-STATELESS")


def test_which_comes_first_counts() -> None:
    """A whole one before it is chosen."""
    bare, whole = answered(stateless(2, 1)), answered(reply(2, 1))
    hides(trace(solicit(), whole, bare), "V6-STATELESS")
    shows(trace(solicit(), bare, whole), "V6-STATELESS", STOPS)
    hides(trace(solicit(), answered(stateless(2, 1, url=None))), "V6-STATELESS")


def test_no_address() -> None:
    """Whose status it is, and which."""
    shows(recorded("p6-noaddrs"), "V6-REFUSED", STOPS, "NoAddrsAvail")
    shows(recorded("p6-status-top"), "V6-REFUSED", STOPS, "NoAddrsAvail")
    shows(recorded("i6-noaddrs", "ipxe-e1000e"), "V6-REFUSED", STOPS)
    hides(recorded("p6-plain"), "V6-REFUSED")


@pytest.mark.parametrize("code", [1, 4])
def test_another_status(code: int) -> None:
    """By its name."""
    none = Option(3, options.build_association(Association(BOOT, 0, 0, (), Status(code, b""))))
    answer = answered(reply(dhcp6.ADVERTISE, 1, ia=none))
    shows(trace(solicit(), answer), "V6-REFUSED", STOPS, options.STATUS_NAMES[code])
    good = Option(3, options.build_association(Association(BOOT, 0, 0, (), Status(0, b""))))
    hides(trace(solicit(), answered(reply(dhcp6.ADVERTISE, 1, ia=good))), "V6-REFUSED")


def test_somebody_has_the_address() -> None:
    """And says so to all; who answers a neighbour's question has another address."""
    shows(recorded("p6-dad-conflict"), "V6-TAKEN", STOPS, "52:54:00:aa:00:01", "fd77::50")
    hides(recorded("p6-plain"), "V6-TAKEN")
    mine = ndp.NeighbourAdvertisement(IPv6Address("fd77::51"), False, SERVER_MAC)
    hides(trace(solicit(), *lease(), neighbour(mine, SERVER, SERVER_MAC)), "V6-TAKEN")
    mine = ndp.NeighbourAdvertisement(ADDRESS, False, SERVER_MAC)
    shows(trace(solicit(), *lease(), neighbour(mine, SERVER, SERVER_MAC)), "V6-TAKEN", STOPS)


def test_no_http_class() -> None:
    """None, a malformed one, or another's; the enterprise number does not count."""
    shows(recorded("h6-no-vclass"), "V6-HTTP", STOPS, "no option 16")
    shows(recorded("dnsmasq-http6"), "V6-HTTP", STOPS, "malformed")
    shows(recorded("h6-vclass-pxe"), "V6-HTTP", STOPS, "343 PXEClient")
    for name in ("h6-plain", "h6-vclass-ent0", "kea-radvd-http6", "p6-plain"):
        hides(recorded(name), "V6-HTTP")


def test_parameters_without_lengths() -> None:
    """Plain text in option 60; no recording has it, one has it right."""
    plain = Option(60, b"root=/dev/ram")
    found = shows(trace(solicit(), *lease(plain)), "V6-PARAM", NOTE, "root=/dev/ram")
    assert "octet 0" in found.seen
    hides(trace(solicit(), *lease(Option(60, options.build_strings([b"12"])))), "V6-PARAM")
    hides(recorded("p6-param60"), "V6-PARAM")
    hides(recorded("i6-opt-params", "ipxe-e1000e"), "V6-PARAM")


# --- routers --------------------------------------------------------------------------------
def test_neither_m_nor_o() -> None:
    """It would stop iPXE, and no other; not where IPv4 gives it an address."""
    shows(recorded("i6-slaac", "ipxe-e1000e"), "V6-FLAGS", OTHERS)
    shows(recorded("p6-ra-only-slaac"), "V6-FLAGS", OTHERS)
    hides(recorded("i6-ra-o", "ipxe-e1000e"), "V6-FLAGS")
    hides(recorded("p6-plain"), "V6-FLAGS")


def test_another_router_says_m() -> None:
    """Then iPXE asks."""
    both = (router(managed=False, other=False), router())
    hides(trace(solicit(), *both), "V6-FLAGS")
    shows(trace(solicit(), both[0]), "V6-FLAGS", OTHERS)


def test_no_router() -> None:
    """Who asks a third time has heard none."""
    shows(recorded("p6-no-ra"), "V6-ROUTER", OTHERS)
    shows(recorded("p6-no-ra-no-server"), "V6-ROUTER", OTHERS)
    # Nothing says that it was to boot over IPv6.
    hides(recorded("i6-no-ra", "ipxe-e1000e"), "V6-ROUTER")
    hides(recorded("p6-plain"), "V6-ROUTER")
    asks = neighbour(ndp.RouterSolicitation())
    hides(trace(solicit(), asks, asks), "V6-ROUTER")
    shows(trace(solicit(), asks, asks, asks), "V6-ROUTER", OTHERS)


# --- what is well ---------------------------------------------------------------------------
WELL = (
    "dnsmasq-pxe6",
    "h6-plain",
    "kea-radvd-http6",
    "kea-radvd-pxe6",
    "p6-offlink",
    "p6-param60",
    "p6-plain",
    "p6-two-servers",
    "p6-url-name",
    "p6-url-subdir",
    "p6-vclass-0",
    "p6-vclass-pxe-4011",
)


@pytest.mark.parametrize("name", WELL)
def test_healthy_boots(name: str) -> None:
    """Nothing is said to be wrong."""
    assert [one.id for one in diagnose(recorded(name)) if one.id.startswith("V6-")] == []


def test_who_asks_decides() -> None:
    """An HTTP boot client needs another answer than a PXE client."""
    http = Option(16, options.build_vendor_class(HTTP))
    url = b"http://[fd77::7]/boot.efi"
    assert [one.id for one in diagnose(trace(solicit(who=HTTP), *lease(http, url=url)))] == []
    assert [one.id for one in diagnose(trace(solicit(who=PXE), *lease(http, url=url)))] == [
        "V6-SCHEME"
    ]
