-- clean
local jobs = { wait = function(n) sleep(n) end, ask = function() return get_prop(1) end }
while true do
    local job = jobs.ask
    local ok, value = pcall(job)
    if is_key("set") then break end
    jobs.wait(10)
end
