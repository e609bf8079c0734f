"""The TFTP server for whoever has none: what tftpy gets wrong is fenced in. On loopback."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pxeclient.lab.tftpd import server as tftpd
from pxeclient.lab.tftpd.files import agreed
from pxeclient.lab.tftpd.server import Server
from pxeclient.lab.tftpd.transfer import REPEATS
from pxeclient.wire import tftp
from pxeclient.wire.tftp import Ack, Data, Error, OptionAck, Request

HOST = "127.0.0.1"
CONTENT = bytes(range(256)) * 5
LONG = b"0123456789abcdef" * 512


class Client:
    """A client, and the server's steps between its packets."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((HOST, 0))
        self._socket.settimeout(20)
        self._peer = server.address

    def ask(self, name: bytes, *options: tuple[bytes, bytes], **more: object) -> tftp.Message:
        """Send a request, and take the answer, from whose port all else comes."""
        self._peer = self._server.address
        self.send(tftp.build(Request(name, options, **more)))  # type: ignore[arg-type]
        return self.take()

    def send(self, octets: bytes) -> None:
        """Send a packet, and have the server look at it."""
        self._socket.sendto(octets, self._peer)
        self._server.step()

    def take(self) -> tftp.Message:
        """The next packet."""
        octets, self._peer = self._socket.recvfrom(70_000)
        return tftp.parse(octets)

    def is_silence(self) -> bool:
        """Nothing has come: on loopback it would be there by now."""
        self._socket.setblocking(False)
        try:
            self._socket.recv(70_000)
        except BlockingIOError:
            return True
        finally:
            self._socket.settimeout(20)
        return False

    def fetch(self, name: bytes, *options: tuple[bytes, bytes]) -> bytes:
        """A whole file."""
        message, size, found = self.ask(name, *options), 512, b""
        if isinstance(message, OptionAck):
            size = int(message.get(b"blksize") or b"512")
            self.send(tftp.build(Ack(0)))
            message = self.take()
        while isinstance(message, Data):
            found += message.content
            self.send(tftp.build(Ack(message.block)))
            if len(message.content) < size:
                return found
            message = self.take()
        raise AssertionError(message)

    def close(self) -> None:
        """Let go of the socket."""
        self._socket.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files to hand out, and one beside them that is none."""
    root = tmp_path / "root"
    (root / "boot").mkdir(parents=True)
    (root / "boot" / "x.efi").write_bytes(CONTENT)
    (root / "boot.0").write_bytes(CONTENT)
    (root / "empty").write_bytes(b"")
    (root / "blocks").write_bytes(bytes(1024))
    (root / "grüß.0").write_bytes(b"umlaut")
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "root-secret").write_bytes(b"secret")
    return root


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    """A server on some port."""
    with closing(Server(folder, HOST, 0)) as opened:
        yield opened


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    """One client of it."""
    with closing(Client(server)) as one:
        yield one


@pytest.mark.parametrize("name", [b"boot.0", b"/boot.0", b"./boot.0", b"//boot.0", b"boot/x.efi"])
@pytest.mark.parametrize("size", [None, 8, 300, 1280, 1432, 65464])
def test_a_file(client: Client, name: bytes, size: int | None) -> None:
    """By any of its names, in blocks of any size; one that ends with an empty block, too."""
    options = [] if size is None else [(b"blksize", str(size).encode())]
    assert client.fetch(name, *options) == CONTENT


@pytest.mark.parametrize(("name", "content"), [("empty", b""), ("blocks", bytes(1024))])
def test_files_that_end_with_an_empty_block(client: Client, name: str, content: bytes) -> None:
    """Of no octets, or of whole blocks."""
    assert client.fetch(name.encode()) == content


def test_names_of_other_systems(client: Client, folder: Path) -> None:
    """Backslashes, unless a file is so called; and octets that are not ASCII, which end tftpy."""
    assert client.fetch(rb"\boot\x.efi") == CONTENT
    (folder / r"boot\x.efi").write_bytes(b"itself")
    assert client.fetch(rb"boot\x.efi") == b"itself"
    assert client.fetch("grüß.0".encode()) == b"umlaut"
    assert isinstance(client.ask(b"\xff\xfe\x80"), Error)
    assert client.fetch(os.fsencode(folder) + b"/boot.0") == CONTENT


@pytest.mark.parametrize(
    "name",
    [
        b"../secret", b"/../secret", b"boot/../../secret", rb"..\secret", rb"boot\..\..\secret",
        b"..", b"../root/boot.0", b"boot/../boot.0", b"../root-secret", b"/./../secret",
    ],
)  # fmt: skip
def test_nothing_leads_out_of_the_folder(client: Client, name: bytes) -> None:
    """However it is written."""
    answer = client.ask(name)
    assert answer == Error(2, b"The name leads out of the folder")


def test_beside_the_folder_is_outside(client: Client, folder: Path) -> None:
    """A whole path counts only within it."""
    for name in (folder.parent / "secret", f"{folder}-secret", "/etc/passwd"):
        assert isinstance(client.ask(str(name).encode()), Error)


def test_links_are_followed(client: Client, folder: Path) -> None:
    """As dnsmasq does: whoever made one there meant it."""
    (folder / "linked").symlink_to(folder.parent / "secret")
    assert client.fetch(b"linked") == b"secret"


@pytest.mark.parametrize("name", [b"none", b"boot", b"", b"/", b"pipe", b"x" * 300, b"boot.0/x"])
def test_what_is_no_file(client: Client, folder: Path, name: bytes) -> None:
    """A folder, which ends tftpy's server; a pipe, which would be waited for."""
    os.mkfifo(folder / "pipe")
    assert client.ask(name) == Error(1, b"File not found")
    assert client.fetch(b"boot.0") == CONTENT


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_what_may_not_be_read(client: Client, folder: Path) -> None:
    """It is another error."""
    (folder / "boot.0").chmod(0)
    assert client.ask(b"boot.0") == Error(2, b"The file may not be read")


