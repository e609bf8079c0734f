#!/bin/sh
# Installs Debian's chromium, in which the HTML pages are tested.
#
# It does so where it may: as root, or with a sudo that asks nothing. Elsewhere it only says
# that it is missing, and the browser tests skip (under CI=true they fail).
set -eu

for program in chromium chromium-browser google-chrome; do
    command -v $program >/dev/null 2>&1 && exit 0
done

if [ "$(id -u)" = 0 ]; then
    sudo=
elif sudo -n true 2>/dev/null; then
    sudo=sudo
else
    echo "Browser tests need the Debian package chromium (install it as root)." >&2
    exit 0
fi
command -v apt-get >/dev/null 2>&1 || {
    echo "Browser tests need chromium, and there is no apt-get to install it." >&2
    exit 0
}
$sudo apt-get update -qq
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
