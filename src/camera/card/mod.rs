//! The card: its paths, patterns for them, walks through its folders, and what is done there.
//!
//! * [`CardPath`] is a path on the card that leads nowhere else; [`Pattern`] is one with wildcards in it.
//! * [`Select`] says which files and folders are meant: patterns, how deep to go, and a [`Filter`] for names, dates, sizes
//!   and the numbers of shots and folders.
//! * [`Camera::walk`](super::Camera::walk) goes through them on the camera, and streams an [`Entry`] for each. Nothing is
//!   kept on the camera, so a card with any number of files can be walked.
//! * [`transfer`] moves files between the card and the host; [`Template`] and [`safe_name`] say what they are called there.
//!
//! ```
//! # use moonshutter::camera::card::Select;
//! # let mut camera = moonshutter::connect::connect(&"sim".parse()?, &Default::default())?;
//! let select = Select { recursive: true, ..Select::of(["A/CHDK".parse()?]) };
//! camera.walk(&select, &mut |entry| {
//!     println!("{}", entry.path);
//!     Ok(())
//! })?;
//! # Ok::<(), moonshutter::Error>(())
//! ```

mod folder;
mod glob;
pub mod names;
mod order;
mod path;
mod remove;
mod select;
pub mod sync;
pub mod template;
pub mod transfer;
pub mod verify;
mod walk;
mod words;

pub use folder::Space;
pub use glob::{Glob, Pattern};
pub use names::safe_name;
pub use order::Order;
pub use path::{CardPath, shown};
pub use remove::{Removal, in_order_of_removal};
pub use select::{Filter, Select, last_shots};
pub use template::{Fields, Template};
pub use verify::{Checked, Checksum};
pub use walk::{Entry, Walked};
pub use words::{When, numbers, size};
