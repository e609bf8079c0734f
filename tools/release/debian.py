"""The package for Debian 12: pxeclient and what it needs in a virtual environment of its own.

It stands in /usr/lib/pxeclient and uses Debian's Python, but none of its modules: what the tests
passed with is what runs. Its maintainer's address is one that cannot exist (RFC 2606): nobody
publishes it yet.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from importlib.metadata import requires, version
from pathlib import Path
from textwrap import dedent

from packaging.requirements import Requirement

from pxeclient import __version__

REVISION = f"{__version__}-1"
MAINTAINER = "pxeclient developers <pxeclient@maintainers.invalid>"
PYTHON = "3.11"
"""Debian 12's."""
HOME = "usr/lib/pxeclient"
_PLATFORMS = {"amd64": "x86_64", "arm64": "aarch64"}
"""Of Debian's architectures, the names that wheels have for them."""
_SCRIPT = f"""\
#!/{HOME}/bin/python3 -I
import sys

from pxeclient.cli.main import main

sys.exit(main())
"""
_WRAPPER = f"""\
#!/bin/sh
exec /{HOME}/bin/pxeclient "$@"
"""
_POSTINST = f"""\
#!/bin/sh
set -e
if [ "$1" = configure ]; then
    /{HOME}/bin/python3 -m compileall -q /{HOME}/lib || true
fi
"""
_PRERM = f"""\
#!/bin/sh
set -e
find /{HOME} -name __pycache__ -type d -prune -exec rm -rf {{}} +
"""


def build(root: Path, wheel: Path, work: Path, folder: Path, when: int) -> Path:
    """Make the package.

    Args:
        root: The checkout, for pages of the manual.
        wheel: pxeclient.
        work: An empty folder.
        folder: Where the package goes.
        when: The time of all its files.

    Raises:
        subprocess.CalledProcessError: It cannot be made; what could not has said why.
    """
    architecture = _output("dpkg", "--print-architecture")
    tree = work / "tree"
    stage(tree, work, wheel, architecture)
    _documents(root, tree, when)
    made = folder / f"pxeclient_{REVISION}_{architecture}.deb"
    pack(tree, made, architecture, when)
    return made


def stage(tree: Path, work: Path, wheel: Path, architecture: str) -> None:
    """The virtual environment, and the command."""
    home = tree / HOME
    modules = home / "lib" / f"python{PYTHON}" / "site-packages"
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "python3").symlink_to(f"/usr/bin/python{PYTHON}")
    (home / "bin" / "python").symlink_to("python3")
    keys = {"home": "/usr/bin", "include-system-site-packages": "false", "version": PYTHON}
    (home / "pyvenv.cfg").write_text("".join(f"{key} = {value}\n" for key, value in keys.items()))
    _install(wheel, modules, work, architecture)
    for path, text in ((home / "bin" / "pxeclient", _SCRIPT), (tree / "usr/bin", _WRAPPER)):
        if path == tree / "usr/bin":
            path.mkdir(parents=True)
            path = path / "pxeclient"
        path.write_text(text)
        path.chmod(0o755)


def _install(wheel: Path, modules: Path, work: Path, architecture: str) -> None:
    """What the wheel holds and needs, in the versions that are installed here."""
    pins = work / "pins.txt"
    pins.write_text("".join(f"{name}=={version(name)}\n" for name in sorted(_needed("pxeclient"))))
    machine = _PLATFORMS[architecture]
    platforms = [f"manylinux_2_28_{machine}", f"manylinux_2_17_{machine}"]
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--no-compile"),
            *("--disable-pip-version-check", "--target", str(modules), "--only-binary=:all:"),
            *("--implementation", "cp", "--python-version", PYTHON, "--constraint", str(pins)),
            *(word for one in platforms for word in ("--platform", one)),
            *("--platform", f"manylinux2014_{machine}", str(wheel)),
        ],
        check=True,
        stdout=sys.stderr,
    )
    shutil.rmtree(modules / "bin", ignore_errors=True)
    # These say where the wheel lay, and that somebody asked for it.
    for told in ("direct_url.json", "REQUESTED"):
        for path in modules.glob(f"*.dist-info/{told}"):
            path.unlink()
    for record in modules.glob("*.dist-info/RECORD"):
        lines = record.read_text().splitlines(keepends=True)
        kept = [line for line in lines if (modules / line.split(",")[0]).exists()]
        record.write_text("".join(sorted(kept)))


