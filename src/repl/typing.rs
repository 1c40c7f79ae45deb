//! The typing aids as the line editor takes them.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use rustyline::completion::Completer;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hint, Hinter};
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper};

use super::complete::{Candidate, complete};
use super::highlight::{brackets, highlight, painted};
use super::hint::hint;
use super::incomplete::is_incomplete;
use super::line::{Language, Line, Typed};
use super::world::{Argument, World, command, innermost};

/// More candidates than fit on a small terminal one below the other.
const MANY: usize = 20;

/// The editor puts so many blanks between candidates.
const MARGIN: usize = 2;

/// Completion, hints, colours, and the wait for the rest of a chunk.
pub struct Typing<W> {
    /// What they ask.
    pub world: W,
    /// Whether there are colours. Without them there are no hints either: they would look like what was typed.
    pub colours: bool,
    /// How many columns the text has on a line: those of the terminal without those of the prompt.
    pub columns: usize,
    /// The line is finished: nothing in it depends on the cursor.
    finished: Cell<bool>,
    /// What the line was when it was last looked at: the editor does not say what Ctrl-C has dropped.
    line: RefCell<String>,
}

impl<W: World> Typing<W> {
    /// Typing aids for a terminal of 80 columns.
    pub fn new(world: W, colours: bool) -> Self {
        Self { world, colours, columns: 80, finished: Cell::new(false), line: RefCell::default() }
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

/// Cuts a text that is listed to the width of a line.
fn cut(text: &mut String, columns: usize) {
    let last = text.char_indices().nth(columns.max(2) - 1);
    if let Some((at, _)) = last.filter(|(at, _)| text[*at..].chars().nth(1).is_some()) {
        text.truncate(at);
        text.push('…');
    }
}

/// Whether a text is the beginning of something that another line may complete.
pub fn wants_more(text: &str, world: &dyn World) -> bool {
    let typed = Typed::parse(&text[innermost(text, world)..], world.language());
    match typed.line {
        Line::Command { name, rest } => match command(world.commands(), name).map(|command| command.arguments) {
            Some([Argument::CameraCode]) => is_incomplete(rest, Language::Camera),
            _ => false,
        },
        _ => typed.code().is_some_and(|(language, code)| is_incomplete(code, language)),
    }
}

impl rustyline::completion::Candidate for Candidate {
    fn display(&self) -> &str {
        &self.display
    }

    fn replacement(&self) -> &str {
        &self.replacement
    }
}

impl<W: World> Helper for Typing<W> {}

impl<W: World> Completer for Typing<W> {
    type Candidate = Candidate;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Candidate>)> {
        let (start, mut candidates) = complete(line, pos, &self.world);
        // Many are listed side by side.
        let columns =
            if candidates.len() > MANY { self.columns / 2 - MARGIN.min(self.columns / 2) } else { self.columns };
        for candidate in &mut candidates {
            cut(&mut candidate.display, columns);
        }
        Ok((start, candidates))
    }
}

/// A hint that is for reading: nothing of it gets into the line.
pub struct Shown(String);

impl Hint for Shown {
    fn display(&self) -> &str {
        &self.0
    }

    fn completion(&self) -> Option<&str> {
        None
    }
}

impl<W: World> Hinter for Typing<W> {
    type Hint = Shown;

    fn hint(&self, line: &str, pos: usize, _: &Context<'_>) -> Option<Shown> {
        line.clone_into(&mut self.line.borrow_mut());
        if !self.colours {
            return None;
        }
        hint(line, pos, self.columns, &self.world).map(Shown)
    }
}

impl<W: World> Highlighter for Typing<W> {
    fn highlight<'l>(&self, line: &'l str, pos: usize) -> Cow<'l, str> {
        if !self.colours {
            return Cow::Borrowed(line);
        }
        let cursor = (!self.finished.get()).then_some(pos);
        let pieces = highlight(line, cursor, &self.world);
        if pieces.is_empty() { Cow::Borrowed(line) } else { Cow::Owned(painted(line, &pieces)) }
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        if self.colours { Cow::Owned(format!("\x1b[1m{prompt}\x1b[0m")) } else { Cow::Borrowed(prompt) }
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        if self.colours { Cow::Owned(format!("\x1b[90m{hint}\x1b[0m")) } else { Cow::Borrowed(hint) }
    }

    fn highlight_char(&self, line: &str, pos: usize, kind: CmdKind) -> bool {
        self.finished.set(kind == CmdKind::ForcedRefresh);
        match kind {
            CmdKind::MoveCursor => self.colours && brackets(line, pos, &self.world).is_some(),
            // A letter may change the colour of all that follows it, and of what is before it.
            CmdKind::Other => self.colours,
            CmdKind::ForcedRefresh => false,
        }
    }
}

impl<W: World> Validator for Typing<W> {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(match wants_more(context.input(), &self.world) {
            true => ValidationResult::Incomplete,
            false => ValidationResult::Valid(None),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repl::fake::Fake;

    #[test]
    fn what_is_listed_fits_on_a_line() {
        let cut = |text: &str, columns| {
            let mut text = text.to_owned();
            super::cut(&mut text, columns);
            text
        };
        assert_eq!(cut("écran", 5), "écran");
        assert_eq!(cut("écrans", 5), "écra…");
        assert_eq!(cut("écran", 0), "é…");
    }

    #[test]
    fn only_code_waits_for_more() {
        let world = Fake::new(Language::Host);
        for text in ["f(", "=f(", ".if a then", "!{", ":time f(", ":time =f("] {
            assert!(wants_more(text, &world), "{text}");
        }
        for text in ["", "f()", "=1", ":ls 'a", ":time", "help f", ":zz f("] {
            assert!(!wants_more(text, &world), "{text}");
        }
    }
}
