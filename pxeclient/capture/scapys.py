"""scapy as a library: it makes no folders in the user's home for being imported."""

from __future__ import annotations

import importlib
import os
import sys

_FOLDERS = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME")
_NOWHERE = "/dev/null/none"
"""A folder that nobody can make: then scapy keeps no cache (scapy/main.py `_probe_xdg_folder`,
scapy/data.py `scapy_data_cache`)."""


def load() -> None:
    """Import what of scapy looks for folders, unless somebody has done so before."""
    if "scapy.main" in sys.modules:
        return
    before = {name: os.environ.get(name) for name in _FOLDERS}
    os.environ.update(dict.fromkeys(_FOLDERS, _NOWHERE))
    try:
        importlib.import_module("scapy.data")
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
