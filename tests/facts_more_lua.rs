//! More of the facts about the camera's Lua, clause by clause. What the other tests show is not shown again.

mod bare;
mod lua_camera;

use bare::{Host, boolean, string};
use lua_camera::{Script, check, check_scripts};
use moonshutter::sim::{Config, Profile};

// --- 3.1 The hook ---

/// §3.1 hook (modules/luascript.c:271-297): The count hook is on the script's thread, and called every 100 instructions.
#[test]
fn the_hook_stands_on_the_scripts_thread() {
    check(&[("select(2, debug.gethook()), select(3, debug.gethook())", " 100")]);
}

// --- 4.1 What yields ---

/// §4.1 The list: Of all functions that a script finds, whatever they are called with, no others yield.
#[test]
fn no_other_function_yields() {
    // These take the camera or the card away, or call what they are given.
    let source = "local skip = {shut_down=1, reboot=1, restart=1, pcall=1, xpcall=1, dofile=1, require=1, load=1, error=1}
        local known = {shoot=1, sleep=1, click=1, press=1, release=1, wait_click=1, md_detect_motion=1, file_browser=1,
            textbox=1, read_usb_msg=1, write_usb_msg=1}
        local boundary = 'attempt to yield across metamethod/C-call boundary'
        local tried, found = 0, ''
        local function try(name, f)
            for _, args in ipairs{{}, {1}, {'set'}, {'A/x'}, {1, 1, 1, 1, 1, 1, 1, 1}, {'a', 100, 100}, {{}, {}}} do
                tried = tried + 1
                if select(2, pcall(f, unpack(args))) == boundary then found = found .. name .. ' ' return end
            end
        end
        local names = {}
        for name, f in pairs(_G) do
            if type(f) == 'function' and not skip[name] and not known[name] then names[name] = f end
        end
        for _, lib in ipairs{'string', 'math', 'os', 'imath', 'fmath', 'rawop', 'hook_shoot', 'hook_raw', 'hook_preshoot'} do
            for name, f in pairs(_G[lib]) do
                if type(f) == 'function' then names[lib .. '.' .. name] = f end
            end
        end
        for name, f in pairs(names) do try(name, f) end
        return found, tried > 1500, select(2, pcall(sleep, 1)) == boundary, select(2, pcall(press, 'set')) == boundary";
    let mut host = Host::new();
    let got = host.run(source);
    let got = &got[got.len().saturating_sub(4)..];
    assert_eq!(got, [string(1, ""), boolean(1, true), boolean(1, true), boolean(1, true)]);
}

// --- 5.2 Libraries ---

/// §5.2 base (lbaselib.c:480-506): gcinfo gives the memory in KiB, as `collectgarbage("count")` does.
#[test]
fn gcinfo_counts_kib() {
    check(&[("math.abs(gcinfo() - collectgarbage'count') <= 1, gcinfo() > 0", "true true")]);
}

// --- 5.4 Files ---

/// §5.4 Files (wrappers.c:749-773): fopen returns NULL while a video is recorded.
///
/// Not modelled: nothing ever is recorded. The log says so when the key for videos is pressed, and `shoot` raises.
#[test]
fn files_open_since_no_video_is_recorded() {
    let mut host = Host::new();
    let source = "set_record(1) repeat sleep(10) until get_mode() click'video' local recorded = get_video_recording() \
                  local f = io.open('A/x', 'wb') f:close() return recorded, f ~= nil";
    assert_eq!(host.run(source), [boolean(1, false), boolean(1, true)]);
    assert!(host.log().iter().any(|line| line.contains("no video is taken")));
    assert!(String::from_utf8_lossy(&host.run("shoot()")[0].3).contains("does not do this yet"));
}

/// §5.4 os.listdir and os.idir (loslib.c:270-463): Deleted entries are hidden, unless showall is given.
///
/// Decided: a host's folder keeps no entries of what was deleted, so there are none to show.
#[test]
fn deleted_entries_are_gone() {
    let mut host = Host::new();
    let source = "os.mkdir'A/D' io.open('A/D/x', 'wb'):close() os.remove'A/D/x'
        return table.concat(os.listdir('A/D'), ' ') .. '|' .. table.concat(os.listdir('A/D', true), ' ')";
    assert_eq!(host.run(source), [string(1, "|. ..")]);
}

/// §5.4 package.path (luaconf.h:96-106): The list ends with a semicolon, and cpath is empty.
#[test]
fn the_paths_are_chdks() {
    check(&[("package.path", "A/CHDK/SCRIPTS/?.lua;A/CHDK/LUALIB/?.lua;"), ("package.cpath == ''", "true")]);
}

