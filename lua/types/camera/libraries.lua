-- made by moonshutter types: changes here are lost
---@meta _

---Text of a value, for the host or for unserialize.
---
---What has no place in a text is an error with its path.
---
---From the library serialize, which goes along with code that a host sends.
---@param value any
---@return string
function serialize(value) end

---The value of a text, or false and what is wrong with it.
---
---The text runs in an empty environment.
---
---From the library unserialize, which goes along with code that a host sends.
---@param text string
---@return any value
---@return string message
function unserialize(text) end

---Sends the host all that an iterator gives, as con:each has it on the other side.
---
---From the library send_each, which goes along with code that a host sends.
---@param f function
---@param s? any
---@param control? any
function send_each(f, s, control) end

---Gathers values and sends them to the host as tables.
---
---Options are batchsize (50 values), batchgc ("step", or false), timeout (100000 ms) and batchpause (ms). batcher:write(value) and batcher:flush() return true, or false and a reason. On the host, msgs = chdku.msg_unbatcher(list) takes them apart.
---
---From the library msg_batcher, which goes along with code that a host sends.
---@param options? table
---@return table batcher
function msg_batcher(options) end

---Sets what source has in target, and returns it.
---
---With deep, tables in it are extended too and not shared.
---
---From the library extend_table, which goes along with code that a host sends.
---@param target table
---@param source? table
---@param deep? boolean
---@return table
function extend_table(target, source, deep) end

---extend_table with deep.
---
---From the library extend_table_r, which goes along with code that a host sends.
---@param target table
---@param source? table
---@return table
function extend_table_r(target, source) end

---What t does not have is looked for in base; returns t.
---
---From the library mt_inherit, which goes along with code that a host sends.
---@param t table
---@param base table
---@return table
function mt_inherit(t, base) end

---The parts of a path with one slash between them.
---
---Empty parts do not count.
---
---From the library joinpath, which goes along with code that a host sends.
---@param ... string
---@return string
function joinpath(...) end

---The last part of a path, without slashes; nil for the root.
---
---From the library basename, which goes along with code that a host sends.
---@param path string
---@return string|nil
function basename(path) end

---The folder that a path's last part is in; nil for a name alone.
---
---From the library dirname, which goes along with code that a host sends.
---@param path string
---@return string|nil
function dirname(path) end

---The parts of a path, the first of which is the root.
---
---From the library splitpath, which goes along with code that a host sends.
---@param path string
---@return string[]
function splitpath(path) end

---Makes a folder, and those that it is in.
---
---True also if it was there; false and a reason.
---
---From the library mkdir_m, which goes along with code that a host sends.
---@param path string
---@return true|false
---@return string|nil message
function mkdir_m(path) end

---Sends the names in a folder to the host, in batches.
---
---On the host, msgs = chdku.msg_unbatcher(list) takes them apart.
---
---From the library ls_simple, which goes along with code that a host sends.
---@param path string
---@return true|false
---@return string|nil message
function ls_simple(path) end

---Waits until f() is true, and returns what it was.
---
---Options are timeout (1000 ms), timeout_error (true; false returns false), sleep (10 ms between looks) and msg, the text of the error.
---
---From the library wait_timeout, which goes along with code that a host sends.
---@param f function
---@param options? table
---@return any
function rlib_wait_timeout(f, options) end

---Waits until a file is there and grows no more, and returns what os.stat says of it.
---
---Options are wait_size_stable (true), timeout (2000 ms), timeout_error (true; false returns false) and sleep (30 ms between looks).
---
---From the library wait_file, which goes along with code that a host sends.
---@param name string
---@param options? table
---@return table|false
function rlib_wait_file(name, options) end
