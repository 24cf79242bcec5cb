import { TYPE } from "./codes.js";

/**
 * The part of the script that reads and writes entries. An entry is a key's bytes; in a bag the bytes and a number of
 * eight bytes, in the order of insertion. \`records\` is a hash of entries and values, \`order\` a sorted set of the
 * entries, all of score 0, \`moments\` one of those that expire, by their moment. \`distinct\`, of a bag, leads from a key
 * and a value to the entry's number.
 *
 * 1. A write's first command is one that the server refuses when it is full: it refuses none after the first.
 * 2. In a batch, \`undo\` has what each entry was before it was changed.
 * 3. What has expired is no entry for any function here; it goes by \`purge\`, or when it is written over.
 */
export const entries = `
local BAG = ${TYPE.bag}
local now
local undo

-- What a value is compared by: of one that has two forms, the first.
local function form(value)
  if byte(value) ~= 0 then return value end
  return (parse('>I4c0', value, 2))
end

local function clock()
  if not now then
    local time = call('TIME')
    now = time[1] * 1000 + floor(time[2] / 1000)
  end
  return now
end

-- Whether the table is there, and is of the type that it was opened as; the catalogue also says whether it has moments.
local function is_there(t)
  if t.there == nil then
    local kind = call('HGET', t.catalogue, t.name)
    t.there = kind and byte(kind) == 48 + t.type
    t.expires = kind and #kind > 1
  end
  return t.there
end

local function gone(t, entry)
  if not t.expires then return false end
  local moment = call('ZSCORE', t.moments, entry)
  return moment and tonumber(moment) <= clock()
end

-- A value without what says that it has a moment.
local function bare(value)
  return byte(value) == 2 and sub(value, 2) or value
end

local function read(t, entry)
  local value = call('HGET', t.records, entry)
  if not value or byte(value) ~= 2 then return value end
  return not gone(t, entry) and sub(value, 2)
end

local function remember(t, entry)
  undo[#undo + 1] = {
    t, entry, call('HGET', t.records, entry), t.expires and call('ZSCORE', t.moments, entry)
  }
end

local function set_moment(t, entry, moment)
  if moment then
    call('ZADD', t.moments, moment, entry)
    if not t.expires then
      call('HSET', t.catalogue, t.name, t.type .. '+')
      t.expires = true
    end
  elseif t.expires then
    call('ZREM', t.moments, entry)
  end
end

local function write(t, entry, value, moment)
  if undo then remember(t, entry) end
  if call('HSET', t.records, entry, moment and '\\2' .. value or value) == 1 then call('ZADD', t.order, 0, entry) end
  if t.type == BAG then call('HSET', t.distinct, sub(entry, 1, -9) .. form(value), sub(entry, -8)) end
  set_moment(t, entry, moment)
end

-- Another value, and the moment that there was.
local function rewrite(t, entry, value)
  if undo then remember(t, entry) end
  if t.expires and call('ZSCORE', t.moments, entry) then value = '\\2' .. value end
  call('HSET', t.records, entry, value)
end

-- Another moment, or none, for the value that there is.
local function change_moment(t, entry, moment)
  if undo then remember(t, entry) end
  local value = bare(call('HGET', t.records, entry))
  call('HSET', t.records, entry, moment and '\\2' .. value or value)
  set_moment(t, entry, moment)
end

local function erase(t, entry)
  if undo then remember(t, entry) end
  if t.type == BAG then
    call('HDEL', t.distinct, sub(entry, 1, -9) .. form(bare(call('HGET', t.records, entry))))
  end
  call('HDEL', t.records, entry)
  call('ZREM', t.order, entry)
  if t.expires then call('ZREM', t.moments, entry) end
end

-- The entries of a key, in their order.
local function entries_of(t, key)
  if t.type < BAG then
    return call('HEXISTS', t.records, key) == 1 and not gone(t, key) and { key } or {}
  end
  local found = call('ZRANGEBYLEX', t.order, '[' .. key, '(' .. key .. '\\255')
  if not t.expires then return found end
  local left = {}
  for _, entry in ipairs(found) do
    if not gone(t, entry) then left[#left + 1] = entry end
  end
  return left
end

local function has(t, key)
  if t.type >= BAG and not t.expires then
    local bounds = { '[' .. key, '(' .. key .. '\\255' }
    return #call('ZRANGEBYLEX', t.order, bounds[1], bounds[2], 'LIMIT', 0, 1) > 0
  end
  return #entries_of(t, key) > 0
end

local function values_of(t, found)
  local values = {}
  for first = 1, #found, 1000 do
    local part = call('HMGET', t.records, spread(found, first, min(first + 999, #found)))
    for index = 1, #part do values[first + index - 1] = bare(part[index]) end
  end
  return values
end

-- Into a bag.
local function add(t, key, value, moment)
  if t.type == BAG then
    local number = call('HGET', t.distinct, key .. form(value))
    if number then
      local entry = key .. number
      if not gone(t, entry) then
        return change_moment(t, entry, moment)
      end
      erase(t, entry)
    end
  end
  local number = call('HINCRBY', t.catalogue, t.name .. ':last', 1)
  local high = floor(number / 4294967296)
  write(t, key .. pack('>I4I4', high, number - high * 4294967296), value, moment)
end

local function remove(t, key)
  local found = entries_of(t, key)
  for _, entry in ipairs(found) do erase(t, entry) end
  return #found
end

-- The entries that hold a value, and how many there are.
local function remove_object(t, key, value)
  if t.type < BAG then
    local current = read(t, key)
    if not current or form(current) ~= value then return 0 end
    erase(t, key)
    return 1
  end
  local found = {}
  if t.type == BAG then
    local number = call('HGET', t.distinct, key .. value)
    if number and not gone(t, key .. number) then found[1] = key .. number end
  else
    local all = entries_of(t, key)
    for index, stored in ipairs(values_of(t, all)) do
      if form(stored) == value then found[#found + 1] = all[index] end
    end
  end
  for _, entry in ipairs(found) do erase(t, entry) end
  return #found
end

local function in_range(t, lower, upper, reverse, limit)
  if reverse then
    return call('ZREVRANGEBYLEX', t.order, upper, lower, 'LIMIT', 0, limit)
  end
  return call('ZRANGEBYLEX', t.order, lower, upper, 'LIMIT', 0, limit)
end

local function purge(t, limit)
  if not t.expires then return 0 end
  local found = call('ZRANGEBYSCORE', t.moments, '-inf', clock(), 'LIMIT', 0, limit)
  for _, entry in ipairs(found) do erase(t, entry) end
  return #found
end

-- Four keys: the table's own, or where they are put aside.
local function unlink(first)
  call('UNLINK', KEYS[first], KEYS[first + 1], KEYS[first + 2], KEYS[first + 3])
end

-- In a batch, what was there is put aside: the four keys behind the table's own.
local function clear(t)
  if undo and not t.aside then
    t.aside = true
    for index = t.first, t.first + 3 do
      if call('EXISTS', KEYS[index]) == 1 then call('RENAME', KEYS[index], KEYS[index + 4]) end
    end
    undo[#undo + 1] = { t }
  else
    unlink(t.first)
  end
end

local function settle(t)
  if t.aside then unlink(t.first + 4) end
end

local function revert()
  local log = undo
  undo = nil
  for index = #log, 1, -1 do
    local t, entry, value, moment = spread(log[index], 1, 4)
    if entry then
      if call('HEXISTS', t.records, entry) == 1 then erase(t, entry) end
      if value then write(t, entry, bare(value), moment) end
    else
      unlink(t.first)
      for key = t.first, t.first + 3 do
        if call('EXISTS', KEYS[key + 4]) == 1 then call('RENAME', KEYS[key + 4], KEYS[key]) end
      end
    end
  end
end
`;
