-- clean
getmetatable("").__call = function(s, ms) sleep(ms) end
;("xx")(10)
