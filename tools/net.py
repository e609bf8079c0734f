"""A net under the merging of readers and engines: what users see, frozen as hashes.

    python tools/net.py write FILE [PART ...]   run the commands, keep what they print
    python tools/net.py diff OLD NEW            which outputs differ
    python tools/net.py show FILE KEY           one output

Parts: explain as matrix compare boot ladder (all, if none is named), and `every=N` for each N-th
recording alone (10 if nothing is said: all of it, every=1, is ten minutes of CPU time). The
commands are asked as a user asks, so the net holds whatever becomes of the modules. FILE is a
folder of one file an output; `diff` names the keys and ends with 1 if there are any. It goes when
the merging is done.
"""

from __future__ import annotations

import hashlib
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from click.testing import CliRunner

from pxeclient.cli.main import cli

ROOT = Path(__file__).parent.parent
CAPTURES = ROOT / "tests" / "captures"
AS = ("vmware-e1000e", "ipxe", "edk2")


def recordings(parts: list[str]) -> list[Path]:
    step = next((int(part[6:]) for part in parts if part.startswith("every=")), 10)
    return sorted(CAPTURES.glob("*/*/capture.pcap*"))[::step]


def profiles() -> list[str]:
    return sorted(path.stem for path in (ROOT / "profiles").glob("*.toml"))


def networks() -> list[str]:
    folder = ROOT / "pxeclient" / "practice" / "networks"
    return sorted(path.stem for path in folder.glob("*.toml"))


def jobs(parts: list[str]) -> Iterator[tuple[str, list[str]]]:
    names = tomllib.loads((CAPTURES / "firmwares.toml").read_text())
    for path in recordings(parts):
        name = f"{path.parent.parent.name}/{path.parent.name}"
        file = str(path)
        if "explain" in parts:
            yield f"explain {name}", ["explain", "--json", file]
            yield f"explain-text {name}", ["explain", file]
        if "as" in parts:
            for profile in AS:
                yield f"as {profile} {name}", ["explain", "--as", profile, "--json", file]
        if "matrix" in parts:
            options = [word for profile in AS for word in ("-p", profile)]
            yield f"matrix {name}", ["matrix", "--capture", file, "--json", *options]
        if "compare" in parts:
            profile = names.get(path.parent.parent.name, {}).get("profile", "ipxe")
            yield f"compare {name}", ["compare", "-p", profile, "--json", file]
    for profile in profiles():
        for network in networks():
            choice = ["-p", profile, "--network", network]
            if "boot" in parts:
                yield f"boot {profile} {network}", ["boot", "--json", *choice]
            if "ladder" in parts:
                yield f"ladder {profile} {network}", ["ladder", "--format", "txt", *choice]


ALL = ["explain", "as", "matrix", "compare", "boot", "ladder"]


def write(folder: Path, parts: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    index = index_of(folder) if (folder / "index").exists() else {}
    for key, words in jobs(parts):
        result = CliRunner().invoke(cli, words)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            print(f"{key}: {result.exception!r}", file=sys.stderr)
        text = f"exit {result.exit_code}\n{result.output}".replace(str(ROOT), "ROOT")
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        index[key] = digest
        (folder / digest).write_text(text)
    lines = [f"{digest} {key}\n" for key, digest in sorted(index.items())]
    (folder / "index").write_text("".join(lines))


def index_of(folder: Path) -> dict[str, str]:
    lines = (folder / "index").read_text().splitlines()
    return {line[17:]: line[:16] for line in lines}


def diff(old: Path, new: Path) -> int:
    one, two = index_of(old), index_of(new)
    differing = [key for key in two if one.get(key) != two[key]]
    for key in differing:
        print(f"{key}: diff {old / one.get(key, 'nothing')} {new / two[key]}")
    print(f"{len(differing)} of {len(two)} differ")
    return 1 if differing else 0


def run(words: list[str]) -> int:
    match words:
        case ["write", folder, *parts]:
            named = [part for part in parts if "=" not in part]
            write(Path(folder), parts if named else [*ALL, *parts])
            return 0
        case ["diff", old, new]:
            return diff(Path(old), Path(new))
        case ["show", folder, key]:
            print((Path(folder) / index_of(Path(folder))[key]).read_text())
            return 0
        case _:
            print(__doc__)
            return 2


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
