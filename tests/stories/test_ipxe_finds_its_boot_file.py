"""iPXE and the boot file name: header, option 67, overload, URIs."""

from __future__ import annotations

import pytest

from pxeclient.playbook import (
    DHCPDISCOVER,
    DHCPREQUEST,
    TFTP_SERVER,
    DhcpReply,
    Playbook,
    ack,
    offer,
    proxy_offer,
)
from tests.stories.firmwares import IPXE, any_ipxe, any_ipxe_2019, book


def leased(firmware: str, reply: DhcpReply) -> Playbook:
    """A book in which a plain DHCP server confirms the address with `reply`."""
    return (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(offer())
        .sends(DHCPDISCOVER)
        .sends(DHCPREQUEST)
        .gets(reply)
    )


@any_ipxe
def test_the_header_beats_option_67(firmware: str) -> None:
    """Option 67 counts only where the file field is empty."""
    reply = ack(siaddr=TFTP_SERVER, file="header.0", options={67: b"option.0"})
    leased(firmware, reply).downloads("header.0").ends("header.0")


@any_ipxe
def test_the_ack_counts_not_the_offer(firmware: str) -> None:
    """The offer's file is forgotten."""
    (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(offer(siaddr=TFTP_SERVER, file="offer.0"))
        .sends(DHCPDISCOVER)
        .sends(DHCPREQUEST)
        .gets(ack(siaddr="10.77.0.4", file="ack.0"))
        .decides("boot-server", "siaddr")
        .downloads("ack.0", server="10.77.0.4")
        .ends("ack.0")
    )


@any_ipxe
def test_overload_is_unknown_to_ipxe(firmware: str) -> None:
    """The raw file field becomes the name, option octets and all; people see it escaped."""
    reply = ack(siaddr=TFTP_SERVER, file=b"C\x0covl-file67.0\xff", options={52: b"\1"})
    (
        leased(firmware, reply)
        .prints("Filename: C<0c>ovl-file67.0<ff>")
        .downloads("C<0c>ovl-file67.0<ff>")
        .ends("C<0c>ovl-file67.0<ff>")
    )


@any_ipxe
def test_a_leading_slash_stays(firmware: str) -> None:
    """The name is asked for as it stands."""
    leased(firmware, ack(siaddr=TFTP_SERVER, file="/a/boot.0")).downloads("/a/boot.0").ends(
        "/a/boot.0"
    )


@any_ipxe
def test_a_tftp_uri_names_server_and_file(firmware: str) -> None:
    """siaddr is not needed, the first slash goes, and percent signs are decoded."""
    (
        leased(firmware, ack(file="tftp://10.77.0.4/dir/my%20boot.0"))
        .decides("boot-from", "tftp-uri")
        .downloads("dir/my boot.0", server="10.77.0.4")
        .ends("dir/my boot.0")
    )


@pytest.mark.parametrize("name", ["http://10.77.0.3/boot", "tftp://server.example/boot.0"])
@any_ipxe
def test_other_uris_are_not_fetched(firmware: str, name: str) -> None:
    """pxeclient says so; iPXE would use the scheme, or look the host up."""
    reply = ack(siaddr=TFTP_SERVER, file=name)
    leased(firmware, reply).decides("boot-from", "other-uri").fails("", because="URI")


def test_a_colon_in_a_path_makes_no_uri_today() -> None:
    """A scheme has only letters, '-' and '_'."""
    reply = ack(siaddr=TFTP_SERVER, file="dir1/a:/boot.0")
    leased(IPXE, reply).downloads("dir1/a:/boot.0").ends("dir1/a:/boot.0")


@any_ipxe_2019
def test_a_colon_in_a_path_made_a_uri_in_2019(firmware: str) -> None:
    """All before the first colon was the scheme."""
    reply = ack(siaddr=TFTP_SERVER, file="dir1/a:/boot.0")
    leased(firmware, reply).decides("boot-from", "other-uri").fails("", because="URI")


@pytest.mark.parametrize("name", ["C:\\boot.0", "urn:boot.0"])
@any_ipxe
def test_an_opaque_name_is_no_uri(firmware: str, name: str) -> None:
    """Without a slash after the colon it is a file like any other."""
    leased(firmware, ack(siaddr=TFTP_SERVER, file=name)).downloads(name).ends(name)


@any_ipxe
def test_name_and_server_come_from_one_reply(firmware: str) -> None:
    """A DHCPACK with a name and no siaddr is not helped by the proxy's siaddr."""
    (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(offer(file="dhcp.0"))
        .gets(proxy_offer(siaddr=TFTP_SERVER, file="proxy.0"))
        .sends(DHCPREQUEST)
        .gets(ack(file="dhcp.0"))
        .decides("boot-from", "no-next-server")
        .fails("2d03e13b")
    )
