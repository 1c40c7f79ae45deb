-- made by moonshutter types: changes here are lost
---@meta _

---@class (exact) moonshutter.serializeOptions
---@field maxdepth? integer how many tables may stand in one another (default 190)
---@field err_type? boolean false writes a description in place of a function or userdata, instead of failing (default true)
---@field err_cycle? boolean true makes it an error that a table is met twice (default false)
---@field pretty? boolean true writes lines for people (default false)
---@field bracket_keys? boolean true writes ["name"] for every name (default false)
---@field compact_arrays? boolean false writes the numbers of list items, too (default true)
---@field forceint? boolean true rounds numbers to whole ones (default false)
---@field fix_bignum? boolean true takes numbers up to 0xFFFFFFFF for unsigned words (default false)

---Text of a value that both sides can read.
---@param value any
---@param options? moonshutter.serializeOptions
---@return string
function serialize(value, options) end

---The value of a text from serialize, or false and what is wrong with it.
---
---Nothing in it is executed. A table is returned as it is.
---@param text string
---@return any value
---@return string message
function unserialize(text) end

---An unsigned word as the number that the camera has for it: signed(0xFFFFFFFF) is -1.
---@param number integer
---@return integer
function signed(number) end

---A number of the camera as the unsigned word that it stands for: unsigned(-1) is 0xFFFFFFFF.
---@param number integer
---@return integer
function unsigned(number) end

---Prints formatted text to standard output, without a line break at its end.
---@param format string
---@param ... any
function printf(format, ...) end

---Writes formatted text to a file.
---@param file file*
---@param format string
---@param ... any
function fprintf(file, format, ...) end

---Prints formatted text to standard error, behind "WARNING: ".
---@param format string
---@param ... any
function warnf(format, ...) end

---Prints formatted text to standard error, behind "ERROR: ".
---@param format string
---@param ... any
function errf(format, ...) end

---The arguments of the script; arg[0] is its name.
---@type string[]
arg = {}

---Compiles a string, as in Lua 5.1.
---@param chunk string
---@param chunkname? string
---@return function|nil
---@return string|nil message
function loadstring(chunk, chunkname) end

---The items of a list, as in Lua 5.1.
---@param list table
---@param i? integer (default 1)
---@param j? integer
---@return any ...
function unpack(list, i, j) end

---Logarithm to the base 10.
---@param x number
---@return number
function math.log10(x) end

---X to the y.
---@param x number
---@param y number
---@return number
function math.pow(x, y) end

---package.searchers, as in Lua 5.1.
---@type table
package.loaders = {}

---The largest number among the keys, as in Lua 5.1.
---@param t table
---@return number
function table.maxn(t) end
