"""What ``pxeclient profiles rows`` prints; apart, so that listing profiles stays quick."""

from __future__ import annotations

from collections.abc import Iterator

from pxeclient.compare.rows import Answer, answers, page, what
from pxeclient.profile import Profile

TABLE = "intel21"


def lines(profile: Profile, markdown: bool) -> Iterator[str]:
    """The whole table, for a terminal or as Markdown."""
    if markdown:
        yield page(profile, TABLE).rstrip()
        return
    found = answers(profile, TABLE)
    for answer in found:
        yield from _lines(answer)
    differing = sum(not answer.agrees for answer in found)
    yield (
        f"{len(found)} cases; in {differing} of them {profile.name} does something else than the"
        " evidence says of VMware's ROM (≠)."
    )


def _lines(answer: Answer) -> Iterator[str]:
    row = answer.row
    mark = "=" if answer.agrees else "≠"
    yield f"{mark} {row.row:4} {row.situation}"
    yield f"       evidence: {row.action} [{row.known}]"
    yield f"       profile:  {what(answer)}"
    for rule, source in answer.rules:
        yield f"                 {rule} [{source.level}]"
