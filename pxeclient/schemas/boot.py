"""What the objects look like that a boot is told in; nothing of it runs (`words`)."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias, TypedDict

from pxeclient.architectures import Fit
from pxeclient.boot.actions import StateName
from pxeclient.outcome import Failure, StageKind
from pxeclient.report.words import Words
from pxeclient.schemas.common import Finding, KindWord, Known

ResultWord: TypeAlias = Annotated[
    str,
    Words(
        *("booted", "wrong-file", "not-judged", "failed"),
        *("deadline", "interrupted", "waiting", "link-error", "stopped"),
    ),
]
FailureWord: TypeAlias = Annotated[str, Words(*Failure)]
StageKindWord: TypeAlias = Annotated[str, Words(*StageKind)]
FitWord: TypeAlias = Annotated[str, Words(*Fit)]


class Lease(TypedDict):
    """What the DHCPACK gave."""

    address: str
    mask: str | None
    router: str | None
    server: str | None
    seconds: int | None


class BootFile(TypedDict):
    """The boot file that was fetched.

    `pe_machine` is the PE machine type (34404 is x64). `fit` is whether the machine can run it, by
    its architecture (option 93), its firmware and the file's first octets.
    """

    name: str
    server: str
    port: int
    named_by: str
    size: int
    sha256: str
    kind: KindWord
    kind_words: str
    pe_machine: int | None
    fit: FitWord


class AskedFile(TypedDict):
    """The boot file that was asked for last by TFTP, whether it came or not."""

    name: str
    server: str


class RequestOn4011(TypedDict):
    """A request to port 4011.

    `boot_server_type` is null in a ProxyDHCP request.
    """

    at: float
    frame: int
    to: str
    source_port: int
    ciaddr: str
    boot_server_type: int | None


class Decision(TypedDict):
    """A question that the firmware's tables answered.

    `frame` is the number of the latest frame, as in the capture of `-w`; `passed_over` names the
    rules that were tried first and did not hold.
    """

    at: float
    frame: int
    question: str
    answer: str
    answer_words: str
    rule: str
    because: str
    about: str
    known: Known
    passed_over: list[str]


class PowerOnEvent(TypedDict):
    """The beginning."""

    at: float
    event: Literal["power-on"]


_From = TypedDict("_From", {"from": str})


class FrameEvent(_From):
    """A frame."""

    at: float
    event: Annotated[str, Words("sent", "received")]
    frame: int
    kind: str
    to: str
    detail: str
    length: int


class StateEvent(TypedDict):
    """The boot goes on to its next part."""

    at: float
    event: Literal["state"]
    state: Annotated[str, Words(*StateName)]


class IgnoredEvent(TypedDict):
    """A frame that the machine dropped."""

    at: float
    event: Literal["ignored"]
    frame: int
    what: str
    because: str
    rule: str | None


class ScreenEvent(TypedDict):
    """A line of the machine's screen, told when it is complete; the last one as it stands."""

    at: float
    event: Literal["screen"]
    line: str


class StageEvent(TypedDict):
    """A stage begins; the first, which begins with `power-on`, has no such event."""

    at: float
    event: Literal["stage"]
    name: str
    kind: StageKindWord
    resumes: int | None


class AwaitsKeyEvent(TypedDict):
    """The machine watches its keyboard."""

    at: float
    event: Literal["awaits-key"]
    shows: str


class KeyEvent(TypedDict):
    """Somebody pressed a key."""

    at: float
    event: Literal["key"]
    key: str


Event: TypeAlias = (
    PowerOnEvent
    | FrameEvent
    | StateEvent
    | IgnoredEvent
    | StageEvent
    | ScreenEvent
    | AwaitsKeyEvent
    | KeyEvent
)


class StageEnd(TypedDict):
    """What came of a stage."""

    result: Annotated[
        str,
        Words(
            *("started", "failed", "ended"),
            *("deadline", "interrupted", "waiting", "link-error", "stopped"),
        ),
    ]
    code: str | None
    text: str | None
    because: str | None


class Stage(StageEnd):
    """Who had the machine for a while: the firmware, or what was fetched.

    `name` is the profile's, or the program's; `kind` is `rom`, `firmware` for one that was itself
    fetched, such as a chained iPXE, or `program`. `result` is `started` (the boot file, or what a
    program loaded, was started), `failed`, `ended` (a program gave the machine back and says that
    nothing failed), or why the boot was stopped.
    """

    number: int
    name: str
    kind: StageKindWord
    resumes: int | None
    at: float
    seconds: float


class Result(TypedDict):
    """What came of a boot, in words."""

    result: ResultWord
    failure: FailureWord | None
    code: str | None
    text: str | None
    because: str | None
    boot_file: BootFile | None


class Ended(Result):
    """What came of a boot."""

    exit_code: int
    seconds: float
    findings: list[Finding]
    left_out: list[Annotated[str, Words("findings", "events")]]
    lease: Lease | None
    frames_lost: int
    frames_repeated: int
    frames_not_kept: int


class Boot(Ended):
    """A boot, from power-on to its end.

    All but `stages` and `events` is of the first stage, the firmware.

    `wrong-file` is a file that was fetched and that the machine cannot run. `deadline`,
    `interrupted`, `waiting` (for a key) and `link-error` are why a boot was stopped.

    If `frames_lost` is not 0, and the machine gave up for want of an answer, nobody can tell
    whether it was given: `because` ends with that, and `exit_code` is 3. `frames_repeated` are
    frames that are neither in `events` nor in captures, because 64 like them are and they had no
    other effect: the same block again, the same question of a neighbour; our answers to them are
    not there either. `frames_not_kept` are those for which there was no room any more: 64 MiB of
    frames are kept, and 16,384 on which the machine did nothing.

    `left_out` is what there was no time to make, on a real wire whose boot has a deadline; it is
    empty then.
    """

    schema: Literal["pxeclient-boot/2"]
    profile: str
    profile_version: str | None
    network: str
    stages: list[Stage]
    asked_file: AskedFile | None
    requests_on_4011: list[RequestOn4011]
    decisions: list[Decision]
    events: list[Event]


class BeginLine(TypedDict):
    """The first line."""

    event: Literal["begin"]
    schema: Literal["pxeclient-events/2"]
    profile: str
    profile_version: str | None
    title: str
    network: str


class DecisionLine(Decision):
    """A decision among the events."""

    event: Literal["decision"]


class EndLine(Ended):
    """The last line."""

    event: Literal["end"]


Line: TypeAlias = BeginLine | DecisionLine | EndLine | Event
