//! `moonshutter run`

use std::path::PathBuf;

use clap::Args;

use super::{Context, exit};
use crate::error::{Error, ErrorKind, Result};

/// The script finds the camera as `con`, its arguments in `arg` and `...`.
#[derive(Args)]
pub(super) struct Run {
    /// The script (-: standard input)
    script: PathBuf,

    /// Arguments of the script (those that begin with a dash stand after --)
    args: Vec<String>,
}

impl Run {
    pub fn run(self, context: &Context) -> Result<u8> {
        let _ = (context, self.args, exit::DONE);
        Err(Error::new(ErrorKind::BadArgument, format!("{}", self.script.display())))
    }
}
