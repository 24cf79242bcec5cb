/**
 * The part of the script that looks into values: where an element of a record begins and ends, and the integers in it.
 * The bytes are those of \`canonicalRecord\`, whose key is null; docs/codec.md has the format.
 */
export const values = `
local LAST_SAFE = 9007199254740991

local function varint(value, p)
  local result, scale = 0, 1
  repeat
    local part = byte(value, p)
    p = p + 1
    result = result + part % 128 * scale
    scale = scale * 128
  until part < 128
  return result, p
end

-- Where the element that begins at p ends.
local function skip(value, p)
  local left = 1
  while left > 0 do
    local tag = byte(value, p)
    p = p + 1
    left = left - 1
    if tag >= 0x80 and (tag < 0xd0 or tag > 0xd3) then
      if tag < 0xc0 then p = p + tag - 0x80
      elseif tag < 0xd0 then left = left + tag - 0xc0
      elseif tag == 0xd4 then p = p + 8
      elseif tag == 0xd7 then left = left + 1
      elseif tag >= 0xf0 then p = p + tag - 0xef
      elseif tag >= 0xe8 then p = p + tag - 0xe7
      else
        local count
        if tag == 0xda then p = p + 1 end
        count, p = varint(value, p)
        if tag == 0xdd then p = p + 2 * count
        elseif tag == 0xde or tag == 0xe0 then left = left + count
        elseif tag > 0xde then left = left + 2 * count
        else p = p + count end
      end
    end
  end
  return p
end

-- Where the element at a position begins; nothing if there is none.
local function element(value, position)
  local count, p = varint(value, 2)
  if position > count then return nil end
  p = p + 1
  for _ = 3, position do p = skip(value, p) end
  return p
end

local function integer(value, p)
  local tag = byte(value, p)
  if tag < 0x80 then return tag, p + 1 end
  if tag >= 0xe8 and tag <= 0xed then
    return (parse('>I' .. tag - 0xe7, value, p + 1)), p + 1 + tag - 0xe7
  end
  if tag >= 0xf0 and tag <= 0xf5 then
    return -1 - (parse('>I' .. tag - 0xef, value, p + 1)), p + 1 + tag - 0xef
  end
  if tag ~= 0xd4 then return nil end
  local result = parse('>d', value, p + 1)
  -- A zero here is -0.
  if result == 0 or result ~= floor(result) then return nil end
  if result > LAST_SAFE or result < -LAST_SAFE then return nil end
  return result, p + 9
end

local function big_endian(value, count)
  if count <= 4 then return sub(pack('>I4', value), -count) end
  local high = floor(value / 4294967296)
  return sub(pack('>I4I4', high, value - high * 4294967296), -count)
end

local function length_of(value)
  local count = 1
  while value >= 256 do
    value = floor(value / 256)
    count = count + 1
  end
  return count
end

local function integer_bytes(value)
  if value >= 0 and value < 128 then return char(value) end
  if value >= 281474976710656 or value <= -281474976710656 then return '\\212' .. pack('>d', value) end
  local rest = value < 0 and -1 - value or value
  local count = length_of(rest)
  return char((value < 0 and 0xef or 0xe7) + count) .. big_endian(rest, count)
end

-- The value with its integer counted, and the integer; nothing where JavaScript has to look.
local function counted(value, step)
  if byte(value) == 0 then return nil end
  local p = element(value, step.position)
  if not p then return nil end
  local before, after = integer(value, p)
  if not before then return nil end
  local result = before + step.increment
  if step.threshold then
    local passes
    if step.increment >= 0 then passes = result > step.threshold else passes = result < step.threshold end
    if passes then result = step.set end
  end
  if result > LAST_SAFE or result < -LAST_SAFE then return nil end
  return sub(value, 1, p - 1) .. integer_bytes(result) .. sub(value, after), result
end

-- The last number under a prefix: base is its bytes, finish what ends a key of that form.
local function last_number(t, base, finish, upper)
  local lower = '[' .. base .. '/'
  while true do
    local entry = in_range(t, lower, upper, true, 1)[1]
    if not entry then return 0 end
    local count = byte(entry, #base + 1) - 0x2e
    local p = #base + 1 + count
    local quarter = byte(entry, p)
    local number = floor(quarter / 4)
    if count > 1 then
      local high = 0
      for index = #base + 2, p - 1 do high = high * 256 + byte(entry, index) end
      number = high * 64 + number
    end
    if quarter % 4 == 0 and #entry == p + #finish then
      if not gone(t, entry) then return number end
      upper = '(' .. entry
    else
      if number < 1 then return 0 end
      upper = '[' .. base .. sub(entry, #base + 1, p - 1) .. char(quarter - quarter % 4) .. finish
    end
  end
end

local function number_key(value)
  local high = floor(value / 64)
  local low = char(value % 64 * 4)
  if high == 0 then return '/' .. low end
  local count = length_of(high)
  return char(0x2f + count) .. big_endian(high, count) .. low
end
`;
