//! The camera as its owner sees it.

use std::io;
use std::path::Path;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use crate::clock::{Ticker, locked};
use crate::sim::cable::{Cable, CameraEnd, Plug, Plugs};
use crate::sim::card::Card;
use crate::sim::config::{CardSource, Config, Time};
use crate::sim::control::{Agenda, Button, CardState, Event, What, When};
use crate::sim::engine::{self, Engine, Source};
use crate::sim::log::{Log, LogLine};
use crate::sim::memory::Memory;
use crate::sim::profile::Identity;
use crate::sim::responder::{Objects, Responder};
use crate::sim::usb;
use crate::sim::vm::Usage;
use crate::sim::world::Overrides;
use crate::sim::{Ending, RunError, menu};

/// A simulated camera that is switched on. Clones are the same camera; it is switched off when the last of them and
/// the last [`Cable`] are gone.
#[derive(Clone)]
pub struct SimCamera(KeepAlive);

/// Holds a camera's threads; the last one to go ends them.
pub(crate) type KeepAlive = Arc<Running>;

/// What all connections to a camera share.
pub(crate) struct Body {
    pub(crate) config: Config,
    pub(crate) card: Arc<Card>,
    pub(crate) engine: Arc<Engine>,
    pub(crate) agenda: Arc<Agenda>,
    pub(crate) plugs: Plugs,
    pub(crate) log: Log,
    /// The one slot of TempData.
    pub(crate) temp_data: Mutex<Option<Vec<u8>>>,
    /// Handles of the card's files.
    pub(crate) objects: Mutex<Objects>,
}

impl Body {
    /// Lets something happen now. What belongs to a transaction is the responder's.
    pub(crate) fn happen(&self, what: What) {
        self.log.note(|| format!("event: {what}"));
        match what {
            What::Click(Button::ALT) => {
                self.engine.hold_alt(true);
                self.engine.hold_alt(false);
            }
            What::Press(Button::ALT) => self.engine.hold_alt(true),
            What::Release(Button::ALT) => self.engine.hold_alt(false),
            What::Click(button) => self.engine.click(button),
            What::Press(button) => self.engine.press(button),
            What::Release(button) => self.engine.release(button),
            What::ExitKey => self.engine.click_exit_key(),
            What::Mode { record } => self.engine.set_mode(record),
            What::Run(path) => {
                if let Err(error) = self.run_script(&path, &[]) {
                    self.log.note(|| format!("event: {error}"));
                }
            }
            What::Card(state) => {
                self.card.set_full(state == CardState::Full);
                self.card.set_read_only(state == CardState::ReadOnly);
                if state == CardState::Ok {
                    self.card.set_delay(Duration::ZERO);
                }
            }
            What::CardSlow(delay) => self.card.set_delay(delay),
            What::Battery(millivolts) => self.engine.set_battery(millivolts),
            What::Latency(latency) => self.agenda.set_latency(latency),
            What::HangScript => self.engine.freeze(),
            What::Hang => self.agenda.hang(),
            What::Disconnect => self.plugs.pull(),
            What::Off | What::Asleep => {
                self.agenda.set_off(true);
                self.plugs.pull();
                self.engine.power_off();
                *locked(&self.temp_data) = None;
                *locked(&self.engine.memory) = Memory::default();
            }
            What::On => {
                self.engine.power_on();
                self.agenda.set_off(false);
            }
            What::Answer(_) | What::Garbage | What::Short | What::Stall => {}
        }
    }

    fn run_script(&self, path: &str, values: &[(&str, i32)]) -> Result<(), RunError> {
        let script = menu::choose(&self.card, path, values)?;
        if self.engine.start_from_menu(script) { Ok(()) } else { Err(RunError::Busy) }
    }

    fn happen_all_due(&self, now: Duration) {
        for what in self.agenda.take_due(now) {
            self.happen(what);
        }
    }
}

/// Timed events in virtual time.
impl Ticker for Body {
    fn next_due(&self, _: Duration) -> Option<Duration> {
        self.agenda.next_due()
    }

    fn tick(&self, now: Duration) {
        self.happen_all_due(now);
    }
}

pub(crate) struct Running {
    body: Arc<Body>,
    keyboard: Mutex<Option<JoinHandle<()>>>,
    /// Timed events in real time.
    events: Mutex<Option<JoinHandle<()>>>,
    cables: Cables,
}

/// What tells when the threads of all cables have ended: each holds a sender, on which nothing is ever sent.
struct Cables {
    alive: Mutex<Option<Sender<()>>>,
    ended: Mutex<Receiver<()>>,
}

impl Cables {
    /// For a thread to end in whose cable is pulled. One that is in the middle of what cannot be stopped is left behind.
    const PATIENCE: Duration = Duration::from_secs(1);

