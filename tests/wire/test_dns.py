"""DNS messages; dnspython judges them."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.wire import dns as ours
from pxeclient.wire.dns import Dns, Question, Record
from pxeclient.wire.errors import WireError
from tests.wire.octets import cut_short, reads_or_refuses

NAME = b"boot.test"
SEVEN = IPv4Address("10.77.0.7")
QUERY = Dns(0x1234, (Question(NAME, ours.A),))
ANSWER = Dns(0x1234, QUERY.questions, (Record(NAME, ours.A, 60, SEVEN.packed),), is_response=True)
labels = st.from_regex(r"[a-zA-Z0-9_-]{1,20}", fullmatch=True)
queries = st.builds(
    Dns,
    st.integers(0, 0xFFFF),
    st.tuples(
        st.builds(
            Question,
            st.lists(labels, min_size=1, max_size=4).map(lambda parts: ".".join(parts).encode()),
            st.sampled_from((ours.A, ours.AAAA, ours.CNAME)),
        )
    ),
    is_recursive=st.booleans(),
)


@given(queries)
def test_dnspython_reads_the_queries_that_are_built(query: Dns) -> None:
    """Id, flags and question."""
    octets = ours.build(query)
    theirs = dns.message.from_wire(octets)
    (question,) = query.questions
    assert theirs.id == query.id
    assert bool(theirs.flags & dns.flags.RD) is query.is_recursive
    assert theirs.question[0].name.to_text(omit_final_dot=True).encode() == question.name
    assert theirs.question[0].rdtype == question.type
    assert ours.parse(octets) == query


def judged(*records: tuple[str, str, str], code: int = 0, name: str = "boot.test.") -> bytes:
    """An answer that dnspython writes, names compressed."""
    query = dns.message.make_query(name, "A")
    answer = dns.message.make_response(query)
    answer.set_rcode(dns.rcode.Rcode(code))
    for owner, kind, data in records:
        answer.answer.append(dns.rrset.from_text(owner, 60, "IN", kind, data))
    return answer.to_wire()


def test_answers_are_read() -> None:
    """Addresses through an alias, of both families, and none with a code."""
    alias = ours.parse(
        judged(("boot.test.", "CNAME", "web.test."), ("web.test.", "A", "10.77.0.7"))
    )
    assert alias.addresses == (SEVEN,)
    assert [one.target for one in alias.answers] == [b"web.test", b""]
    assert alias.is_response
    six = ours.parse(judged(("boot.test.", "AAAA", "fd77::7"), ("boot.test.", "TXT", '"x"')))
    assert six.addresses == (IPv6Address("fd77::7"),)
    missing = ours.parse(judged(code=3))
    assert (missing.code, missing.addresses) == (ours.NO_SUCH_NAME, ())


def test_an_answer_reads_and_writes() -> None:
    """With its owner as a pointer to the question, as servers write it, and written out."""
    octets = ours.build(ANSWER)
    assert dns.message.from_wire(octets).answer[0][0].address == "10.77.0.7"
    assert ours.parse(octets) == ANSWER
    written = ours.build(
        Dns(1, QUERY.questions, (ANSWER.answers[0]._replace(is_pointed=False),), True)
    )
    assert ours.parse(written).answers[0].is_pointed is False


def test_less_than_all_is_refused() -> None:
    """A message says how much is in it."""
    for part in cut_short(ours.build(ANSWER)):
        with pytest.raises(WireError, match=r"^DNS: "):
            ours.parse(part)


def test_a_name_in_a_circle_is_refused() -> None:
    """And one that points forward."""
    head = bytes.fromhex("1234 0100 0001 0000 0000 0000")
    for name in (b"\xc0\x0c", b"\x01a\xc0\x0c", b"\xc0\x20"):
        with pytest.raises(WireError, match="not back"):
            ours.parse(head + name + bytes(4))


@given(st.binary(max_size=100))
def test_anything_is_read_or_refused(data: bytes) -> None:
    """No octets do more than that."""
    reads_or_refuses(ours.parse, data)
    reads_or_refuses(ours.parse, bytes.fromhex("1234 8180 0001 0001 0000 0000") + data)


@pytest.mark.parametrize("name", [b"a..b", b"x" * 64, b".".join([b"x" * 60] * 5)])
def test_names_that_cannot_be_written(name: bytes) -> None:
    """A label has 1 to 63 octets, a name 255."""
    with pytest.raises(WireError, match=r"^DNS: a "):
        ours.build_name(name)
