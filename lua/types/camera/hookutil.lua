-- made by moonshutter types: changes here are lost
---@meta

---@type any
local hookutil = {}

---Wait until the capture task is in the hook.
---
---Polls is_ready with sleep(10); raises or returns false on timeout.
---
---May wait: an error inside `pcall`, `require`, `table.sort` and the like.
---@param opts? table
---@return boolean
function hook_preshoot.wait_ready(opts) end

---Wait until the capture task is in the hook.
---
---Polls is_ready with sleep(10); raises or returns false on timeout.
---
---May wait: an error inside `pcall`, `require`, `table.sort` and the like.
---@param opts? table
---@return boolean
function hook_shoot.wait_ready(opts) end

---Wait until the capture task is in the hook.
---
---Polls is_ready with sleep(10); raises or returns false on timeout.
---
---May wait: an error inside `pcall`, `require`, `table.sort` and the like.
---@param opts? table
---@return boolean
function hook_raw.wait_ready(opts) end

return hookutil
