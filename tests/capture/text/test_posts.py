# ruff: noqa: E501  (lines are as programs write them)
"""Posts as people write them, of the kinds of reports that boots are asked about.

Made by hand, in the shapes of public ones; the network is that of the recordings.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pxeclient.capture.values import CaptureError
from pxeclient.explain.stop import Stop
from pxeclient.explain.words import lines
from tests.capture.text.told import explained, of_text

POSTS = {
    "ack without file": """\
The VM gets an address and then nothing happens. tcpdump on the DHCP server:

```
14:02:11.100000 IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto UDP (17), length 375)
    0.0.0.0.bootpc > 255.255.255.255.bootps: [udp sum ok] BOOTP/DHCP, Request from \
00:50:56:12:34:56 (oui Unknown), length 347, xid 0x56123456, secs 4, Flags [Broadcast] (0x8000)
          Client-Ethernet-Address 00:50:56:12:34:56 (oui Unknown)
          Vendor-rfc1048 Extensions
            Magic Cookie 0x63825363
            DHCP-Message Option 53, length 1: Discover
            DHCP-Message (53), length 1: Discover
            ARCH (93), length 2: 7
            Vendor-Class (60), length 32: "PXEClient:Arch:00007:UNDI:003016"
            END (255), length 0
14:02:11.101000 IP (tos 0x10, ttl 128, id 0, offset 0, flags [none], proto UDP (17), length 328)
    10.77.0.1.bootps > 255.255.255.255.bootpc: [udp sum ok] BOOTP/DHCP, Reply, length 300, \
xid 0x56123456, Flags [Broadcast] (0x8000)
          Your-IP 10.77.0.50
          Server-IP 10.77.0.3
          Client-Ethernet-Address 00:50:56:12:34:56 (oui Unknown)
          file "ipxe.efi"
          Vendor-rfc1048 Extensions
            Magic Cookie 0x63825363
            DHCP-Message (53), length 1: Offer
            Server-ID (54), length 4: 10.77.0.1
            Lease-Time (51), length 4: 3600
            Subnet-Mask (1), length 4: 255.255.255.0
            END (255), length 0
            PAD (0), length 0, occurs 32
14:02:14.900000 IP (tos 0x0, ttl 64, id 2, offset 0, flags [none], proto UDP (17), length 387)
    0.0.0.0.bootpc > 255.255.255.255.bootps: [udp sum ok] BOOTP/DHCP, Request from \
00:50:56:12:34:56 (oui Unknown), length 359, xid 0x56123456, secs 4, Flags [Broadcast] (0x8000)
          Client-Ethernet-Address 00:50:56:12:34:56 (oui Unknown)
          Vendor-rfc1048 Extensions
            Magic Cookie 0x63825363
            DHCP-Message (53), length 1: Request
            Server-ID (54), length 4: 10.77.0.1
            Requested-IP (50), length 4: 10.77.0.50
            ARCH (93), length 2: 7
            Vendor-Class (60), length 32: "PXEClient:Arch:00007:UNDI:003016"
            END (255), length 0
14:02:14.901000 IP (tos 0x10, ttl 128, id 0, offset 0, flags [none], proto UDP (17), length 328)
    10.77.0.1.bootps > 255.255.255.255.bootpc: [udp sum ok] BOOTP/DHCP, Reply, length 300, \
xid 0x56123456, Flags [Broadcast] (0x8000)
          Your-IP 10.77.0.50
          Client-Ethernet-Address 00:50:56:12:34:56 (oui Unknown)
          Vendor-rfc1048 Extensions
            Magic Cookie 0x63825363
            DHCP-Message (53), length 1: ACK
            Server-ID (54), length 4: 10.77.0.1
            Lease-Time (51), length 4: 3600
            Subnet-Mask (1), length 4: 255.255.255.0
            END (255), length 0
            PAD (0), length 0, occurs 38
```

Any idea? The firewall is off (IP forwarding > 0).
""",
    "option 66 alone": """\
My router's dnsmasq with option 66 and 67 set in its web page. Log:

