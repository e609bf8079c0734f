"""One boot in every format: a UEFI machine is offered boot.0, asks for it, and is refused."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from pxeclient.capture.reading import read
from pxeclient.capture.values import CaptureError
from pxeclient.explain.stop import Stop
from pxeclient.seen.aspects import Aspect
from tests.capture.text.told import explained, of_text

GOLDEN = Path(__file__).parent / "golden"
MAC = "52:54:00:12:34:56"
SERVER, NEXT = IPv4Address("10.77.0.1"), IPv4Address("10.77.0.3")
OFFERED = ("DHCPOFFER", SERVER, IPv4Address("10.77.0.50"), NEXT, b"boot.0", None)

ENDS = {
    "tcpdump-v.txt": Stop.CANNOT_TELL,
    "tcpdump-vvve.txt": Stop.CANNOT_TELL,
    "tcpdump-X.txt": Stop.TFTP_ERROR,
    "tshark-V.txt": Stop.TFTP_ERROR,
    "tshark-x.txt": Stop.TFTP_ERROR,
    "dhcpdump.txt": Stop.CANNOT_TELL,
}


def golden(name: str) -> str:
    """What a program printed."""
    return (GOLDEN / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ENDS)
def test_what_a_program_prints_is_read(name: str, tmp_path: Path) -> None:
    """The machine, the offer, and the end as far as the format goes."""
    (told,) = of_text(golden(name), tmp_path)
    assert told.mac == MAC
    assert OFFERED in told.replies
    assert told.stop is ENDS[name], told.sentence
    assert told.likeness == "looks like"


DRESSES: dict[str, Callable[[str], str]] = {
    "quoted": lambda text: "".join(f"> > {line}\n" for line in text.splitlines()),
    "fenced": lambda text: (
        f"Hi all,\n\nit says IP address > 3:\n\n```console\n{text}```\n\nThanks!\n"
    ),
    "indented": lambda text: "".join(f"        {line}\n" for line in text.splitlines()),
    "windows": lambda text: text.replace("\n", "\r\n"),
    "html": lambda text: (
        "<pre><code>"
        + text.replace("&", "&amp;").replace(">", "&gt;").replace('"', "&quot;")
        + "</code></pre>"
    ),
    "numbered": lambda text: "".join(
        f"{number:5d}  {line}\n" for number, line in enumerate(text.splitlines(), 1)
    ),
    "trailing spaces": lambda text: "".join(f"{line}   \n" for line in text.splitlines()),
    "non-breaking spaces": lambda text: text.replace("    ", "\u00a0   "),
}


@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.parametrize("name", ENDS)
def test_what_is_around_it_changes_nothing(name: str, dress: str, tmp_path: Path) -> None:
    """Quotes, fences, entities, line numbers, other ends of lines."""
    plain = of_text(golden(name), tmp_path)
    assert of_text(DRESSES[dress](golden(name)), tmp_path) == plain


@pytest.mark.parametrize("name", ["tcpdump-v.txt", "tcpdump-vvve.txt", "tshark-V.txt"])
def test_indentation_may_be_lost(name: str, tmp_path: Path) -> None:
    """Forums strip it."""
    plain = of_text(golden(name), tmp_path)
    assert of_text("\n".join(one.strip() for one in golden(name).splitlines()), tmp_path) == plain


def test_wrapped_lines(tmp_path: Path) -> None:
    """A mail program wraps at 72: what tcpdump prints of a frame goes on in the next line."""
    wrapped = []
    for line in golden("tcpdump-v.txt").splitlines():
        while len(line) > 72 and " " in line[40:72]:
            at = line.rindex(" ", 40, 72)
            wrapped.append(line[:at])
            line = line[at + 1 :]
        wrapped.append(line)
    assert of_text("\n".join(wrapped), tmp_path) == of_text(golden("tcpdump-v.txt"), tmp_path)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "latin-1"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    """PowerShell writes UTF-16."""
    text = golden("tcpdump-v.txt")
    assert of_text(text.encode(encoding), tmp_path) == of_text(text, tmp_path)


def test_several_formats_in_one_paste(tmp_path: Path) -> None:
    """The richer counts where both tell of a frame; frames of one alone are taken, too."""
    text = f"tcpdump:\n\n{golden('tcpdump-v.txt')}\n\nWireshark:\n\n{golden('tshark-V.txt')}"
    (told,) = of_text(text, tmp_path)
    (whole,) = of_text(golden("tshark-V.txt"), tmp_path)
    assert (told.stop, told.replies, told.findings) == (
        whole.stop,
        whole.replies,
        whole.findings,
    )
    remarks = " ".join(explained(text, tmp_path).capture.remarks)
    assert "10 frames told twice there are taken once." in remarks


def test_the_text_is_named_and_what_it_lacks(tmp_path: Path) -> None:
    """A remark says what was read as what, and what nobody can tell from it."""
    found = explained(golden("tcpdump-v.txt"), tmp_path)
    first, second, *_ = found.capture.remarks
    assert first == "Read from text: 10 frames from tcpdump's lines (line 1 on)."
    assert "Ethernet addresses" in second
    assert all(Aspect.LINK in frame.untold for frame in found.capture.frames)
    whole = explained(golden("tshark-x.txt"), tmp_path)
    assert all(frame.untold <= {Aspect.TIME} for frame in whole.capture.frames)


def test_padding_that_is_not_shown_is_not_compared(tmp_path: Path) -> None:
    """dhcpdump shows neither TTL nor ports nor padding: no mark rests on them."""
    found = explained(golden("dhcpdump.txt"), tmp_path)
    match = found.stories[0].attempts[0].fingerprint.matches[0]
    names = " ".join(mark.name for mark in match.marks)
    assert "option order" in names
    assert not {"TTL", "length", "port"} & set(names.split())


def test_standard_input_is_a_capture_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``-`` may be read as often as a command likes."""
    from pxeclient.capture.text import content

    octets = golden("tcpdump-v.txt").encode()
    monkeypatch.setattr(content, "_standard_input", lambda: octets)
    assert len(read(Path("-")).frames) == len(read(Path("-")).frames) == 10


@pytest.mark.parametrize("name", ["dhcpdump.txt", "tcpdump-v.txt"])
def test_who_goes_by_every_octet_is_refused(name: str) -> None:
    """`compare` and `profiles learn` would take for a firmware's what nobody saw."""
    with pytest.raises(CaptureError, match="for this every octet is needed: it does not have"):
        read(GOLDEN / name).whole()
    capture = read(GOLDEN.parents[2] / "captures" / "ovmf-virtio" / "no-server" / "capture.pcap")
    assert capture.whole() is capture
