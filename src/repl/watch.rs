//! Looking after the camera while nothing else is to be done: what its script says, whether it is still there, and whether
//! it is there again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::status::Mode;
use super::worker::{Job, Worker};
use crate::camera::{Body, Message, Options, Payload, Script, Version};
use crate::clock::Interrupt;
use crate::connect::{self, Spec};
use crate::error::{Error, ErrorKind, Result};
use crate::exit::harmless;
use crate::host::Connection;

/// The shortest and the longest pause between two looks while a script runs.
const CLOSE: Duration = Duration::from_millis(20);
const FAR: Duration = Duration::from_millis(250);

/// The pause while none runs: for who pulls the cable.
const IDLE: Duration = Duration::from_secs(2);

/// The pause between two attempts to find a camera.
const SEARCH: Duration = Duration::from_secs(1);

/// Until when a camera that was just used is not asked for its mode, so that a next line does not wait for the answer.
const SETTLE: Duration = Duration::from_millis(150);

/// How long the end of a script is waited for.
const STOPPING: Duration = Duration::from_millis(50);

const HOW: &str = "It is taken as soon as it is there. :list shows what there is, :connect SPEC connects another: sim is always \
                   there, ip:ADDRESS goes over Wi-Fi.";

/// What is known between two looks.
pub(super) struct Watch {
    interactive: bool,
    pause: Duration,
    /// A script that was started here and of whose end nothing was said yet.
    script: Option<u32>,
    returns: Vec<Payload>,
    failed: bool,
    /// The camera's mode is to be asked for.
    stale: bool,
    /// The camera has CHDK, as far as is known.
    chdk: bool,
    /// There was a camera, and its loss was told.
    lost: bool,
    /// Who was there last.
    serial: Option<(String, String)>,
    /// The number of the search that is under way; another number ends it.
    search: Arc<AtomicU64>,
    /// What went wrong at the last look.
    trouble: Option<String>,
}

impl Watch {
    pub fn new(interactive: bool) -> Self {
        Self {
            interactive,
            pause: CLOSE,
            script: None,
            returns: Vec::new(),
            failed: false,
            stale: false,
            chdk: true,
            lost: false,
            serial: None,
            search: Arc::default(),
            trouble: None,
        }
    }

    /// A script was started here and is not waited for.
    pub fn started(&mut self, id: u32) {
        self.script = Some(id);
        self.returns.clear();
        self.failed = false;
    }

    /// Of the script that was started nothing more is to be said.
    pub fn forget(&mut self) {
        self.script = None;
        self.returns.clear();
    }

    /// Whether a script that was started here is not known to have ended.
    pub fn is_following(&self) -> bool {
        self.script.is_some()
    }

    /// A line was run: whatever it did to the camera is to be seen soon.
    pub fn after_line(&mut self) {
        self.pause = CLOSE;
        self.stale = true;
    }

    /// Nobody looks for a camera any longer.
    pub fn stop_search(&mut self) {
        self.search.fetch_add(1, Ordering::SeqCst);
    }
}

impl Worker {
    /// How long to wait for something to do before the next look; `None`: for ever.
    pub fn pause(&self) -> Option<Duration> {
        if !self.setup.interactive {
            return None;
        }
        if self.setup.status.is_running() {
            return Some(self.watch.pause);
        }
        Some(if self.watch.stale { SETTLE } else { IDLE })
    }

    /// Connects the camera that was named, and says what is there.
    pub fn open(&mut self) {
        let result = self.host.con().and_then(|con| con.with(|_| Ok(())));
        match result {
            Ok(()) => self.arrived(),
            Err(error) => {
                self.tell_error(&error);
                self.news(HOW);
                self.setup.status.set_mode(Mode::None);
                self.search();
            }
        }
        self.setup.interrupt.clear();
    }

    /// Says what is there now.
    pub fn arrived(&mut self) {
        let Ok(con) = self.host.con() else { return };
        let known = con.with(|camera| {
            let info = camera.info();
            Ok((info.model.clone(), info.serial_number.clone(), info.location.clone(), info.chdk))
        });
        let Ok((model, serial, location, chdk)) = known else { return };
        self.watch.stop_search();
        self.watch.chdk = chdk.is_some();
        self.watch.script = None;
        self.watch.stale = true;
        let again = self.watch.serial.replace((model.clone(), serial.clone())) == Some((model.clone(), serial));
        let again = std::mem::take(&mut self.watch.lost) && again;
        let speaks = match chdk {
            Some(Version { major, minor }) => format!("CHDK protocol {major}.{minor}"),
            None => "but it has no CHDK, so that nothing can be run on it".to_owned(),
        };
        self.news(&match again {
            true => format!("{model} is back at {location}; what ran on it may have ended"),
            false => format!("connected: {model} at {location}, {speaks}"),
        });
        self.setup.status.set_name(model.strip_prefix("Canon ").unwrap_or(&model));
        self.setup.status.set_mode(Mode::Unknown);
        self.setup.status.set_running(false, false);
        self.refresh_mode(&con);
        self.setup.screen.redraw();
    }

