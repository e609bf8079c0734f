"""Which version of a Debian package is installed."""

from __future__ import annotations

import re
from pathlib import Path

_PACKAGES = Path("/var/lib/dpkg/status")


def installed_version(package: str, status: Path = _PACKAGES) -> str:
    """The version of an installed Debian package; empty where there is none."""
    text = status.read_text(encoding="utf-8", errors="replace") if status.is_file() else ""
    found = re.search(rf"(?m)^Package: {re.escape(package)}\n(?:.+\n)*?Version: (\S+)", text)
    return found.group(1) if found else ""
