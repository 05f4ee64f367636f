#!/bin/sh
# Prints the path of a Chromium or Chrome for the browser tests. Where there is none it is installed from the system's
# packages if that can be done without asking (root on Debian or Ubuntu); else it says what to install and fails.
set -eu

find_browser() {
    for candidate in \
        ${CHROMIUM:+"$CHROMIUM"} chromium google-chrome google-chrome-stable chromium-browser \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
        "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
        # On Ubuntu chromium-browser may be a script that only says where to find the real one.
        if command -v "$candidate" >/dev/null 2>&1 && "$candidate" --version >/dev/null 2>&1; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

find_browser && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing chromium for the browser tests" >&2
    if apt-get update -qq >&2 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >&2; then
        find_browser && exit 0
    fi
fi

cat >&2 <<'END'
The tests need a browser, and neither Chromium nor Google Chrome was found. Install one of them:
    Debian       apt install chromium
    Ubuntu       the .deb of Google Chrome from google.com/chrome
    Fedora       dnf install chromium
    macOS        brew install --cask chromium, or Google Chrome
or say where it is: make test CHROMIUM=/path/to/chromium
Without a browser, `make test ARGS="-m 'not e2e'"` runs all the other tests.
END
exit 1
