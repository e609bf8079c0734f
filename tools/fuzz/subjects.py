"""What is mutated, and what is done with it."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pxeclient
from pxeclient import profile
from pxeclient.teach import loading
from pxeclient.teach.lesson import LessonError
from pxeclient.teach.page import page
from pxeclient.teach.taught import take
from tools.damage.trying import run, wrong
from tools.fuzz import values

_PACKAGE = Path(pxeclient.__file__).parent
_REFUSED = 2
_DEADLINE = ("--deadline", "5000")
"""Seconds of the machine's clock: no firmware tries so long."""
_MENUS = ("--key", "F8", "--key", "Enter")


class Mutant(NamedTuple):
    """A file, or a text, as nobody should write it."""

    content: bytes
    suffix: str
    done: str
    """What was done to it."""


Make = Callable[[Random], Mutant]
Try = Callable[[Path, Random], Iterator[str]]


def _of(sources: Callable[[], tuple[Path, ...]]) -> Make:
    """Mutants of these files: as values, or as text."""

    def make(chance: Random) -> Mutant:
        source = chance.choice(sources())
        if chance.random() < 0.3:
            content, done = values.torn(_text(source), chance)
            return Mutant(content, source.suffix, f"{source.stem}: {done}")
        data, done = values.mutated(_data(source), chance)
        written = json.dumps(data) if source.suffix == ".json" else values.toml(data)
        return Mutant(written.encode(errors="replace"), source.suffix, f"{source.stem}: {done}")

    return make


@cache
def _text(source: Path) -> str:
    return source.read_text(encoding="utf-8")


@cache
def _data(source: Path) -> dict[str, Any]:
    text = _text(source)
    found: dict[str, Any] = json.loads(text) if source.suffix == ".json" else tomllib.loads(text)
    return found


@cache
def _profiles() -> tuple[Path, ...]:
    return tuple(sorted(profile.folder().glob("*.toml")))


_SLOW = "big-file"
"""It is 100 MB that come over the practice network, which takes its time."""


@cache
def _scenarios() -> tuple[Path, ...]:
    folder = _PACKAGE / "practice"
    found = [*folder.glob("networks/*.toml"), *folder.glob("recorded/*.json")]
    return tuple(sorted(path for path in found if path.stem != _SLOW))


@cache
def _suites() -> tuple[Path, ...]:
    return (_PACKAGE / "check" / "starter.toml", Path(__file__).with_name("suite.toml"))


@cache
def _lessons() -> tuple[Path, ...]:
    return tuple(sorted((_PACKAGE / "teach" / "lessons").glob("*.toml")))


STATUSES: Counter[tuple[str, int]] = Counter()
"""How often each command ended how."""


def _try_commands(commands: list[list[str]], good: tuple[int, ...]) -> Iterator[str]:
    """Run commands until one refuses what it is given; what is wrong with any."""
    for command in commands:
        result = run(command)
        STATUSES[command[0], result.exit_code] += 1
        found = list(wrong(result, (*good, _REFUSED)))
        yield from (f"{' '.join(command[:2])}: {why}" for why in found)
        if result.exit_code == _REFUSED or found:
            return
        if "--json" in command:
            json.loads(result.stdout)


_ENDS = (0, *range(10, 70), 124)
"""Exit statuses of `boot`: it booted, or the failure's own."""


def _try_profile(path: Path, chance: Random) -> Iterator[str]:
    nets = ["plain-dhcp", "silence", chance.choice([one.stem for one in _scenarios()])]
    boots = [["boot", "-p", str(path), "--network", net, *_DEADLINE] for net in nets]
    boots[0].append("--json")
    boots[2].append(chance.choice(("-v", "--screen", "-q")))
    yield from _try_commands([["profiles", "show", str(path)], *boots], _ENDS)


def _try_scenario(path: Path, chance: Random) -> Iterator[str]:
    who = chance.sample(("ipxe", "edk2", "vmware-e1000e", "intel-boot-agent"), 2)
    boots = [["boot", "-p", one, "--network", str(path), *_DEADLINE] for one in who]
    boots[0].append(chance.choice(("--json", "-v", "--screen")))
    yield from _try_commands(boots, (*_ENDS, 3))


def _try_suite(path: Path, chance: Random) -> Iterator[str]:
    form = chance.choice(([], ["--report", "tap=-"], ["--json"]))
    # A mutant's own network may be a command: it is never started.
    yield from _try_commands([["check", str(path), "--network", "plain-dhcp", *form]], (0, 1, 3))


def _try_lesson(path: Path, chance: Random) -> Iterator[str]:
    del chance
    try:
        page(take(loading.load_file(path)))
    except LessonError as error:
        if len(str(error).splitlines()) > 1:
            yield f"says more than a sentence: {error}"


def _screen_text(chance: Random) -> Mutant:
    """A line of some firmware's screen, changed."""
    texts = [
        one.text for name in profile.names() for one in profile.load(name).traits.failures.values()
    ]
    text = chance.choice(texts)
    octets, done = values.torn(text, chance)
    if chance.random() < 0.3:
        nasty = chance.choice(values.NASTY)
        octets, done = octets + nasty.encode(errors="replace"), f"{done}, {nasty[:20]!r}"
    return Mutant(octets, ".txt", f"{text!r}: {done}")


def _try_errors(path: Path, chance: Random) -> Iterator[str]:
    text = path.read_bytes().decode(errors="surrogateescape")
    form = chance.choice(([], ["--json"]))
    yield from _try_commands([["errors", *form, "--", text]], (0,))


SUBJECTS: dict[str, tuple[Make, Try]] = {
    "profiles": (_of(_profiles), _try_profile),
    "scenarios": (_of(_scenarios), _try_scenario),
    "suites": (_of(_suites), _try_suite),
    "lessons": (_of(_lessons), _try_lesson),
    "errors": (_screen_text, _try_errors),
}
