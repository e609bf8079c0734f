"""``--keep``: a capture of each boot, in a folder that does not grow without end."""

from __future__ import annotations

import contextlib
import os
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from pxeclient.capture import writing
from pxeclient.capture.writing import Written
from pxeclient.cli import placing
from pxeclient.cli.output import EnvironmentProblem
from pxeclient.cli.rights import Heir
from pxeclient.explain.words import end_lines
from pxeclient.watch.events import Ended
from pxeclient.watch.facts import NAME, Facts

MEGABYTE = 1_000_000


class Folder:
    """Captures of boots, the latest `most` of them, and `octets` at most if there are several.

    Only files are removed whose names are like those given here.
    """

    def __init__(self, path: Path, most: int, octets: int, heir: Heir) -> None:
        """Open the folder, or make it.

        Args:
            path: Where it is.
            most: Captures that are kept.
            octets: What they take together.
            heir: Who will write there.

        Raises:
            EnvironmentProblem: It cannot be.
        """
        self._path, self._most, self._octets, self._heir = path.absolute(), most, octets, heir
        try:
            if not path.is_dir():
                placing.make_folder(path)
                if heir.user is not None:
                    os.chown(path, *heir.user, follow_symlinks=False)
            self._folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise self._cannot(error.strerror or str(error)) from None
        self._sizes: OrderedDict[str, int] = OrderedDict(sorted(self._found()))

    def require_right(self) -> None:
        """Do nothing if we can write there, as whom we are now.

        Raises:
            EnvironmentProblem: We cannot; says who has to be able to.
        """
        if not os.access(".", os.W_OK | os.X_OK, dir_fd=self._folder):
            name = self._heir.name
            raise self._cannot(
                f"{name} writes there, and may not (chown {name} {self._path}, or another folder)"
            )

    def keep(self, event: Ended, told: Facts) -> Path:
        """Write the capture of a boot, whole or not at all, and remove what is too much then.

        Raises:
            OSError: It cannot be written.
        """
        frames = _frames(event)
        name = told.file_name

        def fill(file: BinaryIO) -> None:
            writing.write(file, frames, event.at, event.loses)

        placing.place(Path(name), fill, self._folder)
        # What was told of the same boot before is in it.
        for other in [one for one in self._sizes if one.startswith(f"{told.stem}-")]:
            if other != name:
                self._remove(other)
        self._sizes.pop(name, None)
        self._sizes[name] = os.stat(name, dir_fd=self._folder).st_size
        while len(self._sizes) > 1 and self._is_full():
            self._remove(next(iter(self._sizes)))
        return self._path / name

    def close(self) -> None:
        """Let go of it."""
        os.close(self._folder)

    def _is_full(self) -> bool:
        return len(self._sizes) > self._most or sum(self._sizes.values()) > self._octets

    def _found(self) -> Iterator[tuple[str, int]]:
        for name in os.listdir(self._folder):
            if NAME.fullmatch(name):
                with contextlib.suppress(OSError):
                    yield name, os.stat(name, dir_fd=self._folder).st_size

    def _remove(self, name: str) -> None:
        del self._sizes[name]
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name, dir_fd=self._folder)

    def _cannot(self, why: str) -> EnvironmentProblem:
        return EnvironmentProblem(f"cannot keep captures in {self._path}: {why}")


def _frames(event: Ended) -> Iterator[Written]:
    """With the verdict as the first one's comment."""
    ours = {
        part.number for frame in event.told.attempt.frames if frame.ours for part in frame.frames
    }
    comments: tuple[str, ...] = ("\n".join(end_lines(event.told)),)
    for one in event.frames:
        yield Written(one.at, one.data, one.number in ours, comments, one.length)
        comments = ()
