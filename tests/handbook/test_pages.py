"""Which pages there are, and how they are found."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from pxeclient import profile
from pxeclient.diagnose import catalogue
from pxeclient.errors.lookup import pages as codes
from pxeclient.handbook import Handbook, Page, Section, written
from pxeclient.practice import scenario
from pxeclient.teach import loading
from tools.site import handbook

ROOT = Path(__file__).parents[2]
BOOK = handbook()


def of(kind: str) -> list[str]:
    """The last part of the names of these pages."""
    return [page.stem for page in BOOK.pages.values() if page.kind == kind]


def test_there_is_a_page_for_everything() -> None:
    """Each finding, code, firmware, practice network, command and lesson."""
    assert of("finding") == list(catalogue())
    assert of("code") == [page.slug for page in codes().values()]
    assert of("profile") == profile.names()
    assert of("network") == list(dict.fromkeys((*scenario.names(), *scenario.recorded_names())))
    assert of("lesson") == loading.names()
    assert {"boot", "lab-run", "profiles-show", "help"} <= set(of("command"))


@pytest.mark.parametrize("kind", ["", "finding", "code", "profile", "network", "command", "lesson"])
def test_a_page_begins_with_its_title(kind: str) -> None:
    """A heading, and something below it."""
    for page in BOOK.pages.values():
        if page.kind == kind:
            head, _, rest = page.text().partition("\n")
            assert head.startswith("# "), page.path
            assert rest.strip(), page.path
            assert page.title
            assert page.title.isprintable()


def test_paths_differ_for_everybody() -> None:
    """Also where upper and lower case are the same."""
    folded = Counter(path.casefold() for path in BOOK.pages)
    assert set(folded.values()) == {1}


def test_every_file_is_a_page() -> None:
    """Of docs, and of what stands beside it the promises about security."""
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")}
    pages = {page.source for page in written.pages()}
    assert pages == {*files, "SECURITY.md"}
    made = {f"docs/{path}" for path, page in BOOK.pages.items() if page.source is None}
    assert made & files == {"docs/reference/findings.md", "docs/reference/errors.md"}


def test_the_wheel_has_the_files() -> None:
    """Where the package looks for them once it is installed."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert included["docs"] == "pxeclient/docs"
    assert included["SECURITY.md"] == "pxeclient/docs/SECURITY.md"


def test_it_finds_them_wherever_they_are(tmp_path: Path) -> None:
    """Of a folder, with what stands beside the others in a tree, or among them in a wheel."""
    for folder in (tmp_path / "tree" / "docs", tmp_path / "wheel"):
        (folder / "how-to").mkdir(parents=True)
        (folder / "how-to" / "a.md").write_text("# `A` page\n")
    (tmp_path / "tree" / "SECURITY.md").write_text("# Security\n")
    (tmp_path / "wheel" / "SECURITY.md").write_text("# Security\n")
    for folder in (tmp_path / "tree" / "docs", tmp_path / "wheel"):
        found = [(page.path, page.title, page.source) for page in written.pages(folder)]
        assert found == [
            ("how-to/a.md", "A page", "docs/how-to/a.md"),
            ("SECURITY.md", "Security", "SECURITY.md"),
        ]
    assert list(written.pages(tmp_path / "nothing")) == []


def test_every_section_has_pages() -> None:
    """And what a newcomer asks for is among them."""
    names = {section: {page.name for page in BOOK.section(section)} for section in Section}
    assert {"first-boot", "test-your-server"} <= names[Section.TUTORIALS]
    assert {
        "ci", "customers-capture", "esxi-pxe-e55", "guarded-port", "watch-a-room",
    } <= names[Section.HOW_TO]  # fmt: skip
    assert {"choosing", "trust", "vmware-e1000e"} <= names[Section.EXPLANATION]
    assert "glossary" in names[Section.TOP]


@pytest.mark.parametrize(
    ("topic", "path"),
    [
        ("testing", "reference/testing.md"),
        ("ESXI-PXE-E55", "how-to/esxi-pxe-e55.md"),
        ("how-to/ci", "how-to/ci.md"),
        ("reference/json.md", "reference/json.md"),
        ("d43-vmw", "reference/findings/D43-VMW.md"),
        ("findings/D60", "reference/findings/D60.md"),
        ("pxe-e55", "reference/errors/PXE-E55.md"),
        ("vmware-e1000e", "explanation/vmware-e1000e.md"),
        ("profiles/vmware-e1000e", "reference/profiles/vmware-e1000e.md"),
        ("boot", "reference/boot.md"),
        ("commands/boot", "reference/commands/boot.md"),
        ("proxy-60-only", "reference/networks/proxy-60-only.md"),
    ],
)
def test_a_page_is_found_by_its_name(topic: str, path: str) -> None:
    """Whole or the end of it; of several the one that a person wrote comes first."""
    assert BOOK.named(topic)[0].path == path


def test_other_words_are_looked_for_in_titles() -> None:
    """All of them."""
    assert [page.path for page in BOOK.about("customer capture")] == ["how-to/customers-capture.md"]
    assert BOOK.about("customer capture zebra") == []
    assert BOOK.about("  ") == []
    assert BOOK.misspelt("tetsing") == "did you mean 'testing'?"


def test_pages_that_speak_of_each_other() -> None:
    """By their links; the page for a fault leads to what is to be done."""
    finding = BOOK.pages["reference/findings/D43-VMW.md"]
    guide = BOOK.pages["how-to/esxi-pxe-e55.md"]
    assert finding in BOOK.leads_to(guide)
    assert guide in BOOK.speaks_of(finding)
    assert guide not in BOOK.leads_to(guide)


def test_links_of_files_become_links_of_pages() -> None:
    """Up, down, to parts, to what is a page of its own, and to what is none."""
    text = "[a](b.md#c) [d](../e.md) [f](g.md#h) [i](../../j.c) [k](https://l) [m](#n)\n"
    files = [
        Page("how-to/a.md", "A", lambda: text, "docs/how-to/a.md"),
        Page("how-to/b.md", "B", str, "docs/how-to/b.md"),
        Page("e.md", "E", str, "E.md"),
        Page("how-to/g.md", "G", str, "docs/how-to/g.md"),
    ]
    parts = [Page("how-to/g.md", "G", str), Page("how-to/g/H.md", "H", str, kind="h")]
    book = Handbook([*files[:2], *files[3:]], parts)
    assert (
        book.pages["how-to/a.md"].text() == "[a](b.md#c) d [f](g/H.md) i [k](https://l) [m](#n)\n"
    )


def test_the_glossary_is_in_order() -> None:
    """And says each word once."""
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    words = [line.split("**")[1] for line in text.splitlines() if line.startswith("**")]
    assert len(words) > 30
    assert words == sorted(set(words), key=str.casefold)
