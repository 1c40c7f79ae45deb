-- unserialize(text): the value of a text that serialize wrote, or false and what is wrong with it.
--
-- The text is run, in an environment with nothing in it: it comes from the host, which runs what it likes here anyway.
do
  local type, load, pcall, setfenv, select = type, load, pcall, setfenv, select

  local function only(ok, ...)
    if not ok then return false, "not a value: " .. (...) end
    if select("#", ...) ~= 1 then return false, "not one value, but " .. select("#", ...) end
    return (...)
  end

  function unserialize(text)
    if type(text) ~= "string" then return false, "not a text, but a " .. type(text) end
    -- read in two pieces, so that a long text is not copied
    local piece = 0
    local code, problem = load(function()
      piece = piece + 1
      if piece == 1 then return "return " end
      if piece == 2 then return text end
    end, "=message")
    if not code then return false, "not a value: " .. problem end
    setfenv(code, {})
    return only(pcall(code))
  end
end
