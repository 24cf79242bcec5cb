import { STATUS } from "./codes.js";

/**
 * The parts of the script that do one operation each, `op_` and its name: they read what they need of the request, and
 * return a status.
 */
export const operations = `
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

local function read_step()
  local position, is_bounded = number(), small()
  local step = { position = position }
  step.increment, at = parse('>d', request, at)
  if is_bounded == 1 then step.threshold, step.set, at = parse('>dd', request, at) end
  return step
end

local function each_record(t, store)
  local total, is_timed = number(), small() == 1
  for _ = 1, total do
    local key, value = text(), text()
    store(t, key, value, is_timed and moment())
  end
end

local function put_all(t)
  local total = number()
  small()
  local fields, members = {}, {}
  for index = 1, 2 * total, 2 do
    local key = text()
    fields[index], fields[index + 1] = key, text()
    members[index], members[index + 1] = 0, key
  end
  for first = 1, 2 * total, 1000 do
    local last = min(first + 999, 2 * total)
    if call('HSET', t.records, spread(fields, first, last)) > 0 then
      call('ZADD', t.order, spread(members, first, last))
    end
  end
end

local function op_count(t)
  local key, flags, steps = text(), small(), {}
  local initial, initial_moment
  if flags > 0 then initial, initial_moment = text(), moment() end
  for index = 1, number() do steps[index] = read_step() end
  local current = read(t, key)
  local value = current or initial
  if not value then return needed(false) end
  local results = {}
  if current or flags == 1 then
    for index, step in ipairs(steps) do
      value, results[index] = counted(value, step)
      if not value then return needed(current) end
    end
  end
  if current then rewrite(t, key, value) else write(t, key, value, initial_moment) end
  emit_number(#results)
  for _, result in ipairs(results) do emit(pack('>d', result)) end
  return ${STATUS.done}
end

local function op_append(t)
  local base, finish, upper, expected = text(), text(), text(), nil
  expected, at = parse('>d', request, at)
  local value, at_moment = text(), moment()
  local last = last_number(t, base, finish, upper)
  if expected >= 0 and last < LAST_SAFE and expected ~= last + 1 then return needed(pack('>d', last + 1)) end
  if last >= LAST_SAFE then return ${STATUS.overflow} end
  write(t, base .. number_key(last + 1) .. finish, value, at_moment)
  emit(pack('>d', last + 1))
  return ${STATUS.done}
end

local function op_insertNew(t)
  local start, total, is_timed = at, number(), small() == 1
  local is_new = true
  for _ = 1, total do
    if has(t, text()) then is_new = false end
    text()
    if is_timed then text() end
  end
  if not is_new then return ${STATUS.failed} end
  at = start
  each_record(t, t.type < BAG and write or add)
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

local function op_removeRange(t)
  local lower, upper, reverse, left = text(), text(), small() == 1, number()
  local total = 0
  while left > 0 do
    local found = in_range(t, lower, upper, reverse, STEP)
    for _, entry in ipairs(found) do
      if left > 0 and not gone(t, entry) then
        erase(t, entry)
        total, left = total + 1, left - 1
      end
    end
    if #found < STEP then break end
    if reverse then upper = '(' .. found[STEP] else lower = '(' .. found[STEP] end
  end
  emit_number(total)
  return ${STATUS.done}
end

local function matches(stored, length, parts)
  local value = form(stored)
  if varint(value, 2) ~= length then return false end
  for position, part in pairs(parts) do
    local p = element(value, position)
    if sub(value, p, skip(value, p) - 1) ~= part then return false end
  end
  return true
end

-- All that match, if the range isn't long: else the caller reads it in pages.
local function op_removeMatches(t)
  local lower, upper, length, parts = text(), text(), number(), {}
  for _ = 1, number() do
    local position = number()
    parts[position] = text()
  end
  local found = in_range(t, lower, upper, false, STEP + 1)
  if #found > STEP then return needed(false) end
  local total = 0
  for index, value in ipairs(values_of(t, found)) do
    if matches(value, length, parts) and not gone(t, found[index]) then
      erase(t, found[index])
      total = total + 1
    end
  end
  emit_number(total)
  return ${STATUS.done}
end

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

local function op_usage(t)
  local total = 0
  for index = t.first, t.first + 3 do total = total + (call('MEMORY', 'USAGE', KEYS[index]) or 0) end
  emit(pack('>d', total))
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

local function op_clear(t)
  clear(t)
  return ${STATUS.done}
end

local function op_check(t)
  local key, expected = text(), small() == 1 and text()
  local current = read(t, key)
  if (current and form(current)) ~= expected then return ${STATUS.failed} end
  return ${STATUS.done}
end

local function op_expire(t)
  local key, at_moment = text(), moment()
  local found = entries_of(t, key)
  for _, entry in ipairs(found) do change_moment(t, entry, at_moment) end
  if #found == 0 then return ${STATUS.failed} end
  return ${STATUS.done}
end

local function op_moments(t)
  local found = entries_of(t, text())
  emit_number(#found)
  for _, entry in ipairs(found) do emit_text(t.expires and call('ZSCORE', t.moments, entry) or '') end
  return ${STATUS.done}
end

local function op_purge(t)
  emit_number(purge(t, STEP))
  return ${STATUS.done}
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

-- Many at once, where none has a moment, nor had one.
local function op_put(t)
  if t.expires or undo or byte(request, at + 4) == 1 then each_record(t, write) else put_all(t) end
  return ${STATUS.done}
end

local function op_add(t)
  each_record(t, add)
  return ${STATUS.done}
end

local function op_replace(t)
  local key, expected, value, at_moment = text(), text(), text(), moment()
  local current = read(t, key)
  if not current or form(current) ~= expected then return ${STATUS.failed} end
  write(t, key, value, at_moment)
  return ${STATUS.done}
end

local function op_swap(t)
  local key, expected = text(), small() == 1 and text()
  local value, at_moment = text(), moment()
  local current = read(t, key)
  if current ~= expected then return needed(current) end
  if value ~= '' then
    if current then rewrite(t, key, value) else write(t, key, value, at_moment) end
  end
  return ${STATUS.done}
end

local function op_take(t)
  local key = text()
  emit_records(t, key)
  remove(t, key)
  return ${STATUS.done}
end

local function op_remove(t)
  local total = 0
  for _ = 1, number() do total = total + remove(t, text()) end
  emit_number(total)
  return ${STATUS.done}
end

local function op_removeObjects(t)
  local total = 0
  for _ = 1, number() do total = total + remove_object(t, text(), text()) end
  emit_number(total)
  return ${STATUS.done}
end

local function op_member(t)
  if not has(t, text()) then return ${STATUS.failed} end
  return ${STATUS.done}
end
`;
