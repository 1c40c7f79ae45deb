//! What is done with the card: `ls`, `tree`, `stat`, `cat`, `df`, `mkdir`, `rm`.

mod args;
mod cat;
mod df;
mod format;
mod ls;
mod mkdir;
mod rm;
mod stat;
mod tree;

pub(super) use args::SelectArgs;
pub(super) use cat::Cat;
pub(super) use df::Df;
pub(super) use ls::Ls;
pub(super) use mkdir::Mkdir;
pub(super) use rm::Rm;
pub(super) use stat::Stat;
pub(super) use tree::Tree;

use super::exit;
use crate::camera::Camera;
use crate::camera::card::{Select, Walked};

/// How paths are written, for the end of a help page.
pub(super) const PATHS: &str = "\
Paths on the card begin with A/ or a colon: A/DCIM and :DCIM are the same.

Patterns for them go in quotes, so that the shell leaves them alone: '*' is any
letters of a name, '?' is one, '[0-4]' one of some, '{JPG,CR2}' one of these, and
'**' as a whole name is any folders. Upper and lower case are one. Dates are the
camera's local time.";

/// Says what a walk did not find or enter, and returns whether all was found.
pub(super) fn tell(camera: &Camera, select: &Select, walked: &Walked) -> bool {
    for path in &walked.too_deep {
        exit::say(&format!("{path} is so deep in folders that it is left out, with what is in it"));
    }
    for root in &walked.unmatched {
        exit::say(camera.nothing_there(&select.roots[*root]).message());
    }
    walked.unmatched.is_empty()
}

/// The exit code for whether all was found or done.
fn code(all: bool) -> u8 {
    if all { exit::DONE } else { exit::FAILED }
}
