"""A file that is written: found link by link, kept to its owner, and there only when it is whole.

Whoever may write into a folder that belongs to all (``/tmp``) can put a link there under the name
that somebody else is about to write, and the kernel refuses to follow it (fs.protected_symlinks,
protected_regular and protected_fifos in Documentation/admin-guide/sysctl/fs.rst, where they are
switched on). Its rule is applied here as well, whatever the switches say and to every link on the
way: by folder descriptors, so that nothing can be changed between the look and the step.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import signal
import stat
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeAlias
from uuid import uuid4

Fill: TypeAlias = Callable[[BinaryIO], None]
"""Writes the whole content into an open file."""

_FOLDER = os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC
_WRITE = os.O_WRONLY | os.O_NOFOLLOW | os.O_NOCTTY | os.O_CLOEXEC
_MOST_LINKS = 40
"""As the kernel's own MAXSYMLINKS."""
_NOT_UNNAMED = frozenset({errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOSYS})
"""A file system, or a kernel, that has no files without a name (open(2), O_TMPFILE)."""
_NOT_BESIDE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_OWN = re.compile(r"/proc/(\d+)(?:/task/\d+)?/fd")
_ACL = "system.posix_acl_access"
_WISHES = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class User(NamedTuple):
    """Somebody on this machine."""

    uid: int
    gid: int


def sudo_user() -> User | None:
    """For whom sudo has made us root (SUDO_UID, SUDO_GID); None if nobody, or it is not told so.

    The variables are believed only of root, whom nobody else can hand them, and only as numbers.
    """
    if os.geteuid() != 0:
        return None
    texts = os.environ.get("SUDO_UID", ""), os.environ.get("SUDO_GID", "")
    if not all(re.fullmatch("[0-9]{1,10}", text) for text in texts):
        return None
    uid, gid = map(int, texts)
    # 2**32 - 1 means "leave it" to chown(2).
    return User(uid, gid) if 0 < uid < 0xFFFFFFFF and gid < 0xFFFFFFFF else None


def place(path: Path, fill: Fill, folder: int | None = None) -> None:
    """Have `fill` write a file, which takes its name only when it is complete.

    A path that is not absolute begins at `folder`, a descriptor, or where we are.

    A file that was there gives way with its owner, group and mode kept; where they could not be
    kept, or the folder is not to be changed, its content is replaced at the end. A new one belongs
    to whom we are root for, if it is sudo that says so. Devices, pipes and descriptors (as
    ``/dev/stdout``) are written to.

    Raises:
        OSError: It cannot be written, or must not be: a stranger's link leads there.
    """
    with _found(path, folder) as at:
        if at.descriptor is not None:
            _fill(os.dup(at.descriptor), fill)
            return
        there = at.look()
        if at.kernels:
            _fill(os.open(at.name, os.O_WRONLY | os.O_NOCTTY, dir_fd=at.folder), fill)
        elif there is None or stat.S_ISREG(there.st_mode):
            _write(at, there, fill)
        else:
            _fill(os.open(at.name, _WRITE, dir_fd=at.folder), fill)


def place_in(folder: Path, name: str, fill: Fill) -> None:
    """The same in a folder, which is made if it is not there, with one within it if need be.

    Args:
        folder: As the user names it.
        name: The file, or its folder and itself, as in ``case/boot.pcapng``.
        fill: Writes the whole content.

    Raises:
        OSError: As of `place`; or a folder cannot be made.
    """
    path = folder / name
    make_folder(path.parent)
    place(path, fill)


def check(path: Path) -> None:
    """Do nothing if `place` would go to that path, as far as that shows without opening it.

    Raises:
        OSError: As of `place`.
    """
    with _found(path) as at:
        if at.descriptor is None:
            at.look()


def make_folder(path: Path) -> None:
    """Make a folder and those above it that are not there, for whom we are root for.

    Raises:
        OSError: One cannot be made.
    """
    if path.is_dir():
        return
    make_folder(path.parent)
    path.mkdir()
    if (user := sudo_user()) is not None:
        os.chown(path, user.uid, user.gid, follow_symlinks=False)


