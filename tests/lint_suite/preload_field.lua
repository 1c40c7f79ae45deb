-- fires: error
local function open() shoot() return {} end
package.preload.opener = open
require "opener"
