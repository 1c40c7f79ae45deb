//! A hundred simulated cameras in one process: memory of each, idle and with a script, and how long one of them takes to
//! answer while all of them run. The aims are 1 MiB for an idle camera and 2 MiB for one with a script.
//!
//! Reads the kernel's count of resident memory (`VmRSS`), so that part says something on Linux only.

use std::time::{Duration, Instant};

use moonshutter::sim::{Cable, Config, SimCamera};

const CAMERAS: usize = 100;
const ROUNDS: usize = 2000;
const LONG: Duration = Duration::from_secs(30);

/// What a script in the field is like: some functions, a table, and a loop that sleeps.
const SCRIPT: &[u8] = b"local t = {} for i = 1, 1000 do t[i] = 'entry ' .. i end\nwhile true do sleep(10) end\0";

fn main() {
    let nothing = resident();
    let cameras: Vec<SimCamera> =
        (0..CAMERAS).map(|_| SimCamera::start(Config::default()).expect("a camera")).collect();
    let hosts: Vec<Host> = cameras.iter().map(Host::new).collect();
    let idle = resident();
    hosts.iter().for_each(|host| host.answer(&[7, 0], Some(SCRIPT)));
    // Each has run for a while, so that what it allocates is there.
    std::thread::sleep(Duration::from_millis(500));
    let running = resident();
    match (nothing, idle, running) {
        (Some(nothing), Some(idle), Some(running)) => println!(
            "{CAMERAS} cameras: {:.0} KiB for each idle one, {:.0} KiB more for each script that runs",
            (idle - nothing) / CAMERAS as f64 / 1024.0,
            (running - idle) / CAMERAS as f64 / 1024.0,
        ),
        _ => println!("this system does not tell how much memory a process uses"),
    }

    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|round| {
            let begun = Instant::now();
            hosts[round % CAMERAS].answer(&[8], None);
            begun.elapsed()
        })
        .collect();
    times.sort();
    println!(
        "ScriptStatus with {CAMERAS} scripts running: {:?} in the middle, {:?} for the slowest of a hundred, {:?} at worst",
        times[ROUNDS / 2],
        times[ROUNDS - ROUNDS / 100],
        times[ROUNDS - 1],
    );
}

/// A host with a session. It puts its containers together itself, so that the client's memory is not counted.
struct Host(Cable);

impl Host {
    fn new(camera: &SimCamera) -> Self {
        let host = Self(camera.plug_in());
        host.send(1, 0x1002, &1_u32.to_le_bytes());
        host.receive();
        host
    }

    fn answer(&self, params: &[u32], data: Option<&[u8]>) {
        let params: Vec<u8> = params.iter().flat_map(|param| param.to_le_bytes()).collect();
        self.send(1, 0x9999, &params);
        data.into_iter().for_each(|data| self.send(2, 0x9999, data));
        self.receive();
    }

    fn send(&self, kind: u16, code: u16, payload: &[u8]) {
        let mut bytes = (12 + payload.len() as u32).to_le_bytes().to_vec();
        bytes.extend(kind.to_le_bytes());
        bytes.extend(code.to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend(payload);
        self.0.write(&bytes, LONG).expect("a camera that listens");
    }

    /// The response; there are no data phases here.
    fn receive(&self) {
        let count = self.0.read(&mut [0; 64], LONG).expect("a camera that answers");
        assert!(count >= 12);
    }
}

/// Memory of this process that is there and not only promised, in bytes.
fn resident() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok().map(|kib| kib * 1024.0)
}
