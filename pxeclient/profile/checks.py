"""Values that have the right type and still no boot could use."""

from __future__ import annotations

from collections.abc import Iterator

from pxeclient.boot.background import destination
from pxeclient.boot.dhcp.options import Names, TemplateError, fill, option_values
from pxeclient.boot.dhcp.traits import DhcpTraits, MessageSecs, MessageTraits, Secs
from pxeclient.boot.machine import Machine
from pxeclient.boot.menu.policy import Choice
from pxeclient.boot.policy import AfterAck, Policy
from pxeclient.boot.screen.traits import FileFormat, GrowingLine
from pxeclient.boot.traits import BackgroundTraits, Traits
from pxeclient.decisions import AnswerT, FactsT, Table
from pxeclient.fetch.mtftp.traits import MtftpTraits
from pxeclient.fetch.tftp.traits import TftpTraits
from pxeclient.profile.bounds import LEAST_TICK, out_of_bounds
from pxeclient.profile.lines import told, wrong_line, wrong_text
from pxeclient.profile.model import ProfileError
from pxeclient.stack.traits import IpTraits
from pxeclient.wire.pxe import Purpose

_FILLED = {
    Purpose.DISCOVER: {53},
    Purpose.REQUEST: {50, 53, 54},
    Purpose.PROXY_REQUEST: {50, 53, 54},
    Purpose.BOOT_SERVER_REQUEST: {43, 50, 53, 54},
}
"""The options whose value is known only when the message is sent."""

_FAILURE_NAMES = {"text", "code"}

_MORE_NAMES = {
    "prompt": {"prompt"},
    "prompt_only": {"prompt"},
    "discovering": {"type"},
    "sized": {"size"},
    "menu": {"number", "letter", "item"},
    "discovered": {"type"},
    "booted": {"size", "format"},
    "failure": _FAILURE_NAMES,
}
"""Names that some lines of the screen have besides the common ones."""


def check(traits: Traits, machine: Machine) -> None:
    """Find what would break a boot.

    Raises:
        ProfileError: Names the key and says what is wrong with it.
    """
    for complaint in _complaints(traits, machine):
        raise ProfileError(complaint)


def check_messages(traits: Traits, policy: Policy) -> None:
    """Find a message that the firmware's tables send and its data lacks.

    What they never send may be missing: who has no menu needs no boot-server request.

    Raises:
        ProfileError: Names the message, and who sends it.
    """
    for purpose, sender in _sent_by(policy).items():
        if sender and purpose not in traits.dhcp.messages:
            raise ProfileError(f"dhcp.messages.{purpose}: missing; {sender} sends it")


def _sent_by(policy: Policy) -> dict[Purpose, str]:
    """Who sends each message, in words; nothing if nobody does."""
    return {
        Purpose.DISCOVER: "every boot",
        Purpose.REQUEST: "every boot that is offered an address",
        Purpose.PROXY_REQUEST: _giver(policy.after_ack, AfterAck.ASK_PORT_4011),
        Purpose.BOOT_SERVER_REQUEST: _giver(policy.menu_choice, Choice.DISCOVER),
    }


def _giver(table: Table[FactsT, AnswerT], answer: AnswerT) -> str:
    """The first rule with that answer, in words; nothing if there is none."""
    rules = (rule.id for rule in table.rules if rule.then is answer)
    return next((f"rule {rule!r} of {table.question}" for rule in rules), "")


def _complaints(traits: Traits, machine: Machine) -> Iterator[str]:
    yield from out_of_bounds(traits)
    yield from _ip(traits.ip)
    yield from _dhcp(traits.dhcp, machine)
    yield from _tftp(traits.tftp)
    yield from _mtftp(traits.mtftp)
    for number, item in enumerate(traits.background):
        yield from _background(item, machine, f"background[{number}]")
    yield from _screen(traits)


def _waits(waits: tuple[float, ...], key: str) -> Iterator[str]:
    if not waits:
        yield f"{key}: empty"
    elif min(waits) <= 0:
        yield f"{key}: {min(waits):g} is no waiting time"


