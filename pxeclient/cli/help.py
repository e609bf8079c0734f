"""``pxeclient help``: the documentation in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from pxeclient.cli import completing, options
from pxeclient.cli.rights import give_up
from pxeclient.handbook import Handbook, Page, Section
from pxeclient.prose import wrapped

_MOST = 12
"""So many pages are named where several may be meant."""
_MANY = {
    "finding": ("findings", "D43-VMW"),
    "code": ("error codes", "PXE-E55"),
    "profile": ("firmwares", "edk2"),
    "network": ("practice networks", "proxy-60-only"),
    "command": ("commands", "commands/boot"),
    "lesson": ("lessons", "lessons/bit-3"),
}
"""What there are many pages of: their name, and one of them."""


def _topics(ctx: click.Context, param: click.Parameter, so_far: str) -> completing.Items:
    """Pages that people wrote; those of findings, codes and so on once something is typed."""
    pages = [page for page in handbook().pages.values() if so_far or not page.kind]
    return completing.described({page.name: page.title for page in pages}, so_far)


@click.command(epilog=options.examples("pxeclient help esxi-pxe-e55", "pxeclient help D43-VMW"))
@click.argument("topic", nargs=-1, shell_complete=_topics)
def help(topic: tuple[str, ...]) -> None:
    """Show a page of the documentation, or list them.

    TOPIC is the name of a page, a finding, an error code, a firmware, a practice network or a
    command; of other words the pages are listed that have them in their title.
    """
    give_up()
    book = handbook()
    words = " ".join(topic)
    if not words:
        click.echo("\n".join(contents(book)))
        return
    about = [] if len(topic) == 1 else book.about(words)
    found = book.named(words) or ([] if about else _by_code(book, words))
    if not found:
        about = about or book.about(words)
        if not about:
            hint = book.misspelt(words)
            raise click.UsageError(
                f"there is no page {words!r}: {hint or 'pxeclient help lists them'}"
            )
        if len(about) > 1:
            click.echo("\n".join(_several(about)))
            return
        found = about
    click.echo("\n".join(page_lines(found[0])).strip("\n"))
    others = dict.fromkeys((*found[1:], *book.leads_to(found[0]), *book.speaks_of(found[0])))
    shown = [other.name for other in others if other is not found[0] and other.name != "index"]
    if shown and len(shown) <= _MOST:
        click.echo()
        for line in wrapped(f"{', '.join(shown)}", "See also: pxeclient help ", "  "):
            click.echo(line)


def handbook() -> Handbook:
    """All of the documentation."""
    from pxeclient.cli import command_pages, lesson_pages
    from pxeclient.cli.main import cli
    from pxeclient.handbook import made, written

    others = (*lesson_pages.pages(), *made.pages(), *command_pages.pages(cli))
    return Handbook(written.pages(), others)


def page_lines(page: Page) -> Iterator[str]:
    """A page, as it is printed."""
    from pxeclient.cli.coloring import wants_color
    from pxeclient.handbook.terminal import Heading, lines

    is_colored = wants_color(sys.stdout)
    for line in lines(page.text()):
        is_bold = is_colored and isinstance(line, Heading)
        yield click.style(line, bold=True) if is_bold else line


def contents(book: Handbook) -> Iterator[str]:
    """Every page that a person wrote, by what it is for, and what else there is."""
    yield "pxeclient help TOPIC shows a page."
    size = max(len(page.name) for page in book.pages.values() if not page.kind)
    for section in Section:
        pages = [page for page in book.section(section) if page.name != "index"]
        if pages:
            yield ""
            yield section.heading
            yield from (f"  {page.name:{size}}  {page.title}" for page in pages)
    yield ""
    yield "And a page for each of"
    for kind, (name, example) in _MANY.items():
        count = sum(page.kind == kind for page in book.pages.values())
        yield f"  {name:{size}}  {count}, such as: pxeclient help {example}"


def _by_code(book: Handbook, words: str) -> list[Page]:
    """The page of an error code, however it is written."""
    from pxeclient.errors.lookup import UnknownError, look_up

    try:
        return [book.pages[f"reference/errors/{look_up(words).slug}.md"]]
    except UnknownError:
        return []


def _several(pages: list[Page]) -> Iterator[str]:
    size = max(len(page.name) for page in pages[:_MOST])
    yield "Pages about that:"
    for page in pages[:_MOST]:
        yield from wrapped(page.title, f"  {page.name:{size}}  ")
    if len(pages) > _MOST:
        yield f"  and {len(pages) - _MOST} more"
