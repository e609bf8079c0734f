"""Loading profiles: what is there, and what is said about a file with something wrong in it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from pxeclient.boot.events import PowerOn
from pxeclient.boot.machine import NICS, Nic, nic_of
from pxeclient.decisions import Evidence, Known, condition
from pxeclient.outcome import Failure
from pxeclient.profile import POLICIES, ProfileError, folder, load, load_file, names, tables
from tests.boots import machine

BROAD = (folder() / "virtualbox-82540em.toml").read_text(encoding="utf-8")
"""A profile whose evidence covers whole tables."""
GOOD = (folder() / "vmware-e1000e.toml").read_text(encoding="utf-8")
"""One whose evidence is given value by value."""
WITH_BACKGROUND = (folder() / "ipxe.toml").read_text(encoding="utf-8")


def written(folder_: Path, text: str) -> Path:
    """A profile file with that text."""
    path = folder_ / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def complaint(path: Path) -> str:
    """What loading says, without the file's name, which it must begin with."""
    with pytest.raises(ProfileError) as failure:
        load_file(path)
    text = str(failure.value)
    assert text.startswith(f"{path}: ")
    assert "\n" not in text
    return text.removeprefix(f"{path}: ")


# --- those that come with pxeclient -------------------------------------------------------
@pytest.mark.parametrize("name", names())
def test_every_profile_loads(name: str) -> None:
    """By its name and by its path, and it is called as its file."""
    profile = load(name)
    assert profile.name == name
    assert load(str(folder() / f"{name}.toml")) == profile
    assert profile.title
    assert profile.summary.endswith(".")


@pytest.mark.parametrize("name", names())
def test_every_value_has_evidence(name: str) -> None:
    """And where the value comes from is said."""
    profile = load(name)
    assert set(profile.evidence) == set(profile.values)
    assert all(source.where for source in profile.evidence.values())


@pytest.mark.parametrize("name", names())
def test_every_value_of_the_file_is_a_value_of_the_profile(name: str) -> None:
    """By dotted key; an option's value is one."""
    data = tomllib.loads((folder() / f"{name}.toml").read_text(encoding="utf-8"))
    values = load(name).values
    assert values["ip.ttl"] == data["ip"]["ttl"]
    assert values["dhcp.values.57"] == data["dhcp"]["values"]["57"]
    assert not any(key.startswith(("evidence", "title")) for key in values)


@pytest.mark.parametrize("name", names())
def test_every_rule_can_be_read(name: str) -> None:
    """Ids are unique in their table, conditions and reasons are sentences, sources say where."""
    for table in tables(load(name).policy):
        assert table.asks.endswith("?")
        ids = [rule.id for rule in table.rules]
        assert len(set(ids)) == len(ids)
        assert condition(table.rules[-1]) == "otherwise"
        for rule in table.rules:
            assert rule.when.__doc__, f"{table.question}/{rule.id} has no condition in words"
            assert rule.because.endswith(".")
            assert rule.source.where


@pytest.mark.parametrize("name", names())
def test_every_failure_text_is_of_a_known_failure(name: str) -> None:
    """A misspelt failure would never be told."""
    assert set(load(name).traits.failures) <= {str(failure) for failure in Failure}


def test_evidence_is_counted_by_level() -> None:
    """Values and rules, strongest first; nothing is claimed of VirtualBox that is only related."""
    levels = load("ipxe").evidence_levels()
    assert list(levels) == list(Evidence)
    profile = load("ipxe")
    rules = sum(len(table.rules) for table in tables(profile.policy))
    assert sum(levels.values()) == rules + len(profile.values)
    assert load("virtualbox-82540em").evidence_levels()[Evidence.OBSERVED] == 0


def test_a_capped_policy_decides_alike() -> None:
    """Only the sources differ."""
    capped = load("virtualbox-82540em").policy
    for mine, original in zip(tables(capped), tables(POLICIES["ipxe-2019"]), strict=True):
        ours = [(rule.id, rule.when, rule.then, rule.because) for rule in mine.rules]
        assert ours == [(rule.id, rule.when, rule.then, rule.because) for rule in original.rules]


def test_a_single_rule_may_be_known_better(tmp_path: Path) -> None:
    """An entry of its own lifts it above what is known of the others."""
    lifted = '\n[evidence]\n"decisions.hear.other-xid" = ["observed", "a note"]'
    profile = load_file(written(tmp_path, BROAD.replace("\n[evidence]", lifted, 1)))
    known = {rule.id: rule.source for rule in profile.policy.hear.rules}
    assert known["other-xid"] == Known(Evidence.OBSERVED, "a note")
    assert known["other-client"].level is not Evidence.OBSERVED