def _needed(name: str) -> set[str]:
    """What a distribution needs besides itself, all the way down."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for text in requires(waiting.pop()) or ():
            one = Requirement(text)
            wanted = one.marker is None or one.marker.evaluate({"extra": ""})
            if wanted and one.name not in found:
                found.add(one.name)
                waiting.append(one.name)
    return found


def _documents(root: Path, tree: Path, when: int) -> None:
    """What Debian wants of a package, pages of the manual, and the shells' completion."""
    docs = tree / "usr/share/doc/pxeclient"
    docs.mkdir(parents=True)
    (docs / "copyright").write_text(_copyright(tree))
    stamp = format_datetime(datetime.fromtimestamp(when, UTC))
    entry = f"pxeclient ({REVISION}) bookworm; urgency=medium\n\n  * {__version__}.\n\n"
    _packed(docs / "changelog.Debian.gz", f"{entry} -- {MAINTAINER}  {stamp}\n")
    _packed(docs / "changelog.gz", (root / "CHANGELOG.md").read_text(encoding="utf-8"))
    _packed(docs / "README.md.gz", (root / "README.md").read_text(encoding="utf-8"))
    if (root / "tools" / "man.py").exists():
        pages = tree.parent / "man"
        command = [sys.executable, "-m", "tools.man", str(pages)]
        subprocess.run(command, cwd=root, check=True, stdout=sys.stderr)
        manual = tree / "usr/share/man/man1"
        manual.mkdir(parents=True)
        for page in sorted(pages.glob("*.1")):
            _packed(manual / f"{page.name}.gz", page.read_text(encoding="utf-8"))
    places = {
        "bash": "bash-completion/completions/pxeclient",
        "zsh": "zsh/vendor-completions/_pxeclient",
        "fish": "fish/vendor_completions.d/pxeclient.fish",
    }
    for shell, place in places.items():
        path = tree / "usr/share" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_completion(shell))


def _completion(shell: str) -> str:
    """The shell's script, as the command gives it."""
    command = [sys.executable, "-m", "pxeclient", "completion", shell]
    return subprocess.check_output(command, text=True)


def _copyright(tree: Path) -> str:
    """Under whose terms each part is: what the wheels themselves say."""
    modules = tree / HOME / "lib" / f"python{PYTHON}" / "site-packages"
    others = sorted(path.name.removesuffix(".dist-info") for path in modules.glob("*.dist-info"))
    listed = [f" {name}\n" for name in others if not name.startswith("pxeclient-")]
    return (
        dedent(
            f"""\
        Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
        Upstream-Name: pxeclient
        Comment: Modules of others are in the package as their makers published them, each with its
         terms in /{HOME}/lib/python{PYTHON}/site-packages/NAME.dist-info:
        """
        )
        + "".join(listed)
        + dedent(
            """
        Files: *
        Copyright: the developers of pxeclient
        License: GPL-2+
         This program is free software; you can redistribute it and/or modify it under the terms of
         the GNU General Public License as published by the Free Software Foundation; either
         version 2 of the License, or (at your option) any later version.
         .
         On Debian systems its text is in /usr/share/common-licenses/GPL-2.
        """
        )
    )


def _packed(path: Path, text: str) -> None:
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def pack(tree: Path, made: Path, architecture: str, when: int) -> None:
    """Make a package of a tree; equal trees give equal packages."""
    control = tree / "DEBIAN"
    control.mkdir()
    files = sorted(path for path in tree.rglob("*") if path.is_file() and not path.is_symlink())
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)
    sums = [f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(tree)}\n"
            for path in files]  # fmt: skip
    (control / "md5sums").write_text("".join(sums))
    size = sum(-(-path.stat().st_size // 1024) for path in files)
    (control / "control").write_text("".join(_control(architecture, size)))
    for name, text in (("postinst", _POSTINST), ("prerm", _PRERM)):
        (control / name).write_text(text)
        (control / name).chmod(0o755)
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(when)}
    for path in (*tree.rglob("*"), tree):
        os.utime(path, (when, when), follow_symlinks=False)
    command = ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(tree), str(made)]
    subprocess.run(command, check=True, stdout=sys.stderr, env=environment)


def _control(architecture: str, size: int) -> Iterator[str]:
    yield "Package: pxeclient\n"
    yield f"Version: {REVISION}\n"
    yield f"Architecture: {architecture}\n"
    yield f"Maintainer: {MAINTAINER}\n"
    yield f"Installed-Size: {size}\n"
    minor = int(PYTHON.partition(".")[2]) + 1
    yield f"Depends: python{PYTHON}, python3 (>= {PYTHON}), python3 (<< 3.{minor}),"
    yield " libc6 (>= 2.28)\n"
    yield "Suggests: dnsmasq-base, tshark\n"
    yield "Section: net\nPriority: optional\n"
    yield "Description: PXE firmware emulator that says why a network boot fails\n"
    yield " Boots on a wire as iPXE, VMware's ROMs or UEFI would, and says what they made of\n"
    yield " each server's answer, which error they show, why, and what to change on which\n"
    yield " server. It explains captures of others' boots, tries servers against suites, and\n"
    yield " watches networks.\n"


def _output(*command: str) -> str:
    return subprocess.check_output(command, text=True).strip()
