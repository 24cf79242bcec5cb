#!/usr/bin/env bash
# Deno 2.9.6: `buffer.compare(target, targetStart, targetEnd, sourceStart, sourceEnd)` takes the ends for each other where it
# checks them: a range that lies within its target is refused when its end is beyond the length of the source, with an error
# about "sourceEnd". Node compares. So a key in a small buffer can't be compared with a part of a large one.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund deno@2.9.6
cat >look.mjs <<'JS'
import { Buffer } from "node:buffer";
const source = Buffer.from("abcd");
const target = Buffer.from("......abcd");
let seen;
try {
  seen = source.compare(target, 6, 10, 0, 4);
} catch (error) {
  seen = `${error.code}: ${error.message}`;
}
console.log(seen);
JS
deno=$(npx --no-install deno run -A look.mjs)
node=$(node look.mjs)
printf '%s: %s\nNode %s: %s\n' "$(npx --no-install deno --version | head -1)" "$deno" "$(node --version)" "$node"
[[ "$node" == 0 && "$deno" == *'"sourceEnd" is out of range'* ]] || { echo 'This has changed.' >&2; exit 1; }
