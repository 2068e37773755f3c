#!/bin/sh
# test.sh: all tests on SQLite, those that ask a database again on a throw-away PostgreSQL, and those of the browser.
# Debian's packages that the tests need are installed where that is possible without asking. What cannot run is named
# and skipped; with CI=true that is a failure.
set -eu
root=
if [ "$(id -u)" != 0 ]; then root="sudo -n"; fi

CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
missing=
need() { # need PACKAGE COMMAND…: the package, unless the command succeeds
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}
has_postgres() { ls /usr/lib/postgresql/*/bin/initdb || command -v initdb; }
need postgresql has_postgres
need chromium test -n "$CHROMIUM"
need poppler-utils command -v pdftotext
need libreoffice-writer-nogui command -v soffice
need openssl command -v openssl
need default-jdk-headless command -v javac
need libjaxb-java test -e /usr/share/java/jaxb-runtime.jar
need gettext command -v xgettext
need fonts-noto-cjk test -d /usr/share/fonts/opentype/noto

if [ -n "$missing" ]; then
    if command -v apt-get >/dev/null && $root true 2>/dev/null; then
        echo "Installing$missing …"
        # shellcheck disable=SC2086  # a list of packages
        $root env DEBIAN_FRONTEND=noninteractive sh -c 'apt-get -qq update && apt-get -qq install -y --no-install-recommends "$@"' \
            sh $missing >/dev/null 2>&1 || echo "Could not install:$missing" >&2
    else
        echo "Not installed, and not root to install it:$missing. The tests that need it are skipped." >&2
    fi
    CHROMIUM=${CHROMIUM:-$(command -v chromium || true)}
fi
export CHROMIUM

work=$(mktemp -d "${TMPDIR:-/tmp}/secretariat.XXXXXX")
chmod 711 "$work"
finish() {
    [ ! -d "$work/postgres/data" ] || sh tests/rig/postgres.sh stop "$work/postgres" || true
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

failed=
part() { # part NAME PYTEST-ARGUMENT…
    name=$1
    shift
    echo
    echo "── $name"
    # Nothing chosen (5) is a success for a part that has no tests.
    { .venv/bin/python -m pytest "$@" && code=0 || code=$?; echo "$code" >"$work/code"; } 2>&1 | tee "$work/output"
    code=$(cat "$work/code")
    case $code in 0 | 5) ;; *) failed="$failed $name" ;; esac
    printf '%-12s %s\n' "$name" "$(tail -n 1 "$work/output")" >>"$work/summary"
}

unset DATABASE_URL DATA_DIR SECRET_KEY SECRET_KEY_FILE DJANGO_SETTINGS_MODULE
part SQLite -n 2 -m "not browser and not postgres"
if has_postgres >/dev/null 2>&1; then
    sh tests/rig/postgres.sh start "$work/postgres"
    DATABASE_URL="postgresql://postgres@/secretariat?host=$work/postgres"
    export DATABASE_URL
    part PostgreSQL -n 2 -m "database and not browser and not verapdf and not libreoffice"
    unset DATABASE_URL
else
    printf '%-12s %s\n' PostgreSQL "skipped: postgresql is not installed" | tee -a "$work/summary"
    [ "${CI:-}" != true ] || failed="$failed PostgreSQL"
fi
part Chromium -n 2 -m browser

echo
cat "$work/summary"
if [ -n "$failed" ]; then
    echo "Failed:$failed" >&2
    exit 1
fi
