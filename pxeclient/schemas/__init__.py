"""The objects that commands print with ``--json``: what they look like, and JSON Schema of it.

A module for each command has the shapes of its objects, as `TypedDict`s by which mypy checks the
functions that make them; nothing imports them when it runs. Of them `tools/schemas.py` makes the
``.json`` files here, one for each value of the key ``schema``.
"""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent


def names() -> list[str]:
    """The schemas there are, such as ``boot``."""
    return sorted(path.stem for path in _FOLDER.glob("*.json"))


def text(name: str) -> str:
    """One of them, as JSON text: what ``pxeclient NAME --json`` prints is valid by it.

    Raises:
        KeyError: There is none of that name.
    """
    if name not in names():
        raise KeyError(name)
    return (_FOLDER / f"{name}.json").read_text(encoding="utf-8")
