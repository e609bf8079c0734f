"""One spelling of an option has one meaning, and what needs an option has it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pxeclient.cli import old
from tests.cli.commands import COMMANDS, NAMES, old_options, options
from tests.cli.runner import IPXE, run

BOOTS = {"boot", "matrix", "check", "lab run"}
"""They boot machines."""
STORIES = {*BOOTS, "explain", "compare", "real"}
"""They end in a verdict."""
LISTS = {"findings", "errors", "profiles", "profiles list", "networks", "teach"}
"""They list what there is."""

TABLE = {
    ("-p", "--profile"): {*BOOTS, "ladder", "teach", "profiles learn", "compare", "corpus", "real"},
    ("-i", "--interface"): {"boot", "matrix", "check", "watch"},
    ("--network",): {"boot", "matrix", "check", "watch", "ladder"},
    ("--tap",): {"boot", "matrix"},
    ("--mac",): {
        "boot", "matrix", "lab run", "real", "explain", "compare", "profiles learn", "corpus",
    },
    ("-o", "--output"): {"ladder", "profiles learn", "completion"},
    ("-w", "--write"): {*BOOTS, "real"},
    ("--ladder",): {"boot", "matrix", "lab run", "explain"},
    ("--report",): STORIES,
    ("--json",): {*STORIES, *LISTS, "nbp"},
    ("--jsonl",): {"boot", "watch"},
    ("-v", "--verbose"): {*BOOTS, "explain", "watch", "ladder"},
    ("-q", "--quiet"): {*STORIES, "watch"},
    ("--time-scale",): BOOTS,
    ("--deadline",): {"boot", "matrix", "lab run", "real"},
    ("--address",): {"lab run", "real"},
    ("--ready",): {"lab run", "real"},
    ("--server-kind",): {*BOOTS, "explain", "watch"},
    ("--seed",): {"boot", "lab run", "corpus"},
    ("--uuid",): {"boot", "corpus"},
    ("--artifacts",): {"matrix", "check", "lab run"},
    ("--artifacts-all",): {"matrix", "check", "lab run"},
    ("--key",): {"boot", "lab run"},
    ("--color",): {*BOOTS, "explain", "watch", "teach"},
    ("--markdown",): {"matrix", "profiles rows"},
}  # fmt: skip
"""Every spelling that several commands have, and which. Without one are: `check`, whose suite says
who boots and for how long (`--mac`, `--seed`, `--deadline`) and which keeps a ladder of each boot
in its `--artifacts`; `check` and `lab run`, whose wire is their own (`--tap`, `-i`)."""


def _meaning(name: str, spelling: str) -> tuple[str, str, bool, str | None]:
    option = options(name)[spelling]
    first, _, _ = (option.help or "").partition(". ")
    return first.rstrip("."), type(option.type).__name__, option.is_flag, option.metavar


SPELLINGS = sorted({spelling for name in NAMES for spelling in options(name)})


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_one_meaning(spelling: str) -> None:
    """The first sentence of its help, its type, and what stands for its value are the same."""
    there = [name for name in NAMES if spelling in options(name)]
    assert len({_meaning(name, spelling) for name in there}) == 1, there


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_where_it_is(spelling: str) -> None:
    """What several commands have is in the table, and each command of the table has it."""
    there = {name for name in NAMES if spelling in options(name)}
    listed = [where for spellings, where in TABLE.items() if spelling in spellings]
    if len(there) > 1 or listed:
        assert listed == [there]


def test_a_letter_goes_with_its_word() -> None:
    """`-p` is `--profile` wherever it is."""
    for spellings in TABLE:
        for name in NAMES:
            had = {spelling in options(name) for spelling in spellings}
            assert len(had) == 1, (name, spellings)


OLD = [pytest.param(*one, id=f"{one[0]} {one[1].opts[0]}") for one in old_options()]


@pytest.mark.parametrize(("name", "option"), OLD)
def test_an_old_spelling_leads_to_one_of_now(name: str, option: old.Old) -> None:
    """It is in no help, and what is to be written instead is an option that the command has."""
    assert option.new.split()[0] in options(name)
    assert option.hidden
    assert not set(option.opts) & set(options(name))
    shown = run(*name.split(), "--help").stdout.replace(",", " ").split()
    assert not set(option.opts) & set(shown)


NOTE = "{} is an old spelling: write {}.\n"


def test_an_old_spelling_works_and_is_told_once(tmp_path: Path) -> None:
    """Of an option that takes a file."""
    before, now = tmp_path / "before", tmp_path / "now"
    done = run("boot", "-p", IPXE, "-o", str(before))
    assert done.stderr == NOTE.format("--output/-o", "--save-file FILE")
    assert run("boot", "-p", IPXE, "--save-file", str(now)).stderr == ""
    assert before.read_bytes() == now.read_bytes() != b""


def test_quiet_is_quiet_about_it(tmp_path: Path) -> None:
    """Nothing on standard error with -q."""
    assert run("boot", "-q", "-p", IPXE, "-o", str(tmp_path / "x")).stderr == ""
    assert (tmp_path / "x").exists()


def test_an_old_flag_becomes_a_value() -> None:
    """`check --tap` was a report, and not a TAP device."""
    suite = ("check", "--starter", "--network", "plain-dhcp", "--case", "A-*")
    before, now = run(*suite, "--tap"), run(*suite, "--report", "tap=-")
    assert before.stdout == now.stdout
    assert before.stdout.startswith("TAP version 13")
    assert before.stderr == NOTE.format("--tap", "--report tap=-")


def test_old_reports_are_added_to_the_new(tmp_path: Path) -> None:
    """Each is written, whichever way it is asked for."""
    suite = ("check", "--starter", "--network", "plain-dhcp", "--case", "A-*", "-q")
    files = {name: tmp_path / name for name in ("junit", "html", "json")}
    report = ("--report", f"json={files['json']}")
    run(*suite, "--junit", str(files["junit"]), *report, "--html", str(files["html"]))
    assert files["junit"].read_bytes().startswith(b"<?xml")
    assert files["html"].read_text().startswith("<!doctype html>")
    assert json.loads(files["json"].read_text())["schema"]


def test_an_old_and_a_new_spelling_of_one_value() -> None:
    """Nobody can tell which is meant."""
    done = run("boot", "-p", IPXE, "-o", "/tmp/x", "--save-file", "/tmp/y")
    assert done.exit_code == 2
    assert "--output is an old spelling: leave it out" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("tap",), "'tap' is no FORMAT=FILE, such as tap=FILE"),
        (("jnuit=x",), "there is no report 'jnuit' here: did you mean 'junit'?"),
        (("JUNIT=x",), "there is no report 'JUNIT' here: did you mean 'junit'?"),
        (("junit=",), "name a file: junit=FILE, or junit=- for standard output"),
        (("tap=-", "junit=-"), "standard output is for one report, not for tap and junit"),
        (("tap=x", "junit=x"), "--report tap and --report junit cannot both go to x"),
        (("tap=/",), "is a directory"),
        (("tap=/nowhere/x",), "there is no folder /nowhere"),
    ],
)
def test_reports_that_cannot_be(words: tuple[str, ...], said: str) -> None:
    """Said before anything boots."""
    given = [part for word in words for part in ("--report", word)]
    done = run("check", "--starter", "--network", "plain-dhcp", *given)
    assert done.exit_code in (2, 3)
    assert said in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    "words",
    [
        ("boot", "-p", IPXE),
        ("matrix", "-p", IPXE),
        ("check", "--starter", "--network", "plain-dhcp", "--case", "A-*"),
    ],
    ids=lambda words: words[0],
)
def test_json_is_a_report_on_standard_output(words: tuple[str, ...], tmp_path: Path) -> None:
    """In a file it is the same, and people are told as ever."""
    path = tmp_path / "told.json"
    data = _timeless(run(*words, "--json").stdout)
    assert _timeless(run(*words, "--report", "json=-").stdout) == data
    told = run(*words, "--report", f"json={path}")
    assert told.stdout == run(*words).stdout
    assert _timeless(path.read_text()) == data


def _timeless(text: str) -> str:
    """JSON without the time at which it was made, and how long that took by a clock on the wall."""
    shown, count = re.subn(r'"time": "\d[^"]*"', '"time": ""', text)
    assert count
    return re.sub(r'("\w*seconds"): [\d.e-]+', r"\1: 0", shown)


@pytest.mark.parametrize("name", sorted(LISTS))
def test_lists_as_json(name: str) -> None:
    """One object."""
    assert isinstance(json.loads(run(*name.split(), "--json").stdout), dict)


@pytest.mark.parametrize("name", sorted(STORIES))
def test_quiet_and_verbose_exclude_each_other(name: str) -> None:
    """Wherever both are."""
    if "-v" not in options(name):
        return
    words = {
        "boot": ("-p", IPXE),
        "lab run": ("-p", IPXE, "true"),
        "check": ("--starter", "--network", "silence"),
        "explain": ("x.pcap",),
    }.get(name, ())
    done = run(*name.split(), "-v", "-q", *words)
    assert done.exit_code == 2
    assert "--verbose and --quiet exclude each other" in done.stderr


def test_all_commands_are_looked_at() -> None:
    """The walk goes below groups."""
    assert {"boot", "lab run", "profiles learn"} <= set(COMMANDS)
