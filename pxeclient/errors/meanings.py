"""Which code means what on which firmware: profiles' failures beside the catalogue's entries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from pxeclient import profile as profiles
from pxeclient.advice import Cure, fill, places_for
from pxeclient.advice import catalogue as cures
from pxeclient.boot.dhcp.options import architecture
from pxeclient.decisions import Evidence, Known
from pxeclient.errors.catalogue import Cause, Entry, Family, See, applies, catalogue, family_of
from pxeclient.outcome import Failure
from pxeclient.profile import Profile

_URL = re.compile(r" \(https?://[^)]*\)$")
_CODE = re.compile(r"PXE-[A-Z][0-9A-Z]{2}\b")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code, or a text without code, means on some firmwares that are alike in this."""

    code: str
    """Such as ``PXE-E55`` or ``2d03e13b``; empty if there is only a text."""
    text: str
    """As on the screen, without the URL that iPXE puts behind it."""
    family: Family
    failure: Failure
    profiles: tuple[Profile, ...]
    entry: Entry
    known: Known
    """How well it is known that the first of these profiles prints this."""

    @property
    def name(self) -> str:
        """What it is looked up by: the code, or the text where there is none."""
        return self.code or self.text

    @property
    def policy(self) -> str:
        """The policy of the first of these profiles."""
        return self.profiles[0].policy.name

    @property
    def causes(self) -> tuple[Cause, ...]:
        """Those of the entry that hold for this firmware."""
        return tuple(cause for cause in self.entry.causes if applies(cause.families, self.policy))

    def cure(self, name: str) -> Cure:
        """A cure, with what this firmware's architecture needs filled in."""
        code = architecture(self.profiles[0].traits.dhcp)
        return fill(cures()[name], places_for(code))

    @property
    def never(self) -> str:
        """Why this firmware never gets there; empty if it does."""
        return next((n.why for n in self.entry.never if applies(n.families, self.policy)), "")

    @property
    def see(self) -> See | None:
        """Where to watch it with the first of the profiles; None if it never gets there."""
        return self.see_with(self.profiles[0])

    def see_with(self, profile: Profile) -> See | None:
        """Where to watch it with this profile; None if it never gets there."""
        fitting = (
            see
            for see in self.entry.see
            if applies(see.families, self.policy) and profile.name not in see.not_for
        )
        return None if self.never else next(fitting, None)


def command(profile: str, see: See) -> str:
    """What to type to watch it."""
    keys = "".join(f" --key {key}" for key in see.keys)
    return f"pxeclient boot -p {profile} --network {see.network}{keys}"


@cache
def meanings() -> tuple[Meaning, ...]:
    """All of the profiles that come with pxeclient, in the order of families and codes."""
    found = tuple(_meanings(profiles.load(name) for name in profiles.names()))
    families = list(catalogue().families.values())
    return tuple(sorted(found, key=lambda each: (_rank(each.family, families), _order(each))))


def _rank(family: Family, families: list[Family]) -> int:
    return families.index(family) if family in families else len(families)


def _order(meaning: Meaning) -> tuple[bool, str, int]:
    """Codes before mere texts; of one code, the failures in the order of a boot."""
    return not meaning.code, meaning.name, list(Failure).index(meaning.failure)


def _meanings(loaded: Iterable[Profile]) -> Iterator[Meaning]:
    alike: dict[tuple[str, Failure, str, str], list[Profile]] = {}
    for profile in loaded:
        family = family_of(profile.policy.name).name
        for failure, words in profile.traits.failures.items():
            text = plain(words.text)
            # A line that is no failure's own, such as PXE-M0F, has its code in the text only.
            code = words.code or _leading_code(text)
            alike.setdefault((family, Failure(failure), code, text), []).append(profile)
    for (_, failure, code, text), unsorted in alike.items():
        same = sorted(unsorted, key=_best_known)
        known = same[0].evidence[f"failures.{failure}.text"]
        entry = catalogue().failures[failure]
        named = family_of(same[0].policy.name)
        yield Meaning(code, text, named, failure, tuple(same), entry, known)


def _best_known(profile: Profile) -> tuple[int, str]:
    return -profile.evidence_levels()[Evidence.OBSERVED], profile.name


def plain(text: str) -> str:
    """A text without iPXE's URL."""
    return _URL.sub("", text)


def _leading_code(text: str) -> str:
    found = _CODE.match(text)
    return found[0] if found else ""