@pytest.mark.parametrize("key", ["hear.nobody", "hear", "heard.other-xid", "name.x", "hear."])
def test_evidence_of_a_rule_that_is_not_there(tmp_path: Path, key: str) -> None:
    """It is named."""
    lifted = f'\n[evidence]\n"decisions.{key}" = ["observed", "a note"]'
    said = complaint(written(tmp_path, BROAD.replace("\n[evidence]", lifted, 1)))
    assert said == f"evidence.'decisions.{key}': ipxe-2019 has no such rule"


@pytest.mark.parametrize(("name", "shows"), [("ipxe", True), ("vmware-e1000e", False)])
def test_the_card_is_on_ipxes_wire_only(name: str, shows: bool) -> None:
    """So only there can a user choose it with effect."""
    assert load(name).shows_nic is shows


def test_an_unknown_name_gets_a_hint() -> None:
    """The nearest name, or all of them."""
    with pytest.raises(ProfileError, match="did you mean 'vmware-e1000e'"):
        load("vmware-e1000")
    with pytest.raises(ProfileError, match=r"there are .*, vmware-e1000e"):
        load("zzz")


def test_a_card_has_a_name_or_pci_ids() -> None:
    """Known ids are the known card; others are a card called by them."""
    assert nic_of("82574l") is NICS["82574l"]
    assert nic_of("8086:10D3") is NICS["82574l"]
    assert nic_of("1af4:1041") == Nic("1af4:1041", 0x1AF4, 0x1041)
    assert nic_of("10EC:8168") == Nic("10ec:8168", 0x10EC, 0x8168)


@pytest.mark.parametrize(
    "text", ["rtl8139", "", "1af4", "1af4:", "1af4:104", "1af4:10411", "1af4-1041", "1af4:104g"]
)
def test_an_unknown_card_is_an_error(text: str) -> None:
    """The sentence lists those that are known, and shows what ids look like."""
    with pytest.raises(ValueError, match=r"is none of 82540em, .* such as 1af4:1041"):
        nic_of(text)


# --- files with something wrong -----------------------------------------------------------
def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    """In the system's words."""
    assert complaint(tmp_path / "none.toml") == "No such file or directory"


def test_what_is_not_toml_is_an_error(tmp_path: Path) -> None:
    """With its place; octets that are no text too."""
    assert complaint(written(tmp_path, "name = ")).startswith("not TOML: ")
    path = tmp_path / "octets.toml"
    path.write_bytes(b"\xff\xfe")
    assert complaint(path).startswith("not TOML: ")