    /// Looks once.
    pub fn look(&mut self) {
        let Ok(con) = self.host.con() else { return };
        if con.was_lost() {
            if !self.watch.lost {
                self.lost(None);
            }
            return;
        }
        if !con.is_connected() {
            if self.setup.status.set_mode(Mode::None) {
                self.setup.screen.redraw();
            }
            return;
        }
        if self.watch.serial.is_none() || self.watch.lost || self.is_other(&con) {
            self.arrived_by_line(&con);
        }
        if !self.watch.chdk {
            return;
        }
        match con.with(|camera| camera.overhear()) {
            Ok(heard) => {
                self.watch.trouble = None;
                self.watch.pause = match heard.messages.is_empty() {
                    true => (self.watch.pause * 2).min(FAR),
                    false => CLOSE,
                };
                for message in heard.messages {
                    self.message(&con, message);
                }
                self.engine(&con, heard.running);
            }
            Err(error) => {
                if con.was_lost() {
                    self.lost(Some(&error));
                } else if error.kind() == ErrorKind::NotChdk {
                    self.watch.chdk = false;
                } else {
                    // What goes wrong at each look is told once.
                    let told = error.to_string();
                    if self.watch.trouble.replace(told.clone()) != Some(told) {
                        self.tell_error(&error);
                    }
                }
            }
        }
    }

    /// Whether a line has connected another camera.
    fn is_other(&self, con: &Connection) -> bool {
        let name = con.with(|camera| Ok((camera.info().model.clone(), camera.info().serial_number.clone()))).ok();
        name.is_some() && name != self.watch.serial
    }

    /// A line has connected a camera by itself.
    fn arrived_by_line(&mut self, con: &Connection) {
        if self.setup.interactive {
            let started = con.has_started();
            self.arrived();
            con.set_started(started);
            return;
        }
        let known = con.with(|camera| {
            let info = camera.info();
            Ok((info.model.clone(), info.serial_number.clone(), info.chdk.is_some()))
        });
        if let Ok((model, serial, chdk)) = known {
            self.watch.serial = Some((model, serial));
            self.watch.chdk = chdk;
            self.watch.lost = false;
        }
    }

    /// Whether a script runs, and what follows from that.
    fn engine(&mut self, con: &Connection, running: bool) {
        // One that a line has started by itself.
        if con.has_started() && self.watch.script.is_none() {
            let id = con.with(|camera| Ok(camera.script_id())).ok().flatten();
            self.watch.started(id.unwrap_or(0));
        }
        let ours = running && self.watch.script.is_some();
        let news = self.setup.status.set_running(running, ours);
        if !running && let Some(id) = self.watch.script.take() {
            con.set_started(false);
            self.ended(con, id);
        }
        if news {
            self.setup.screen.redraw();
        }
        if !running && self.watch.stale && self.watch.interactive {
            self.refresh_mode(con);
        }
    }

    /// The line that a script came from; its number on the camera, if it is not ours.
    fn script_name(&self, con: &Connection, id: u32) -> String {
        let name = con.with(|camera| Ok(camera.script_name(id).map(str::to_owned))).ok().flatten();
        name.unwrap_or_else(|| format!("script {id}"))
    }

    fn ended(&mut self, con: &Connection, id: u32) {
        let returns = std::mem::take(&mut self.watch.returns);
        if self.keep_ended(id) || self.watch.failed {
            return;
        }
        let name = self.script_name(con, id);
        if returns.is_empty() {
            self.news(&format!("{name} ended"));
            return;
        }
        let values: Vec<_> = returns.iter().map(|payload| self.payload(payload.clone())).collect();
        self.news(&format!("{name} ended and returned"));
        self.setup.screen.data(values.join(", ") + "\n");
    }

    fn message(&mut self, con: &Connection, message: Message) {
        let Message { script_id, body } = message;
        match body {
            Body::User(payload) => {
                if self.keep_message(script_id, &payload) {
                    return;
                }
                let text = self.payload(payload);
                if self.setup.interactive {
                    let name = format!("{}: ", self.script_name(con, script_id));
                    let from = self.setup.paint.with(super::paint::Style::News, &harmless(&name));
                    self.setup.screen.data(format!("{from}{text}\n"));
                } else {
                    self.setup.screen.data(text + "\n");
                }
            }
            Body::Return(payload) => self.watch.returns.push(payload),
            Body::Error { stage, text } => {
                let error = con.with(|camera| Ok(camera.told_error(script_id, stage, &text)));
                self.watch.failed = true;
                let error = error.unwrap_or_else(|error| error);
                self.news(&format!("{} failed:", self.script_name(con, script_id)));
                self.tell_error(&error);
            }
        }
    }

