"""Names of folders: safe everywhere, whatever somebody calls a case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.artifacts.naming import LONGEST, apart, hashed, is_safe, safe

TEXTS = st.text(max_size=300)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("D43-VMW [vmware-e1000e]", "D43-VMW-vmware-e1000e"),
        ("vmware-e1000e+port-68", "vmware-e1000e+port-68"),
        ("BIOS gets pxelinux.0 [ipxe, architecture 7]", "BIOS-gets-pxelinux.0-ipxe-architecture-7"),
        ("../../etc/passwd", "etc-passwd"),
        ("..", "unnamed"),
        ("größer", "gr-er"),
        ("名前", "unnamed"),
        ("-rf", "rf"),
        (".profile", "profile"),
        ("con", "con-"),
        ("AUX.x", "AUX.x-"),
        ("a\0b\nc", "a-b-c"),
        ("x" * 500, "x" * LONGEST),
    ],
)
def test_what_a_text_becomes(text: str, name: str) -> None:
    """Letters and digits, and what joins them."""
    assert safe(text) == name


@given(TEXTS)
def test_every_name_is_taken(text: str) -> None:
    """By whoever writes for us, with a file's name after it."""
    for name in (safe(text), hashed(text)):
        assert is_safe(f"{name}/boot.pcapng")
        assert name not in (".", "..")


ALIKE = ["a", "A", "a-2", "A-2", "a b", "a/b", "名", "x" * 300]


@given(st.lists(st.sampled_from(ALIKE), max_size=9))
def test_no_two_are_the_same(texts: list[str]) -> None:
    """Not even where big and small letters are."""
    names = [name.lower() for name in apart(texts)]
    assert len(set(names)) == len(texts)
    assert all(is_safe(f"{name}/boot.pcapng") for name in apart(texts))


@given(TEXTS, TEXTS)
def test_a_hash_tells_texts_apart(one: str, other: str) -> None:
    """Without knowing the other."""
    assert (hashed(one) == hashed(other)) is (one == other)


@pytest.mark.parametrize(
    "path",
    [
        "", "/etc/passwd", "../x", "a/../b", "a//b", ".ssh/x", "a/.b", "a/b/c", "a\0", "a\n", "-x",
        "a b",
    ],
)  # fmt: skip
def test_what_leads_elsewhere_is_refused(path: str) -> None:
    """Whoever has the right to write anywhere takes no such path."""
    assert not is_safe(path)
