import { STATUS } from "./codes.js";

/**
 * The operations that read. Each is a function `op_` and its name, which reads what it needs of the request, writes its
 * part of the answer, and returns a status.
 */
export const reading = `
-- As many expired entries a call passes over, or removes: it lets others come before it goes on.
local STEP = 1000
-- As many bytes of values a page has, or a value more.
local PAGE_BYTES = 1048576

local function emit_records(t, key)
  local found
  if t.type < BAG then
    local value = read(t, key)
    found = value and { value } or {}
  else
    found = values_of(t, entries_of(t, key))
  end
  emit_number(#found)
  for index = 1, #found do emit_text(found[index]) end
end

local function needed(current)
  emit(current and '\\1' or '\\0')
  if current then emit_text(current) end
  return ${STATUS.needed}
end

local function next_entry(t, bound, reverse)
  local passed, limit = 0, 1
  while true do
    local found = reverse and in_range(t, '-', bound, true, limit) or in_range(t, bound, '+', false, limit)
    for _, entry in ipairs(found) do
      if not gone(t, entry) then return entry end
      bound = '(' .. entry
    end
    if #found < limit then return nil end
    passed, limit = passed + #found, 100
    if passed > STEP then return nil, bound end
  end
end

local function op_lookup(t)
  for _ = 1, number() do emit_records(t, text()) end
  return ${STATUS.done}
end

local function op_get(t)
  for _ = 1, number() do
    local value = read(t, text())
    emit_number(value and 1 or 0)
    if value then emit_text(value) end
  end
  return ${STATUS.done}
end

local function op_member(t)
  if not has(t, text()) then return ${STATUS.failed} end
  return ${STATUS.done}
end

local function op_step(t)
  local reverse, with_records, anchor, bound = small() == 1, small() == 1, text(), text()
  if anchor ~= '' and not has(t, anchor) then return ${STATUS.failed} end
  local entry, go_on = next_entry(t, bound, reverse)
  if go_on then return needed(go_on) end
  if not entry then return ${STATUS.failed} end
  local key = t.type < BAG and entry or sub(entry, 1, -9)
  emit_text(key)
  if with_records then emit_records(t, key) end
  return ${STATUS.done}
end

local function op_page(t)
  local lower, upper, reverse, limit, what = text(), text(), small() == 1, number(), small()
  local found = in_range(t, lower, upper, reverse, limit)
  local kept, bytes, last = {}, 0, nil
  for first = 1, #found, 32 do
    local values = what > 0 and call('HMGET', t.records, spread(found, first, min(first + 31, #found)))
    for index = first, min(first + 31, #found) do
      last = found[index]
      if not gone(t, last) then
        local value = values and bare(values[index - first + 1])
        kept[#kept + 1] = { last, value }
        if value then bytes = bytes + #value end
      end
    end
    if bytes >= PAGE_BYTES then break end
  end
  emit_number(#kept)
  for _, item in ipairs(kept) do
    emit_text(item[1])
    if what > 0 then emit_text(item[2]) end
  end
  -- Where to go on; nothing at the end.
  emit_text((#found == limit or last ~= found[#found]) and last or '')
  return ${STATUS.done}
end

local function op_size(t)
  local total = call('HLEN', t.records)
  if t.expires then total = total - call('ZCOUNT', t.moments, '-inf', clock()) end
  emit_number(total)
  return ${STATUS.done}
end

local function op_countRange(t)
  purge(t, STEP)
  emit_number(call('ZLEXCOUNT', t.order, text(), text()))
  return ${STATUS.done}
end

local function op_check(t)
  local key, expected = text(), small() == 1 and text()
  local current = read(t, key)
  if (current and form(current)) ~= expected then return ${STATUS.failed} end
  return ${STATUS.done}
end

local function op_moments(t)
  local found = entries_of(t, text())
  emit_number(#found)
  for _, entry in ipairs(found) do emit_text(t.expires and call('ZSCORE', t.moments, entry) or '') end
  return ${STATUS.done}
end

local function op_usage(t)
  local total = 0
  for index = t.first, t.first + 3 do total = total + (call('MEMORY', 'USAGE', KEYS[index]) or 0) end
  emit(pack('>d', total))
  return ${STATUS.done}
end
`;
