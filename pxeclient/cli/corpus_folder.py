"""Writing a corpus: nothing in the folder is overwritten or removed that is not a corpus's own."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pxeclient.cli.output import EnvironmentProblem, write_whole
from pxeclient.cli.placing import make_folder
from pxeclient.corpus import CorpusFile, listed
from pxeclient.documents import DocumentError, octets

_MANIFEST = "manifest.json"


def check(folder: Path) -> None:
    """Say before the boots, not after them, that nothing can be written there.

    Raises:
        EnvironmentProblem: It is no folder, or none can be made.
    """
    with _telling(folder):
        if folder.exists() and not folder.is_dir():
            raise EnvironmentProblem(f"cannot write into {folder}: it is a file, not a folder")
        if not folder.parent.is_dir():
            raise EnvironmentProblem(f"cannot make {folder}: there is no folder {folder.parent}")


def write(folder: Path, files: Sequence[CorpusFile], force: bool) -> None:
    """Bring the folder up to date, the manifest last.

    Each file is written whole or not at all. Those of an older corpus that are not in this one
    go; whatever else is there stays.

    Raises:
        EnvironmentProblem: Other files are there, and not `force`; or something cannot be
            written, by then some files may be new and some old.
    """
    with _telling(folder):
        there = set(_there(folder))
        old = _old(folder) & there
        foreign = there - old - _unchanged(folder, files, there)
    if foreign and not force:
        raise EnvironmentProblem(_foreign(folder, sorted(foreign)))
    for path in sorted(old - {file.path for file in files}):
        with _telling(folder / path):
            (folder / path).unlink()
            _remove_empty((folder / path).parent, folder)
    for file in files:
        target = folder / file.path
        with _telling(target.parent):
            make_folder(target.parent)
        _write(target, file.content)


def _write(target: Path, content: bytes) -> None:
    def put(file: BinaryIO) -> None:
        file.write(content)

    write_whole(target, put)


def _there(folder: Path) -> Iterator[str]:
    """All files in the folder, and links, which nobody follows; by their path in it."""
    for at, folders, names in os.walk(folder, onerror=_raise):
        links = [name for name in folders if (Path(at) / name).is_symlink()]
        for name in (*names, *links):
            yield (Path(at) / name).relative_to(folder).as_posix()


def _raise(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


def _old(folder: Path) -> frozenset[str]:
    """The files of the corpus that is there, links left out."""
    path = folder / _MANIFEST
    if path.is_symlink() or not path.is_file():
        return frozenset()
    try:
        manifest = octets(path)
    except DocumentError:
        return frozenset()
    return frozenset(name for name in listed(manifest) if (folder / name).is_file())


def _unchanged(folder: Path, files: Sequence[CorpusFile], there: set[str]) -> set[str]:
    """Files that are as they are to be: what an interrupted run has left."""
    return {
        file.path
        for file in files
        if file.path in there
        and not (folder / file.path).is_symlink()
        and (folder / file.path).is_file()
        and (folder / file.path).read_bytes() == file.content
    }


def _foreign(folder: Path, names: list[str]) -> str:
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return (
        f"{folder} holds files that are no corpus's: {names[0]!r}{more}; choose another folder,"
        " or --force to write beside them"
    )


def _remove_empty(inner: Path, folder: Path) -> None:
    if inner != folder and not any(inner.iterdir()):
        inner.rmdir()


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise EnvironmentProblem(f"cannot use {path}: {error.strerror or error}") from None
