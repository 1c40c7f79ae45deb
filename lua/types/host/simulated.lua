-- made by moonshutter types: changes here are lost
---@meta _

---What the owner of a simulated camera can do: the second value of `chdk.simulate`.
---@class moonshutter.Simulated
local Simulated = {}

---Lets something happen, counted from now: sim:event "3s: exit key".
---
---docs/simulated-camera.md lists the words.
---@param event string
function Simulated:event(event) end

---Presses a key and lets it go, as a person would.
---@param key string
function Simulated:click(key) end

---Presses a key and holds it, as a person would.
---@param key string
function Simulated:press(key) end

---Lets go of a key.
---@param key string
function Simulated:release(key) end

---Presses the key that interrupts a script.
function Simulated:exit_key() end

---Starts a script of the card from the camera's menu, with values for its parameters.
---
---sim:run("A/CHDK/SCRIPTS/x.lua", {shots = 3})
---@param path string
---@param values? table
function Simulated:run(path, values) end

---Pulls the cable.
function Simulated:unplug() end

---Switches the camera off.
function Simulated:off() end

---Switches it on again.
function Simulated:on() end

---The lines of the script console.
---@return string[]
function Simulated:console() end

---What is on the screen, by lines.
---@return string[]
function Simulated:screen() end

---The names of the keys that are held down now.
---@return string[]
function Simulated:keys_held() end

---All that the camera has said of what happened to it.
---@return string[]
function Simulated:log() end

---What a real camera would not have survived.
---@return string[]
function Simulated:sins() end

---The folder of this computer that is its card.
---@return string
function Simulated:card_root() end

---Milliseconds since it was made, by its own clock.
---@return number
function Simulated:now() end