def test_only_what_was_asked_for_is_agreed(client: Client) -> None:
    """In the order of the request; nothing else, and no answer of options where none holds."""
    size = str(len(CONTENT)).encode()
    answer = client.ask(b"boot.0", (b"tsize", b"0"))
    assert answer == OptionAck(((b"tsize", size),))
    answer = client.ask(b"boot.0", (b"TSize", b"0"), (b"windowsize", b"4"), (b"BLKSIZE", b"1432"))
    assert answer == OptionAck(((b"tsize", size), (b"blksize", b"1432")))


def test_a_request_that_came_twice(client: Client, server: Server) -> None:
    """It is the one that is under way; another one from the same port is a new one."""
    assert client.ask(b"boot.0") == Data(1, CONTENT[:512])
    client._peer = server.address
    client.send(tftp.build(Request(b"boot.0")))
    assert client.is_silence()
    assert client.ask(b"blocks") == Data(1, bytes(512))
    assert server.busy == 1


def test_unknown_options_alone_get_the_first_block(client: Client) -> None:
    """As RFC 2347 has it."""
    answer = client.ask(b"boot.0", (b"windowsize", b"4"), (b"multicast", b"x"))
    assert answer == Data(1, CONTENT[:512])


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        ([(b"blksize", b"1432"), (b"tsize", b"0")], {"blksize": "1432", "tsize": "9"}),
        ([(b"tsize", b"x"), (b"BlkSize", b"8")], {"tsize": "9", "blksize": "8"}),
        ([(b"blksize", b"7")], {}),
        ([(b"blksize", b"0")], {}),
        ([(b"blksize", b"-1"), (b"blksize", b"1024")], {"blksize": "1024"}),
        ([(b"blksize", b"")], {}),
        ([(b"blksize", b"99999999999999999999")], {}),
        ([(b"blksize", b"65465")], {"blksize": "65464"}),
        ([(b"blksize", b"1e3"), (b"\xff", b"\xff"), (b"", b"")], {}),
        ([(b"timeout", b"0"), (b"timeout", b"256"), (b"timeout", b"3")], {"timeout": "3"}),
        ([(b"blksize", b"512"), (b"blksize", b"1024")], {"blksize": "512"}),
        ([(b"blksize", "٣٣٣".encode())], {}),
    ],
)
def test_options(asked: list[tuple[bytes, bytes]], holds: dict[str, str]) -> None:
    """Numbers within their bounds; of equal names the first that is one."""
    assert agreed(asked, 9) == holds


def test_it_only_reads(client: Client, folder: Path) -> None:
    """A write request is refused, and so is a mode that is none of octets."""
    answer = client.ask(b"new", write=True)
    assert answer == Error(2, b"Nothing can be written here")
    assert not (folder / "new").exists()
    assert client.ask(b"boot.0", write=True) == answer
    assert (folder / "boot.0").read_bytes() == CONTENT
    assert client.ask(b"boot.0", mode=b"netascii") == Error(
        4, b"The mode netascii is not known here"
    )
    assert client.fetch(b"boot.0") == CONTENT


@pytest.mark.parametrize(
    "octets",
    [b"", b"\0", b"\0\1", b"\0\1x\0", b"\0\1x\0octet\0blksize", b"\0\3\0\1x", b"\0\4\0\1",
     b"\0\5\0\1x\0", b"\0\6", b"\0\7xxxx", b"\xff" * 2000],
)  # fmt: skip
def test_what_is_no_request_gets_no_answer(client: Client, octets: bytes) -> None:
    """Least of all an error."""
    client.send(octets)
    assert client.is_silence()
    assert client.fetch(b"boot.0") == CONTENT


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(octets=st.binary(max_size=80), is_request=st.booleans())
def test_nothing_ends_the_server(client: Client, octets: bytes, is_request: bool) -> None:
    """Whatever comes."""
    client._peer = client._server.address
    client.send(b"\0\1" + octets if is_request else octets)
    while not client.is_silence():
        pass
    client._server.forget()
    assert client.fetch(b"boot.0") == CONTENT


