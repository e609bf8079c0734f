"""Profiles of strangers: values of the right type that no firmware could have."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from pxeclient.profile import ProfileError, folder, load_file
from tests.boots import boot_on
from tests.cli.runner import CONTROL, run
from tools.fuzz.values import toml


def changed(tmp_path: Path, pattern: str, instead: str, base: str = "ipxe") -> Path:
    """A profile in which one place is another."""
    text = (folder() / f"{base}.toml").read_text(encoding="utf-8")
    found, count = re.subn(pattern, lambda _: instead, text, count=1, flags=re.M | re.S)
    assert count == 1
    path = tmp_path / "changed.toml"
    path.write_text(found, encoding="utf-8")
    return path


def document(base: str) -> dict[str, Any]:
    """A profile's values as they stand in its file."""
    return tomllib.loads((folder() / f"{base}.toml").read_text(encoding="utf-8"))


def with_values(tmp_path: Path, base: str, **values: Any) -> Path:
    """A profile with other tables, which its evidence covers."""
    data = document(base) | values
    if "failures" in values and isinstance(data["evidence"], dict):
        notes = {k: v for k, v in data["evidence"].items() if not k.startswith("failures")}
        data["evidence"] = {**notes, "failures": ["inferred", "made up"]}
        data.pop("variants", None)
    path = tmp_path / "changed.toml"
    path.write_text(toml(data), encoding="utf-8")
    return path


BOOTED = r"^booted = \[.*?\]"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{size:>5000000000}", "{size:>5000000000}: no format of a number"),
        ("{size:>999}", "no format of a number"),
        ("{size:zz}", "{size:zz}: no format of a number"),
        ("{size:.3f}", "no format of a number"),
        ("{size:{mac}}", "no format of a number"),
        ("{file:d}", "{file:d}: no format of a text"),
        ("{file!r:5d}", "{file!r}: no conversion"),
        ("{mac!a}", "no conversion"),
        ("{mac.__class__}", "{mac.__class__} is not one of"),
        ("{mac[0]}", "{mac[0]} is not one of"),
        ("{0}", "{0} is not one of"),
        ("{}", "{} is not one of"),
        ("{tftp-code}", "{tftp-code} is not one of"),
        ("{size", "expected '}'"),
        ("}", "Single '}'"),
    ],
)
def test_formats_are_looked_at_when_loaded(tmp_path: Path, line: str, words: str) -> None:
    """Not when the line comes on the screen, after a whole boot."""
    path = changed(tmp_path, BOOTED, f"booted = ['{line}']")
    with pytest.raises(ProfileError) as raised:
        load_file(path)
    assert str(raised.value).startswith(f"{path}: screen.booted: ")
    assert words in str(raised.value)


@pytest.mark.parametrize("line", ["{size:,}", "{size:08x}", "{size:>9}", "{mac:*^30}", "{{}}"])
def test_plain_formats_may_stand(tmp_path: Path, line: str) -> None:
    """And are shown at the end of a boot."""
    path = changed(tmp_path, BOOTED, f"booted = ['{line}']")
    assert run("boot", "-p", str(path), "-q").exit_code == 0


@pytest.mark.parametrize(
    ("failure", "key", "text", "is_known"),
    [
        ("tftp-not-found", "screen", ["{tftp-code:02} {text}"], True),
        ("tftp-not-found", "screen", ["{type}"], False),
        ("no-offer", "screen", ["{tftp-message}"], False),
        ("no-offer", "text", "{address}", False),
        ("no-discovery-reply", "text", "{type:04x}", True),
    ],
)
def test_a_failure_names_what_is_known_then(
    tmp_path: Path, failure: str, key: str, text: str | list[str], is_known: bool
) -> None:
    """What a server sent in an ERROR is there for errors of TFTP alone."""
    words = {"code": "X", "text": "x", key: text}
    path = with_values(tmp_path, "vmware-e1000e", failures={failure: words})
    if is_known:
        load_file(path)
    else:
        with pytest.raises(ProfileError, match=rf"failures\.{failure}\.{key}: .* is not one of"):
            load_file(path)


