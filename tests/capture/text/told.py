"""What is told of a capture, in a form in which two can be held together."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from pxeclient import profile as profiles
from pxeclient.explain.stop import Stop
from pxeclient.explain.story import Explanation, explain
from pxeclient.seen.attempts import Kind

KNOWN = [profiles.load(name) for name in ("edk2", "ipxe", "vmware-e1000e")]


class Told(NamedTuple):
    """One attempt to boot."""

    mac: str
    kind: Kind
    stop: Stop
    sentence: str
    findings: frozenset[str]
    replies: tuple[tuple[object, ...], ...]
    likeness: str


def explained(text: str | bytes, folder: Path) -> Explanation:
    """What is made of a text."""
    path = folder / "paste.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return explain(path, KNOWN)


def attempts(found: Explanation) -> list[Told]:
    """The attempts of all that boot."""
    return [
        Told(
            str(story.station.mac),
            told.attempt.kind,
            told.ending.stop,
            told.ending.sentence,
            frozenset(one.id for one in told.findings),
            tuple(
                (one.kind, one.source, one.address, one.next_server, one.file, one.option_67)
                for one in told.replies
            ),
            told.fingerprint.likeness.value,
        )
        for story in found.stories
        if story.is_network_boot
        for told in story.attempts
    ]


def of_text(text: str | bytes, folder: Path) -> list[Told]:
    """The attempts that a text tells of."""
    return attempts(explained(text, folder))


def of_capture(path: Path) -> list[Told]:
    """The attempts in a capture file."""
    return attempts(explain(path, KNOWN))
