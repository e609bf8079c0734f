"""Reading the pages as a browser's parser would, as far as these tests need it."""

from __future__ import annotations

from html.parser import HTMLParser


class Read(HTMLParser):
    """A page's elements, links, ids and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.rows = 0
        self.words = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self.tags.add(tag)
        self.rows += tag == "tr"
        for name, value in attrs:
            self.attributes.add(name)
            if name == "href":
                self.links.append(value or "")
            if name == "id":
                self.ids.append(value or "")

    def handle_data(self, data: str) -> None:
        """Text."""
        self.words += data


OURS = {
    "b", "h3",
    "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "p", "main", "table",
    "thead", "tbody", "tr", "th", "td", "span", "a", "section", "dl", "dt", "dd", "pre", "details",
    "summary", "div", "svg", "g", "text", "tspan", "rect", "line", "path", "polygon", "circle",
}  # fmt: skip
"""What a page is made of: nothing that runs, loads or sends."""
