#!/bin/sh
# Makes .venv and installs the pinned packages into it, each checked against its hash; does nothing when that is done.
# usage: tools/python_env.sh FILE...     each FILE is a list of pinned packages, as requirements.txt
# PYTHON names the interpreter to use; otherwise the first one found that is 3.11 or newer.
set -eu
cd "$(dirname "$0")/.."

new_enough='import sys; sys.exit(sys.version_info < (3, 11))'

find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14 python; do
        if command -v "$candidate" >/dev/null 2>&1 && "$candidate" -c "$new_enough" >/dev/null 2>&1; then
            printf '%s\n' "$candidate"
            return 0
        fi
    done
    echo "Python 3.11 or newer is needed, and none was found. Install it, or say where it is: make PYTHON=/path/to/python3" >&2
    return 1
}

make_venv() {
    python=$(find_python)
    # Debian keeps what makes an environment in a package of its own.
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        echo "This Python lacks what makes an environment for packages. Install it with:" >&2
        echo "    apt install python$version-venv" >&2
        exit 1
    fi
    echo "Making .venv with $("$python" --version)"
    rm -rf .venv
    "$python" -m venv .venv
}

if ! .venv/bin/python -c "$new_enough" >/dev/null 2>&1 || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    make_venv
fi

for file in "$@"; do
    stamp=.venv/installed-$file
    if ! cmp -s "$file" "$stamp"; then
        echo "Installing what is in $file"
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$file"
        cp "$file" "$stamp"
    fi
done
