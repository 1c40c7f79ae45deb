//! The Lua modules that come with CHDK, on the simulated camera, in virtual time.

#[path = "bare/wire.rs"]
mod wire;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use moonshutter::clock::{Interrupt, VirtualClock};
use moonshutter::sim::{Cable, CardSource, Config, Profile, SimCamera, Time, lualib};

/// A camera with an open session.
struct Host {
    camera: SimCamera,
    cable: Cable,
    clock: VirtualClock,
    transaction: Cell<u32>,
}

impl Host {
    fn new() -> Self {
        Self::with(Config::default())
    }

    fn with(config: Config) -> Self {
        let clock = VirtualClock::new();
        let camera = SimCamera::start(Config { time: Time::Virtual(clock.clone()), ..config }).unwrap();
        let cable = camera.plug_in();
        let host = Self { camera, cable, clock, transaction: Cell::new(0) };
        host.transact(0x1002, &[1], None);
        host
    }

    /// A camera that differs from the usual one.
    fn of(change: impl FnOnce(&mut Profile)) -> Self {
        let mut config = Config::default();
        change(&mut config.profile);
        Self::with(config)
    }

    /// A camera whose card is a folder of the user's.
    fn on(folder: &Path) -> Self {
        Self::with(Config { card: CardSource::Folder(folder.to_owned()), ..Config::default() })
    }

    fn transact(&self, code: u16, params: &[u32], out: Option<&[u8]>) -> (Vec<u32>, Vec<u8>) {
        self.transaction.set(self.transaction.get() + 1);
        let answer = wire::transact(&self.cable, self.transaction.get(), code, params, out).unwrap();
        assert_eq!(answer.code, 0x2001, "the response to {code:#x} {params:?}");
        (answer.params, answer.data.unwrap_or_default())
    }

    /// Runs a script for up to a minute of the camera's; what it returns, parted by blanks, or its error.
    #[track_caller]
    fn run(&self, source: &str) -> String {
        let (started, _) = self.transact(0x9999, &[7, 0], Some(&[source.as_bytes(), b"\0"].concat()));
        assert_eq!(started[1], 0, "it does not compile: {source}");
        self.clock.advance(Duration::from_secs(60), &Interrupt::new());
        assert_eq!(self.transact(0x9999, &[8], None).0[0] & 1, 0, "it still runs: {source}");
        let mut values = Vec::new();
        loop {
            let (message, mut data) = self.transact(0x9999, &[10], None);
            data.truncate(message[3] as usize);
            let word = || i32::from_le_bytes(data[..4].try_into().unwrap());
            values.push(match (message[0], message[1]) {
                (0, _) => return values.join(" "),
                (2, 1) => "nil".to_owned(),
                (2, 2) => (word() != 0).to_string(),
                (2, 3) => word().to_string(),
                _ => String::from_utf8_lossy(&data).into_owned(),
            });
        }
    }

    /// Each script, and what it returns.
    #[track_caller]
    fn check(&self, rows: &[(&str, &str)]) {
        for (source, expected) in rows {
            assert_eq!(&self.run(source), expected, "{source}");
        }
    }
}

const RECORD: &str = "set_record(true) while not get_mode() do sleep(10) end ";

/// Names of all modules, as `require` takes them.
fn modules() -> Vec<String> {
    lualib::files().iter().map(|(name, _)| name.trim_end_matches(".lua").to_owned()).collect()
}

// --- the modules as such ---

/// §7 LUALIB: These modules come with CHDK: binstr, capmode, drawings, gpsLib, hookutil, iniLib, propcase, rawoplib, uartr,
/// wrap13, zoomutil, and generated ones: propset1 to propset13, modelist, cnf_core, cnf_osd, cnf_user, cnf_gps.
#[test]
fn these_modules_come_with_chdk() {
    let mut expected: BTreeSet<String> = [
        "binstr",
        "capmode",
        "drawings",
        "gpsLib",
        "hookutil",
        "iniLib",
        "propcase",
        "rawoplib",
        "uartr",
        "wrap13",
        "zoomutil",
        "gen/modelist",
        "gen/cnf_core",
        "gen/cnf_osd",
        "gen/cnf_user",
        "gen/cnf_gps",
    ]
    .map(str::to_owned)
    .into();
    expected.extend((1..=13).map(|propset| format!("gen/propset{propset}")));
    assert_eq!(modules().into_iter().collect::<BTreeSet<_>>(), expected);
}

/// §7 LUALIB (camera-api.tsv, category lualib): Every function listed of a module is there.
#[test]
fn every_function_in_the_list_is_there() {
    let host = Host::of(|profile| profile.body.features.gps = true);
    let mut seen = 0;
    for entry in moonshutter::api::entries().filter(|entry| entry.category == "lualib") {
        let Some((module, member)) = entry.name.split_once('.') else { continue };
        if member.starts_with('.') {
            continue;
        }
        let (file, table) = match module {
            "rawop" => ("rawoplib", "rawop"),
            "draw" => ("drawings", "draw"),
            "hook_preshoot" | "hook_shoot" | "hook_raw" => ("hookutil", module),
            _ => (module, "m"),
        };
        let kind = if entry.args == "(table)" { "table" } else { "function" };
        let found = host.run(&format!("local m = require'{file}' return type({table}.{member})"));
        assert_eq!(found, kind, "{}", entry.name);
        seen += 1;
    }
    assert!(seen > 40, "{seen}");
}

