import { STATUS } from "./codes.js";

/** The operations that make, remove and list tables. */
export const cataloguing = `
local function op_openTable(t)
  local wanted = small()
  local format = call('HGET', t.catalogue, ':format')
  if not format then
    format = '1'
    call('HSET', t.catalogue, ':format', format)
  end
  local kind = call('HGET', t.catalogue, t.name)
  if not kind then
    kind = tostring(wanted)
    call('HSET', t.catalogue, t.name, kind)
  end
  emit_text(format)
  emit_text(sub(kind, 1, 1))
  return ${STATUS.done}
end

local function op_dropTable(t)
  local was = call('HDEL', t.catalogue, t.name, t.name .. ':last')
  unlink(t.first)
  if was == 0 then return ${STATUS.failed} end
  return ${STATUS.done}
end

local function op_listTables(t)
  local fields = call('HGETALL', t.catalogue)
  emit_number(#fields / 2)
  for _, field in ipairs(fields) do emit_text(field) end
  return ${STATUS.done}
end
`;