BROKEN: list[tuple[str, str, str, str]] = [
    # what is wrong, the text, what takes its place, what is said
    ("no title", 'title = "Virtual', 'titel = "Virtual', "title: missing, or not a text"),
    ("an empty name", 'name = "virtualbox-82540em"', 'name = ""', "name: missing, or not a text"),
    (
        "an unknown policy",
        'policy = "ipxe-2019"',
        'policy = "dell"',
        "policy: 'dell' is not one of ipxe, ipxe-2019, ",
    ),
    (
        "no evidence",
        "\n[evidence]\n",
        "\n[evidences]\n",
        "evidence: missing; it says how each value is known",
    ),
    (
        "an uncovered value",
        '"ip" = [',
        '"ip.id" = [',
        "ip.ttl: nothing in [evidence] says how it is known",
    ),
    (
        "stale evidence",
        '"ip" = [',
        '"ip.tll" = ["inferred", "x"]\n"ip" = [',
        "evidence.'ip.tll': there is no such value",
    ),
    (
        "evidence that is no pair",
        '"ip" = ["observed on a related firmware", ',
        '"ip" = [',
        "evidence.'ip': not a pair of level and source",
    ),
    (
        "an unknown level",
        '"ip" = ["observed on',
        '"ip" = ["heard of',
        "evidence.'ip': 'heard of a related firmware' is not one of observed, ",
    ),
    (
        "a bad MAC",
        'mac = "08:00:27:12:34:56"',
        'mac = "08:00:27"',
        "machine: '08:00:27' is not a MAC address like 52:54:00:12:34:56",
    ),
    ("no MAC", 'mac = "08:00:27:12:34:56"\n', "", "machine: 'None' is not a MAC address"),
    (
        "a UUID that is too short",
        'uuid = "00112233-',
        'uuid = "',
        "machine: '4455-6677-8899-aabbccddeeff' is not a UUID",
    ),
    (
        "an unknown card",
        'nic = "82540em"',
        'nic = "ne2000"',
        "machine: 'ne2000' is none of 82540em, 82574l, ",
    ),
    ("an unknown key", "ttl = 64", "ttl = 64\nzzz = 1", "ip.zzz: no such key"),
    ("a misspelt key", "ttl = 64", "tll = 64", "ip.tll: no such key; did you mean 'ttl'?"),
    (
        "a misspelt key of a message",
        "flags = 0x8000",
        "falgs = 0x8000",
        "dhcp.messages.proxy-request.falgs: no such key; did you mean 'flags'?",
    ),
    (
        "a misspelt key in a list",
        "requests = [{ options",
        "requests = [{ abrot = true, options",
        "abrot: no such key; did you mean 'abort'?",
    ),
    ("a missing key", "ttl = 64\n", "", "Object missing required field ttl - at $.ip"),
    ("a wrong type", "ttl = 64", 'ttl = "many"', "Expected int, got str - at $.ip.ttl"),
    (
        "no list",
        "arp-waits = [0.125, 0.25, 0.5, 1.0, 2.0]",
        "arp-waits = 1.0",
        "Expected array, got float - at $.ip.arp-waits",
    ),
    ("an unknown word", 'id = "ipxe"', 'id = "dice"', "Invalid enum value 'dice' - at $.ip.id"),
    ("an unknown message", "[dhcp.messages.request]", "[dhcp.messages.inform]", "inform"),
    (
        "bad hexadecimal",
        'hex = "01 02 01"',
        'hex = "01 02 0"',
        "dhcp.values: '01 02 0' is not hexadecimal octets",
    ),
    (
        "an unknown name in braces",
        'hex = "01 {mac}"',
        'hex = "01 {mca}"',
        "dhcp.values: {mca} is not one of address-probe, bus, ",
    ),
    (
        "no option code",
        "57 = { u16",
        "max = { u16",
        "dhcp.values.max: 'max' is not an option code, 1 to 254",
    ),
    (
        "option 255",
        "57 = { u16",
        "255 = { u16",
        "dhcp.values.255: '255' is not an option code, 1 to 254",
    ),
    ("too big a number", "u16 = 1472", "u16 = 65536", "dhcp.values.57: not one of {hex = …}"),
    (
        "a value without a form",
        "57 = { u16 = 1472 }",
        "57 = 1472",
        "dhcp.values.57: not one of {hex = …}",
    ),
    (
        "a value in two forms",
        "57 = { u16 = 1472 }",
        '57 = { u16 = 1472, hex = "04" }',
        "dhcp.values.57: not one of {hex = …}",
    ),
    ("no code", "    1, 3, 6, 7,", "    256, 3, 6, 7,", "dhcp.values.55: not one of {hex = …}"),
    (
        "an option without a value",
        "options = [53, 57, 93, 94, 60, 77, 55, 175, 61, 97]\nwaits",
        "options = [53, 12]\nwaits",
        "dhcp.messages.discover.options: 12 has no value",
    ),
    (
        "no waits",
        "waits = [1.0, 2.0, 4.0, 8.0]",
        "waits = []",
        "dhcp.messages.discover.waits: empty",
    ),
    (
        "a name that no growing line has",
        'lines = ["{prompt}{open}"]',
        'lines = ["{seconds}{open}"]',
        "screen.prompt.lines: {seconds} is not one of",
    ),
    (
        "a countdown of something else",
        'count = " ({seconds})"',
        'count = " ({minutes})"',
        "screen.prompt.count: ' ({minutes})' may name {seconds} only",
    ),
    (
        "marks that never come",
        "every = 1.0179",
        "every = 0.0",
        "screen.configuring.every: missing; how often a mark or a number comes",
    ),
    (
        "a format of no octets",
        'octets = "7f 45 4c 46"',
        'octets = "ELF"',
        "screen.formats[2].octets: 'ELF' is not hexadecimal",
    ),
]


@pytest.mark.parametrize(
    ("text", "instead", "said"),
    [row[1:] for row in BROKEN],
    ids=[row[0] for row in BROKEN],
)
def test_one_sentence_says_what_is_wrong(
    tmp_path: Path, text: str, instead: str, said: str
) -> None:
    """The file, the key, and the reason."""
    assert BROAD.count(text) >= 1, "the profile has changed; so must this test"
    assert said in complaint(written(tmp_path, BROAD.replace(text, instead, 1)))


