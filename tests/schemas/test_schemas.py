"""JSON Schema: what all commands print keeps to it, and nothing else would."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from pxeclient import __version__, schemas
from pxeclient import profile as profiles
from pxeclient.cli.main import cli
from pxeclient.report.words import KEYS
from tests.cli.runner import run
from tests.schemas.outputs import LINES, OBJECTS, objects, schema_of
from tests.schemas.valid import complaints, validator
from tools import schemas as making

EVERY = (*OBJECTS, *LINES)


@pytest.mark.parametrize("name", EVERY)
def test_what_commands_print_is_valid(name: str) -> None:
    """Every object of every command, in every situation."""
    for one in objects(name):
        assert complaints(schema_of(name), one) == []


@pytest.mark.parametrize("name", sorted(making.SHAPES))
def test_the_files_are_those_of_the_shapes(name: str) -> None:
    """Made by ``python -m tools.docs write``."""
    assert schemas.text(name) == making.text(name)


def test_no_file_is_left_over() -> None:
    """Each is of a shape."""
    assert schemas.names() == sorted(making.SHAPES)


def with_json(group: click.Group, before: tuple[str, ...] = ()) -> Iterator[str]:
    """The commands that print JSON, such as ``lab run``."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        if isinstance(command, click.Group):
            yield from with_json(command, (*before, name))
        if command is not None and {"as_json", "as_lines"} & {one.name for one in command.params}:
            yield " ".join((*before, name))


def test_no_command_is_left_out() -> None:
    """Of those that print JSON; the two of real servers are tried in live tests."""
    tried = {" ".join(words[: words.index("--json")]) for words in OBJECTS.values()}
    tried |= {words[0] for words in LINES.values()}
    assert set(with_json(cli)) - {"lab run", "real"} == tried


# --- strictness ------------------------------------------------------------------------------
def places(value: Any) -> Iterator[tuple[Any, str]]:
    """Every object below, with each of its keys."""
    for one in value.values() if isinstance(value, dict) else value:
        if isinstance(one, dict | list):
            yield from places(one)
    if isinstance(value, dict):
        yield from ((value, key) for key in value)


def shapes_of(found: Any) -> Iterator[tuple[Any, str]]:
    """Places of closed objects, those of each set of keys once."""
    seen: set[tuple[frozenset[str], str]] = set()
    for place, key in places(found):
        if (at := (frozenset(place), key)) not in seen and set(place) <= set(KEYS):
            seen.add(at)
            yield place, key


@pytest.mark.parametrize("name", ["boot", "matrix-capture", "explain-http", "check", "compare",
                                  "compare-another", "error", "nbp", "watch", "lines"])  # fmt: skip
def test_a_misspelt_a_missing_and_a_strange_key(name: str) -> None:
    """Are all refused, wherever in an object they are."""
    is_valid, count = validator(schema_of(name)).is_valid, 0
    for whole in objects(name)[-2:]:
        changed = copy.deepcopy(whole)
        # What an attempt of `watch` is, `explain` shows.
        every = shapes_of(changed) if name != "watch" else ((changed, key) for key in whole)
        for place, key in list(every):
            value = place.pop(key)
            assert not is_valid(changed), f"without {key}"
            place[f"{key}s"] = value
            assert not is_valid(changed), f"with {key}s in place of {key}"
            del place[f"{key}s"]
            place[key] = value
            place["strange"] = None
            assert not is_valid(changed), f"with a key more beside {key}"
            del place["strange"]
            count += 1
        assert is_valid(changed)
    assert count > 10


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("boot", ["result"], "booting"),
        ("boot", ["failure"], "no proxy reply"),
        ("boot", ["findings", 0, "severity"], "bad"),
        ("boot", ["findings", 0, "known", "level"], "seen"),
        ("boot", ["findings", 0, "cures", 0, "settings", "dnsmask"], ["x"]),
        ("boot", ["exit_code"], "10"),
        ("boot", ["time"], "yesterday"),
        ("boot", ["schema"], "pxeclient-boot/1"),
        ("check", ["results", 0, "status"], "cannot tell"),
        ("check", ["counts", "not met"], 1),
        ("matrix", ["rows", 0, "result"], "wrong file"),
        ("explain", ["clients", 0, "attempts", 0, "ending", "stop"], "tftp error"),
        ("explain", ["clients", 0, "attempts", 0, "firmware", "verdict"], "looks like"),
    ],
)
def test_a_value_that_no_command_prints(name: str, path: list[str | int], value: object) -> None:
    """Of a word that is none, or of another type."""
    changed = copy.deepcopy(objects(name)[0])
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert complaints(schema_of(name), changed) != []


# --- the heading -----------------------------------------------------------------------------
@pytest.mark.parametrize("name", EVERY)
def test_every_object_says_what_it_is_and_who_made_it(name: str) -> None:
    """Schema, version, time; of the lines of a boot the first does."""
    found = objects(name)[:1] if name.startswith("lines") else objects(name)
    for one in found:
        assert one["schema"].startswith("pxeclient-")
        assert one["tool_version"] == __version__
        assert one["time"].endswith("Z")
        if name != "lines":
            assert list(one)[:3] == ["schema", "tool_version", "time"]


def test_the_version_of_a_profile_stands_beside_its_name() -> None:
    """Wherever a profile is named, in every shape."""
    named = 0
    for name in schemas.names():
        for shape in json.loads(schemas.text(name))["$defs"].values():
            keys = shape["properties"]
            assert ("profile" in keys) is ("profile_version" in keys)
            named += "profile" in keys
    assert named > 5


@pytest.mark.parametrize("name", ["boot", "boot-variant", "matrix", "explain", "compare", "check"])
def test_it_is_that_profiles(name: str) -> None:
    """As it was loaded, variants included."""
    told = {
        (place["profile"], place["profile_version"])
        for place, key in places(objects(name))
        if key == "profile" and place["profile"] is not None
    }
    assert told
    for profile, version in told:
        base = profile.partition(" as architecture ")[0]
        assert version == profiles.load(base).version


# --- the command -----------------------------------------------------------------------------
def test_the_command_lists_and_prints_them() -> None:
    """`pxeclient schemas`."""
    listed = run("schemas").stdout.splitlines()
    assert [line.split()[0] for line in listed] == schemas.names()
    assert run("schemas", "boot").stdout == schemas.text("boot")
    done = run("schemas", "boots")
    assert done.exit_code == 2
    assert "did you mean 'boot'" in done.stderr


@pytest.mark.parametrize("name", ["boot", "matrix", "explain", "compare", "check"])
def test_a_report_is_the_same_object(name: str, tmp_path: Path) -> None:
    """Of ``--report json=FILE``, but for the time."""
    path = tmp_path / "report.json"
    run(*(word for word in OBJECTS[name] if word != "--json"), "--report", f"json={path}")
    found = json.loads(path.read_text(encoding="utf-8"))
    assert complaints(schema_of(name), found) == []
    assert list(found) == list(objects(name)[0])
