"""``pxeclient matrix --json``."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from pxeclient.report.words import Words
from pxeclient.schemas.boot import AskedFile as AskedFile
from pxeclient.schemas.boot import FailureWord, FitWord, Stage
from pxeclient.schemas.common import Finding, KindWord


class FetchedFile(AskedFile):
    """The boot file that came."""

    named_by: str
    size: int
    sha256: str
    kind: KindWord
    kind_words: str
    pe_machine: int | None
    fit: FitWord


class Asked(TypedDict):
    """A station that was asked on port 4011."""

    address: str
    boot_server_type: int | None
    times: int


class Row(TypedDict):
    """What came of one machine."""

    profile: str
    profile_version: str
    title: str
    architecture: int | None
    architecture_name: str | None
    claimed: bool
    mac: str
    result: Annotated[
        str,
        Words(
            *("booted", "wrong-file", "not-judged", "failed", "cannot-tell", "not-run"),
            *("deadline", "interrupted", "waiting", "link-error", "stopped"),
        ),
    ]
    asked_file: AskedFile | None
    boot_file: FetchedFile | None
    stages: list[Stage]
    asked_on_4011: list[Asked]
    failure: FailureWord | None
    code: str | None
    text: str | None
    because: str | None
    seconds: float | None
    remark: str | None


class CitedFinding(Finding):
    """A finding, and in whose boot it is."""

    profile: str
    profile_version: str | None


class Cited(TypedDict):
    """What is wrong with the servers, in whose boot; or that there was no time to find it."""

    findings: list[CitedFinding]
    left_out: list[Annotated[str, Words("findings")]]


class Matrix(Cited):
    """The same servers, every firmware."""

    schema: Literal["pxeclient-matrix/3"]
    network: str
    notice: str | None
    all_boot: bool
    stopped: str | None
    exit_code: int
    rows: list[Row]
