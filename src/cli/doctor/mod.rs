//! `moonshutter doctor`: what is plugged in, what is wrong with it, and what to do.
//!
//! [`observe`] looks, and judges nothing; [`diagnose`] judges what was seen, and looks at nothing, so that it can be tried on
//! machines and troubles that are not there; [`report`] makes what may be sent to strangers.

mod diagnose;
mod observe;
mod report;

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{Context, exit, show};
use crate::error::{Error, ErrorKind, Result};
use diagnose::{Finding, diagnose};
use observe::observe;

const HELP: &str = "It looks at everything on USB that is Canon's or speaks PTP, and talks to each camera for a moment, whatever -c \
                    says. The exit code is 0 if nothing is wrong, else that of the first trouble: 4 no camera that can be had, 5 \
                    no answer, 1 no CHDK.";

#[derive(Args)]
#[command(after_help = HELP)]
pub(super) struct Doctor {
    /// Print JSON
    #[arg(long)]
    json: bool,

    /// Also write what a bug report should have to a file: versions, descriptors, the log; no serial numbers, no names of
    /// user and computer
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

impl Doctor {
    /// Whether the whole log is wanted.
    pub fn keeps_log(&self) -> bool {
        self.report.is_some()
    }

    pub fn run(self, context: &Context) -> Result<u8> {
        let observed = observe(&context.options());
        let findings = diagnose(&observed);
        if let Some(path) = &self.report {
            let text = report::write(&observed, &findings, &context.kept_log(), &report::secrets(&observed));
            std::fs::write(path, text).map_err(|error| {
                Error::new(ErrorKind::Io, format!("cannot write {}", path.display())).caused_by(error)
            })?;
            exit::say(&format!("{} is written; have a look at it before you send it", path.display()));
        }
        if context.interrupt.is_raised() {
            return Err(Error::new(ErrorKind::Interrupted, "interrupted before all was seen"));
        }
        if self.json {
            exit::print(show::json_text(&json!({"findings": findings, "observed": observed})))?;
        } else {
            exit::print(exit::harmless(&findings.iter().map(ToString::to_string).collect::<String>()))?;
        }
        Ok(findings.iter().find_map(Finding::exit_code).unwrap_or(exit::DONE))
    }
}
