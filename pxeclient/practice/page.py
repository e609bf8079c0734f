"""Practice networks as pages of the documentation: a list, and one for each."""

from __future__ import annotations

from collections.abc import Iterator

from pxeclient.practice.scenario import DEFAULT, by_name, names, recorded_names, text_of

_HEAD = """\
# Practice networks

Segments with scripted servers, inside pxeclient and on a virtual clock: `pxeclient boot -p PROFILE
--network NAME`. `pxeclient networks` lists them, too; a scenario file of your own may be given in
place of a name.
"""


def listing() -> str:
    """All of them; it leads to pages in the folder ``networks``."""
    return "\n".join(_listed()) + "\n"


def _listed() -> Iterator[str]:
    yield _HEAD
    yield "| network | what is there |"
    yield "|---|---|"
    for name in names():
        default = " (the default)" if name == DEFAULT else ""
        yield f"| [{name}](networks/{name}.md){default} | {_cell(by_name(name).title)} |"
    yield ""
    yield "## Situations of recordings"
    yield ""
    yield "In these real firmware was recorded, to boot any firmware in."
    yield ""
    yield "| network | what is there |"
    yield "|---|---|"
    for name in sorted({*recorded_names()} - {*names()}):
        yield f"| [{name}](networks/{name}.md) | {_cell(by_name(name).title)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def one(name: str) -> str:
    """The page of a network.

    Raises:
        ScenarioError: There is none of that name.
    """
    return "\n".join(_told(name)) + "\n"


def _told(name: str) -> Iterator[str]:
    found = by_name(name)
    yield f"# Practice network {name}"
    yield ""
    yield f"{found.title[:1].upper()}{found.title[1:]}."
    yield ""
    if found.shows:
        yield found.shows
        yield ""
    yield f"    pxeclient boot -p vmware-e1000e --network {name}"
    yield f"    pxeclient matrix --network {name}"
    yield ""
    yield "What its servers do:"
    yield ""
    form, text = text_of(name)
    yield f"```{form}"
    yield text.rstrip("\n")
    yield "```"
