"""The entries: three TOML files beside this module, checked key by key."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from pxeclient.decisions import Evidence, Known
from pxeclient.documents import own_toml
from pxeclient.outcome import Failure

_FILES = ("failures", "others", "screens")


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of a file: every key is known."""


class Family(_Table, frozen=True, kw_only=True):
    """Firmware that decides alike."""

    name: str = ""
    """As in the catalogue; filled in there."""
    title: str
    kin: str = ""
    """The family that it is a variant of, and is less well known than."""


class See(_Table, frozen=True):
    """Where a failure can be watched."""

    network: str
    """The practice network."""
    families: tuple[str, ...] = ()
    """For these policies only; empty is all."""
    not_for: tuple[str, ...] = ()
    """Profiles that end otherwise there."""
    keys: tuple[str, ...] = ()
    """What somebody presses."""


class Never(_Table, frozen=True):
    """Firmware that has words for a failure and no way to get there."""

    families: tuple[str, ...]
    why: str


class _Sourced(_Table, frozen=True, kw_only=True):
    """Something that is known, of some firmware better than of other."""

    source: Known
    sources: dict[str, Known] = msgspec.field(default_factory=dict)
    """For single families, instead of `source`."""

    def known(self, family: Family) -> Known:
        """How well it is known of that family's firmware."""
        level, where = self.source
        if family.name in self.sources:
            return self.sources[family.name]
        if family.kin and level is Evidence.OBSERVED:
            return Known(Evidence.RELATED, where)
        return self.source


class Cause(_Sourced, frozen=True, kw_only=True):
    """What on the wire leads to a failure."""

    why: str
    cures: tuple[str, ...]
    """Names of cures (`pxeclient.advice`), the best first."""
    families: tuple[str, ...] = ()
    """For these policies only; empty is all."""


class Entry(_Sourced, frozen=True, kw_only=True):
    """One failure."""

    means: str
    causes: tuple[Cause, ...]
    """The most likely first."""
    see: tuple[See, ...]
    never: tuple[Never, ...] = ()
    meant: bool = False
    """Ask first whether the machine was meant to boot from the network."""


class Line(_Table, frozen=True):
    """A line on the screen that is no failure's own."""

    begins: str
    """How a profile's line begins that is one of these."""
    text: str
    means: str
    source: Known
    see: See
    meant: bool = False


class Screen(_Table, frozen=True):
    """Lines that a machine prints around a network boot, and that are no profile's."""

    who: str
    """Which firmware or program prints them."""
    texts: tuple[str, ...]
    """The first is the page's name; of one that goes on with names, what is always there."""
    means: str
    source: Known
    cures: tuple[str, ...] = ()
    meant: bool = False


class Others(_Table, frozen=True):
    """Codes that the machine itself causes, and the network hardly ever."""

    family: str
    why: str
    """What does cause them."""
    source: Known
    codes: tuple[tuple[str, str], ...]
    """Code and text."""
    causes: tuple[Cause, ...] = ()
    """What on the network does all the same, on firmware that is not emulated here."""


class Meant(_Table, frozen=True):
    """What to ask first of a machine that found nothing to boot."""

    text: str
    source: Known


class Catalogue(_Table, frozen=True):
    """All of it."""

    failures: dict[Failure, Entry]
    families: dict[str, Family]
    """By the policy's name, which those of all its firmware begin with."""
    lines: dict[str, Line]
    others: tuple[Others, ...]
    screens: tuple[Screen, ...]
    meant: Meant


@cache
def catalogue() -> Catalogue:
    """The entries that come with pxeclient."""
    folder = Path(__file__).parent
    tables: dict[str, Any] = {}
    for name in _FILES:
        tables |= own_toml(folder / f"{name}.toml")
    families: dict[str, dict[str, str]] = tables["families"]
    tables["families"] = {name: {"name": name, **keys} for name, keys in families.items()}
    return msgspec.convert(tables, Catalogue)


def applies(families: Sequence[str], policy: str) -> bool:
    """A policy is one of these, or a variant of one: its name goes on with a hyphen."""
    return not families or any(policy == name or policy.startswith(f"{name}-") for name in families)


def family_of(policy: str) -> Family:
    """The family of firmware with this policy."""
    families = catalogue().families
    fitting = [name for name in families if applies((name,), policy)]
    return families[max(fitting, key=len)] if fitting else Family(name=policy, title=policy)
