"""What is told of second stages agrees with what was recorded of them: who was asked for what, what
came, how the firmware's own boot ended; and nothing that is told contradicts the console."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pxeclient.diagnose import Severity
from pxeclient.explain.stop import Stop
from pxeclient.explain.story import ExplainedAttempt, explain
from pxeclient.explain.summary import ended
from pxeclient.outcome import Failed
from pxeclient.seen.transfers import Transfer
from pxeclient.wire import dhcp, tftp
from tests.explain.captures import PROFILES

CAPTURES = Path(__file__).with_name("captures")
NAMES = sorted(
    str(one.relative_to(CAPTURES)).removesuffix(".json") for one in CAPTURES.glob("*/*.json")
)
NO_PROGRAM = {"ipxe-e1000e/lease-filename-not-executable", "ipxe-e1000e/http-empty"}
"""The console shows that the machine hangs in a text, and that nothing is no boot image."""
WITH_GAPS = {"ipxe-e1000e/http-302-loop", "ipxe-e1000e/undionly-http-pxelinux-prefix"}
"""Frames of their connections were left out of the capture."""
BY_HTTP = {
    # how the firmware's own boot by HTTP ends, and what the console has for it
    "http-301-https": ("http error", "Operation not supported"),
    "http-302-loop": ("http error", "boot.ipxe......"),
    "http-302-other-host": ("booted", "STUB-KERNEL"),
    "http-401": ("http error", "Permission denied"),
    "http-404": ("http error", "No such file or directory"),
    "http-500": ("http error", "HTTP 5xx Server Error"),
    "http-chunked": ("booted", "STUB-KERNEL"),
    "http-cut": ("http stopped", "Input/output error"),
    "http-dns-nxdomain": ("name unknown", "3e11613b"),
    "http-dns-ok": ("booted", "STUB-KERNEL"),
    "http-dns-silent": ("name silent", "Connection timed out"),
    "http-empty": ("wrong file", "Exec format error"),
    "http-garbage": ("http error", "420c6001"),
    "http-hang": ("http silent", "boot.ipxe......"),
    "http-http10": ("booted", "STUB-KERNEL"),
    "http-https-url": ("nothing follows", "Operation not supported"),
    "http-initrd-1m": ("booted", "STUB-KERNEL"),
    "http-initrd-slow": ("booted", "STUB-KERNEL"),
    "http-no-arp": ("arp silent", "No more network devices"),
    "http-rst-mid": ("http stopped", "Connection reset"),
    "httpboot-grubnet": ("fetched", "grub>"),
    "httpboot-shim-grub": ("fetched", "Unable to fetch HTTP image"),
    "httpboot-shim-slashes": ("fetched", "possible"),
    "httpboot-snponly": ("fetched", "STUB-KERNEL"),
    "httpboot-snponly-head": ("fetched", "STUB-KERNEL"),
    "rootpath-iscsi-dead": ("arp silent", "Could not open SAN device"),
}


@cache
def told(name: str) -> tuple[tuple[ExplainedAttempt, ...], dict[str, Any]]:
    """The attempts of the only machine, and what was recorded of them."""
    found = explain(CAPTURES / f"{name}.pcap.gz", PROFILES)
    outcome = json.loads((CAPTURES / f"{name}.json").read_text(encoding="utf-8"))
    [story] = [one for one in found.stories if one.is_network_boot]
    return story.attempts, outcome


def requests(outcome: dict[str, Any], proto: str) -> list[dict[str, Any]]:
    """Of one protocol, in order."""
    return [one for one in outcome["requests"] if one["proto"] == proto]


def transfers(attempts: tuple[ExplainedAttempt, ...]) -> list[Transfer]:
    """All read requests to the port where they belong: GRUB repeats some to the server's other."""
    every = (each for one in attempts for each in one.attempt.transfers)
    return [each for each in every if each.server_port == tftp.PORT]


def test_all_are_here() -> None:
    """Each with its capture."""
    assert len(NAMES) == 132
    assert all((CAPTURES / f"{name}.pcap.gz").exists() for name in NAMES)
    assert sum(told(name)[1]["kernel"] for name in NAMES) == 48


@pytest.mark.parametrize("name", NAMES)
def test_dhcp(name: str) -> None:
    """Every message, and no reply that was not there."""
    attempts, outcome = told(name)
    counted = [one["msg"] for one in requests(outcome, "dhcp")]
    for kind, word in ((dhcp.DISCOVER, "discover"), (dhcp.REQUEST, "request")):
        assert sum(len(list(one.attempt.said(kind))) for one in attempts) == counted.count(word)
    replies = [reply for one in attempts for reply in one.replies]
    offers = sum(one.times for one in replies if one.kind in ("DHCPOFFER", "proxy offer"))
    assert offers == counted.count("offer")


@pytest.mark.parametrize("name", NAMES)
def test_files(name: str) -> None:
    """Who was asked for which file, in order, and what came of it."""
    attempts, outcome = told(name)
    asked, expected = transfers(attempts), requests(outcome, "tftp")
    assert [(one.name, str(one.server), one.local_port) for one in asked] == [
        (one["file"], one["server"], one["sport"]) for one in expected
    ]
    for one, other in zip(asked, expected, strict=True):
        assert one.is_whole == (other["end"] == "done") or _is_asked_elsewhere(attempts, one)
        assert (one.refused is not None) == ("(by server)" in other["end"])
        assert (one.ended_by_client is not None) == ("(by client)" in other["end"])
        assert bool(one.heard) == other["answered"]
        if one.is_whole and one.size is not None:
            assert one.size == other["octets"]


