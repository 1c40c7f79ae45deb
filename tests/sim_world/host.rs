//! A host that runs scripts over the bytes of PTP, without the client.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use moonshutter::clock::{Interrupt, VirtualClock};
use moonshutter::sim::{Body, Cable, Config, Profile, SimCamera, Time};

const LONG: Duration = Duration::from_secs(30);

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
    transaction: Mutex<u32>,
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
        let host = Self { camera, cable, clock, transaction: Mutex::new(0), log };
        host.transact(0x1002, &[1], None).unwrap();
        host
    }

    /// The same camera with a new cable.
    pub fn plugged_in_again(self) -> Self {
        let host = Self { cable: self.camera.plug_in(), transaction: Mutex::new(0), ..self };
        host.transact(0x1002, &[1], None).unwrap();
        host
    }

    /// One transaction; its parameters and its data. Fails when the connection does.
    pub fn transact(&self, code: u16, params: &[u32], out: Option<&[u8]>) -> std::io::Result<(Vec<u32>, Vec<u8>)> {
        let mut transaction = self.transaction.lock().unwrap();
        let params: Vec<u8> = params.iter().flat_map(|param| param.to_le_bytes()).collect();
        self.write(1, code, *transaction, &params)?;
        if let Some(out) = out {
            self.write(2, code, *transaction, out)?;
        }
        *transaction += 1;
        let mut data = Vec::new();
        loop {
            let header = self.read(12)?;
            let length = u32::from_le_bytes(header[..4].try_into().unwrap()) as usize;
            let payload = self.read(length - 12)?;
            if header[4] == 2 {
                data = payload;
                continue;
            }
            assert_eq!(header[6..8], [0x01, 0x20], "the response to {code:#x}");
            return Ok((payload.chunks(4).map(|word| u32::from_le_bytes(word.try_into().unwrap())).collect(), data));
        }
    }

    fn write(&self, kind: u16, code: u16, transaction: u32, payload: &[u8]) -> std::io::Result<()> {
        let mut bytes = (12 + payload.len() as u32).to_le_bytes().to_vec();
        bytes.extend(kind.to_le_bytes());
        bytes.extend(code.to_le_bytes());
        bytes.extend(transaction.to_le_bytes());
        bytes.extend(payload);
        self.cable.write(&bytes, LONG)
    }

    fn read(&self, count: usize) -> std::io::Result<Vec<u8>> {
        let mut bytes = vec![0; count];
        let mut at = 0;
        while at < count {
            at += self.cable.read(&mut bytes[at..], LONG)?;
        }
        Ok(bytes)
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