> Oct 19 20:10:38 router dnsmasq-dhcp[895]: 1553460281 available DHCP range: 10.77.0.50 -- 10.77.0.99
> Oct 19 20:10:38 router dnsmasq-dhcp[895]: 1553460281 vendor class: PXEClient:Arch:00000:UNDI:002001
> Oct 19 20:10:38 router dnsmasq-dhcp[895]: 1553460281 DHCPDISCOVER(br-lan) 52:54:00:12:34:56
> Oct 19 20:10:38 router dnsmasq-dhcp[895]: 1553460281 tags: lan, br-lan
> Oct 19 20:10:38 router dnsmasq-dhcp[895]: 1553460281 DHCPOFFER(br-lan) 10.77.0.50 52:54:00:12:34:56
> Oct 19 20:10:38 router dnsmasq-dhcp[895]: 1553460281 requested options: 1:netmask, 3:router, 66:tftp-server, 67:bootfile-name
> Oct 19 20:10:38 router dnsmasq-dhcp[895]: 1553460281 next server: 10.77.0.1
> Oct 19 20:10:38 router dnsmasq-dhcp[895]: 1553460281 broadcast response
> Oct 19 20:10:38 router dnsmasq-dhcp[895]: 1553460281 sent size:  1 option: 53 message-type  2
> Oct 19 20:10:38 router dnsmasq-dhcp[895]: 1553460281 sent size:  4 option: 54 server-identifier  10.77.0.1
> Oct 19 20:10:38 router dnsmasq-dhcp[895]: 1553460281 sent size:  4 option: 51 lease-time  12h
> Oct 19 20:10:38 router dnsmasq-dhcp[895]: 1553460281 sent size: 11 option: 67 bootfile-name  pxelinux.0
> Oct 19 20:10:38 router dnsmasq-dhcp[895]: 1553460281 sent size:  9 option: 66 tftp-server  10.77.0.3
> Oct 19 20:10:38 router dnsmasq-dhcp[895]: 1553460281 sent size:  4 option:  1 netmask  255.255.255.0
""",
    "missing file": """\
<p>in.tftpd says:</p>
<pre>
Oct 19 20:10:38 pxe dhcpd[895]: DHCPDISCOVER from 52:54:00:12:34:56 via eth0
Oct 19 20:10:39 pxe dhcpd[895]: DHCPOFFER on 10.77.0.50 to 52:54:00:12:34:56 via eth0
Oct 19 20:10:41 pxe dhcpd[895]: DHCPREQUEST for 10.77.0.50 (10.77.0.1) from 52:54:00:12:34:56 via eth0
Oct 19 20:10:41 pxe dhcpd[895]: DHCPACK on 10.77.0.50 to 52:54:00:12:34:56 via eth0
Oct 19 20:10:41 pxe in.tftpd[1234]: RRQ from 10.77.0.50 filename pxelinux.0
Oct 19 20:10:41 pxe in.tftpd[1234]: sending NAK (1, File not found) to 10.77.0.50
</pre>
""",
    "added suffix": """\
dnsmasq-tftp: TFTP root is /var/lib/tftpboot
dnsmasq-dhcp: 755875946 available DHCP subnet: 10.77.0.0/255.255.255.0
dnsmasq-dhcp: 755875946 vendor class: PXEClient:Arch:00000:UNDI:002001
dnsmasq-dhcp: 755875946 PXE(eth0) 52:54:00:12:34:56 proxy
dnsmasq-dhcp: 755875946 tags: eth0
dnsmasq-dhcp: 755875946 bootfile name: undionly.kpxe
dnsmasq-dhcp: 755875946 broadcast response
dnsmasq-dhcp: 755875946 sent size:  1 option: 53 message-type  2
dnsmasq-dhcp: 755875946 sent size:  4 option: 54 server-identifier  10.77.0.2
dnsmasq-dhcp: 755875946 sent size:  9 option: 60 vendor-class  50:58:45:43:6c:69:65:6e:74
dnsmasq-dhcp: 755875946 sent size: 47 option: 43 vendor-encap  06:01:03:0a:04:00:50:58:45:09:15:80:00:12...
dnsmasq-dhcp: 755875946 PXE(eth0) 10.77.0.50 52:54:00:12:34:56 undionly.kpxe.0
dnsmasq-dhcp: 755875946 bootfile name: undionly.kpxe.0
dnsmasq-dhcp: 755875946 next server: 10.77.0.2
dnsmasq-dhcp: 755875946 sent size:  1 option: 53 message-type  5
dnsmasq-dhcp: 755875946 sent size:  4 option: 54 server-identifier  10.77.0.2
dnsmasq-dhcp: 755875946 sent size:  9 option: 60 vendor-class  50:58:45:43:6c:69:65:6e:74
dnsmasq-tftp: file /var/lib/tftpboot/undionly.kpxe.0 not found
""",
    "tftpd32": """\