// --- 5.5 Limits ---

/// §5.5 Limits (luaconf.h:234-668): LUAL_BUFFERSIZE is 512.
///
/// Decided: the buffer's size does not show; text that does not fit into it, or just does, is whole.
#[test]
fn text_around_the_size_of_a_buffer_is_whole() {
    for length in [511, 512, 513, 1024, 1025, 5000] {
        let script = Script::new();
        let source = format!(
            "local s = ('ab'):rep({length}):sub(1, {length}) local f = io.open('A/x', 'wb') f:write(s) f:close() \
             f = io.open('A/x', 'rb') local r = f:read('*a') f:close() f = io.open('A/x', 'rb') local l = f:read('*l') f:close() \
             return r == s, l == s, s:gsub('.', '%0%0') == ('aabb'):rep({length}):sub(1, 2 * {length}), s:upper():lower() == s, \
             table.concat({{s, s}}) == s .. s"
        );
        assert_eq!(script.shows(&source), "true true true true true", "{length}");
    }
}

/// §5.5 Allocator (lauxlib.c:664-682): Shrinking never moves or frees; growing takes new memory, copies and frees the old.
///
/// Decided: memory is counted as Lua asks for it, so that what a camera loses to fragments is there for scripts here. What grows
/// needs room for the old and the new at once.
#[test]
fn a_table_that_grows_needs_room_for_both() {
    let mut script = Script::new();
    // 32,768 entries of 16 bytes are half a megabyte; the next step is a megabyte.
    script.options.memory = 1_300_000;
    assert_eq!(script.shows("local t = {} for i = 1, 40000 do t[i] = i end return #t"), "not enough memory");
    script.options.memory = 1_700_000;
    assert_eq!(script.shows("local t = {} for i = 1, 40000 do t[i] = i end return #t"), "40000");
}

// --- 5.6 Patches ---

/// §5.6 ldo, lauxlib: After a panic nothing exits, and the panic is silent.
///
/// Decided: whatever a script does runs protected, so there is never one: errors in all places are errors.
#[test]
fn errors_anywhere_are_no_panic() {
    check_scripts(&[
        ("error()", "(no text)"),
        ("error('x', 0)", "x"),
        ("setmetatable(_G, {__index = function() error('i', 0) end}) return nosuch", "i"),
        ("debug.sethook(function() error('h', 0) end, 'l')\nlocal a = 1", "h"),
        ("local p = newproxy(true) getmetatable(p).__gc = function() error('g', 0) end p = nil collectgarbage()", "g"),
    ]);
}

/// §5.6 llex: A number is not tried again with another decimal point.
#[test]
fn there_is_no_other_decimal_point() {
    check_scripts(&[("return 1.5", ":1: malformed number near '1.5'"), ("return 1,5", "1 5")]);
}

/// §5.6 lauxlib: The error of a file that cannot be loaded has no word of the system's.
#[test]
fn a_file_that_cannot_be_loaded_has_no_system_error() {
    check(&[("loadfile'A/none.lua'", "nil cannot fopen A/none.lua")]);
}

/// §5.6 the core: Call, resume, yield and hook code are stock: CHDK makes no more constructs yieldable.
#[test]
fn nothing_more_may_yield() {
    let expected = "attempt to yield across metamethod/C-call boundary";
    let calls = ["pcall(sleep)", "pcall(function() for _ in sleep do end end)", "pcall(table.sort, {1, 2}, sleep)"];
    for call in calls {
        assert_eq!(Script::new().shows(&format!("return select(2, {call})")), expected, "{call}");
    }
}

// --- 9 Version differences ---

/// §9 2021-01-03: `set_yield(-1, -1)` means never since then, and its old values are what was set.
#[test]
fn limits_are_told_as_they_were_set() {
    check(&[("select(2, set_yield(-1, -1), set_yield())", "-1 -1")]);
}

// --- 12 Not settled from source ---

/// §12: What a % 0 is before DIGIC 6.
///
/// Decided: 0, as on DIGIC 6.
///
/// §5.1 Division by zero (luascript.c:52-74): What DIGIC 6 does mimics the division of older cameras.
#[test]
fn division_by_zero_is_the_same_on_every_digic() {
    for name in ["digic4", "digic6", "vxworks"] {
        let mut host = Host::with(Config { profile: Profile::named(name).unwrap(), ..Config::default() });
        let source = "local z = 0 return table.concat({7 % z, -7 % z, 7 % 0, 0 / z, 7 / z, -7 / z, 7 / 0}, ' ')";
        assert_eq!(host.run(source), [string(1, "0 0 0 0 2147483647 -2147483648 2147483647")], "{name}");
    }
}

