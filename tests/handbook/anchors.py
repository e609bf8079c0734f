"""Where a link into a page can lead: its headings, as the places that show Markdown name them."""

from __future__ import annotations

import re
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

_READER = MarkdownIt("commonmark").enable("table")


def anchors(text: str) -> set[str]:
    """The fragments of a page's headings."""
    tokens = _READER.parse(text)
    pairs = pairwise(tokens)
    return {slug(inner) for token, inner in pairs if token.type == "heading_open"}


def slug(heading: Token) -> str:
    """In lower case, without signs, each space a hyphen."""
    words = "".join(one.content for one in heading.children or () if one.type != "html_inline")
    return re.sub(r"[^\w\- ]", "", words.lower()).strip().replace(" ", "-")


def links(text: str) -> list[str]:
    """All that a page links to or shows, in Markdown."""
    inner = (one for token in _READER.parse(text) for one in token.children or ())
    return [str(one.attrs["href"]) for one in inner if one.type == "link_open"]
