-- fires: error
package.preload["waits"] = function()
  sleep(10)
  return {}
end
local waits = require("waits")
