-- start: ptp
-- answers requests in JSON; the host sends text, we send text
local json = (function()
  local M = {}
  local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }
  local function escape(c)
    return escapes[c] or string.format("\\u%04x", string.byte(c))
  end
  local encoders = {}
  local function encode(v)
    local f = encoders[type(v)]
    if not f then
      error("cannot encode a " .. type(v))
    end
    return f(v)
  end
  encoders["nil"] = function() return "null" end
  encoders.boolean = tostring
  encoders.number = tostring
  encoders.string = function(s)
    return '"' .. string.gsub(s, '[%c"\\]', escape) .. '"'
  end
  encoders.table = function(t)
    local out = {}
    if #t > 0 then
      for i = 1, #t do
        out[i] = encode(t[i])
      end
      return "[" .. table.concat(out, ",") .. "]"
    end
    for k, v in pairs(t) do
      out[#out + 1] = encode(tostring(k)) .. ":" .. encode(v)
    end
    table.sort(out)
    return "{" .. table.concat(out, ",") .. "}"
  end
  M.encode = encode

  local parse
  local function skip(s, i)
    return string.find(s, "%S", i) or #s + 1
  end
  local function parse_string(s, i)
    local j = i + 1
    while true do
      local c = string.sub(s, j, j)
      if c == "" then
        error("unfinished string")
      elseif c == "\\" then
        j = j + 2
      elseif c == '"' then
        break
      else
        j = j + 1
      end
    end
    local text = string.gsub(string.sub(s, i + 1, j - 1), "\\(.)", { n = "\n", r = "\r", t = "\t", ['"'] = '"', ["\\"] = "\\" })
    return text, j + 1
  end
  local function parse_table(s, i, close, item)
    local t = {}
    i = skip(s, i + 1)
    if string.sub(s, i, i) == close then
      return t, i + 1
    end
    while true do
      i = item(t, s, i)
      i = skip(s, i)
      local c = string.sub(s, i, i)
      if c == close then
        return t, i + 1
      elseif c ~= "," then
        error("expected , or " .. close)
      end
      i = skip(s, i + 1)
    end
  end
  function parse(s, i)
    i = skip(s, i)
    local c = string.sub(s, i, i)
    if c == "{" then
      return parse_table(s, i, "}", function(t, str, p)
        local k, v
        k, p = parse_string(str, p)
        p = skip(str, p)
        if string.sub(str, p, p) ~= ":" then
          error("expected :")
        end
        v, p = parse(str, p + 1)
        t[k] = v
        return p
      end)
    elseif c == "[" then
      return parse_table(s, i, "]", function(t, str, p)
        local v
        v, p = parse(str, p)
        t[#t + 1] = v
        return p
      end)
    elseif c == '"' then
      return parse_string(s, i)
    end
    local word, e = string.match(s, "^([%w%-]+)()", i)
    if word == "true" then
      return true, e
    elseif word == "false" then
      return false, e
    elseif word == "null" then
      return nil, e
    end
    return tonumber(word) or error("bad value at " .. i), e
  end
  function M.decode(s)
    local ok, v = pcall(parse, s, 1)
    if ok then
      return v
    end
    return nil, v
  end
  return M
end)()

local methods = {}

function methods.shoot(params)
  if params.tv then
    set_tv96_direct(params.tv)
  end
  local before = get_exp_count()
  shoot()
  return get_exp_count() - before
end

function methods.status()
  local rec, video, mode = get_mode()
  return { rec = rec, video = video, mode = mode, zoom = get_zoom(), volt = get_vbatt() }
end

function methods.wait(params)
  sleep(params.ms or 100)
  return true
end

local done = false
function methods.bye()
  done = true
  return true
end

local idle = 0
repeat
  local text = read_usb_msg(200)
  if text then
    idle = 0
    local request, err = json.decode(text)
    local answer = {}
    if not request then
      answer.error = err
    elseif not methods[request.method] then
      answer.error = "no method"
    else
      answer.id = request.id
      answer.result = methods[request.method](request.params or {})
    end
    local ok, s = pcall(json.encode, answer)
    write_usb_msg(ok and s or '{"error":"encode"}', 1000)
  else
    idle = idle + 1
  end
until done or idle > 50
