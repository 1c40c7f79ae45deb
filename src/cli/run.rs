//! `moonshutter run`

use std::path::PathBuf;

use clap::Args;

use super::{Context, exit};
use crate::error::Result;
use crate::host::{Host, HostOptions};

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
        let (name, source) = if self.script.as_os_str() == "-" {
            ("stdin".to_owned(), super::read_stdin(&context.interrupt)?)
        } else {
            let script = crate::camera::Script::from_file(&self.script)?;
            (script.name, script.source)
        };
        let host = Host::new(HostOptions { camera: context.options(), spec: Some(context.spec()?) })?;
        match host.run(&name, &source, &self.args) {
            // An exit status is a byte, here as everywhere.
            Ok(outcome) => Ok(outcome.status as u8),
            Err(error) => {
                let traceback = host.traceback().filter(|text| text.contains('\t'));
                exit::say(&traceback.map_or(error.to_string(), |traceback| format!("{error}\n{traceback}")));
                Ok(exit::code(&error))
            }
        }
    }
}