/// §4.1 LUALIB: No module yields in its body, so that `require` can load each of them.
#[test]
fn no_module_yields_in_its_body() {
    for gps in [false, true] {
        let host = Host::of(|profile| profile.body.features.gps = gps);
        for module in modules() {
            let script = format!(
                "for _, f in ipairs{{'sleep','press','release','click','shoot'}} do
                    _G[f] = function() error(f..' called') end
                end
                return type(require'{module}')"
            );
            assert!(["table", "boolean"].contains(&host.run(&script).as_str()), "{module}");
        }
    }
}

/// §5.4 package.path (luaconf.h:96-106): Names of modules are those of files, found in either case, but package.loaded
/// keeps the spelling, so that "GEN/modelist" and "gen/modelist" load twice.
#[test]
fn a_module_in_two_spellings_is_loaded_twice() {
    let host = Host::new();
    host.check(&[
        (
            "local a, b = require'gen/modelist', require'GEN/modelist'
             return a ~= b, #a == #b, a == require'gen/modelist', package.loaded['Gen/modelist']",
            "true true true nil",
        ),
        ("return require'CAPMODE' ~= require'capmode', require'Binstr'.pack(65, 1)", "true A"),
        ("return require'gen.propset1' ~= nil", "true"),
    ]);
    let missing = host.run("require'lualib'");
    assert!(missing.ends_with("no file 'A/CHDK/LUALIB/lualib.lua'"), "{missing}");
}

// --- on the card ---

/// §5.4 package.path: On the camera's own card the modules are files in A/CHDK/LUALIB, which scripts list, read, change and
/// remove like any other.
#[test]
fn the_cameras_card_has_the_modules_as_files() {
    let host = Host::new();
    host.check(&[
        (
            "local found for _, n in ipairs(os.listdir'A/CHDK') do found = found or n == 'LUALIB' end return found",
            "true",
        ),
        ("return #os.listdir'A/CHDK/LUALIB', #os.listdir'A/CHDK/LUALIB/gen'", "12 18"),
        (
            "return os.stat'A/CHDK/LUALIB/propcase.lua'.is_file, io.open'A/CHDK/lualib/GEN/MODELIST.LUA' ~= nil",
            "true true",
        ),
        ("local f = io.open('A/CHDK/LUALIB/binstr.lua', 'wb') f:write'return 5' f:close() return require'binstr'", "5"),
        ("os.remove'A/CHDK/LUALIB/wrap13.lua' return (pcall(require, 'wrap13'))", "false"),
    ]);
}

/// §5.4 package.path: On the host the files are where the camera has them, and what is changed there the camera sees.
///
/// Decided: each file is written when somebody looks, so that cameras start fast.
#[test]
fn the_host_sees_the_modules() {
    let host = Host::new();
    assert_eq!(host.run("os.remove'A/CHDK/LUALIB/binstr.lua' return (pcall(require, 'binstr'))"), "false");
    let folder = host.camera.card_root().join("CHDK/LUALIB");
    for (name, text) in lualib::files() {
        let found = fs::read_to_string(folder.join(name)).ok();
        assert_eq!(found.as_ref(), Some(text).filter(|_| name != "binstr.lua"), "{name}");
    }
    fs::write(folder.join("capmode.lua"), "return 'mine'").unwrap();
    assert_eq!(host.run("return require'capmode'"), "mine");
}

/// §5.4 package.path: In a user's folder the user's own modules win, and scripts find the others without anything being
/// written there.
///
/// Decided: a real card has the files; a folder of the user's is not to be written to, so that they are only read here.
#[test]
fn a_users_folder_is_not_written_to() {
    let folder = tempfile::tempdir().unwrap();
    let host = Host::on(folder.path());
    assert_eq!(host.run("return require'capmode'.name_to_mode.AUTO, type(require'GEN/cnf_core')"), "1 table");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    assert_eq!(host.run("return io.open('A/CHDK/LUALIB/capmode.lua', 'wb')").split(' ').next(), Some("nil"));
    assert_eq!(host.run("return io.open('A/CHDK/LUALIB/capmode.lua', 'r+b')").split(' ').next(), Some("nil"));
    assert_eq!(host.run("return os.remove'A/CHDK/LUALIB/capmode.lua'").split(' ').next(), Some("nil"));

    fs::create_dir_all(folder.path().join("chdk/LuaLib")).unwrap();
    fs::write(folder.path().join("chdk/LuaLib/CapMode.lua"), "return 'mine'").unwrap();
    fs::create_dir_all(folder.path().join("chdk/scripts")).unwrap();
    fs::write(folder.path().join("chdk/scripts/binstr.lua"), "return 'first'").unwrap();
    assert_eq!(host.run("return require'capmode', require'binstr', type(require'propcase')"), "mine first table");
    assert_eq!(host.run("return #os.listdir'A/CHDK/LUALIB'"), "1");
}

