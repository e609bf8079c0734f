"""The command lines of comparing and learning."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pxeclient.cli.main import cli
from tests.compare.recordings import CAPTURES, PROXY, PROXY_PROFILE


@pytest.mark.parametrize(("profile", "status"), [(PROXY_PROFILE, 0), ("ipxe", 1), ("nobody", 2)])
def test_the_exit_status_is_the_verdict(profile: str, status: int) -> None:
    """0 equal, 1 different, 2 for a profile that there is none of."""
    found = CliRunner().invoke(cli, ["compare", str(PROXY), "--profile", profile])
    assert status == found.exit_code, found.output


def test_the_json_has_every_difference() -> None:
    """With the frame, the aspect, the field and the sentence."""
    capture = CAPTURES / "ipxe-head-e1000e" / "plain-dhcp-bootfile" / "capture.pcap"
    found = CliRunner().invoke(cli, ["compare", str(capture), "-p", PROXY_PROFILE, "--json"])
    data = json.loads(found.output)
    assert data["schema"] == "pxeclient-compare/2"
    assert data["equal"] is False
    first = data["differences"][0]
    assert {"aspect", "frame", "field", "sentence"} == set(first)
    assert first["frame"] == 1


def test_a_file_that_is_no_capture_is_a_problem_of_the_environment(tmp_path: Path) -> None:
    """Exit status 3 and one sentence."""
    path = tmp_path / "x.pcap"
    path.write_text("nothing")
    found = CliRunner().invoke(cli, ["compare", str(path), "-p", "ipxe"])
    assert found.exit_code == 3
    assert "no capture" in found.output


def test_learning_prints_a_profile_and_checks_one() -> None:
    """On standard output; with --contradictions only what contradicts the base."""
    learn = ["profiles", "learn", str(PROXY), "-p"]
    written = CliRunner().invoke(cli, [*learn, PROXY_PROFILE, "--name", "mine"])
    assert written.exit_code == 0
    assert 'name = "mine"' in written.output
    same = CliRunner().invoke(cli, [*learn, PROXY_PROFILE, "--contradictions"])
    assert (same.exit_code, same.output.strip()) == (0, "")
    other = CliRunner().invoke(cli, [*learn, "ipxe", "--contradictions"])
    assert other.exit_code == 1
    assert "dhcp.values.55" in other.output
