#!/usr/bin/env bash
# node:sqlite of Node 24.21.0: every number is bound as REAL, also an integer; 1n is bound as INTEGER. So `'k' || ?` makes
# the text `k1.0` of 1 and `k1` of 1n: a key that a statement makes of a counter differs by the type that JavaScript gave it.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund node@24.21.0
cat >look.mjs <<'JS'
import { DatabaseSync } from "node:sqlite";
const database = new DatabaseSync(":memory:");
const made = database.prepare("SELECT 'k' || ? AS text, typeof(?) AS type");
for (const value of [1, 1n]) console.log(Object.values(made.get(value, value)).join(" "));
JS
expected='k1.0 real
k1 integer'
seen=$(npx --no-install node --no-warnings look.mjs)
printf 'Node %s\n%s\n' "$(npx --no-install node --version)" "$seen"
[[ "$seen" == "$expected" ]] || { echo 'This has changed.' >&2; exit 1; }
