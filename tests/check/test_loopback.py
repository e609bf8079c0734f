"""Suites whose servers run on the loopback interface."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pxeclient import lab
from pxeclient.check.loopback import BEYOND, Loopback, without_multicast
from pxeclient.check.probes import PROBES
from pxeclient.check.reading import SuiteError, suite_of
from pxeclient.check.results import Point, Status
from pxeclient.check.suite import Case, Host, Network
from pxeclient.check.wires import open_wires
from pxeclient.lab import LabError, LabUnavailable
from tests.boots import boot_on
from tests.cli.runner import complaint, run

SERVER = (
    sys.executable,
    str(Path(__file__).parents[1] / "lab" / "small_server.py"),
    *("{interface}", "{address}", "{dhcp_port}", "{tftp_port}", "{first}"),
)
TWO = Loopback((Host(address="10.77.0.1/24"), Host(address="10.77.0.20/24")))


def case(**keys: Any) -> Case:
    """A case, as TOML would have it."""
    return msgspec.convert({"name": "test", **keys}, Case)


# --- what becomes of expectations -----------------------------------------------------------
@pytest.mark.parametrize(
    ("keys", "there"),
    [
        ({"boots": {"server": "10.77.0.20"}}, {"boots": {"server": "127.0.0.2"}}),
        ({"asks-4011": "10.77.0.1"}, {"asks-4011": "127.0.0.1"}),
        ({"asks-4011": True}, {"asks-4011": True}),
        ({"lease": "10.77.0.0/24"}, {"lease": {"network": "127.0.0.0/24"}}),
        (
            {"lease": {"server": "10.77.0.1", "seconds": 60}},
            {"lease": {"server": "127.0.0.1", "seconds": 60}},
        ),
        ({"lease": {"address": "127.0.0.128"}}, {"lease": {"address": "127.0.0.128"}}),
        ({"boots": "x", "within": 9.0}, {"boots": "x", "within": 9.0}),
    ],
)
def test_expectations_follow_the_hosts(keys: dict[str, Any], there: dict[str, Any]) -> None:
    """They name what the host has there in place of the suite's address."""
    assert TWO.case(case(**keys)) == (case(**there), [])


@pytest.mark.parametrize(
    ("keys", "there", "expected"),
    [
        ({"asks-4011": "10.77.0.3"}, None, "asks 10.77.0.3:4011"),
        (
            {"boots": True, "lease": "10.78.0.0/16"},
            {"boots": True},
            "an address in 10.78.0.0/16",
        ),
        (
            {"lease": {"address": "10.77.0.50", "seconds": 1}},
            {"lease": {"seconds": 1}},
            "the address 10.77.0.50",
        ),
        ({"lease": {"router": "10.77.0.254"}}, None, "the router 10.77.0.254"),
    ],
)
def test_what_nobody_has_there_cannot_be_told(
    keys: dict[str, Any], there: dict[str, Any] | None, expected: str
) -> None:
    """It is not held against the servers; the rest of the case still is."""
    left, [point] = TWO.case(case(**keys))
    assert left == (None if there is None else case(**there))
    assert (point.status, point.expected) == (Status.UNKNOWN, expected)
    assert "loopback" in point.happened


def test_probes_that_cannot_tell() -> None:
    """They are probes, and others are made."""
    assert set(BEYOND) < set(PROBES)
    point = TWO.probe("relay", "What it asks.")
    assert point is not None
    assert (point.status, point.expected) == (Status.UNKNOWN, "What it asks.")
    assert TWO.probe("replies", "") is None


def test_without_multicast() -> None:
    """Who used it has not failed for want of a server; who did not, has."""
    failed = Point(Status.NOT_MET, "boots", "PXE-E53")
    by_multicast = boot_on("vmware-e1000e", "mtftp-silent")
    [told] = without_multicast(by_multicast, [failed])
    assert told.status is Status.UNKNOWN
    assert "no multicast" in told.happened
    assert list(without_multicast(boot_on("vmware-e1000e", "silence"), [failed])) == [failed]


# --- servers ---------------------------------------------------------------------------------
@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """No private network can be made."""

    def refuse(*_: object) -> None:
        raise LabUnavailable("No private network can be made here: because.")

    monkeypatch.setattr(lab, "open_lab", refuse)


def suite(folder: Path, network: str, cases: str) -> str:
    """A suite's file."""
    path = folder / "suite.toml"
    path.write_text(f'title = "Mine"\nprofiles = ["ipxe"]\n[network]\n{network}\n{cases}')
    return str(path)


