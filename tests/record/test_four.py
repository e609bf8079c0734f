"""Second stages: servers whose rules look at the client, and files that are odd by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pxeclient.wire import dhcp, tftp
from pxeclient.wire.dhcp import Option
from tests.record.scripts import Wire, contents, script
from tools.record.programs import program

IPXE = Option(77, b"iPXE")
UEFI = Option(93, b"\0\7")
BIOS = Option(93, b"\0\0")


def rule(file: str, **conditions: Any) -> dict[str, Any]:
    """A rule that offers a file."""
    options = [[53, "u8", 2], [54, "ip", "10.77.0.1"]]
    reply = {"yiaddr": "10.77.0.50", "file": file, "options": options}
    return {"port": 67, "msg": "discover", "replies": [reply], **conditions}


def offered(wire: Wire, *options: Option) -> str:
    """The file's name in the offer."""
    found = wire.asked(*options)
    return dhcp.text_field(found.file).decode() if found else ""


@pytest.mark.parametrize(
    ("condition", "options", "holds"),
    [
        ({"ipxe": True}, (IPXE,), True),
        ({"ipxe": True}, (), False),
        ({"ipxe": False}, (), True),
        ({"ipxe": False}, (IPXE,), False),
        ({"arch": 7}, (UEFI,), True),
        ({"arch": 7}, (BIOS,), False),
        ({"arch": 0}, (), False),
        ({"has": 175}, (Option(175, b"\1"),), True),
        ({"has": 175}, (), False),
        ({"hasnt": 175}, (), True),
        ({"hasnt": 175}, (Option(175, b"\1"),), False),
        ({"arch": 0, "ipxe": True}, (BIOS,), False),
    ],
)
def test_conditions(
    tmp_path: Path, condition: dict[str, Any], options: tuple[Option, ...], holds: bool
) -> None:
    """The first rule whose conditions hold answers."""
    made = script(tmp_path, bootp=[rule("mine", **condition), rule("others")])
    assert offered(Wire(made, tmp_path), *options) == ("mine" if holds else "others")


def test_after_a_file_was_asked_for(tmp_path: Path) -> None:
    """The second stage's DHCP gets another answer than the ROM's."""
    bootp = [rule("second", after="first"), rule("first", before="first")]
    wire = Wire(script(tmp_path, bootp=bootp, tftp={"files": {"first": {}}}), tmp_path)
    assert offered(wire) == "first"
    assert isinstance(wire.fetched("first"), tftp.Data)
    assert offered(wire) == "second"


def test_a_program_of_another_project(tmp_path: Path) -> None:
    """It comes from the folder of files, octet for octet."""
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "loader.0").write_bytes(b"loader" * 50)
    made = script(tmp_path, tftp={"files": {"a": {"path": "loader.0"}}})
    assert Wire(made, tmp_path).fetched("a") == tftp.Data(1, b"loader" * 50)
    assert made.served == {"loader.0"}


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    """It is named."""
    made = script(tmp_path, tftp={"files": {"a": {"path": "loader.0"}}})
    with pytest.raises(FileNotFoundError, match=r"^loader\.0: neither in a package nor in the fol"):
        Wire(made, tmp_path)


def test_other_files(tmp_path: Path) -> None:
    """Zeros, texts, and else the machine's own boot program."""
    made = contents(tmp_path)
    assert made.octets({"zeros": 5}) == bytes(5)
    assert made.octets({"text": "#!ipxe\n"}) == b"#!ipxe\n"
    assert made.octets({"junk": 3}) == b"ZZZ"
    assert made.octets({}) == program(made.kind)
    assert len(made.octets({"size": 3000})) == 3000


FILES = {"files": {"there": {"text": "x"}, "~Some/Dir": {"text": "y"}, "no": {"error": [2, "no!"]}}}


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("there", tftp.Data(1, b"x")),
        ("some\\DIR", tftp.Data(1, b"y")),
        ("no", tftp.Error(2, b"no!")),
        ("none", tftp.Error(1, b"gone")),
        ("quiet", None),
    ],
)
def test_odd_names(tmp_path: Path, name: str, answer: tftp.Message | None) -> None:
    """Compared as the scenario says, refused as it says, or met with silence."""
    served = FILES | {"missing": [1, "gone"], "silent_names": ["quiet"]}
    assert Wire(script(tmp_path, tftp=served), tmp_path).fetched(name) == answer


def test_mute_after_a_block(tmp_path: Path) -> None:
    """A transfer that goes silent, beside one that does not."""
    served = {"files": {"*": {"zeros": 2000}}, "mute_after": {"half": 2}}
    wire = Wire(script(tmp_path, tftp=served), tmp_path)
    assert wire.fetched("half", port=2001) == tftp.Data(1, bytes(512))
    half = wire.tid
    assert wire.fetched("whole", port=2002) == tftp.Data(1, bytes(512))
    whole = wire.tid
    assert wire.sent(tftp.Ack(1), half, 2001) == tftp.Data(2, bytes(512))
    assert wire.sent(tftp.Ack(2), half, 2001) is None
    assert wire.sent(tftp.Ack(1), whole, 2002) == tftp.Data(2, bytes(512))
    assert wire.sent(tftp.Ack(2), whole, 2002) == tftp.Data(3, bytes(512))
