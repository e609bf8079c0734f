"""Profiles: everything about a firmware that is data, from ``profiles/*.toml``.

A profile names the family whose decision tables it uses and gives its identity: option
order and values, times, texts. Its ``[evidence]`` table says of every value how well it is
known; a value that it does not cover is an error, and so is an entry that covers nothing.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pxeclient.decisions import Evidence
from pxeclient.documents import DocumentError, toml
from pxeclient.harmless import complaint
from pxeclient.profile.evidence import capped
from pxeclient.profile.model import Profile, ProfileError, Variant, tables
from pxeclient.profile.reading import POLICIES, profile_of
from pxeclient.profile.variants import UnknownVariant
from pxeclient.spelling import close, close_or_all

__all__ = [
    "POLICIES",
    "Profile",
    "ProfileError",
    "Variant",
    "capped",
    "folder",
    "load",
    "load_file",
    "names",
    "tables",
]

_SHORTEST, _MOST = 3, 4
"""Letters of a word to look for in descriptions, and profiles that are named for it."""
_MOST_VALUES = 10_000
"""Of a profile; the largest of our own has some hundreds. Each has an entry of evidence to find."""


def folder() -> Path:
    """Where the profiles are: beside the package's modules when installed, else in the tree."""
    package = Path(__file__).parent.parent
    inside = package / "profiles"
    return inside if inside.is_dir() else package.parent / "profiles"


def names() -> list[str]:
    """The profiles that come with pxeclient."""
    return sorted(path.stem for path in folder().glob("*.toml"))


def load(name: str) -> Profile:
    """Load a profile by its name, or from the path of a ``.toml`` file.

    Variants follow the name, each after a plus sign: ``vmware-e1000e+port-68+prl-24``.

    Raises:
        ProfileError: There is none of that name, or its file is wrong.
    """
    if name.endswith(".toml"):
        return load_file(Path(name))
    base, *variants = name.split("+")
    if base.endswith(".toml"):
        return load_file(Path(base), tuple(variants))
    if base not in names():
        hint = close(base, names(), most=3) or _told_of(base) or close_or_all(base, names())
        raise ProfileError(f"no profile is called {base!r}: {hint}")
    return _built_in(base, tuple(variants))


def _told_of(word: str) -> str:
    """Those that are about it, such as ``esxi``, or were observed there; empty if none is."""
    if len(word) < _SHORTEST or not word.isalnum():
        return ""
    found = [repr(name) for name in names() if word.casefold() in _about(load(name)).casefold()]
    return f"{' or '.join(found[:_MOST])} may be meant" if found else ""


def _about(found: Profile) -> str:
    observed = {one.where for one in found.evidence.values() if one.level is Evidence.OBSERVED}
    return " ".join([found.title, found.description, *observed])


@cache
def _built_in(base: str, variants: tuple[str, ...]) -> Profile:
    """One of the package's own; what is part of the package is read once."""
    return load_file(folder() / f"{base}.toml", variants)


def load_file(path: Path, variants: tuple[str, ...] = ()) -> Profile:
    """Load the profile at `path`, with these variants.

    Raises:
        ProfileError: It cannot be read, or something in it is wrong.
    """
    try:
        return profile_of(path, toml(path, most_values=_MOST_VALUES), variants)
    except DocumentError as error:
        raise ProfileError(complaint(f"{path}: {error.bare}")) from None
    except UnknownVariant as error:
        raise ProfileError(complaint(f"{path.stem}: {error}")) from None
    except ProfileError as error:
        raise ProfileError(complaint(f"{path}: {error}")) from None
