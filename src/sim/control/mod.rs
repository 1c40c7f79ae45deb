//! What happens to a simulated camera while it runs: seeds, delays, fingers and faults.
//!
//! One vocabulary serves everywhere: `--event` of `moonshutter sim`, `events` in the `[control]` table of a profile's file,
//! [`Control::events`] and [`SimCamera::schedule`](crate::sim::SimCamera::schedule) in Rust, `chdk.simulate{events = …}` and
//! `sim:event` in a host script. An [`Event`] is one line of text, `WHEN: WHAT`.
//!
//! | WHEN | |
//! |---|---|
//! | `3s`, `250ms` | so long from now: for events given at the start, since the camera was switched on |
//! | `every 10s` | so long from now, and again and again |
//! | `script 2s` | so long after the next start of a script, whether that one still runs or not |
//! | `command 3` | the third transaction from now, of any kind and on any connection |
//! | `UploadFile 2`, `UploadFile` | the second one of that kind, the first; CHDK's names and those of standard PTP |
//! | `every command`, `every UploadFile` | each of them |
//!
//! After a command stands `before` (its command has come and nothing is done; this is what is meant if nothing is said),
//! `data` (half of its data has gone over; like `response` if it has none), or `response` (all is done, the response is not
//! sent).
//!
//! | WHAT | |
//! |---|---|
//! | `click KEY`, `press KEY`, `release KEY` | a finger; keys are those of scripts, and `alt` |
//! | `exit key` | a finger clicks the key that interrupts the script now |
//! | `mode record`, `mode playback` | the mode switch |
//! | `run A/CHDK/SCRIPTS/x.lua` | somebody starts a script from the menu, unless one runs |
//! | `card full`, `card read-only`, `card ok` | what is wrong with the card |
//! | `battery 3100` | the battery's voltage, in millivolts |
//! | `card slow 20ms` | from now on each access to the card takes so much longer |
//! | `latency 80ms` | from now on each answer takes so much longer |
//! | `hang script` | the keyboard task stops: a script stays running, a kill waits for ever |
//! | `hang` | nothing is answered any more, until the camera is switched off and on |
//! | `disconnect` | all connections are lost; the next client is served |
//! | `off`, `on` | the switch; with `on` nothing is left of before but the card (and the tick count goes on) |
//! | `asleep` | it has switched itself off to save its battery: as `off` |
//! | `answer 0x2002` | this response code, and nothing is done if it happens `before` |
//! | `garbage` | nonsense in place of the answer |
//! | `short` | data from the camera ends in the middle |
//! | `stall` | over USB its bulk endpoints refuse all transfers until the host clears them, and the transaction is void; in
//!   process and over the network, which know no such thing, the connection is lost |
//!
//! In virtual time a timed event happens at its very moment, before the camera's own tick; the clock moves when somebody
//! waits on it, which the PTP task does for its latency. A camera that is served to other programs lives in real time: they
//! could not wait on its clock.
//!
//! # Sins
//!
//! Where a client does what a real camera would not survive, the camera says so in its log, in a line that begins with
//! `sin:`. Then it does what the real one would, or refuses, by [`Strict`]:
//!
//! | sin | `do` | `refuse` |
//! |---|---|---|
//! | a data phase of no bytes (TempData, SetMemory, ExecuteScript, WriteScriptMsg) | hangs | GeneralError |
//! | no data phase where one is due | hangs | GeneralError |
//! | a download of an empty file | OK without a data phase | a dummy byte and GeneralError, as for a missing one |
//! | a message too big for the memory | GeneralError, where CHDK may crash | the same |
//! | SetMemory with more or less data than it says | believes the parameter, and takes what there is | GeneralError |
//! | an upload without even a name | OK, nothing done | GeneralError |
//! | an upload whose name is longer than the first chunk | GeneralError: what CHDK finds beyond it is anybody's guess | the same |
//! | a script without a NUL at its end | runs it, as cameras since 2022 do | GeneralError |
//! | killing a script that never yields | waits for it, for ever if need be | ends it by force after ten seconds |
//! | more actions than the action stack holds | an error in the script: what gets overwritten cannot be modelled | the same |
//! | `restore()` that works on for long below pcall or another C function | goes on, where a camera's Lua may crash | the same |
//! | no container or packet that makes sense | the connection is lost, since nobody knows where the next begins | the same |
//! | data phases with another transaction's name on them, PTP/IP requests that come too early or do not say which way their data goes | taken as they are: some real clients are like that | the same |
//!
//! A camera that hangs by a sin hangs on that connection only: another client would find it dead, but whoever tests wants to go
//! on. The event `hang` has no such mercy.

mod agenda;
mod commands;
mod event;
mod parse;

use std::str::FromStr;
use std::time::Duration;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

pub(crate) use agenda::{Agenda, Plan};
pub use commands::Command;
pub use event::{Button, CardState, Event, Phase, What, When};
pub use parse::BadEvent;

/// What is to happen, beside what a client asks for.
///
/// ```
/// use moonshutter::sim::Control;
///
/// let control = Control::default().with_seed(7).with_event("UploadFile 2 data: disconnect".parse()?);
/// assert_eq!(control.events[0].to_string(), "UploadFile 2 data: disconnect");
/// # Ok::<(), moonshutter::sim::BadEvent>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Control {
    /// Where the camera's random numbers begin; 1 if not given.
    pub seed: Option<u32>,
    /// How much longer than no time each answer takes. In virtual time it takes virtual time.
    #[serde(deserialize_with = "span")]
    pub latency: Duration,
    /// What happens, counted from when the camera is switched on.
    pub events: Vec<Event>,
    /// What is done about a client's sins.
    pub strict: Strict,
    /// Whether lines of the log carry the camera's time: `[1.230] …`, `sin: [1.230] …`.
    pub times: bool,
}

impl Control {
    /// The same with random numbers that begin here.
    pub fn with_seed(mut self, seed: u32) -> Self {
        self.seed = Some(seed);
        self
    }

    /// The same with answers that take so much longer.
    pub fn with_latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// The same and this event.
    pub fn with_event(mut self, event: Event) -> Self {
        self.events.push(event);
        self
    }

    /// The same with another way to meet sins.
    pub fn with_strict(mut self, strict: Strict) -> Self {
        self.strict = strict;
        self
    }

    /// The same with lines of the log that carry the camera's time.
    pub fn with_times(mut self) -> Self {
        self.times = true;
        self
    }

    /// What a file says that is written like the `[control]` table of a profile. A name that is not known is an error.
    pub fn from_toml(text: &str) -> Result<Self, BadEvent> {
        toml::from_str(text).map_err(|error| BadEvent::new(error.to_string()))
    }

    /// A span of time as events write it: `80ms`, `1.5s`.
    pub fn parse_span(text: &str) -> Result<Duration, BadEvent> {
        parse::span(text)
    }
}

/// What the camera does when a client does what a real camera would not survive; see the [module](self#sins).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Strict {
    /// `do`: says so in its log, and hangs or breaks as the real one would.
    #[default]
    Do,
    /// `refuse`: says so in its log, answers an error, and keeps the connection.
    Refuse,
}

impl FromStr for Strict {
    type Err = BadEvent;

    fn from_str(text: &str) -> Result<Self, BadEvent> {
        match text {
            "do" => Ok(Self::Do),
            "refuse" => Ok(Self::Refuse),
            _ => Err(parse::known("way to meet sins", text, ["do", "refuse"])),
        }
    }
}

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

fn span<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    parse::span(&String::deserialize(deserializer)?).map_err(D::Error::custom)
}
