"""``pxeclient explain --json``, and the attempts that ``watch`` tells of."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias, TypedDict

from pxeclient.explain.fingerprint import Likeness
from pxeclient.explain.stop import Stop
from pxeclient.replay.verdict import Fate
from pxeclient.report.words import Words
from pxeclient.schemas.common import Finding, KindWord, Known
from pxeclient.seen.attempts import Kind
from pxeclient.seen.web import BodyEnd


class Mark(TypedDict):
    """What a firmware may be known by."""

    mark: str
    agrees: bool | None
    weight: float
    has: str
    profile_has: str
    known: Known | None


class Firmware(TypedDict):
    """Which firmware a client looks like."""

    verdict: Annotated[str, Words.of(Likeness)]
    why: str | None
    departs: str | None
    maker: str | None
    discovers_before: int
    profile: str | None
    profile_version: str | None
    equals: list[str]
    scores: dict[str, float]
    marks: list[Mark]


class NamedClient(TypedDict):
    """A client with a way of its own."""

    name: str
    family: str
    sure: Annotated[str, Words("certain", "likely")]
    known: Known


class OverIpv6(TypedDict):
    """What an attempt has of DHCPv6."""

    looks_like: str | None
    boot_frames: list[int]
    stack_frames: list[int]
    router_flags: list[tuple[int, bool, bool]]


class SaidOverIpv6(TypedDict):
    """What a reply of DHCPv6 says."""

    server_id: str | None
    addresses: list[str]
    url: str | None
    parameters: list[str]
    vendor_class: str | None
    dns: list[str]
    preference: int | None
    status_code: tuple[int, str] | None


_From = TypedDict("_From", {"from": str})


class Reply(_From):
    """A server's reply."""

    frame: int
    at: float
    kind: str
    server: str
    address: str | None
    next_server: str | None
    file: str | None
    option_67: str | None
    option_60: str | None
    option_43: list[str]
    times: int
    cut: bool
    over_ipv6: SaidOverIpv6 | None


class Step(TypedDict):
    """What happened, repeats folded."""

    frame: int
    at: float
    sent: bool
    peer: str
    kind: str
    detail: str
    times: int


class Chosen(TypedDict):
    """A decision that the profile takes, as far as it asks what was asked."""

    frame: int | None
    question: str
    answer: str
    answer_words: str
    about: str
    because: str
    rule: str
    known: Known


class Dropped(TypedDict):
    """A frame that it drops."""

    frame: int | None
    ignored: str
    because: str


Decided: TypeAlias = Chosen | Dropped


class Reasons(TypedDict):
    """Why the client did what it did, by the profile that it looks most like."""

    profile: str
    profile_version: str
    agrees: bool
    parts_at: str | None
    decisions: list[Decided]
    inferred_code: str | None
    inferred_text: str | None
    inferred_because: str | None
    waits_for_key: bool


class WebRequest(TypedDict):
    """A web request, and what came."""

    frame: int
    server: str
    port: int
    method: str | None
    url: str
    user_agent: str | None
    http_status: int | None
    content_type: str | None
    content_length: int | None
    location: str | None
    body_size: int
    body_missing: int
    body_end: Annotated[str, Words(*BodyEnd)]
    seconds: float
    oddities: list[str]
    sha256: str | None
    file_kind: KindWord | None


class Connection(TypedDict):
    """A TCP connection, and how its segments came."""

    frame: int
    server: str
    port: int
    syns: int
    accepted: bool
    reset: bool
    came_again: int
    out_of_order: int
    overlapping: int
    octets_lacking: int
    octets_cut: int
    joined: bool
    one_sided: bool


class Lookup(TypedDict):
    """A name that a name server was asked for."""

    frame: int
    server: str
    dns_name: str
    dns_type: str
    times: int
    addresses: list[str]
    came_to: str


class Transfer(TypedDict):
    """A download."""

    file: str
    server: str
    port: int | None
    frame: int
    options: list[tuple[str, str]]
    whole: bool
    size: int | None
    sha256: str | None
    file_kind: KindWord | None
    error: tuple[int, str] | None


class HttpBoot(TypedDict):
    """What UEFI's HTTP boot makes of the web server's answers."""

    rule: str
    fetched: bool | None
    because: str
    inferred_text: str | None
    known: Known


class Ending(TypedDict):
    """Where an attempt stopped."""

    stop: Annotated[str, Words(*Stop)]
    sentence: str
    inferred_text: str | None
    inferred_code: str | None
    transfer: Transfer | None
    after: list[Transfer]
    web_request: WebRequest | None
    web_requests_after: list[WebRequest]
    http_boot: HttpBoot | None


class Otherwise(TypedDict):
    """What another firmware would have done with the same servers."""

    profile: str
    profile_version: str
    result: Annotated[str, Words(*Fate)]
    sentence: str
    if_silent: str | None
    caveats: list[str]
    deeds: list[str]
    decisions: list[Decided]


_As = TypedDict("_As", {"as": Otherwise | None})


class Attempt(_As):
    """One of a client's boots."""

    number: int
    kind: Annotated[str, Words(*(one.name.lower() for one in Kind))]
    first_frame: int
    last_frame: int
    began: float
    rebuilt_from_relay: bool
    says_of_itself: dict[str, str]
    firmware: Firmware
    client: NamedClient | None
    over_ipv6: OverIpv6 | None
    replies: list[Reply]
    steps: list[Step]
    reasons: Reasons | None
    web_requests: list[WebRequest]
    tcp_connections: list[Connection]
    lookups: list[Lookup]
    ending: Ending
    findings: list[Finding]
    followed_by: str | None


class Client(TypedDict):
    """Whose boots are in the capture."""

    mac: str
    network_boot: bool
    relays: list[str]
    attempts: list[Attempt]


class Explain(TypedDict):
    """What happened in a capture."""

    schema: Literal["pxeclient-explain/3"]
    capture: str
    frame_count: int
    seconds: float
    remarks: list[str]
    clients: list[Client]
