"""A page, and the parts of the documentation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Section(StrEnum):
    """What a page is for; the value is its folder, and the order is a reader's."""

    TUTORIALS = "tutorials"
    HOW_TO = "how-to"
    REFERENCE = "reference"
    EXPLANATION = "explanation"
    TOP = ""
    """What stands beside the folders: the first page, the glossary, what is promised."""

    @property
    def heading(self) -> str:
        """As a heading."""
        return {"how-to": "How to", "": "More"}.get(self.value, self.value.capitalize())


@dataclass(frozen=True, slots=True)
class Page:
    """A page."""

    path: str
    """From the first page, such as ``reference/findings/D43-VMW.md``."""
    title: str
    """In plain words."""
    text: Callable[[], str]
    """Its Markdown, made when it is wanted; links in it are relative to `path`."""
    source: str | None = None
    """The file in the repository; None for one that is made."""
    kind: str = ""
    """Of pages of which there are many, what each is about: ``finding``, ``code``."""

    @property
    def name(self) -> str:
        """What `pxeclient help` calls it, such as ``findings/D43-VMW`` or ``boot``."""
        bare = self.path.removesuffix(".md")
        return bare.removeprefix(f"{self.section.value}/") if self.section.value else bare

    @property
    def stem(self) -> str:
        """The last part of the name."""
        return self.name.rpartition("/")[2]

    @property
    def section(self) -> Section:
        """Where it belongs."""
        first, slash, _ = self.path.partition("/")
        return Section(first) if slash else Section.TOP
