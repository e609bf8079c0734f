"""What a profile is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pxeclient.boot.dhcp.options import uses_nic
from pxeclient.boot.machine import Machine
from pxeclient.boot.policy import Policy
from pxeclient.boot.traits import Traits
from pxeclient.decisions import Evidence, Known


class ProfileError(ValueError):
    """A profile is wrong or unknown; the text names the file, the key and the reason."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A choice that a profile can be had with instead of its own."""

    name: str
    summary: str
    source: Known
    """How well it is known that such a machine exists."""
    values: Mapping[str, Any]
    """Other values, by dotted key."""
    switches: tuple[str, ...]
    """Names of changes to the decision tables."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One firmware."""

    name: str
    title: str
    summary: str
    """What is special about it, in one sentence."""
    policy: Policy
    traits: Traits
    machine: Machine
    """The machine that boots if the user names none."""
    values: Mapping[str, object]
    """Every value as it stands in the file, by dotted key."""
    evidence: Mapping[str, Known]
    """How well each of `values` is known."""
    path: Path
    variants: Mapping[str, Variant]
    """The other choices that the profile can be had with, by name."""
    runs: tuple[str, ...] = ()
    """The kinds of boot file that it starts, as `nbp.KINDS` has them."""
    chosen: tuple[Variant, ...] = ()
    """Those that it is had with here."""
    description: str = ""
    """How it boots, told in paragraphs; empty where nobody has written one."""
    unknown: tuple[str, ...] = ()
    """What nobody knows about it, a sentence each."""
    version: str = ""
    """Which state of it: another where a value or a rule is another (`versions.version_of`)."""

    @property
    def shows_nic(self) -> bool:
        """The network card's PCI ids are on the wire."""
        return uses_nic(self.traits.dhcp)

    def evidence_levels(self) -> Mapping[Evidence, int]:
        """How many values and rules are known how well, strongest first."""
        counts = dict.fromkeys(Evidence, 0)
        for source in self.evidence.values():
            counts[source.level] += 1
        for table in tables(self.policy):
            for rule in table.rules:
                counts[rule.source.level] += 1
        return counts


def tables(policy: Policy) -> Iterator[Any]:
    """The decision tables of a policy, in the order in which a boot asks them."""
    for name in policy.__dataclass_fields__:
        if name != "name":
            yield getattr(policy, name)
