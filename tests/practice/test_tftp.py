"""TFTP: negotiation, blocks and windows, loss, errors, and the patience of the server."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from pxeclient.practice import boot_files
from pxeclient.practice.model import FileSpec, Server, Tftp
from pxeclient.practice.tftp_server import MOST
from pxeclient.wire import tftp
from tests.practice.client import TFTP, Talk, mac_of, parse_udp, rrq, scenario, tftp_packet

PORT = 50001


def talk(**keys: Any) -> Talk:
    """A conversation with a TFTP server of that script."""
    return Talk(
        scenario(Server(name="tftp", ip=TFTP, mac=mac_of(TFTP), tftp=Tftp(**keys))),
    )


def serving(spec: FileSpec, **keys: Any) -> Talk:
    """A conversation with a TFTP server that has one file."""
    return talk(files={"*": spec}, **keys)


def ack(number: int, port: int = PORT, **keys: Any) -> bytes:
    """The frame of an ACK."""
    return tftp_packet(tftp.Ack(number), port, **keys)


def download(conversation: Talk, *options: tuple[bytes, bytes]) -> tuple[list[bytes], list[int]]:
    """Fetch the file, a window at a time: the blocks, and their numbers."""
    blocks: list[bytes] = []
    numbers: list[int] = []
    heard = conversation.transfer(rrq(b"x", *options))
    while heard:
        last = 0
        for packet in heard:
            if isinstance(packet, tftp.Data):
                last = packet.block
                blocks.append(packet.content)
                numbers.append(last)
        heard = conversation.transfer(ack(last))
    return blocks, numbers


@pytest.mark.parametrize(
    ("script", "asked", "answer"),
    [
        (
            {},
            [(b"blksize", b"1432"), (b"tsize", b"0")],
            [(b"blksize", b"1432"), (b"tsize", b"900")],
        ),
        ({}, [(b"tsize", b"0"), (b"BLKSIZE", b"8")], [(b"tsize", b"900"), (b"blksize", b"8")]),
        ({"max_blksize": 512}, [(b"blksize", b"1432")], [(b"blksize", b"512")]),
        ({"max_windowsize": 4}, [(b"windowsize", b"16")], [(b"windowsize", b"4")]),
        ({}, [(b"timeout", b"3"), (b"multicast", b"")], [(b"timeout", b"3")]),
        ({"options": ("tsize",)}, [(b"blksize", b"8"), (b"tsize", b"0")], [(b"tsize", b"900")]),
        ({"only_opts": ("tsize",)}, [(b"blksize", b"8"), (b"tsize", b"0")], [(b"tsize", b"900")]),
        ({}, [(b"tsize", b"0"), (b"tsize", b"0")], [(b"tsize", b"900")]),
        ({}, [(b"tsize", b"0"), (b"blksize", b"7")], [(b"tsize", b"900")]),
        ({}, [(b"tsize", b"0"), (b"blksize", b"-8")], [(b"tsize", b"900")]),
        ({}, [(b"tsize", b"0"), (b"blksize", b"9" * 5000)], [(b"tsize", b"900")]),
        ({}, [(b"tsize", b"0"), (b"timeout", b"256")], [(b"tsize", b"900")]),
    ],
)
def test_options_are_agreed(
    script: dict[str, Any],
    asked: list[tuple[bytes, bytes]],
    answer: list[tuple[bytes, bytes]],
) -> None:
    """The OACK has the accepted options in the order asked, lowered where the script says."""
    conversation = serving(FileSpec(size=900), **script)
    assert [tftp.OptionAck(tuple(answer))] == conversation.transfer(rrq(b"x", *asked))


def test_without_options_data_comes_at_once() -> None:
    """No OACK: the first packet is block 1 of 512 octets."""
    for conversation, options in (
        (serving(FileSpec(size=900)), ()),
        (serving(FileSpec(size=900), options=()), ((b"blksize", b"1432"),)),
    ):
        blocks, numbers = download(conversation, *options)
        assert numbers == [1, 2]
        assert [len(block) for block in blocks] == [512, 388]
        assert conversation.network.next_at() is None


@pytest.mark.parametrize(
    ("spec", "sizes"),
    [
        (FileSpec(text=""), [0]),
        (FileSpec(text="#!ipxe"), [6]),
        (FileSpec(junk=1025), [512, 512, 1]),
        (FileSpec(exact_blocks=2), [512, 512, 0]),
        (FileSpec(exact_blocks=0), [0]),
        (FileSpec(kind="efi"), [512, 512, 512, 0]),
    ],
)
def test_last_block_is_short(spec: FileSpec, sizes: list[int]) -> None:
    """A transfer ends with a block of less than the block size, if need be an empty one."""
    assert sizes == [len(block) for block in download(serving(spec))[0]]


def test_files_are_found_by_name() -> None:
    """A named file is preferred to ``*``; what is neither is TFTP error 1."""
    both = talk(files={"a": FileSpec(text="A"), "*": FileSpec(text="any")})
    assert [tftp.Data(1, b"A")] == both.transfer(rrq(b"a"))
    assert [tftp.Data(1, b"any")] == both.transfer(rrq(b"b", source_port=2001))
    one = talk(files={"a": FileSpec(text="A")})
    assert [tftp.Error(1, b"File not found")] == one.transfer(rrq(b"b"))


def test_block_numbers_wrap_to_zero() -> None:
    """Block 65536 has number 0, and the transfer goes on."""
    size = 8 * 65540 + 3
    conversation = serving(FileSpec(size=size))
    blocks, numbers = download(conversation, (b"blksize", b"8"), (b"windowsize", b"64"))
    assert numbers[-7:] == [65535, 0, 1, 2, 3, 4, 5]
    assert size == sum(len(block) for block in blocks)


def test_window_is_sent_whole_and_resumed_behind_an_ack() -> None:
    """An ACK inside the window makes the next window start behind it (RFC 7440 §4)."""
    conversation = serving(FileSpec(size=5000))
    conversation.transfer(rrq(b"x", (b"windowsize", b"4")))

    def numbers(number: int) -> list[int]:
        heard = conversation.transfer(ack(number))
        return [packet.block for packet in heard if isinstance(packet, tftp.Data)]

    assert numbers(0) == [1, 2, 3, 4]
    assert numbers(2) == [3, 4, 5, 6]
    assert numbers(2) == []
    assert numbers(6) == [7, 8, 9, 10]
    assert numbers(10) == []
    assert numbers(10) == []


@pytest.mark.parametrize("number", [0, 2, 3, 65535])
def test_ack_of_what_was_not_sent_is_ignored(number: int) -> None:
    """Only block 1 is under way: another number, old or new, changes nothing."""
    conversation = serving(FileSpec(size=5000))
    conversation.transfer(rrq(b"x"))
    assert conversation.transfer(ack(number)) == []
    assert [
        packet.block for packet in conversation.transfer(ack(1)) if isinstance(packet, tftp.Data)
    ] == [2]


@pytest.mark.parametrize("options", [(), ((b"tsize", b"0"),)])
def test_silence_repeats_four_times(options: tuple[tuple[bytes, bytes], ...]) -> None:
    """OACK or DATA without an ACK comes again every 1.5 s, four times, then no more."""
    conversation = serving(FileSpec(size=900))
    [first] = conversation.say(rrq(b"x", *options))
    heard = conversation.wait(60)
    assert [at for at, _ in heard] == [1.5, 3.0, 4.5, 6.0]
    assert {parse_udp(first)[1].payload} == {parse_udp(frame)[1].payload for _, frame in heard}
    assert conversation.network.next_at() is None
    assert conversation.say(ack(1)) == []


def test_an_ack_restarts_patience() -> None:
    """The 1.5 s count from the last packet, and the tries start over."""
    conversation = serving(FileSpec(size=900))
    conversation.transfer(rrq(b"x"))
    conversation.wait(7.0)
    conversation.transfer(ack(1))
    assert [at for at, _ in conversation.wait(60)] == [8.5, 10.0, 11.5, 13.0]


def test_dropped_block_comes_with_the_repeat() -> None:
    """A block that the script drops is lost once."""
    conversation = serving(FileSpec(size=900), drop_blocks=(1,))
    assert conversation.transfer(rrq(b"x")) == []
    [(at, frame)] = conversation.wait(2)
    assert at == 1.5
    assert parse_udp(frame)[1].payload[:4] == b"\0\3\0\1"


def test_duplicates_do_not_multiply() -> None:
    """A server that sends all twice still sends each block twice only."""
    conversation = serving(FileSpec(size=900), dup=True)
    assert len(conversation.say(rrq(b"x"))) == 2
    assert len(conversation.say(ack(1))) == 2
    assert len(conversation.say(ack(1))) == 0


def test_error_ends_the_transfer() -> None:
    """The scripted ERROR takes a block's place; nothing follows."""
    conversation = serving(FileSpec(size=5000), error_at_block=2)
    conversation.transfer(rrq(b"x"))
    assert [tftp.Error(0, b"scripted failure")] == conversation.transfer(ack(1))
    assert conversation.transfer(ack(1)) == []
    assert conversation.network.next_at() is None


