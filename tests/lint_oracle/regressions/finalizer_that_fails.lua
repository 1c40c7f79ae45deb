-- clean (menu): the finalizer's error comes out of collectgarbage(), and nothing after it runs
local p = newproxy(true)
getmetatable(p).__gc = function() f2(1) end
p = nil
collectgarbage()
package.preload['pre3'] = function() sleep(1) end
require('pre3')
