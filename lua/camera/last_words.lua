-- Tells the host when this script is taken down before its end.
--
-- A script that is killed over PTP or interrupted with a key sends nothing at all (CHDK core/script.c:162-189), like one
-- that ends without return values. But its Lua state is closed, which runs finalizers, and there the script's thread
-- still has frames exactly if it did not get to its end. CHDK keeps that thread in the registry as "Lt"
-- (modules/luascript.c:271). Where any of this is missing, nothing is sent, and the script counts as ended.
do
  local getinfo, registry, send = debug.getinfo, debug.getregistry(), write_usb_msg
  local finalizer = newproxy(true)
  registry[finalizer] = finalizer
  getmetatable(finalizer).__gc = function()
    local thread = registry.Lt
    if thread and getinfo(thread, 0) then send("\27moonshutter:killed") end
  end
end
