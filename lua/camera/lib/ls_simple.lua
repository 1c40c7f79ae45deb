-- ls_simple(path): sends the names in a folder, in batches. Returns true, or false and a reason.
function ls_simple(path)
  local names, problem = os.listdir(path)
  if not names then return false, problem or "no folder " .. path end
  local batcher = msg_batcher()
  for i = 1, #names do
    local sent, problem = batcher:write(names[i])
    if not sent then return false, problem end
  end
  return batcher:flush()
end
