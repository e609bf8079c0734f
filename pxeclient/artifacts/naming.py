"""Names of folders: made of what users call their cases, never of what came from a network.

They hold in every file system and URL as they are, and stores of build artifacts take them:
letters and digits of ASCII, dot, plus, underscore and hyphen; no dot or hyphen first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256

LONGEST = 100
"""Signs of a name. Most file systems take 255 octets; whoever unpacks them may add a path."""

_OTHERS = re.compile(r"[^A-Za-z0-9._+]+")
_SAFE = re.compile(r"[A-Za-z0-9_+][A-Za-z0-9._+-]*")
# Windows keeps these for devices, whatever follows a dot.
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


def is_safe(path: str) -> bool:
    """A relative path of names such as these, of at most two."""
    parts = path.split("/")
    return len(parts) <= 2 and all(
        _SAFE.fullmatch(part) and len(part) <= LONGEST + 8 for part in parts
    )


def safe(text: str) -> str:
    """The text as a name; another text may have the same."""
    name = _OTHERS.sub("-", text)[:LONGEST].strip(".-")
    return f"{name}-" if _DEVICES.fullmatch(name) else name or "unnamed"


def apart(texts: Iterable[str]) -> list[str]:
    """A name for each, none of them twice, also where big and small letters are the same."""
    taken: set[str] = set()
    names = []
    for text in texts:
        name = first = safe(text)
        number = 1
        while name.lower() in taken:
            number += 1
            name = f"{first}-{number}"
        taken.add(name.lower())
        names.append(name)
    return names


def hashed(text: str) -> str:
    """A name that no other text has, without knowing the others."""
    digest = sha256(text.encode(errors="surrogatepass")).hexdigest()[:8]
    return f"{safe(text)[: LONGEST - 9].rstrip('.-')}-{digest}"
