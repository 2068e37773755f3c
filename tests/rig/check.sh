#!/bin/sh
# check.sh: everything that can be found wrong without running the program's tests. All checks run; any fails it.
set -u
python=.venv/bin/python
failed=
try() { # try NAME COMMAND…
    name=$1
    shift
    echo "── $name"
    "$@" || failed="$failed, $name"
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset DATABASE_URL DJANGO_SETTINGS_MODULE
SECRET_KEY=$($python -c 'import secrets; print(secrets.token_urlsafe(64))')
export SECRET_KEY DATA_DIR="$work"

try lint $python -m ruff check .
try format $python -m ruff format --check .
try types $python -m mypy
try migrations $python manage.py makemigrations --check --dry-run
try deployment env ALLOWED_HOSTS=secretariat.example.org HTTPS=yes DEBUG=no DEMO=no \
    $python -W error manage.py check --deploy --fail-level WARNING
try "translations, tree and lock" $python -m pytest -q -p no:cacheprovider \
    tests/house/test_translations.py tests/house/test_tree.py tests/house/test_requirements.py

if [ -n "$failed" ]; then
    echo "Failed: ${failed#, }" >&2
    exit 1
fi
echo "All checks passed."
