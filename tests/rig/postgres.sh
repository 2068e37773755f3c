#!/bin/sh
# postgres.sh start|stop FOLDER: a throw-away PostgreSQL on a socket in FOLDER, as root or as anybody.
# FSYNC=on keeps what crash tests need; without it nothing waits for the disk.
set -eu
act=$1
folder=$2
binaries=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$binaries" ] || binaries=$(dirname "$(command -v initdb)")

# PostgreSQL refuses to run as root; Debian's package brings a user for it.
if [ "$(id -u)" = 0 ]; then
    owner=$(id -un postgres 2>/dev/null || echo nobody)
    as() { setpriv --reuid="$owner" --regid="$(id -g "$owner")" --clear-groups env HOME="$folder" "$@"; }
else
    owner=
    as() { "$@"; }
fi

case $act in
start)
    mkdir -p "$folder"
    chmod 711 "$folder"
    [ -z "$owner" ] || chown "$owner" "$folder"
    cd "$folder"
    as "$binaries/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$folder/initdb.log" 2>&1 ||
        { cat "$folder/initdb.log" >&2; exit 1; }
    durable=${FSYNC:-off}
    as "$binaries/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w -o "-c listen_addresses='' \
        -c unix_socket_directories='$folder' -c max_connections=200 \
        -c fsync=$durable -c full_page_writes=$durable -c synchronous_commit=$durable" start >/dev/null ||
        { cat "$folder/server.log" >&2; exit 1; }
    as "$binaries/createdb" -h "$folder" -U postgres secretariat
    ;;
stop)
    cd "$folder"
    as "$binaries/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null
    cd /
    rm -rf "$folder"
    ;;
*)
    echo "postgres.sh start|stop FOLDER" >&2
    exit 2
    ;;
esac
