//! The hardware of a camera, as scripts see it.

/// What differs between bodies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// Memory in bytes. A script has at most this much; so has a script's text, a message and the data kept for a download.
    pub memory: usize,
    /// Generation of Canon's processor, as in `get_buildinfo().digic`.
    pub digic: i32,
    /// The firmware's operating system, as in `get_buildinfo().os`.
    pub os: String,
}

impl Default for Body {
    fn default() -> Self {
        Self { memory: 1536 * 1024, digic: 5, os: "dryos".to_owned() }
    }
}
