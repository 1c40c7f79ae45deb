-- clean (menu): assert's message must be a string, so that its error is no function
local f2 = select(2, pcall(assert, false, function() sleep(1) end))
package.preload['pre1'] = f2
require('pre1')
