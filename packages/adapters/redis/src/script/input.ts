/** The part of the script that reads the request, and writes the answer: bytes in one argument, and in one reply. */
export const input = `
local call = redis.call
local parse = struct.unpack
local pack = struct.pack
local byte = string.byte
local char = string.char
local sub = string.sub
local concat = table.concat
local floor = math.floor
local min = math.min
local spread = unpack
local request = ARGV[1]
local at = 1
local out = {}
local size = 0

local function small()
  at = at + 1
  return byte(request, at - 1)
end

local function number()
  local value
  value, at = parse('>I4', request, at)
  return value
end

local function text()
  local value
  value, at = parse('>I4c0', request, at)
  return value
end

-- A moment: its decimal digits, or false.
local function moment()
  local value = text()
  return value ~= '' and value
end

local function emit(piece)
  size = size + 1
  out[size] = piece
end

local function emit_number(value)
  emit(pack('>I4', value))
end

local function emit_text(value)
  emit(pack('>I4', #value))
  emit(value)
end
`;
