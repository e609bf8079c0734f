"""How replies name the boot file and its server."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pxeclient.diagnose import Severity, diagnose
from pxeclient.outcome import Failed, Failure
from pxeclient.playbook import BROADCAST, DHCPDISCOVER, Playbook, offer
from pxeclient.profile import Profile
from tests.boots import profile
from tests.diagnose.boots import (
    EDK2,
    IPXE,
    TFTP,
    VMWARE,
    boot,
    ended,
    found,
    hides,
    shows,
)

STOPS, OTHERS, NOTE = Severity.STOPS, Severity.OTHERS, Severity.NOTE


@pytest.mark.parametrize(
    ("after", "wrong"),
    [
        ([], "boot.0<ff>"),
        ([[13, "u16", 8]], "boot.0<0d><02>"),
        ([[66, "str", "x"], [28, "ip", "10.77.0.255"]], "boot.0B<01>x<1c><04><0a>M"),
    ],
)
def test_b67_ff(after: list[list[object]], wrong: str) -> None:
    """What stands behind option 67, up to the next NUL, becomes part of the name."""
    options = [[67, "str", "boot.0"], *after]
    trace = boot(IPXE, both={"file": "", "options": options})
    finding = shows(trace, "B67-FF", OTHERS)
    assert finding.seen.endswith(f"asks for the file {wrong}.")


def test_b67_ff_is_ended_in_time() -> None:
    """A NUL ends the name; or the next octet is one; or the name is not in option 67."""
    hides(boot(IPXE, both={"file": "", "options": [[67, "strz", "boot.0"]]}), "B67-FF")
    padded = [[67, "str", "boot.0"], [0, "hex", ""]]
    hides(boot(IPXE, both={"file": "", "options": padded}), "B67-FF")
    hides(boot(IPXE), "B67-FF")


def test_b67_nul() -> None:
    """A NUL in option 67."""
    trace = boot(IPXE, both={"file": "", "options": [[67, "strz", "boot.0"]]})
    shows(trace, "B67-NUL", NOTE, "option 67")


def test_b67_nul_is_not_there() -> None:
    """None."""
    hides(boot(IPXE, both={"file": "", "options": [[67, "str", "boot.0"]]}), "B67-NUL")


def test_b_field() -> None:
    """Two names: iPXE takes the one, EDK II the other."""
    both = {"options": [[67, "str", "other.0"]]}
    assert boot(IPXE, both=both).outcome != boot(EDK2, both=both).outcome
    shows(boot(IPXE, both=both), "B-FIELD", OTHERS, "boot.0", "other.0")
    tftp: dict[str, object] = {"files": {"boot.0": {}}}
    shows(boot(VMWARE, both=both, tftp=tftp), "B-FIELD", STOPS)


def test_b_field_agrees() -> None:
    """The same name twice; or one only."""
    hides(boot(IPXE, both={"options": [[67, "str", "boot.0"]]}), "B-FIELD")
    hides(boot(IPXE), "B-FIELD")


def test_b_67_only() -> None:
    """The header's field is empty."""
    trace = boot(IPXE, both={"file": "", "options": [[67, "str", "boot.0"]]})
    shows(trace, "B-67-ONLY", NOTE, "option 67 says boot.0")


def test_b_67_only_is_not_said_of_both() -> None:
    """The name in both places, or in the field alone."""
    hides(boot(IPXE, both={"options": [[67, "str", "boot.0"]]}), "B-67-ONLY")
    hides(boot(IPXE), "B-67-ONLY")


def test_b_66() -> None:
    """Option 66 has another address than siaddr; and the sname field."""
    trace = boot(IPXE, both={"options": [[66, "str", "10.77.0.9"]]})
    shows(trace, "B-66", OTHERS, f"next server {TFTP}", "option 66 says 10.77.0.9")
    shows(boot(IPXE, both={"sname": "10.77.0.9"}), "B-66", OTHERS, "sname")


def test_b_66_agrees_or_cannot_be_told() -> None:
    """The same address; or a name, which may mean the same."""
    hides(boot(IPXE, both={"options": [[66, "str", TFTP]]}), "B-66")
    hides(boot(IPXE, both={"options": [[66, "str", "boot.example"]]}), "B-66")