/// §12: What the firmware's strtol and strtoul do beyond 32 bits.
///
/// Decided: they saturate.
#[test]
fn numbers_beyond_32_bits_saturate() {
    check(&[
        ("tonumber('99999999999')", "2147483647"),
        ("tonumber('-99999999999')", "-2147483648"),
        ("tonumber('0x1ffffffff')", "-1"),
        ("tonumber('zzzzzzzz', 36)", "-1"),
    ]);
}

/// §12: What the firmware's vsprintf makes of %f.
///
/// Decided: it raises, on every camera.
#[test]
fn fractions_cannot_be_formatted() {
    for format in ["%f", "%g", "%e", "%5.2f"] {
        let shown = Script::new().shows(&format!("return (string.format('{format}', 1))"));
        assert!(shown.starts_with(":1: "), "{format}: {shown}");
    }
}

/// §12: Which modes the firmware's fopen knows.
///
/// Decided: r, w and a, with + and b behind; nothing else opens.
#[test]
fn modes_are_those_of_c() {
    let script = Script::new().file("x", "1");
    for mode in ["r", "rb", "r+", "rb+", "r+b", "w", "wb", "a", "ab"] {
        assert_eq!(script.shows(&format!("return io.open('A/x', '{mode}') ~= nil")), "true", "{mode}");
    }
    for mode in ["", "x", "rt", "wx", "re", "R"] {
        assert_eq!(script.shows(&format!("return io.open('A/x', '{mode}') ~= nil")), "false", "{mode}");
    }
}

/// §12: Which formats the firmware's strftime knows.
///
/// Decided: those of C from 1989; what is none stays as it is.
#[test]
fn date_formats_are_those_of_c() {
    check(&[
        ("os.date('%Y-%m-%d %H:%M:%S|%y|%j|%I %p|%%|%X', 86399)", "1970-01-01 23:59:59|70|001|11 PM|%|23:59:59"),
        ("os.date('%e|%F|%T|%', 0)", "%e|%F|%T|%"),
    ]);
}

// --- 5.4 Times of files ---

/// §5.4 times: A file bears what the camera's clock shows when it is written, also after `set_clock`, which changes the time of no
/// other.
///
/// Decided: so does a FAT file, in even seconds; its creation is not told apart.
#[test]
fn files_bear_the_time_of_the_cameras_clock() {
    let mut host = Host::new();
    let stat = "local function at(name) return os.date('%Y-%m-%d %H:%M', os.stat(name).mtime) end ";
    let write = "local function write(name, mode) local f = io.open(name, mode) f:write'x' f:close() end ";
    assert_eq!(
        host.run(&format!("{stat}{write} write('A/old', 'wb') return at'A/old'")),
        [string(1, "2024-01-01 12:00")]
    );
    let source = format!(
        "{stat}{write} set_clock(2031, 5, 17, 3, 4, 0) write('A/new', 'wb') os.mkdir'A/DIR' print_screen(1) print'x' print_screen(0) \
         return at'A/old' .. '|' .. at'A/new' .. '|' .. at'A/DIR' .. '|' .. os.date('%Y', os.stat('A/new').ctime) .. '|' .. at'A/CHDK/LOGS/LOG_0001.TXT'"
    );
    let expected = "2024-01-01 12:00|2031-05-17 03:04|2031-05-17 03:04|2031|2031-05-17 03:04";
    assert_eq!(host.run(&source), [string(2, expected)]);
    // Over PTP.
    let upload = [&8_u32.to_le_bytes()[..], b"A/UP.TXTx"].concat();
    host.chdk_with(&[5], &upload);
    // Reading changes nothing; appending does.
    host.run_only("set_clock(2032, 1, 1, 0, 0, 0) local f = io.open('A/new', 'rb') f:read'*a' f:close()");
    let source =
        format!("{stat}{write} write('A/old', 'ab') return at'A/new' .. '|' .. at'A/old' .. '|' .. at'A/UP.TXT'");
    let text = host.run(&source).pop().unwrap().3;
    let text = String::from_utf8(text).unwrap();
    let times: Vec<_> = text.split('|').collect();
    assert_eq!(times[0], "2031-05-17 03:04");
    assert!(times[1].starts_with("2032-01-01 00:0") && times[2].starts_with("2031-05-17 03:0"), "{times:?}");
}
