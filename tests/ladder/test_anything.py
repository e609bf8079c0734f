"""Whatever a trace holds can be drawn, in every format."""

from __future__ import annotations

from dataclasses import replace
from xml.etree.ElementTree import fromstring

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pxeclient.boot.actions import AwaitKey, Enter, Print, StateName
from pxeclient.boot.events import FrameReceived, KeyPressed
from pxeclient.report.ladder import Align, Format, Style, render
from pxeclient.stack.acts import Ignore, SendFrame
from pxeclient.trace import Item
from tests.boots import booted
from tests.examples import examples
from tests.ladder.test_html import Page
from tests.ladder.test_mermaid import checked
from tests.report.traces import of

FRAMES = [frame for _, frame, _ in booted("edk2", "proxy-60-only").frames()]


def damaged(frame: bytes, at: int, octet: int, cut: int) -> bytes:
    """The frame with one octet wrong, or too short."""
    changed = bytearray(frame)
    changed[at % len(frame)] = octet
    return bytes(changed[:cut])


frames = st.one_of(
    st.binary(max_size=60),
    st.builds(
        damaged,
        st.sampled_from(FRAMES),
        st.integers(0, 400),
        st.integers(0, 255),
        st.integers(0, 500),
    ),
)
words = st.text(max_size=30)
items: st.SearchStrategy[Item] = st.one_of(
    st.builds(FrameReceived, frames),
    st.builds(SendFrame, frames),
    st.builds(Print, words),
    st.builds(Ignore, words, words),
    st.builds(KeyPressed, words),
    st.builds(AwaitKey, words),
    st.builds(Enter, st.sampled_from(StateName)),
)


@settings(max_examples=examples(0.6), suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.lists(items, max_size=12), min_size=1, max_size=2),
    words,
    st.sampled_from(Align),
    st.booleans(),
)
def test_anything_can_be_drawn(
    boots: list[list[Item]], name: str, align: Align, every: bool
) -> None:
    """Well-formed, in lines that fit, without a sign that does not show."""
    traces = [replace(of(*boot), profile=name or "x", title=name, where=name) for boot in boots]
    style = Style(align=align, every=every)
    text = render(traces, Format.TEXT, style)
    assert all(len(line) <= 100 and (line.isprintable()) for line in text.splitlines())
    checked(render(traces, Format.MERMAID, style))
    fromstring(render(traces, Format.SVG, style).encode())
    made = Page(render(traces, Format.HTML, style))
    assert set(made.data()) == {option["id"] for option in made.options()}
