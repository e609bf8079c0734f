"""The documentation that programs make: one list of who makes what.

    python -m tools.docs write [PATH ...]     make these files, or all       (make docs)
    python -m tools.docs check [PATH ...]     name those that would change; 1 if there are any
    python -m tools.docs show PATH            one of them, as it would be

Pages written by hand are on the list for what commands print in them (`tools.transcripts`). A page
that needs real servers is made only when it is named. `tests/test_docs.py` checks all others.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from functools import cache, partial
from pathlib import Path

from pxeclient import profile as profiles
from pxeclient.check import peers
from pxeclient.compare import conformance, rows
from pxeclient.compare.suite import Compared, Firmware, check
from pxeclient.diagnose import page as findings
from pxeclient.errors import docs as errors
from tools import json_page, picture, schemas, segment
from tools.transcripts import renewed

ROOT = Path(__file__).parent.parent
CAPTURES = ROOT / "tests" / "captures"


@dataclass(frozen=True, slots=True)
class Document:
    """A file that is made, or parts of which are."""

    path: str
    """From the root of the repository."""
    make: Callable[[], str]
    """Its whole text."""
    is_live: bool = False
    """It takes real servers and minutes, and says which versions of them it met."""

    @property
    def written(self) -> str:
        """What stands there now; nothing where there is no such file."""
        path = ROOT / self.path
        return path.read_text(encoding="utf-8") if path.exists() else ""


@cache
def compared(firmware: Firmware, capture: Path) -> Compared:
    """A recording, compared once in a process."""
    return check(firmware, capture)


def _rows() -> str:
    return rows.page(profiles.load("vmware-e1000e"), "intel21")


MADE = (
    Document("docs/explanation/conformance.md", lambda: conformance.page(CAPTURES, compared)),
    Document("docs/reference/errors.md", errors.page),
    Document("docs/reference/findings.md", findings.page),
    Document("docs/reference/json.md", json_page.page),
    Document("docs/explanation/segment.md", segment.page),
    Document("docs/explanation/vmware-e1000e-rows.md", _rows),
    Document("docs/reference/peers.md", peers.whole_page, is_live=True),
    *(
        Document(f"docs/assets/boot-{scheme}.svg", partial(picture.picture, scheme))
        for scheme in picture.SCHEMES
    ),
)
"""Whole pages, and pictures."""


SCHEMAS = tuple(
    Document(f"pxeclient/schemas/{name}.json", partial(schemas.text, name))
    for name in schemas.SHAPES
)
"""Not for people."""


def by_hand() -> Iterator[Document]:
    """Pages that people write, with what commands print in them."""
    whole = {document.path for document in MADE}
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        name = str(path.relative_to(ROOT))
        if name not in whole:
            yield Document(name, partial(_renewed, path))


def _renewed(path: Path) -> str:
    return renewed(path.read_text(encoding="utf-8"), ROOT)


DOCUMENTS = (*MADE, *SCHEMAS, *by_hand())


def chosen(names: Sequence[str]) -> list[Document]:
    """The documents of these paths; all that can be made anywhere, if none is named.

    Raises:
        SystemExit: There is no such document.
    """
    if not names:
        return [document for document in DOCUMENTS if not document.is_live]
    known = {document.path: document for document in DOCUMENTS}
    for name in names:
        if name not in known:
            raise SystemExit(f"{name} is not one of {', '.join(known)}")
    return [known[name] for name in names]


def main(arguments: Sequence[str]) -> int:
    """Do what is asked; the exit status."""
    match arguments:
        case ["write", *names]:
            for document in chosen(names):
                text = document.make()
                if text != document.written:
                    (ROOT / document.path).write_text(text, encoding="utf-8")
                    print(document.path)
            return 0
        case ["check", *names]:
            stale = [one for one in chosen(names) if one.make() != one.written]
            for document in stale:
                print(*_difference(document), sep="\n")
            return 1 if stale else 0
        case ["show", name]:
            sys.stdout.write(chosen([name])[0].make())
            return 0
        case _:
            print(__doc__, file=sys.stderr)
            return 2


def _difference(document: Document) -> Iterator[str]:
    old, new = document.written.splitlines(), document.make().splitlines()
    yield from unified_diff(old, new, document.path, f"{document.path} as it would be", lineterm="")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
