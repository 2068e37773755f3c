#!/bin/sh
# install.sh run|test|check: put the locked requirements, each checked against its hash, into .venv.
# Needs Python 3.11 or later and nothing else; asks nothing and needs no root.
set -eu
what=$1
python=${PYTHON:-python3}

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

command -v "$python" >/dev/null || fail "There is no $python. Install Python 3.11 or later (Debian: python3)."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$("$python" --version) is too old: Python 3.11 or later is needed. Choose one with: make PYTHON=python3.12 …"

if ! .venv/bin/python -c '' 2>/dev/null; then
    rm -rf .venv
    "$python" -m venv --without-pip .venv ||
        fail "Python cannot make virtual environments. Install its venv module (Debian: apt-get install python3-venv)."
fi

# Debian keeps ensurepip in a package of its own; an installed pip can fill the environment just as well.
if .venv/bin/python -m pip --version >/dev/null 2>&1; then
    pip=".venv/bin/python -m pip"
elif .venv/bin/python -m ensurepip --version >/dev/null 2>&1; then
    .venv/bin/python -m ensurepip --default-pip >/dev/null
    pip=".venv/bin/python -m pip"
elif "$python" -m pip --python .venv/bin/python --version >/dev/null 2>&1; then
    pip="$python -m pip --python .venv/bin/python"
else
    fail "There is no pip and Python cannot bring its own." \
        "Install it (Debian: apt-get install python3-venv), then run the same command again."
fi

echo "Installing requirements/$what.txt …"
# shellcheck disable=SC2086  # the command and its arguments
PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore \
    $pip install -qq --require-hashes --only-binary :all: --no-compile -r "requirements/$what.txt"
touch ".venv/$what.stamp"
