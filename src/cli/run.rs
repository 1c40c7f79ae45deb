//! `moonshutter run`

use std::path::PathBuf;

use clap::Args;

use super::lint::gate;
use super::{Context, exit};
use crate::camera::Options;
use crate::error::Result;
use crate::host::{Host, HostOptions};

/// The script finds the camera as `con`, its arguments in `arg` and `...`.
#[derive(Args)]
pub(super) struct Run {
    /// The script (-: standard input)
    script: PathBuf,

    /// Send scripts to the camera as they are, whatever is wrong with them
    #[arg(long)]
    no_lint: bool,

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
        let check = if self.no_lint { None } else { Some(gate(Some(&self.script))?) };
        let camera = Options { check, ..context.options() };
        let host = Host::new(HostOptions { camera, spec: Some(context.spec()?), no_lint: self.no_lint })?;
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
