"""docs/reference/corpus.md: its snippets compile and read a corpus, and it names every key."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pxeclient.corpus.purposes import MessagePurpose
from tests.corpus.made import PROFILES, folder, manifest, messages

DOCS = (Path(__file__).parents[2] / "docs" / "reference" / "corpus.md").read_text(encoding="utf-8")
NAMES = ("ipxe", "vmware-e1000e")


def snippet(language: str) -> str:
    """The code of that language; there is one."""
    (code,) = re.findall(rf"^```{language}\n(.*?)^```$", DOCS, re.DOTALL | re.MULTILINE)
    return str(code)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A corpus on the disk."""
    for path, content in folder(*NAMES).items():
        target = tmp_path / "testdata" / "pxe" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return tmp_path


def expected() -> str:
    """What the snippets print."""
    return "".join(
        f"{m['profile']} {m['number']}: {m['files']['udp-payload']['size']} octets,"
        f" secs {m['dhcp']['secs']}\n"
        for m in messages(*NAMES)
        if m["purpose"] == "dhcp-discover"
    )


def _done(*command: str, at: Path) -> str:
    done = subprocess.run(command, cwd=at, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")
def test_c(written: Path) -> None:
    """It compiles without a warning, and finds the DISCOVERs."""
    (written / "read.c").write_text(snippet("c"), encoding="utf-8")
    _done("cc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-o", "read", "read.c", at=written)
    assert _done("./read", at=written) == expected()


@pytest.mark.skipif(shutil.which("rustc") is None, reason="no Rust compiler")
def test_rust(written: Path) -> None:
    """The same."""
    (written / "read.rs").write_text(snippet("rust"), encoding="utf-8")
    _done("rustc", "--edition=2021", "-D", "warnings", "-o", "read", "read.rs", at=written)
    assert _done("./read", at=written) == expected()


@pytest.mark.skipif(shutil.which("go") is None, reason="no Go compiler")
def test_go(written: Path) -> None:
    """Its test passes, for each DISCOVER."""
    (written / "go.mod").write_text("module pxe\n\ngo 1.20\n", encoding="utf-8")
    (written / "pxe_test.go").write_text(snippet("go"), encoding="utf-8")
    shown = _done("go", "test", "-v", "./...", at=written)
    assert shown.count("--- PASS: TestDiscovers/") == expected().count("\n")


def test_keys() -> None:
    """Every key of the manifest is explained, and every purpose."""
    found = manifest(*PROFILES)
    keys = {*found, *found["profiles"][0], *found["situations"][0]}
    for message in found["messages"]:
        keys |= {*message, *message["evidence"], *message["ethernet"], *message.get("ipv4", ())}
        keys |= {*message.get("udp", ()), *message.get("tftp", ())}
        for option in message.get("dhcp", {}).get("options", ()):
            keys |= set(option)
    assert {key for key in keys if f"`{key}`" not in DOCS and f"`{key}[]`" not in DOCS} == set()
    assert {purpose for purpose in MessagePurpose if f"`{purpose}`" not in DOCS} == set()
