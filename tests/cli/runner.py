"""Running the command line: in this process, or as a process of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from pxeclient.cli.main import cli
from tests.cli import ready

IPXE = "ipxe"
VMWARE = "vmware-e1000e"
BOTH = (IPXE, VMWARE)

CHECKOUT = Path(__file__).parents[2]

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
"""Characters that have no place in output, save the end of a line."""


def run(*arguments: str, env: Mapping[str, str] | None = None) -> Result:
    """Run the command line in this process; an unexpected exception is raised here."""
    result = CliRunner().invoke(cli, arguments, env=env, prog_name="pxeclient")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def boot(*arguments: str, profile: str = IPXE) -> Result:
    """Run `pxeclient boot` in this process."""
    return run("boot", "--profile", profile, *arguments)


def report(*arguments: str, profile: str = IPXE) -> dict[str, Any]:
    """The object that `pxeclient boot --json` prints; there is nothing else on either stream."""
    result = boot("--json", *arguments, profile=profile)
    assert result.stderr == ""
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    assert found["exit_code"] == result.exit_code
    return found


def complaint(result: Result, status: int) -> str:
    """The sentence that a command ended with; it is the only one."""
    assert result.exit_code == status, result.output
    assert result.stdout == ""
    return sentence(result.stderr)


def sentence(errors: str) -> str:
    """The one message on standard error, after click's hint how to use the command."""
    *hint, last = errors.splitlines()
    assert last.startswith("Error: "), errors
    assert all(line == "" or line.startswith(("Usage: ", "Try ")) for line in hint), errors
    return last.removeprefix("Error: ")


def process(
    *arguments: str,
    env: Mapping[str, str] | None = None,
    stdout: int | None = None,
    stderr: int | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run the command line as a process; a stream is read, unless it goes to a descriptor."""
    return ready.run(arguments, env or {}, stdout, stderr)


def started(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The same with an interpreter that starts for it."""
    return subprocess.run(
        command(*arguments),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        cwd=CHECKOUT,
    )


def command(*arguments: str) -> Sequence[str]:
    """The command line of a process."""
    return [sys.executable, "-W", "error", "-m", "pxeclient", *arguments]


def shell(line: str) -> subprocess.CompletedProcess[str]:
    """Run a line of shell in which `$PXECLIENT` is the command."""
    return subprocess.run(
        ["bash", "-c", f'pxeclient() {{ "$PYTHON" -W error -m pxeclient "$@"; }}\n{line}'],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=CHECKOUT,
        env={**os.environ, "PYTHON": sys.executable, "PXECLIENT": "pxeclient"},
    )
