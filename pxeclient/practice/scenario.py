"""Loading scenarios: the built-in networks by name, other files by path."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from pxeclient import documents
from pxeclient.harmless import clean, complaint
from pxeclient.practice.complaint import sentence
from pxeclient.practice.model import Scenario as Scenario
from pxeclient.practice.option_spec import from_text
from pxeclient.spelling import close

DEFAULT = "plain-dhcp"
"""The network where everything is as it should be."""

_NETWORKS = Path(__file__).with_name("networks")
_RECORDED = Path(__file__).with_name("recorded")

_REFUSED = {
    "hosts": "real servers cannot run on the practice network",
    "http": "HTTP servers cannot run on the practice network",
}
_RECORDING_ONLY = ("timeout",)
"""Keys that tell a recorder how to record and say nothing about the servers."""


class ScenarioError(ValueError):
    """A scenario cannot be used; the text names the file and the key, and says why."""


def names() -> list[str]:
    """The built-in networks, in alphabetical order."""
    return sorted(path.stem for path in _NETWORKS.glob("*.toml"))


def recorded_names() -> list[str]:
    """The situations in which real firmware was recorded, in alphabetical order."""
    return sorted(path.stem for path in _RECORDED.glob("*.json"))


def text_of(name: str) -> tuple[str, str]:
    """The form (``toml``, ``json``) and the text of the file of one that there is."""
    built_in = _NETWORKS / f"{name}.toml"
    path = built_in if name in names() else _RECORDED / f"{name}.json"
    return path.suffix[1:], path.read_text(encoding="utf-8")


@cache
def by_name(name: str) -> Scenario:
    """A built-in network, or a recorded situation.

    Raises:
        ScenarioError: There is none of that name; the text says which is meant, or who lists them.
    """
    known, recorded = names(), recorded_names()
    if name in known:
        return load(_NETWORKS / f"{name}.toml")
    if name in recorded:
        return load(_RECORDED / f"{name}.json")
    every = "`pxeclient networks` lists them, and with --recorded those of the recordings"
    hint = close(name, [*known, *recorded], most=3) or every
    raise ScenarioError(f"there is no practice network {name!r}: {hint}")


def load(path: Path | str) -> Scenario:
    """Read a scenario from a ``.toml`` or ``.json`` file.

    Raises:
        ScenarioError: The file cannot be read, or something in it is not right.
    """
    path = Path(path)
    try:
        return _convert(_read(path), path.stem)
    except (msgspec.ValidationError, ValueError) as error:
        what = sentence(str(error), "scenario", Scenario)
        raise ScenarioError(complaint(f"{path}: {what}")) from None


def _read(path: Path) -> object:
    match path.suffix:
        case ".toml":
            return documents.toml(path)
        case ".json":
            return documents.json(path)
        case _:
            raise ValueError("a scenario is a .toml or a .json file")


def _convert(raw: object, name: str) -> Scenario:
    if not isinstance(raw, dict):
        raise ValueError("a scenario is a table of keys, this is something else")
    for key, why in _REFUSED.items():
        if key in raw:
            raise ValueError(f"{why} - at `$.{key}`")
    table: dict[str, Any] = {"name": name}
    table |= {key: value for key, value in raw.items() if key not in _RECORDING_ONLY}
    if "desc" in table:
        table.setdefault("title", table["desc"])
        del table["desc"]
    found = msgspec.convert(table, Scenario, dec_hook=from_text)
    shown = {key: clean(getattr(found, key)) for key in ("name", "title", "shows")}
    servers = tuple(replace(one, name=clean(one.name)) for one in found.servers)
    return replace(found, **shown, servers=servers)
