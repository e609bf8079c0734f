"""What the servers' files hold, by their specification in a scenario."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tools.record.firmwares import Kind
from tools.record.loaders import Loaders
from tools.record.programs import program
from tools.record.scenario import Table


@dataclass(frozen=True, slots=True)
class Contents:
    """Makes the files of one recording."""

    kind: Kind
    loaders: Loaders
    made: Path
    """Where images and certificates were made."""

    def octets(self, spec: Table) -> bytes:
        """A file's octets; of a specification that names nothing: the machine's boot program.

        Raises:
            FileNotFoundError: It is of another project, and not on this machine.
        """
        if "path" in spec:
            return self.loaders.read(spec["path"])
        if "kernel" in spec:
            return self.loaders.kernel()
        if "zeros" in spec:
            return bytes(spec["zeros"])
        if "text" in spec:
            return str(spec["text"]).encode()
        if "junk" in spec:
            return b"\x5a" * int(spec["junk"])
        if "file" in spec:
            made: Path = self.made / spec["file"]
            return made.read_bytes()
        return program(self.kind, spec.get("size") or 0)
