"""The octets of a lesson's fields: where a field is named, there it is on the wire."""

from __future__ import annotations

import pytest

from pxeclient.report.fields import dissect
from pxeclient.teach import loading
from pxeclient.teach.fields import ABSENT
from pxeclient.teach.octets import places, spelled
from pxeclient.teach.taught import take
from pxeclient.wire import dhcp
from tests.report.frames import dhcp_frame, message


@pytest.mark.parametrize("name", loading.names())
def test_what_a_lesson_shows_has_octets(name: str) -> None:
    """Exactly where it is not absent, with every firmware."""
    lesson = loading.load(name)
    for profile in lesson.profiles:
        for moment in take(lesson, profile).moments:
            fields = dissect(moment.frame)
            for shown in moment.fields:
                assert bool(places(fields, shown.name)) is (shown.value != ABSENT), shown


def octets(frame: bytes, name: str) -> str:
    """What stands in the frame under that name."""
    fields = dissect(frame)
    return " ".join(
        spelled(frame[fields[at].offset : fields[at].offset + fields[at].length])
        for at in places(fields, name)
    )


def test_options_and_what_is_inside_them() -> None:
    """An option whole, with code and length; a sub-option alone; none that is only alike."""
    frame = dhcp_frame(
        message(
            dhcp.BOOTREPLY, (53, b"\2"), (60, b"PXEClient"), (43, b"\6\1\x08\xff"), (6, b"\n" * 4)
        ),
        68,
    )
    assert octets(frame, "option 53") == "35 01 02"
    assert octets(frame, "option 6") == "06 04 0a 0a 0a 0a"
    assert octets(frame, "43.6") == "06 01 08"
    assert octets(frame, "option 43") == "2b 04 06 01 08 ff"
    assert octets(frame, "43.8") == octets(frame, "option 66") == octets(frame, "tftp tsize") == ""
    assert octets(frame, "source") == "0a 4d 00 32 00 44"


def test_runs_are_counted() -> None:
    """Where a field is padded, and where it is longer than anybody reads."""
    assert spelled(b"boot.0".ljust(128, b"\0")) == "62 6f 6f 74 2e 30 00 × 122"
    assert spelled(bytes(7)) == "00 00 00 00 00 00 00"
    assert spelled(b"") == ""
    long = spelled(bytes(range(200)) * 2)
    assert long.startswith("00 01 02")
    assert long.endswith("2f … 352 more")