/// §5.4 package.path: What a script does to the modules on its card is nobody else's business.
#[test]
fn cameras_do_not_share_what_they_change() {
    let (one, other) = (Host::new(), Host::new());
    one.run("local f = io.open('A/CHDK/LUALIB/binstr.lua', 'r+b') f:write'do return 7 end --' f:close()");
    assert_eq!(one.run("return require'binstr'"), "7");
    assert_eq!(other.run("return type(require'binstr')"), "table");
}

// --- propcase, capmode, gen ---

/// §7 LUALIB (LUALIB/propcase.lua): The value of propcase is that of the propset module for this camera, and the global p
/// is left with the number of the propset.
#[test]
fn propcase_is_that_of_the_cameras_propset() {
    for propset in [1, 6, 13] {
        let host = Host::of(|profile| profile.body.propset = propset);
        host.check(&[
            (
                "local props = require'propcase'
                 return p, props == require('gen/propset'..get_propset()), props.NONE",
                &format!("{propset} true nil"),
            ),
            (&format!("{RECORD} set_prop(require'propcase'.AV, 320) return get_av96()"), "320"),
        ]);
    }
}

/// §7 LUALIB (GEN/propset1-13): Every propset has a table of names and numbers; scripts may not rely on a number in another
/// one.
///
/// Decided: our facts have no numbers of real propsets, so that these are the simulated camera's own.
#[test]
fn propsets_are_tables_of_different_numbers() {
    Host::new().check(&[(
        "local seen = {}
         for n = 1, 13 do
           for name, id in pairs(require('gen/propset'..n)) do
             if type(name) ~= 'string' or type(id) ~= 'number' or seen[id] then return n, name, id end
             seen[id] = true
           end
         end
         return seen[require'gen/propset13'.SHOOTING_MODE]",
        "true",
    )]);
}

/// §7 LUALIB (GEN/modelist): The modelist has the names of CHDK's modes by their numbers, and capmode has it both ways.
#[test]
fn modes_have_names_and_numbers() {
    Host::new().check(&[
        ("local m = require'gen/modelist' return m[1], m[0], type(m[#m])", "AUTO nil string"),
        (
            "local c = require'capmode'
             for number, name in pairs(require'gen/modelist') do
               if c.name_to_mode[name] ~= number or c.mode_to_name[number] ~= name then return name end
             end
             return c.mode_to_name == require'GEN/modelist'",
            "true",
        ),
        // Clients list the modes like this.
        (
            "local c, all = require'capmode', '' for id, name in ipairs(c.mode_to_name) do
               if c.valid(id) then all = all..name..' ' end
             end
             return all",
            "AUTO P TV AV M PORTRAIT LANDSCAPE SCENE_FIREWORK VIDEO_STD ",
        ),
    ]);
}

/// §7 LUALIB (capmode.get, get_name): In playback the mode is 0 and PLAY; in record mode CHDK's number and name, UNKNOWN
/// for a mode without one.
#[test]
fn capmode_says_which_mode_it_is() {
    let host = Host::new();
    host.check(&[
        ("local c = require'capmode' return c.get(), c.get_name()", "0 PLAY"),
        (
            &format!("{RECORD} local c = require'capmode' c.set'P' return c.get() == c.name_to_mode.P, c.get_name()"),
            "true P",
        ),
        ("set_capture_mode_canon(12345) local c = require'capmode' return c.get(), c.get_name()", "0 UNKNOWN"),
    ]);
}

/// §7 LUALIB (capmode.get_canon): The value of the property SHOOTING_MODE.
#[test]
fn capmode_says_canons_number() {
    Host::new().check(&[(
        &format!(
            "{RECORD} set_capture_mode_canon(777)
             return require'capmode'.get_canon(), get_prop(require'propcase'.SHOOTING_MODE)"
        ),
        "777 777",
    )]);
}

/// §7 LUALIB (capmode.set, valid): Modes are set and asked about by name or number; false if there is none, and for set in
/// playback.
#[test]
fn capmode_sets_modes_by_name_and_number() {
    let host = Host::of(|profile| profile.body.modes.retain(|mode| mode != "M"));
    host.check(&[
        (
            "local c = require'capmode' return c.valid'TV', c.valid(c.name_to_mode.TV), c.valid'M', c.valid'NONE', c.valid(99)",
            "true true false false false",
        ),
        ("return require'capmode'.set'TV'", "false"),
        (
            &format!(
                "{RECORD} local c = require'capmode'
                 return c.set'TV', c.get_name(), c.set(c.name_to_mode.P), c.get_name(), c.set'M', c.set'NONE', c.get_name()"
            ),
            "true TV true P false false P",
        ),
    ]);
}

