"""The parts of a release: equal sources give equal files, whoever makes them, wherever and when."""

from __future__ import annotations

import gzip
import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pxeclient import __version__
from tools.release import debian

SUMS = "SHA256SUMS"
_LONG_AGO = 1_577_836_800
"""The beginning of 2020, where nobody says when the sources are of."""


def build(root: Path, folder: Path) -> Iterator[Path]:
    """Make all parts, and take away what was made before.

    Args:
        root: The checkout.
        folder: Where they go.

    Raises:
        subprocess.CalledProcessError: One cannot be made; it has said why.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in (*folder.glob("pxeclient[-_]*"), *folder.glob(SUMS)):
        old.unlink()
    when = epoch(root)
    os.environ["SOURCE_DATE_EPOCH"] = str(when)
    _run("-m", "hatchling", "build", "-t", "wheel", "-t", "sdist", "-d", str(folder), at=root)
    (wheel,) = folder.glob("*.whl")
    with tempfile.TemporaryDirectory() as text:
        work = Path(text)
        corpus = work / "corpus"
        _run("-m", "pxeclient", "corpus", str(corpus), at=root)
        archive(corpus, folder / f"pxeclient-corpus-{__version__}.tar.gz", when)
        site = work / "site"
        if (root / "tools" / "site.py").exists():
            _run("-m", "tools.site", str(site), at=root)
            archive(site, folder / f"pxeclient-site-{__version__}.tar.gz", when)
        debian.build(root, wheel, work, folder, when)
    parts = sorted(folder.glob("pxeclient[-_]*"))
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in parts]
    (folder / SUMS).write_text("".join(lines))
    yield from (*parts, folder / SUMS)


def epoch(root: Path) -> int:
    """When the sources are of, in seconds since 1970: as told, or the last commit's time."""
    told = os.environ.get("SOURCE_DATE_EPOCH")
    if told is None:
        log = ["git", "-C", str(root), "log", "-1", "--format=%ct"]
        try:
            told = subprocess.run(log, capture_output=True, text=True, check=True).stdout.strip()
        except (OSError, subprocess.CalledProcessError):
            told = str(_LONG_AGO)
    return int(told)


def archive(source: Path, made: Path, when: int) -> None:
    """Pack a folder under the archive's own name: nothing in it tells who made it, or when."""
    name = made.name.removesuffix(".tar.gz")
    with (
        made.open("wb") as file,
        gzip.GzipFile("", "wb", 9, file, mtime=when) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for path in (source, *sorted(source.rglob("*"))):
            inner = Path(name, path.relative_to(source)).as_posix()
            info = tar.gettarinfo(path, inner)
            info.uid = info.gid = 0
            info.uname = info.gname = ""
            info.mtime = when
            info.mode = 0o755 if path.is_dir() else 0o644
            if info.isreg():
                with path.open("rb") as content:
                    tar.addfile(info, content)
            else:
                tar.addfile(info)


def _run(*words: str, at: Path) -> None:
    subprocess.run([sys.executable, *words], cwd=at, check=True, stdout=sys.stderr)
