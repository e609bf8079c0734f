"""Values that are good by the book, and that some firmware cannot live with."""

from __future__ import annotations

from typing import Any

import pytest

from pxeclient.diagnose import Severity
from pxeclient.playbook import BROADCAST, DHCPDISCOVER, Playbook, offer
from pxeclient.trace import Trace
from tests.diagnose.boots import (
    DHCP,
    IPXE,
    PROXY,
    SAYS_PXE,
    TFTP,
    VMWARE,
    boot,
    boot_on,
    ended,
    found,
    hides,
    shows,
)
from tests.diagnose.test_names import http_client

STOPS, OTHERS, NOTE = Severity.STOPS, Severity.OTHERS, Severity.NOTE


def given(address: str, mask: str) -> Trace:
    """A boot in which that address is given."""
    return boot(IPXE, both={"yiaddr": address, "options": [[1, "ip", mask]]})


@pytest.mark.parametrize(
    ("address", "mask"),
    [
        ("192.168.1.0", "255.255.0.0"),
        ("192.168.1.255", "255.255.252.0"),
        ("172.16.255.255", "255.240.0.0"),
    ],
)
def test_n_edge(address: str, mask: str) -> None:
    """The first or last address of a class's network, in a larger one."""
    finding = shows(given(address, mask), "N-EDGE", NOTE, f"gives {address}, with netmask {mask}")
    assert finding.cures[0].id == "no-edge-addresses"


@pytest.mark.parametrize(
    ("address", "mask"),
    [
        ("192.168.1.1", "255.255.0.0"),
        ("10.77.1.0", "255.255.0.0"),
        ("10.77.1.255", "255.0.0.0"),
        ("172.16.1.0", "255.255.0.0"),
        ("192.168.1.0", "255.255.255.0"),
    ],
)
def test_n_edge_is_inside(address: str, mask: str) -> None:
    """In the middle of its class's network; or the netmask says the same as the class."""
    hides(given(address, mask), "N-EDGE")


def http_offer(url: bytes, **options: bytes) -> Trace:
    """What UEFI HTTP boot is offered: a URL, and options by their number."""
    book = Playbook(http_client()).sends(DHCPDISCOVER, to=BROADCAST)
    more = {int(code[1:]): data for code, data in options.items()}
    return ended(book.gets(offer(vendor_class="HTTPClient", options={67: url, **more})))


@pytest.mark.parametrize("url", [b"http://boot.test/a.efi", b"HTTPS://u@boot.test:8080/a.efi"])
def test_a_http_dns(url: bytes) -> None:
    """A host's name, and nobody to ask for its address."""
    trace = http_offer(url)
    finding = shows(trace, "A-HTTP-DNS", STOPS, "no offer has option 6")
    assert finding.cures[0].id == "http-name-server"
    hides(trace, "A-HTTP")


def test_a_http_dns_is_not_needed_or_there() -> None:
    """An address; a DNS server; a client of TFTP."""
    hides(http_offer(b"http://10.77.0.3/a.efi"), "A-HTTP-DNS")
    hides(http_offer(b"http://[fd77::3]/a.efi"), "A-HTTP-DNS")
    hides(http_offer(b"http://boot.test/a.efi", o6=bytes((10, 77, 0, 1))), "A-HTTP-DNS")
    hides(boot(VMWARE, both={"file": "http://boot.test/a"}), "A-HTTP-DNS")


def old_dnsmasq(offered: str, answered: str) -> Trace:
    """A proxy whose menu item is answered with another name; a TFTP server with the first."""
    menu = [43, "sub", [
        [6, "u8", 3],
        [10, "prompt", [0, "PXE"]],
        [8, "bootservers", [[32768, [PROXY]]]],
        [9, "menu", [[32768, "Boot"]]],
    ]]  # fmt: skip
    proxy = {"siaddr": "0.0.0.0", "file": offered, "options": [SAYS_PXE, menu]}
    item = [43, "sub", [[71, "item", [32768, 0]]]]
    reply = {"siaddr": TFTP, "file": answered, "options": [SAYS_PXE, item]}
    only: dict[str, object] = {"files": {offered: {"size": 4000}}}
    plain = {"siaddr": DHCP, "file": ""}
    return boot(VMWARE, both=plain, proxy=proxy, proxy_4011=reply, tftp=only)


def test_t_suffix() -> None:
    """The answer's name has a .0 that the offer's has not; no cure makes that permanent."""
    trace = old_dnsmasq("undionly.kpxe", "undionly.kpxe.0")
    finding = shows(trace, "T-SUFFIX", STOPS, "names undionly.kpxe.0", "undionly.kpxe.")
    assert finding.cures[0].id == "suffix-0"
    next_server = shows(trace, "B-NEXT", OTHERS, "names file undionly.kpxe and siaddr 0.0.0.0")
    assert next_server.cures[0].dnsmasq == (f"dhcp-boot=undionly.kpxe,,{TFTP}",)


def test_t_suffix_is_meant() -> None:
    """A name without a dot gets its .0 from every dnsmasq; and another name is another fault."""
    hides(old_dnsmasq("undionly", "undionly.0"), "T-SUFFIX")
    trace = old_dnsmasq("undionly.kpxe", "other.0")
    assert {"T-SUFFIX", "T-FOUND"} & set(found(trace)) == {"T-FOUND"}


def test_b_66_where_the_next_server_has_no_tftp() -> None:
    """Option 66 alone was set: the server names itself as next server, and the cure the other."""
    servers: list[dict[str, Any]] = [
        {"name": "dhcp", "ip": DHCP, "mac": "52:54:00:aa:00:01", "bootp": [
            {"port": 67, "msg": msg, "replies": [{
                "yiaddr": "10.77.0.50", "siaddr": DHCP, "file": "boot.0",
                "options": [[53, "u8", kind], [54, "ip", DHCP], [51, "u32", 600],
                            [1, "ip", "255.255.255.0"], [66, "str", TFTP]],
            }]}
            for msg, kind in (("discover", 2), ("request", 5))
        ]},
        {"name": "tftp", "ip": TFTP, "mac": "52:54:00:aa:00:03", "tftp": {"files": {"*": {}}}},
    ]  # fmt: skip
    finding = shows(boot_on(VMWARE, servers), "B-66", STOPS, f"option 66 says {TFTP}")
    assert finding.cures[0].dnsmasq == (f"dhcp-boot=boot.0,,{TFTP}",)
