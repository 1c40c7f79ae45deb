//! LUALIB: the modules that come with CHDK, as camera scripts use them.

use std::fs;
use std::sync::Mutex;
use std::time::Duration;

use moonshutter::clock::{Interrupt, VirtualClock};
use moonshutter::sim::{Body, Cable, CardSource, Config, Profile, SimCamera, Time, lualib};

const LONG: Duration = Duration::from_secs(30);

/// A camera with an open session.
struct Host {
    camera: SimCamera,
    cable: Cable,
    clock: VirtualClock,
    transaction: Mutex<u32>,
}

impl Host {
    fn new() -> Self {
        Self::on(Config::default())
    }

    fn with(change: impl FnOnce(&mut Body)) -> Self {
        let mut profile = Profile::default();
        change(&mut profile.body);
        Self::on(Config { profile, ..Config::default() })
    }

    fn on(config: Config) -> Self {
        let clock = VirtualClock::new();
        let camera = SimCamera::start(Config { time: Time::Virtual(clock.clone()), ..config }).unwrap();
        let cable = camera.plug_in();
        let host = Self { camera, cable, clock, transaction: Mutex::new(0) };
        host.transact(0x1002, &[1], None);
        host
    }

    fn transact(&self, code: u16, params: &[u32], out: Option<&[u8]>) -> (Vec<u32>, Vec<u8>) {
        let mut transaction = self.transaction.lock().unwrap();
        let params: Vec<u8> = params.iter().flat_map(|param| param.to_le_bytes()).collect();
        let phases = [(1u16, Some(&params[..])), (2, out)];
        for (kind, payload) in phases.into_iter().filter_map(|(kind, payload)| Some((kind, payload?))) {
            let mut bytes = (12 + payload.len() as u32).to_le_bytes().to_vec();
            bytes.extend([kind.to_le_bytes(), code.to_le_bytes()].concat());
            bytes.extend(transaction.to_le_bytes());
            bytes.extend(payload);
            self.cable.write(&bytes, LONG).unwrap();
        }
        *transaction += 1;
        let mut data = Vec::new();
        loop {
            let header = self.read(12);
            let payload = self.read(u32::from_le_bytes(header[..4].try_into().unwrap()) as usize - 12);
            if header[4] == 2 {
                data = payload;
                continue;
            }
            return (payload.chunks(4).map(|word| u32::from_le_bytes(word.try_into().unwrap())).collect(), data);
        }
    }

    fn read(&self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        let mut at = 0;
        while at < count {
            at += self.cable.read(&mut bytes[at..], LONG).unwrap();
        }
        bytes
    }

    /// Runs a script in which `say` collects what it is about; what was said, or the error.
    #[track_caller]
    fn run(&self, source: &str) -> String {
        let script = format!(
            "local said = {{}} local function say(...) for i = 1, select('#', ...) do \
             said[#said + 1] = tostring((select(i, ...))) end end {source} return table.concat(said, ' ')\0"
        );
        let (params, _) = self.transact(0x9999, &[7, 0], Some(script.as_bytes()));
        assert_eq!(params[1], 0, "it does not compile: {source}");
        while self.transact(0x9999, &[8], None).0[0] & 1 != 0 {
            self.clock.advance(Duration::from_millis(10), &Interrupt::new());
        }
        let (params, mut data) = self.transact(0x9999, &[10], None);
        data.truncate(params[3] as usize);
        String::from_utf8_lossy(&data).into_owned()
    }

    #[track_caller]
    fn check(&self, source: &str, expected: &str) {
        assert_eq!(self.run(source), expected, "{source}");
    }

    fn record(&self) {
        self.check("set_record(1) repeat sleep(10) until get_mode() say(1)", "1");
    }
}

/// §7 LUALIB (CHDK/LUALIB): which modules there are; each can be loaded with require, on a body that can all they ask for.
#[test]
fn every_module_of_chdk_is_there() {
    let host = Host::with(|body| body.features.gps = true);
    let mut modules: Vec<_> = ["binstr", "capmode", "drawings", "gpsLib", "hookutil", "iniLib", "propcase", "rawoplib"]
        .into_iter()
        .chain([
            "uartr",
            "wrap13",
            "zoomutil",
            "gen/modelist",
            "gen/cnf_core",
            "gen/cnf_osd",
            "gen/cnf_user",
            "gen/cnf_gps",
        ])
        .map(str::to_owned)
        .collect();
    modules.extend((1..=13).map(|n| format!("gen/propset{n}")));
    for module in &modules {
        host.check(&format!("say(require'{module}' ~= nil, type(package.loaded['{module}']) ~= 'nil')"), "true true");
    }
    assert_eq!(lualib::files().len(), modules.len());
}