    /// The camera's mode, which it tells by a script of its own.
    fn refresh_mode(&mut self, con: &Connection) {
        self.watch.stale = false;
        if !self.watch.interactive || !self.watch.chdk {
            return;
        }
        let script = Script::new("mode", "return get_mode()");
        let Ok(answer) = con.with(|camera| camera.ask(&script)) else { return };
        // Older cameras have numbers for truth (CHDK modules/luascript.c, before 1.4).
        let is = |payload: Option<&Payload>| matches!(payload, Some(Payload::Boolean(true) | Payload::Integer(1..)));
        let mode = match (is(answer.first()), is(answer.get(1))) {
            (false, _) => Mode::Play,
            (true, true) => Mode::Video,
            (true, false) => Mode::Record,
        };
        if self.setup.status.set_mode(mode) {
            self.setup.screen.redraw();
        }
    }

    fn lost(&mut self, error: Option<&Error>) {
        self.watch.lost = true;
        self.watch.script = None;
        self.watch.returns.clear();
        self.setup.status.set_running(false, false);
        self.keep_lost();
        let name = self.watch.serial.as_ref().map_or("the camera", |(model, _)| model.as_str()).to_owned();
        let why = error.map(|error| format!(" ({})", error.message())).unwrap_or_default();
        let next = match self.searched_for() {
            Some(_) => "; it is taken back when it returns",
            None if self.setup.interactive => "; :connect connects again",
            None => "",
        };
        self.news(&format!("{name} is gone{why}{next}"));
        self.setup.status.set_mode(Mode::Lost);
        self.setup.screen.redraw();
        self.search();
    }

    /// The camera that is to be looked for. A simulated one of this process does not come back: another one would come in
    /// its place.
    fn searched_for(&self) -> Option<Spec> {
        let spec = self.host.con().ok().and_then(|con| con.spec().cloned());
        spec.filter(|spec| !matches!(spec, Spec::Sim(_)) && self.setup.interactive)
    }

    /// Looks for the camera that `con` stands for, until it is there.
    pub fn search(&mut self) {
        let Some(spec) = self.searched_for() else { return };
        self.watch.stop_search();
        let number = self.watch.search.load(Ordering::SeqCst);
        let (search, jobs) = (self.watch.search.clone(), self.jobs.clone());
        let options = self.host_options();
        std::thread::spawn(move || {
            let never = Interrupt::new();
            loop {
                never.wait(SEARCH);
                if search.load(Ordering::SeqCst) != number {
                    return;
                }
                match connect::connect(&spec, &options) {
                    Ok(camera) => {
                        // The worker may have ended meanwhile.
                        let _ = jobs.send(Job::Found(Box::new(camera), number));
                        return;
                    }
                    Err(error) => log::debug!("not yet: {error}"),
                }
            }
        });
    }

    /// A camera that was looked for is there.
    pub fn found(&mut self, camera: crate::camera::Camera, search: u64) {
        if self.watch.search.load(Ordering::SeqCst) != search {
            return;
        }
        let Ok(con) = self.host.con() else { return };
        if !con.is_connected() {
            con.adopt(camera);
            self.arrived();
        }
    }

    fn host_options(&self) -> Options {
        // What is typed meanwhile and interrupted has nothing to do with the search.
        self.setup.host.camera.clone()
    }

    /// Ends the script that runs on the camera.
    pub fn stop(&mut self) -> Result<()> {
        let con = self.host.con()?;
        if !con.is_connected() {
            return Err(Error::new(ErrorKind::NotConnected, "no camera is connected"));
        }
        // What it still said first.
        self.look();
        if !self.setup.status.is_running() {
            self.news("no script runs on the camera");
            return Ok(());
        }
        con.with(|camera| camera.kill_script())?;
        let id = self.watch.script.take();
        con.set_started(false);
        self.watch.returns.clear();
        self.setup.status.set_running(false, false);
        match id {
            Some(id) if self.keep_ended(id) => {}
            Some(id) => self.news(&format!("{} was stopped", self.script_name(&con, id))),
            None => self.news("the script was stopped"),
        }
        self.look();
        Ok(())
    }

    /// Waits for the end of the script that runs, and shows what it says.
    pub fn wait(&mut self, limit: Option<Duration>) -> Result<()> {
        let con = self.host.con()?;
        if !con.is_connected() {
            return Err(Error::new(ErrorKind::NotConnected, "no camera is connected"));
        }
        let begun = std::time::Instant::now();
        self.watch.pause = CLOSE;
        loop {
            self.look();
            if !self.setup.status.is_running() {
                return match con.was_lost() {
                    true => Err(Error::new(ErrorKind::Disconnected, "the camera is gone")),
                    false if self.watch.failed => Err(Error::new(ErrorKind::Runtime, "the script failed")),
                    false => Ok(()),
                };
            }
            if limit.is_some_and(|limit| begun.elapsed() >= limit) {
                return Err(Error::new(ErrorKind::Timeout, "the script still runs"));
            }
            if self.setup.interrupt.wait(self.watch.pause.max(STOPPING / 5)) {
                self.setup.interrupt.clear();
                return self.stop();
            }
        }
    }
}
