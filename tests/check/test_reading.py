"""Suites from files: what is taken, and one sentence for each thing that is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.check.reading import STARTER, SuiteError, load, suite_of
from pxeclient.check.suite import Boots, Suite

CASE = 'profiles = ["ipxe"]\n[[cases]]\nname = "a"\n'


def read(folder: Path, text: str) -> Suite:
    """The suite of a file with that text."""
    path = folder / "suite.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def test_a_suite_is_read(tmp_path: Path) -> None:
    """Every kind of key ends up where it belongs."""
    text = """
title = "Mine"
profiles = ["ipxe"]
[network]
hosts = [{ address = "10.9.0.1/24", servers = [["dnsmasq", "-d"]], files.conf = "x" }]
time-scale = 0.5
[[cases]]
name = "boots"
boots = { name = "boot.0", kind = "pe-x64" }
asks-4011 = "10.9.0.1"
no-finding = ["D60", "*"]
"""
    suite = read(tmp_path, text)
    assert suite.network is not None
    assert suite.network.hosts[0].servers == (("dnsmasq", "-d"),)
    assert suite.network.hosts[0].files == {"conf": "x"}
    assert suite.network.time_scale == 0.5
    assert suite.cases[0].boots == Boots(name="boot.0", kind="pe-x64")
    assert suite.cases[0].asks_4011 == "10.9.0.1"


def test_the_starter_suite_has_the_twenty_cases() -> None:
    """Each once, and each with a word why."""
    suite = load(STARTER)
    assert len(suite.cases) == 20
    assert all(case.why for case in suite.cases)
    assert suite.network is None


def test_profiles_of_the_command_line_take_the_suites_place() -> None:
    """Where cases name their own, these stand."""
    assert load(STARTER, ("edk2",)).profiles == ("edk2",)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("cases = [", "not TOML: "),
        ("\x00", "not TOML: "),
        ("", "cases: is missing"),
        ("cases = []", "cases: expected array of length >= 1"),
        ('case = 1\n[[cases]]\nname = "a"', "case: is no key of a suite; did you mean 'cases'?"),
        (
            CASE + "boots = true\n[boots]\nkind = 1",
            "boots: is no key of a suite; it is one of another table",
        ),
        (
            CASE + 'boots = true\nsha256 = "12"',
            "cases[0].sha256: is no key of a suite; it is one of another table",
        ),
        ("[[cases]]\nboots = true", "cases[0].name: is missing"),
        (CASE, "cases[0]: nothing is expected: give boots, fails, finding or another"),
        (CASE + "boots = 3", "cases[0].boots: expected bool | str | table | null, got int"),
        (CASE + 'bots = "x"', "cases[0].bots: is no key of a suite; did you mean 'boots'?"),
        (
            CASE + 'boots = { nam = "x" }',
            "cases[0].boots.nam: is no key of a suite; did you mean 'name'?",
        ),
        (CASE + 'boots = { sha256 = "12" }', "cases[0].boots.sha256: expected str matching"),
        (
            CASE + 'boots = { kind = "pe-x86-64" }',
            "cases[0].boots.kind: no kind of file is called 'pe-x86-64': did you mean",
        ),
        (
            CASE + 'boots = { server = "ten" }',
            "cases[0].boots.server: 'ten' is not an IPv4 address",
        ),
        (CASE + "boots = true\nfails = true", "cases[0]: boots and fails contradict each other"),
        (CASE + 'fails = "no-oofer"', "no failure is called 'no-oofer': did you mean 'no-offer'"),
        (CASE + 'asks-4011 = "x"', "cases[0].asks-4011: 'x' is not an IPv4 address"),
        (
            CASE + 'boots = true\nkeys = ["F8", "esc"]',
            "cases[0].keys[1]: no key is called 'esc': did you mean 'ESC'?",
        ),
        (CASE + "within = 0", "cases[0].within: expected float > 0.0"),
        (CASE + "within = inf", "cases[0].within: inf is no number of seconds"),
        (CASE + 'finding = "D6O"', "cases[0].finding: no finding is called 'D6O': did you mean"),
        (CASE + 'finding = "*"', "cases[0].finding: no finding is called '*'"),
        (CASE + 'lease = "10.0.0.0/40"', "cases[0].lease: '10.0.0.0/40' is neither an IPv4 addr"),
        (CASE + 'lease = { router = "x" }', "cases[0].lease.router: 'x' is not an IPv4 address"),
        (CASE + 'probe = "relais"', "cases[0].probe: no probe is called 'relais': did you mean"),
        (CASE + 'probe = "relay"\nboots = true', "cases[0].boots: a probe boots nobody"),
        (CASE + "archs = [70000]\nboots = true", "cases[0].archs[0]: expected int <= 65535"),
        (
            CASE + 'boots = true\n[[cases]]\nname = "a"\nboots = true',
            "cases[1].name: 'a' is the name of a case before it",
        ),
        ('[[cases]]\nname = "a"\nboots = true', "cases[0].profiles: nobody boots: give profiles"),
        ('profiles = ["ipxx"]\n[[cases]]\nname = "a"\nboots = true', "profiles[0]: no profile is"),
        (CASE + 'profiles = ["edk3"]\nboots = true', "cases[0].profiles[0]: no profile is called"),
        ('mac = "1"\n' + CASE + "boots = true", "mac: "),
        ('mac = "01:00:00:00:00:00"\n' + CASE + "boots = true", "mac: 01:00:00:00:00:00 is no"),
        (CASE + "boots = true\n[network]\n", "network: one of interface, practice, server, hosts"),
        (
            CASE + 'boots = true\n[network]\ninterface = "a"\npractice = "menu"',
            "network: one of interface, practice, server, hosts says where; these are given: inter",
        ),
        (
            CASE + 'boots = true\n[network]\nserver = ["x"]\naddress = "10.0.0.1"',
            "network.address: '10.0.0.1' is not an address with its prefix, such as 10.77.0.1/24",
        ),
        (
            CASE + 'boots = true\n[[network.hosts]]\naddress = "x/24"\nservers = [["x"]]',
            "network.hosts[0].address: 'x/24' is not an address with its prefix",
        ),
        (
            CASE + 'boots = true\n[network]\npractice = "menu"\ntftp = "files"',
            "network: tftp stands beside server; with hosts, in the host that has it",
        ),
        (CASE + 'boots = true\n[network]\nserver = ["x"]\ntftp = ""', "network.tftp: expected str"),
        (CASE + "boots = true\n[network]\nserver = []", "network.server: expected array of length"),
        (CASE + 'boots = true\n[network]\nserver = [""]', "network.server[0]: expected str of"),
        (CASE + 'boots = true\n[network]\nserver = ["a\\u0000"]', "network.server: a NUL cannot"),
        (
            CASE + 'boots = true\n[network]\nhosts = [{ files."../x" = "" }]',
            "network.hosts[0].files: '../x' is not the name of a file in its folder",
        ),
        (
            CASE + 'boots = true\n[network]\nhosts = [{ files."." = "" }]',
            "network.hosts[0].files: '.' is not the name of a file in its folder",
        ),
        (
            CASE + f'boots = true\n[network]\nhosts = [{{ files."a/{"ä" * 128}" = "" }}]',
            f"network.hosts[0].files: 'a/{'ä' * 38}'... is too long: 255 octets at most can be",
        ),
        (
            CASE + 'boots = true\n[network]\nhosts = [{ files = { "a/b/c" = "", "a" = "" } }]',
            "network.hosts[0].files: 'a/b/c' cannot be in 'a', which is a file",
        ),
        (
            CASE + 'boots = true\n[network]\nhosts = [{ files = { "a/b" = "", "a//b" = "" } }]',
            "network.hosts[0].files: 'a/b' and 'a//b' are one file",
        ),
        (
            CASE + 'boots = true\n[network]\npractice = "menu"\ntime-scale = inf',
            "network.time-scale: inf is no pace",
        ),
    ],
)
def test_a_wrong_suite_is_told_in_a_sentence(tmp_path: Path, text: str, complaint: str) -> None:
    """It names the file and the key, and says what is wrong."""
    with pytest.raises(SuiteError) as raised:
        read(tmp_path, text)
    sentence = str(raised.value)
    assert sentence.startswith(f"{tmp_path / 'suite.toml'}: ")
    assert complaint in sentence
    assert "\n" not in sentence


def test_a_suite_that_cannot_be_read(tmp_path: Path) -> None:
    """A folder, and nothing at all."""
    with pytest.raises(SuiteError, match="cannot be read: Is a directory"):
        load(tmp_path)
    with pytest.raises(SuiteError, match="cannot be read: No such file"):
        load(tmp_path / "none.toml")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("name", "boots", "fails", "probe", "interface", "lease", "x")), inner
        )
    ),
    max_leaves=6,
)
KEYS = st.sampled_from(
    ("name", "boots", "fails", "asks-4011", "within", "finding", "no-finding", "lease", "probe",
     "archs", "keys", "profiles", "sizes", "patience")
)  # fmt: skip


@given(st.dictionaries(KEYS, VALUES, max_size=6), VALUES)
def test_any_document_is_taken_or_refused_in_a_sentence(case: object, network: object) -> None:
    """No tangle of keys and values gets further, or out of hand."""
    complaint = ""
    try:
        suite_of({"profiles": ["ipxe"], "cases": [case], "network": network})
    except SuiteError as error:
        complaint = str(error)
    assert "\n" not in complaint
