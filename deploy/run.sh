#!/bin/sh
# run.sh: prepare database, key and static files in $DATA, fill in demonstration data, serve on $BIND:$PORT with a
# worker for what is done in the background.
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

name=$BIND
case $BIND in 127.0.0.1 | 0.0.0.0 | ::1 | ::) name=localhost ;; *:*) name="[$BIND]" ;; esac
export DATA_DIR="$DATA" SECRET_KEY_FILE="$DATA/secret-key" HTTPS=no DEMO=yes DEBUG=no PUBLIC_URL="http://$name:$PORT"
# So that ./manage.py finds the same house: no secret in it, only where the secret lies.
printf '%s\n' "DATA_DIR=$DATA" "SECRET_KEY_FILE=$SECRET_KEY_FILE" HTTPS=no DEMO=yes \
    "PUBLIC_URL=$PUBLIC_URL" >"$DATA/environment"
export DJANGO_SETTINGS_MODULE=secretariat.settings LOG_LEVEL="${LOG_LEVEL:-WARNING}" PYTHONUNBUFFERED=1

# Until 1.0 the tables are made by one migration an app, which is written anew when they change. Data made by another
# version are set aside, whole, and not touched.
tables=$(cat */migrations/0*.py | sha256sum | cut -d ' ' -f 1)
if [ -f "$DATA/secretariat.sqlite3" ] && [ "$(cat "$DATA/tables" 2>/dev/null)" != "$tables" ]; then
    aside="$DATA/before-$(date +%Y-%m-%d-%H%M%S)"
    mkdir "$aside"
    for old in "$DATA"/secretariat.sqlite3* "$DATA"/files "$DATA"/demonstration-logins.json; do
        [ ! -e "$old" ] || mv "$old" "$aside/"
    done
    echo "The data were made by a version with other tables. They are kept in $aside; new ones are made."
fi
printf '%s\n' "$tables" >"$DATA/tables"

# One process for all of it: starting Python is most of a second start's time.
$python - <<'PY'
import django
from django.core.management import call_command

django.setup()
for command in ("migrate", "createcachetable", "seed_demo"):
    call_command(command, verbosity=0)
PY
if [ ! -f "$DATA/static/staticfiles.json" ] || [ .venv/run.stamp -nt "$DATA/static/staticfiles.json" ] ||
    [ -n "$(find static -newer "$DATA/static/staticfiles.json" | head -n 1)" ]; then
    $python manage.py collectstatic --no-input --clear --verbosity 0
fi

# In a process group of its own: Ctrl-C goes to this script, which then asks the server to finish. Workers that a
# terminal interrupts directly wait for each other.
apart='import os, sys; os.setpgid(0, 0); os.execv(sys.argv[1], sys.argv[1:])'
worker=
$python -c "$apart" \
    $python -m granian --interface wsgi --host "$BIND" --port "$PORT" --workers 2 --blocking-threads 1 --no-ws \
    --workers-kill-timeout 10 --log-level warning secretariat.wsgi:application &
server=$!
stop() {
    trap '' INT TERM HUP EXIT
    kill -TERM "$server" $worker 2>/dev/null || true
    wait "$server" $worker 2>/dev/null || true
    echo "Stopped. The data stay in $DATA."
    exit 0
}
trap stop INT TERM HUP
trap 'kill -TERM "$server" $worker 2>/dev/null' EXIT  # whatever fails from here on leaves no server behind

# Say so only when it really answers.
$python - "$BIND" "$PORT" "$server" "$started" "$DATA" <<'PY'
import http.client, os, sys, time

import django
from django.core.management import call_command

bind, port, server, started, data = sys.argv[1], *map(int, sys.argv[2:5]), sys.argv[5]
django.setup()
host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(bind, bind)
deadline = time.monotonic() + 60
while True:
    try:
        os.kill(server, 0)
        connection = http.client.HTTPConnection(host, port, timeout=5)
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        if connection.getresponse().status < 500:
            break
    except ProcessLookupError:
        sys.exit("The server did not start; its messages are above.")
    except (OSError, http.client.HTTPException):
        pass
    if time.monotonic() > deadline:
        sys.exit("The server does not answer; its messages are above.")
    time.sleep(0.1)
name = "localhost" if bind == "127.0.0.1" else bind
print(f"\nSecretariat answers at http://{name}:{port}/ (ready after {time.time() - started:.0f} s; data in {data})\n")
call_command("demo_logins")
print()
PY

# The worker begins when pages are there already. Mails are shown at /mail/ and do not leave.
$python -c "$apart" $python manage.py deliver_mail --stay &
worker=$!
echo "Stop it with Ctrl-C."
wait "$server"
