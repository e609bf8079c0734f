#!/bin/sh
# Makes a virtual environment: make-venv.sh PYTHON FOLDER
# On Debian and Ubuntu python3-venv is a package of its own, installed here where that is allowed.
set -eu
python=$1
venv=$2

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "pxeclient needs Python 3.11 or newer; $python is older. Try: make PYTHON=python3.11" >&2
    exit 1
}
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    sudo=
    [ "$(id -u)" = 0 ] || sudo="sudo -n"
    $sudo apt-get install -y -qq "python$version-venv" >/dev/null || {
        echo "Install the package python$version-venv first (apt-get install python$version-venv)." >&2
        exit 1
    }
fi
"$python" -m venv "$venv"
