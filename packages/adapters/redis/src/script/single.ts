import type { OPERATION } from "./codes.js";

/** How a request of one operation begins. */
const HEAD = ">BI4BI4c0I4I4BI4";
const HEAD_NAMES = "_, _, kind, name, _, _, _, _";

/** Whether the table is there, of that type, and has never had a moment. */
const IS_PLAIN = "redis.call('HGET', KEYS[1], name) == tostring(kind)";

/**
 * The commonest operations, alone in a call, on sets, where nothing is unusual: a few lines, which make no function. They
 * stand before the script that does all cases, and leave those that they don't know to it.
 */
export const single: { readonly [name in keyof typeof OPERATION]?: string } = {
  put: `
local ${HEAD_NAMES}, count, timed, key, value = struct.unpack('${HEAD}I4BI4c0I4c0', ARGV[1])
if count == 1 and timed == 0 and ${IS_PLAIN} then
  if redis.call('HSET', KEYS[2], key, value) == 1 then redis.call('ZADD', KEYS[3], 0, key) end
  return '\\0'
end
`,

  insertNew: `
local ${HEAD_NAMES}, count, timed, key, value = struct.unpack('${HEAD}I4BI4c0I4c0', ARGV[1])
if kind < 2 and count == 1 and timed == 0 and ${IS_PLAIN} then
  if redis.call('HSETNX', KEYS[2], key, value) == 0 then return '\\1' end
  redis.call('ZADD', KEYS[3], 0, key)
  return '\\0'
end
`,

  replace: `
local ${HEAD_NAMES}, key, expected, value, moment = struct.unpack('${HEAD}I4c0I4c0I4c0I4c0', ARGV[1])
if moment == '' and ${IS_PLAIN} then
  local current = redis.call('HGET', KEYS[2], key)
  if not current then return '\\1' end
  if string.byte(current) == 1 then
    if current ~= expected then return '\\1' end
    redis.call('HSET', KEYS[2], key, value)
    return '\\0'
  end
end
`,

  take: `
local ${HEAD_NAMES}, key = struct.unpack('${HEAD}I4c0', ARGV[1])
if kind < 2 and ${IS_PLAIN} then
  local current = redis.call('HGET', KEYS[2], key)
  if not current then return '\\0\\0\\0\\0\\0' end
  redis.call('HDEL', KEYS[2], key)
  redis.call('ZREM', KEYS[3], key)
  return '\\0' .. struct.pack('>I4I4', 1, #current) .. current
end
`,

  // Element 2, if it is an integer from 0 on of at most six bytes, and remains one.
  count: `
local ${HEAD_NAMES}, key, flags, at = struct.unpack('${HEAD}I4c0B', ARGV[1])
local initial, moment
if flags > 0 then initial, moment, at = struct.unpack('>I4c0I4c0', ARGV[1], at) end
local steps, position, bounded, increment = struct.unpack('>I4I4Bd', ARGV[1], at)
if steps == 1 and position == 2 and bounded == 0 and ${IS_PLAIN} then
  local value = redis.call('HGET', KEYS[2], key)
  if value and string.byte(value) == 1 and string.byte(value, 2) > 1 then
    local tag, before, after = string.byte(value, 4), nil, nil
    if tag < 128 then before, after = tag, 5
    elseif tag > 231 and tag < 238 then before, after = struct.unpack('>I' .. tag - 231, value, 5) end
    local result = before and before + increment or -1
    if result >= 0 and result < 281474976710656 then
      local bytes, length, least = string.char(result % 256), 1, 256
      if result > 127 then
        while least <= result do length, least = length + 1, least * 256 end
        bytes = struct.pack('>BI' .. length, 231 + length, result)
      end
      redis.call('HSET', KEYS[2], key, string.sub(value, 1, 3) .. bytes .. string.sub(value, after))
      return '\\0' .. struct.pack('>I4d', 1, result)
    end
  elseif not value and flags == 2 and moment == '' then
    redis.call('HSET', KEYS[2], key, initial)
    redis.call('ZADD', KEYS[3], 0, key)
    return '\\0\\0\\0\\0\\0'
  end
end
`,
};
