"""Whatever somebody pastes: frames, or one sentence, and never much work."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pxeclient.capture.text.reading import read as read_text
from pxeclient.capture.values import Capture, CaptureError
from pxeclient.explain.story import explain
from tests.capture.text.test_formats import GOLDEN
from tests.capture.text.test_posts import POSTS
from tests.capture.text.told import KNOWN
from tests.examples import examples

LINES = sorted(
    {
        line
        for text in (
            *(path.read_text(encoding="utf-8") for path in GOLDEN.glob("*.txt")),
            *POSTS.values(),
        )
        for line in text.splitlines()
        if line
    }
)


def taken(text: str) -> Capture | None:
    """What is made of it; None where it tells of no frame."""
    try:
        return read_text(Path("paste"), text, False)
    except CaptureError:
        return None


@given(st.text(max_size=400))
def test_any_text_is_taken_or_refused(text: str) -> None:
    """No text breaks it."""
    taken(text)


@settings(max_examples=examples(0.5))
@given(st.lists(st.sampled_from(LINES), max_size=40), st.data())
def test_lines_in_any_order(lines: list[str], data: st.DataObject) -> None:
    """Lines of all formats, mixed, cut off and changed, tell frames or none."""
    changed = []
    for line in lines:
        at = data.draw(st.integers(0, len(line)))
        match data.draw(st.integers(0, 4)):
            case 0:
                line = line[:at]
            case 1:
                line = line[:at] + data.draw(st.text(max_size=4)) + line[at:]
            case 2:
                digits = data.draw(st.sampled_from(["0", "9" * 12, "-1", "ff", "\u0665"]))
                line = "".join(digits if char.isdigit() and i == at else char
                               for i, char in enumerate(line))  # fmt: skip
            case _:
                pass
        changed.append(line)
    found = taken("\n".join(changed))
    if found is not None:
        assert all(frame.length >= len(frame.data) >= 14 for frame in found.frames)
        assert all(frame.at >= 0 for frame in found.frames)


@settings(max_examples=examples(0.2))
@given(st.lists(st.sampled_from(LINES), min_size=5, max_size=60))
@example([line for line in LINES if "Rcvd" in line or "RRQ" in line])
def test_whatever_is_read_is_told(lines: list[str]) -> None:
    """`explain` has a story, or none, of any frames that a text gives."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "paste.txt"
        path.write_text("\n".join(lines), encoding="utf-8")
        try:
            found = explain(path, KNOWN)
        except CaptureError:
            return
        for story in found.stories:
            for told in story.attempts:
                assert told.ending.sentence
                assert told.findings is not None


HOSTILE = {
    "letters": "a" * 5000,
    "spaces": " " * 5000 + "x",
    "quotes": ">" * 5000,
    "dots": "1." * 2500,
    "colons": "ab:" * 1700,
    "brackets": "IP (" * 1200,
    "hex": "ab" * 2000,
    "rows": "0000  " + "00 " * 1500,
    "arrows": "00:00:00.0 IP a > " * 250,
    "options": "(53), length 1: " * 300,
    "entities": "&lt;" * 1200,
    "dnsmasq": "dnsmasq-dhcp[1]: 1 sent size:  1 option: 53 message-type  " * 80,
    "tree": "Option: (43) " * 380,
}


HEADS = (
    "",
    "12:00:00.0 IP (tos 0x0, ttl 64, proto UDP (17), length 328)\n",
    "Bootstrap Protocol (Offer)\n",
)


@pytest.mark.parametrize("kind", HOSTILE)
def test_work_grows_with_the_text_alone(kind: str) -> None:
    """Many lines of what makes patterns try again and again: no more than seconds."""
    many = "\n".join([HOSTILE[kind]] * 100)
    for head in HEADS:
        taken(head + many)


def test_work_grows_with_the_lines_alone() -> None:
    """A thousand lines of all of these."""
    for head in HEADS:
        taken(head + "\n".join(line[:2000] for line in HOSTILE.values() for _ in range(80)))
