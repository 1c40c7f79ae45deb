-- Tells the host when this script is taken down before its end.
--
-- A script that is killed over PTP or interrupted with a key sends nothing at all (CHDK core/script.c:162-189), like one
-- that ends without return values. But its Lua state is closed, which runs finalizers, and there the script's thread
-- still has frames exactly if it did not get to its end. CHDK keeps that thread in the registry as "Lt"
-- (modules/luascript.c:271). Where any of this is missing, nothing is sent, and the script counts as ended.
--
-- A script that fails has frames left too. If the queue is full then, CHDK drops its error (core/ptp.c:399), and this is
-- all that the host learns of it: so it is worth half a second of waiting for room.
do
  local getinfo, registry, send, tick = debug.getinfo, debug.getregistry(), write_usb_msg, get_tick_count
  local finalizer = newproxy(true)
  registry[finalizer] = finalizer
  getmetatable(finalizer).__gc = function()
    local thread = registry.Lt
    if not thread or not getinfo(thread, 0) then return end
    local limit = tick() + 500
    repeat until send("\27moonshutter:killed") or tick() > limit
  end
end