CASES = """
[[cases]]
name = "boots"
boots = { name = "boot.0", server = "10.77.0.1" }
lease = "10.77.0.0/24"

[[cases]]
name = "elsewhere"
lease = { router = "10.77.0.254" }

[[cases]]
name = "relay"
probe = "relay"
"""


@pytest.mark.live
def test_a_suite_whose_servers_know_their_ports(refused: None, tmp_path: Path) -> None:
    """It runs there of itself where no private network can be made, and says where it was."""
    path = suite(tmp_path, f"server = {json.dumps(SERVER)}", CASES)
    done = run("check", path, "--json", "--time-scale", "0.2")
    found = json.loads(done.stdout)
    assert found["network"] == (
        f"the loopback interface, as no private network can be made ({Path(SERVER[0]).name})"
    )
    assert [one["status"] for one in found["results"]] == ["met", "cannot-tell", "cannot-tell"]


@pytest.mark.live
def test_on_loopback_by_choice(tmp_path: Path) -> None:
    """By an option or a key, even where a private network could be made."""
    for more, options in (("", ("--loopback",)), ('loopback = "always"', ())):
        path = suite(tmp_path, f"server = {json.dumps(SERVER)}\n{more}", CASES)
        done = run("check", path, "--case", "boots", "--time-scale", "0.2", *options)
        assert done.stdout.startswith("Mine, on the loopback interface (python"), done.output
        assert done.exit_code == 0


@pytest.mark.live
def test_two_hosts_on_loopback(tmp_path: Path) -> None:
    """Each has an address of its own, and they can be told each other's."""
    talk = ("sh", "-c", "echo I am {address} of {address1} and {address2}; exec sleep 60")
    hosts = (
        Host(address="10.77.0.1/24", servers=(SERVER, talk)),
        Host(address="10.77.0.20/24", servers=(talk,)),
    )
    with open_wires(Network(hosts=hosts, loopback="always"), tmp_path) as wires:
        said = [log.strip() for _, log in wires.logs() if "I am" in log]
    assert said == [
        "I am 127.0.0.1 of 127.0.0.1 and 127.0.0.2",
        "I am 127.0.0.2 of 127.0.0.1 and 127.0.0.2",
    ]


@pytest.mark.live
@pytest.mark.parametrize("where", ["command", "file"])
def test_an_address_of_the_suite_in_a_servers_words(tmp_path: Path, where: str) -> None:
    """A sentence: there the host has another, and the server would tell of one that nobody has."""
    server = ("sh", "-c", "sleep 9", "10.77.0.20" if where == "command" else "10.77.0.200")
    files = {"conf": "next-server 10.77.0.20;"} if where == "file" else {}
    hosts = (
        Host(address="10.77.0.1/24", servers=(server,), files=files),
        Host(address="10.77.0.20/24"),
    )
    network = Network(hosts=hosts, loopback="always")
    with (
        pytest.raises(LabError, match=r"the host 10\.77\.0\.20 has another address: say \{addr"),
        open_wires(network, tmp_path),
    ):
        pass


@pytest.mark.live
def test_servers_that_do_not_know_their_ports(refused: None, tmp_path: Path) -> None:
    """Status 3 and a sentence that says what would do; without loopback, what to enable."""
    path = suite(tmp_path, 'server = ["sh", "-c", "sleep 9"]', CASES)
    said = complaint(run("check", path), 3)
    assert said.startswith("No private network can be made here: because. sh cannot run on the")
    assert "{dhcp_port}" in said
    said = complaint(run("check", path, "--no-loopback"), 3)
    assert said == "No private network can be made here: because."


def test_loopback_is_for_servers_that_are_started(tmp_path: Path) -> None:
    """Status 2 for an interface or a practice network."""
    said = complaint(run("check", "--starter", "--network", "plain-dhcp", "--loopback"), 2)
    assert said == "--loopback is for servers that are started: --server, or a suite"
    with pytest.raises(SuiteError, match=r"network\.loopback: no server is started here"):
        suite_of({
            "network": {"practice": "plain-dhcp", "loopback": "always"},
            "cases": [{"name": "a", "profiles": ["ipxe"], "boots": True}],
        })  # fmt: skip
    with pytest.raises(SuiteError, match="loopback"):
        suite_of({
            "network": {"server": ["x"], "loopback": "sometimes"},
            "cases": [{"name": "a", "profiles": ["ipxe"], "boots": True}],
        })  # fmt: skip
