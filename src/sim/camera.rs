//! The camera as its owner sees it.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread::{Builder, JoinHandle};

use crate::clock::locked;
use crate::sim::cable::{Cable, CameraEnd, Plug};
use crate::sim::card::Card;
use crate::sim::config::{CardSource, Config};
use crate::sim::engine::{self, Engine};
use crate::sim::log::Log;
use crate::sim::lualib;
use crate::sim::profile::Identity;
use crate::sim::responder::{Objects, Responder};
use crate::sim::usb;
use crate::sim::world::Overrides;

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
    pub(crate) log: Log,
    /// The one slot of TempData.
    pub(crate) temp_data: Mutex<Option<Vec<u8>>>,
    /// Handles of the card's files.
    pub(crate) objects: Mutex<Objects>,
}

pub(crate) struct Running {
    body: Arc<Body>,
    keyboard: Mutex<Option<JoinHandle<()>>>,
    plugs: Arc<Mutex<Vec<Plug>>>,
}

impl SimCamera {
    /// Switches a camera on. Fails if its card's folder is not there, or cannot be made.
    pub fn start(config: Config) -> io::Result<Self> {
        let card = Arc::new(match &config.card {
            CardSource::Temporary => {
                let card = Card::temporary()?;
                lualib::write_to(&card.root().join("CHDK/LUALIB"))?;
                card
            }
            CardSource::Folder(root) => Card::at(root)?,
        });
        card.set_size(config.profile.storage.card_bytes);
        let log = Log::new(config.log.clone());
        let engine = Engine::new(&config, Arc::clone(&card), log.clone());
        let plugs = Arc::<Mutex<Vec<Plug>>>::default();
        let to_pull = Arc::clone(&plugs);
        // A script may switch the camera off.
        let keyboard = engine::spawn(Arc::clone(&engine), move || pull(&to_pull))?;
        let (temp_data, objects) = Default::default();
        let body = Body { config, card, engine, log, temp_data, objects };
        Ok(Self(Arc::new(Running { body: Arc::new(body), keyboard: Mutex::new(Some(keyboard)), plugs })))
    }

    /// Plugs a cable in. Every cable is a PTP connection of its own, with its own session.
    ///
    /// After [`shut_down`](Self::shut_down) the other end of the cable is dead.
    pub fn plug_in(&self) -> Cable {
        let (cable, end) = Cable::new(Arc::clone(&self.0));
        if let Err(error) = self.serve(end) {
            self.0.body.log.note(|| format!("no thread for the cable: {error}"));
        }
        cable
    }

    fn serve(&self, end: CameraEnd) -> io::Result<()> {
        // Under the lock, so that no plug slips by while the camera is shut down.
        let keyboard = locked(&self.0.keyboard);
        let mut plugs = locked(&self.0.plugs);
        if keyboard.is_none() || self.0.body.engine.is_off() {
            return Ok(());
        }
        plugs.retain(|plug| !plug.is_out());
        plugs.push(end.plug());
        let responder = self.responder();
        Builder::new().name("sim cable".to_owned()).spawn(move || usb::serve(end, responder))?;
        Ok(())
    }

    /// Answers to one connection.
    pub(crate) fn responder(&self) -> Responder {
        Responder::new(Arc::clone(&self.0.body))
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

    /// Names of the keys that a script holds down, in the order in which it pressed them.
    pub fn keys_held(&self) -> Vec<&'static str> {
        self.0.body.engine.keys_held()
    }

    /// A finger clicks a key, by the name that scripts use; false if there is none of that name.
    pub fn click_key(&self, name: &str) -> bool {
        self.0.body.engine.click(name)
    }

    /// A finger clicks the key that interrupts the script, whichever that is now.
    pub fn press_exit_key(&self) {
        self.0.body.engine.click_exit_key();
    }

    /// Switches the camera off: unplugs its cables, and ends its script even if that never yields.
    pub fn shut_down(&self) {
        self.0.shut_down();
    }

    pub(crate) fn hurry(&self, hurry: bool) {
        self.0.body.engine.hurry(hurry);
    }

    pub(crate) fn log(&self) -> &Log {
        &self.0.body.log
    }
}

impl Running {
    fn shut_down(&self) {
        self.body.engine.stop();
        let keyboard = locked(&self.keyboard).take();
        pull(&self.plugs);
        if let Some(keyboard) = keyboard {
            // It has ended, or panicked and said so.
            let _ = keyboard.join();
        }
    }
}

fn pull(plugs: &Mutex<Vec<Plug>>) {
    for plug in locked(plugs).drain(..) {
        plug.pull();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shut_down();
    }
}