/// §7 LUALIB (GEN/cnf_core, cnf_osd, cnf_user, cnf_gps): Numbers of configuration values by name, each of which the camera
/// has.
///
/// Decided: our facts have no numbers of real builds, so that these are the simulated camera's own.
#[test]
fn configuration_values_have_names() {
    Host::new().check(&[
        (
            "local seen = {}
             for _, group in ipairs{'core', 'osd', 'user', 'gps'} do
               for name, id in pairs(require('gen/cnf_'..group)) do
                 if seen[id] then return name, id end
                 seen[id] = true
                 if name ~= '_config_id' and get_config_value(id) == nil then return name, id end
               end
             end
             return seen[require'gen/cnf_core'.save_raw]",
            "true",
        ),
        (
            "local id = require'gen/cnf_core'.save_raw
             return set_config_value(id, 1), get_config_value(id), get_raw(), save_config_file(require'gen/cnf_osd'._config_id)",
            "true 1 true true",
        ),
    ]);
}

// --- binstr ---

/// §7 LUALIB (binstr.pack): A number or an array of them becomes bytes, the lowest first, four each if nothing else is said.
#[test]
fn binstr_packs() {
    Host::new().check(&[
        ("local s = require'binstr'.pack(0x01020304) return #s, s:byte(1, -1)", "4 4 3 2 1"),
        ("return require'binstr'.pack(-2, 2):byte(1, -1)", "254 255"),
        ("return require'binstr'.pack({1, 0x4241}, 2):byte(1, -1)", "1 0 65 66"),
        ("return #require'binstr'.pack({}), #require'binstr'.pack(1, 1)", "0 1"),
    ]);
}

/// §7 LUALIB (binstr.getnum): The number at a place, without sign extension; nil if it is not all there.
#[test]
fn binstr_gets_numbers() {
    Host::new().check(&[
        (
            r"local g = require'binstr'.getnum return g'\255\255\255\255', g('\254\255', 2), g('\255', 1)",
            "-1 65534 255",
        ),
        (
            r"local g = require'binstr'.getnum return g('\1\2\3', 2, 2), g('\1\2\3', 2, 3), g'abc', g('abcd', 4, 0)",
            "770 nil nil nil",
        ),
    ]);
}

/// §7 LUALIB (binstr.unpack): A string becomes an array of numbers; bytes that are left over do not count.
#[test]
fn binstr_unpacks() {
    Host::new().check(&[
        (r"return unpack(require'binstr'.unpack('\1\0\2\1\9', 2))", "1 258"),
        (r"local b = require'binstr' return unpack(b.unpack(b.pack{-5, 6, 2147483647}))", "-5 6 2147483647"),
        ("return #require'binstr'.unpack'abc'", "0"),
    ]);
}

// --- iniLib ---

/// §7 LUALIB (iniLib.read, write): A table is read from A/CHDK/DATA/name.ini, new if there is no such file, and written
/// back there.
///
/// Decided: the format is ours, a line key=value each; numbers, booleans and strings come back as what they were, and so do
/// tables one level down.
#[test]
fn ini_tables_outlive_their_script() {
    let host = Host::new();
    host.check(&[
        (
            r#"local t, new = require'iniLib'.read'test'
             t.n, t.b, t.s, t.text, t.quoted, t.empty, t[3] = -12, false, '12', ' a = b ', '"x"', '', 'three'
             t.min = -2147483647 - 1
             t.inner = {1, x = 'true', ['2'] = 'key'}
             return new, require'iniLib'.write(t)"#,
            "true true",
        ),
        (
            r#"local t, new = require'iniLib'.read'test'
             return new, t.n, t.b, t.s == '12', t.text == ' a = b ', t.quoted == '"x"', t.empty == '', t[3], t.min"#,
            "false -12 false true true true true three -2147483648",
        ),
        ("local t = require'iniLib'.read'test' return t.inner[1], type(t.inner.x), t.inner['2']", "1 string key"),
        ("local t = require'iniLib'.read'test' t.n = nil require'iniLib'.write(t) return require'iniLib'.read'test'.n", "nil"),
    ]);
    assert!(host.camera.card_root().join("CHDK/DATA/test.ini").is_file());
}

/// §7 LUALIB (iniLib.write): False if it cannot be written.
///
/// Decided: that is so for a table that read did not make, and for what would not come back as it was; the file stays then.
#[test]
fn ini_refuses_what_would_not_come_back() {
    let host = Host::new();
    let refused = |assignment: &str| {
        let script = format!(
            "local i = require'iniLib' local t = i.read'kept' t.a = 1 i.write(t) {assignment}
             return i.write(t), i.read'kept'.a"
        );
        assert_eq!(host.run(&script), "false 1", "{assignment}");
    };
    for assignment in [
        r"t.s = 'two\nlines'",
        "t['a=b'] = 1",
        "t['[x'] = 1",
        "t[''] = 1",
        "t.f = print",
        "t.x = {y = {}}",
        r"t.x = {s = '\r'}",
        r"t['x\n'] = {}",
        r"t.s = '\0'",
    ] {
        refused(assignment);
    }
    assert_eq!(host.run("return require'iniLib'.write{a = 1}"), "false");
}