    fn new() -> Self {
        let (alive, ended) = mpsc::channel();
        Self { alive: Mutex::new(Some(alive)), ended: Mutex::new(ended) }
    }

    fn wait(&self) {
        drop(locked(&self.alive).take());
        // It fails when the last sender is gone, which is what is waited for.
        let _ = locked(&self.ended).recv_timeout(Self::PATIENCE);
    }
}

impl SimCamera {
    /// Switches a camera on. Fails if its card's folder is not there, or cannot be made.
    pub fn start(config: Config) -> io::Result<Self> {
        let card = Arc::new(match &config.card {
            CardSource::Temporary => Card::temporary()?,
            CardSource::Folder(root) => Card::at(root)?,
        });
        card.set_size(config.profile.storage.card_bytes);
        let control = &config.profile.control;
        let time = Source::new(&config.time);
        let log = Log::new(config.log.clone(), time.clone(), control);
        let agenda = Agenda::new(control, time.clone());
        let engine = Engine::new(&config, Arc::clone(&card), log.clone(), time, Arc::clone(&agenda));
        let keyboard = engine::spawn(Arc::clone(&engine))?;
        let body = Arc::new(Body {
            config,
            card,
            engine,
            agenda,
            plugs: Plugs::default(),
            log,
            temp_data: Mutex::default(),
            objects: Mutex::default(),
        });
        let running = Running {
            body: Arc::clone(&body),
            keyboard: Mutex::new(Some(keyboard)),
            events: Mutex::default(),
            cables: Cables::new(),
        };
        body.happen_all_due(body.agenda.now());
        match &body.config.time {
            // What happens comes before what the camera does in the same moment.
            Time::Virtual(clock) => {
                let ticker: Arc<dyn Ticker> = body.clone();
                clock.attach(&ticker);
                body.engine.attach();
            }
            Time::Real => {
                let events = Builder::new().name("sim events".to_owned()).spawn(move || {
                    while body.agenda.wait() {
                        body.happen_all_due(body.agenda.now());
                    }
                })?;
                *locked(&running.events) = Some(events);
            }
        }
        Ok(Self(Arc::new(running)))
    }

    /// Plugs a cable in. Every cable is a PTP connection of its own, with its own session.
    ///
    /// While the camera is off, and after [`shut_down`](Self::shut_down), the other end of the cable is dead.
    pub fn plug_in(&self) -> Cable {
        let (cable, end) = Cable::new(Arc::clone(&self.0));
        if let Err(error) = self.serve(end) {
            self.0.body.log.note(|| format!("no thread for the cable: {error}"));
        }
        cable
    }

    fn serve(&self, end: CameraEnd) -> io::Result<()> {
        if self.connect(end.plug()).is_none() {
            return Ok(());
        }
        let responder = self.responder();
        let alive = locked(&self.0.cables.alive).clone();
        Builder::new().name("sim cable".to_owned()).spawn(move || {
            usb::serve(end, responder);
            drop(alive);
        })?;
        Ok(())
    }

    /// Takes note of a connection, so that it ends when it has to; `None` if the camera is off.
    pub(crate) fn connect(&self, plug: Plug) -> Option<u64> {
        let body = &self.0.body;
        body.plugs.add(plug, || body.agenda.is_off())
    }

    /// Forgets a connection.
    pub(crate) fn disconnected(&self, number: u64) {
        self.0.body.plugs.remove(number);
    }

    /// Whether nobody gets an answer any more.
    pub(crate) fn is_hung(&self) -> bool {
        self.0.body.agenda.is_hung()
    }

    /// Whether it is switched off.
    pub fn is_off(&self) -> bool {
        self.0.body.agenda.is_off()
    }

    /// Answers to one connection.
    pub(crate) fn responder(&self) -> Responder {
        Responder::new(Arc::clone(&self.0.body))
    }

    /// What the script that runs, or the last one, has cost up to its last pause.
    pub fn script_usage(&self) -> Usage {
        self.0.body.engine.usage()
    }

    /// What the camera printed: the script console. (The camera keeps thirty lines, the simulator ten thousand.)
    pub fn console(&self) -> Vec<String> {
        self.0.body.engine.console()
    }

    /// The script console as it stands on the camera's screen: at most thirty lines, long ones wrapped.
    pub fn screen(&self) -> Vec<String> {
        self.0.body.engine.screen()
    }

    /// What scripts have set for the next shot.
    pub fn overrides(&self) -> Overrides {
        self.0.body.engine.overrides()
    }

    /// The host's folder that is the camera's memory card, `A/`.
    pub fn card_root(&self) -> &Path {
        self.0.body.card.root()
    }

    /// The memory card.
    pub fn card(&self) -> &Card {
        &self.0.body.card
    }

