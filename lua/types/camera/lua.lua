-- made by moonshutter types: changes here are lost
---@meta _

---KiB in use.
---@return integer
function gcinfo() end

---Loads a module.
---
---The body of the module cannot wait (C boundary); looks in A/CHDK/SCRIPTS then A/CHDK/LUALIB.
---@param name any
---@return any module
function require(name) end

---A file on the card.
---@class file*
local file = {}

---@class mathlib
math = {}

---The absolute value.
---@param x integer
---@return integer
function math.abs(x) end

---The largest.
---@param x integer
---@param ... integer
---@return integer
function math.max(x, ...) end

---The smallest.
---@param x integer
---@param ... integer
---@return integer
function math.min(x, ...) end

---X to the y.
---
---Integer power; negative exponent gives 0; overflow wraps.
---@param x integer
---@param y integer
---@return integer
function math.pow(x, y) end

---A random number.
---
---Needs one or two arguments; none raises "wrong number of arguments".
---@param m? integer
---@param n integer
---@return integer
function math.random(m, n) end

---Where random numbers begin.
---@param seed integer
function math.randomseed(seed) end

---@class iolib
---@field stdin file* standard input
---@field stdout file* standard output
---@field stderr file* standard error
io = {}

---Closes a file.
---@param file? file*
---@return true|nil
---@return nil|string message
---@return nil|integer errno
function io.close(file) end

---Writes what the standard output holds back.
function io.flush() end

---The standard input, or sets it.
---@param file? file*|string
---@return file*
function io.input(file) end

---Goes through the lines of a file.
---
---Without a name raises on closed default input.
---@param name? string
---@return fun(...: any): ...: any iterator
function io.lines(name) end

---Opens a file.
---
---DryOS: name must start with upper case A; nil while a video is being recorded; mode goes to the firmware.
---@param name string
---@param mode? string (default "r")
---@return file*|nil
---@return nil|string message
---@return nil|integer errno
function io.open(name, mode) end

---The standard output, or sets it.
---@param file? file*|string
---@return file*
function io.output(file) end

---Reads from the standard input.
---
---Default input is closed until io.input(name); else "standard input file is closed".
---@param ... any
---@return any ...
function io.read(...) end

---"file", "closed file" or nil.
---@param obj any
---@return "file"|"closed file"|nil
function io.type(obj) end

---Writes to the standard output.
---
---Default output is closed until io.output(name); else "standard output file is closed".
---@param ... any
---@return true|nil
function io.write(...) end

---Closes the file.
---@return true|nil
function file:close() end

---Writes what is held back.
---@return true|nil
function file:flush() end

---Goes through the lines of the file.
---@return fun(...: any): ...: any iterator
function file:lines() end

---Reads from the file.
---
---*n reads at most 11 digits, integers only, leading 0 is octal on the camera.
---@param ... any
---@return any ...
function file:read(...) end

---Moves to a place in the file and returns it.
---@param whence? string
---@param offset? integer
---@return integer
function file:seek(whence, offset) end

---Writes to the file.
---
---Numbers written with %d.
---@param ... any
---@return true|nil
function file:write(...) end

---Debug aid.
---
---FILE address.
---@return integer
function file:_getfptr() end

---@class oslib
os = {}

---A date and time.
---
---! prefix is accepted but local time is used.
---@param fmt? string (default "%c")
---@param t? table
---@return string|table
function os.date(fmt, t) end

---Seconds between two times.
---@param a integer
---@param b? integer (default 0)
---@return integer
function os.difftime(a, b) end

---Make a folder.
---
---CHDK addition.
---@param name string
---@return true|nil
---@return nil|string message
---@return nil|integer errno
function os.mkdir(name) end

---Names in a folder.
---
---CHDK addition; trailing / only allowed for the root.
---
---Since CHDK 0.7.4 of 2008-11-10.
---@param name string
---@param showall? boolean|any
---@return table|nil
---@return nil|string message
---@return nil|integer errno
function os.listdir(name, showall) end

---Go through the names in a folder, one by one.
---
---CHDK addition; iterator(ud,false) closes.
---
---Since CHDK 1.3.0 of 2014-04-06.
---@param name string
---@param showall? any
---@return fun(...: any): ...: any iterator
---@return userdata
function os.idir(name, showall) end

---Size, times and kind of a file or folder.
---
---CHDK addition; is_dir is boolean.
---
---Since CHDK 0.6.4 of 2008-10-24.
---@param name string
---@return table|nil
---@return nil|string message
---@return nil|integer errno
function os.stat(name) end

---Set the times of a file.
---
---CHDK addition.
---
---Since CHDK 0.6.4 of 2008-10-24.
---@param name string
---@param mtime? integer
---@param atime? integer
---@return true|nil
---@return nil|string message
---@return nil|integer errno
function os.utime(name, mtime, atime) end

---Removes a file.
---
---files; folders too on DryOS R39 and later.
---@param name string
---@return true|nil
---@return nil|string message
---@return nil|integer errno
function os.remove(name) end

---Renames a file.
---@param from string
---@param to string
---@return true|nil
---@return nil|string message
---@return nil|integer errno
function os.rename(from, to) end

---Seconds since 1970.
---@param table? table
---@return integer|nil
function os.time(table) end

---@class debuglib
debug = {}

---The environment of an object.
---@param value any
---@return any
function debug.getfenv(value) end

---The hook.
---@return nil
function debug.gethook() end

---Tells about a function.
---@param thread? thread
---@param f function|integer
---@param what? string
---@return table|nil
function debug.getinfo(thread, f, what) end

---A local variable.
---@param thread? thread
---@param f function|integer
---@param index integer
---@return string|nil name
---@return any value
function debug.getlocal(thread, f, index) end

---The metatable of a value, whatever __metatable says.
---@param v any
---@return table|nil
function debug.getmetatable(v) end

---Lua's registry.
---@return table
function debug.getregistry() end

---An upvalue of a function.
---@param f function
---@param index integer
---@return string|nil name
---@return any value
function debug.getupvalue(f, index) end

---Sets the environment of an object.
---@param value any
---@return any
function debug.setfenv(value) end

---Sets the hook.
---
---Sethook replaces the forced-yield hook, so the script is then never preempted.
---@param thread? thread
---@param hook? nil
function debug.sethook(thread, hook) end

---Sets a local variable.
---@param thread? thread
---@param level integer
---@param index integer
---@param value any
---@return string|nil
function debug.setlocal(thread, level, index, value) end

---Sets the metatable of any value.
---@param v any
---@param metatable table|nil
---@return any
function debug.setmetatable(v, metatable) end

---Sets an upvalue of a function.
---@param f function
---@param index integer
---@param value any
---@return string|nil
function debug.setupvalue(f, index, value) end

---Where the program is, as text.
---@param thread? thread
---@param message? any
---@param level? integer (default 1)
---@return string
function debug.traceback(thread, message, level) end

---@class packagelib
---@field path string where modules are looked for
---@field cpath string where C modules are looked for
---@field config string signs of the system's paths
---@field loaded table modules that are loaded
---@field preload table loaders of modules that need no file
---@field loaders table package.searchers, as in Lua 5.1
package = {}
