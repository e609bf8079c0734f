"""One protocol's lines in Wireshark's packet details."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_VALUE = re.compile(r"\s*\[?(?:[01.]{1,4} ){0,4}(?:= )?([A-Za-z][\w ()'-]{1,50}?): ?(.*)")


@dataclass(slots=True)
class Section:
    """One protocol's lines: the first as it stands, and those below."""

    name: str
    title: str
    lines: list[str] = field(default_factory=list)
    data: bytes = b""
    """Octets that are shown below it."""

    def value(self, *names: str) -> str | None:
        """What is said behind one of the names, in any case of letters."""
        wanted = {name.lower() for name in names}
        for line in self.lines:
            found = _VALUE.match(line)
            if found is not None and found.group(1).lower() in wanted:
                return found.group(2)
        return None

    def number(self, *names: str) -> int | None:
        """The same as a number, decimal or with 0x before it."""
        text = self.value(*names)
        found = re.match(r"0x([0-9a-fA-F]{1,8})|(\d{1,10})", text or "")
        if found is None:
            return None
        return int(found.group(1), 16) if found.group(1) else int(found.group(2))