/// §7 LUALIB (iniLib.read): A file that somebody else wrote is read as far as it makes sense.
#[test]
fn ini_reads_what_others_wrote() {
    let host = Host::new();
    let data = host.camera.card_root().join("CHDK/DATA");
    fs::create_dir_all(&data).unwrap();
    fs::write(data.join("x.ini"), "; a comment\r\na=1\r\n\r\nb=two words\nnothing\n[s]\na=2\n[a]\nz=1").unwrap();
    host.check(&[("local t = require'iniLib'.read'x' return t.b, t.s.a, t.nothing, t.a.z", "two words 2 nil 1")]);
}

// --- wrap13 ---

/// §7 1.3 → 1.4 (LUALIB/wrap13.lua): get_raw, get_video_button, get_focus_ok, save_config_file, load_config_file and set_mf
/// return 1 or 0 after require'wrap13', booleans without it; other functions are as they were.
#[test]
fn wrap13_turns_booleans_into_numbers() {
    let host = Host::new();
    let all = "local core = require'gen/cnf_core'._config_id
        set_raw(true)
        return get_raw(), get_video_button(), get_focus_ok(), save_config_file(core), load_config_file(1), is_key'set'";
    assert_eq!(host.run(all), "true true false true false false");
    assert_eq!(host.run(&format!("require'wrap13' {all}")), "1 1 0 1 0 false");
    assert_eq!(host.run("require'wrap13' return set_mf(1)"), "0");
    assert_eq!(host.run(&format!("{RECORD} require'wrap13' return set_mf(1), set_mf(0)")), "1 1");
}

// --- zoomutil ---

/// Steps at 5, 10 and 20 mm, four times as long on a 35 mm camera.
fn zooming() -> Host {
    Host::of(|profile| {
        profile.body.lens.focal_lengths = vec![5000, 10_000, 20_000];
        profile.body.lens.crop = 4000;
    })
}

/// §7 LUALIB (zoomutil.get_zoom_for_fl, get_zoom_for_efl): The step that is nearest to a focal length.
///
/// Decided: of two that are equally near, the wider one. Lengths are in mm times 1000, as in get_focal_length.
#[test]
fn zoomutil_finds_the_nearest_step() {
    zooming().check(&[
        ("local z = require'zoomutil'.get_zoom_for_fl return z(0), z(7500), z(7501), z(14000), z(99999)", "0 0 1 1 2"),
        ("local z = require'zoomutil'.get_zoom_for_efl return z(0), z(30000), z(30001), z(99999)", "0 0 1 2"),
    ]);
}

/// §7 LUALIB (zoomutil.set_zoom_fl, set_zoom_efl): The zoom goes to the step that is nearest.
#[test]
fn zoomutil_zooms() {
    zooming().check(&[(
        &format!(
            "{RECORD} local z = require'zoomutil' z.set_zoom_fl(19000) sleep(2000) local a = get_zoom()
             z.set_zoom_efl(41000) sleep(2000) return a, get_zoom()"
        ),
        "2 1",
    )]);
}

/// §7 LUALIB (zoomutil.get_min_fl, get_min_efl, get_max_fl, get_max_efl): The ends of the zoom.
#[test]
fn zoomutil_knows_the_ends() {
    zooming().check(&[(
        "local z = require'zoomutil' return z.get_min_fl(), z.get_max_fl(), z.get_min_efl(), z.get_max_efl()",
        "5000 20000 20000 80000",
    )]);
}

/// §7 LUALIB (zoomutil.fl_to_efl, efl_to_fl): Focal lengths and equivalent ones are converted into each other.
///
/// Decided: scale is what the result is multiplied by, before it is rounded.
#[test]
fn zoomutil_converts() {
    zooming().check(&[
        (
            "local z = require'zoomutil' return z.fl_to_efl(7000), z.fl_to_efl(7, 1000), z.efl_to_fl(28000), z.efl_to_fl(30, 10)",
            "28000 28000 7000 75",
        ),
        ("return require'zoomutil'.fl_to_efl(500000, 1000)", "2000000000"),
    ]);
}

/// §7 LUALIB (zoomutil.get_efl_factor): The factor between the two is an fmath number.
#[test]
fn zoomutil_knows_the_factor() {
    // Only what it asks of fmath is looked at here.
    zooming().check(&[(
        "fmath = {new = function(a, b) return a..'/'..b end} return require'zoomutil'.get_efl_factor()",
        "20000/5000",
    )]);
}

// --- hookutil ---

/// §4.1 LUALIB (LUALIB/hookutil.lua): wait_ready is added to the three hook tables. It polls is_ready with sleep(10), so
/// that it yields while the hook is not ready, and not if it is.
#[test]
fn wait_ready_sleeps_until_the_hook_is_ready() {
    let host = Host::new();
    for hook in ["hook_preshoot", "hook_shoot", "hook_raw"] {
        host.check(&[
            (&format!("return {hook}.wait_ready"), "nil"),
            (
                &format!(
                    "require'hookutil'
                     local begun, asked = get_tick_count(), 0
                     {hook}.is_ready = function() asked = asked + 1 return get_tick_count() - begun >= 100 end
                     return {hook}.wait_ready(), asked, get_tick_count() - begun"
                ),
                "true 11 100",
            ),
            (
                &format!(
                    "require'hookutil' {hook}.is_ready = function() return true end return pcall({hook}.wait_ready)"
                ),
                "true true",
            ),
            (
                &format!(
                    "require'hookutil' {hook}.is_ready = function() return false end return pcall({hook}.wait_ready)"
                ),
                "false attempt to yield across metamethod/C-call boundary",
            ),
        ]);
    }
}

