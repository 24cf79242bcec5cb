import { createHash } from "node:crypto";
import { MODE, STATUS } from "./codes.js";
import { entries } from "./entries.js";
import { input } from "./input.js";
import { operations } from "./operations.js";
import { values } from "./values.js";

const calls = `
local is_batch = small() == ${MODE.batch}
local tables = {}
for index = 1, number() do
  local first = 2 + (index - 1) * (is_batch and 9 or 5)
  tables[index] = {
    type = small(), name = text(), catalogue = KEYS[first - 1], first = first,
    records = KEYS[first], order = KEYS[first + 1], moments = KEYS[first + 2], distinct = KEYS[first + 3],
  }
end
if is_batch then
  undo = {}
  emit('\\0')
end

for index = 0, number() - 1 do
  local ends = number()
  ends = at + ends
  local code, t = small(), tables[number()]
  local slot = size + 1
  size = slot
  local ok, status = pcall(run, t, code)
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

/**
 * The script that does all operations. Its one argument is a request, its keys are five for each table, the
 * catalogue first, or nine in a batch; its reply is the answer. It names no other key, and nothing of a request is ever code.
 */
export const SCRIPT = [input, entries, values, operations, calls].join("\n");

/** The name under which the server knows it. */
export const SCRIPT_SHA = createHash("sha1").update(SCRIPT).digest("hex");
