"""A page in a terminal: readable, within its width, and without Markdown's signs."""

from __future__ import annotations

import re

import pytest

from pxeclient.handbook.terminal import Heading, lines, plain
from pxeclient.prose import Verbatim
from tools.site import handbook

BOOK = handbook()

PAGE = """\
# A *page*

Some prose that is long enough to be broken in two lines, with [a link](b.md), [one outside](https://x.y),
**strong**, *weak*, and `code *as it is*`.
<!-- made: something -->
* first of a list,
  which goes on
* second:

      code = "of the second"

  and more of it

  * inner

1. one
2. two

<picture>
  <img src="a.svg" alt="What is &quot;seen&quot;.">
</picture>

```sh
$ command   with   gaps

end
```

| name | |
|---|---|
| `a\\|b` | what it is, in some more words than fit beside it |
| c | short |

## Last

    indented
"""

SHOWN = """\
A page
======

Some prose that is long enough to be broken in
two lines, with a link, one outside
<https://x.y>, strong, weak, and `code *as it
is*`.
* first of a list, which goes on
* second:

      code = "of the second"

  and more of it

  * inner

1. one
2. two

[Picture: What is "seen".]

    $ command   with   gaps

    end

name
-----  ---------------------------------------
`a|b`  what it is, in some more words than fit
       beside it
c      short

Last
----

    indented
"""


def test_a_page_of_everything() -> None:
    """Headings, prose, lists in each other, code, pictures, tables."""
    assert "\n".join(lines(PAGE, 46)) == SHOWN


@pytest.mark.parametrize("columns", [40, 80, 100])
@pytest.mark.parametrize("kind", ["", "finding", "code", "command", "network", "profile", "lesson"])
def test_every_page_fits(kind: str, columns: int) -> None:
    """Only what is to be copied, and words without a gap, may be longer."""
    for page in BOOK.pages.values():
        if page.kind != kind:
            continue
        for line in lines(page.text(), columns):
            if len(line) > columns and not isinstance(line, Verbatim):
                longest = max(map(len, line.split()))
                assert longest > columns // 3, (page.path, line)


def test_no_page_shows_markup() -> None:
    """No link, no rule of a table, no comment for the makers."""
    signs = re.compile(r"\]\([\w./#-]+\)|^\|--|<!--|<picture|\*\*\w")
    for page in BOOK.pages.values():
        for line in lines(page.text(), 100):
            assert isinstance(line, Verbatim) or not signs.search(line), (page.path, line)


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("`a * b` and *c*", "`a * b` and c"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("[`--mac own`](x.md)", "`--mac own`"),
        ("[x](https://x.y/z)", "x <https://x.y/z>"),
        ("<https://x.y/z>", "<https://x.y/z>"),
        ("a\\*b &lt;c&gt; &amp;", "a*b <c> &"),
        ("`{\\|}`", "`{|}`"),
        ("[[ProxyDHCP] x](y.md)", "[ProxyDHCP] x"),
    ],
)
def test_words(markup: str, words: str) -> None:
    """Of a line."""
    assert plain(markup) == words


def test_a_table_that_cannot_fit() -> None:
    """Its cells stand below each other, by the names of their columns."""
    head = "| " + " | ".join(f"c{at}" for at in range(8)) + " |"
    text = "\n".join(
        (head, "|---" * 8 + "|", "| " + " | ".join(["some words that are long"] * 8) + " |")
    )
    shown = list(lines(text, 60))
    assert shown[0] == "some words that are long"
    assert shown[1] == "    c1: some words that are long"


def test_headings_are_marked() -> None:
    """So that they can be bold."""
    found = list(lines("# a\n\nb\n\n### c\n", 40))
    assert [line for line in found if isinstance(line, Heading)] == ["a", "=", "c"]