class _Place:
    """Where a path has led."""

    def __init__(self, path: str, folder: int | None = None) -> None:
        self.folder = os.open("/" if path.startswith("/") else ".", _FOLDER, dir_fd=folder)
        self.name = "."
        self.descriptor: int | None = None
        """One of our own, for which the name stands."""
        self.kernels = False
        """The last link is one of /proc, which the kernel alone can follow."""

    def enter(self, name: str, flags: int = os.O_NOFOLLOW) -> None:
        """Go on from a folder in it."""
        inner = os.open(name, _FOLDER | flags, dir_fd=self.folder)
        os.close(self.folder)
        self.folder = inner

    def restart(self) -> None:
        """Go on from the root."""
        self.enter("/")

    def where(self) -> str:
        """The folder's own name; empty where /proc does not tell."""
        with contextlib.suppress(OSError):
            return os.readlink(f"/proc/self/fd/{self.folder}")
        return ""

    def look(self) -> os.stat_result | None:
        """What is there, if anything, and may be written.

        Raises:
            OSError: It must not: a folder, or what somebody else has put there for us to write.
        """
        try:
            found = os.stat(self.name, dir_fd=self.folder, follow_symlinks=self.kernels)
        except FileNotFoundError:
            return None
        if stat.S_ISDIR(found.st_mode):
            raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not self.kernels and not stat.S_ISCHR(found.st_mode):
            self.require_trust(found, "file" if stat.S_ISREG(found.st_mode) else "pipe")
        return found

    def require_trust(self, found: os.stat_result, what: str) -> None:
        """Raise an OSError if somebody else has put this into a folder that is everybody's."""
        folder = os.stat(self.folder)
        everybodys = stat.S_ISVTX | stat.S_IWOTH
        if folder.st_mode & everybodys != everybodys or found.st_uid == folder.st_uid:
            return
        user = sudo_user()
        if found.st_uid not in (os.geteuid(), user and user.uid):
            raise OSError(
                errno.EACCES,
                f"{self.name!r} is a {what} that another user (uid {found.st_uid}) has put into"
                " a folder where everybody may; take another name, or another folder",
            )


@contextlib.contextmanager
def _found(path: Path, folder: int | None = None) -> Iterator[_Place]:
    at = _Place(str(path), folder)
    try:
        _walk(at, deque(_parts(str(path))))
        yield at
    finally:
        os.close(at.folder)


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in ("", ".")]


def _walk(at: _Place, parts: deque[str]) -> None:
    """Follow the parts of a path to its last one, which need not be there."""
    links = 0
    while parts:
        at.name = parts.popleft()
        target = None if at.name == ".." else _target(at)
        if target is None:
            if parts or at.name == "..":
                at.enter(at.name)
                at.name = "."
            continue
        links += 1
        if links > _MOST_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        where = at.where()
        if where.startswith("/proc/"):
            if not parts:
                _last_of_proc(at, where)
                return
            at.enter(at.name, 0)
            at.name = "."
            continue
        if target.startswith("/"):
            at.restart()
        parts.extendleft(reversed(_parts(target)))
        at.name = "."


def _target(at: _Place) -> str | None:
    """Where the link leads; None if it is none."""
    try:
        link = os.open(at.name, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=at.folder)
    except FileNotFoundError:
        return None
    try:
        found = os.fstat(link)
        if not stat.S_ISLNK(found.st_mode):
            return None
        at.require_trust(found, "link")
        return os.readlink("", dir_fd=link)
    finally:
        os.close(link)


def _last_of_proc(at: _Place, where: str) -> None:
    """A link of /proc stands for what has no other name; if it is ours, we have it open."""
    own = _OWN.fullmatch(where)
    if own is not None and int(own[1]) == os.getpid() and at.name.isdecimal():
        at.descriptor = int(at.name)
    at.kernels = True


