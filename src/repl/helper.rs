//! What helps with typing, as the editor wants it.

use rustyline::Helper;
use rustyline::completion::Completer;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};

use std::cell::RefCell;

use super::incomplete::is_incomplete;
use super::line::Typed;
use super::status::Status;
use super::worker::Setup;

/// All of it.
pub(super) struct Typing {
    status: Status,
    /// What the line was when it was last looked at: the editor does not say what Ctrl-C has dropped.
    line: RefCell<String>,
}

impl Typing {
    pub fn new(setup: &Setup) -> Self {
        Self { status: setup.status.clone(), line: RefCell::default() }
    }

    /// A new line begins.
    pub fn begin(&self) {
        self.line.borrow_mut().clear();
    }

    /// Whether there is nothing in the line.
    pub fn is_empty(&self) -> bool {
        self.line.borrow().trim().is_empty()
    }
}

impl Helper for Typing {}

impl Completer for Typing {
    type Candidate = String;
}

impl Hinter for Typing {
    type Hint = String;

    fn hint(&self, line: &str, _pos: usize, _: &rustyline::Context<'_>) -> Option<String> {
        line.clone_into(&mut self.line.borrow_mut());
        None
    }
}

impl Highlighter for Typing {}

impl Validator for Typing {
    fn validate(&self, ctx: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let typed = Typed::parse(ctx.input(), self.status.language());
        let incomplete = typed.code().is_some_and(|(language, code)| is_incomplete(code, language));
        Ok(if incomplete { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}
