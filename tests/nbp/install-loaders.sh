#!/bin/sh
# Unpacks Debian's boot loaders, which tests recognise by their octets: install-loaders.sh FOLDER
#
# Nothing is installed: the packages are downloaded and unpacked into FOLDER, which needs no rights.
# Where there is no apt-get, or no network, it says so; those tests skip then (under CI=true they
# fail).
set -eu
folder=$1
packages="ipxe pxelinux syslinux-common syslinux-efi grub-pc-bin grub-efi-amd64-bin
grub-efi-amd64-signed shim-signed shim-helpers-amd64-signed"

[ ! -e "$folder/complete" ] || exit 0
command -v apt-get >/dev/null 2>&1 || {
    echo "Tests of boot loaders need Debian's packages, and there is no apt-get: $packages" >&2
    exit 0
}
mkdir -p "$folder/packages"
cd "$folder/packages"
# shellcheck disable=SC2086
get() { apt-get -qq -o APT::Sandbox::User=root download $packages; }
if ! get >/dev/null 2>&1; then
    # The lists may be missing or old; only root can renew them.
    [ "$(id -u)" != 0 ] || apt-get -o DPkg::Lock::Timeout=600 update -qq
    get || {
        echo "Tests of boot loaders need these Debian packages: $packages" >&2
        exit 0
    }
fi
for package in *.deb; do
    dpkg -x "$package" ..
done
cd ..
rm -rf packages
touch complete
