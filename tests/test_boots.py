"""One boot of a profile on a link."""

from __future__ import annotations

from pathlib import Path

import pytest

from pxeclient import profile as profiles
from pxeclient.boots.boot import boot
from pxeclient.boots.networks import network
from pxeclient.nbp import identify
from pxeclient.outcome import Booted
from pxeclient.practice.scenario import ScenarioError
from pxeclient.profile.claiming import of_architecture


@pytest.mark.parametrize(
    ("name", "kind"),
    [("ipxe", "raw"), ("edk2", "pe"), ("edk2-aarch64", "pe")],
)
def test_practice_serves_what_the_machine_runs(name: str, kind: str) -> None:
    """The boot file suits the architecture."""
    found = profiles.load(name)
    trace = boot(found, found.machine, network("plain-dhcp").wire(found.traits))
    assert isinstance(trace.outcome, Booted)
    assert identify(trace.outcome.content).kind == kind


def test_time_scale() -> None:
    """The firmware's clock runs ten times as fast as the link's: it sees its own seconds."""
    found = profiles.load("ipxe")
    wire = network("silence").wire(found.traits)
    trace = boot(found, found.machine, wire, deadline=5.0, pace=0.1)
    assert trace.pace == pytest.approx(0.1)
    assert trace.stopped == "deadline"
    assert trace.ended == pytest.approx(5.0)
    assert wire.link.now() == pytest.approx(0.5)


def test_practice_files(tmp_path: Path) -> None:
    """A scenario file is taken by its path; what is none is refused."""
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\nservers = []\n')
    found = profiles.load("ipxe")
    for wanted in (path, str(path)):
        wire = network(wanted).wire(found.traits)
        assert wire.link.receive(0.1) is None
        assert wire.name == f"practice network of {path}"
    assert network("mine.toml", tmp_path).scenario.name == "mine"
    for wrong in ("nowhere", "nowhere.toml", tmp_path):
        with pytest.raises(ScenarioError):
            network(wrong)


def test_architectures() -> None:
    """Options 93 and 60 agree; everything else is the firmware's."""
    own = profiles.load("edk2")
    other = of_architecture(own, 9)
    assert other.name == "edk2 as architecture 9"
    assert other.traits.dhcp.values["93"] == "0009"
    assert bytes.fromhex(other.traits.dhcp.values["60"]) == b"PXEClient:Arch:00009:UNDI:003000"
    assert of_architecture(own, 7).traits == own.traits
    for wrong in (-1, 65536):
        with pytest.raises(ValueError, match="16 bits"):
            of_architecture(own, wrong)
