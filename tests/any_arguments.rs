//! Whatever a script passes to whichever function: an answer or an error, and a camera that goes on.

mod bare;

use bare::{Host, int};
use moonshutter::sim::{Config, Profile};

/// Calls everything that a script finds, some thousand times, with arguments of all kinds. Left out are functions that take the
/// camera or the script away, those that may wait for a day, and those whose effects would hide the others'.
const SCRIPT: &str = r#"
math.randomseed(SEED)
local out = {shut_down = 1, reboot = 1, exit_alt = 1, set_yield = 1, sleep = 1, wait_click = 1, read_usb_msg = 1,
    write_usb_msg = 1, collectgarbage = 1, dofile = 1, loadfile = 1,
    setfenv = 1, rawset = 1, setmetatable = 1, ["os.remove"] = 1, ["os.rename"] = 1, ["math.randomseed"] = 1}
local skip = {_G = 1, package = 1, debug = 1, coroutine = 1, table = 1}
local calls = {}
for name, value in pairs(_G) do
    if type(value) == "function" and not out[name] then calls[#calls + 1] = {name, value} end
    if type(value) == "table" and not skip[name] then
        for field, f in pairs(value) do
            local whole = name .. "." .. tostring(field)
            if type(f) == "function" and not out[whole] then calls[#calls + 1] = {whole, f} end
        end
    end
end
table.sort(calls, function(a, b) return a[1] < b[1] end)
local edges = {0, 1, -1, 2, 3, 7, 96, 255, 256, 1000, 20000, 20653, 21000, 32767, 32768, 65535, 65536, 0x7fffffff,
    0x80000000, 0x80000001, -1000, 2000000000}
local words = {"", "A", "A/", "A/DCIM", "a/b", "A/../x", "A/x\0y", "set", "no_key", "w", "combined", "%d%s%n", "!%c", "count",
    string.rep("long", 300), "\255\254", "*a", "12", "0x7fffffff"}
local random, select, unpack, pcall = math.random, select, unpack, pcall
local function any(depth)
    local kind = random(9)
    if kind <= 4 then return edges[random(#edges)]
    elseif kind == 5 then return words[random(#words)]
    elseif kind == 6 then return random(2) == 1
    elseif kind == 7 and depth < 3 then
        local t = {}
        for i = 1, random(4) do t[random(2) == 1 and i or words[random(#words)]] = any(depth + 1) end
        return t
    elseif kind == 8 then return function() end
    end
end
local done = 0
for i = 1, 2000 do
    local call = calls[random(#calls)]
    local n, args = random(8) - 1, {}
    for k = 1, n do args[k] = any(0) end
    pcall(call[2], unpack(args, 1, n))
    done = done + 1
end
return done
"#;

#[test]
fn every_function_takes_any_arguments() {
    for name in Profile::names() {
        for seed in 1..=3 {
            // Lua 5.1 does not collect its garbage when memory runs out; here is to be enough of it.
            let profile = Profile::named(name).unwrap().with_memory(64 << 20);
            let mut host = Host::with(Config { profile, ..Config::default() });
            if host.chdk(&[0]).params.is_empty() {
                continue;
            }
            host.start(&SCRIPT.replace("SEED", &seed.to_string()));
            host.pass(600_000);
            let messages = host.messages();
            assert_eq!(host.status() & 1, 0, "{name}, {seed}: it still runs");
            assert_eq!(messages.last(), Some(&int(1, 2000)), "{name}, {seed}");
            assert_eq!(host.run("return 1 + 1"), [int(2, 2)], "{name}, {seed}");
        }
    }
}
