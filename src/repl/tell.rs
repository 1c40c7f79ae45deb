//! How values, messages and errors look.

use mlua::Value;

use super::paint::Style;
use super::pretty::{self, Bounds, Shown};
use super::text::quoted;
use super::worker::Worker;
use crate::camera::Payload;
use crate::error::Error;
use crate::exit::harmless;

/// What the linter's gate says last.
const HOW_TO_SEND: &str = crate::gate::HOW_TO_SEND;

/// What stands between values on one line.
const BETWEEN: &str = ", ";

impl Worker {
    /// Shows the values of a line and keeps them: the first as `_`.
    pub fn echo(&mut self, values: Vec<Value>) {
        if values.is_empty() {
            return;
        }
        let bounds = self.settings.bounds();
        self.print_values(&values, &bounds);
        if let Err(error) = self.host.lua().globals().raw_set("_", values[0].clone()) {
            log::debug!("_ was not set: {error}");
        }
        self.last = values;
    }

    /// Prints values, on one line if there is room.
    pub fn print_values(&self, values: &[Value], bounds: &Bounds) {
        let shown: Vec<Shown> = values.iter().map(|value| pretty::show(value, bounds, self.setup.paint)).collect();
        self.setup.screen.data(self.lay_out(shown, bounds));
    }

    fn lay_out(&self, shown: Vec<Shown>, bounds: &Bounds) -> String {
        let cut = shown.iter().any(|shown| shown.cut);
        let plain = |text: &str| unicode_width::UnicodeWidthStr::width(strip_colours(text).as_str());
        let width: usize = shown.iter().map(|shown| plain(&shown.text) + BETWEEN.len()).sum();
        let one_line = width <= bounds.width && shown.iter().all(|shown| !shown.text.contains('\n'));
        let texts: Vec<String> = shown.into_iter().map(|shown| shown.text).collect();
        let mut text = texts.join(if one_line { BETWEEN } else { "\n" });
        text.push('\n');
        if cut {
            text.push_str(
                &self.setup.paint.with(Style::Faint, "cut here; :all shows all of it, :set how much is shown"),
            );
            text.push('\n');
        }
        text
    }

    /// A value from the camera, in a line or more.
    pub fn payload(&self, payload: Payload) -> String {
        let bounds = self.settings.bounds();
        match self.host.value(payload.clone()) {
            Ok(value) => pretty::show(&value, &bounds, self.setup.paint).text,
            Err(_) => match payload {
                Payload::Unsupported(name) => format!("<{}: it cannot leave the camera>", harmless(&name)),
                // Whatever it is, it is no table of ours.
                Payload::Table(text) | Payload::String(text) => quoted(&text, bounds.string).0,
                other => format!("{other:?}"),
            },
        }
    }

    /// Something that happened, or is good to know.
    pub fn news(&self, text: &str) {
        if self.setup.interactive {
            let text = self.wrapped(&harmless(text));
            self.setup.screen.talk(self.setup.paint.with(Style::News, &text));
        } else {
            self.setup.screen.talk(format!("moonshutter: {}", harmless(text)));
        }
    }

    /// What went wrong, and where in the user's lines.
    pub fn tell_error(&self, error: &Error) {
        let text = harmless(&self.words(error));
        let trace = harmless(&self.trace(error));
        if self.setup.interactive {
            let text = self.setup.paint.with(Style::Error, &self.wrapped(&text));
            self.setup.screen.talk(text + &self.wrapped(&trace));
        } else {
            self.setup.screen.talk(format!("moonshutter: {text}{trace}"));
        }
    }

    /// Lines that end between words.
    fn wrapped(&self, text: &str) -> String {
        let width = self.settings.bounds().width;
        let lines = text.split('\n').flat_map(|line| {
            let indent = line.len() - line.trim_start().len();
            let inner = " ".repeat(indent + 2);
            let options = textwrap::Options::new(width).subsequent_indent(&inner).break_words(false);
            let options = options.word_splitter(textwrap::WordSplitter::NoHyphenation);
            textwrap::wrap(line, options).into_iter().map(String::from).collect::<Vec<_>>()
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The error, without what is plain at a prompt: which camera it is about, and how a program would go on.
    fn words(&self, error: &Error) -> String {
        let mut text = error.to_string();
        if let Some(camera) = error.camera()
            && self.setup.interactive
            && let Some(short) = text.strip_suffix(&format!(" (camera {camera})"))
        {
            text.truncate(short.len());
        }
        match text.rsplit_once('\n') {
            Some((before, HOW_TO_SEND)) => {
                format!("{before}\nIt was not sent: :set lint off sends such lines all the same")
            }
            _ => text,
        }
    }

    /// The way to the error, unless the error says it all.
    fn trace(&self, error: &Error) -> String {
        let Some(trace) = self.host.traceback() else { return String::new() };
        let steps: Vec<&str> = trace.lines().filter_map(|line| line.strip_prefix('\t')).collect();
        let here = error.position().map(|at| format!("{}:{}:", at.file, at.line));
        match steps.as_slice() {
            [] => String::new(),
            [only] if here.as_deref().is_some_and(|here| only.starts_with(here)) => String::new(),
            steps => steps.iter().map(|step| format!("\n  at {step}")).collect(),
        }
    }
}

/// A text as wide as it is on the screen.
fn strip_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("\x1b[") {
        plain.push_str(before);
        rest = behind.split_once('m').map_or("", |(_, rest)| rest);
    }
    plain + rest
}
