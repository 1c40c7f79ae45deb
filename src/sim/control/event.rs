//! What can happen to a camera, and when.

use std::fmt;
use std::time::Duration;

use crate::sim::control::Command;
use crate::sim::engine::keys;

/// Something that happens to the camera at a certain moment: `3s: exit key`, `UploadFile 2 data: disconnect`.
///
/// It is written and read as one line of text, `WHEN: WHAT`; see the [module](crate::sim::control) for all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When it happens.
    pub when: When,
    /// What happens.
    pub what: What,
}

/// When an event happens. Everything is counted from the moment in which the camera is told of the event, which for
/// those of a [`Control`](crate::sim::Control) is when it is switched on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// `3s`: so long from now, to the millisecond.
    After(Duration),
    /// `every 10s`: so long from now, and again and again. Not zero.
    Every(Duration),
    /// `script 2s`: so long after the next start of a script, whether it still runs then or not.
    Script(Duration),
    /// `command 3`, `UploadFile 2 data`, `every GetObject`: at a transaction.
    Transaction {
        /// Of which kind; of any if there is none.
        command: Option<Command>,
        /// Which of that kind, from 1; each of them if there is none.
        nth: Option<u32>,
        /// Where in it.
        phase: Phase,
    },
}

/// Where in a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// The command has come, and nothing has been done yet.
    #[default]
    Before,
    /// Half of the data phase has gone over. Where there is none, as with `response`.
    Data,
    /// All has been done, and the response is about to be sent.
    Response,
}

/// What happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// `click set`: a finger presses a key and lets it go.
    Click(Button),
    /// `press set`: a finger presses a key and holds it.
    Press(Button),
    /// `release set`: the finger lets it go.
    Release(Button),
    /// `exit key`: a finger clicks the key that interrupts the script.
    ExitKey,
    /// `mode record`, `mode playback`: somebody turns the mode switch.
    Mode {
        /// Record, not playback.
        record: bool,
    },
    /// `run A/CHDK/SCRIPTS/x.lua`: somebody chooses a script in the menu and starts it. The path is the camera's.
    Run(String),
    /// `card full`, `card read-only`, `card ok`.
    Card(CardState),
    /// `card slow 20ms`: from now on opening a file, looking at one, a name in a folder, and 64 KiB of a file each take so
    /// much longer.
    CardSlow(Duration),
    /// `battery 3100`: its voltage from now on, in millivolts.
    Battery(u16),
    /// `latency 80ms`: from now on each answer takes so much longer.
    Latency(Duration),
    /// `hang script`: the keyboard task stops. A script stays running and does nothing; killing it waits for ever.
    HangScript,
    /// `hang`: nothing is answered any more on any connection, until the camera is switched off and on.
    Hang,
    /// `disconnect`: the plug is pulled, and all connections over the network are lost.
    Disconnect,
    /// `off`: the camera is switched off. Whoever connects finds it dead.
    Off,
    /// `asleep`: the camera has switched itself off to save its battery: as `off`, with nobody at the switch.
    Asleep,
    /// `on`: the camera is switched on again, with nothing left of what was before but its card.
    On,
    /// `answer 0x2002`: this response code in place of the right answer. Only at a transaction.
    Answer(u16),
    /// `garbage`: 64 bytes of nonsense in place of the answer. Only at a transaction.
    Garbage,
    /// `stall`: over USB the bulk endpoints are halted until the host clears them; the transaction is void, the session goes
    /// on. In process and over the network there is no endpoint to clear, and the connection is lost. Only at a transaction.
    Stall,
    /// `short`: the data that the camera sends ends in the middle, and the response follows. Only in a `data` phase.
    Short,
}

impl What {
    /// Whether it makes no sense outside of a transaction.
    pub(crate) fn needs_transaction(&self) -> bool {
        matches!(self, Self::Answer(_) | Self::Garbage | Self::Short | Self::Stall)
    }
}

/// What may be wrong with the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardState {
    /// Nothing.
    Ok,
    /// There is no room on it, whatever its size.
    Full,
    /// Its lock is set.
    ReadOnly,
}

/// A key that a finger can reach, by the name that scripts use, or `alt`, the key that no script can press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Button(&'static str);

impl Button {
    /// The key that enters and leaves CHDK's own mode.
    pub const ALT: Self = Self("alt");

    /// The key of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|key| key.0 == name)
    }

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        keys::names().chain([Self::ALT.0]).map(Self)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.when, self.what)
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::After(span) => Span(*span).fmt(f),
            Self::Every(span) => write!(f, "every {}", Span(*span)),
            Self::Script(span) => write!(f, "script {}", Span(*span)),
            Self::Transaction { command, nth, phase } => {
                let name = command.map_or("command", Command::name);
                match nth {
                    Some(nth) => write!(f, "{name} {nth}")?,
                    None => write!(f, "every {name}")?,
                }
                match phase {
                    Phase::Before => Ok(()),
                    Phase::Data => f.write_str(" data"),
                    Phase::Response => f.write_str(" response"),
                }
            }
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Click(key) => write!(f, "click {}", key.0),
            Self::Press(key) => write!(f, "press {}", key.0),
            Self::Release(key) => write!(f, "release {}", key.0),
            Self::ExitKey => f.write_str("exit key"),
            Self::Mode { record: true } => f.write_str("mode record"),
            Self::Mode { record: false } => f.write_str("mode playback"),
            Self::Run(path) => write!(f, "run {path}"),
            Self::Card(CardState::Ok) => f.write_str("card ok"),
            Self::Card(CardState::Full) => f.write_str("card full"),
            Self::Card(CardState::ReadOnly) => f.write_str("card read-only"),
            Self::CardSlow(span) => write!(f, "card slow {}", Span(*span)),
            Self::Battery(millivolts) => write!(f, "battery {millivolts}"),
            Self::Latency(span) => write!(f, "latency {}", Span(*span)),
            Self::HangScript => f.write_str("hang script"),
            Self::Hang => f.write_str("hang"),
            Self::Disconnect => f.write_str("disconnect"),
            Self::Off => f.write_str("off"),
            Self::Asleep => f.write_str("asleep"),
            Self::On => f.write_str("on"),
            Self::Answer(code) => write!(f, "answer {code:#06x}"),
            Self::Garbage => f.write_str("garbage"),
            Self::Short => f.write_str("short"),
            Self::Stall => f.write_str("stall"),
        }
    }
}

/// A span of time in the largest unit that leaves no fraction.
struct Span(Duration);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_millis() {
            0 => f.write_str("0s"),
            ms if ms % 1000 == 0 => write!(f, "{}s", ms / 1000),
            ms => write!(f, "{ms}ms"),
        }
    }
}