and on the tftpd32 log it shows

Rcvd DHCP Discover Msg for IP 0.0.0.0, Mac 52:54:00:12:34:56 [25/04 19:42:06.430]
DHCP: proposed address 10.77.0.50 [25/04 19:42:06.430]
5352 Request 2 not processed [25/04 19:42:06.440]
Rcvd DHCP Rqst Msg for IP 0.0.0.0, Mac 52:54:00:12:34:56 [25/04 19:42:08.570]
Previously allocated address acked [25/04 19:42:08.570]
Connection received from 10.77.0.50 on port 2070 [25/04 19:42:08.586]
Read request for file <pxelinux.0>. Mode octet [25/04 19:42:08.586]
OACK: <tsize=11830,> [25/04 19:42:08.586]
<pxelinux.0>: sent 24 blks, 11830 bytes in 0 s. 0 blk resent [25/04 19:42:08.703]
""",
    "old wireshark": """\
Frame 7 (342 bytes on wire, 342 bytes captured)
Ethernet II, Src: Vmware_12:34:57 (00:50:56:12:34:57), Dst: Broadcast (ff:ff:ff:ff:ff:ff)
Internet Protocol, Src: 10.77.0.1 (10.77.0.1), Dst: 255.255.255.255 (255.255.255.255)
User Datagram Protocol, Src Port: bootps (67), Dst Port: bootpc (68)
Bootstrap Protocol
    Message type: Boot Reply (2)
    Hardware type: Ethernet
    Hardware address length: 6
    Hops: 0
    Transaction ID: 0x56123456
    Seconds elapsed: 4
    Bootp flags: 0x8000 (Broadcast)
    Client IP address: 0.0.0.0 (0.0.0.0)
    Your (client) IP address: 10.77.0.50 (10.77.0.50)
    Next server IP address: 10.77.0.3 (10.77.0.3)
    Relay agent IP address: 0.0.0.0 (0.0.0.0)
    Client MAC address: Vmware_12:34:56 (00:50:56:12:34:56)
    Server host name not given
    Boot file name: pxelinux.0
    Magic cookie: (OK)
    Option: (t=53,l=1) DHCP Message Type = DHCP Offer
    Option: (t=54,l=4) DHCP Server Identifier = 10.77.0.1
    Option: (t=51,l=4) IP Address Lease Time = 1 hour
    Option: (t=1,l=4) Subnet Mask = 255.255.255.0
    Option: (t=60,l=9) Vendor class identifier = "PXEClient"
    End Option
    Padding
""",
    "smspxe": """\
Operation: BootRequest (1) Addr type: 1 Addr Len: 6 Hop Count: 1 ID: 0001A2B3  SMSPXE  4/25/2024 7:42:06 PM
 Sec Since Boot: 4 Client IP: 000.000.000.000 Your IP: 000.000.000.000 Server IP: 000.000.000.000 Relay Agent IP: 010.077.001.001  SMSPXE  4/25/2024 7:42:06 PM
 Addr: 52:54:00:12:34:56:  SMSPXE  4/25/2024 7:42:06 PM
 Magic Cookie: 63538263
 Options:
 Type = 53 DHCP Message Type: 1=DHCPDiscover
 Type = 60 ClassIdentifier: PXEClient:Arch:00007:UNDI:003016
 Type = 93 Client Arch: 0007