    /// What the camera says about itself.
    pub fn identity(&self) -> &Identity {
        &self.0.body.config.profile.identity
    }

    /// The console's lines beyond the first `seen` that were ever printed, and how many there have been by now. Of those
    /// that nobody asked for in time, the latest ten thousand are there.
    pub fn console_since(&self, seen: u64) -> (Vec<String>, u64) {
        self.0.body.engine.console_since(seen)
    }

    /// Starts a script of the card's as a person does in the menu, with its header (see [`header`](crate::sim::header)).
    /// `values` are set before, in the menu, and saved on the card; a boolean is 0 or 1, a table's value its index, from 1.
    /// What it prints is on the [`console`](Self::console); it sends no messages when it ends.
    ///
    /// A script that does not compile is started all the same, and fails at once.
    pub fn run_script(&self, path: &str, values: &[(&str, i32)]) -> Result<(), RunError> {
        self.0.body.run_script(path, values)
    }

    /// How the last script ended, and at what time of the camera's; `None` while one runs, and before the first.
    pub fn ended(&self) -> Option<(Ending, Duration)> {
        self.0.body.engine.ended()
    }

    /// Names of the keys that a script holds down, in the order in which it pressed them.
    pub fn keys_held(&self) -> Vec<&'static str> {
        self.0.body.engine.keys_held()
    }

    /// Lets something happen later: what is counted or timed is so from now on. Whatever is due at once happens before
    /// this returns.
    pub fn schedule(&self, event: Event) {
        let body = &self.0.body;
        match event.when {
            When::After(Duration::ZERO) => body.happen(event.what),
            _ => body.agenda.add(event),
        }
    }

    /// Lets something happen now. [`What::Answer`], [`What::Garbage`] and [`What::Short`] belong to a transaction, and do
    /// nothing here.
    pub fn happen(&self, what: What) {
        self.0.body.happen(what);
    }

    /// A finger clicks a key, by the name that scripts use or `alt`; false if there is none of that name.
    pub fn click_key(&self, name: &str) -> bool {
        self.finger(name, What::Click)
    }

    /// A finger presses a key and holds it; false if there is none of that name.
    pub fn press_key(&self, name: &str) -> bool {
        self.finger(name, What::Press)
    }

    /// A finger lets go of a key; false if there is none of that name.
    pub fn release_key(&self, name: &str) -> bool {
        self.finger(name, What::Release)
    }

    fn finger(&self, name: &str, what: impl FnOnce(Button) -> What) -> bool {
        let button = Button::named(name);
        if let Some(button) = button {
            self.happen(what(button));
        }
        button.is_some()
    }

    /// The keys that a finger can reach.
    pub fn key_names() -> impl Iterator<Item = &'static str> {
        Button::all().map(Button::name)
    }

    /// A finger clicks the key that interrupts the script, whichever that is now.
    pub fn press_exit_key(&self) {
        self.happen(What::ExitKey);
    }

    /// Pulls every plug and ends every connection over the network. The camera stays on.
    pub fn unplug(&self) {
        self.happen(What::Disconnect);
    }

    /// Flips the switch to off: connections and scripts are gone. [`switch_on`](Self::switch_on) is the way back.
    pub fn switch_off(&self) {
        self.happen(What::Off);
    }

    /// Flips the switch to on: nothing is left of what was before, except on the card.
    pub fn switch_on(&self) {
        self.happen(What::On);
    }

    /// The camera's time: since it was made, or the virtual clock's.
    pub fn now(&self) -> Duration {
        self.0.body.agenda.now()
    }

    /// The latest lines of its log, ten thousand at most: operations, events, sins. In virtual time the same client finds
    /// the same lines in every run.
    pub fn log_lines(&self) -> Vec<LogLine> {
        self.0.body.log.lines()
    }

    /// Takes the camera apart: unplugs its cables, and ends its script even if that never yields.
    pub fn shut_down(&self) {
        self.0.shut_down();
    }

    pub(crate) fn hurry(&self, hurry: bool) {
        self.0.body.agenda.hurry(hurry);
        self.0.body.engine.hurry(hurry);
    }

    pub(crate) fn log(&self) -> &Log {
        &self.0.body.log
    }
}

impl Running {
    fn shut_down(&self) {
        self.body.agenda.stop();
        self.body.engine.stop();
        let keyboard = locked(&self.keyboard).take();
        self.body.plugs.pull();
        if let Some(events) = locked(&self.events).take() {
            // It has ended, or panicked and said so.
            let _ = events.join();
        }
        if let Some(keyboard) = keyboard {
            // It has ended, or panicked and said so.
            let _ = keyboard.join();
        }
        // They hold on to the card, which goes away with the camera.
        self.cables.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shut_down();
    }
}
