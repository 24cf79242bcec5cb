#!/usr/bin/env bash
# Node 20.20.2: an object that was made by spreading another one takes four times the memory once it is frozen: 248 bytes where
# one that was made property by property takes 56, frozen or not, and freezing it takes ten times as long. Programs that keep
# frozen copies of their state (`Object.freeze({ ...state })`) pay it for each. Node 22.23.3 doesn't.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund node20@npm:node@20.20.2 node22@npm:node@22.23.3
cat >look.cjs <<'JS'
const COUNT = 200_000;
const kept = new Array(COUNT).fill(undefined);
const object = (number) => ({ status: "running", attempts: 1, at: number, note: "note" });
function grown(from) {
  const copy = {};
  for (const name of Object.keys(from)) copy[name] = from[name];
  return copy;
}
function bytesEach(make) {
  kept.fill(undefined);
  gc();
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < COUNT; index++) kept[index] = make(object(1));
  gc();
  return Math.round((process.memoryUsage().heapUsed - before) / COUNT);
}
const spread = bytesEach((from) => ({ ...from }));
const frozenSpread = bytesEach((from) => Object.freeze({ ...from }));
const frozenGrown = bytesEach((from) => Object.freeze(grown(from)));
console.log(`spread ${spread}, spread and frozen ${frozenSpread}, grown and frozen ${frozenGrown} bytes each`);
process.exitCode = frozenSpread > 2 * frozenGrown ? 20 : 22;
JS
changed=0
for major in 20 22; do
  node="node_modules/node$major/bin/node"
  code=0
  seen=$("$node" --expose-gc look.cjs) || code=$?
  printf 'Node %s: %s\n' "$("$node" --version)" "$seen"
  [[ "$code" == "$major" ]] || changed=1
done
[[ "$changed" == 0 ]] || { echo 'This has changed.' >&2; exit 1; }
