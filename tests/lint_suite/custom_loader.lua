-- fires: error
package.loaders[1] = function(name)
  return function() sleep(10) return {} end
end
require("anything")