def test_b_overload() -> None:
    """Option 67 in the file field: iPXE asks for the octets as they stand there."""
    both = {"file": [[67, "str", "boot.0"]], "options": [[52, "u8", 1]]}
    only: dict[str, object] = {"files": {"boot.0": {}}}
    shows(boot(IPXE, both=both, tftp=only), "B-OVERLOAD", STOPS, "file")
    shows(boot(VMWARE, both=both, tftp=only), "B-OVERLOAD", OTHERS)


def test_b_overload_is_not_there() -> None:
    """No option 52."""
    hides(boot(IPXE), "B-OVERLOAD")


def test_b_next() -> None:
    """No next server: iPXE has nothing to boot."""
    finding = shows(boot(IPXE, both={"siaddr": "0.0.0.0"}), "B-NEXT", STOPS, "siaddr 0.0.0.0")
    assert finding.cures[0].dnsmasq == ("dhcp-boot=boot.0,,10.77.0.1",)


def test_b_next_where_the_dhcp_server_is_asked() -> None:
    """VMware's ROM asks the DHCP server, which has no TFTP service."""
    shows(boot(VMWARE, both={"siaddr": "0.0.0.0"}), "B-NEXT", STOPS)


def test_b_next_is_named() -> None:
    """It is named; or the name is a URI that names its server."""
    hides(boot(IPXE), "B-NEXT")
    uri = {"siaddr": "0.0.0.0", "file": f"tftp://{TFTP}/boot.0"}
    hides(boot(IPXE, both=uri), "B-NEXT")


def test_a_url() -> None:
    """An http URL for VMware's ROM, whose TFTP server does not know such a file."""
    both = {"file": "http://10.77.0.3/boot.ipxe"}
    trace = boot(VMWARE, both=both, tftp={"files": {"boot.0": {}}})
    shows(trace, "A-URL", STOPS, "http://10.77.0.3/boot.ipxe")
    shows(boot(EDK2, both=both, tftp={"files": {}}), "A-URL", STOPS)


@pytest.mark.parametrize("url", ["https://10.77.0.3/boot.ipxe", f"tftp://{TFTP}/boot.0"])
def test_a_url_for_ipxe_is_right(url: str) -> None:
    """Servers name URLs to iPXE alone, and what they tell others this boot does not show."""
    hides(boot(IPXE, both={"file": url}), "A-URL")


def test_a_url_that_ipxe_would_fetch() -> None:
    """It ends here, because no HTTP is emulated: that is no fault of the server's."""
    trace = boot(IPXE, both={"file": "http://10.77.0.3/boot.ipxe"})
    assert isinstance(trace.outcome, Failed)
    assert trace.outcome.failure is Failure.UNSUPPORTED_SCHEME
    hides(trace, "A-URL")
    assert not any(finding.severity is STOPS for finding in diagnose(trace))


def test_a_url_is_a_name() -> None:
    """A colon alone makes no URL."""
    hides(boot(VMWARE, both={"file": "c:boot.0"}), "A-URL")


def http_client() -> Profile:
    """EDK II's UEFI HTTP boot as far as its DHCPDISCOVER goes: HTTPClient and architecture 16."""
    found = profile(EDK2)
    values = {**found.traits.dhcp.values, "60": b"HTTPClient:Arch:00016".hex(), "93": "0010"}
    traits = replace(found.traits, dhcp=replace(found.traits.dhcp, values=values))
    return replace(found, traits=traits)


def test_a_http() -> None:
    """A file name for TFTP, and no HTTPClient in return."""
    book = Playbook(http_client()).sends(DHCPDISCOVER, to=BROADCAST)
    trace = ended(book.gets(offer(siaddr=TFTP, file="boot.efi")))
    shows(trace, "A-HTTP", STOPS, "names boot.efi, no http URL", "does not say HTTPClient")
    hides(trace, "A-URL")


def test_a_http_is_answered() -> None:
    """A URL and HTTPClient; and a PXE client is no HTTP client."""
    book = Playbook(http_client()).sends(DHCPDISCOVER, to=BROADCAST)
    url = {67: b"http://10.77.0.3/boot.efi"}
    trace = ended(book.gets(offer(vendor_class="HTTPClient", options=url)))
    assert {"A-HTTP", "A-URL"} & set(found(trace)) == set()
    hides(boot(EDK2), "A-HTTP")