def _between(value: int, low: int, high: int, key: str) -> Iterator[str]:
    if not low <= value <= high:
        yield f"{key}: {value} is not between {low} and {high}"


def _ip(ip: IpTraits) -> Iterator[str]:
    yield from _between(ip.ttl, 1, 255, "ip.ttl")
    yield from _waits(ip.arp_waits, "ip.arp-waits")
    yield from _between(ip.pad_to, 0, 1514, "ip.pad-to")
    yield from _waits((ip.fragment_wait,), "ip.fragment-wait")
    yield from _between(ip.most_frame, 576 + 14, 0xFFFF, "ip.most-frame")
    yield from _between(ip.first_id, 0, 0xFFFF, "ip.first-id")
    yield from _between(ip.igmp.ttl, 1, 255, "ip.igmp.ttl")
    yield from _between(ip.igmp.version, 0, 2, "ip.igmp.version")


def _dhcp(dhcp: DhcpTraits, machine: Machine) -> Iterator[str]:
    if dhcp.secs is Secs.LISTED and not dhcp.secs_listed:
        yield "dhcp.secs-listed: empty"
    yield from _between(dhcp.size, 0, 1472, "dhcp.size")
    if dhcp.most_reply:
        # RFC 2131 §2: a client must be prepared for an IPv4 packet of 576 octets.
        yield from _between(dhcp.most_reply, 576 - 28, 0xFFFF, "dhcp.most-reply")
    yield from _between(dhcp.most_offers, 1, 1000, "dhcp.most-offers")
    yield from _between(dhcp.most_naks, 0, 1000, "dhcp.most-naks")
    for secs in dhcp.secs_listed:
        yield from _between(secs, 0, 0xFFFF, "dhcp.secs-listed")
    for purpose, message in dhcp.messages.items():
        yield from _message(message, f"dhcp.messages.{purpose}")
    yield from _options(dhcp, machine)


def _message(message: MessageTraits, key: str) -> Iterator[str]:
    yield from _waits(message.waits, f"{key}.waits")
    yield from _between(message.flags, 0, 0xFFFF, f"{key}.flags")
    yield from _between(message.broadcast_flags or 0, 0, 0xFFFF, f"{key}.broadcast-flags")
    yield from _between(message.source_port, 1, 0xFFFF, f"{key}.source-port")
    if message.broadcast_source_port is not None:
        where = f"{key}.broadcast-source-port"
        yield from _between(message.broadcast_source_port, 1, 0xFFFF, where)
    for code in (*message.options, *message.echo):
        yield from _between(code, 1, 254, f"{key}.options")
    for secs in message.secs_listed:
        yield from _between(secs, 0, 0xFFFF, f"{key}.secs-listed")
    if message.secs is MessageSecs.LISTED and not message.secs_listed:
        yield f"{key}.secs-listed: empty"


def _options(dhcp: DhcpTraits, machine: Machine) -> Iterator[str]:
    """Every option that a message lists has a value, and every value fits an option."""
    try:
        values = option_values(dhcp, machine)
    except TemplateError as error:
        yield f"dhcp.values: {error}"
        return
    for (_, code), value in values.items():
        if len(value) > 255:
            yield f"dhcp.values.{code}: {len(value)} octets, an option has 255 at most"
    for purpose, message in dhcp.messages.items():
        for code in message.options:
            if code not in _FILLED.get(purpose, set()) and (purpose, code) not in values:
                yield f"dhcp.messages.{purpose}.options: {code} has no value"


def _tftp(tftp: TftpTraits) -> Iterator[str]:
    if not tftp.requests:
        yield "tftp.requests: empty"
    elif tftp.requests[-1].abort:
        yield "tftp.requests: the last one must fetch the file, not abort"
    for number, request in enumerate(tftp.requests):
        for name, value in request.options:
            if not (name and name.isascii() and name.isprintable()):
                yield f"tftp.requests[{number}].options: {name!r} is no option's name"
            if not (value.isascii() and value.isdigit() and len(value) <= 9):
                yield f"tftp.requests[{number}].options: {value!r} is no number of at most 9 digits"
    texts = (tftp.no_options_text, tftp.bad_oack_text, tftp.outgrown_text, tftp.abort_text)
    for text in texts:
        yield from _sent(text, "tftp")
    yield from _waits(tftp.open_waits, "tftp.open-waits")
    if tftp.size_waits:
        yield from _waits(tftp.size_waits, "tftp.size-waits")
    yield from _waits(tftp.read_waits, "tftp.read-waits")
    yield from _between(tftp.first_port, 1, 0xFFFF, "tftp.first-port")
    yield from _between(tftp.first_port_spread, 1, 0x8000, "tftp.first-port-spread")
    yield from _between(tftp.abort_code, 0, 0xFFFF, "tftp.abort-code")
    yield from _between(tftp.most_block, 0, 0xFFFF, "tftp.most-block")


