"""What is wrong with a lesson is said in one sentence: file, key, reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from pxeclient.teach import loading
from pxeclient.teach.lesson import LessonError
from pxeclient.teach.taught import broken_claims, take
from tests.teach.lessons import lesson, write

MISTAKES = [
    (("order = 1", "order = 1\ncolour = 2"), "colour: is no key of a lesson"),
    (("order = 1", 'order = "x"'), "order: Expected int, got str"),
    (('network = "plain-dhcp"', ""), "mine.toml: network: is missing"),
    (("plain-dhcp", "nowhere"), "network: there is no practice network 'nowhere'"),
    (("expects.ipxe", "expects.ipexe"), "expects: no profile is called 'ipexe'"),
    (('"booted"', '"won"'), "expects.ipxe.ends: 'won' is no end of a boot"),
    (("end = true", 'state = "dreaming"'), "match.state: 'dreaming' is not one of discovery"),
    (
        ("end = true", 'decision = "after-a"'),
        "'after-a' is no question that a firmware answers",
    ),
    (
        ("end = true", 'decision = "after-ack", rule = "x"'),
        "match.rule: ipxe has no after-ack rule 'x'",
    ),
    (("end = true", 'end = true, sent = "RRQ"'), "give exactly one of sent, received"),
    (("end = true", 'screen = "x", of = "y"'), "of goes with received only"),
    (("end = true", 'screen = "x", says = "y"'), "says goes with sent or received only"),
    (("end = true", "end = false"), "give exactly one of"),
    (
        ('"yiaddr", "option 43"', '"youraddr"'),
        "'youraddr' is no field; `pxeclient help teach` lists them",
    ),
    (('answer = "So."', ""), "question and answer go together"),
    (('text = "Last."', 'text = "Last."\nshow = ["file"]'), "only a frame, sent or received"),
    (('text = "Last."', 'text = "Last."\nprofiles = ["edk2"]'), "profiles: 'edk2' is none of the"),
    (('title = "A', "title = A"), "not TOML"),
]


@pytest.mark.parametrize(("change", "words"), MISTAKES)
def test_a_mistake_is_named(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    """With the file, and no traceback."""
    with pytest.raises(LessonError) as raised:
        lesson(tmp_path, change)
    text = str(raised.value)
    assert text.startswith(f"{tmp_path / 'mine.toml'}: ")
    assert words.lower() in text.lower()
    assert "\n" not in text


def test_a_lesson_without_a_moment(tmp_path: Path) -> None:
    """Words alone are no lesson."""
    text = (write(tmp_path).read_text(encoding="utf-8")).partition("[[steps]]")
    second = '[[steps]]\ntitle = "x"\ntext = "y"\n'
    with pytest.raises(LessonError, match="no step points at a moment of the boot"):
        loading.load_file(write(tmp_path, text[0] + second))


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """It is named."""
    with pytest.raises(LessonError, match="No such file"):
        loading.load_file(tmp_path / "none.toml")


def test_an_unknown_lesson() -> None:
    """The nearest name is suggested."""
    with pytest.raises(LessonError, match="did you mean 'bit-3'"):
        loading.load("bit-4")


def test_a_step_that_matches_nothing(tmp_path: Path) -> None:
    """The step, the matcher, the network and the profile are named."""
    found = lesson(tmp_path, ("end = true", 'screen = "PXE-E99"'))
    with pytest.raises(LessonError) as raised:
        take(found)
    assert str(raised.value) == (
        "mine: step 'The end': nothing in the boot of ipxe on plain-dhcp is screen = 'PXE-E99',"
        " after the steps before it"
    )


def test_steps_are_in_order(tmp_path: Path) -> None:
    """What came before the step before does not count."""
    found = lesson(tmp_path, ("end = true", 'state = "discovery"'))
    with pytest.raises(LessonError, match="after the steps before it"):
        take(found)


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (('ends = "booted"', 'ends = "no-offer"'), "ends is 'booted', not 'no-offer'"),
        (("boot.0 from", "boot.1 from"), "file is 'boot.0 from 10.77.0.3', not"),
        (("after-ack/no-proxy-offer", "after-ack/x"), "no rule after-ack/x decided"),
        (('"10.77.0.50"', '"10.77.0.51"'), "yiaddr is '10.77.0.50', not '10.77.0.51'"),
        (("rules = [", 'asked = ["10.77.0.9"]\nrules = ['), "asked is (), not ('10.77.0.9',)"),
    ],
)
def test_a_claim_that_is_not_so(tmp_path: Path, change: tuple[str, str], broken: str) -> None:
    """The walk over all lessons would fail."""
    (found,) = broken_claims(take(lesson(tmp_path, change)))
    assert broken in found


def test_a_profile_that_it_is_not_written_for(tmp_path: Path) -> None:
    """It is refused, with the command that shows the boot without words."""
    with pytest.raises(LessonError, match="pxeclient boot -p edk2 --network plain-dhcp"):
        take(lesson(tmp_path), "edk2")
