//! A host that runs scripts over the bytes of PTP, without the client.

#[path = "../bare/wire.rs"]
mod wire;

use std::cell::Cell;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use moonshutter::clock::{Interrupt, VirtualClock};
use moonshutter::sim::{Body, Cable, Config, Profile, SimCamera, Time};

/// In front of each script: its results as one text.
const SHOW: &str = "local function text(v) if type(v) ~= 'table' then return tostring(v) end \
    local t = {} for k, e in pairs(v) do t[#t + 1] = tostring(k) .. '=' .. text(e) end \
    table.sort(t) return '{' .. table.concat(t, ',') .. '}' end \
    local function show(...) local t = {} for i = 1, select('#', ...) do t[i] = text((select(i, ...))) end \
    return table.concat(t, ' ') end return show((function() ";

/// A camera with an open session.
pub struct Host {
    pub camera: SimCamera,
    cable: Cable,
    clock: VirtualClock,
    transaction: Cell<u32>,
    log: Arc<Mutex<Vec<String>>>,
}

impl Host {
    pub fn new() -> Self {
        Self::with(Body::default())
    }

    /// In record mode.
    pub fn recording() -> Self {
        let host = Self::new();
        host.record();
        host
    }

    pub fn with(body: Body) -> Self {
        Self::on(Config { profile: Profile { body, ..Profile::default() }, ..Config::default() })
    }

    pub fn on(config: Config) -> Self {
        let log = Arc::new(Mutex::new(Vec::new()));
        let lines = Arc::clone(&log);
        let clock = VirtualClock::new();
        let camera = SimCamera::start(Config {
            time: Time::Virtual(clock.clone()),
            log: Some(Arc::new(move |line: &str| lines.lock().unwrap().push(line.to_owned()))),
            ..config
        })
        .unwrap();
        let cable = camera.plug_in();
        let host = Self { camera, cable, clock, transaction: Cell::new(0), log };
        host.transact(0x1002, &[1], None).unwrap();
        host
    }

    /// The same camera with a new cable.
    pub fn plugged_in_again(self) -> Self {
        let host = Self { cable: self.camera.plug_in(), transaction: Cell::new(0), ..self };
        host.transact(0x1002, &[1], None).unwrap();
        host
    }

    /// One transaction; its parameters and its data. Fails when the connection does.
    pub fn transact(&self, code: u16, params: &[u32], out: Option<&[u8]>) -> std::io::Result<(Vec<u32>, Vec<u8>)> {
        self.transaction.set(self.transaction.get() + 1);
        let answer = wire::transact(&self.cable, self.transaction.get(), code, params, out)?;
        assert_eq!(answer.code, 0x2001, "the response to {code:#x}");
        Ok((answer.params, answer.data.unwrap_or_default()))
    }

    pub fn start(&self, source: &str) {
        let text = [source.as_bytes(), b"\0"].concat();
        let (params, _) = self.transact(0x9999, &[7, 0], Some(&text)).unwrap();
        assert_eq!(params[1], 0, "it does not compile: {source}");
    }

    pub fn pass(&self, ms: u64) {
        self.clock.advance(Duration::from_millis(ms), &Interrupt::new());
    }

    /// What a script says: its results, or its error.
    #[track_caller]
    pub fn raw(&self, source: &str) -> String {
        self.start(source);
        while self.transact(0x9999, &[8], None).unwrap().0[0] & 1 != 0 {
            self.pass(10);
        }
        let mut said = Vec::new();
        loop {
            let (params, mut data) = self.transact(0x9999, &[10], None).unwrap();
            if params[0] == 0 {
                return said.join(" ");
            }
            data.truncate(params[3] as usize);
            said.push(String::from_utf8_lossy(&data).into_owned());
        }
    }

    /// What an expression list, or a script that returns one, is: as text, with blanks between.
    #[track_caller]
    pub fn lua(&self, source: &str) -> String {
        let body = if source.contains("return") { source.to_owned() } else { format!("return {source}") };
        self.raw(&format!("{SHOW}{body} end)())"))
    }

    #[track_caller]
    pub fn check(&self, source: &str, expected: &str) {
        assert_eq!(self.lua(source), expected, "{source}");
    }

    pub fn record(&self) {
        self.check("set_record(1) repeat sleep(10) until get_mode() return 1", "1");
    }

    pub fn play(&self) {
        self.check("set_record(0) repeat sleep(10) until not get_mode() return 1", "1");
    }

    pub fn logged(&self, part: &str) -> usize {
        self.log.lock().unwrap().iter().filter(|line| line.contains(part)).count()
    }
}

pub fn body(change: impl FnOnce(&mut Body)) -> Body {
    let mut body = Body::default();
    change(&mut body);
    body
}