@pytest.mark.parametrize(
    ("pattern", "instead", "words"),
    [
        (r"waits = \[[^\]]*\]", "waits = [nan]", "nan is not a finite number"),
        (r"waits = \[[^\]]*\]", "waits = [inf]", "inf is not a finite number"),
        (r"waits = \[[^\]]*\]", "waits = [1e308, 1e308]", "not between 0 and 86400 seconds, a day"),
        (r"waits = \[[^\]]*\]", "waits = [86401]", "not between 0 and 86400 seconds, a day"),
        (r"waits = \[[^\]]*\]", "waits = [-1]", "not between 0 and"),
        (r"waits = \[[^\]]*\]", "waits = [0]", "0 is no waiting time"),
        (r"waits = \[[^\]]*\]", f"waits = [{'1e-9,' * 5000}]", "1000 are the most"),
        (r"^ttl = \d+", f"ttl = {'9' * 5000}", "thousands of digits"),
        (r"^ttl = \d+", "ttl = 340282366920938463463", "a whole number of 69 bits"),
        (r"^ttl = \d+", "ttl = -1", "-1 is not between"),
        (r"^every = [\d.]+", "every = 1e-300", "every: 1e-300 is less than 0.01 s"),
        (r"^booted = \[.*?\]", f"booted = ['{'x' * 5000}']", "5000 characters, 4096 are the most"),
    ],
)
def test_numbers_are_within_bounds(tmp_path: Path, pattern: str, instead: str, words: str) -> None:
    """Finite, not negative, and no more than a firmware could mean."""
    path = changed(tmp_path, pattern, instead)
    with pytest.raises(ProfileError) as raised:
        load_file(path)
    assert words in str(raised.value)


@pytest.mark.parametrize("code", [-1, 65536, 10**30])
def test_an_error_code_has_16_bits(tmp_path: Path, code: int) -> None:
    """What a client sends a server when it aborts."""
    tftp = {**document("edk2")["tftp"], "abort-code": code}
    with pytest.raises(ProfileError, match=r"abort-code: "):
        load_file(with_values(tmp_path, "edk2", tftp=tftp))


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("machine", True, "machine: not a table"),
        ("machine", {}, "machine: "),
        ("dhcp", 1, "dhcp: missing"),
        ("evidence", [], "evidence: missing"),
        ("description", 1, "description: not a text"),
    ],
)
def test_a_table_is_a_table(tmp_path: Path, key: str, value: Any, words: str) -> None:
    """Something else in its place is told as that."""
    with pytest.raises(ProfileError, match=words):
        load_file(with_values(tmp_path, "ipxe", **{key: value}))


def test_messages_are_a_table(tmp_path: Path) -> None:
    """Of kinds of messages."""
    dhcp = {**document("ipxe")["dhcp"], "messages": True}
    with pytest.raises(ProfileError, match=r"dhcp\.messages: not a table"):
        load_file(with_values(tmp_path, "ipxe", dhcp=dhcp))


def test_a_mark_that_comes_late_must_be_there(tmp_path: Path) -> None:
    """It was a division by the number of marks."""
    screen = document("vmware-e1000e")["screen"]
    screen["configuring"] = {**screen["configuring"], "marks": [], "lag": 0.1}
    with pytest.raises(ProfileError, match=r"screen\.configuring\.marks: missing"):
        load_file(with_values(tmp_path, "vmware-e1000e", screen=screen))


TEXTS = "\\u001b]0;owned\\u0007\\u001b[2J\\u001b[31m\\u202e\\u0008\\r ok"


@pytest.mark.parametrize("key", ["title", "summary", "name"])
def test_what_it_calls_itself_is_fit_to_print(tmp_path: Path, key: str) -> None:
    """Whichever command prints it, on a terminal or not."""
    path = str(changed(tmp_path, rf"^{key} = .*?$", f'{key} = "{TEXTS}"'))
    for arguments in (
        ("boot", "-p", path),
        ("boot", "-p", path, "--json"),
        ("boot", "-p", path, "--color", "always"),
        ("profiles", "show", path),
        ("matrix", "-p", path),
    ):
        shown = run(*arguments).output
        shown = re.sub(r"\x1b\[(?:\d+;)*\d*m", "", shown) if "--color" in arguments else shown
        assert not CONTROL.search(shown)
        assert "\u202e" not in shown


def test_its_screen_keeps_what_a_screen_knows(tmp_path: Path) -> None:
    """Back by one and back to the beginning are a firmware's own; nothing else is."""
    path = changed(tmp_path, BOOTED, f'booted = ["abc\\b\\bX\\rY{TEXTS[:-3]}"]')
    trace = boot_on(load_file(path), "plain-dhcp")
    printed = "".join(record.item.line for record in trace.records if hasattr(record.item, "line"))
    assert "abc\b\bX\rY" in printed
    assert "\x1b" not in printed
    assert not CONTROL.search(run("boot", "-p", str(path), "--screen").output)