52:54:00:12:34:56, 00112233-4455-6677-8899-AABBCCDDEEFF: device is not in the database.
""",
}


def test_the_ack_lacks_what_the_offer_had(tmp_path: Path) -> None:
    """The finding is that of the same frames in a capture."""
    (told,) = of_text(POSTS["ack without file"], tmp_path)
    assert told.mac == "00:50:56:12:34:56"
    assert told.findings == {"D-MISMATCH"}


def test_option_66_names_another_server_than_the_header(tmp_path: Path) -> None:
    """dnsmasq logs both; what the client did with it is not in its log."""
    (told,) = of_text(POSTS["option 66 alone"], tmp_path)
    assert told.stop is Stop.CANNOT_TELL
    assert "B-66" in told.findings


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """dhcpd names no file, tftpd-hpa does, in lines of one syslog."""
    (told,) = of_text(POSTS["missing file"], tmp_path)
    assert told.stop is Stop.TFTP_ERROR
    assert told.findings == {"T-FOUND"}
    assert "10.77.0.1 refuses pxelinux.0" in told.sentence


def test_the_name_on_port_4011_is_another(tmp_path: Path) -> None:
    """What the log names and what is missing is told as the log has it."""
    (told,) = of_text(POSTS["added suffix"], tmp_path)
    assert told.stop is Stop.TFTP_ERROR
    assert told.findings == {"T-SUFFIX", "T-FOUND"}
    assert "undionly.kpxe.0" in told.sentence
    kinds = {(one[0], one[4]) for one in told.replies}
    assert ("proxy offer", b"undionly.kpxe") in kinds
    assert ("reply from port 4011", b"undionly.kpxe.0") in kinds


def test_a_file_that_was_sent(tmp_path: Path) -> None:
    """Fetched, as the log has it; nothing of its size, or of what it is."""
    (told,) = of_text(POSTS["tftpd32"], tmp_path)
    assert told.stop is Stop.FETCHED
    assert "octets" not in told.sentence
    assert "as the text has it" in told.sentence


def test_details_of_an_old_wireshark(tmp_path: Path) -> None:
    """One offer alone: who offered what, and that the machine's part is not there."""
    (told,) = of_text(POSTS["old wireshark"], tmp_path)
    assert told.mac == "00:50:56:12:34:56"
    assert told.stop is Stop.CANNOT_TELL
    assert not told.findings
    ((kind, server, address, following, file, _),) = told.replies
    assert (kind, str(server), str(address)) == ("DHCPOFFER", "10.77.0.1", "10.77.0.50")
    assert (str(following), file) == ("10.77.0.3", b"pxelinux.0")


def test_configuration_managers_log(tmp_path: Path) -> None:
    """Its packets say who asks; what became of it, they do not."""
    (told,) = of_text(POSTS["smspxe"], tmp_path)
    assert told.mac == "52:54:00:12:34:56"
    assert told.stop is Stop.CANNOT_TELL
    assert not told.findings


@pytest.mark.parametrize("post", POSTS)
def test_nobody_is_blamed_for_a_silence(post: str, tmp_path: Path) -> None:
    """What a paste leaves out is no silence of a server."""
    found = explained(POSTS[post], tmp_path)
    blames = {"N-OFFER", "N-ACK", "N-ARP", "T-SILENT", "D60-PROXY"}
    for story in found.stories:
        for told in story.attempts:
            assert not {one.id for one in told.findings} & blames


def test_dhcpv6_in_words_is_said_to_be_unread(tmp_path: Path) -> None:
    """It is no proof that nobody boots."""
    text = (
        "16:34:19.606632 IP6 (hlim 128, next-header UDP (17) payload length: 123)"
        " fe80::5054:ff:fe12:3456.546 > ff02::1:2.547: [udp sum ok] dhcp6 solicit (xid=c2b6e0"
        " (client-ID type 4) (elapsed-time 0) (opt_61))"
    )
    found = explained(text, tmp_path)
    assert any("DHCPv6 is there in words" in remark for remark in found.capture.remarks)
    assert "no network boot client to be seen" in next(lines(found))


def test_prose_has_no_frames(tmp_path: Path) -> None:
    """One sentence says what was looked for."""
    with pytest.raises(CaptureError, match=r"no frame is told\. Looked for: what tcpdump"):
        explained("Hello, my IP > 5 and Frame 7 of my bed is broken: (53), length 1.", tmp_path)
