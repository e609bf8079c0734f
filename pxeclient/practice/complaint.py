"""What msgspec finds wrong in a document, as a sentence that begins with the key."""

from __future__ import annotations

import re

_PATH = re.compile(r" - at `\$([^`]*)`")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`")
_MISSING = re.compile(r"Object missing required field `(.*)`")


def sentence(text: str, document: str, table: str = "object") -> str:
    """An error's text with the key in front, as in ``servers[0].ip: 'ten' is not …``.

    Errors from inside a value have several paths, the innermost first.

    Args:
        text: What msgspec says.
        document: What an unknown key is no key of.
        table: What its format calls a table.
    """
    path = "".join(reversed(_PATH.findall(text)))
    text = _PATH.sub("", text)
    for pattern, complaint in (
        (_UNKNOWN, f"is no key of a {document}"),
        (_MISSING, "is missing"),
    ):
        if found := pattern.fullmatch(text):
            return f"{path}.{found[1]}: {complaint}".removeprefix(".")
    if text.startswith("Expected"):
        text = text.replace("`", "").replace("Expected", "expected").replace("object", table)
    return f"{path}: {text}".removeprefix(".") if path else text
