//! The camera around the script: what scripts read and set of it, other than messages, keys and files.

mod body;

pub use body::{Body, Exposure, Features, Images, Lens, Power, Screen};
