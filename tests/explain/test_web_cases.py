"""HTTP boots that people asked about: what was wrong, and what to change."""

from __future__ import annotations

import pytest

from pxeclient.diagnose import Severity
from pxeclient.endings import End, end_of
from pxeclient.explain.stop import Stop
from pxeclient.explain.story import ExplainedAttempt
from tests.explain.captures import recording
from tests.explain.test_web_recordings import FOLDER, told

CASES = FOLDER / "cases"


def attempts(name: str) -> tuple[ExplainedAttempt, ...]:
    """The attempts of the one client of a case."""
    stories = recording(CASES / f"{name}.pcap.gz").stories
    (story,) = [story for story in stories if story.is_network_boot]
    return story.attempts


def stopping(attempt: ExplainedAttempt) -> list[str]:
    """The findings that stopped it and follow from no other."""
    found = attempt.findings
    return [one.id for one in found if one.severity is Severity.STOPS and one.cause is None]


def test_a_type_and_a_name_that_are_none_of_efis() -> None:
    """HEAD is answered with 200 and the length; the type is application/octet-stream."""
    attempt, *_ = attempts("http-content-type")
    assert stopping(attempt) == ["H-TYPE"]
    (finding,) = [one for one in attempt.findings if one.id == "H-TYPE"]
    assert "Content-Type application/octet-stream" in finding.seen
    assert "application/efi" in finding.cures[0].do
    assert "ends in .efi" in finding.cures[0].do
    assert attempt.ending.stop is Stop.HTTP_NOT_TAKEN
    assert [(one.method, one.status) for one in attempt.attempt.web] == [
        ("HEAD", 200),
        ("GET", 200),
    ]


def test_a_name_in_the_url_and_no_dns_server() -> None:
    """DHCPDISCOVERs are repeated, and no offer is taken."""
    (attempt,) = attempts("http-name-no-dns")
    assert stopping(attempt) == ["A-HTTP-DNS"]
    assert attempt.ending.stop is Stop.NOT_TAKEN


def test_a_url_for_a_pxe_client() -> None:
    """It asks TFTP for a file of that name; then, by HTTP boot, it misses option 60."""
    first, second = attempts("url-to-pxe")
    assert stopping(first) == ["A-URL"]
    (finding,) = [one for one in first.findings if one.id == "A-URL"]
    assert "undionly" not in str(finding.cures)
    assert stopping(second) == ["A-HTTP"]
    assert next(iter(second.findings)).seen.endswith("HTTPClient in option 60.")


def test_a_good_http_boot() -> None:
    """Both requests, the whole file, and what it is."""
    (attempt,) = attempts("http-boot")
    assert stopping(attempt) == []
    assert end_of(attempt.trace) is End.BOOTED
    assert attempt.ending.request is not None
    assert attempt.ending.request.size == 511


@pytest.mark.parametrize(
    ("name", "finding"),
    [
        ("h4-301", "H-MOVED"),
        ("h4-308", "H-MOVED"),
        ("h4-401", "H-STATUS"),
        ("h4-404", "H-STATUS"),
        ("h4-60-no-file", "A-HTTP"),
        ("h4-60-pxeclient", "A-HTTP"),
        ("h4-no60", "A-HTTP"),
        ("h4-tftp-name", "A-HTTP"),
        ("h4-tftp-url", "A-HTTP"),
        ("h4-uri-ack-only", "A-HTTP"),
        ("h4-name-no-dns", "A-HTTP-DNS"),
        ("h4-proxy-name-no-dns", "A-HTTP-DNS"),
        ("h4-67-not-last", "B67-LATER"),
        ("h4-dhcp-uri-and-proxy", "B67-LATER"),
        ("h4-ext-query", "H-TYPE"),
        ("h4-type-octet-bin", "H-TYPE"),
        ("h4-head-404", "H-HEAD"),
        ("h4-head-405", "H-HEAD"),
        ("h4-no-length", "H-HEAD"),
        ("h4-https-modern-only", "H-TLS"),
        ("h4-https-wrongname", "H-TLS"),
        ("h4-long", "H-WHOLE"),
        ("h4-zero", "H-WHOLE"),
        ("h4-name-dns-empty", "H-NAME"),
        ("h4-name-dns-nx-soa", "H-NAME"),
        ("h4-name-dns-servfail", "H-NAME"),
        ("h4-refused", "H-CLOSED"),
    ],
)
def test_real_firmware_stops_there(name: str, finding: str) -> None:
    """One finding, and it is the reason."""
    assert stopping(told(f"ovmf-virtio/{name}")) == [finding]