/// §7 LUALIB (CHDK/LUALIB): what each entry of the list is; here that they exist, and that nothing else is promised.
#[test]
fn every_name_of_the_modules_exists() {
    let host = Host::with(|body| body.features.gps = true);
    for entry in moonshutter::api::entries().filter(|entry| entry.category == "lualib") {
        let Some((table, field)) = entry.name.split_once('.').filter(|(table, _)| !table.contains('/')) else {
            continue;
        };
        let (module, value) = match table {
            "draw" => ("drawings", "draw"),
            "rawop" => ("rawoplib", "rawop"),
            hook if hook.starts_with("hook_") => ("hookutil", hook),
            module => (module, "module"),
        };
        let expected = if entry.args == "(table)" { "table" } else { "function" };
        host.check(&format!("local module = require'{module}' say(type({value}.{field}))"), expected);
    }
}

/// §5.4 require (luaconf.h:96-106): A/CHDK/SCRIPTS, then A/CHDK/LUALIB; FAT does not look at case, package.loaded does.
#[test]
fn modules_are_found_as_on_a_card() {
    let host = Host::new();
    assert!(host.camera.card_root().join("CHDK/LUALIB/propcase.lua").is_file());
    host.check("say(require'GEN/modelist' ~= require'gen/modelist', require'gen.modelist'[1])", "true AUTO");
    fs::write(host.camera.card_root().join("CHDK/SCRIPTS/binstr.lua"), "return 'mine'").unwrap();
    host.check("say(require'binstr')", "mine");
    fs::write(host.camera.card_root().join("CHDK/LUALIB/capmode.lua"), "return 'changed'").unwrap();
    host.check("say(require'capmode')", "changed");
}

/// §7 LUALIB (CHDK/LUALIB): the modules are on every card.
///
/// Decided: a folder of the user's is left as it is; what it lacks is read from elsewhere, what it has goes first.
#[test]
fn a_users_folder_is_not_written_to() {
    let card = tempfile::tempdir().unwrap();
    let config = || Config { card: CardSource::Folder(card.path().to_owned()), ..Config::default() };
    let host = Host::on(config());
    host.check("say(require'capmode'.name_to_mode.P, require'PROPCASE'.AV)", "2 20605");
    host.check("say(io.open('A/CHDK/LUALIB/propcase.lua', 'rb'):read('*l'):sub(1, 2))", "--");
    host.check(
        "say((io.open('A/CHDK/LUALIB/propcase.lua', 'wb')), (io.open('A/CHDK/LUALIB/propcase.lua', 'r+b')))",
        "nil nil",
    );
    assert_eq!(fs::read_dir(card.path()).unwrap().count(), 0);
    fs::create_dir_all(card.path().join("chdk/lualib")).unwrap();
    fs::write(card.path().join("chdk/lualib/CAPMODE.LUA"), "return 'theirs'").unwrap();
    host.check("say(require'capmode', require'gen/modelist'[2])", "theirs P");
}

/// §7 binstr.pack (CHDK/LUALIB): numbers to little endian bytes; binstr.getnum: back, unsigned, nil beyond the end; unpack: all.
#[test]
fn binstr_packs_and_unpacks() {
    let host = Host::new();
    host.check(
        "local b = require'binstr' say(b.pack(0x41424344), b.pack(0x4142, 2), b.pack({65, 66}, 1), #b.pack(-1))",
        "DCBA BA AB 4",
    );
    host.check("local b = require'binstr' say(b.getnum('\\255\\255', 2), b.getnum('\\255\\255\\255\\255'), b.getnum('abc', 1, 3), b.getnum('abc'))", "65535 -1 99 nil");
    host.check(
        "local b = require'binstr' say(b.getnum('a', 1, 0), b.getnum('a', 1, 2), unpack(b.unpack('\\1\\0\\2\\0x', 2)))",
        "nil nil 1 2",
    );
    host.check("local b = require'binstr' local n = {-1, 0, 123456789} local m = b.unpack(b.pack(n)) say(m[1], m[2], m[3], #m)", "-1 0 123456789 3");
}

