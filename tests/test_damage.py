"""The tool that damages captures: it finds what it looks for, and makes what it says."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from tools.damage import trying
from tools.damage.__main__ import main
from tools.damage.others import EACH, KINDS, LINKS, MIXED

CAPTURES = Path(__file__).parent / "captures" / "ipxe-e1000e"


def run(*arguments: str) -> Result:
    """Run the tool in this process."""
    return CliRunner().invoke(main, arguments)


def test_some_damaged_captures() -> None:
    """A few of the many: no fault, and the same again for the same seed."""
    found = run(str(CAPTURES), "--count", "12", "--seed", "5")
    assert found.exit_code == 0, found.output
    assert "12 files, 0 faults" in found.output
    again = run(str(CAPTURES), "--count", "12", "--seed", "5")
    assert found.output.splitlines()[:-2] == again.output.splitlines()[:-2]


def test_other_protocols(tmp_path: Path) -> None:
    """Each kind has its files, and one of each is no network boot."""
    made = run("make", str(tmp_path / "all"))
    count = EACH * (len(KINDS) + len(LINKS)) + MIXED
    assert made.output.endswith(f"{count} captures\n")
    files = sorted((tmp_path / "all").iterdir())
    assert len(files) == count
    (tmp_path / "some").mkdir()
    for path in files[::EACH]:
        path.rename(tmp_path / "some" / path.name)
    found = run("others", str(tmp_path / "some"))
    assert found.exit_code == 0, found.output


def test_a_boot_is_none_of_them(tmp_path: Path) -> None:
    """It says which file tells of a boot, and whose."""
    content = (CAPTURES / "plain-dhcp-bootfile" / "capture.pcap").read_bytes()
    (tmp_path / "boot.pcap").write_bytes(content)
    found = run("others", str(tmp_path))
    assert found.exit_code == 1
    assert "boot.pcap: explain tells of a boot of 52:54:00:12:34:56" in found.output


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("raise LookupError('gone')", "LookupError: gone"),
        ("print('\\x1b[2J')", "prints control characters"),
        ("raise SystemExit(2)", "exit status 2"),
        ("while True: pass", "of processor time"),
    ],
)
def test_faults_are_found(
    body: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A traceback, octets that no terminal should see, another status, a hang."""

    @click.command(context_settings={"ignore_unknown_options": True})
    @click.argument("arguments", nargs=-1)
    def broken(arguments: tuple[str, ...]) -> None:
        del arguments
        exec(body)

    monkeypatch.setattr(trying, "cli", broken)
    monkeypatch.setattr(trying, "COMMANDS", (("compare",),))
    monkeypatch.setattr(trying, "MOST_SECONDS", 0.2)
    tally = trying.Tally()
    trying.attempt(tmp_path / "x.pcap", "x", tally)
    assert len(tally.faults) == 1
    assert words in tally.faults[0]
