//! `moonshutter` without a subcommand: the prompt.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Parser};

use super::lint::gate;
use super::{Cli, Context};
use crate::camera::Options;
use crate::error::{Error, ErrorKind, Result};
use crate::host::HostOptions;
use crate::repl;

/// What the prompt takes.
#[derive(Args, Clone, Default)]
pub(super) struct Prompt {
    /// Run a line as at the prompt, and end. More than once: one after the other
    #[arg(short, long = "execute", value_name = "LINE", allow_hyphen_values = true)]
    execute: Vec<String>,

    /// Run a host script, then open the prompt
    #[arg(short, long, value_name = "SCRIPT")]
    interactive: Option<PathBuf>,
}

impl Prompt {
    /// The prompt's options make no sense in front of a subcommand.
    pub fn check_unused(&self) -> Result<()> {
        if self.execute.is_empty() && self.interactive.is_none() {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Usage, "--execute and --interactive open the prompt, and take no subcommand"))
    }

    pub fn run(self, context: &Context) -> Result<u8> {
        let camera = Options { check: Some(gate(None)?), ..context.options() };
        let read = self.execute.is_empty() || self.interactive.is_some();
        let of_subcommand =
            Context { global: context.global.clone(), interrupt: context.interrupt.clone(), log: None, screen: None };
        repl::run(repl::Prompt {
            host: HostOptions { camera, spec: Some(context.spec()?), no_lint: false },
            script: self.interactive,
            lines: self.execute,
            read,
            interactive: std::io::stdin().is_terminal() && std::io::stdout().is_terminal(),
            screen: context.screen(),
            subcommand: Arc::new(move |words| subcommand(words, &of_subcommand)),
        })
    }
}

/// Runs a subcommand in this process, with the prompt's interrupt.
fn subcommand(words: &[String], context: &Context) -> u8 {
    let words = [OsString::from("moonshutter")].into_iter().chain(words.iter().map(OsString::from));
    match Cli::try_parse_from(words) {
        Ok(Cli { command: Some(command), .. }) => super::code_of(command.run(context)),
        Ok(_) => super::exit::DONE,
        Err(error) => {
            // Help that nobody reads is no reason to fail.
            let _ = error.print();
            super::exit::USAGE
        }
    }
}
