"""A fresh Debian 12 for each try: a root of its own, without a network, gone afterwards."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

PACKAGES = ("python3", "python3-venv", "pipx", "make", "man-db", "dnsmasq-base")
"""What is there before anything of ours: all else must come with the parts of the release."""
_MIRROR = "http://deb.debian.org/debian"


_ENTER = """
mount --bind "$1" "$1"
exec unshare --mount --pid --net --ipc --uts --fork --kill-child --root="$1" --wd=/root \\
    --mount-proc /bin/sh -exc "$2"
"""
"""Its root is a mount of its own, as that of a machine is."""


_ONLY_ROOT = (
    "a fresh Debian is made and entered by root: sudo .venv/bin/python -m tools.release try"
)


class RootError(Exception):
    """No root can be made here; the text says what it takes."""


def image(cache: Path) -> Path:
    """The archive of a fresh Debian 12, made by mmdebstrap when it is not there yet.

    Raises:
        RootError: It cannot be.
    """
    made = cache / "dist-root.tar"
    if made.exists():
        return made
    if os.geteuid() != 0:
        raise RootError(_ONLY_ROOT)
    if shutil.which("mmdebstrap") is None:
        raise RootError("it takes mmdebstrap (apt-get install mmdebstrap)")
    cache.mkdir(parents=True, exist_ok=True)
    unfinished = made.with_name("unfinished-root.tar")
    command = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={','.join(PACKAGES)}"]
    try:
        subprocess.run([*command, "bookworm", str(unfinished), _MIRROR], check=True)
        unfinished.rename(made)
    except subprocess.CalledProcessError as error:
        raise RootError(f"mmdebstrap failed ({error.returncode}): is there a network?") from None
    finally:
        unfinished.unlink(missing_ok=True)
    return made


@contextlib.contextmanager
def fresh(image: Path) -> Iterator[Path]:
    """A root with nothing but what Debian has.

    Raises:
        RootError: It cannot be made.
    """
    if os.geteuid() != 0:
        raise RootError(_ONLY_ROOT)
    with tempfile.TemporaryDirectory(prefix="pxec-dist-", ignore_cleanup_errors=True) as folder:
        root = Path(folder, "root")
        root.mkdir()
        subprocess.run(["tar", "-xf", str(image), "-C", str(root)], check=True)
        yield root


def run(root: Path, script: str, timeout: float = 900.0) -> subprocess.CompletedProcess[str]:
    """Run a script there, as root of a machine without a network, in namespaces of its own.

    What it starts ends with it. Its standard error is part of its output.
    """
    command = ["unshare", "--mount", "/bin/sh", "-ec", _ENTER, "enter", str(root)]
    environment = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "LANG": "C.UTF-8",
        "DEBIAN_FRONTEND": "noninteractive",
    }
    return subprocess.run(
        [*command, script],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=timeout,
        check=False,
    )