/// §7 capmode.get (CHDK/LUALIB): the mode's number, 0 in playback; get_name: its name, UNKNOWN, or PLAY; get_canon: SHOOTING_MODE.
///
/// §7 capmode.set (CHDK/LUALIB): by number or name; valid: whether it is in the modemap.
#[test]
fn capmode_names_modes() {
    let host = Host::new();
    host.check("local c = require'capmode' say(c.get(), c.get_name(), c.set'P', c.valid'P')", "0 PLAY false true");
    host.record();
    host.check(
        "local c = require'capmode' say(c.get(), c.get_name(), c.set'P', c.get_name(), c.get_canon())",
        "1 AUTO true P -32766",
    );
    host.check("local c = require'capmode' say(c.set(5), c.get_name(), c.valid'NOBODY', c.valid(200), c.set'SPORTS', c.set'X')", "true M false false false false");
    host.check("local c = require'capmode' set_capture_mode_canon(1) say(c.get(), c.get_name())", "0 UNKNOWN");
    // gphoto2 lists modes this way.
    host.check(
        "local c = require'capmode' for id, name in ipairs(c.mode_to_name) do if c.valid(id) then say(name) end end",
        "AUTO P TV AV M PORTRAIT LANDSCAPE SCENE_FIREWORK VIDEO_STD",
    );
}

/// §7 iniLib.read (CHDK/LUALIB): the table in A/CHDK/DATA/name.ini, and whether it is new; iniLib.write: writes it back.
#[test]
fn ini_files_outlive_their_script() {
    let host = Host::new();
    host.check(
        "local ini = require'iniLib' local t, new = ini.read'shots' t.count = -3 t.name = 'a=b c' t.on = true
         t.lens = {zoom = 2, text = '007x'} say(new, ini.write(t), ini.write{})",
        "true true false",
    );
    host.check(
        "local t, new = require'iniLib'.read'shots' say(new, t.count + 1, t.name, t.on, t.lens.zoom, t.lens.text)",
        "false -2 a=b c true 2 007x",
    );
    assert!(host.camera.card_root().join("CHDK/DATA/shots.ini").is_file());
}

/// §7 wrap13 (CHDK/LUALIB): get_raw, get_video_button, get_focus_ok, save_config_file, load_config_file and set_mf give 1 or 0.
#[test]
fn wrap13_gives_numbers() {
    let host = Host::new();
    host.record();
    host.check(
        "require'wrap13' say(get_raw(), get_video_button(), get_focus_ok(), set_mf(1), save_config_file(1), load_config_file(1))",
        "0 1 0 1 0 0",
    );
    host.check("set_raw(1) require'wrap13' say(get_raw())", "1");
    host.check("say(get_raw())", "true");
}

/// §7 zoomutil.get_zoom_for_fl (CHDK/LUALIB): the nearest step; set_zoom_fl goes there; the same for efl; smallest and largest.
#[test]
fn zoomutil_knows_focal_lengths() {
    let host = Host::with(|body| {
        (body.lens.focal_lengths, body.lens.crop) = (vec![5000, 7000, 10_000], 6000);
        body.lens.zoom_step_ms = 10;
    });
    host.record();
    let z = "local z = require'zoomutil' ";
    host.check(
        &format!(
            "{z} say(z.get_zoom_for_fl(5900), z.get_zoom_for_fl(6100), z.get_zoom_for_fl(0), z.get_zoom_for_fl(99999))"
        ),
        "0 1 0 2",
    );
    host.check(
        &format!(
            "{z} say(z.get_zoom_for_efl(42000), z.get_min_fl(), z.get_max_fl(), z.get_min_efl(), z.get_max_efl())"
        ),
        "1 5000 10000 30000 60000",
    );
    host.check(
        &format!("{z} z.set_zoom_fl(9000) sleep(100) say(get_zoom()) z.set_zoom_efl(1) sleep(100) say(get_zoom())"),
        "2 0",
    );
    host.check(
        &format!("{z} say(z.fl_to_efl(8000), z.efl_to_fl(48000), z.fl_to_efl(8, 1000), z.efl_to_fl(600000))"),
        "48000 8000 48000 100000",
    );
}

/// §7 draw.add (CHDK/LUALIB): globals draw and SCREEN_DRAWINGS; the number of the new drawing, or false; replace, get_params, remove.
///
/// §7 draw.make_color (CHDK/LUALIB): names and numbers; pack_cnf_colors and unpack_cnf_colors belong together.
///
/// Not modelled: drawing.
#[test]
fn drawings_are_kept() {
    let host = Host::new();
    let d = "require'drawings' ";
    host.check(&format!("{d} say(draw.add('line', 1, 2, 3, 4, 'red'), draw.add('blob', 1), draw.add('pixel', 5, 6, 7), #SCREEN_DRAWINGS)"), "1 false 2 2");
    host.check(
        &format!("{d} draw.add('line', 1, 2, 3, 4, 5) say(draw.replace(1, 'rect', 9, 8, 7, 6, 5), draw.replace(2, 'rect'), unpack(draw.get_params(1)))"),
        "1 false rect 9 8 7 6 5",
    );
    host.check(&format!("{d} draw.add('pixel', 1, 1, 1) draw.add('pixel', 2, 2, 2) draw.remove(1) say(#SCREEN_DRAWINGS, draw.get_params(1)[2], draw.get_params(2))"), "1 2 nil");
    host.check(&format!("{d} say(draw.make_color(9), draw.make_color'black' > 255, draw.make_color'black' ~= draw.make_color'white')"), "9 true true");
    host.check(
        &format!("{d} say(draw.unpack_cnf_colors(draw.pack_cnf_colors('red', 17))) say(draw.make_color'red')"),
        "259 17 259",
    );
    host.check(
        &format!("{d} draw.add('pixel', 1, 1, 1) draw.redraw()"),
        "A/CHDK/LUALIB/drawings.lua:77: draw_clear: the simulated camera does not do this yet",
    );
}

