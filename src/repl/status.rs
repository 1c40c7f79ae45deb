//! What the prompt shows of the camera, where the editor can see it without asking anybody.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex};

use super::line::Language;
use crate::clock::locked;

/// What is known of the camera's mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Mode {
    /// No camera, as yet.
    None,
    /// A camera that was not asked yet, or would not say.
    Unknown,
    /// Playback.
    Play,
    /// Taking pictures.
    Record,
    /// Taking videos.
    Video,
    /// It was there and is gone.
    Lost,
}

impl Mode {
    const ALL: [Self; 6] = [Self::None, Self::Unknown, Self::Play, Self::Record, Self::Video, Self::Lost];

    /// Four letters, so that the prompt stays as long as it is while it is shown.
    fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Unknown => "    ",
            Self::Play => "play",
            Self::Record => "rec ",
            Self::Video => "vid ",
            Self::Lost => "lost",
        }
    }
}

/// Shared between the worker, who knows, and the editor, who shows it.
#[derive(Clone)]
pub(super) struct Status(Arc<Inner>);

struct Inner {
    name: Mutex<String>,
    mode: AtomicU8,
    running: AtomicBool,
    /// A script of ours runs, so that Ctrl-C at the prompt means that one.
    ours: AtomicBool,
    camera: AtomicBool,
    keeping: AtomicBool,
    /// Globals that the session on the camera has.
    globals: Mutex<Vec<String>>,
}

impl Default for Status {
    fn default() -> Self {
        Self(Arc::new(Inner {
            name: Mutex::new("moonshutter".to_owned()),
            mode: AtomicU8::new(Mode::None as u8),
            running: AtomicBool::new(false),
            ours: AtomicBool::new(false),
            camera: AtomicBool::new(false),
            keeping: AtomicBool::new(false),
            globals: Mutex::default(),
        }))
    }
}

impl Status {
    pub fn set_name(&self, name: &str) {
        name.clone_into(&mut locked(&self.0.name));
    }

    /// Whether this is news.
    pub fn set_mode(&self, mode: Mode) -> bool {
        self.0.mode.swap(mode as u8, Ordering::SeqCst) != mode as u8
    }

    /// Whether this is news.
    pub fn set_running(&self, running: bool, ours: bool) -> bool {
        self.0.ours.store(ours, Ordering::SeqCst);
        self.0.running.swap(running, Ordering::SeqCst) != running
    }

    pub fn is_running(&self) -> bool {
        self.0.running.load(Ordering::SeqCst)
    }

    pub fn is_ours(&self) -> bool {
        self.0.ours.load(Ordering::SeqCst)
    }

    /// The language of text without a sign in front.
    pub fn language(&self) -> Language {
        if self.0.camera.load(Ordering::SeqCst) { Language::Camera } else { Language::Host }
    }

    pub fn set_language(&self, language: Language) {
        self.0.camera.store(language == Language::Camera, Ordering::SeqCst);
    }

    /// Whether camera code runs in a session that keeps its state.
    pub fn is_keeping(&self) -> bool {
        self.0.keeping.load(Ordering::SeqCst)
    }

    pub fn set_keeping(&self, keeping: bool) {
        self.0.keeping.store(keeping, Ordering::SeqCst);
    }

    /// Names that code in the session has made.
    pub fn camera_globals(&self) -> Vec<String> {
        locked(&self.0.globals).clone()
    }

    /// Adds to them.
    pub fn add_camera_globals(&self, names: impl IntoIterator<Item = String>) {
        let mut globals = locked(&self.0.globals);
        globals.extend(names);
        globals.sort();
        globals.dedup();
    }

    /// The session has ended.
    pub fn forget_camera_globals(&self) {
        locked(&self.0.globals).clear();
    }

    /// The prompt as it is from now on until the next one.
    pub fn prompt(&self) -> Prompt {
        let name = locked(&self.0.name).clone();
        let tail = match (self.language(), self.is_keeping()) {
            (Language::Host, false) => "",
            (Language::Host, true) => " keep",
            (Language::Camera, false) => " cam",
            (Language::Camera, true) => " cam keep",
        };
        let texts =
            Mode::ALL.iter().flat_map(|mode| ['>', '*'].map(|sign| format!("{name} {}{tail}{sign} ", mode.word())));
        Prompt { texts: texts.collect(), status: self.clone() }
    }

    fn index(&self) -> usize {
        // A session's loop always runs.
        usize::from(self.0.mode.load(Ordering::SeqCst)) * 2 + usize::from(self.is_running() && !self.is_keeping())
    }
}

/// A prompt that changes with the status while it is shown, but never in its width.
pub(super) struct Prompt {
    texts: Vec<String>,
    status: Status,
}

impl rustyline::Prompt for Prompt {
    fn raw(&self) -> &str {
        &self.texts[self.status.index()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustyline::Prompt as _;

    #[test]
    fn the_prompt_changes_while_it_is_shown_but_not_its_width() {
        let status = Status::default();
        let prompt = status.prompt();
        assert_eq!(prompt.raw(), "moonshutter none> ");
        assert!(status.set_mode(Mode::Record) && !status.set_mode(Mode::Record));
        assert!(status.set_running(true, true));
        assert_eq!(prompt.raw(), "moonshutter rec * ");
        status.set_language(Language::Camera);
        status.set_name("PowerShot A1400");
        assert_eq!(prompt.raw(), "moonshutter rec * ", "what was shown stays");
        assert_eq!(status.prompt().raw(), "PowerShot A1400 rec  cam* ");
    }
}