def test_clients_error_ends_the_transfer() -> None:
    """A client that has enough, for instance after a size query, is left alone."""
    conversation = serving(FileSpec(size=900))
    conversation.transfer(rrq(b"x", (b"tsize", b"0")))
    conversation.say(tftp_packet(tftp.Error(8, b"User aborted"), PORT))
    assert conversation.network.next_at() is None


def test_scripted_answers() -> None:
    """A script can refuse every request, or say nothing at all."""
    assert [tftp.Error(2, b"No")] == talk(error=(2, "No")).transfer(rrq(b"x"))
    silent = talk(silent=True)
    assert silent.transfer(rrq(b"x")) == []
    assert silent.network.next_at() is None


def test_repeated_request_is_one_transfer() -> None:
    """An RRQ from the same port while its transfer runs is the client's retry."""
    conversation = serving(FileSpec(size=900))
    assert len(conversation.say(rrq(b"x"))) == 1
    assert len(conversation.say(rrq(b"x"))) == 0
    assert len(conversation.say(rrq(b"x", source_port=2001))) == 1


def test_each_transfer_has_its_own_port() -> None:
    """Transfers are known by their port, and by the client's."""
    conversation = serving(FileSpec(size=900))
    ports = [
        parse_udp(conversation.say(rrq(b"x", source_port=port))[0])[1].source_port
        for port in (2000, 2001)
    ]
    assert ports == [PORT, PORT + 1]
    assert conversation.say(ack(1, PORT + 1, source_port=2000)) == []
    assert len(conversation.say(ack(1, PORT + 1, source_port=2001))) == 1


