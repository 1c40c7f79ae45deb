//! Checks of camera scripts, before a camera sees them.
//!
//! A text goes through these stages, each a file or folder of its own:
//!
//! 1. [`source`]: bytes with a name, and what offset is which line;
//! 2. `scan`: the camera's own lexical rules over bytes; what of it is wrong, comments, how deep it nests; where something
//!    is wrong, `mended` makes an ASCII text of the same length, in which errors are repaired;
//! 3. `parse`: full_moon, on a stack that is big enough, with its panics caught; it gets the bare tokens, or that text;
//! 4. `lower` to a [`tree`]: small, flat, with locals resolved and constants read as the camera reads them; [`front`] goes
//!    from bytes to there, and [`syntax`] says what the camera will not compile;
//! 5. `flow`: what may yield, and where it must not;
//! 6. `rules`: one file each, that look at all of the above and make [`finding`]s;
//! 7. `suppress`: comments that allow a finding.
//!
//! Nothing here needs a camera or knows a client; the command and its formats are in `cli`.

pub mod check;
pub mod config;
pub mod facts;
pub mod finding;
pub mod flow;
pub mod folders;
pub mod front;
mod hash;
pub mod header;
pub mod kind;
pub mod layout;
pub mod levels;
mod lower;
mod mended;
pub mod options;
mod outside;
mod parse;
pub mod rule;
pub mod rules;
pub mod scan;
pub mod source;
mod stack;
mod suggest;
pub mod suppress;
pub mod syntax;
pub mod tree;
pub mod workspace;

pub use check::{Report, check, check_many};
pub use config::{Config, ConfigError};
pub use facts::Facts;
pub use finding::{Finding, Label, Severity};
pub use folders::Folders;
pub use front::{Parsed, read};
pub use levels::Levels;
pub use options::{Modules, NoModules, Options, Start, Target};
pub use rule::{Rule, RuleInfo, Script};
pub use source::{Source, SourceId, Sources, Span};
pub use stack::on_big_stack;
pub use workspace::Workspace;
