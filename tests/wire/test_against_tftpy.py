"""TFTP before a second judge: tftpy reads what we build, and we what tftpy builds.

tftpy knows only the mode ``octet``, only ASCII, and only the standard texts of errors.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tftpy.TftpPacketFactory import TftpPacketFactory
from tftpy.TftpPacketTypes import (
    TftpPacketACK,
    TftpPacketDAT,
    TftpPacketERR,
    TftpPacketOACK,
    TftpPacketRRQ,
    TftpPacketWRQ,
)

from pxeclient.wire import tftp
from pxeclient.wire.tftp import Ack, Data, Error, OptionAck, Request
from tests.wire.octets import words

texts = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)
options = st.dictionaries(texts, texts, max_size=5)


def pairs(granted: dict[str, str]) -> tuple[tuple[bytes, bytes], ...]:
    """tftpy's options as ours."""
    return tuple((name.encode(), value.encode()) for name, value in granted.items())


def judged(data: bytes) -> Any:
    """tftpy's reading of a packet."""
    return TftpPacketFactory().parse(data)


@given(texts, options, st.booleans())
def test_requests(filename: str, wanted: dict[str, str], write: bool) -> None:
    """RRQ and WRQ with any options, in order."""
    theirs = TftpPacketWRQ() if write else TftpPacketRRQ()
    theirs.filename, theirs.mode, theirs.options = filename, "octet", wanted
    data = bytes(theirs.encode().buffer)
    ours = Request(filename.encode(), pairs(wanted), write=write)
    assert data == tftp.build(ours)
    assert ours == tftp.parse(data)
    read = judged(tftp.build(ours))
    assert type(theirs) is type(read)
    assert (filename, "octet") == (read.filename, read.mode)
    assert list(wanted.items()) == list(read.options.items())


@given(options.filter(bool))
def test_option_acknowledgements(granted: dict[str, str]) -> None:
    """OACK with any options, in order."""
    theirs = TftpPacketOACK()
    theirs.options = granted
    data = bytes(theirs.encode().buffer)
    ours = OptionAck(pairs(granted))
    assert data == tftp.build(ours)
    assert ours == tftp.parse(data)
    assert list(granted.items()) == list(judged(tftp.build(ours)).options.items())


@given(words, st.binary(max_size=1500))
def test_data(block: int, content: bytes) -> None:
    """DATA of any number and size, the empty last one included."""
    theirs = TftpPacketDAT()
    theirs.blocknumber, theirs.data = block, content
    data = bytes(theirs.encode().buffer)
    ours = Data(block, content)
    assert data == tftp.build(ours)
    assert ours == tftp.parse(data)
    read = judged(tftp.build(ours))
    assert (block, content) == (read.blocknumber, read.data)


@given(words)
def test_acknowledgements(block: int) -> None:
    """ACK of any block."""
    theirs = TftpPacketACK()
    theirs.blocknumber = block
    data = bytes(theirs.encode().buffer)
    assert data == tftp.build(Ack(block))
    assert Ack(block) == tftp.parse(data)
    assert block == judged(tftp.build(Ack(block))).blocknumber


@pytest.mark.parametrize("code", range(1, 9))
def test_errors(code: int) -> None:
    """ERROR with the eight numbers that tftpy has a text for."""
    theirs = TftpPacketERR()
    theirs.errorcode = code
    data = bytes(theirs.encode().buffer)
    ours = Error(code, theirs.errmsgs[code])
    assert data == tftp.build(ours)
    assert ours == tftp.parse(data)
    read = judged(tftp.build(ours))
    assert (code, theirs.errmsgs[code]) == (read.errorcode, read.errmsg)
