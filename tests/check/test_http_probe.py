"""The probe `http`: HEAD and GET of the offered URL, judged as UEFI's HTTP boot would."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from pxeclient.check.as_text import last_lines
from pxeclient.check.results import Result, Status
from tests.check.networks import servers, tried
from tests.diagnose.boots import host

WEB = "10.77.0.7"
URL = f"http://{WEB}/boot.efi"
EFI: Mapping[str, Any] = {"file": {"kind": "efi", "size": 40_000}}


def probed(url: str, *pages: Mapping[str, Any], more: Any = (), **web: Any) -> Result:
    """The probe where this URL is offered with HTTPClient, and one page is there for any path."""
    says = {"options": [[60, "str", "HTTPClient"], [67, "str", url], *more]}
    served = {"pages": {"*": pages[0]} if pages else {}, **web}
    return tried(servers(says, more=[host("web", WEB, web=served)]), probe="http")


def not_met(found: Result) -> list[str]:
    """What was expected and did not come."""
    return [one.expected for one in found.points if one.status is Status.NOT_MET]


@pytest.mark.parametrize(
    ("url", "page"),
    [
        (URL, EFI),
        (URL, {**EFI, "type": "application/octet-stream"}),
        (URL, {**EFI, "type": None}),
        (f"http://{WEB}/boot", EFI),
        (f"http://{WEB}:80/x?y=z", EFI),
        (f"http://{WEB}/a.iso", {**EFI, "type": None}),
    ],
)
def test_a_good_web_server(url: str, page: Mapping[str, Any]) -> None:
    """The file comes, whole, and x64 UEFI can run it."""
    found = probed(url, page)
    assert not_met(found) == []
    assert "no finding H-TYPE" in {one.expected for one in found.points}
    assert found.points[-1].status is (Status.UNKNOWN if "iso" in url else Status.MET)


def test_a_name_and_no_dns_server_is_told_with_its_cure() -> None:
    """What was found before the probe asked on is still there at the end, to be shown."""
    found = probed("http://boot.test/a.efi", EFI)
    assert found.findings[0].id == "A-HTTP-DNS"
    shown = " ".join(" ".join(last_lines([found])).split())
    assert "and no offer has option 6" in shown
    assert "Cure Send a DNS server (option 6) to HTTPClient, or name the host" in shown


@pytest.mark.parametrize(
    ("url", "page", "expected", "happened"),
    [
        (f"http://{WEB}/boot", {**EFI, "type": "application/octet-stream"}, "no finding H-TYPE",
         "Content-Type application/octet-stream is none of EFI's"),
        (f"http://{WEB}/boot.bin", {**EFI, "type": None}, "no finding H-TYPE", "no Content-Type"),
        (URL, {**EFI, "head_status": 405}, "no finding H-HEAD", "405 Method Not Allowed"),
        (URL, {**EFI, "head_status": 501}, "no finding H-HEAD", "501 Not Implemented"),
        (URL, {**EFI, "head_status": 404}, "no finding H-HEAD", "404 Not Found"),
        (URL, {**EFI, "length": False}, "no finding H-HEAD", "has no Content-Length"),
        (URL, {"status": 302, "location": "http://10.77.0.8/b.efi"}, "no finding H-MOVED",
         "a redirect to http://10.77.0.8/b.efi"),
        (URL, {"status": 404}, "no finding H-STATUS", "404 Not Found"),
        (URL, {"status": 403}, "no finding H-STATUS", "403 Forbidden"),
        (URL, {"file": {"text": ""}}, "no finding H-WHOLE", "the file is empty"),
        (URL, {"file": {"text": "<html>no</html>\n"}}, "x64 UEFI HTTP (16) gets a file that it can"
         " run", "is text"),
        (URL, {"file": {"kind": "efi-arm64"}}, "x64 UEFI HTTP (16) gets a file that it can run",
         "PE image for ARM 64-bit"),
        (URL, {"silent": True}, "the web server answers HEAD and GET", "no answer to the request"),
        (f"http://{WEB}:81/a.efi", EFI, "the web server answers HEAD and GET", "refuses"),
        ("http://10.77.0.99/a.efi", EFI, "the web server answers HEAD and GET",
         "nobody answers ARP for 10.77.0.99"),
        ("http://10.77.0.3/a.efi", EFI, "the web server answers HEAD and GET",
         "no answer to the SYN"),
        ("http://boot.test/a.efi", EFI, "no finding A-HTTP-DNS", "no offer has option 6"),
        (f"http://{WEB}", EFI, "no finding H-PATH", f"names http://{WEB}."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_not_met(
    url: str, page: Mapping[str, Any], expected: str, happened: str
) -> None:
    """One thing is wrong, and is named."""
    found = probed(url, page)
    wrong = [one for one in found.points if one.status is Status.NOT_MET]
    assert expected in [one.expected for one in wrong], found.points
    assert happened in next(one.happened for one in wrong if one.expected == expected)


def test_a_url_without_httpclient_is_not_met() -> None:
    """Such an offer is none of HTTP boot, however good its URL is."""
    says = {"options": [[67, "str", URL]]}
    web = host("web", WEB, web={"pages": {"*": EFI}})
    found = tried(servers(says, more=[web]), probe="http")
    assert not_met(found) == ["no finding A-HTTP"]


def test_tls_is_not_looked_into() -> None:
    """Neither met nor not."""
    found = probed(f"https://{WEB}/boot.efi", EFI)
    assert not_met(found) == []
    assert found.points[-1].status is Status.UNKNOWN
    assert "by TLS" in found.points[-1].happened
