"""The pages that are files: those of ``docs``, and what the repository says of security."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from pxeclient.handbook.model import Page

_BESIDE = ("SECURITY.md",)
"""Files at the repository's root that are pages too."""


def folder() -> Path:
    """Where they are: in the tree, or beside the package's modules when installed."""
    package = Path(__file__).parent.parent
    is_tree = (package.parent / "mkdocs.yml").is_file()
    return (package.parent if is_tree else package) / "docs"


def pages(root: Path | None = None) -> Iterator[Page]:
    """All of them, in alphabetical order; none where the files were not installed."""
    docs = folder() if root is None else root
    for path in sorted(docs.rglob("*.md")):
        name = path.relative_to(docs).as_posix()
        if name not in _BESIDE:
            yield _page(path, name, f"docs/{name}")
    for name in _BESIDE:
        here = next(
            (place / name for place in (docs, docs.parent) if (place / name).is_file()), None
        )
        if here is not None:
            yield _page(here, name, name)


def files(root: Path | None = None) -> Iterator[Path]:
    """What pages show or link to and is none: pictures, a unit for systemd."""
    docs = folder() if root is None else root
    return (path for path in sorted(docs.rglob("*")) if path.is_file() and path.suffix != ".md")


def _page(path: Path, name: str, source: str) -> Page:
    return Page(name, _title(path), partial(path.read_text, encoding="utf-8"), source)


def _title(path: Path) -> str:
    """The first heading, without the signs of Markdown."""
    with path.open(encoding="utf-8") as lines:
        found = next((line for line in lines if line.startswith("# ")), f"# {path.stem}")
    return found[2:].strip().replace("`", "")
