//! Programs, one for each construct, and what the linter is to say of them.

/// What is to be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// It fails whenever it is run.
    Error,
    /// It may fail.
    Warning,
    /// It does not fail, and is not easily told from what does: no error, at most a warning.
    Unsure,
    /// It does not fail, and nothing is said.
    Clean,
}

use Expect::{Clean, Error, Unsure, Warning};

/// A script with the files it needs.
pub struct Program {
    pub expect: Expect,
    pub text: &'static str,
    pub files: &'static [(&'static str, &'static str)],
}

const fn program(expect: Expect, text: &'static str) -> Program {
    Program { expect, text, files: &[] }
}

const fn with(expect: Expect, text: &'static str, files: &'static [(&'static str, &'static str)]) -> Program {
    Program { expect, text, files }
}

pub const PROGRAMS: &[Program] = &[
    // pcall and xpcall
    program(Error, "pcall(sleep, 100)"),
    program(Error, "pcall(function() sleep(1) end)"),
    program(Error, "local function f() sleep(1) end pcall(f)"),
    program(Error, "function f() sleep(1) end function g() f() end pcall(g)"),
    program(Error, "local p = pcall local s = sleep p(s, 1)"),
    program(Error, "pcall(pcall, sleep, 1)"),
    program(Error, "xpcall(function() press('set') end, function(e) return e end)"),
    program(Error, "xpcall(function() error('x') end, function(e) sleep(1) return e end)"),
    program(Clean, "xpcall(function() return 1 end, function(e) sleep(1) end)"),
    program(Error, "local function try(f, ...) return pcall(f, ...) end try(sleep, 5)"),
    program(Error, "local t = {f = sleep} pcall(t.f, 1)"),
    program(Error, "local o = {} function o:wait() sleep(self.n) end o.n = 1 pcall(o.wait, o)"),
    program(Error, "pcall(shoot)"),
    program(Error, "pcall(wait_click) pcall(click, 'set')"),
    program(Clean, "pcall(sleep)"),
    program(Clean, "pcall(press, 'no such key')"),
    program(Clean, "pcall(print, sleep(1))"),
    program(Clean, "local ok = pcall(function() return 1 end) if ok then sleep(1) end"),
    program(Clean, "pcall(function() error('early') sleep(1) end)"),
    program(Clean, "pcall(function() local x = nil + 1 sleep(1) end)"),
    program(Clean, "pcall(function() if false then sleep(1) end end)"),
    program(Clean, "pcall(function() do return end sleep(1) end)"),
    program(Clean, "pcall(function() for i = 1, 0 do sleep(1) end end)"),
    program(Clean, "pcall(function() while false do sleep(1) end end)"),
    program(Clean, "pcall(function() local x = nil local y = x and sleep(1) end)"),
    program(Error, "pcall(function() local x = 1 local y = x and sleep(1) end)"),
    program(Error, "pcall(function() for i = 1, 3 do sleep(1) end end)"),
    program(Error, "pcall(function() repeat sleep(1) until true end)"),
    program(Warning, "pcall(function() if is_pressed('set') then sleep(1) end end)"),
    program(Warning, "if is_pressed('set') then pcall(sleep, 1) end"),
    program(Error, "if is_pressed('set') then pcall(sleep, 1) else pcall(shoot) end pcall(sleep, 1)"),
    program(Warning, "pcall(function() if is_pressed('set') then return end sleep(1) end)"),
    program(Warning, "if is_pressed('set') then error('stop') end pcall(sleep, 1)"),
    program(Clean, "local function unused() pcall(sleep, 1) end"),
    program(Clean, "do return end pcall(sleep, 1)"),
    program(Clean, "error('no') pcall(sleep, 1)"),
    program(Clean, "sleep = function() end pcall(sleep, 1)"),
    program(Clean, "function sleep() end pcall(sleep, 1)"),
    program(Clean, "local pcall = function(f, ...) return true, f(...) end pcall(sleep, 1)"),
    program(Clean, "pcall = function(f, ...) return true, f(...) end pcall(sleep, 1)"),
    program(Error, "local old = sleep sleep = nil pcall(old, 1)"),
    program(Clean, "sleep = nil pcall(function() sleep(1) end)"),
    program(Error, "pcall(sleep, 1) sleep = nil"),
    // messages
    program(Clean, "pcall(read_usb_msg) pcall(read_usb_msg, 0) pcall(read_usb_msg, nil) pcall(read_usb_msg, -2)"),
    program(Error, "pcall(read_usb_msg, 10)"),
    program(Error, "pcall(read_usb_msg, -1)"),
    program(Clean, "pcall(write_usb_msg, 'x') pcall(write_usb_msg, 'x', 0) pcall(write_usb_msg, 'x', -5)"),
    program(Error, "pcall(write_usb_msg, 'x', 100)"),
    program(Clean, "pcall(wait_click, -2)"),
    program(Error, "local function get(t) return read_usb_msg(t) end pcall(get, 5)"),
    program(Clean, "local function get(t) return read_usb_msg(t) end pcall(get, 0) get(5)"),
    // values that travel
    program(Error, "local function make(n) return function() sleep(n) end end pcall(make(1))"),
    program(Error, "local function pick(...) return (select(2, ...)) end pcall(pick(print, sleep), 1)"),
    program(Clean, "local function pick(...) return (select(1, ...)) end pcall(pick(print, sleep), 1)"),
    program(Error, "local t = {print, sleep} for _, f in ipairs(t) do pcall(f, 1) end"),
    program(Error, "local t = {a = print, b = sleep} for _, f in pairs(t) do pcall(f, 1) end"),
    program(Error, "local k, f = next({a = sleep}) pcall(f, 1)"),
    program(Error, "local t = {} table.insert(t, sleep) pcall(table.remove(t), 1)"),
    program(Error, "pcall(unpack({sleep, 1}))"),
    program(Error, "pcall(_G['sle' .. 'ep'], 1)"),
    program(Error, "for _, n in ipairs{'sleep'} do pcall(_G[n], 1) end"),
    program(Error, "pcall(getfenv().sleep, 1)"),
    program(Error, "local env = {f = sleep} local function g() f(1) end setfenv(g, env) pcall(g)"),
    program(Clean, "local env = {sleep = print} local function g() sleep(1) end setfenv(g, env) pcall(g)"),
    program(Error, "local c = setmetatable({}, {__index = {wait = function() sleep(1) end}}) pcall(c.wait)"),
    program(
        Error,
        "local A = {} A.__index = A function A.new() return setmetatable({}, A) end \
                    function A:go() sleep(1) end pcall(function() A.new():go() end)",
    ),
    program(Error, "local c = setmetatable({}, {__call = function() sleep(1) end}) pcall(c)"),
    program(Clean, "local c = setmetatable({}, {__call = function() sleep(1) end}) c()"),
    program(Error, "rawset(_G, 'nap', sleep) pcall(nap, 1)"),
    program(Error, "pcall(rawget(_G, 'sleep'), 1)"),
    program(Error, "local f f = function(n) if n == 0 then sleep(1) else f(n - 1) end end pcall(f, 3)"),
    program(Error, "local s = string.format('%sep', 'sle') pcall(_G[s], 1)"),
    program(Error, "local s = ('peels'):reverse() pcall(_G[s], 1)"),
    program(Error, "pcall(assert(sleep), 1)"),
    program(Error, "local f = is_pressed('set') and sleep or shoot pcall(f, 1)"),
    // code in strings and files
    program(Error, "pcall(loadstring('sleep(1)'))"),
    program(Clean, "loadstring('sleep(1)')()"),
    program(Clean, "assert(loadstring('sleep(1)'))()"),
    program(Error, "loadstring('pcall(sleep, 1)')()"),
    program(Clean, "pcall(loadstring, 'sleep(1)')"),
    program(Clean, "pcall(loadstring('syntax error here ='))"),
    program(Error, "load(function() sleep(1) return nil end)"),
    program(Clean, "local n = 0 local f = load(function() n = n + 1 return n == 1 and 'sleep(1)' or nil end) f()"),
    with(Error, "require('lib')", &[("CHDK/LUALIB/lib.lua", "sleep(1) return {}")]),
    with(Clean, "require('lib').wait()", &[("CHDK/LUALIB/lib.lua", "return {wait = function() sleep(1) end}")]),
    with(Error, "pcall(require('lib').wait)", &[("CHDK/LUALIB/lib.lua", "return {wait = function() sleep(1) end}")]),
    with(Error, "dofile('A/x.lua')", &[("x.lua", "sleep(1)")]),
    with(Clean, "loadfile('A/x.lua')()", &[("x.lua", "sleep(1)")]),
    with(Error, "pcall(loadfile('A/x.lua'))", &[("x.lua", "sleep(1)")]),
    with(Clean, "dofile('A/x.lua') nap()", &[("x.lua", "function nap() sleep(1) end")]),
    program(Error, "package.preload.x = function() sleep(1) end require('x')"),
    program(Clean, "package.preload.x = function() return sleep end require('x')(1)"),
    program(Error, "table.insert(package.loaders, 1, function(n) sleep(1) end) require('x')"),
    program(Clean, "package.loaded.x = {f = sleep} require('x').f(1)"),
    // iterators
    program(Error, "for x in sleep, 1 do end"),
    program(Error, "for x in function() sleep(1) end do end"),
    program(Error, "local function it() return function() sleep(1) end end for x in it() do end"),
    program(Error, "for x in setmetatable({}, {__call = function() sleep(1) end}) do end"),
    program(Clean, "for _, x in ipairs{1, 2} do sleep(x) end"),
    program(Clean, "local function it() sleep(1) return function() end end for x in it() do end"),
    program(Clean, "for w in ('a b'):gmatch('%a') do sleep(1) end"),
    // metamethods
    program(Error, "local t = setmetatable({}, {__index = function() sleep(1) end}) local x = t.y"),
    program(Error, "local t = setmetatable({}, {__newindex = function() sleep(1) end}) t.y = 1"),
    program(Clean, "local t = setmetatable({y = 1}, {__index = function() sleep(1) end}) local x = t.y"),
    program(Error, "local t = setmetatable({}, {__add = function() sleep(1) end}) local x = t + 1"),
    program(Error, "local t = setmetatable({}, {__sub = function() sleep(1) end}) local x = 1 - t"),
    program(Error, "local t = setmetatable({}, {__unm = function() sleep(1) end}) local x = -t"),
    program(Error, "local t = setmetatable({}, {__concat = function() sleep(1) end}) local x = 'a' .. t"),
    program(
        Error,
        "local m = {__eq = function() sleep(1) end} \
                    local x = setmetatable({}, m) == setmetatable({}, m)",
    ),
    program(
        Error,
        "local m = {__lt = function() sleep(1) end} \
                    local x = setmetatable({}, m) < setmetatable({}, m)",
    ),
    program(
        Error,
        "local m = {__lt = function() sleep(1) end} \
                    local x = setmetatable({}, m) <= setmetatable({}, m)",
    ),
    program(
        Error,
        "local m = {__le = function() sleep(1) end} \
                    local x = setmetatable({}, m) >= setmetatable({}, m)",
    ),
    program(Clean, "local t = setmetatable({}, {__len = function() sleep(1) end}) local x = #t"),
    program(Clean, "local t = setmetatable({}, {__add = function() sleep(1) end}) local x = rawequal(t, 1)"),
    program(Error, "tostring(setmetatable({}, {__tostring = function() sleep(1) return '' end}))"),
    program(Error, "print(setmetatable({}, {__tostring = function() sleep(1) return '' end}))"),
    program(Error, "tostring = function() sleep(1) return '' end print({})"),
    program(Clean, "tostring = function() sleep(1) return '' end print(5)"),
    program(Clean, "local t = setmetatable({}, {__index = function() sleep(1) end}) rawget(t, 'x')"),
    program(
        Error,
        "local e = setmetatable({}, {__index = function() sleep(1) end}) \
                    setfenv(function() local x = y end, e)()",
    ),
    program(
        Warning,
        "local p = newproxy(true) getmetatable(p).__gc = function() sleep(1) end p = nil \
                      collectgarbage() collectgarbage()",
    ),
    // callbacks
    program(Error, "table.sort({2, 1}, function(a, b) sleep(1) return a < b end)"),
    program(Clean, "table.sort({1}, function(a, b) sleep(1) return a < b end)"),
    program(
        Error,
        "local m = {__lt = function() sleep(1) end} \
                    table.sort{setmetatable({}, m), setmetatable({}, m)}",
    ),
    program(Error, "string.gsub('abc', '%a', function() sleep(1) end)"),
    program(Error, "local s = 'abc' s:gsub('b', function() sleep(1) end)"),
    program(Clean, "local s = 'abc' s:gsub('x', function() sleep(1) end)"),
    program(Error, "('abc'):gsub('b', setmetatable({}, {__index = function() sleep(1) end}))"),
    program(Error, "table.foreach({1}, function() sleep(1) end)"),
    program(Error, "table.foreachi({1}, function() sleep(1) end)"),
    program(Clean, "table.foreachi({}, function() sleep(1) end)"),
    program(Warning, "debug.sethook(function() sleep(1) end, 'l')\nlocal x = 1\nlocal y = 2"),
    program(Error, "usb_msg_table_to_string = function(t) sleep(1) return '' end write_usb_msg({})"),
    program(Clean, "usb_msg_table_to_string = function(t) sleep(1) return '' end write_usb_msg('x')"),
    // no boundaries
    program(Clean, "local function f() return sleep(1) end f()"),
    program(Clean, "table.concat({'a', sleep(1)}) select(1, sleep(1), 2)"),
    program(
        Clean,
        "for i = 1, 3 do sleep(1) end while not is_pressed('set') do sleep(1) if get_usb_power() == 0 then \
                    break end end",
    ),
    program(Clean, "repeat sleep(10) until get_usb_power() == 1 or get_usb_power() == 0"),
    program(Error, "for i = 1, 2 do sleep(1) end pcall(sleep, 1)"),
    program(Unsure, "local t = {f = sleep, g = print} local name = is_pressed('set') and 'g' or 'h' pcall(t[name], 1)"),
];
