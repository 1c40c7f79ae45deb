//! Code for the camera's Lua.

use std::rc::Rc;

use super::paint::Style;
use super::worker::{Input, Worker};
use crate::camera::{Camera, ExecOptions, Payload, Script, WaitOptions};
use crate::error::Result;
use crate::host::Connection;
use crate::lint::Start;
use crate::lint::syntax::{Verdict, ask};

const FRESH: &str = "(each camera line has a fresh Lua there; :keep starts a session that keeps variables)";

impl Worker {
    /// Starts a script and leaves it alone.
    pub fn camera_start(&mut self, input: &Input, code: &str) -> Result<()> {
        let con = self.host.con()?;
        if self.setup.status.is_keeping() {
            return self.keep_line(&con, input, code);
        }
        let script = script(input, code);
        let options = self.exec_options(&con);
        let id = con.with(|camera| camera.exec(&script, &options))?;
        con.set_started(true);
        self.tell_fresh();
        self.watch.started(id);
        Ok(())
    }

    /// Runs code to its end and shows what it gives.
    pub fn camera_run(&mut self, input: &Input, code: &str) -> Result<()> {
        let con = self.host.con()?;
        if self.setup.status.is_keeping() {
            return self.keep_line(&con, input, code);
        }
        let script = script(input, &with_return(code));
        let options = self.exec_options(&con);
        let mut on_message = |_: &mut Camera, message: Payload| {
            self.setup.screen.data(self.payload(message) + "\n");
            Ok(())
        };
        let wait = WaitOptions::default();
        let returns = con.with(|camera| camera.execwait(&script, &options, &wait, &mut on_message));
        let returns = returns?;
        self.tell_fresh();
        self.echo_payloads(returns);
        Ok(())
    }

    /// Shows what came from the camera; what cannot be had is shown as what it is.
    pub fn echo_payloads(&mut self, returns: Vec<Payload>) {
        match returns.iter().map(|payload| self.host.value(payload.clone())).collect::<Result<Vec<_>>>() {
            Ok(values) => self.echo(values),
            Err(_) => {
                let texts: Vec<_> = returns.into_iter().map(|payload| self.payload(payload)).collect();
                self.setup.screen.data(texts.join(", ") + "\n");
            }
        }
    }

    pub fn exec_options(&self, con: &Rc<Connection>) -> ExecOptions {
        ExecOptions { registry: con.libs(), lint: self.settings.lint, ..ExecOptions::default() }
    }

    fn tell_fresh(&mut self) {
        if self.setup.interactive && !std::mem::replace(&mut self.told_fresh, true) {
            self.setup.screen.talk(self.setup.paint.with(Style::Faint, FRESH));
        }
    }
}

fn script(input: &Input, code: &str) -> Script {
    Script { name: input.name.clone(), source: code.into(), first_line: input.first_line }
}

/// `return` in front of an expression: only the camera's own compiler can tell whether it is one.
pub(super) fn with_return(code: &str) -> String {
    let expression = format!("return {code}");
    match ask(expression.as_bytes(), Start::Ptp) {
        Verdict::Accepted => expression,
        Verdict::Refused(of_expression) => match ask(code.as_bytes(), Start::Ptp) {
            // Neither: the one that gets further is what was meant.
            Verdict::Refused(of_chunk) if is_first(&of_chunk, code) && !is_first(&of_expression, code) => expression,
            _ => code.to_owned(),
        },
        Verdict::Undecided => code.to_owned(),
    }
}

/// Whether a complaint is about the first word.
fn is_first(complaint: &[u8], code: &str) -> bool {
    let complaint = String::from_utf8_lossy(complaint);
    let Some((_, near)) = complaint.rsplit_once(" near '") else { return false };
    code.trim_start().starts_with(near.strip_suffix('\'').unwrap_or(near))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_need_no_return() {
        for (code, run) in [
            ("get_mode()", "return get_mode()"),
            ("1, 2", "return 1, 2"),
            ("{1}", "return {1}"),
            ("x = 1", "x = 1"),
            ("return 1", "return 1"),
            ("sleep(1) return 2", "sleep(1) return 2"),
            ("for i = 1, 2 do end", "for i = 1, 2 do end"),
            ("1 + * 2", "return 1 + * 2"),
            ("x = = 1", "x = = 1"),
            ("1 -- one", "return 1 -- one"),
        ] {
            assert_eq!(with_return(code), run, "{code}");
        }
    }
}
