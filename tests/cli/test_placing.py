"""Where files go: through whose links, for whom, and what is kept of those that were there."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from pxeclient.cli import placing
from pxeclient.cli.scribe import Scribe
from tests.cli.runner import CHECKOUT, IPXE, command

NEW = b"what a server sent"
OLD = b"what was there before"
STRANGER, FRIEND = 4001, 4002

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be several users")


def content(file: BinaryIO) -> None:
    """Write it."""
    file.write(NEW)


Place = Callable[[Path], None]


@pytest.fixture(params=["ourselves", "a scribe"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """`placing.place`, and the same by the process that keeps the right to it."""
    if request.param == "ourselves":
        yield lambda path: placing.place(path, content)
        return

    def by_a_scribe(path: Path) -> None:
        scribe = Scribe([Path("other"), path])
        try:
            scribe.place(path, content)
        finally:
            scribe.close()

    yield by_a_scribe


@pytest.fixture
def everybodys(tmp_path: Path) -> Path:
    """A folder as /tmp is."""
    made = tmp_path / "everybodys"
    made.mkdir()
    made.chmod(0o1777)
    return made


def planted(at: Path, target: Path | str, uid: int) -> Path:
    """A link of that user."""
    at.symlink_to(target)
    os.chown(at, uid, uid, follow_symlinks=False)
    return at


def refused(place: Place, path: Path) -> str:
    """Why it is not written."""
    with pytest.raises(OSError, match="put into a folder where everybody may") as caught:
        place(path)
    assert caught.value.errno == errno.EACCES
    return str(caught.value.strerror)


def test_a_new_file(tmp_path: Path, place: Place) -> None:
    """It has what the umask lets, and there is nothing beside it."""
    path = tmp_path / "new"
    place(path)
    assert path.read_bytes() == NEW
    assert os.listdir(tmp_path) == ["new"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755, 0o666])
def test_the_mode_stays(tmp_path: Path, place: Place, mode: int) -> None:
    """Of a file that was there, whatever the umask says."""
    path = tmp_path / "kept"
    path.write_bytes(OLD * 99)
    path.chmod(mode)
    place(path)
    assert path.read_bytes() == NEW
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert os.listdir(tmp_path) == ["kept"]


@as_root
@pytest.mark.parametrize("sudo", [False, True], ids=["root", "sudo"])
def test_the_owner_stays(
    tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch, sudo: bool
) -> None:
    """Of a file that was there, whoever sudo was called by."""
    if sudo:
        monkeypatch.setenv("SUDO_UID", str(FRIEND))
        monkeypatch.setenv("SUDO_GID", str(FRIEND))
    path = tmp_path / "kept"
    path.write_bytes(OLD)
    os.chown(path, STRANGER, FRIEND)
    place(path)
    assert path.read_bytes() == NEW
    assert (path.stat().st_uid, path.stat().st_gid) == (STRANGER, FRIEND)


@as_root
@pytest.mark.parametrize("folder_mode", [0o755, 0o777], ids=["shut", "open"])
def test_who_may_write_but_not_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder_mode: int
) -> None:
    """Somebody else's file keeps its owner where it can only be written in place."""
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "kept"
    path.write_bytes(OLD * 99)
    path.chmod(0o666)
    folder.chmod(folder_mode)
    monkeypatch.chdir(folder)  # the folders above are not for others
    os.seteuid(STRANGER)
    try:
        placing.place(Path("kept"), content)
    finally:
        os.seteuid(0)
    assert path.read_bytes() == NEW
    assert path.stat().st_uid == 0
    assert os.listdir(folder) == ["kept"]


@pytest.mark.parametrize("absolute", [False, True])
def test_links_of_our_own_are_followed(
    tmp_path: Path, everybodys: Path, place: Place, absolute: bool
) -> None:
    """In any folder, several of them, to a file that is there or not; they stay links."""
    target = tmp_path / "folder" / "target"
    target.parent.mkdir()
    first, second = everybodys / "first", tmp_path / "second"
    first.symlink_to(second if absolute else "../second")
    second.symlink_to(target.parent if absolute else "folder")
    for _ in range(2):
        place(first / ".." / "folder" / "target")
        assert target.read_bytes() == NEW
    assert first.is_symlink()
    assert os.listdir(target.parent) == ["target"]


@as_root
@pytest.mark.parametrize("there", [False, True], ids=["new", "there"])
def test_a_strangers_link_is_not_followed(
    tmp_path: Path, everybodys: Path, place: Place, there: bool
) -> None:
    """In a folder where everybody may write; what it leads to stays as it was."""
    target = tmp_path / "secret"
    if there:
        target.write_bytes(OLD)
    link = planted(everybodys / "nbp", target, STRANGER)
    assert "'nbp' is a link that another user (uid 4001)" in refused(place, link)
    assert target.exists() is there
    assert not there or target.read_bytes() == OLD


@as_root
def test_nor_one_on_the_way(tmp_path: Path, everybodys: Path, place: Place) -> None:
    """To a folder, behind a link of our own, or to a device."""
    (tmp_path / "inner").mkdir()
    planted(everybodys / "folder", tmp_path / "inner", STRANGER)
    refused(place, everybodys / "folder" / "new")
    (tmp_path / "mine").symlink_to(everybodys / "folder")
    refused(place, tmp_path / "mine" / "new")
    refused(place, planted(everybodys / "device", "/dev/null", STRANGER))
    assert os.listdir(tmp_path / "inner") == []