/// §7 LUALIB (hook_raw.wait_ready): After timeout ms, 10000 if nothing else is said, it raises, or returns false if
/// timeout_error is false.
#[test]
fn wait_ready_gives_up() {
    let never = "require'hookutil' hook_raw.is_ready = function() return false end local begun = get_tick_count() ";
    Host::new().check(&[
        (&format!("{never} hook_raw.wait_ready()"), ":1: hook_raw: not ready in time"),
        (
            &format!("{never} return hook_raw.wait_ready{{timeout_error = false}}, get_tick_count() - begun"),
            "false 10010",
        ),
        (
            &format!(
                "{never} return hook_raw.wait_ready{{timeout = 200, timeout_error = false}}, get_tick_count() - begun"
            ),
            "false 210",
        ),
        (
            &format!("{never} hook_raw.wait_ready{{timeout = 0, timeout_error = true}}"),
            ":1: hook_raw: not ready in time",
        ),
    ]);
}

/// §7 LUALIB (hook_raw.wait_ready): The raw hook is waited for longer by the exposure with raw_adj_tv, and by that of a
/// dark frame with raw_adj_dfs.
///
/// Decided: not so for the hooks before the exposure, and no dark frame is waited for when they are off.
#[test]
fn wait_ready_knows_of_long_exposures() {
    let waits = |hook: &str, dark_frames: i32, options: &str, ms: &str| {
        let script = format!(
            "{RECORD} require'hookutil' set_prop(require'propcase'.TV, -96) set_raw_nr({dark_frames})
             {hook}.is_ready = function() return false end local begun = get_tick_count()
             {hook}.wait_ready{{timeout = 0, timeout_error = false, {options}}} return get_tick_count() - begun"
        );
        assert_eq!(Host::new().run(&script), ms, "{hook} {dark_frames} {options}");
    };
    let (auto, off, on) = (0, 1, 2);
    waits("hook_raw", on, "", "10");
    waits("hook_raw", on, "raw_adj_tv = true", "2010");
    waits("hook_raw", on, "raw_adj_dfs = true", "2010");
    waits("hook_raw", on, "raw_adj_tv = true, raw_adj_dfs = true", "4010");
    waits("hook_raw", auto, "raw_adj_tv = true, raw_adj_dfs = true", "4010");
    waits("hook_raw", off, "raw_adj_tv = true, raw_adj_dfs = true", "2010");
    waits("hook_shoot", on, "raw_adj_tv = true, raw_adj_dfs = true", "10");
}

// --- rawoplib ---

