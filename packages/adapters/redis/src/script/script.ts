import { createHash } from "node:crypto";
import { cataloguing } from "./cataloguing.js";
import { MODE, OPERATION, STATUS } from "./codes.js";
import { declarations, sourceOf } from "./declarations.js";
import { entries } from "./entries.js";
import { input } from "./input.js";
import { reading } from "./reading.js";
import { single } from "./single.js";
import { values } from "./values.js";
import { writing } from "./writing.js";

/**
 * A script that does operations. Its one argument is a request, its keys are five for each table, the catalogue first, or
 * nine in a batch; its reply is the answer. It names no other key, and nothing of a request is ever code.
 */
export interface Script {
  readonly source: string;
  /** The name under which the server knows it. */
  readonly sha: string;
}

type Name = keyof typeof OPERATION;

const NAMES = Object.keys(OPERATION) as Name[];
const SOURCE = [input, entries, values, reading, writing, cataloguing].join("\n");
const ALL = declarations(SOURCE);
/** Without what only batches need. */
const ONLY_DOING = declarations(SOURCE.replace(/^ *if undo then .*\n/gm, ""));

/** Those that make and remove tables, or list them: they ask the catalogue by themselves. */
const OF_CATALOGUE: ReadonlySet<Name> = new Set(["openTable", "dropTable", "listTables"]);

const readTables = (keysOfEach: string) => `
local tables = {}
for index = 1, number() do
  local first = 2 + (index - 1) * ${keysOfEach}
  tables[index] = {
    type = small(), name = text(), catalogue = KEYS[first - 1], first = first,
    records = KEYS[first], order = KEYS[first + 1], moments = KEYS[first + 2], distinct = KEYS[first + 3],
  }
end
`;

/** Operations of one kind, each for itself: what the server refuses, it refuses to all. */
const alike = (name: Name) => `
small()
${readTables("5")}
for _ = 1, number() do
  local ends = number()
  ends = at + ends
  small()
  local t = tables[number()]
  size = size + 1
  local slot = size
  ${OF_CATALOGUE.has(name) ? "" : "if is_there(t) then"}
  out[slot] = char(op_${name}(t))
  ${OF_CATALOGUE.has(name) ? "" : `else out[slot] = char(${STATUS.dropped}) end`}
  at = ends
end
return concat(out, '', 1, size)
`;

/** Operations of any kind, each for itself or as a batch. */
const mixed = `
local is_batch = small() == ${MODE.batch}
local each = { ${NAMES.map((name) => `[${OPERATION[name]}] = op_${name}`).join(", ")} }
${readTables("(is_batch and 9 or 5)")}
if is_batch then
  undo = {}
  emit('\\0')
end
for index = 0, number() - 1 do
  local ends = number()
  ends = at + ends
  local operation, t = each[small()], tables[number()]
  size = size + 1
  local slot = size
  local ok, status = true, ${STATUS.dropped}
  if is_there(t) then ok, status = pcall(operation, t) end
  if not ok then
    local words = type(status) == 'table' and status.err or tostring(status)
    size = slot
    emit_text(words)
    status = ${STATUS.refused}
  end
  if is_batch and status ~= ${STATUS.done} then
    revert()
    return char(status) .. pack('>I4', index) .. concat(out, '', slot + 1, size)
  end
  out[slot] = char(status)
  at = ends
end
for _, t in ipairs(tables) do settle(t) end
return concat(out, '', 1, size)
`;

function scriptOf(source: string): Script {
  return { source, sha: createHash("sha1").update(source).digest("hex") };
}

const alone: { [name in Name]?: Script } = {};
const together: { [name in Name]?: Script } = {};
let all: Script | undefined;

/** The script for a call: the shortest that does all of its operations. */
export function scriptFor(mode: number, codes: readonly number[]): Script {
  const [first] = codes;
  if (mode === MODE.batch || codes.some((code) => code !== first)) {
    all ??= scriptOf(sourceOf(ALL, mixed));
    return all;
  }
  const name = NAMES.find((each) => OPERATION[each] === first) as Name;
  const scripts = codes.length === 1 ? alone : together;
  scripts[name] ??= scriptOf(
    `${(codes.length === 1 && single[name]) || ""}${sourceOf(ONLY_DOING, alike(name))}`,
  );
  return scripts[name];
}
