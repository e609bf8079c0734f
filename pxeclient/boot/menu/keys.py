"""The keys of a keyboard, by the names that firmwares and people call them."""

from __future__ import annotations

from string import ascii_uppercase

from pxeclient.spelling import close

NAMES = (
    *(f"F{number}" for number in range(1, 13)),
    *(f"Ctrl-{letter}" for letter in ascii_uppercase),
    *("ESC", "Enter", "Space", "Tab", "Backspace", "Insert", "Delete"),
    *("Up", "Down", "Left", "Right", "Home", "End", "PgUp", "PgDn"),
)
"""All that are not a character. What one of them does is a firmware's affair."""


def check_key(name: str) -> None:
    """See whether there is such a key: no firmware would say that it knows none.

    Raises:
        ValueError: It is neither a name nor a character; the text says what is close.
    """
    if len(name) == 1 or name in NAMES:
        return
    hint = close(name, NAMES) or "F8, ESC, Enter, Down or a character"
    raise ValueError(f"no key is called {name!r}: {hint}")
