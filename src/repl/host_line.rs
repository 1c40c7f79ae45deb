//! Code for the host's Lua.

use std::path::Path;

use super::locals::outliving;
use super::worker::{Done, Input, Worker};
use crate::camera::Script;
use crate::error::Result;
use crate::exit;
use crate::host::Outcome;
use crate::lint::scan::scan;

impl Worker {
    /// Runs a line and shows its values: those of an expression, or what a chunk returns.
    pub fn host_line(&mut self, input: &Input, code: &str) -> Result<Done> {
        let before = "\n".repeat(usize::try_from(input.first_line.saturating_sub(1)).unwrap_or(0));
        let typed = [before.as_bytes(), code.as_bytes()].concat();
        // A call in `return f()` would take the place of the line on the stack, and errors would lose theirs. So what the
        // expression gives goes through a function that gives it back. What stands behind the last word is a comment.
        let end = scan(code.as_bytes(), false).tokens.last().map_or(0, |last| last.span.range().end);
        let expression = [before.as_bytes(), b"return (...)(", &code.as_bytes()[..end], b")"].concat();
        let plain = [before.as_bytes(), b"return ", code.as_bytes()].concat();
        let code = match self.host.complaint(&plain) {
            None if end == 0 => return Ok(Done::WELL),
            None => expression,
            Some(of_expression) => {
                let outliving = outliving(&typed);
                match self.host.complaint(&outliving.code) {
                    // It begins like an expression: what is wrong with that is what the user wants to hear.
                    Some(of_chunk) if is_hopeless(&of_chunk, code) && !is_hopeless(&of_expression, code) => plain,
                    _ => {
                        for name in outliving.names {
                            if let Err(error) = self.declare.call::<()>(name) {
                                log::debug!("a local was not declared: {error}");
                            }
                        }
                        outliving.code
                    }
                }
            }
        };
        let outcome = self.host.run_line(&input.name, &typed, &code, &self.env, self.give.clone())?;
        Ok(self.finish(outcome))
    }

    /// Runs a script as `moonshutter run` does; its globals stay.
    pub fn script(&mut self, file: &Path, args: &[String]) -> Result<Done> {
        let script = Script::from_file(file)?;
        let outcome = self.host.run(&script.name, &script.source, args)?;
        let done = self.finish(outcome);
        self.watch.after_line();
        self.look();
        Ok(done)
    }

    fn finish(&mut self, outcome: Outcome) -> Done {
        // An exit status is a byte, here as everywhere.
        let done = Done { code: outcome.status as u8, leave: outcome.exited };
        self.echo(outcome.values.into_iter().collect());
        debug_assert!(done.code == exit::DONE || outcome.status != 0);
        done
    }
}

/// Whether a complaint is about the first word already.
fn is_hopeless(complaint: &str, code: &str) -> bool {
    let Some((_, near)) = complaint.rsplit_once(" near '") else { return false };
    let near = near.strip_suffix('\'').unwrap_or(near);
    code.trim_start().starts_with(near)
}
