"""The file that GitHub shows with a job's step."""

from __future__ import annotations

import os

from pxeclient.cli.output import EnvironmentProblem

_NAME = "GITHUB_STEP_SUMMARY"


class Summary:
    """Opened at once, while we have the right to it; other steps' words may be in it."""

    def __init__(self) -> None:
        self._path = os.environ.get(_NAME, "")
        self._descriptor = -1
        self._trouble = ""
        if self._path:
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
            try:
                self._descriptor = os.open(self._path, flags, 0o666)
            except OSError as error:
                self._trouble = error.strerror or str(error)

    def append(self, text: str) -> None:
        """Add to the file, if there is one.

        Raises:
            EnvironmentProblem: It cannot be written.
        """
        if not self._path:
            return
        if self._descriptor >= 0:
            try:
                with os.fdopen(self._descriptor, "ab") as file:
                    file.write(text.encode())
            except OSError as error:
                self._trouble = error.strerror or str(error)
        if self._trouble:
            raise EnvironmentProblem(f"cannot write {self._path}: {self._trouble}")
