"""Practice networks as links: by name, or from a scenario file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pxeclient.boot.dhcp.options import architecture
from pxeclient.boot.traits import Traits
from pxeclient.boots.boot import Wire
from pxeclient.harmless import clean
from pxeclient.link.simulated import SimulatedLink
from pxeclient.practice.boot_files import kind_for
from pxeclient.practice.model import Scenario
from pxeclient.practice.network import PracticeNetwork
from pxeclient.practice.scenario import by_name, load


def is_file(wanted: str | Path) -> bool:
    """It is a scenario file's path, not the name of a network."""
    return isinstance(wanted, Path) or wanted.endswith((".toml", ".json"))


def title(wanted: str | Path) -> str:
    """What the network is called in traces and tables."""
    return clean(f"practice network {'of ' if is_file(wanted) else ''}{wanted}")


@dataclass(frozen=True, slots=True)
class Network:
    """A practice network. Each link to it is to new servers, in the same state."""

    wanted: str | Path
    """The name or path by which it was found."""
    scenario: Scenario

    def link(self, arch: int | None) -> SimulatedLink:
        """To its servers, with boot files for a client of that architecture (option 93)."""
        return SimulatedLink(PracticeNetwork(self.scenario, kind_for(arch or 0)))

    def wire(self, traits: Traits) -> Wire:
        """To its servers, with boot files that suit that firmware."""
        return Wire(self.link(architecture(traits.dhcp)), title(self.wanted))


def network(wanted: str | Path, folder: Path | None = None) -> Network:
    """The practice network of that name, or of that scenario file.

    Args:
        wanted: A name of ``pxeclient networks``, or a path that ends in .toml or .json.
        folder: What a relative path is relative to; the current one if None.

    Raises:
        ScenarioError: There is no such network, or the file is none.
    """
    if not is_file(wanted):
        return Network(wanted, by_name(str(wanted)))
    return Network(wanted, load(wanted if folder is None else folder / wanted))