@as_root
def test_whose_links_are_trusted(
    tmp_path: Path, everybodys: Path, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of the folder's owner, of who called sudo, and all in a folder that is not shared."""
    target = tmp_path / "target"
    (tmp_path / "private").mkdir()
    place(planted(tmp_path / "private" / "a", target, STRANGER))
    os.chown(everybodys, STRANGER, STRANGER)
    place(planted(everybodys / "b", target, STRANGER))
    link = planted(everybodys / "c", target, FRIEND)
    refused(place, link)
    monkeypatch.setenv("SUDO_UID", str(FRIEND))
    monkeypatch.setenv("SUDO_GID", str(FRIEND))
    place(link)


@as_root
def test_strangers_files_and_pipes(everybodys: Path, place: Place) -> None:
    """Who waits there for our content under the name that we shall write does not get it."""
    for kind, make in (("file", Path.touch), ("pipe", os.mkfifo)):
        path = everybodys / kind
        make(path)
        os.chown(path, STRANGER, STRANGER)
        assert f"is a {kind} that another user" in refused(place, path)


def test_a_circle_of_links(tmp_path: Path, place: Place) -> None:
    """Ends, in words."""
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match="symbolic links"):
        place(tmp_path / "a")


def test_no_folder_no_file(tmp_path: Path, place: Place) -> None:
    """A folder is no file, nor is what a file stands in the way of."""
    (tmp_path / "file").write_bytes(OLD)
    for path, code in (
        (tmp_path, errno.EISDIR),
        (tmp_path / "none" / "x", errno.ENOENT),
        (tmp_path / "file" / "x", errno.ENOTDIR),
        (tmp_path / "..", errno.EISDIR),
        (tmp_path / ("x" * 300), errno.ENAMETOOLONG),
    ):
        with pytest.raises(OSError, match=r".") as caught:
            place(path)
        assert caught.value.errno == code, path


def test_a_pipe(tmp_path: Path, place: Place) -> None:
    """Has a reader, and stays a pipe."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with subprocess.Popen(["cat", str(path)], stdout=subprocess.PIPE) as reader:
        place(path)
        assert reader.communicate()[0] == NEW
    assert path.is_fifo()


def test_what_standard_output_is(tmp_path: Path) -> None:
    """A file that the shell has opened: the content goes where its next octet would."""
    path = tmp_path / "all"
    with path.open("wb") as out:
        out.write(b"before\n")
        out.flush()
        subprocess.run(
            command("boot", "-q", "-p", IPXE, "--save-file", "/dev/stdout"),
            cwd=CHECKOUT,
            stdout=out,
            timeout=60,
            check=True,
        )
    written = path.read_bytes()
    assert written.startswith(b"before\n")
    assert len(written) > 4000
    assert b"Booted boot.0 " in written


@pytest.mark.parametrize("where", ["new", "old"])
def test_a_file_system_without_unnamed_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """A name beside is taken for a while, and gone in the end, also if writing fails."""
    really = os.open

    def opened(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if flags & os.O_TMPFILE == os.O_TMPFILE:
            raise OSError(errno.EOPNOTSUPP, "Operation not supported")
        return really(path, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", opened)
    path = tmp_path / "file"
    if where == "old":
        path.write_bytes(OLD)
        path.chmod(0o640)

    def fail(file: BinaryIO) -> None:
        [beside] = {*os.listdir(tmp_path)} - {"file"}
        assert stat.S_IMODE((tmp_path / beside).stat().st_mode) == 0o600
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        placing.place(path, fail)
    assert path.exists() is (where == "old")
    placing.place(path, content)
    assert path.read_bytes() == NEW
    assert where == "new" or stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["file"]


@as_root
def test_new_files_belong_to_who_called_sudo(
    tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And so do folders that are made for them."""
    monkeypatch.setenv("SUDO_UID", str(FRIEND))
    monkeypatch.setenv("SUDO_GID", str(STRANGER))
    placing.make_folder(tmp_path / "a" / "b")
    place(tmp_path / "a" / "b" / "new")
    for path in (tmp_path / "a", tmp_path / "a" / "b", tmp_path / "a" / "b" / "new"):
        assert (path.stat().st_uid, path.stat().st_gid) == (FRIEND, STRANGER)


@pytest.mark.parametrize(
    ("uid", "gid", "believed"),
    [
        ("1000", "1000", True),
        ("1000", "0", True),
        ("0", "0", False),
        ("", "", False),
        ("1000", "", False),
        ("-1", "-1", False),
        ("4294967295", "1000", False),
        ("1000", "99999999999", False),
        ("1e3", "1000", False),
        ("\u0661\u0662", "1000", False),
        ("root", "root", False),
    ],
)
def test_what_sudo_says(
    monkeypatch: pytest.MonkeyPatch, uid: str, gid: str, believed: bool
) -> None:
    """Is believed only as numbers that a user can have, and only of root."""
    monkeypatch.setenv("SUDO_UID", uid)
    monkeypatch.setenv("SUDO_GID", gid)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert (placing.sudo_user() is not None) is believed
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert placing.sudo_user() is None
