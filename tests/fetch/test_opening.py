"""What opens what: schemes and sinks."""

from __future__ import annotations

import hashlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.fetch.content import Content, Hashed, Sink, Written
from pxeclient.fetch.job import Fetched
from pxeclient.fetch.opening import NoScheme, fetch
from pxeclient.outcome import Whole
from pxeclient.wire import tftp
from tests.fetch.by_hand import FILE, PLAIN, by_tftp, fetcher, stack


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("http://10.77.0.3/a", "no known scheme"),
        ("boot.0", "no known scheme"),
        ("tftp://server/a", "not of the form"),
        ("tftp://10.77.0.3", "not of the form"),
        ("\udcff://x", "no known scheme"),
        ("", "no known scheme"),
    ],
)
def test_what_is_no_uri_of_ours_is_said_to_be_none(uri: str, words: str) -> None:
    """In a sentence that is safe to print."""
    with pytest.raises(NoScheme, match=words) as raised:
        fetch(uri, stack(), fetcher())
    assert str(raised.value).isprintable()


@pytest.mark.parametrize("uri", ["tftp://10.77.0.3/boot/file.0", "TFTP://10.77.0.3:69/boot/file.0"])
def test_a_uri_is_a_boot_file(uri: str) -> None:
    """The same request goes out."""
    assert by_tftp(PLAIN, uri).sent() == by_tftp(PLAIN, FILE).sent()


@given(st.lists(st.binary(max_size=40), max_size=8), st.integers(0, 60))
def test_sinks_know_size_and_hash(pieces: list[bytes], keeps: int) -> None:
    """Whatever they keep."""
    whole = b"".join(pieces)
    digest = hashlib.sha256(whole).hexdigest()
    file = io.BytesIO(b"what stood here before is gone")
    sinks: list[tuple[Sink, bytes]] = [
        (Content(), whole),
        (Hashed(keeps), whole[:keeps]),
        (Written(file), whole[:4096]),
    ]
    for sink, beginning in sinks:
        for piece in pieces:
            sink.add(piece)
        assert sink.size == len(whole)
        known = None if isinstance(sink, Content) else Whole(len(whole), digest)
        assert sink.take() == (beginning, known)
    assert file.getvalue() == whole


def test_a_request_that_begins_anew_begins_the_file_anew() -> None:
    """Nothing of the first answer is left, nor of what stood in the file before."""
    file = io.BytesIO(b"x" * 2000)
    run = by_tftp(PLAIN, sink=lambda: Written(file))
    run.hears(tftp.Data(1, b"whole"))
    assert isinstance(run.result, Fetched)
    assert run.result.whole == Whole(5, hashlib.sha256(b"whole").hexdigest())
    assert file.getvalue() == b"whole"
