import { STATUS } from "./codes.js";

/** The operations that write, and how they count and append. */
export const writing = `
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

local function op_clear(t)
  clear(t)
  return ${STATUS.done}
end

local function op_expire(t)
  local key, at_moment = text(), moment()
  local found = entries_of(t, key)
  for _, entry in ipairs(found) do change_moment(t, entry, at_moment) end
  if #found == 0 then return ${STATUS.failed} end
  return ${STATUS.done}
end

local function op_purge(t)
  emit_number(purge(t, STEP))
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
`;
