import { OPERATION as OP, STATUS } from "./codes.js";

/** The part of the script that does one operation: reads what it needs of the request, and returns its status. */
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

local function many(t, each)
  local total = 0
  for _ = 1, number() do total = total + each(t, text()) end
  emit_number(total)
  return ${STATUS.done}
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

local function count(t)
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

local function append(t)
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

local function insert_new(t)
  local start, total, is_new = at, number(), true
  for _ = 1, total do
    local key = text()
    text()
    text()
    if has(t, key) then is_new = false end
  end
  if not is_new then return ${STATUS.failed} end
  at = start
  for _ = 1, number() do insert(t, text(), text(), moment()) end
  return ${STATUS.done}
end

local function page(t)
  local lower, upper, reverse, limit, what = text(), text(), small() == 1, number(), small()
  local found = in_range(t, lower, upper, reverse, limit)
  local kept, bytes, last = {}, 0, nil
  for first = 1, #found, 32 do
    local values = what > 0 and call('HMGET', t.records, spread(found, first, math.min(first + 31, #found)))
    for index = first, math.min(first + 31, #found) do
      last = found[index]
      if not gone(t, last) then
        local value = values and values[index - first + 1]
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

local function remove_range(t)
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
local function remove_matches(t)
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

local function open_table(t)
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
  emit_text(kind)
  return ${STATUS.done}
end

local function drop_table(t)
  local was = call('HDEL', t.catalogue, t.name, t.name .. ':last')
  unlink(t.first)
  if was == 0 then return ${STATUS.failed} end
  return ${STATUS.done}
end

local function list_tables(t)
  local fields = call('HGETALL', t.catalogue)
  emit_number(#fields / 2)
  for _, field in ipairs(fields) do emit_text(field) end
  return ${STATUS.done}
end

local function usage(t)
  local total = 0
  for index = t.first, t.first + 3 do total = total + (call('MEMORY', 'USAGE', KEYS[index]) or 0) end
  emit(pack('>d', total))
  return ${STATUS.done}
end

local function rarer(t, code)
  if code == ${OP.step} then
    local reverse, with_records, anchor, bound = small() == 1, small() == 1, text(), text()
    if anchor ~= '' and not has(t, anchor) then return ${STATUS.failed} end
    local entry, go_on = next_entry(t, bound, reverse)
    if go_on then
      needed(go_on)
      return ${STATUS.needed}
    end
    if not entry then return ${STATUS.failed} end
    local key = t.type < BAG and entry or sub(entry, 1, -9)
    emit_text(key)
    if with_records then emit_records(t, key) end
  elseif code == ${OP.page} then return page(t)
  elseif code == ${OP.size} then
    local total = call('HLEN', t.records)
    if expires(t) then total = total - call('ZCOUNT', t.moments, '-inf', clock()) end
    emit_number(total)
  elseif code == ${OP.countRange} then
    purge(t, STEP)
    emit_number(call('ZLEXCOUNT', t.order, text(), text()))
  elseif code == ${OP.removeRange} then return remove_range(t)
  elseif code == ${OP.removeMatches} then return remove_matches(t)
  elseif code == ${OP.clear} then clear(t)
  elseif code == ${OP.check} then
    local key, expected = text(), small() == 1 and text()
    local current = read(t, key)
    if (current and form(current)) ~= expected then return ${STATUS.failed} end
  elseif code == ${OP.expire} then
    local key, at_moment = text(), moment()
    local found = entries_of(t, key)
    for _, entry in ipairs(found) do set_moment(t, entry, at_moment) end
    if #found == 0 then return ${STATUS.failed} end
  elseif code == ${OP.moments} then
    local found = entries_of(t, text())
    emit_number(#found)
    for _, entry in ipairs(found) do emit_text(expires(t) and call('ZSCORE', t.moments, entry) or '') end
  elseif code == ${OP.purge} then emit_number(purge(t, STEP))
  else return usage(t) end
  return ${STATUS.done}
end

local function run(t, code)
  if code == ${OP.openTable} then return open_table(t) end
  if code == ${OP.dropTable} then return drop_table(t) end
  if code == ${OP.listTables} then return list_tables(t) end
  if t.is_there == nil then t.is_there = call('HGET', t.catalogue, t.name) == tostring(t.type) end
  if not t.is_there then return ${STATUS.dropped} end
  if code == ${OP.lookup} then
    for _ = 1, number() do emit_records(t, text()) end
  elseif code == ${OP.insert} then
    for _ = 1, number() do insert(t, text(), text(), moment()) end
  elseif code == ${OP.count} then return count(t)
  elseif code == ${OP.insertNew} then return insert_new(t)
  elseif code == ${OP.replace} then
    local key, expected, value, at_moment = text(), text(), text(), moment()
    local current = read(t, key)
    if not current or form(current) ~= expected then return ${STATUS.failed} end
    write(t, key, value, at_moment)
  elseif code == ${OP.swap} then
    local key, expected = text(), small() == 1 and text()
    local value, at_moment = text(), moment()
    local current = read(t, key)
    if current ~= expected then return needed(current) end
    if value ~= '' then
      if current then rewrite(t, key, value) else write(t, key, value, at_moment) end
    end
  elseif code == ${OP.take} then
    local key = text()
    emit_records(t, key)
    remove(t, key)
  elseif code == ${OP.remove} then return many(t, remove)
  elseif code == ${OP.removeObjects} then
    return many(t, function(_, key) return remove_object(t, key, text()) end)
  elseif code == ${OP.append} then return append(t)
  elseif code == ${OP.member} then
    if not has(t, text()) then return ${STATUS.failed} end
  else return rarer(t, code) end
  return ${STATUS.done}
end
`;