/// §7 gpsLib.data (CHDK/LUALIB): the GPS property as a table; the module is false on a camera without GPS.
#[test]
fn gps_is_false_without_a_receiver() {
    Host::new().check("say(require'gpsLib')", "false");
    let host = Host::with(|body| body.features.gps = true);
    host.check(
        "set_prop_str(require'propcase'.GPS, require'binstr'.pack{1, 47500000, -8250000, 432100, 99})
         local d = require'gpsLib'.data() say(d.status, d.latitude, d.longitude, d.height, d.time, require'gpsLib'.data(100).latitude)",
        "1 475 -82 4321 99 4750",
    );
}

/// §7 hook_shoot.wait_ready (CHDK/LUALIB/hookutil.lua): polls is_ready with sleep(10); raises or returns false on timeout.
#[test]
fn hookutil_waits_until_ready() {
    let host = Host::new();
    let slow = "require'hookutil' local n = 0 hook_shoot.is_ready = function() n = n + 1 return n > 5 end ";
    host.check(
        &format!("{slow} local t = get_tick_count() say(hook_shoot.wait_ready(), get_tick_count() - t)"),
        "true 50",
    );
    host.check(&format!("{slow} say(hook_shoot.wait_ready{{timeout=20, timeout_error=false}})"), "false");
    host.check(&format!("{slow} hook_shoot.wait_ready{{timeout=20}}"), ":1: hook_shoot: not ready in time");
    host.check("require'hookutil' say(type(hook_raw.wait_ready), type(hook_preshoot.wait_ready))", "function function");
}

/// §7 rawop.rect (CHDK/LUALIB): a hollow rectangle of fills; rawop.meter_rgb and fill_rect_rgbg go by the colour filter's offsets.
#[test]
fn rawoplib_is_made_of_rawop() {
    let host = Host::new();
    let fake = "require'rawoplib' rawop.fill_rect = function(...) say('<', ...) end
        rawop.get_cfa_offsets = function() return {r={x=0,y=0}, g1={x=1,y=0}, g2={x=0,y=1}, b={x=1,y=1}} end
        rawop.meter = function(x, y) return x * 100 + y end ";
    host.check(
        &format!("{fake} rawop.rect(0, 0, 100, 50, 4, 7)"),
        "< 0 0 100 4 7 nil nil < 0 46 100 4 7 nil nil < 0 4 4 42 7 nil nil < 96 4 4 42 7 nil nil",
    );
    host.check(
        &format!("{fake} rawop.fill_rect_rgbg(10, 20, 8, 6, 1, 2, 3)"),
        "< 10 20 8 6 1 2 < 11 20 8 6 2 2 < 11 21 8 6 3 2 < 10 21 8 6 2 2",
    );
    host.check(
        &format!("{fake} say(rawop.meter_rgbg(10, 20, 1, 1, 2, 2)) say(rawop.meter_rgb(10, 20, 1, 1, 2, 2))"),
        "1020 1120 1121 1021 1020 1120 1121",
    );
    host.check(
        "require'rawoplib' say(rawop.raw_to_ev96 == rawop.raw_to_ev, rawop.ev96_to_raw == rawop.ev_to_raw)",
        "true true",
    );
}

/// §7 uartr.start (CHDK/LUALIB/uartr.lua): needs native calls and DryOS.
///
/// Decided: this firmware has no such procedure, and says so.
#[test]
fn uartr_says_what_it_lacks() {
    assert_eq!(Host::new().run("require'uartr'.start()"), "A/CHDK/LUALIB/uartr.lua:6: native calls disabled");
    let native = Host::with(|body| body.features.native_calls = true);
    assert_eq!(native.run("require'uartr'.start()"), ":1: uartr: this firmware has no UartRedirect.Start");
    let vxworks = Host::with(|body| body.os = "vxworks".to_owned());
    assert_eq!(vxworks.run("require'uartr'.stop()"), ":1: uartr needs DryOS");
}
