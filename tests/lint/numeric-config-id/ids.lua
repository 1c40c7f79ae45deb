local core = require("gen/cnf_core")
local id = 5
print(get_config_value(<!119!>), set_config_value(<!120!>, 1))
print(get_config_value(999), get_config_value(core.x), get_config_value(id))
