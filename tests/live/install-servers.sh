#!/bin/sh
# Installs the Debian packages that the live tests need: install-servers.sh FOLDER
#
# It does so where it may: as root, or with a sudo that asks nothing. Elsewhere it only says
# what is missing, and the live tests skip (under CI=true they fail). No service is started:
# the tests run each server themselves, in a network namespace of their own.
set -eu
folder=$1

# atftpd conflicts with tftpd-hpa as a package, so only its program is unpacked, into FOLDER;
# it would also pass for tftpd-hpa's in.tftpd there.
wanted="dnsmasq-base:dnsmasq isc-dhcp-server:dhcpd kea-dhcp4-server:kea-dhcp4
qemu-system-x86:qemu-system-x86_64 qemu-system-arm:qemu-system-aarch64
tftpd-hpa:in.tftpd tshark:tshark tcpdump:tcpdump iproute2:ip ethtool:ethtool util-linux:setpriv"
PATH="$PATH:/usr/sbin:/sbin:$folder/usr/sbin"

missing=
for pair in $wanted; do
    command -v "${pair#*:}" >/dev/null 2>&1 || missing="$missing ${pair%%:*}"
done
# Firmware has no program; a file tells that it is there.
firmware="ipxe-qemu:/usr/lib/ipxe/qemu/pxe-e1000e.rom ovmf:/usr/share/OVMF/OVMF_CODE_4M.fd
qemu-efi-aarch64:/usr/share/AAVMF/AAVMF_CODE.fd"
for pair in $firmware; do
    [ -e "${pair#*:}" ] || missing="$missing ${pair%%:*}"
done
if [ -z "$missing" ] && command -v atftpd >/dev/null 2>&1; then
    exit 0
fi

if [ "$(id -u)" = 0 ]; then
    sudo=
elif sudo -n true 2>/dev/null; then
    sudo=sudo
else
    echo "Live tests need these Debian packages: $missing atftpd (install them as root)." >&2
    exit 0
fi
command -v apt-get >/dev/null 2>&1 || {
    echo "Live tests need these programs, and there is no apt-get to install them: $missing atftpd." >&2
    exit 0
}

# Packages of servers start them when installed; policy-rc.d is Debian's way of saying no.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' | $sudo tee $policy >/dev/null
    $sudo chmod 755 $policy
    trap '$sudo rm -f $policy' EXIT INT TERM
fi

# Another checkout's run may be installing: wait for it.
apt="apt-get -o DPkg::Lock::Timeout=600"
$sudo $apt update -qq
if [ -n "$missing" ]; then
    # shellcheck disable=SC2086
    $sudo env DEBIAN_FRONTEND=noninteractive $apt install -y -qq --no-install-recommends $missing >/dev/null
fi
if ! command -v atftpd >/dev/null 2>&1; then
    $sudo env DEBIAN_FRONTEND=noninteractive $apt install -y -qq --no-install-recommends libpcre2-8-0 libwrap0 >/dev/null
    mkdir -p "$folder"
    (cd "$folder" && $apt download -qq atftpd && dpkg -x atftpd_*.deb . && rm -f atftpd_*.deb usr/sbin/in.tftpd)
fi
