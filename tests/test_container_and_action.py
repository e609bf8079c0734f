"""`Containerfile` and `action.yml`: what can be said of them without building or running them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from pxeclient.cli.main import _COMMANDS
from tests.cli.runner import run

ROOT = Path(__file__).parent.parent
CONTAINER = (ROOT / "Containerfile").read_text(encoding="utf-8")
ACTION = (ROOT / "action.yml").read_text(encoding="utf-8")

STUB = '#!/bin/sh\nfor word; do printf "%s\\0" "$word"; done\n'
"""A command that prints its arguments."""


def instructions(text: str) -> list[tuple[str, str]]:
    """The instructions of a Containerfile, continued lines joined."""
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    return [
        (word, rest.strip())
        for line in joined.splitlines()
        if line.strip()
        for word, _, rest in [line.partition(" ")]
    ]


def scripts(text: str) -> list[str]:
    """The ``run: |`` blocks of a workflow, without their indentation."""
    found = re.findall(r"^( +)run: \|\n((?:\1 +.*\n|\n)+)", text, flags=re.MULTILINE)
    return [re.sub(rf"^{indent}  ", "", block, flags=re.MULTILINE) for indent, block in found]


def inputs() -> dict[str, str]:
    """The action's inputs and their defaults."""
    section = ACTION.partition("\ninputs:\n")[2].partition("\nruns:\n")[0]
    found = re.findall(r"^  (\w+):\n    description: .+\n    default: (.+)$", section, re.MULTILINE)
    assert section.count("description:") == len(found)
    return {name: default.strip('"') for name, default in found}


def step(number: int) -> str:
    """The text of a step of the action."""
    return ACTION.split("\n    - name: ")[number]


def test_the_image_has_all_that_the_build_needs() -> None:
    """What is copied exists, and has whatever pyproject.toml names."""
    copied = [
        word
        for name, rest in instructions(CONTAINER)
        if name == "COPY" and not rest.startswith("--from")
        for word in rest.split()[:-1]
    ]
    assert all((ROOT / word).exists() for word in copied)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needed = {"pyproject.toml", project["project"]["readme"], *project["project"]["license-files"]}
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert needed | {*wheel["packages"], *wheel["force-include"]} == set(copied)


def test_the_image_is_not_root() -> None:
    """The last stage runs as a user by number, and starts the command, which boots."""
    stages = CONTAINER.split("\nFROM ")[1:]
    last = instructions(f"FROM {stages[-1]}")
    users = [rest for name, rest in last if name == "USER"]
    assert users == ["1000"]
    assert [name for name, _ in last].index("USER") > [name for name, _ in last].index("COPY")
    commands = {name: rest for name, rest in last if name in ("ENTRYPOINT", "CMD")}
    assert json.loads(commands["ENTRYPOINT"]) == ["pxeclient"]
    assert run(*json.loads(commands["CMD"])).exit_code == 0
    assert {rest.split()[0] for name, rest in instructions(CONTAINER) if name == "FROM"} == {
        "debian:trixie-slim"
    }


def test_the_comments_of_the_image_name_real_commands() -> None:
    """The calls that they show can be made."""
    shown = re.findall(r"^#  +.*\bpxeclient (\w+) .*$", CONTAINER, re.MULTILINE)
    assert set(shown) == {"boot", "corpus"} <= set(_COMMANDS)


def test_the_action_uses_no_other_action() -> None:
    """Nothing outside is run, so nothing needs to be pinned."""
    assert "uses:" not in ACTION
    assert "using: composite" in ACTION
    assert ACTION.count("shell: bash") == len(scripts(ACTION)) == 2
    assert "\t" not in ACTION


def test_inputs_are_no_part_of_a_script() -> None:
    """They come as environment variables: text of theirs is never read by the shell."""
    for script in scripts(ACTION):
        assert "${{" not in script
    used = re.findall(r"^        (\w+): \$\{\{ inputs\.(\w+) \}\}$", step(2), re.MULTILINE)
    assert {name: name.upper() for name in inputs()} == {name: variable for variable, name in used}
    assert ACTION.count("${{ inputs.") == len(used)
    assert inputs() == {"command": "boot", "profile": "", "interface": "", "args": ""}
    assert inputs()["command"] in _COMMANDS


@pytest.fixture
def runner(tmp_path: Path) -> Path:
    """A runner's folder, with commands that print their arguments."""
    folder = tmp_path / "pxeclient" / "bin"
    folder.mkdir(parents=True)
    for place in (folder / "pxeclient", tmp_path / "sudo"):
        place.write_text(STUB, encoding="utf-8")
        place.chmod(0o755)
    return tmp_path


def called(runner: Path, **values: str) -> list[str]:
    """What the action's second step runs with these inputs, by the shell that runs it."""
    given = {name.upper(): default for name, default in inputs().items()} | values
    bash = shutil.which("bash")
    assert bash is not None
    done = subprocess.run(
        [bash, "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", scripts(ACTION)[1]],
        env={"PATH": f"{runner}{os.pathsep}{os.environ['PATH']}", "RUNNER_TEMP": str(runner)}
        | given,
        cwd=runner,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    assert done.stderr == ""
    return done.stdout.split("\0")[:-1]


def test_plain_call(runner: Path) -> None:
    """Without an interface there are no rights to be had."""
    assert called(runner) == ["boot"]
    assert called(runner, PROFILE="ipxe", ARGS="--network\nsilence\n") == [
        "boot",
        "--profile=ipxe",
        "--network",
        "silence",
    ]
    assert called(runner, COMMAND="corpus", ARGS="out") == ["corpus", "out"]


def test_call_on_an_interface(runner: Path) -> None:
    """With sudo, since it takes CAP_NET_RAW; what GitHub says of itself stays known."""
    kept, *words = called(runner, PROFILE="ipxe", INTERFACE="c0")
    command = str(runner / "pxeclient" / "bin" / "pxeclient")
    assert kept == "--preserve-env=GITHUB_ACTIONS,GITHUB_STEP_SUMMARY,GITHUB_WORKSPACE"
    assert words == [command, "boot", "--profile=ipxe", "--interface=c0"]


HOSTILE = "$(touch x); touch x `touch x` \"'*&& touch x"


@pytest.mark.parametrize("name", ["PROFILE", "INTERFACE", "COMMAND", "ARGS"])
def test_hostile_inputs(runner: Path, name: str) -> None:
    """Whatever an input holds, it is one argument."""
    before = sorted(runner.rglob("*"))
    words = called(runner, **{name: HOSTILE})
    assert sum(word.endswith(HOSTILE) for word in words) == 1
    assert sorted(runner.rglob("*")) == before


def test_the_call_fits_the_commands() -> None:
    """`boot` takes the options in the form in which the action gives them."""
    assert run("boot", "--profile=ipxe", "-q").exit_code == 0
    result = run("boot", "--profile=ipxe", "--interface=no-such-interface")
    assert result.exit_code == 3