@pytest.mark.parametrize("name", NAMES)
def test_web(name: str) -> None:
    """Every web request, of whom, with its status."""
    attempts, outcome = told(name)
    asked = [each for one in attempts for each in one.attempt.web]
    found = sorted(
        (one.local_port, str(one.server), one.port, one.method, one.target, one.status or 0)
        for one in asked
    )
    expected = sorted(map(_web, requests(outcome, "http")))
    if name in WITH_GAPS:
        # What went is not all in the capture: a question may stand there without its answer.
        whole = [one for one in found if one[3] and one[5]]
        assert whole
        assert set(whole) <= set(expected)
    else:
        assert found == expected


def _web(one: dict[str, Any]) -> tuple[int, str, int, str, str, int]:
    method, target, _ = one["request"].split(" ")
    said = one["status"] or ""
    status = int(said.split(" ")[1]) if said.startswith("HTTP/") else 0
    return one["sport"], one["server"], one["port"], method, target, status


def _is_asked_elsewhere(attempts: tuple[ExplainedAttempt, ...], one: Transfer) -> bool:
    """The client went on with it at the server's other port (GRUB and a server without options)."""
    every = (each for told in attempts for each in told.attempt.transfers)
    return any(
        each.local_port == one.local_port and each.server_port != tftp.PORT for each in every
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_firmwares_own_boot(name: str) -> None:
    """What the firmware fetched, from whom, and whether it is a program."""
    attempts, outcome = told(name)
    first = attempts[0]
    end = BY_HTTP.get(name.partition("/")[2])
    if end is not None:
        assert ended(first) == end[0]
        assert end[1] in outcome["console"]
        return
    done = [one for one in requests(outcome, "tftp") if one["end"] == "done"]
    assert first.ending.stop is Stop.FETCHED
    assert first.ending.transfer is not None
    assert first.ending.transfer.name == done[0]["file"]
    assert str(first.ending.transfer.server) == done[0]["server"]
    assert (ended(first) == "wrong file") == (name in NO_PROGRAM)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_said_of_silence(name: str) -> None:
    """ "Nothing more" is asked for only where nothing is; whoever is named was asked."""
    attempts, outcome = told(name)
    others = [one for kind in ("http", "tcp", "dns") for one in requests(outcome, kind)]
    for one in attempts:
        sentence = one.ending.sentence
        if "nothing more" in sentence:
            assert not others
            assert not requests(outcome, "tftp")
        if one.ending.stop is Stop.OTHER_PROTOCOL:
            whom = {f"{each['server']}:{each['port']}" for each in others if "port" in each}
            assert any(each in sentence for each in whom)
        if one.ending.stop is Stop.CANNOT_TELL:
            assert "cannot be told" in sentence
        if one.attempt.why_over:
            assert not sentence.startswith("The capture ends")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_stops_what_went_on(name: str) -> None:
    """Where the kernel ran, nothing is told to have stopped it."""
    attempts, outcome = told(name)
    worst = {
        each.id
        for one in attempts
        for each in one.findings
        if each.severity in (Severity.STOPS, Severity.NEXT) and each.cause is None
    }
    if outcome["kernel"]:
        assert not worst
    for one in attempts:
        for each in one.findings:
            if each.id == "C-NEEDS":
                refused = [
                    r["file"] for r in requests(outcome, "tftp") if "(by server)" in r["end"]
                ]
                assert any(file in each.seen for file in refused)


def _of_another_boot(outcome: dict[str, Any]) -> set[str]:
    """A machine that asks more than once may be stopped once."""
    return set()


@pytest.mark.parametrize("name", NAMES)
def test_kinds_of_files(name: str) -> None:
    """Of a file whose beginning alone is as it was, nothing is told that it is not."""
    attempts, _ = told(name)
    for one in attempts:
        for each in one.findings:
            assert each.id not in ("B-CUT", "C-BUILD")
        assert ended(one) != "wrong file" or name in NO_PROGRAM


@pytest.mark.parametrize("name", NAMES)
def test_steps(name: str) -> None:
    """Every read request has its step."""
    for one in told(name)[0]:
        steps = sum(each.times for each in one.steps if each.kind == "RRQ")
        assert steps == len(one.attempt.transfers)


@pytest.mark.parametrize("name", NAMES)
def test_findings_and_the_console(name: str) -> None:
    """A code that is told stands on the console; what is said to be silent or missing was so."""
    attempts, outcome = told(name)
    asked = requests(outcome, "tftp")
    for one in attempts:
        failed = one.trace.outcome
        if isinstance(failed, Failed) and failed.code and one.ending.stop is not Stop.CANNOT_TELL:
            assert failed.code in outcome["console"].replace("\n", "")  # wrapped at 80 columns
        for each in one.findings:
            if each.id == "C-SERVER":
                silent = [other for other in asked if not other["answered"]]
                assert any(
                    other["server"] in each.seen and other["file"] in each.seen for other in silent
                )
            if each.id in ("C-NEEDS", "C-SPARE", "C-REFUSED", "C-AUTOEXEC", "T-FOUND"):
                refused = [other["file"] for other in asked if "(by server)" in other["end"]]
                assert any(file in each.seen for file in refused)
            assert each.id not in ("P-LINK", "C-QUIET", "N-OFFER") or not asked
