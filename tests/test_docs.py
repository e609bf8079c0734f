"""What programs write in the documentation is what they write today, and nothing there is stale."""

from __future__ import annotations

import re
import shlex
from itertools import takewhile
from pathlib import Path

import click
import pytest

from pxeclient.cli.main import cli
from tools.docs import DOCUMENTS, MADE, ROOT, SCHEMAS, Document, chosen, main
from tools.transcripts import TranscriptError, renewed

ANYWHERE = [document for document in DOCUMENTS if not document.is_live]
FENCE = re.compile(r"^```[a-z]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("document", ANYWHERE, ids=lambda document: document.path)
def test_the_file_is_what_is_made(document: Document) -> None:
    """Pages and transcripts alike; `make docs` makes them anew."""
    assert document.make() == document.written, "run: make docs"


def test_every_page_is_on_the_list() -> None:
    """Whoever adds one has its transcripts made, or says why not."""
    paths = {document.path for document in DOCUMENTS if document not in SCHEMAS}
    assert paths == {
        "README.md",
        *(
            str(path.relative_to(ROOT))
            for kind in ("*.md", "*.svg")
            for path in (ROOT / "docs").rglob(kind)
        ),
    }
    assert {document.path for document in MADE} <= paths
    assert chosen([]) == ANYWHERE
    assert [document.path for document in DOCUMENTS if document.is_live] == [
        "docs/reference/peers.md"
    ]


def test_no_command_is_shown_with_its_output_elsewhere() -> None:
    """A prompt is the sign of a transcript, so it stands only where transcripts are made."""
    for document in ANYWHERE:
        assert not re.search(r"^ +\$ ", document.written, re.MULTILINE), document.path
        for block in FENCE.findall(document.written):
            assert "\n$ " not in block, document.path


PAGE = """\
A network:

```
$ pxeclient networks
old
```

<!-- part of: pxeclient boot -p ipxe | on the .. on the | ■ Booted .. ■ -->
```
older
```

<!-- by hand: what somebody sees elsewhere -->
```
hello
```

<!-- made: firmwares -->
| profile |
| `edk2` | old |
| `gone` | old |

```python
print("left alone")
```
"""


def test_a_page_is_renewed() -> None:
    """Whole outputs, parts and tables; what is not made stays, and twice is as once."""
    found = renewed(PAGE, ROOT)
    assert "old" not in re.findall(r"\w+", found)
    assert "\nplain-dhcp" in found
    assert "\non the built-in practice network plain-dhcp" in found
    assert "\n■ Booted boot.0" in found
    assert "──▶" not in found
    assert "\nhello\n" in found
    assert 'print("left alone")' in found
    assert found.index("| `edk2` |") < found.index("| `ipxe` |")
    assert "`gone`" not in found
    assert renewed(found, ROOT) == found


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("```\nhello\n```\n", "line 1: what is in this block, no command says"),
        ("```\n$ ls /\n```\n", "only pxeclient itself is run"),
        ("```\n$ pxeclient boot\n```\n", "Missing option"),
        ("<!-- part of: pxeclient networks | § .. y -->\n```\n```\n", "no lines from '§' to 'y'"),
        ("<!-- made: magic -->\n|\n\n", "'magic' is not one of firmwares"),
    ],
)
def test_what_cannot_be_made_is_said(page: str, words: str) -> None:
    """With the line, or the command."""
    with pytest.raises(TranscriptError, match=re.escape(words)):
        renewed(page, ROOT)


def test_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """It shows, checks and names; a path that is not on the list is told."""
    assert main(["show", "docs/reference/findings.md"]) == 0
    shown = capsys.readouterr().out
    assert shown == (ROOT / "docs" / "reference" / "findings.md").read_text(encoding="utf-8")
    assert main(["check", "docs/reference/findings.md", "docs/how-to/ci.md"]) == 0
    with pytest.raises(SystemExit, match=r"docs/x\.md is not one of"):
        main(shlex.split("write docs/x.md"))
    assert main([]) == 2


COMMAND = re.compile(r"^    (?:sudo )?pxeclient ((?:.*\\\n)*.*)$", re.MULTILINE)


def options_of(words: list[str]) -> tuple[set[str], list[str]]:
    """The options that a command has, and those that are given to it."""
    command: click.Command = cli
    context = click.Context(command)
    while words and isinstance(command, click.Group):
        inner = command.get_command(context, words[0])
        assert inner is not None, f"there is no command {words[0]}"
        command, context = inner, click.Context(inner, parent=context)
        words = words[1:]
    known = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
    given = [word.partition("=")[0] for word in takewhile(lambda word: word != "--", words)]
    return {*known, "--help", "-h", "--version"}, [word for word in given if word[:1] == "-"]


@pytest.mark.parametrize("document", ANYWHERE, ids=lambda document: document.path)
def test_commands_have_the_options_that_are_shown(document: Document) -> None:
    """Also where nothing shows what they print, on a wire or as root."""
    for line in COMMAND.findall(document.written):
        words = shlex.split(line.replace("\\\n", " "), comments=True)
        if words and not words[0].startswith("…"):
            known, given = options_of(words)
            assert set(given) <= known, line


def test_what_contributors_are_told_of_is_there() -> None:
    """Every folder, file and make target, and five steps for each kind of addition."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    for name in re.findall(r"make ([a-z]+(?: [a-z]+)*?)(?=`| +#)", text):
        assert set(name.split()) <= set(targets), name
    paths = re.findall(r"`?\b((?:pxeclient|tests|tools|docs|profiles)/[\w./*-]*)", text)
    assert len(paths) > 25
    for path in paths:
        known = re.split(r"NAME|FIRMWARE|FAMILY", path)[0].rstrip("./")
        assert list(ROOT.glob(known)), path
    for section in text.split("\n## ")[1:]:
        assert re.findall(r"^(\d)\. ", section, re.MULTILINE) == list("12345"), section[:20]


@pytest.mark.parametrize("path", ["CONTRIBUTING.md", *(one.path for one in DOCUMENTS)])
def test_modules_that_are_to_be_run_can_be(path: str) -> None:
    """What stands behind `python -m` does something when it is run."""
    for name in re.findall(r"python -m ([\w.]+)", (ROOT / path).read_text(encoding="utf-8")):
        place = ROOT / name.rstrip(".").replace(".", "/")
        script = place / "__main__.py" if place.is_dir() else place.with_suffix(".py")
        if name.startswith(("pxeclient", "tools")):
            assert '__name__ == "__main__"' in script.read_text(encoding="utf-8"), name
