#!/bin/sh
# run.sh: prepare database, key and static files in $DATA, fill in demonstration data, serve on $BIND:$PORT.
# For one's own machine; docs/operations.md says what a real installation sets instead.
set -eu
PORT=${PORT:-8000}
BIND=${BIND:-127.0.0.1}
mkdir -p "${DATA:-./var}"
DATA=$(cd "${DATA:-./var}" && pwd)
python=.venv/bin/python
started=$(date +%s)
umask 077

if ! $python - "$BIND" "$PORT" <<'PY'; then
import socket, sys
host, port = sys.argv[1:]
if not port.isdigit() or not 0 < int(port) < 65536:
    sys.exit(f"PORT={port} is not a port: choose a number between 1 and 65535.")
with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind((host, int(port)))
    except OSError as error:
        sys.exit(f"{host}:{port} cannot be used ({error.strerror}). Choose another: make run PORT={int(port) % 65535 + 1}")
PY
    exit 1
fi

# The key is made once, readable by nobody else, and stays with the data.
if [ ! -s "$DATA/secret-key" ]; then
    $python -c 'import secrets; print(secrets.token_urlsafe(64))' >"$DATA/secret-key.new"
    mv "$DATA/secret-key.new" "$DATA/secret-key"
fi

export DATA_DIR="$DATA" SECRET_KEY_FILE="$DATA/secret-key" HTTPS=no DEMO=yes DEBUG=no
export LOG_LEVEL="${LOG_LEVEL:-WARNING}" PYTHONUNBUFFERED=1

$python manage.py migrate --verbosity 0
$python manage.py createcachetable
if [ ! -f "$DATA/static/staticfiles.json" ] || [ .venv/run.stamp -nt "$DATA/static/staticfiles.json" ] ||
    [ -n "$(find static -newer "$DATA/static/staticfiles.json" | head -n 1)" ]; then
    $python manage.py collectstatic --no-input --clear --verbosity 0
fi
$python manage.py seed_demo

$python -m granian --interface wsgi --host "$BIND" --port "$PORT" --workers 2 --blocking-threads 1 --no-ws \
    --log-level warning secretariat.wsgi:application &
server=$!
stop() {
    trap '' INT TERM
    kill -TERM "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    echo "Stopped. The data stay in $DATA."
    exit 0
}
trap stop INT TERM

# Say so only when it really answers.
$python - "$BIND" "$PORT" "$server" <<'PY'
import http.client, os, sys, time
host, port, server = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
deadline = time.monotonic() + 60
while time.monotonic() < deadline:
    try:
        os.kill(server, 0)
        connection = http.client.HTTPConnection({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port, timeout=5)
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        if connection.getresponse().status < 500:
            sys.exit(0)
    except ProcessLookupError:
        break
    except (OSError, http.client.HTTPException):
        pass
    time.sleep(0.1)
sys.exit("The server did not start; its messages are above.")
PY

echo
address=localhost
[ "$BIND" = 127.0.0.1 ] || address=$BIND
echo "Secretariat answers at http://$address:$PORT/ (ready after $(($(date +%s) - started)) s; data in $DATA)"
echo
$python manage.py demo_logins
echo
echo "Stop it with Ctrl-C."
wait "$server"
