"""Where in its file each case of a suite stands."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.check.places import lines
from pxeclient.check.reading import STARTER, load, suite_of

HEAD = 'profiles = ["ipxe"]\n'


def places(folder: Path, text: str) -> dict[str, int]:
    """The lines of the cases of a suite with that text."""
    path = folder / "suite.toml"
    path.write_text(text, encoding="utf-8")
    return lines(path, suite_of(tomllib.loads(text)).cases)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('[[cases]]\nname = "a"\nboots = true\n\n  [[ cases ]] # two\nname = "b"\nboots = true',
         {"a": 2, "b": 6}),
        ('[["cases"]]\nboots = true\nname = "a"\n', {"a": 2}),
        ("[['cases']]\r\nboots = true\r\nname = 'a'\r\n", {"a": 2}),
        # What only looks like the head of a case.
        ('# [[cases]]\n[[cases]]\nname = "a"\nwhy = """\n[[cases]]\nname = "b"\n"""\nboots = true',
         {"a": 3}),
        ("[[cases]]\nname = 'a'\nwhy = '''\n[[cases]]\n'''\nboots = true\n", {"a": 2}),
        ('[[cases]]\nname = "a"\nwhy = "\\"\\"\\" # \\\\"\nboots = true\n[[cases]]\nname = "b"\n'
         "boots = true", {"a": 2, "b": 6}),
        # Cases without heads: where the name stands.
        ('cases = [\n  { name = "a", boots = true },\n  { boots = "x", name = \'b\' },\n]\n',
         {"a": 3, "b": 4}),
        # A name that stands there twice is not told: nobody knows which is meant.
        ('cases = [\n  { name = "a", boots = { name = "a" } },\n  { name = "b", boots = true }\n]',
         {"b": 4}),
        # A name with signs that are escaped, and some that are not shown as they are.
        ('cases = [{ name = "\\u0061\\u202e", boots = true }]', {"a\N{REPLACEMENT CHARACTER}": 2}),
    ],
)  # fmt: skip
def test_where_cases_stand(tmp_path: Path, text: str, found: dict[str, int]) -> None:
    """The line of the head, or of the name."""
    assert places(tmp_path, HEAD + text) == found


def test_the_starter() -> None:
    """Each line is that of a head, the case's name stands below it."""
    text = STARTER.read_text(encoding="utf-8").splitlines()
    cases = load(STARTER).cases
    found = lines(STARTER, cases)
    assert list(found) == [case.name for case in cases]
    for name, line in found.items():
        assert text[line - 1] == "[[cases]]"
        assert text[line] == f'name = "{name}"'


WHYS = st.text(alphabet=st.sampled_from("[]\"'#\\\n =casesnm{}"), max_size=40).map(
    lambda text: text.replace("\r", "")
)


@given(st.lists(WHYS, min_size=1, max_size=4))
def test_whatever_else_stands_in_a_case(
    tmp_path_factory: pytest.TempPathFactory, whys: list[str]
) -> None:
    """Strings of all four kinds are no heads: each case is found at its own."""
    text = HEAD
    wanted = {}
    for at, why in enumerate(whys):
        wanted[f"case {at}"] = text.count("\n") + 1
        quoted = why.replace("\\", "\\\\").replace('"', '\\"')
        text += f'[[cases]]\nname = "case {at}" # "\nboots = true\nwhy = """{quoted}"""\n'
    assert places(tmp_path_factory.mktemp("suite"), text) == wanted


def test_a_file_that_has_gone(tmp_path: Path) -> None:
    """Nothing is told."""
    cases = suite_of({"profiles": ["ipxe"], "cases": [{"name": "a", "boots": True}]}).cases
    assert lines(tmp_path / "none.toml", cases) == {}
