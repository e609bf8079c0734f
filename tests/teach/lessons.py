"""A lesson for the tests, to be changed."""

from __future__ import annotations

from pathlib import Path

from pxeclient.teach.lesson import Lesson
from pxeclient.teach.loading import load_file

LESSON = """
title = "A <title> & more"
group = "Tests"
order = 1
network = "plain-dhcp"
aim = "You know."
intro = "It begins."
learnt = ["It ended with `x < y`."]

[expects.ipxe]
ends = "booted"
file = "boot.0 from 10.77.0.3"
rules = ["after-ack/no-proxy-offer"]

[[steps]]
title = "Words only"
text = "No *moment* here."

[[steps]]
title = "An offer"
match = { received = "DHCPOFFER", of = "10.77.0.1" }
show = ["yiaddr", "option 43", "43.6", "tftp tsize"]
claims = { "yiaddr" = "10.77.0.50" }
text = "First."
question = "And?"
answer = "So."

[[steps]]
title = "The end"
match = { end = true }
text = "Last."
"""


def write(folder: Path, text: str = LESSON) -> Path:
    """The lesson as a file."""
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def lesson(folder: Path, *changes: tuple[str, str]) -> Lesson:
    """The lesson with these words replaced."""
    text = LESSON
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return load_file(write(folder, text))
