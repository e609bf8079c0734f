"""tftp:// URIs in boot file names."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from pxeclient.fetch.uri import tftp_uri

SERVER = IPv4Address("10.77.0.3")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (b"tftp://10.77.0.3/boot.0", (SERVER, 69, b"boot.0")),
        (b"TFTP://10.77.0.3/boot.0", (SERVER, 69, b"boot.0")),
        (b"tftp://10.77.0.3:6969/a/b", (SERVER, 6969, b"a/b")),
        (b"tftp://10.77.0.3//a", (SERVER, 69, b"/a")),
        (b"tftp://10.77.0.3/a%20b", (SERVER, 69, b"a b")),
        (b"tftp://10.77.0.3/", (SERVER, 69, b"")),
        (b"tftp://10.77.0.3", None),
        (b"tftp://10.77.0.3:/a", None),
        (b"tftp://10.77.0.3:0/a", None),
        (b"tftp://10.77.0.3:65536/a", None),
        (b"tftp://10.77.0.3:x/a", None),
        (b"tftp://10.77.0.3:" + b"9" * 5000 + b"/a", None),
        (b"tftp://10.77.0.3:" + b"0" * 5000 + b"/a", None),
        (b"tftp://10.77.0.3:" + b"0" * 5000 + b"69/a", (SERVER, 69, b"a")),
        (b"tftp://10.77.0.3:-1/a", None),
        (b"tftp://10.77.0.3:\xb2/a", None),
        (b"tftp://server/a", None),
        (b"tftp://\xff/a", None),
        (b"tftp:///a", None),
        (b"http://10.77.0.3/a", None),
        (b"boot.0", None),
        (b"", None),
    ],
)
def test_a_tftp_uri_with_an_address(
    name: bytes, found: tuple[IPv4Address, int, bytes] | None
) -> None:
    """Server, port and file; None for every other name."""
    assert tftp_uri(name) == found