def _sent(text: str, key: str) -> Iterator[str]:
    """A text of an ERROR packet: it ends with a NUL there (RFC 1350 §5)."""
    if not text.isascii() or "\0" in text:
        yield f"{key}: {text!r} is no text of an ERROR packet: ASCII without a NUL"


def _mtftp(mtftp: MtftpTraits) -> Iterator[str]:
    yield from _sent(mtftp.error_text, "mtftp.error-text")
    yield from _between(mtftp.opens, 1, 1000, "mtftp.opens")
    yield from _between(mtftp.acknowledgements, 1, 1000, "mtftp.acknowledgements")
    yield from _between(mtftp.full_block, 1, 0xFFFF, "mtftp.full-block")
    yield from _between(mtftp.error_code, 0, 0xFFFF, "mtftp.error-code")


def _background(item: BackgroundTraits, machine: Machine, key: str) -> Iterator[str]:
    try:
        destination(item, Names(machine))
    except ValueError:
        yield f"{key}.destination: {item.destination!r} does not make a MAC address"
    try:
        fill(item.payload, Names(machine))
    except TemplateError as error:
        yield f"{key}.payload: {error}"
    yield from _between(item.ethertype, 0x0600, 0xFFFF, f"{key}.ethertype")
    if any(at < 0 for at in item.at) or list(item.at) != sorted(item.at):
        yield f"{key}.at: not a list of times, the earliest first"


def _screen(traits: Traits) -> Iterator[str]:
    for name in traits.screen.__dataclass_fields__:
        value, key = getattr(traits.screen, name), f"screen.{name.replace('_', '-')}"
        match value:
            case GrowingLine():
                yield from _growing(value, _MORE_NAMES.get(name, set()), key)
            case (str(), *_):
                for line in value:
                    yield from wrong_line(line, _MORE_NAMES.get(name, set()), key)
            case (FileFormat(), *_):
                for number, kind in enumerate(value):
                    yield from _format(kind, f"{key}[{number}]")
    yield from _between(traits.screen.columns, 0, 1000, "screen.columns")
    for failure, words in traits.failures.items():
        key, more = f"failures.{failure}", told(failure)
        yield from wrong_text(words.text, more, f"{key}.text")
        for line in words.screen or ():
            yield from wrong_line(line, _FAILURE_NAMES | more, f"{key}.screen")


def _growing(growing: GrowingLine, more: set[str], key: str) -> Iterator[str]:
    for line in growing.lines:
        yield from wrong_line(line, more, f"{key}.lines")
    if 0 < growing.every < LEAST_TICK:
        yield f"{key}.every: {growing.every:g} is less than {LEAST_TICK:g} s"
    if growing.lag and not growing.marks:
        yield f"{key}.marks: missing; a mark comes so late"
    if not all(growing.marks):
        yield f"{key}.marks: a mark is empty"
    if (growing.marks or growing.count) and not growing.every:
        yield f"{key}.every: missing; how often a mark or a number comes"
    for _ in wrong_text(growing.count, {"seconds"}, key):
        yield f"{key}.count: {growing.count!r} may name {{seconds}} only"


def _format(kind: FileFormat, key: str) -> Iterator[str]:
    try:
        bytes.fromhex(kind.octets)
    except ValueError:
        yield f"{key}.octets: {kind.octets!r} is not hexadecimal"
    if kind.at < 0:
        yield f"{key}.at: {kind.at} is before the file"
