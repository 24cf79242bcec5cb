#!/usr/bin/env bash
# PGlite 0.5.17: the members of one int8[] come as numbers and as bigints, by their size, and the sum of a column of int8 as a
# string. A program that adds up the members of such an array throws a TypeError once one of them is above 2^53 - 1.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @electric-sql/pglite@0.5.17
cat >look.mjs <<'JS'
import { PGlite } from "@electric-sql/pglite";
const database = new PGlite();
const { rows } = await database.query(`
  SELECT 1::int8 AS small, 9007199254740993::int8 AS large,
         ARRAY[1, 9007199254740993]::int8[] AS both, (SELECT sum(n) FROM (VALUES (1::int8), (2)) AS t (n)) AS total`);
const typed = (value) => `${typeof value} ${value}`;
const [{ small, large, both, total }] = rows;
console.log([typed(small), typed(large), both.map(typed).join(" and "), typed(total)].join("\n"));
await database.close();
JS
expected='number 1
bigint 9007199254740993
number 1 and bigint 9007199254740993
string 3'
seen=$(node look.mjs)
printf 'PGlite %s\n%s\n' "$(node -p 'require("./node_modules/@electric-sql/pglite/package.json").version')" "$seen"
[[ "$seen" == "$expected" ]] || { echo 'This has changed.' >&2; exit 1; }
