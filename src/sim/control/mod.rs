//! What happens to a simulated camera while it runs: seeds, delays, fingers and faults.

/// What is to happen, beside what a client asks for.
#[derive(Debug, Clone, Default, PartialEq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Control {
    /// Where the camera's random numbers begin; 1 if not given.
    pub seed: Option<u32>,
}
