"""A few of what `tools.fuzz` makes: nothing raises, and the tool finds what it looks for."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from random import Random  # noqa: TID251 - the tool's chance is a seed

import pytest
from click.testing import CliRunner

from pxeclient.profile import ProfileError, folder, load_file
from tests.examples import examples
from tools.fuzz import __main__ as tool
from tools.fuzz.subjects import SUBJECTS, Mutant
from tools.fuzz.values import LEFT_OUT, VALUES, leaves, put, toml


@pytest.mark.parametrize("what", SUBJECTS)
def test_a_few_of_each(what: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the tens of thousands that were tried: 25, always the same ones."""
    assert tool.fuzz(what, 25, 2026) == 0, capsys.readouterr().out


@pytest.mark.parametrize("what", SUBJECTS)
def test_a_seed_makes_the_same_files(what: str) -> None:
    """So a fault can be had again; another seed makes others."""
    make, _ = SUBJECTS[what]
    one, again, other = (make(Random(seed)) for seed in ("1 x", "1 x", "2 x"))
    assert one == again != other


def test_what_raises_is_told_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the seed's number, and the exit status 1."""

    def attempt(path: Path, chance: Random) -> Iterator[str]:
        del path, chance
        yield "prints control characters"
        raise LookupError("gone")

    made = Mutant(b"x = 1", ".toml", "nothing")
    monkeypatch.setitem(SUBJECTS, "errors", (lambda chance: made, attempt))
    found = CliRunner().invoke(
        tool.main, ["errors", "--count", "2", "--seed", "3", "--keep", str(tmp_path)]
    )
    assert found.exit_code == 1
    assert "errors 0 ('nothing'): LookupError: gone (test_fuzz.py:" in found.output
    assert "errors: 2 tried, 2 with faults" in found.output
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "errors-3-0.toml",
        "errors-3-1.toml",
    ]


def test_any_value_in_any_place_of_a_profile(tmp_path: Path) -> None:
    """A slice of all pairs of a place and a value: refused in a sentence, or loaded."""
    data = tomllib.loads((folder() / "vmware-e1000e.toml").read_text(encoding="utf-8"))
    pairs = [(place, value) for place in leaves(data) for value in (LEFT_OUT, *VALUES)]
    path, loaded = tmp_path / "x.toml", 0
    tried = min(examples(1.5), len(pairs))
    for place, value in Random(5).sample(pairs, tried):
        path.write_text(toml(put(data, place, value)), encoding="utf-8", errors="replace")
        told = refusal(path)
        loaded += not told
        assert not told or told.startswith(f"{path}: ")
        assert told.isprintable()
    assert 0 < loaded < tried


def refusal(path: Path) -> str:
    """What is wrong with a profile; nothing if nothing is."""
    try:
        load_file(path)
    except ProfileError as error:
        return str(error)
    return ""