def test_writing_is_refused_and_garbage_ignored() -> None:
    """WRQ gets TFTP error 2; what is no request, or no TFTP at all, gets nothing."""
    conversation = serving(FileSpec(size=900))
    wrq = tftp.Request(b"x", write=True)
    answer = tftp.Error(2, b"Access violation")
    assert [answer] == conversation.transfer(tftp_packet(wrq, 69))
    assert conversation.transfer(tftp_packet(tftp.Ack(1), 69)) == []
    assert conversation.transfer(ack(1, 40000)) == []


def test_a_flood_of_requests_is_bounded() -> None:
    """Beyond a number of transfers requests are lost, until others have ended."""
    conversation = serving(FileSpec(size=900))
    answered = [conversation.say(rrq(b"x", source_port=port)) for port in range(2000, 2100)]
    assert sum(bool(answer) for answer in answered) == MOST
    conversation.wait(60)
    assert conversation.say(rrq(b"x", source_port=3000))


# --- what servers do wrong ----------------------------------------------------------------
def test_a_stalled_transfer_stays_silent() -> None:
    """The block never comes, not when it is asked for again either, and nothing is repeated."""
    conversation = serving(FileSpec(size=2000), stall_at_block=2)
    assert download(conversation)[1] == [1]
    assert conversation.transfer(ack(1)) == []
    assert conversation.network.next_at() is None


def test_blocks_can_be_longer_than_agreed() -> None:
    """Every whole block has the excess, the last one has not."""
    asked = (b"blksize", b"1000")
    blocks, _ = download(serving(FileSpec(size=2500), excess=3), asked)
    assert [len(block) for block in blocks] == [1003, 1003, 500]


@pytest.mark.parametrize("asked", [(), ((b"blksize", b"512"),)])
def test_blocks_can_be_counted_from_0(asked: tuple[tuple[bytes, bytes], ...]) -> None:
    """With options or without, each ACK of the same number brings the next block."""
    conversation = serving(FileSpec(size=1100), first_block=0)
    heard = conversation.transfer(rrq(b"x", *asked))
    if asked:
        heard = conversation.transfer(ack(0))
    numbers = []
    while heard:
        [block] = heard
        assert isinstance(block, tftp.Data)
        numbers.append(block.block)
        heard = conversation.transfer(ack(block.block))
    assert numbers == [0, 1, 2]
    assert conversation.network.next_at() is None


def test_options_can_be_acknowledged_with_another_value() -> None:
    """The OACK has the scripted value, the transfer keeps to what was asked for."""
    conversation = serving(FileSpec(size=900), oack={"blksize": "many", "timeout": "9"})
    asked = ((b"blksize", b"600"), (b"tsize", b"0"))
    answer = ((b"blksize", b"many"), (b"tsize", b"900"))
    assert [tftp.OptionAck(answer)] == conversation.transfer(rrq(b"x", *asked))
    assert [len(p.content) for p in conversation.transfer(ack(0)) if isinstance(p, tftp.Data)] == [
        600
    ]


def test_an_acknowledged_value_must_fit_an_oack() -> None:
    """A NUL would end it."""
    with pytest.raises(ValueError, match="NUL inside"):
        Tftp(oack={"blksize": "1\0"})


def test_a_file_may_be_given_octet_by_octet() -> None:
    """In base64, as a scenario file has it."""
    spec = msgspec.convert({"content": "AP9ib290"}, FileSpec)
    assert spec.content == b"\x00\xffboot"
    assert boot_files.exactly(spec.content).read(0, 100) == b"\x00\xffboot"
