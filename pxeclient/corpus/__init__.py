"""What firmwares send, as files: fixtures for tests of servers in any language.

Every message is taken from a boot on a practice network (`situations.toml`); nothing is made up
here. `files` gives the whole folder as names and octets, and writes nothing.
"""

from __future__ import annotations

from pxeclient.corpus.collecting import Subject, collect
from pxeclient.corpus.folder import CorpusError, CorpusFile, files, listed
from pxeclient.corpus.manifest import SCHEMA

__all__ = ["SCHEMA", "CorpusError", "CorpusFile", "Subject", "collect", "files", "listed"]