def test_nobody_else_is_heard(client: Client, server: Server) -> None:
    """An acknowledgement of another client's, or of the same one's from another port."""
    assert client.ask(b"boot.0") == Data(1, CONTENT[:512])
    with closing(Client(server)) as other:
        other._peer = client._peer
        other._socket.sendto(tftp.build(Ack(1)), other._peer)
        other._socket.sendto(tftp.build(Error(0, b"end")), other._peer)
    client.send(tftp.build(Ack(1)))
    assert client.take() == Data(2, CONTENT[512:1024])


def test_clients_are_served_side_by_side(server: Server) -> None:
    """Each has its own blocks."""
    with closing(Client(server)) as one, closing(Client(server)) as other:
        assert one.ask(b"boot.0") == Data(1, CONTENT[:512])
        assert other.ask(b"boot/x.efi", (b"blksize", b"1024")) == OptionAck(
            ((b"blksize", b"1024"),)
        )
        one.send(tftp.build(Ack(1)))
        other.send(tftp.build(Ack(0)))
        assert one.take() == Data(2, CONTENT[512:1024])
        assert other.take() == Data(1, CONTENT[:1024])


def test_thousands_of_acknowledgements_again(client: Client) -> None:
    """tftpy ends a transfer at the twentieth; none makes it send a block twice (RFC 1123)."""
    assert client.ask(b"boot.0") == Data(1, CONTENT[:512])
    client.send(tftp.build(Ack(1)))
    assert client.take() == Data(2, CONTENT[512:1024])
    for _ in range(100):
        client.send(tftp.build(Ack(1)))
    assert client.is_silence()
    client.send(tftp.build(Ack(2)))
    assert client.take() == Data(3, CONTENT[1024:])


@pytest.mark.parametrize("octets", [b"", b"\0\4", b"\0\3\0\1data", b"\xff" * 50, b"\0\4\xff\xff"])
def test_packets_that_are_none_of_a_clients(client: Client, octets: bytes) -> None:
    """The transfer goes on."""
    assert client.ask(b"boot.0") == Data(1, CONTENT[:512])
    client.send(octets)
    client.send(tftp.build(Ack(1)))
    assert client.take() == Data(2, CONTENT[512:1024])


def test_a_packet_that_was_lost_comes_again(client: Client, server: Server) -> None:
    """When that is due, and no more often than it says."""
    first = client.ask(b"boot.0", (b"tsize", b"0"))
    for _ in range(REPEATS):
        server.hurry()
        server.step()
        assert client.take() == first
    server.hurry()
    server.step()
    assert client.is_silence()
    assert server.busy == 0


def test_a_client_that_has_seen_enough(
    client: Client, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    """As firmware that only wants to know the size."""
    client.ask(b"boot.0", (b"tsize", b"0"))
    client.send(tftp.build(Error(0, b"just \x1b[31masking")))
    assert client.is_silence()
    assert server.busy == 0
    shown = capsys.readouterr().out
    assert "the client ends it (error 0: just" in shown
    assert "\x1b" not in shown


def test_a_client_that_is_gone(client: Client, server: Server) -> None:
    """The port that nobody has any more."""
    client.ask(b"boot.0")
    client.close()
    server.hurry()
    server.step()  # what is sent again comes back as an error
    server.hurry()
    server.step()
    assert server.busy == 0


def test_more_than_there_is_room_for(
    client: Client, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One more is told so, and is served when there is."""
    monkeypatch.setattr(tftpd, "MOST_TRANSFERS", 3)
    others = [Client(server) for _ in range(3)]
    for other in others:
        assert isinstance(other.ask(b"boot.0"), Data)
    assert client.ask(b"boot.0") == Error(0, b"3 transfers are under way")
    others[0].send(tftp.build(Error(0, b"")))
    assert client.fetch(b"boot.0") == CONTENT
    for other in others:
        other.close()


def test_what_nobody_thought_of(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is answered, and ends nothing else."""

    def fails(*_: object) -> None:
        raise KeyError("what")

    with monkeypatch.context() as patch:
        patch.setattr(tftpd, "agreed", fails)
        assert client.ask(b"boot.0") == Error(0, b"The server cannot")
    assert client.fetch(b"boot.0") == CONTENT


def test_a_file_of_more_than_65535_blocks(client: Client, folder: Path) -> None:
    """The number begins again at 0."""
    long = LONG * 65 + b"the end"
    (folder / "long").write_bytes(long)
    assert len(long) > 65_536 * 8
    assert client.fetch(b"long", (b"blksize", b"8")) == long