def _fill(descriptor: int, fill: Fill) -> None:
    with os.fdopen(descriptor, "wb") as out:
        fill(out)


class _Draft:
    """A file in the making: without a name, where the file system can do that."""

    def __init__(self, folder: int) -> None:
        self._folder = folder
        self._name = ""
        self.descriptor = -1

    def open(self) -> None:
        """Begin it."""
        flags = os.O_RDWR | os.O_CLOEXEC
        if os.path.exists("/proc/self/fd"):
            try:
                unnamed = flags | os.O_TMPFILE
                self.descriptor = os.open(".", unnamed, 0o600, dir_fd=self._folder)
                return
            except OSError as error:
                if error.errno not in _NOT_UNNAMED:
                    raise
        # The name is there before the file: whenever somebody interrupts, it is known what to
        # remove.
        self._name = _hidden()
        self.descriptor = os.open(
            self._name, flags | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=self._folder
        )

    def become(self, name: str, is_new: bool) -> None:
        """Give it its name, at once."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _WISHES)
        try:
            if not self._name:
                if is_new:
                    with contextlib.suppress(FileExistsError):
                        self._link(name)
                        return
                self._name = _hidden()
                self._link(self._name)
            os.rename(self._name, name, src_dir_fd=self._folder, dst_dir_fd=self._folder)
            self._name = ""
        finally:
            self._forget()
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _link(self, name: str) -> None:
        os.link(f"/proc/self/fd/{self.descriptor}", name, dst_dir_fd=self._folder)

    def _forget(self) -> None:
        if self._name:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self._name, dir_fd=self._folder)
        self._name = ""

    def close(self) -> None:
        """Let go of it; what has no name of its own yet goes."""
        self._forget()
        if self.descriptor >= 0:
            os.close(self.descriptor)


def _hidden() -> str:
    return f".pxeclient.{uuid4().hex[:12]}"


def _write(at: _Place, there: os.stat_result | None, fill: Fill) -> None:
    standing = -1 if there is None else os.open(at.name, _WRITE | os.O_NONBLOCK, dir_fd=at.folder)
    draft = _Draft(at.folder)
    try:
        try:
            draft.open()
        except OSError as error:
            if standing < 0 or error.errno not in _NOT_BESIDE:
                raise
            draft.descriptor = os.memfd_create("pxeclient", os.MFD_CLOEXEC)
            _fill(os.dup(draft.descriptor), fill)
            _pour(draft.descriptor, standing)
            return
        _fill(os.dup(draft.descriptor), fill)
        if standing < 0:
            _be_new(draft.descriptor)
            draft.become(at.name, True)
        elif _take_after(draft.descriptor, standing):
            draft.become(at.name, False)
        else:
            _pour(draft.descriptor, standing)
    finally:
        draft.close()
        if standing >= 0:
            os.close(standing)


def _be_new(descriptor: int) -> None:
    os.fchmod(descriptor, 0o666 & ~_umask())
    if (user := sudo_user()) is not None:
        with contextlib.suppress(PermissionError):  # root of a container may lack the right
            os.fchown(descriptor, user.uid, user.gid)


def _take_after(descriptor: int, standing: int) -> bool:
    """Give the draft the owner, group and mode of the file that it replaces, if that can be."""
    old, new = os.fstat(standing), os.fstat(descriptor)
    if _has_acl(standing):
        return False
    if (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
        try:
            os.fchown(descriptor, old.st_uid, old.st_gid)
        except PermissionError:
            return False
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode))
    return True


def _has_acl(descriptor: int) -> bool:
    try:
        return _ACL in os.listxattr(descriptor)
    except OSError:  # the file system has none
        return False


def _pour(source: int, target: int) -> None:
    """Replace what is in `target`."""
    size = os.fstat(source).st_size
    os.ftruncate(target, 0)
    at = 0
    while at < size:
        at += os.sendfile(target, source, at, size - at)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
