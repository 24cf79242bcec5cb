#!/usr/bin/env bash
# @langchain/langgraph-checkpoint-postgres 1.0.5 keeps a channel's value under thread, namespace, channel and version, and the
# first one stays. Versions are counters, so two branches of one checkpoint (`updateState` of a past one, twice) have the same
# version with different values: the second branch reads the value of the first, without an error.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @electric-sql/pglite@0.5.17 @langchain/core@1.4.0 @langchain/langgraph@1.7.3 \
  @langchain/langgraph-checkpoint@1.2.2 @langchain/langgraph-checkpoint-postgres@1.0.5
cat >look.mjs <<'JS'
import { PGlite } from "@electric-sql/pglite";
import { Annotation, END, MemorySaver, START, StateGraph } from "@langchain/langgraph";
import { PostgresSaver } from "@langchain/langgraph-checkpoint-postgres";

// As much of a pool of pg's as the saver uses.
const database = new PGlite();
const query = (text, values) =>
  values === undefined && text.includes(";")
    ? database.exec(text)
    : database.query(text, values?.map((value) => (value === undefined ? null : value)));
const pool = { query, connect: async () => ({ query, release() {} }), end: () => database.close() };
const postgres = new PostgresSaver(pool);
await postgres.setup();

for (const checkpointer of [new MemorySaver(), postgres]) {
  const graph = new StateGraph(Annotation.Root({ answer: Annotation() }))
    .addNode("ask", () => ({ answer: "none" }))
    .addEdge(START, "ask")
    .addEdge("ask", END)
    .compile({ checkpointer });
  const config = { configurable: { thread_id: "t" } };
  await graph.invoke({}, config);
  const { config: past } = await graph.getState(config);
  const seen = [];
  for (const answer of ["left", "right"]) {
    const branch = await graph.updateState(past, { answer });
    seen.push((await graph.getState(branch)).values.answer);
  }
  console.log(`${checkpointer.constructor.name}: ${seen}`);
}
process.exit(0);
JS
seen=$(node look.mjs)
echo "$seen"
[[ "$seen" == $'MemorySaver: left,right\nPostgresSaver: left,left' ]] || { echo 'This has changed.' >&2; exit 1; }
