"""Debian's boot loaders, unpacked by ``make loaders``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent.parent / ".venv" / "loaders"


def loader(name: str) -> bytes:
    """A file of Debian's packages; the test skips where they are not there, and fails under CI."""
    path = FOLDER / name
    if (FOLDER / "complete").exists():
        return path.read_bytes()
    if os.environ.get("CI") == "true":
        pytest.fail(f"{path} is not there; `make loaders` unpacks Debian's packages")
    pytest.skip("Debian's boot loaders are not there; `make loaders` unpacks them")
