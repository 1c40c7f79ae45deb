//! How to simulate a camera: which one, with which card, in what time.

use std::path::PathBuf;

use crate::clock::VirtualClock;
use crate::sim::log::LogSink;
use crate::sim::profile::Profile;

/// A camera to simulate. The default is [`Profile::default`] with a temporary card, in real time.
#[derive(Clone, Default)]
pub struct Config {
    /// What kind of camera it is.
    pub profile: Profile,
    /// The memory card.
    pub card: CardSource,
    /// The time the camera lives in.
    pub time: Time,
    /// Gets a line for each operation, and one that starts with `sin:` for each mistake of the client's.
    pub log: Option<LogSink>,
}

/// Where the memory card's files are.
#[derive(Debug, Clone, Default)]
pub enum CardSource {
    /// A folder that goes away with the camera.
    #[default]
    Temporary,
    /// A folder of the user's, which must exist.
    Folder(PathBuf),
}

/// The time a camera lives in.
#[derive(Clone, Default)]
pub enum Time {
    /// The machine's.
    #[default]
    Real,
    /// A clock that moves when somebody waits on it. A hundred VM instructions take 20 µs of it.
    Virtual(VirtualClock),
}