/// A sensor of 8 by 6 pixels made of Lua, with red at 1, 0; `show` writes it row by row.
const SENSOR: &str = "
    local px = {}
    for y = 0, 5 do px[y] = {} for x = 0, 7 do px[y][x] = '.' end end
    rawop.get_cfa_offsets = function() return {r = {x=1,y=0}, g1 = {x=0,y=0}, g2 = {x=1,y=1}, b = {x=0,y=1}} end
    rawop.fill_rect = function(x, y, w, h, v, xstep, ystep)
        xstep = xstep or 1
        for j = y, y + h - 1, ystep or xstep do for i = x, x + w - 1, xstep do px[j][i] = v end end
    end
    rawop.meter = function(x, y, xc, yc, xs, ys) return x * 100000 + y * 10000 + xc * 1000 + yc * 100 + xs * 10 + ys end
    require'rawoplib'
    local function show()
        local rows = {}
        for y = 0, 5 do rows[#rows + 1] = table.concat(px[y], '', 0, 7) end
        return table.concat(rows, ' ')
    end ";

/// §7 LUALIB (rawop.fill_rect_rgbg): A rectangle is filled with a value for each colour of the filter, no pixel beyond it;
/// g2 is g1 if it is left out.
#[test]
fn rawoplib_fills_in_colour() {
    let host = Host::new();
    for (call, expected) in [
        ("2,2,4,2,'R','G','B','H'", "........ ........ ..GRGR.. ..BHBH.. ........ ........"),
        ("2,2,4,2,'R','G','B'", "........ ........ ..GRGR.. ..BGBG.. ........ ........"),
        ("1,1,3,3,'R','G','B','H'", "........ .HBH.... .RGR.... .HBH.... ........ ........"),
        ("7,5,1,1,'R','G','B','H'", "........ ........ ........ ........ ........ .......H"),
    ] {
        assert_eq!(host.run(&format!("{SENSOR} rawop.fill_rect_rgbg({call}) return show()")), expected, "{call}");
    }
}

/// §7 LUALIB (rawop.rect, rect_rgbg): A hollow rectangle with lines as thick as said, of one value or of the colours of the
/// filter.
#[test]
fn rawoplib_draws_frames() {
    let host = Host::new();
    for (call, expected) in [
        ("rect(1,1,6,4,1,'x')", "........ .xxxxxx. .x....x. .x....x. .xxxxxx. ........"),
        ("rect(0,0,8,6,2,'x')", "xxxxxxxx xxxxxxxx xx....xx xx....xx xxxxxxxx xxxxxxxx"),
        ("rect(0,0,4,4,2,'x')", "xxxx.... xxxx.... xxxx.... xxxx.... ........ ........"),
        ("rect(0,0,3,3,9,'x')", "xxx..... xxx..... xxx..... ........ ........ ........"),
        ("rect(0,0,8,6,1,'x',2)", "x.x.x.x. x......x ........ x......x ........ x.x.x.x."),
        ("rect_rgbg(0,0,8,6,1,'R','G','B','H')", "GRGRGRGR B......H G......R B......H G......R BHBHBHBH"),
    ] {
        assert_eq!(host.run(&format!("{SENSOR} rawop.{call} return show()")), expected, "{call}");
    }
}

/// §7 LUALIB (rawop.meter_rgbg, meter_rgb): The four elements of the filter, or the first three, are metered apart, each
/// from where it first is at or after x, y.
#[test]
fn rawoplib_meters_in_colour() {
    let host = Host::new();
    for (call, expected) in [
        ("meter_rgbg(2,2,3,3,2,2)", "323322 223322 233322 333322"),
        ("meter_rgb(2,2,3,3,2,2)", "323322 223322 233322"),
        ("meter_rgbg(1,1,1,1,2,4)", "121124 221124 211124 111124"),
    ] {
        assert_eq!(host.run(&format!("{SENSOR} return rawop.{call}")), expected, "{call}");
    }
    assert_eq!(
        host.run(&format!("{SENSOR} rawop.meter = function() end return rawop.meter_rgb(0,0,0,0,2,2)")),
        "nil nil nil"
    );
}

/// §7 LUALIB (rawop.raw_to_ev96, ev96_to_raw): Other names for raw_to_ev and ev_to_raw.
#[test]
fn rawoplib_has_other_names() {
    Host::new().check(&[(
        "require'rawoplib' return rawop.raw_to_ev96 == rawop.raw_to_ev, rawop.ev96_to_raw == rawop.ev_to_raw",
        "true true",
    )]);
}

// --- drawings ---

/// Functions of the screen that write down their calls; `said` is what they wrote since it was last asked.
const SCREEN: &str = "
    local calls = {}
    for _, name in ipairs{'pixel', 'line', 'rect', 'rect_filled', 'ellipse', 'ellipse_filled', 'string', 'clear'} do
        _G['draw_'..name] = function(...) calls[#calls + 1] = name..'('..table.concat({...}, ',')..')' end
    end
    require'drawings'
    local function said() local all = table.concat(calls, ' ') calls = {} return all end ";

/// §7 LUALIB (draw.add, overdraw, redraw): Drawings are kept, and drawn all at once, with or without clearing the screen
/// before. add returns a number, false for a type that there is not.
///
/// Decided: the types are pixel, line, rect, rectf, ellipse, ellipsef and string, with the parameters of their functions.
#[test]
fn drawings_are_kept_and_drawn() {
    Host::new().check(&[
        (
            &format!(
                "{SCREEN}
                 local n = {{draw.add('pixel',1,2,3), draw.add('line',1,2,3,4,5), draw.add('rect',1,2,3,4,5,6),
                   draw.add('rectf',1,2,3,4,5,6,7), draw.add('ellipse',1,2,3,4,5), draw.add('ellipsef',1,2,3,4,5),
                   draw.add('string',1,2,'hi',4,5)}}
                 local before = said() draw.overdraw()
                 return #n, n[1], n[7], before, said()"
            ),
            "7 1 7  pixel(1,2,3) line(1,2,3,4,5) rect(1,2,3,4,5,6) rect_filled(1,2,3,4,5,6,7) ellipse(1,2,3,4,5) \
             ellipse_filled(1,2,3,4,5) string(1,2,hi,4,5)",
        ),
        (&format!("{SCREEN} draw.add('pixel',1,2,3) draw.redraw() return said()"), "clear() pixel(1,2,3)"),
        (&format!("{SCREEN} return draw.add('circle',1,2,3), #SCREEN_DRAWINGS"), "false 0"),
    ]);
}

/// §7 LUALIB (draw.replace, get_params, remove, clear): A drawing can be replaced and removed, its parameters asked for;
/// clear removes all and clears the screen.
#[test]
fn drawings_can_be_changed() {
    Host::new().check(&[
        (
            &format!(
                "{SCREEN} draw.add('pixel',1,2,3) draw.add('pixel',4,5,6)
                 local r = draw.replace(1,'line',7,7,7,7,'red') draw.overdraw()
                 return r, said(), draw.replace(9,'pixel',1,1,1), draw.replace(1,'circle')"
            ),
            "1 line(7,7,7,7,259) pixel(4,5,6) false false",
        ),
        (&format!("{SCREEN} draw.add('pixel',1,2,3) return unpack(draw.get_params(1))"), "pixel 1 2 3"),
        (
            &format!("{SCREEN} draw.add('pixel',1,2,3) draw.add('pixel',4,5,6) draw.remove(1) draw.remove(7) draw.overdraw() return said()"),
            "pixel(4,5,6)",
        ),
        (
            &format!("{SCREEN} draw.add('pixel',1,2,3) draw.clear() draw.overdraw() return said(), #SCREEN_DRAWINGS"),
            "clear() 0",
        ),
    ]);
}

/// §7 LUALIB (draw.make_color): A name becomes the number of CHDK's colour, 256 or above; numbers stay what they are.
///
/// Decided: which number a name has the facts do not say; these are the simulated camera's.
#[test]
fn colours_have_numbers() {
    Host::new().check(&[(
        "require'drawings' local c = draw.make_color return c'black' >= 256, c'black' ~= c'white', c(7), c(300), c'nonsense' == c'trans'",
        "true true 7 300 true",
    )]);
}

/// §7 LUALIB (draw.pack_cnf_colors, unpack_cnf_colors): Two colours go into one number for set_config_value, and out again.
#[test]
fn two_colours_go_into_one_number() {
    Host::new().check(&[
        ("require'drawings' return draw.unpack_cnf_colors(draw.pack_cnf_colors(257, 12))", "257 12"),
        (
            "require'drawings' local fg, bg = draw.unpack_cnf_colors(draw.pack_cnf_colors('red', 'white'))
             return fg == draw.make_color'red', bg == draw.make_color'white'",
            "true true",
        ),
    ]);
}

// --- gpsLib, uartr ---

/// §7 LUALIB (gpsLib): On a camera without GPS the value of the module is false.
#[test]
fn without_gps_there_is_no_gps_lib() {
    assert_eq!(Host::new().run("return require'gpsLib'"), "false");
}

/// §7 LUALIB (gpsLib.data): The property GPS as a table.
///
/// Decided: what is in it our facts do not say; the property of the simulated receiver is five numbers, and the table has
/// degrees and metres times scale, which is 10 if nothing else is said.
#[test]
fn with_gps_its_property_is_a_table() {
    let host = Host::of(|profile| profile.body.features.gps = true);
    let data =
        "local b = require'binstr' set_prop_str(require'propcase'.GPS, b.pack{1, 52516300, -13377700, 34567, 86400})
        local function show(d) return d.status..' '..d.latitude..' '..d.longitude..' '..d.height..' '..d.time end ";
    host.check(&[
        (&format!("{data} return show(require'gpsLib'.data())"), "1 525 -133 345 86400"),
        (&format!("{data} return show(require'gpsLib'.data(1000))"), "1 52516 -13377 34567 86400"),
    ]);
}

/// §7 LUALIB (uartr.start, stop): They call native code, and raise what that raises when it is not allowed.
#[test]
fn uartr_needs_native_calls() {
    let host = Host::new();
    for call in ["start()", "stop()"] {
        let error = host.run(&format!("require'uartr'.{call}"));
        assert!(error.ends_with("native calls disabled"), "{error}");
    }
}

/// §7 LUALIB (uartr.start): It needs DryOS.
///
/// Decided: the names of the firmware's functions are not in our facts, so that it fails on the simulated camera even if
/// native calls are allowed.
#[test]
fn uartr_needs_dryos_and_a_firmware_that_can() {
    let host = Host::of(|profile| {
        profile.body.features.native_calls = true;
        profile.body.os = "vxworks".to_owned();
    });
    assert_eq!(host.run("require'uartr'.start()"), ":1: uartr needs DryOS");
    let host = Host::of(|profile| profile.body.features.native_calls = true);
    let error = host.run("require'uartr'.start()");
    assert!(error.starts_with(":1: uartr: this firmware has no "), "{error}");
}

/// §4.1 LUALIB (LUALIB/uartr.lua): uartr.start yields through sleep(10). replace makes the file new.
#[test]
fn uartr_start_sleeps() {
    let host = Host::new();
    let able = "local f = io.open('A/U.LOG', 'wb') f:close() local args
        call_event_proc = function(name, ...) args = {...} return 0 end ";
    host.check(&[
        (
            &format!(
                "{able} local t = get_tick_count() require'uartr'.start('A/U.LOG', false, 64)
                 return get_tick_count() - t, args[1], args[2], os.stat'A/U.LOG' ~= nil"
            ),
            "10 A/U.LOG 64 true",
        ),
        (&format!("{able} require'uartr'.start('A/U.LOG', true) return args[2], os.stat'A/U.LOG' == nil"), "0 true"),
        (
            &format!("{able} return pcall(require'uartr'.start)"),
            "false attempt to yield across metamethod/C-call boundary",
        ),
        (&format!("{able} local t = get_tick_count() require'uartr'.stop() return get_tick_count() - t"), "0"),
    ]);
}
