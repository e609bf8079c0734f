"""One boot of a profile, for those who hold a link: labs, tests of servers, lessons."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pxeclient.boot.client import BootClient
from pxeclient.boot.machine import Machine
from pxeclient.boot.options import architecture
from pxeclient.boot.traits import Traits
from pxeclient.link.base import Link
from pxeclient.link.paced import PacedLink
from pxeclient.link.simulated import SimulatedLink
from pxeclient.practice.boot_files import kind_for
from pxeclient.practice.network import PracticeNetwork
from pxeclient.practice.scenario import by_name, load
from pxeclient.profile import Profile
from pxeclient.profile.claiming import claiming
from pxeclient.run import run
from pxeclient.trace import Trace


def boot(
    profile: Profile,
    machine: Machine,
    link: Link,
    where: str,
    keys: tuple[str, ...] = (),
    deadline: float | None = None,
    time_scale: float = 1.0,
) -> Trace:
    """Boot a machine over a link until it ends.

    Args:
        profile: Its firmware.
        machine: What tells it from others.
        link: The wire.
        where: What the trace calls the wire.
        keys: What somebody presses, one after the other.
        deadline: Seconds of the firmware's clock after which it is stopped.
        time_scale: Pace of the firmware's clock; 0.1 is ten times as fast.

    Raises:
        LinkError: The link failed on the way.
    """
    client = BootClient(profile.traits, profile.policy, machine)
    trace = Trace(profile.name, profile.title, where)
    paced = link if time_scale == 1.0 else PacedLink(link, time_scale)
    return run(client, paced, trace, deadline, keys=keys)


def practice(network: str | Path, traits: Traits) -> SimulatedLink:
    """A practice network by its name, or a scenario file, with boot files that suit the machine.

    Raises:
        ScenarioError: There is no such network, or the file is none.
    """
    is_file = isinstance(network, Path) or network.endswith((".toml", ".json"))
    found = load(str(network)) if is_file else by_name(str(network))
    return SimulatedLink(PracticeNetwork(found, kind_for(architecture(traits.dhcp) or 0)))


def of_architecture(profile: Profile, code: int) -> Profile:
    """The same firmware calling itself another architecture, in options 93 and 60.

    No firmware is known to be that: it is for trying how a server tells architectures apart.
    The profile's evidence says nothing of it.

    Source: RFC 4578 §2.1, RFC 5970 §3.3 (the numbers).

    Raises:
        ValueError: It is no number of 16 bits.
        ProfileError: The firmware sends no option 93.
    """
    if not 0 <= code <= 0xFFFF:
        raise ValueError(f"client architecture {code} is no number of 16 bits")
    return replace(claiming(profile, code), name=f"{profile.name} as architecture {code}")
