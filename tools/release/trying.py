"""Each part of a release, installed and used on a fresh Debian 12 without a network.

What would be fetched lies in a folder there; whatever else is asked for is missed, and seen.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from tools.release import root as roots
from tools.release.debian import PYTHON

_OFFLINE = """
export PIP_NO_INDEX=1 PIP_FIND_LINKS=/wheels PIP_DISABLE_PIP_VERSION_CHECK=1
export UV_OFFLINE=1 UV_NO_INDEX=1 UV_FIND_LINKS=/wheels UV_PYTHON_DOWNLOADS=never
"""
USED = """
cd /tmp
test "$($RUN --version)" = "pxeclient, version $VERSION"
$RUN boot -p vmware-e1000e -w boot.pcapng
$RUN help >/dev/null
$RUN findings D43-VMW >/dev/null
$RUN explain boot.pcapng >/dev/null
$RUN corpus -p ipxe corpus >/dev/null
$RUN boot -p ipxe --network silence >/dev/null && exit 9 || test $? = 10
mkdir -p files && echo '#!ipxe' >files/x.ipxe
$RUN lab run -p ipxe --tftp files --time-scale 0.3 -- dnsmasq -d -C /dev/null --port=0 \\
    --no-ping '--interface={interface}' --dhcp-range=10.77.0.100,10.77.0.150 --dhcp-boot=x.ipxe
"""
"""What every installed command must do: boot, write and read a capture, and a lab with files."""

WAYS = {
    "wheel: pip install in a virtual environment": """
python3 -m venv /v
/v/bin/pip -q install /dist/pxeclient-*.whl
RUN=/v/bin/pxeclient
"""
    + USED,
    "sdist: pip install in a virtual environment": """
python3 -m venv /v
/v/bin/pip -q install /dist/pxeclient-$VERSION.tar.gz
RUN=/v/bin/pxeclient
"""
    + USED,
    "checkout: pip install . in a virtual environment": """
cd /src
python3 -m venv /v
/v/bin/pip -q install .
RUN=/v/bin/pxeclient
"""
    + USED,
    "checkout: pipx install .": """
cd /src
pipx install --pip-args='--no-index --find-links /wheels' .
RUN=/root/.local/bin/pxeclient
"""
    + USED,
    "checkout: uv tool install .": """
python3 -m venv /v
/v/bin/pip -q install uv
cd /src
/v/bin/uv tool install .
RUN=/root/.local/bin/pxeclient
"""
    + USED,
    "checkout: make boot": """
cd /src
make boot | tee /tmp/said
grep "sudo /src/.venv/bin/pxeclient" /tmp/said
RUN=/src/.venv/bin/pxeclient
"""
    + USED,
    "deb: dpkg -i, used, removed": """
find / -xdev \\( -path /proc -o -path /tmp -o -path /var -o -path /dist \\) -prune -o -print \\
    | sort >/tmp/before
dpkg -i /dist/pxeclient_*.deb
RUN=pxeclient
"""
    + USED
    + """
setpriv --reuid=65534 --regid=65534 --clear-groups pxeclient boot -p ipxe
bash -c '. /usr/share/bash-completion/completions/pxeclient; complete -p pxeclient'
for page in /usr/share/man/man1/pxeclient*.1.gz; do
    test ! -e $page || man --warnings -l $page >/dev/null
done
dpkg -V pxeclient
dpkg -P pxeclient
find / -xdev \\( -path /proc -o -path /tmp -o -path /var -o -path /dist \\) -prune -o -print \\
    | sort >/tmp/after
diff /tmp/before /tmp/after
""",
    "corpus: unpacked": """
cd /tmp
tar -xf /dist/pxeclient-corpus-$VERSION.tar.gz
cd pxeclient-corpus-$VERSION
python3 - <<'END'
import hashlib, json, pathlib
manifest = json.loads(pathlib.Path("manifest.json").read_text())
files = [one for entry in manifest["messages"] for one in entry["files"].values() if one]
assert len(files) > 500, len(files)
for one in files:
    octets = pathlib.Path(one["bin"]).read_bytes()
    assert hashlib.sha256(octets).hexdigest() == one["sha256"], one
    assert bytes.fromhex(pathlib.Path(one["hex"]).read_text()) == octets, one
END
""",
    "site: unpacked": """
cd /tmp
tar -xf /dist/pxeclient-site-$VERSION.tar.gz
cd pxeclient-site-$VERSION
test -s index.html
! grep -rlE '(src|href)="(https?:)?//[^"]*[.](js|css|woff2?)"' --include='*.html' .
find . -name '*.html' | wc -l
""",
}
"""What is done there, by what it is called. A way whose part was not made is passed over."""


def tried(checkout: Path, folder: Path, only: str) -> Iterator[bool]:
    """Try all ways, and tell of each as it ends; whether it failed.

    Raises:
        RootError: No fresh Debian can be had.
    """
    image = roots.image(checkout / "build")
    (wheel,) = folder.glob("pxeclient-*.whl")
    version = wheel.name.split("-")[1]
    wheels = checkout / "build" / "dist-wheels"
    _collect(wheel, wheels)
    for name, script in WAYS.items():
        if only not in name:
            continue
        part = name.partition(":")[0]
        if part == "site" and not list(folder.glob("pxeclient-site-*")):
            click.echo(f"-  {name}: no such part (make site)")
            continue
        with roots.fresh(image) as root:
            shutil.copytree(folder, root / "dist")
            if part != "deb":
                shutil.copytree(wheels, root / "wheels")
            if part == "checkout":
                _check_out(checkout, root / "src")
            done = roots.run(root, f"{_OFFLINE}VERSION={version}\n{script}")
        click.echo(f"{'✗' if done.returncode else '✓'}  {name}")
        if done.returncode:
            click.echo("\n".join(f"   {line}" for line in done.stdout.splitlines()[-25:]))
        yield done.returncode != 0


def _collect(wheel: Path, wheels: Path) -> None:
    """What pip and uv would fetch: for a Debian 12, not for the Python that runs this."""
    platforms = ("manylinux_2_28_x86_64", "manylinux2014_x86_64", "manylinux_2_17_x86_64")
    shutil.rmtree(wheels, ignore_errors=True)
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--dest", str(wheels)),
            *("--disable-pip-version-check", "--only-binary=:all:", "--implementation", "cp"),
            *("--python-version", PYTHON),
            *(word for one in platforms for word in ("--platform", one)),
            *(str(wheel), "hatchling", "editables", "uv", "pip", "setuptools", "wheel"),
        ],
        check=True,
        stdout=sys.stderr,
    )
    (wheels / wheel.name).unlink()


def _check_out(checkout: Path, place: Path) -> None:
    """The files that a clone would have, as they are now."""
    place.mkdir()
    listed = ["git", "-C", str(checkout), "ls-files", "-z", "--cached", "--others"]
    names = subprocess.check_output([*listed, "--exclude-standard"]).split(b"\0")
    for name in filter(None, map(bytes.decode, names)):
        source = checkout / name
        if source.is_file() and not name.startswith("tests/captures"):
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, place / name)
