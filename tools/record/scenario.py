"""A scenario as a recorder reads it: the practice network's format, and what goes beyond that.

``servers`` are those of `pxeclient.practice.model`; their ARP, DHCP, ProxyDHCP and TFTP over IPv4
are played by the package's practice network itself. Further keys of a server:

* a ``bootp`` rule also matches on ``ipxe`` (option 77 names iPXE, or not), ``arch`` (the first code
  of option 93), ``has`` and ``hasnt`` (an option's code), ``before`` and ``after`` (a file that
  nobody has asked for by TFTP yet, or somebody has);
* ``tftp`` has ``silent_names``, ``mute_after`` (a name: nothing more after that block), ``missing``
  (the ERROR for other names); a name ``~x`` is compared without case and with ``\\`` read as ``/``;
  a file may be ``{"path": name}`` (`loaders`), ``{"kernel": true}``, ``{"zeros": n}`` or
  ``{"error": [code, text]}``;
* ``dns`` (`servers.names`), ``ip6``, ``ra``, ``dad_conflict`` (`servers.six`), ``duid`` and
  ``dhcp6`` (`servers.dhcp6_server`), ``tcp`` (`servers.few`).

Of the whole scenario: ``http`` (`servers.http`), ``hosts`` (real servers, `hosts`), and how it is
recorded: ``timeout`` or ``limit`` (seconds), ``end`` (a pattern on the console), ``keys`` and
``type`` (what is typed there), ``boot`` (the UEFI boot option: pxe4, pxe6, http4, http6), ``wait``,
``prep``, ``cacert``, ``mem``, ``smbios``, ``fw_cfg``, ``qemu``, ``snaplen``, ``prune``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from pxeclient.practice.model import Scenario
from pxeclient.practice.option_spec import from_text
from tools.record.shape import Host, checked

Table: TypeAlias = Mapping[str, Any]

CONDITIONS = ("ipxe", "arch", "has", "hasnt", "before", "after")
"""Keys of a rule that only a recorder's servers know."""
TFTP_KEYS = ("silent_names", "mute_after", "missing")
SERVER_KEYS = ("dns", "ip6", "ra", "dad_conflict", "duid", "dhcp6", "tcp")
FILE_KEYS = ("path", "kernel", "zeros", "error")
OWN_KEYS = frozenset(
    (
        "http", "hosts", "note", "timeout", "limit", "end", "keys", "type", "boot", "wait", "prep",
        "cacert", "mem", "smbios", "fw_cfg", "qemu", "snaplen", "prune",
    )
)  # fmt: skip
"""Keys of a scenario that say nothing to the practice network."""
_LIMITS = {"bios": 60.0, "efi": 150.0}


class ScriptError(ValueError):
    """A scenario cannot be recorded; the text names the file and says why."""


@dataclass(frozen=True, slots=True)
class Script:
    """What to record."""

    path: Path
    table: Table

    @property
    def name(self) -> str:
        """How the recording's folder is called."""
        return str(self.table.get("name", self.path.stem))

    @property
    def servers(self) -> list[Table]:
        """The scripted hosts."""
        return list(self.table.get("servers", ()))

    @property
    def http(self) -> list[Table]:
        """The scripted HTTP servers."""
        found = self.table.get("http", [])
        return list(found) if isinstance(found, list) else [found]

    @property
    def hosts(self) -> tuple[Host, ...]:
        """The hosts with real servers."""
        return checked(self.table).hosts

    @property
    def boot(self) -> str | None:
        """The UEFI boot option to start; None: whatever the firmware does by itself."""
        found = self.table.get("boot")
        return None if found in (None, "rom") else str(found)

    @property
    def wait(self) -> int:
        """Seconds that a disk's boot program waits before the network is tried."""
        return int(self.table.get("wait", 0))

    @property
    def prepare(self) -> list[str]:
        """Images to make for the HTTP server: img, iso."""
        found = self.table.get("prep", [])
        return [found] if isinstance(found, str) else list(found)

    @property
    def served(self) -> set[str]:
        """The other projects' programs that are given out, by name."""
        return {str(spec["path"]).removeprefix("../") for spec in self._files() if "path" in spec}

    @property
    def serves_kernel(self) -> bool:
        """The stub kernel is given out."""
        return any("kernel" in spec for spec in self._files())

    def limit(self, is_efi: bool) -> float:
        """Seconds after which the machine is stopped."""
        if "limit" in self.table:
            return float(self.table["limit"])
        family = "ovmf" if is_efi else "ipxe"
        usual = 300.0 if self.boot else _LIMITS["efi" if is_efi else "bios"]
        return float(self.table.get("timeout", {}).get(family, usual))

    def _files(self) -> Iterator[Table]:
        for server in self.servers:
            yield from server.get("tftp", {}).get("files", {}).values()
        for server in self.http:
            for found in server.get("paths", {}).values():
                for answer in found if isinstance(found, list) else [found]:
                    yield answer.get("body", {})


def read(path: Path) -> Script:
    """Read a scenario.

    Raises:
        ScriptError: It cannot be read, or has keys that nobody knows.
    """
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ScriptError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise ScriptError(f"{path}: not JSON: {error}") from None
    if not isinstance(table, dict):
        raise ScriptError(f"{path}: a scenario is a table of keys, this is something else")
    script = Script(path, table)
    if "/" in script.name or script.name in ("", ".", ".."):
        raise ScriptError(f"{path}: {script.name!r} cannot be the name of a folder - at `$.name`")
    try:
        checked(table)
        practised(script)
    except msgspec.ValidationError as error:
        raise ScriptError(f"{path}: {error}") from None
    return script


def practised(script: Script) -> Scenario:
    """The part of it that the practice network plays.

    Raises:
        msgspec.ValidationError: Something in it is unknown, or wrong.
    """
    table = {key: value for key, value in script.table.items() if key not in OWN_KEYS}
    table["title"] = table.pop("desc", table.get("title", ""))
    table["name"] = script.name
    table["servers"] = [_practised_server(server) for server in script.servers]
    return msgspec.convert(table, Scenario, dec_hook=from_text)


def _practised_server(server: Table) -> dict[str, Any]:
    kept = without(server, SERVER_KEYS)
    if "bootp" in server:
        kept["bootp"] = [without(rule, CONDITIONS) for rule in server["bootp"]]
    if "tftp" in server:
        kept["tftp"] = without(server["tftp"], (*TFTP_KEYS, "log"))
        files = server["tftp"].get("files")
        if files is not None:
            kept["tftp"]["files"] = {name: without(spec, FILE_KEYS) for name, spec in files.items()}
    return kept


def without(table: Table, keys: tuple[str, ...]) -> dict[str, Any]:
    """The table without those keys."""
    return {key: value for key, value in table.items() if key not in keys}


def beyond_practice(table: Table) -> list[str]:
    """What in a scenario is more than the practice network takes; empty if it plays it all."""
    found = [key for key in table if key in OWN_KEYS and key != "timeout"]
    for server in table.get("servers", ()):
        found += [key for key in SERVER_KEYS if key in server]
        for rule in server.get("bootp", ()):
            found += [key for key in CONDITIONS if key in rule]
        script = server.get("tftp", {})
        found += [key for key in TFTP_KEYS if key in script]
        for spec in script.get("files", {}).values():
            found += [key for key in FILE_KEYS if key in spec]
    return list(dict.fromkeys(found))
