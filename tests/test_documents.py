"""The one guard of files that somebody else may have written."""

from __future__ import annotations

import ast
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pxeclient import documents
from pxeclient.check.reading import SuiteError
from pxeclient.check.reading import load as load_suite
from pxeclient.documents import DocumentError, json, octets, text, toml
from pxeclient.practice.scenario import ScenarioError
from pxeclient.practice.scenario import load as load_scenario
from pxeclient.profile import ProfileError
from pxeclient.profile import load_file as load_profile
from pxeclient.teach.lesson import LessonError
from pxeclient.teach.loading import load_file as load_lesson

ROOT = Path(__file__).parent.parent / "pxeclient"
READERS: dict[str, tuple[Callable[[Path], object], type[Exception]]] = {
    "profile": (load_profile, ProfileError),
    "scenario": (load_scenario, ScenarioError),
    "suite": (load_suite, SuiteError),
    "lesson": (load_lesson, LessonError),
}

HOSTILE = {
    "lists": (b"a = " + b"[" * 50_000 + b"]" * 50_000, "nested too deeply"),
    "lists-33": (b"a = " + b"[" * 33 + b"]" * 33, "nested too deeply"),
    "names": (b"a." * 300_000 + b"a = 1", "nested too deeply"),
    "table": (b"[" + b"a." * 5000 + b"a]", "nested too deeply"),
    "quoted": (b'"a" . ' * 5000 + b"a = 1", "nested too deeply"),
    "digits": (b"a = " + b"9" * 5000, "thousands of digits"),
    "bits": (b"b.c = [0x" + b"f" * 17 + b"]", "b.c[0]: a whole number of 68 bits"),
    "negative": (b"a = -" + b"9" * 30, "a: a whole number of 100 bits"),
    "key": (b'"' + b"k" * 2000 + b'" = 1', "a key of 2000 characters"),
    "octets": (b"# \xff", "not UTF-8"),
    "utf-16": ("a = 1".encode("utf-16"), "not UTF-8"),
    "long": (b"#" * (documents.MOST_OCTETS + 1), "longer than"),
    "many": (b"a = [" + b"1," * 250_000 + b"]", "values"),
    "nul": (b"a = 1\0", "not TOML"),
}


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("what", HOSTILE)
def test_every_reader_refuses_it_in_a_sentence(tmp_path: Path, kind: str, what: str) -> None:
    """Whoever reads: the file's name, and what is wrong where."""
    load, error = READERS[kind]
    content, words = HOSTILE[what]
    path = tmp_path / "x.toml"
    path.write_bytes(content)
    with pytest.raises(error) as raised:
        load(path)
    told = str(raised.value)
    assert told.startswith(f"{path}: ")
    assert words in told
    assert told.isprintable()
    assert len(told) < 2500


@pytest.mark.parametrize("kind", READERS)
def test_what_is_no_file_is_not_waited_for(tmp_path: Path, kind: str) -> None:
    """An endless device behind a link, a FIFO that nobody writes to, a folder, nothing."""
    load, error = READERS[kind]
    path = tmp_path / "x.toml"
    makers: list[tuple[Callable[[], object], str]] = [
        (lambda: path.symlink_to("/dev/zero"), "a device, not a file"),
        (lambda: os.mkfifo(path), "a pipe, not a file"),
        (lambda: path.symlink_to(path), "symbolic links"),
    ]
    for make, words in makers:
        make()
        with pytest.raises(error, match=words):
            load(path)
        path.unlink()
    with pytest.raises(error, match="No such file"):
        load(path)
    path.mkdir()
    with pytest.raises(error, match="directory"):
        load(path)


@pytest.mark.parametrize("kind", ["profile", "scenario", "lesson"])
@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e999"])
def test_numbers_are_finite(tmp_path: Path, kind: str, number: str) -> None:
    """A suite says so in its own words."""
    load, error = READERS[kind]
    path = tmp_path / "x.toml"
    path.write_text(f"[one.two]\nthree = [1, {number}]\n", encoding="utf-8")
    with pytest.raises(error, match=r"one\.two\.three\[1\]: .* is not a finite number"):
        load(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
        ('{"a":' * 40 + "1" + "}" * 40, "nested too deeply"),
        ('{"servers": [], "title": ' + "9" * 10_000 + "}", "not JSON"),
        ('{"title": NaN}', "not JSON"),
        ('{"title": 1e999}', "not JSON"),
        ("", "not JSON"),
    ],
)
def test_json_is_held_to_the_same(tmp_path: Path, content: str, words: str) -> None:
    """Scenarios come as JSON, too."""
    path = tmp_path / "x.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DocumentError, match=words):
        json(path)
    with pytest.raises(ScenarioError, match=words):
        load_scenario(path)


def test_a_pipe_with_somebody_at_its_end_is_read() -> None:
    """What a shell's ``<(...)`` stands for, and /dev/stdin."""
    reading, writing = os.pipe()
    os.write(writing, b"a = 1\n")
    os.close(writing)
    try:
        assert toml(Path(f"/dev/fd/{reading}")) == {"a": 1}
    finally:
        os.close(reading)


def test_a_name_with_a_nul_is_no_file() -> None:
    """Such as a suite may give to its scenario."""
    with pytest.raises(DocumentError, match="its name has a NUL"):
        octets(Path("a\0b.toml"))


def test_what_is_within_bounds_is_read(tmp_path: Path) -> None:
    """Numbers of 64 bits, tables 31 deep, texts of any size that fits."""
    path = tmp_path / "x.toml"
    path.write_text(f"a = {2**63 - 1}\nb = {'[' * 31}{']' * 31}\nc = '{'x' * 100_000}'\n")
    assert toml(path)["a"] == 2**63 - 1
    assert text(path).startswith("a = ")


def test_nobody_else_reads_toml() -> None:
    """A reader that does not go through the guard is a hole in it."""
    for path in ROOT.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for alias in node.names
        }
        assert "tomllib" not in names or path == ROOT / "documents.py", path
