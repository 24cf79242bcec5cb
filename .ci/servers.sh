# Sourced by .ci/run: PostgreSQL, PgBouncer, Redis, Erlang and Chromium for the tests, from Debian's packages. A server that answers is used as it is.

psql_answers() { psql -qAt -d "$1" -c 'SELECT 1' >/dev/null 2>&1; }
port_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
postgres_bin() { find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -1; }

install_missing() {
  local missing=()
  [[ -n "$(postgres_bin)" ]] || missing+=(postgresql)
  [[ -x /usr/sbin/pgbouncer ]] || command -v pgbouncer >/dev/null || missing+=(pgbouncer)
  command -v redis-server >/dev/null || missing+=(redis-server)
  command -v escript >/dev/null || missing+=(erlang-base)
  command -v chromium >/dev/null || missing+=(chromium)
  ((${#missing[@]} == 0)) && return
  apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${missing[@]}"
}

# A cluster of its own, where none answers that lets the tests in: on another port if the usual one is taken.
start_postgres() {
  STORE_POSTGRES_URL=${STORE_POSTGRES_URL:-postgres://postgres@127.0.0.1:5432/postgres}
  export STORE_POSTGRES_URL
  psql_answers "$STORE_POSTGRES_URL" && return
  local port=5432 bin directory
  while port_answers "$port"; do port=$((port + 1)); done
  bin=$(postgres_bin)
  directory=$(mktemp -d)
  # The server refuses to run as root.
  local as=()
  if ((EUID == 0)); then
    chown postgres "$directory"
    as=(setpriv --reuid=postgres --clear-groups)
  fi
  (
    cd "$directory"
    "${as[@]}" "$bin/initdb" -D data -A trust -U postgres >/dev/null
    "${as[@]}" "$bin/pg_ctl" -D data -l log -w \
      -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$directory" start >/dev/null
  )
  STORE_POSTGRES_URL=postgres://postgres@127.0.0.1:$port/postgres
}

start_redis() {
  port_answers 6379 || redis-server --bind 127.0.0.1 --port 6379 --save '' --daemonize yes >/dev/null
}

install_missing
start_postgres
start_redis