def test_a_misspelt_key_is_called_that_though_its_evidence_is_missing_too(tmp_path: Path) -> None:
    """Where evidence is given value by value, a misspelt key has none: the hint comes first."""
    said = complaint(written(tmp_path, GOOD.replace("ttl = 20", "tll = 20")))
    assert said == "ip.tll: no such key; did you mean 'ttl'?"


def test_a_missing_key_is_called_that_though_its_evidence_is_left_over(tmp_path: Path) -> None:
    """The evidence is right; the value is missing."""
    assert "missing" in complaint(written(tmp_path, GOOD.replace("ttl = 20\n", "")))


def test_a_uuid_that_is_not_hexadecimal_is_called_no_uuid(tmp_path: Path) -> None:
    """In words about UUIDs, not about integers."""
    assert "UUID" in complaint(written(tmp_path, GOOD.replace('"564d3a9e', '"xx4d3a9e')))


def test_no_dhcp_at_all_is_an_error(tmp_path: Path) -> None:
    """The table is named."""
    head = GOOD[: GOOD.index("[machine]")]
    machine = GOOD[GOOD.index("[machine]") : GOOD.index("[ip]")]
    evidence = '[evidence]\n"machine" = ["inferred", "x"]\n'
    assert complaint(written(tmp_path, head + machine + evidence)) == "dhcp: missing"


USELESS: list[tuple[str, str, str, str]] = [
    ("no ARP waits", GOOD, "arp-waits = [1.0, 1.0, 1.0, 1.0]", "arp-waits = []"),
    ("no secs", GOOD, "secs-listed = [4, 6, 10, 18]", "secs-listed = []"),
    ("no open waits", GOOD, "open-waits = [36.0, 72.0, 108.0, 144.0, 180.0]", "open-waits = []"),
    ("a wait for the size of 0", GOOD, "size-waits = [2.0", "size-waits = [0.0"),
    ("no read waits", GOOD, "read-waits = [4.0, 4.0, 4.0, 4.0]", "read-waits = []"),
    ("abort and no next request", GOOD, '    { options = [["blksize", "1456"]] },\n', ""),
    ("a time to live over 255", GOOD, "ttl = 20", "ttl = 300"),
    ("flags over 16 bits", GOOD, "flags = 0x8000\nwaits = [2", "flags = 0x18000\nwaits = [2"),
    ("no source port", GOOD, "flags = 0x8000\nwaits = [2", "source-port = 0\nwaits = [2"),
    (
        "no port to broadcast from",
        GOOD,
        "flags = 0x8000\nwaits = [2",
        "broadcast-source-port = 0\nwaits = [2",
    ),
    ("a value over 255 octets", GOOD, '"PXEClient:Arch:00000:UNDI:002001"', f'"{"x" * 256}"'),
    ("an unknown name on the screen", GOOD, "{mac-spaced}", "{colour}"),
    ("a broken brace on the screen", GOOD, "{mac-spaced}", "{mac-spaced"),
    ("an unknown name in a failure", GOOD, "PXE-T{tftp-code:02}", "PXE-T{tftp-colour}"),
    ("no MAC in the background", WITH_BACKGROUND, '"01:80:c2:00:00:03"', '"everybody"'),
    ("no octets in the background", WITH_BACKGROUND, '"01 01 00 00"', '"hello"'),
    ("an ethertype over 16 bits", WITH_BACKGROUND, "0x888e", "0x1888e"),
]


@pytest.mark.parametrize(
    ("text", "old", "new"), [row[1:] for row in USELESS], ids=[row[0] for row in USELESS]
)
def test_a_value_that_no_boot_could_use_is_an_error(
    tmp_path: Path, text: str, old: str, new: str
) -> None:
    """It is refused when the profile is loaded, not in the middle of a boot."""
    assert text.count(old) >= 1, "the profile has changed; so must this test"
    assert complaint(written(tmp_path, text.replace(old, new, 1)))


def test_a_profile_of_ones_own_boots(tmp_path: Path) -> None:
    """A copy with another name and another time."""
    text = GOOD.replace('"vmware-e1000e"', '"mine"').replace("2.087, 4.174", "4.0, 8.0")
    profile = load(str(written(tmp_path, text)))
    client = machine(profile)
    assert profile.name == "mine"
    assert client.handle(PowerOn(), 0.0)
